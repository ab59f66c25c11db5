"""Small functions that make what a test needs, always through the actions, and look at what is there."""
