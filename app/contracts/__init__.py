"""Contracts: the services an installation runs, the companies that contracted them, and their customer numbers.

A customer number is one contract of one contract holder for one service; it is what every case belongs to.
"""
