"""Articles with files: documents, attachments, and what of them is no reader's."""

from sqlalchemy.orm import Session

from app.files.actions import keep
from app.files.models import StoredFile
from app.knowledge.actions.audience import set_audience
from app.knowledge.actions.writing import Content, start_article, write_version
from app.knowledge.models import Article, ArticleKind
from tests import cast
from tests.factories import files, knowledge

WRITER = "lead"


def file(session: Session, *, name: str = "guide.pdf", content: bytes = b"%PDF-1.7 guide") -> StoredFile:
    """A file of the desk, which belongs to nothing yet."""
    writer = cast.actor_of(session, WRITER)
    kept = keep(session, files.whole(session, writer, name=name, content=content), actor=writer)
    session.flush()
    return kept


def document(
    session: Session, *, slug: str = "cs", title: str = "ご利用ガイド", of: StoredFile | None = None
) -> tuple[str, str]:
    """A published document; its number and the token of its file."""
    kept = of or file(session)
    made = start_article(
        session,
        actor=knowledge.MAKER,
        category=knowledge.category(session, slug=slug, base="お客様向けドキュメント"),
        kind=ArticleKind.DOCUMENT,
        language="ja",
        content=Content(title=title, document=kept),
    )
    set_audience(session, made, actor=knowledge.MAKER, readers=[knowledge.readers(session, slug)])
    knowledge.publish_all(session, made)
    return made.number, kept.token


def attached(session: Session, article: Article, *kept: StoredFile, is_published: bool = True) -> None:
    """The article's Japanese text anew, with these files."""
    content = Content(title="添付つき", body="別紙のとおり", html="<p>別紙のとおり</p>", files=kept)
    write_version(session, article, actor=knowledge.MAKER, language="ja", content=content)
    if is_published:
        knowledge.publish_all(session, article)


def places(session: Session) -> dict[str, str]:
    """An article in both languages with a file and another one in its draft, a document, a draft and a foreign one."""
    both = knowledge.article(session, title="ログインの手順", title_en="How to log in", body_en="Type it.")
    picture = file(session, name="screen.png", content=files.picture())
    attached(session, both, picture)
    draft_file = file(session, name="draft.txt", content=b"draft")
    attached(session, both, draft_file, is_published=False)
    number, token = document(session)
    foreign, foreign_token = document(session, slug="fm", title="他のガイド")
    return {
        "kb": both.number,
        "kb_file": picture.token,
        "kb_draft_file": draft_file.token,
        "kb_document": number,
        "kb_document_file": token,
        "kb_draft": knowledge.article(session, title="下書き", is_published=False).number,
        "kb_fm": foreign,
        "kb_fm_file": foreign_token,
    }
