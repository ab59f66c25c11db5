"""An answer that a field does not take."""


class Refused(ValueError):
    """The answer does not fit; the message says why and what would, in the reader's language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
