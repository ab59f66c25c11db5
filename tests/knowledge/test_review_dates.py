"""Review dates and their reminders: on the day and not before, once, to whom and in which language (D08)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.authz import Forbidden, system_actor
from app.journal import JournalEvent
from app.knowledge.actions.placing import place, remind
from app.knowledge.actions.publishing import publish, withdraw
from app.knowledge.actions.reviewing import send_back, submit
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.models import Article, KnowledgeCategory
from app.knowledge.review_jobs import remind_of_what_is_due
from app.knowledge.standing import in_the_making
from tests import cast
from tests.conftest import Given, Outbox, Stored
from tests.factories import knowledge

DAY = date(2027, 3, 1)
# The first of March begins in Japan at three in the afternoon of the day before, by universal time.
BEGINS = datetime(2027, 2, 28, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def due(
    session: Session, *, author: str | None = "agent", slug: str | None = "cs", is_withdrawn: bool = False
) -> str:
    """An article that is to be looked at again on :data:`DAY`; its number."""
    made = knowledge.article(session, slug=slug)
    set_day(session, made.number, DAY, author=author)
    if is_withdrawn:
        withdraw(session, made, actor=knowledge.MAKER)
    return made.number


def set_day(session: Session, number: str, day: date | None, *, author: str | None = "agent") -> None:
    made = session.scalars(select(Article).where(Article.number == number)).one()
    place(
        session,
        made,
        actor=knowledge.MAKER,
        category=session.get_one(KnowledgeCategory, made.category_id),
        author=cast.person(session, author) if author else None,
        review_on=day,
    )


def reminders(session: Session) -> int:
    return len(session.scalars(select(JournalEvent).where(JournalEvent.kind == "article.review_due")).all())


def disable(session: Session, name: str) -> None:
    accounts.disable(session, actor=knowledge.MAKER, user=cast.person(session, name))


@pytest.mark.req("KB-15")
@pytest.mark.parametrize("name", ["agent", "lead", "admin", "hanako"])
def test_nobody_but_the_job_reminds(session: Session, name: str) -> None:
    article = knowledge.article(session)
    with pytest.raises(Forbidden):
        remind(session, article, actor=cast.actor_of(session, name))


@pytest.mark.req("KB-15", "MAIL-02")
def test_the_day_begins_at_midnight_of_the_installation_and_counts_once(
    app: Flask, given: Given, stored: Stored, outbox: Outbox
) -> None:
    number = given(due)
    outbox()
    with clock.at(BEGINS - SECOND):
        assert remind_of_what_is_due(app) == 0
    assert outbox() == []
    with clock.at(BEGINS):
        assert remind_of_what_is_due(app) == 1
        assert remind_of_what_is_due(app) == 0
    with clock.at(BEGINS + timedelta(days=400)):
        assert remind_of_what_is_due(app) == 0
    sent = outbox()
    assert [(mail.to, mail.language) for mail in sent] == [("agent@desk.example", "ja")]
    assert number in sent[0].subject
    assert f"https://desk.test/console/knowledge/{number}" in sent[0].text
    assert stored(reminders) == 1


@pytest.mark.req("KB-15")
def test_another_date_is_reminded_of_again_and_none_never(app: Flask, given: Given, stored: Stored) -> None:
    number = given(due)
    with clock.at(BEGINS):
        assert remind_of_what_is_due(app) == 1
    given(set_day, number, DAY + timedelta(days=1))
    with clock.at(BEGINS + timedelta(days=1) - SECOND):
        assert remind_of_what_is_due(app) == 0
    with clock.at(BEGINS + timedelta(days=1)):
        assert remind_of_what_is_due(app) == 1
    given(set_day, number, None)
    with clock.at(BEGINS + timedelta(days=900)):
        assert remind_of_what_is_due(app) == 0
    assert stored(reminders) == 2


@pytest.mark.req("KB-15", "MAIL-02")
def test_without_an_author_the_leads_of_the_service_are_asked(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    given(due, author=None)
    given(due, author="agent", slug=None)
    given(disable, "agent")
    outbox()
    with clock.at(BEGINS):
        assert remind_of_what_is_due(app) == 2
    assert [mail.to for mail in outbox()] == ["lead@desk.example", "lead@desk.example"]


@pytest.mark.req("KB-15")
def test_what_readers_do_not_have_is_not_looked_at(app: Flask, given: Given, outbox: Outbox) -> None:
    given(due, is_withdrawn=True)
    outbox()
    with clock.at(BEGINS + timedelta(days=1)):
        assert remind_of_what_is_due(app) == 0
    assert outbox() == []


@pytest.mark.req("KB-15", "MAIL-02")
def test_each_is_written_to_in_the_own_language_and_never_the_one_who_acts(
    given: Given, outbox: Outbox
) -> None:
    number = given(_written_by_ichika)
    assert [(mail.to, mail.language) for mail in outbox()] == [("lead@desk.example", "ja")]
    given(_back, number)
    (back,) = outbox()
    assert (back.to, back.language) == ("ichika@desk.example", "en")
    assert back.subject == f"[{number}] Back from review: 手順"
    assert "図を足してください" in back.text
    given(_published, number)
    (done,) = outbox()
    assert (done.to, done.subject) == ("ichika@desk.example", f"[{number}] Published: 手順")
    # The one lead there is has written this: it is for the administrators to look at.
    given(_by_the_lead_alone, number)
    assert [mail.to for mail in outbox()] == ["admin@desk.example"]


def _article(session: Session, number: str) -> Article:
    return session.scalars(select(Article).where(Article.number == number)).one()


def _content(title: str = "手順") -> Content:
    return Content(title=title, body="文", html="<p>文</p>")


def _written_by_ichika(session: Session) -> str:
    made = knowledge.article(session, is_published=False)
    ichika = cast.actor_of(session, "cs_agent")
    version = write_version(session, made, actor=ichika, language="ja", content=_content())
    submit(session, made, version, actor=ichika)
    return made.number


def _back(session: Session, number: str) -> None:
    made = _article(session, number)
    version = in_the_making(session, made, "ja")
    send_back(session, made, version, actor=cast.actor_of(session, "lead"), remark="図を足してください")


def _published(session: Session, number: str) -> None:
    made = _article(session, number)
    publish(session, made, in_the_making(session, made, "ja"), actor=cast.actor_of(session, "lead"))


def _by_the_lead_alone(session: Session, number: str) -> None:
    made, lead = _article(session, number), cast.actor_of(session, "lead")
    version = write_version(session, made, actor=lead, language="ja", content=_content("上長の題"))
    submit(session, made, version, actor=lead)
    publish(session, made, version, actor=lead)


@pytest.mark.req("KB-15")
def test_a_reminder_without_a_date_does_nothing(session: Session) -> None:
    article = knowledge.article(session)
    remind(session, article, actor=system_actor("tests"))
    assert (article.reminded_of, reminders(session)) == (None, 0)
