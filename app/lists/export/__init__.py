"""The one machine that makes files of lists: CSV, Excel and PDF of the rows that match (HIST-04, LIST-09).

A list gives its :class:`~app.lists.export.table.Table`, whose rows come from the query of its pages, so that a file
holds what the person may see and nothing else (SEC-47). A file is made in the answer that carries it and is kept
nowhere: there is none to find, to guess or to fetch after the right to it is gone (C26).
"""
