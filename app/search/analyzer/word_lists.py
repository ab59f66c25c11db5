"""How the analyzer's lists of words are written: one text, words between blanks."""


def words_of(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())
