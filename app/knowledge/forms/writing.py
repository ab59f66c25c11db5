"""The forms in which articles are written: shape and labels; what is allowed is decided by the actions."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import Field, HiddenField, SelectField, SelectMultipleField, ValidationError

from app.files.fields import TakesFiles, UploadsField
from app.files.models import StoredFile
from app.i18n import LANGUAGE_NAMES, _, _l, _lp
from app.knowledge.models import (
    BODY_LENGTH,
    REMARK_LENGTH,
    TITLE_LENGTH,
    ArticleKind,
    ArticleVersion,
    KnowledgeCategory,
)
from app.richtext import from_text, to_text
from app.richtext.cleaning import LARGEST_ARTICLE_BYTES
from app.richtext.fields import RichTextField
from app.web.forms import CreatingForm, LineField, Required, TextField, choice, plain_text

# What is pasted may be far longer than an article; the message about it stands at the field. In bytes.
LARGEST_TYPED = 12 * 1024**2


class VersionForm(TakesFiles, CreatingForm):
    """What a version says; the script's editor sends rich text as ``html``, whose words are then the text."""

    version = HiddenField()
    title = LineField(_l("Title"), most=TITLE_LENGTH, required=True)
    body = TextField(_lp("article", "Text"), most=BODY_LENGTH)
    html = RichTextField(largest=LARGEST_ARTICLE_BYTES)
    # The digest of the rich text that the form was shown with: whoever has no editor sends it back unchanged.
    html_was = HiddenField()
    uploads = UploadsField(_l("Attachments"))
    # Tokens of files that the article has already and that stay with this version.
    kept = SelectMultipleField(_l("Attachments"), choices=(), validate_choice=False)
    remark = TextField(_l("What has changed"), most=REMARK_LENGTH)
    kind = ArticleKind.TEXT
    document: StoredFile | None = None

    def process(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        """Take what was typed."""
        super().process(*args, **options)
        if self.html.raw_data and self.html.data and not self.html.is_too_much:
            words = plain_text(to_text(self.html.data))
            if words != self.body.data and self.html_was.data == _digest(self.html.data):
                # The plain field was written in, without the script's editor: what was typed there counts.
                self.html.data = None
            else:
                self.body.data = words

    def prepare(self) -> None:
        """Give a form that is shown a key, and note which rich text it shows."""
        super().prepare()
        self.html_was.data = _digest(self.html.data or "")

    def be_of(self, kind: ArticleKind, document: StoredFile | None = None) -> None:
        """Ask for a text, or for the file of a document; ``document`` is the file that it has already."""
        self.kind, self.document = kind, document
        if kind is ArticleKind.TEXT:
            self.body.flags.required = True
            self.body.validators = [Required(), *self.body.validators]
        else:
            self.uploads.label.text = _("File of the document")
            self.uploads.flags.required = document is None

    def validate_body(self, _field: Field) -> None:
        """Refuse rich text that is too large to be cleaned; it stays in the editor as it is."""
        if self.kind is ArticleKind.TEXT and self.html.is_too_much:
            raise ValidationError(
                _("The text has too much formatting. Remove some of it, or make two articles of it.")
            )

    def validate_uploads(self, field: UploadsField) -> None:
        """A document is one file."""
        if self.kind is ArticleKind.DOCUMENT and len(field.data) > 1:
            raise ValidationError(_("A document is one file. Choose one."))

    def fill(self, version: ArticleVersion, files: Sequence[StoredFile]) -> None:
        """Show a version as it is."""
        self.title.data, self.body.data = version.title, version.body
        self.html.data = version.html or None
        self.kept.data = [file.token for file in files]

    def rich(self) -> str:
        """The cleaned rich text, made of the plain words where the editor was not there."""
        return self.html.data or from_text(self.body.data or "")


def _digest(html: str) -> str:
    return hashlib.sha256(html.encode("utf-8", "surrogatepass")).hexdigest()


class NewArticleForm(VersionForm):
    """The first version of an article, with its place and language."""

    category = SelectField(_l("Knowledge base and category"), validators=[Required()])
    language = SelectField(_l("Language"), validators=[Required()])

    def offer(self, categories: Iterable[tuple[str, KnowledgeCategory]], language: str) -> None:
        """Offer the categories of the bases that the actor writes for, each under its base's name."""
        self.category.choices = category_choices(categories, language)
        self.language.choices = [choice(code, name) for code, name in LANGUAGE_NAMES.items()]
        if not self.language.data:
            self.language.data = language


def category_choices(categories: Iterable[tuple[str, KnowledgeCategory]], language: str) -> list[Any]:
    """Categories with their bases' names before them, since a list of choices has one level."""
    return [
        choice("", _l("--None--")),
        *(choice(str(each.id), f"{base} › {each.name_in(language)}") for base, each in categories),
    ]
