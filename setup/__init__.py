"""Sets a checkout up and runs it, with nothing but the standard library of Python 3.11.

Everything here runs before any package is installed, so it must not import `app` or a third-party library.
"""
