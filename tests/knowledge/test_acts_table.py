"""The lifecycle's table: every act on every state of a version, for every kind of person, and its traces (KB-15)."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.authz import Actor, Forbidden
from app.cases.guard.outgoing import Stopped
from app.journal import JournalEvent
from app.knowledge import policy, queries
from app.knowledge.actions.publishing import offer_again, publish, withdraw
from app.knowledge.actions.reviewing import discard, send_back, submit
from app.knowledge.actions.writing import Content, restore, write_version
from app.knowledge.lifecycle import Act, ArticleState, NotPossible, VersionState
from app.knowledge.models import Article, ArticleEdition, ArticleFile, ArticleVersion
from app.knowledge.standing import StaleVersion, base_of, in_the_making, mark_of, newest_version
from tests import cast
from tests.factories import knowledge

NEW = Content(title="新しい題", body="新しい文", html="<p>新しい文</p>")
STATES = (VersionState.DRAFT, VersionState.REVIEW, VersionState.PUBLISHED)
# Who of the cast may do what with articles of fm, where all of them are possible.
# A system administrator is at home in every service (ROLE-05).
WRITERS, LEADS = ("agent", "lead", "admin"), ("lead", "admin")
NOBODYS = ("cs_agent", "hanako", "jiro", "charlie")
PEOPLE = (*WRITERS, *NOBODYS)
RIGHTS = {
    Act.EDIT: WRITERS,
    Act.SUBMIT: WRITERS,
    Act.DISCARD: WRITERS,
    Act.RETURN: LEADS,
    Act.PUBLISH: LEADS,
}
# What each act makes of a version in each state; what is missing is refused.
BECOMES: dict[tuple[Act, VersionState], VersionState | None] = {
    (Act.EDIT, VersionState.DRAFT): VersionState.DRAFT,
    (Act.EDIT, VersionState.REVIEW): VersionState.DRAFT,
    (Act.SUBMIT, VersionState.DRAFT): VersionState.REVIEW,
    (Act.RETURN, VersionState.REVIEW): VersionState.DRAFT,
    (Act.PUBLISH, VersionState.DRAFT): VersionState.PUBLISHED,
    (Act.PUBLISH, VersionState.REVIEW): VersionState.PUBLISHED,
    (Act.DISCARD, VersionState.DRAFT): None,
    (Act.DISCARD, VersionState.REVIEW): None,
}
Doing = Callable[[Session, Article, ArticleVersion, Actor], object]
DOINGS: dict[Act, Doing] = {
    Act.EDIT: lambda s, a, v, who: write_version(s, a, actor=who, language=v.language, content=NEW),
    Act.SUBMIT: lambda s, a, v, who: submit(s, a, v, actor=who),
    Act.RETURN: lambda s, a, v, who: send_back(s, a, v, actor=who, remark="足りません"),
    Act.PUBLISH: lambda s, a, v, who: publish(s, a, v, actor=who),
    Act.DISCARD: lambda s, a, v, who: discard(s, a, v, actor=who),
}


def standing(
    session: Session, state: VersionState, slug: str | None = "fm"
) -> tuple[Article, ArticleVersion]:
    """An article whose Japanese edition has one version, which stands at ``state``."""
    article = knowledge.article(session, slug=slug, is_published=state is VersionState.PUBLISHED)
    version = newest_version(session, article, "ja")
    assert version is not None
    if state is VersionState.REVIEW:
        submit(session, article, version, actor=knowledge.MAKER)
    return article, version


def told(session: Session, article: Article) -> list[JournalEvent]:
    of_article = select(JournalEvent).where(
        JournalEvent.subject_type == "article", JournalEvent.subject_id == article.id
    )
    return list(session.scalars(of_article.order_by(JournalEvent.id)))


def for_customer(session: Session, article: Article, name: str = "hanako", slug: str = "cs") -> bool:
    reach = queries.visible_to(cast.actor_of(session, name, slug)).where(Article.id == article.id)
    return session.scalar(reach) is not None


@pytest.mark.req("KB-15", "ROLE-02", "ROLE-05")
@pytest.mark.parametrize("act", list(Act))
def test_only_those_of_the_table_do_an_act_and_only_in_its_states(session: Session, act: Act) -> None:
    for state in STATES:
        article, version = standing(session, state)
        base = base_of(session, article)
        for name in PEOPLE:
            who = cast.actor_of(session, name)
            is_theirs = name in RIGHTS[act]
            assert policy.can_act(who, act, base) is is_theirs, (name, act)
            is_possible = is_theirs and (act, state) in BECOMES
            assert policy.can_do(who, act, version, base) is is_possible, (name, act, state)


@pytest.mark.req("KB-15", "ROLE-02", "ROLE-05")
@pytest.mark.parametrize("act", list(Act))
def test_the_actions_themselves_refuse_everybody_else_and_leave_no_trace(session: Session, act: Act) -> None:
    for state in (VersionState.DRAFT, VersionState.REVIEW):
        article, version = standing(session, state)
        before = len(told(session, article)), version.version
        for name in PEOPLE:
            if name in RIGHTS[act]:
                continue
            with pytest.raises(Forbidden):
                DOINGS[act](session, article, version, cast.actor_of(session, name))
        session.flush()
        assert (version.state, version.title) == (state, "ログインできないとき")
        assert (len(told(session, article)), version.version) == before


@pytest.mark.req("KB-15")
@pytest.mark.parametrize(("act", "state"), [(act, state) for act in Act for state in STATES])
def test_what_an_act_makes_of_a_version(session: Session, act: Act, state: VersionState) -> None:
    article, version = standing(session, state)
    before = len(told(session, article))
    lead = cast.actor_of(session, "lead")
    if act is Act.EDIT and state is VersionState.PUBLISHED:
        # Whoever edits what is published writes the next version.
        DOINGS[act](session, article, version, lead)
        made = in_the_making(session, article, "ja")
        assert made is not None
        assert (version.state, version.title, made.number) == (state, "ログインできないとき", 2)
        return
    if (act, state) not in BECOMES:
        with pytest.raises(NotPossible):
            DOINGS[act](session, article, version, lead)
        assert version.state is state
        assert len(told(session, article)) == before
        return
    DOINGS[act](session, article, version, lead)
    session.flush()
    expected = BECOMES[act, state]
    assert (
        session.scalar(select(ArticleVersion.state).where(ArticleVersion.article_id == article.id))
        == expected
    )
    new = told(session, article)[before:]
    assert [event.actor_id for event in new] == [lead.user_id]
    assert for_customer(session, article, "jiro", "fm") is (expected is VersionState.PUBLISHED)


@pytest.mark.req("KB-15", "ROLE-05")
@pytest.mark.parametrize("name", ["agent", "cs_agent", "hanako", "alice"])
def test_no_other_than_a_lead_withdraws_or_offers_again(session: Session, name: str) -> None:
    slug = "fm" if name == "cs_agent" else "cs"
    article, _version = standing(session, VersionState.PUBLISHED, slug)
    who = cast.actor_of(session, name)
    with pytest.raises(Forbidden):
        withdraw(session, article, actor=who)
    assert session.scalar(select(Article.state).where(Article.id == article.id)) is ArticleState.PUBLISHED
    withdraw(session, article, actor=knowledge.MAKER)
    with pytest.raises(Forbidden):
        offer_again(session, article, actor=who)
    assert article.state is ArticleState.WITHDRAWN


@pytest.mark.req("KB-15", "KB-03")
@pytest.mark.parametrize(
    ("state", "act"),
    [
        (ArticleState.DRAFT, withdraw),
        (ArticleState.DRAFT, offer_again),
        (ArticleState.WITHDRAWN, withdraw),
        (ArticleState.PUBLISHED, offer_again),
    ],
)
def test_an_article_is_withdrawn_and_offered_only_from_where_it_can(
    session: Session, state: ArticleState, act: Callable[..., None]
) -> None:
    article = knowledge.article(session, is_published=state is not ArticleState.DRAFT)
    if state is ArticleState.WITHDRAWN:
        withdraw(session, article, actor=knowledge.MAKER)
    before = len(told(session, article))
    with pytest.raises(NotPossible):
        act(session, article, actor=cast.actor_of(session, "lead"))
    assert article.state is state
    assert len(told(session, article)) == before


@pytest.mark.req("KB-15", "KB-03")
def test_readers_have_it_gone_again_and_as_it_was(session: Session) -> None:
    article, version = standing(session, VersionState.PUBLISHED, "cs")
    lead, moment = cast.actor_of(session, "lead"), article.published_at
    assert for_customer(session, article)
    withdraw(session, article, actor=lead)
    session.flush()
    assert not for_customer(session, article)
    offer_again(session, article, actor=lead)
    session.flush()
    assert for_customer(session, article)
    # Its age is that of its text, not of the act.
    assert article.published_at == moment
    edition = session.get_one(ArticleEdition, (article.id, "ja"))
    assert edition.current_id == version.id
    assert [event.kind for event in told(session, article)[-2:]] == ["article.withdrawn", "article.offered"]


@pytest.mark.req("KB-15")
def test_a_new_version_of_a_withdrawn_article_puts_it_before_readers_again(session: Session) -> None:
    article, old = standing(session, VersionState.PUBLISHED, "cs")
    lead = cast.actor_of(session, "lead")
    withdraw(session, article, actor=lead)
    made = write_version(session, article, actor=lead, language="ja", content=NEW)
    session.flush()
    assert not for_customer(session, article)
    publish(session, article, made, actor=lead)
    assert for_customer(session, article)
    assert knowledge.current_html(session, article.number) == "<p>新しい文</p>"
    assert (old.state, old.html) == (VersionState.PUBLISHED, "<p>パスワードを再設定してください。</p>")


@pytest.mark.req("KB-15", "REL-05")
def test_publishing_by_a_mark_of_before_is_refused(session: Session) -> None:
    article, version = standing(session, VersionState.DRAFT, "cs")
    seen = mark_of(version)
    agent, lead = (cast.actor_of(session, name) for name in ("agent", "lead"))
    write_version(session, article, actor=agent, language="ja", content=NEW)
    with pytest.raises(StaleVersion):
        publish(session, article, version, actor=lead, seen=seen)
    assert article.state is ArticleState.DRAFT
    publish(session, article, version, actor=lead, seen=mark_of(version))
    assert (version.published_by_id, article.state) == (lead.user_id, ArticleState.PUBLISHED)


@pytest.mark.req("KB-15")
def test_one_language_is_published_without_the_other(session: Session) -> None:
    article = knowledge.article(session, title_en="Signing in", body_en="Reset it.", is_published=False)
    lead = cast.actor_of(session, "lead")
    publish(session, article, in_the_making(session, article, "en"), actor=lead)
    editions = session.scalars(select(ArticleEdition).where(ArticleEdition.article_id == article.id))
    assert {each.language: each.current_id is not None for each in editions} == {"ja": False, "en": True}
    assert in_the_making(session, article, "ja") is not None
    assert for_customer(session, article)


@pytest.mark.req("KB-15")
def test_what_a_published_translation_was_made_of_is_not_discarded(session: Session) -> None:
    article, source = standing(session, VersionState.DRAFT, "cs")
    lead = cast.actor_of(session, "lead")
    content = Content(title="In English", body="x", html="<p>x</p>", translates=source)
    translation = write_version(session, article, actor=lead, language="en", content=content)
    publish(session, article, translation, actor=lead)
    with pytest.raises(NotPossible):
        discard(session, article, source, actor=lead)
    assert in_the_making(session, article, "ja") is source


@pytest.mark.req("KB-15")
def test_a_draft_of_a_translation_outlives_its_source(session: Session) -> None:
    article, source = standing(session, VersionState.DRAFT, "cs")
    agent = cast.actor_of(session, "agent")
    content = Content(title="In English", body="x", html="<p>x</p>", translates=source)
    translation = write_version(session, article, actor=agent, language="en", content=content)
    discard(session, article, source, actor=agent)
    assert in_the_making(session, article, "ja") is None
    assert translation.translates_id is None
    assert in_the_making(session, article, "en") is translation


@pytest.mark.req("KB-15", "ROLE-05")
def test_an_old_version_comes_back_for_writers_of_its_service_alone(session: Session) -> None:
    article, old = standing(session, VersionState.PUBLISHED)
    for name in NOBODYS:
        with pytest.raises(Forbidden):
            restore(session, article, old, actor=cast.actor_of(session, name))
    made = restore(session, article, old, actor=cast.actor_of(session, "agent"))
    assert (made.number, made.state, made.body) == (2, VersionState.DRAFT, old.body)
    with pytest.raises(NotPossible):
        restore(session, article, old, actor=cast.actor_of(session, "agent"))


@pytest.mark.req("KB-15", "REL-07")
@pytest.mark.parametrize(
    "change",
    [
        {"title": "別の題"},
        {"body": "別の文"},
        {"html": "<p>別の文</p>"},
        {"remark": "別の注"},
        {"number": 9},
        {"language": "en"},
        {"published_at": None, "state": VersionState.DRAFT},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_itself_keeps_what_was_published(session: Session, change: dict[str, object]) -> None:
    _article, version = standing(session, VersionState.PUBLISHED)
    session.flush()
    with pytest.raises(DatabaseError):
        session.execute(update(ArticleVersion).where(ArticleVersion.id == version.id).values(**change))


@pytest.mark.req("KB-15", "REL-07")
def test_the_database_deletes_drafts_alone(session: Session) -> None:
    _article, draft = standing(session, VersionState.DRAFT)
    session.flush()
    session.execute(delete(ArticleEdition).where(ArticleEdition.article_id == draft.article_id))
    session.execute(delete(ArticleVersion).where(ArticleVersion.id == draft.id))
    _article, published = standing(session, VersionState.PUBLISHED)
    session.flush()
    session.execute(text("UPDATE article_edition SET current_id = NULL"))
    with pytest.raises(DatabaseError):
        session.execute(delete(ArticleVersion).where(ArticleVersion.id == published.id))


@pytest.mark.req("KB-15", "DESK-04")
@pytest.mark.parametrize(
    ("written", "holder", "outcome"),
    [
        (cast.HIKARI, None, "stopped"),
        (cast.SAMPLE, None, "stopped"),
        (cast.SAMPLE, cast.SAMPLE, "passes"),
        (cast.CS_NUMBER, cast.SAMPLE, "passes"),
        (cast.CS_NUMBER, cast.A_COMPANY, "stopped"),
        (cast.CHARLIE_NUMBER, cast.SAMPLE, "stopped"),
        ("Ｎ２３７９０３１４４", cast.SAMPLE, "stopped"),
        ("hanako@sample.example", cast.A_COMPANY, "stopped"),
        ("どのお客様でも同じ手順です", None, "passes"),
    ],
)
def test_the_guard_stops_what_names_other_customers_than_its_readers(
    session: Session, written: str, holder: str | None, outcome: str
) -> None:
    article = knowledge.article(
        session,
        body=f"これは {written} の設定です。",
        for_whom=[knowledge.readers(session, "cs", holder=holder)],
        is_published=False,
    )
    version = in_the_making(session, article, "ja")
    lead = cast.actor_of(session, "lead")
    if outcome == "passes":
        publish(session, article, version, actor=lead)
        assert "article.guard_overruled" not in [event.kind for event in told(session, article)]
        return
    with pytest.raises(Stopped) as stop:
        publish(session, article, version, actor=lead)
    assert article.state is ArticleState.DRAFT
    with pytest.raises(Stopped):
        publish(session, article, version, actor=lead, confirmed="0" * 64)
    publish(session, article, version, actor=lead, confirmed=stop.value.digest)
    overruled = told(session, article)[-1]
    assert (overruled.kind, overruled.actor_id) == ("article.guard_overruled", lead.user_id)
    assert written not in str(overruled.data)


@pytest.mark.req("KB-15", "DESK-04")
def test_a_confirmation_holds_for_that_very_text_alone(session: Session) -> None:
    article = knowledge.article(session, body=f"{cast.HIKARI} の設定", is_published=False)
    version, lead = in_the_making(session, article, "ja"), cast.actor_of(session, "lead")
    with pytest.raises(Stopped) as stop:
        publish(session, article, version, actor=lead)
    content = Content(title="題", body=f"{cast.HIKARI} の別の設定", html=f"<p>{cast.HIKARI} の別の設定</p>")
    changed = write_version(session, article, actor=lead, language="ja", content=content)
    with pytest.raises(Stopped):
        publish(session, article, changed, actor=lead, confirmed=stop.value.digest)
    assert session.scalars(select(ArticleFile)).all() == []
