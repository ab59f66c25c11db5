"""The forms of the catalogue: shape and labels; what is allowed is decided by the actions."""
