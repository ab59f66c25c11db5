"""Who may read an article, at its edges: closed by default, and what a base has a place for (SEC-49)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Forbidden
from app.cases.guard.outgoing import Stopped
from app.journal import JournalEvent
from app.knowledge import queries
from app.knowledge.actions.audience import Readers, WrongReaders, mark_of, set_audience
from app.knowledge.actions.placing import place
from app.knowledge.models import Article
from app.knowledge.standing import StaleVersion, audience_of
from tests import cast
from tests.factories import knowledge

CUSTOMERS = (("hanako", "cs"), ("taro", "cs"), ("alice", "cs"), ("jiro", "fm"), ("charlie", "fm"))
EVERYBODY = {"hanako", "taro", "alice"}


def seen_by(session: Session, article: Article) -> set[str]:
    return {
        name
        for name, slug in CUSTOMERS
        if session.scalar(
            queries.visible_to(cast.actor_of(session, name, slug)).where(Article.id == article.id)
        )
    }


def last_told(session: Session, article: Article) -> JournalEvent:
    of_article = select(JournalEvent).where(
        JournalEvent.subject_type == "article", JournalEvent.subject_id == article.id
    )
    return session.scalars(of_article.order_by(JournalEvent.id.desc()).limit(1)).one()


@pytest.mark.req("SEC-49", "ROLE-02", "ROLE-05")
@pytest.mark.parametrize(
    ("name", "slug"), [("agent", "cs"), ("cs_agent", "fm"), ("hanako", "cs"), ("alice", "cs")]
)
def test_only_leads_say_who_reads(session: Session, name: str, slug: str) -> None:
    article = knowledge.article(session, slug=slug, for_whom=[])
    for readers in ([], [knowledge.readers(session, slug)]):
        with pytest.raises(Forbidden):
            set_audience(session, article, actor=cast.actor_of(session, name), readers=readers)
    assert audience_of(session, article) == []


@pytest.mark.req("SEC-49")
@pytest.mark.parametrize(
    ("base", "slug", "holder", "number"),
    [
        ("cs", "fm", None, None),
        ("cs", "fm", cast.SAMPLE, None),
        ("cs", "fm", None, cast.FM_NUMBER),
        ("cs", "cs", None, cast.FM_NUMBER),
        (None, "cs", cast.SAMPLE, None),
        (None, "cs", None, cast.CS_NUMBER),
    ],
)
def test_a_base_has_no_place_for_readers_of_elsewhere(
    session: Session, base: str | None, slug: str, holder: str | None, number: str | None
) -> None:
    article = knowledge.article(session, slug=base)
    before = mark_of(audience_of(session, article))
    wrong = knowledge.readers(session, slug, holder=holder, number=number)
    with pytest.raises(WrongReaders):
        set_audience(session, article, actor=cast.actor_of(session, "lead"), readers=[wrong])
    session.flush()
    assert mark_of(audience_of(session, article)) == before


@pytest.mark.req("SEC-49", "KB-03")
def test_rows_add_up_and_taking_all_away_leaves_nobody(session: Session) -> None:
    article = knowledge.article(session, for_whom=[])
    lead = cast.actor_of(session, "lead")
    alone = knowledge.readers(session, "cs", number=cast.ALICE_CS_NUMBER)
    sample = knowledge.readers(session, "cs", holder=cast.SAMPLE)
    whole = knowledge.readers(session, "cs")
    steps: list[tuple[list[Readers], set[str]]] = [
        ([alone], {"alice"}),
        ([alone, sample], EVERYBODY),
        ([sample, sample], {"hanako", "taro"}),
        ([whole, alone], EVERYBODY),
        ([alone], {"alice"}),
        ([], set()),
    ]
    for readers, expected in steps:
        set_audience(session, article, actor=lead, readers=readers)
        assert seen_by(session, article) == expected
        assert len(audience_of(session, article)) == len(set(readers))
        told = last_told(session, article)
        assert (told.kind, told.actor_id) == ("article.audience_set", lead.user_id)
        assert set(told.data["readers"]) == {each.word for each in readers}


@pytest.mark.req("SEC-49", "REL-05")
def test_an_audience_of_before_is_refused_and_nothing_opens(session: Session) -> None:
    article = knowledge.article(session, for_whom=[])
    lead, whole = cast.actor_of(session, "lead"), knowledge.readers(session, "cs")
    set_audience(session, article, actor=lead, readers=[whole], seen="nobody")
    with pytest.raises(StaleVersion):
        set_audience(session, article, actor=lead, readers=[], seen="nobody")
    assert seen_by(session, article) == EVERYBODY
    set_audience(session, article, actor=lead, readers=[], seen=mark_of(audience_of(session, article)))
    assert seen_by(session, article) == set()


@pytest.mark.req("SEC-49", "DESK-04")
def test_what_is_published_opens_to_others_only_when_looked_at(session: Session) -> None:
    sample = knowledge.readers(session, "cs", holder=cast.SAMPLE)
    article = knowledge.article(session, body=f"{cast.CS_NUMBER} の設定", for_whom=[sample])
    lead, whole = cast.actor_of(session, "lead"), knowledge.readers(session, "cs")
    with pytest.raises(Stopped) as stop:
        set_audience(session, article, actor=lead, readers=[whole])
    assert seen_by(session, article) == {"hanako", "taro"}
    # Closing it needs nobody's look.
    set_audience(session, article, actor=lead, readers=[])
    assert seen_by(session, article) == set()
    set_audience(session, article, actor=lead, readers=[whole], confirmed=stop.value.digest)
    assert seen_by(session, article) == EVERYBODY
    assert last_told(session, article).kind == "article.guard_overruled"


@pytest.mark.req("SEC-49", "KB-15")
@pytest.mark.parametrize(("to", "expected"), [("cs", EVERYBODY), ("fm", set()), (None, set())])
def test_another_place_closes_it_unless_the_service_stays(
    session: Session, to: str | None, expected: set[str]
) -> None:
    article = knowledge.article(session)
    place(
        session,
        article,
        actor=cast.actor_of(session, "lead"),
        category=knowledge.category(session, slug=to, base="別の場所"),
        author=None,
        review_on=None,
    )
    session.flush()
    assert seen_by(session, article) == expected


@pytest.mark.req("KB-15", "ROLE-05")
@pytest.mark.parametrize(
    ("name", "start", "to", "outcome"),
    [
        ("agent", "draft", "fm", "placed"),
        ("agent", "published", "fm", "refused"),
        ("agent", "published", "cs", "refused"),
        ("cs_agent", "draft", "cs", "placed"),
        ("cs_agent", "draft", "fm", "refused"),
        ("lead", "published", "fm", "placed"),
        ("hanako", "draft", "cs", "refused"),
    ],
)
def test_a_draft_is_its_writers_to_place_and_then_the_leads(
    session: Session, name: str, start: str, to: str, outcome: str
) -> None:
    article = knowledge.article(session, is_published=start == "published")
    before, there = article.category_id, knowledge.category(session, slug=to, base="別の場所")
    who = cast.actor_of(session, name)
    if outcome == "refused":
        with pytest.raises(Forbidden):
            place(session, article, actor=who, category=there, author=None, review_on=None)
        assert article.category_id == before
        return
    place(session, article, actor=who, category=there, author=None, review_on=None)
    assert article.category_id == there.id
    assert (last_told(session, article).kind, last_told(session, article).actor_id) == (
        "article.placed",
        who.user_id,
    )
