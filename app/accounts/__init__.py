"""Accounts: the people who use an installation, how they sign in, and their sessions.

One table holds customers and agents; the realm says which, and decides the door they may use.
"""
