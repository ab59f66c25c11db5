"""The wrong-customer guard: what in an outgoing text may belong to another customer, or to the desk alone.

``text`` squeezes texts for comparison, ``names``, ``traces`` and ``quotes`` each find one kind of thing, ``outgoing``
puts them together and decides. The guard reads across the whole installation, and tells nobody more than what stands in
the text that was searched.
"""
