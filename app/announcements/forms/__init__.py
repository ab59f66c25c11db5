"""The forms of announcements: shape of input and labels."""
