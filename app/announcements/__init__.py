"""Announcements: articles that stand on the home page of a portal for a while (ANN-01 to ANN-05)."""
