"""The default engine: an index of Whoosh's making in the data folder, read whole and verified into memory.

``segments`` alone knows Whoosh; ``shelf`` keeps files and swaps generations; ``evaluating`` answers queries.
"""
