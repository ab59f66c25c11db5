"""The field of a form through which the script's editor sends rich text."""

from wtforms import TextAreaField

from app.richtext.cleaning import TooMuch, clean
from app.richtext.plain import is_empty


class RichTextField(TextAreaField):
    """Rich text, cleaned as soon as it comes in; what is too much to be cleaned stays as it came, to be given back.

    Shown, it stands as text in a field that is hidden; the editor reads it without running anything of it.
    """

    is_too_much = False

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text, and clean it."""
        given = valuelist[0] if valuelist else ""
        try:
            cleaned = clean(given)
        except TooMuch:
            self.data, self.is_too_much = given, True
        else:
            self.data = None if is_empty(cleaned) else cleaned
