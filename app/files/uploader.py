"""What the uploader of a form has to know: where files go, what they may come to, and what it says (WR-05, M-27)."""

import json
from dataclasses import dataclass

from app.files.allowance import largest_file
from app.files.limits import LARGEST_FORM, LARGEST_PART, MOST_AT_ONCE, Empty, TooLarge
from app.files.tus import base_url
from app.i18n import _

# The script puts the file's name here.
NAME = "{name}"


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Limits in bytes, the number of files of one form, and the uploader's words as JSON."""

    url: str
    most: int
    part: int
    form: int
    count: int
    words: str


def file_limits() -> FileLimits:
    """What holds in the shell of this request, in the reader's language."""
    most = largest_file()
    words = {
        "large": TooLarge(NAME, most).say(),
        "empty": Empty(NAME).say(),
        "many": _("At most %(most)s files can be sent at once.", most=MOST_AT_ONCE),
        "waiting": _("Waiting"),
        "paused": _("Paused"),
        "whole": _("Uploaded"),
        "stopped": _("Interrupted"),
        "finishing": _("Being checked"),
        "sentLater": _("Everything is sent as soon as the files have arrived."),
        "signedOut": _(
            "You are signed out. Log in in another tab, reload this page and choose the same file: "
            "it goes on where it stopped."
        ),
        "failed": _("The upload was interrupted. Press Resume to go on where it stopped."),
    }
    told = json.dumps(words, ensure_ascii=False)
    return FileLimits(base_url(), most, LARGEST_PART, LARGEST_FORM, MOST_AT_ONCE, told)
