"""Search: one analyzer, one query language, one index behind an interface; slices hand over what is to be found.

The index is never the truth. It may be stale, cut off or gone: what it finds is looked up in the database again, in
its reader's scope (SEC-48), and without it the database answers by itself.
"""
