"""Every write to the catalogue, its requests and its points: one module per kind of act."""
