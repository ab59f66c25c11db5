"""The field of a form through which the script's editor sends rich text."""

from typing import Any

from wtforms import TextAreaField

from app.richtext.cleaning import LARGEST_BYTES, TooMuch, clean
from app.richtext.plain import is_empty


class RichTextField(TextAreaField):
    """Rich text, cleaned as soon as it comes in; what is too much to be cleaned stays as it came, to be given back.

    Shown, it stands as text in a field that is hidden; the editor reads it without running anything of it.
    """

    is_too_much = False

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - WTForms hands over what it likes
        largest: int = LARGEST_BYTES,
        **options: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **options)
        self.largest = largest

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text, and clean it."""
        given = valuelist[0] if valuelist else ""
        try:
            cleaned = clean(given, largest=self.largest)
        except TooMuch:
            self.data, self.is_too_much = given, True
        else:
            self.data = None if is_empty(cleaned) else cleaned
