"""A mail about a case, in the recipient's language: its words once as text and once as simple HTML (MAIL-02, MAIL-05).

The words of a kind of mail stand in one template, ``<folder>/<kind>.txt``, whose first line is the subject. The HTML
part is made of the same words; only what somebody has written keeps its looks there. It loads nothing and follows
nobody: no pictures, no scripts, no addresses but that of the case, or of what else the folder's mails are about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, render_template
from markupsafe import Markup

from app.richtext import for_mail, from_text

# Stands for what somebody has written while the words around it are turned into HTML; no text of ours holds this sign.
_WRITTEN = "\ue000"
# The templates of the mails about cases; other slices bring a folder of their own, with its own ``letter.html``.
FOLDER = "cases/mail"


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody has written, and what came with it."""

    body: str = ""
    html: str | None = None
    file_names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject and its two parts."""

    subject: str
    text: str
    html: str


def letter(
    kind: str, language: str, written: Written, context: Mapping[str, object], *, folder: str = FOLDER
) -> Letter:
    """Write a mail of a kind; the language of the surroundings must be the recipient's."""
    told = {**context, "file_names": written.file_names}
    text = _render(f"{folder}/{kind}.txt", {**told, "body": written.body, "is_whole": True})
    subject, _, content = text.partition("\n")
    subject = " ".join(subject.split())
    words = _render(
        f"{folder}/{kind}.txt", {**told, "body": _WRITTEN if written.body else "", "is_whole": False}
    )
    html = _render(
        f"{folder}/letter.html",
        {
            **told,
            "language": language,
            "subject": subject,
            "blocks": _blocks(words.partition("\n")[2], written),
            "product_name": current_app.config["SETTINGS"].product_name,
        },
    )
    return Letter(subject, content.strip() + "\n", html)


def _render(template: str, context: Mapping[str, object]) -> str:
    return render_template(template, **context).strip()


def _blocks(words: str, written: Written) -> Sequence[Sequence[str] | Markup]:
    """The paragraphs of a mail as lists of lines, and what somebody has written as markup."""
    blocks: list[Sequence[str] | Markup] = []
    for block in words.strip().split("\n\n"):
        lines: list[str] = []
        for line in block.strip().split("\n"):
            if line != _WRITTEN:
                lines.append(line)
                continue
            blocks.extend([lines, _as_markup(written)])
            lines = []
        blocks.append(lines)
    return [block for block in blocks if block]


def _as_markup(written: Written) -> Markup:
    return for_mail(written.html or from_text(written.body))
