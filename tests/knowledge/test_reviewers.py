"""Who is asked by mail to look at an article: never nobody, and nobody who could not open it (KB-15, ROLE-05)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts.models import AgentService, User
from app.knowledge.actions.feedback import give_feedback
from app.knowledge.actions.placing import place
from app.knowledge.actions.reviewing import send_back, submit
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.models import Article, KnowledgeCategory
from app.knowledge.review_jobs import remind_of_what_is_due
from app.knowledge.standing import in_the_making, newest_version
from tests import cast
from tests.conftest import Given, Outbox
from tests.factories import knowledge

pytestmark = pytest.mark.req("KB-15", "ROLE-05")

LEAD, ADMIN = "lead@desk.example", "admin@desk.example"
AUTHOR = "ichika@desk.example"


def sent_to_review(session: Session, *, slug: str | None = None, by: str = "agent") -> str:
    """A draft that a member of the cast has written and sent to review; its number."""
    made = knowledge.article(session, slug=slug, is_published=False)
    writer = cast.actor_of(session, by)
    content = Content(title="手順", body="文", html="<p>文</p>")
    submit(
        session,
        made,
        write_version(session, made, actor=writer, language="ja", content=content),
        actor=writer,
    )
    return made.number


def disable(session: Session, name: str) -> None:
    accounts.disable(session, actor=knowledge.MAKER, user=cast.person(session, name))


def freeze(session: Session, name: str) -> None:
    """As somebody's own emergency brake does, without its mails."""
    session.execute(
        update(User).where(User.id == cast.person(session, name).id).values(frozen_at=clock.now())
    )


def move_away(session: Session, name: str) -> None:
    """Let somebody work in no service any more."""
    session.execute(delete(AgentService).where(AgentService.user_id == cast.person(session, name).id))


def recipients(outbox: Outbox) -> list[str]:
    return [mail.to for mail in outbox()]


@pytest.mark.parametrize("slug", [None, "cs"])
def test_the_leads_are_asked_and_administrators_left_in_peace(
    given: Given, outbox: Outbox, slug: str | None
) -> None:
    given(sent_to_review, slug=slug)
    assert recipients(outbox) == [LEAD]


@pytest.mark.parametrize("gone", [disable, freeze])
@pytest.mark.parametrize("slug", [None, "cs"])
def test_without_a_lead_who_can_sign_in_the_administrators_are_asked(
    given: Given, outbox: Outbox, slug: str | None, gone: object
) -> None:
    given(gone, "lead")
    outbox()
    given(sent_to_review, slug=slug)
    assert recipients(outbox) == [ADMIN]


def test_a_service_whose_leads_work_elsewhere_has_the_administrators(given: Given, outbox: Outbox) -> None:
    given(move_away, "lead")
    given(sent_to_review, slug="cs")
    assert recipients(outbox) == [ADMIN]
    # A common base is still every lead's.
    given(sent_to_review)
    assert recipients(outbox) == [LEAD]


def test_a_lead_who_asks_for_a_review_is_not_the_one_who_is_asked(given: Given, outbox: Outbox) -> None:
    given(sent_to_review, by="lead")
    assert recipients(outbox) == [ADMIN]
    given(sent_to_review, by="admin")
    assert recipients(outbox) == [LEAD]


@pytest.mark.req("SEC-26")
def test_an_author_who_cannot_open_the_article_any_more_is_told_nothing_of_it(
    given: Given, outbox: Outbox
) -> None:
    number = given(sent_to_review, slug="cs", by="cs_agent")
    given(move_away, "cs_agent")
    outbox()

    def send_it_back(session: Session) -> None:
        article = session.scalars(select(Article).where(Article.number == number)).one()
        version = in_the_making(session, article, "ja")
        send_back(session, article, version, actor=cast.actor_of(session, "lead"), remark="図")

    given(send_it_back)
    assert outbox() == []


@pytest.mark.req("MAIL-02")
@pytest.mark.parametrize(
    ("gone", "asked"), [(None, "ichika@desk.example"), (move_away, LEAD), (freeze, LEAD)]
)
def test_a_review_date_and_a_readers_remark_reach_the_author_or_else_the_leads(
    app: Flask, given: Given, outbox: Outbox, gone: object, asked: str
) -> None:
    day = clock.now().date()

    def make(session: Session) -> str:
        made = knowledge.article(session, slug="cs")
        ichika = cast.person(session, "cs_agent")
        category = session.get_one(KnowledgeCategory, made.category_id)
        place(session, made, actor=knowledge.MAKER, category=category, author=ichika, review_on=day)
        return made.number

    def remark(session: Session, number: str) -> None:
        made = session.scalars(select(Article).where(Article.number == number)).one()
        version = newest_version(session, made, "ja")
        assert version is not None
        hanako = cast.actor_of(session, "hanako", "cs")
        give_feedback(session, made, version, actor=hanako, has_helped=False, remark="図がありません")

    number = given(make)
    if gone:
        given(gone, "cs_agent")
    outbox()
    with clock.at(clock.now() + timedelta(days=2)):
        assert remind_of_what_is_due(app) == 1
    given(remark, number)
    assert recipients(outbox) == [asked, asked]


@pytest.mark.req("SEC-28")
@pytest.mark.parametrize(("name", "service", "told"), [("hanako", "cs", AUTHOR), ("charlie", "fm", LEAD)])
def test_on_an_article_for_all_services_an_author_hears_the_customers_of_her_own(
    given: Given, outbox: Outbox, name: str, service: str, told: str
) -> None:
    """Ichika works for cs alone; what somebody of fm remarks goes to a lead who works for fm."""

    def remarked(session: Session) -> None:
        made = knowledge.article(session, slug=None)
        at = session.get_one(KnowledgeCategory, made.category_id)
        ichika = cast.person(session, "cs_agent")
        place(session, made, actor=knowledge.MAKER, category=at, author=ichika, review_on=None)
        version = newest_version(session, made, "ja")
        assert version is not None
        reader = cast.actor_of(session, name, service)
        give_feedback(session, made, version, actor=reader, has_helped=False, remark="社内の構成が違います")

    given(remarked)
    assert recipients(outbox) == [told]
