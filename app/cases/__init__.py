"""Cases: one matter of one customer number, from the question to the closure.

A case is opened by an inquiry or by the desk, carries comments and internal notes, and moves only along the
transitions of ``lifecycle``.
"""
