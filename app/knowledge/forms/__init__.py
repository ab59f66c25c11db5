"""The forms of knowledge: shape of input and labels."""
