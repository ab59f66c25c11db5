"""The forms of catalogue items: what a definition may be, what an answer must be, and how both are shown."""
