"""Places of the desk's knowledge: what waits for review, what was withdrawn, bases with articles and without."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import system_actor
from app.knowledge.actions.bases import add_base, add_category
from app.knowledge.actions.publishing import withdraw
from app.knowledge.actions.reviewing import submit
from app.knowledge.models import Article, KnowledgeCategory
from app.knowledge.standing import in_the_making, mark_of
from tests.factories import knowledge

MAKER = system_actor("tests")


def places(session: Session) -> dict[str, str]:
    """For tests of all addresses; those of tests/factories/shelf.py are there already."""
    review = knowledge.article(session, title="レビュー待ち", is_published=False)
    version = in_the_making(session, review, "ja")
    submit(session, review, version, actor=MAKER)
    withdrawn = knowledge.article(session, title="取り下げ済み")
    withdraw(session, withdrawn, actor=MAKER)
    cs, fm = (knowledge.service(session, slug) for slug in ("cs", "fm"))
    empty = add_base(session, actor=MAKER, service=cs, name_ja="空", name_en="Empty")
    foreign = add_base(session, actor=MAKER, service=fm, name_ja="他", name_en="Other")
    spare = add_category(session, actor=MAKER, base=empty, name_ja="予備", name_en="Spare", code="01")
    foreign_category = add_category(session, actor=MAKER, base=foreign, name_ja="他", name_en="Other")
    full = session.get_one(KnowledgeCategory, review.category_id)
    return {
        "kb_review": review.number,
        "kb_review_mark": mark_of(version),
        "kb_withdrawn": withdrawn.number,
        "kb_base": str(full.base_id),
        "kb_category": str(full.id),
        "kb_empty_base": str(empty.id),
        "kb_spare": str(spare.id),
        "kb_fm_base": str(foreign.id),
        "kb_fm_category": str(foreign_category.id),
        "kb_draft_version": str(_draft(session).version),
        "kb_draft_mark": mark_of(in_the_making(session, _draft(session), "ja")),
    }


def _draft(session: Session) -> Article:
    """The draft of tests/factories/shelf.py."""
    made = select(Article).where(Article.published_at.is_(None)).order_by(Article.id).limit(1)
    return session.scalars(made).one()
