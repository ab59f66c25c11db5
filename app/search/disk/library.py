"""Whoosh 2.7.4: no other module imports it."""

import warnings

with warnings.catch_warnings():
    # It compares numbers by identity and uses what Python has deprecated since; both do no harm on 3.11.
    warnings.simplefilter("ignore")
    from whoosh import fields, formats
    from whoosh.codec.whoosh3 import W3Codec, W3Segment
    from whoosh.columns import VarBytesColumn
    from whoosh.filedb.filestore import FileStorage, RamStorage
    from whoosh.filedb.structfile import BufferFile
    from whoosh.index import TOC, FileIndex
    from whoosh.reading import SegmentReader, TermNotFound
    from whoosh.util.numeric import byte_to_length
    from whoosh.writing import SegmentWriter

__all__ = [
    "TOC",
    "BufferFile",
    "FileIndex",
    "FileStorage",
    "RamStorage",
    "SegmentReader",
    "SegmentWriter",
    "TermNotFound",
    "VarBytesColumn",
    "W3Codec",
    "W3Segment",
    "byte_to_length",
    "fields",
    "formats",
]
