"""Terms as Whoosh's files hold them."""

import hashlib

# Stands between keys; there is none in a key.
BETWEEN = b"\x1f"
# No key holds this before any sign but 0 and 1.
ESCAPE = b"\x1e"
# Of a longer term its beginning and a fingerprint are kept, in bytes.
LONGEST_TERM = 240


def key_of(term: str) -> bytes:
    """A term as Whoosh's files hold it; there is never a separator in it, and it begins as the term does."""
    raw = beginning_of(term)
    return raw if len(raw) <= LONGEST_TERM else raw[:LONGEST_TERM] + hashlib.sha256(raw).hexdigest().encode()


def beginning_of(prefix: str) -> bytes:
    """How the keys of all terms begin that begin so."""
    raw = prefix.encode("utf-8", "surrogatepass")
    return raw.replace(ESCAPE, ESCAPE + b"0").replace(BETWEEN, ESCAPE + b"1")


def term_of(key: bytes) -> str | None:
    """The term of a key, or ``None`` if only its beginning was kept."""
    if len(key) > LONGEST_TERM:
        return None
    raw = key.replace(ESCAPE + b"1", BETWEEN).replace(ESCAPE + b"0", ESCAPE)
    return raw.decode("utf-8", "surrogatepass")
