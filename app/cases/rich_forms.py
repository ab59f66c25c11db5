"""Forms with one text that may be rich: a reply, or the first message of a case."""

from typing import Any, ClassVar

from wtforms import ValidationError

from app.i18n import _
from app.richtext import from_text, to_text
from app.richtext.fields import RichTextField
from app.web.forms import plain_text


class TakesRichText:
    """Lets a form take its text from the script's editor, which sends it as ``html``.

    The words in it are then the text, whatever the field ``words`` holds.
    """

    # The name of the field that holds the words.
    words: ClassVar[str] = "body"
    html = RichTextField()

    def process(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        """Take what was typed."""
        super().process(*args, **options)  # type: ignore[misc]  # The form that this is mixed into has it.
        if self.html.raw_data and self.html.data and not self.html.is_too_much:
            self._words.data = plain_text(to_text(self.html.data))

    def refuse_too_much(self) -> None:
        """Refuse rich text that is too large to be cleaned; it stays in the editor as it is."""
        if self.html.is_too_much:
            raise ValidationError(
                _("The text has too much formatting. Remove some of it, or send it in parts.")
            )

    def rich(self) -> str | None:
        """The cleaned rich text, if it says more than its plain words do."""
        html: str | None = self.html.data or None
        return html if html != from_text(self._words.data or "") else None

    @property
    def _words(self) -> Any:  # noqa: ANN401 - a field of the form, whatever its name
        return self[self.words]  # type: ignore[index]  # As above.
