"""The catalogue: what customers can order, the requests they make from it, and the points that pay for them.

A request awaits a decision of the Advisory Center and becomes a case when it is accepted (WR-07, WR-09).
"""
