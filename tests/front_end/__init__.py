"""Tests of the layouts, the components and the built front end."""
