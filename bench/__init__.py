"""Measurements that are run by hand (``make bench``); never part of the tests, since machines differ."""
