"""The default engine: an index of Whoosh's making in the data folder, read whole and verified into memory.

``library`` alone imports Whoosh; ``segments`` and ``writing`` read and write its files; ``shelf`` keeps files and
swaps generations; ``evaluating`` and ``spelling`` answer questions.
"""
