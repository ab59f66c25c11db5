"""What uploads may come to, and what is said to whoever wants more (SEC-42, WR-05, M-27)."""

from datetime import timedelta

from app.files.sizes import size_in_words
from app.i18n import _

MOST_AT_ONCE = 20
MOST_A_DAY = 20 * 1024**3
A_DAY = timedelta(hours=24)
# Uploads of one user that belong to nothing yet.
MOST_OPEN = 200
# One part of a resumable upload, and all of a plain form with its files, in bytes.
LARGEST_PART = 8 * 1024**2
LARGEST_FORM = 32 * 1024**2


class Refusal(Exception):
    """A file is not taken; :meth:`say` tells why in the reader's language."""

    status = 422

    def say(self) -> str:
        """The message for the person."""
        raise NotImplementedError


class TooLarge(Refusal):
    """More bytes than a file may have (WR-05)."""

    status = 413

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(name, limit)
        self.name, self.limit = name, limit

    def say(self) -> str:
        """M-27."""
        return _(
            "File %(name)s exceeds the limit of %(limit)s.", name=self.name, limit=size_in_words(self.limit)
        )


class Empty(Refusal):
    """A file without a byte."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def say(self) -> str:
        """Name the file, since several may have been chosen."""
        return _("File %(name)s is empty. Choose a file with content.", name=self.name)


class QuotaUsed(Refusal):
    """More bytes within a day than one user may send (SEC-42)."""

    status = 429

    def say(self) -> str:
        """The limit, and what to do."""
        return _(
            "You can upload %(limit)s within 24 hours. Please try again later.",
            limit=size_in_words(MOST_A_DAY),
        )


class TooManyOpen(Refusal):
    """More files on their way than one user may have."""

    status = 429

    def say(self) -> str:
        """What to do."""
        return _("Too many of your files are waiting to be sent. Send or take off some of them first.")


class Stopped(Refusal):
    """The virus scanner found something (SEC-45)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def say(self) -> str:
        """Name the file."""
        return _("File %(name)s was stopped by the virus check.", name=self.name)


class Expired(Refusal):
    """A file that waited too long to be sent."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def say(self) -> str:
        """Name the file, and what to do."""
        return _(
            "File %(name)s is not there any more: files wait 24 hours to be sent. Choose it again.",
            name=self.name,
        )


class DiskFull(Refusal):
    """The disk of the installation has no room (SEC-42)."""

    status = 507

    def say(self) -> str:
        """What to do."""
        return _("There is no room for files at the moment. Please try again later.")
