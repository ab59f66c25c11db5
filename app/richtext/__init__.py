"""Rich text: cleaned, said in plain words, shown on pages and in mails (SEC-33, CASE-06 to CASE-08)."""

from app.richtext.cleaning import LARGEST_BYTES, TooMuch, clean
from app.richtext.plain import from_text, is_empty, to_text
from app.richtext.showing import for_mail, show

__all__ = [
    "LARGEST_BYTES",
    "TooMuch",
    "clean",
    "for_mail",
    "from_text",
    "is_empty",
    "show",
    "to_text",
]
