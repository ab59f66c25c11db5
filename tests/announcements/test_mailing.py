"""Those concerned are told by mail when an announcement begins: everybody once, whatever breaks off."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.announcements import jobs
from app.announcements.actions import mailing
from app.announcements.actions.announcing import Placing, announce, end
from app.announcements.concerned import concerned_users, readings
from app.announcements.models import Announcement, AnnouncementRecipient
from app.announcements.queries import get_for, within_reach
from app.authz import Forbidden
from app.journal import JournalEvent
from app.knowledge.actions.publishing import offer_again, withdraw
from app.knowledge.models import Article
from tests import cast
from tests.conftest import Given, Outbox, Stored
from tests.factories import knowledge

pytestmark = pytest.mark.req("ANN-05", "MAIL-05")

HOUR = timedelta(hours=1)
MAIL_OF = {name: cast.ROLES[name].login_id.removesuffix(".cs").removesuffix(".fm") for name in cast.ROLES}


def mailed(
    session: Session,
    *,
    slugs: tuple[str, ...] = ("cs",),
    since: timedelta = -HOUR,
    for_whom: list[Any] | None = None,
    is_mailed: bool = True,
) -> int:
    article = knowledge.article(
        session,
        slug=None if len(slugs) > 1 else slugs[0],
        title="夜間停止",
        body="今夜停止します。",
        title_en="Closed tonight",
        body_en="Closed.",
        for_whom=for_whom,
    )
    placing = Placing(
        services=[knowledge.service(session, slug) for slug in slugs],
        since=clock.now() + since,
        until=clock.now() + since + 24 * HOUR,
        is_mailed=is_mailed,
    )
    return announce(session, actor=knowledge.MAKER, article=article, placing=placing).id


def history(session: Session, announcement_id: int) -> list[dict[str, Any]]:
    rows = select(JournalEvent).where(
        JournalEvent.subject_id == announcement_id, JournalEvent.kind == "announcement.mailed"
    )
    return [dict(row.data) for row in session.scalars(rows)]


def test_everybody_concerned_gets_it_once_in_the_own_language(
    app: Flask, given: Given, outbox: Outbox, stored: Stored
) -> None:
    number = given(mailed)
    assert jobs.mail_what_is_due(app) == 1
    sent = {mail.to: mail for mail in outbox()}
    assert set(sent) == {MAIL_OF[name] for name in ("hanako", "taro", "alice")}
    japanese, english = sent[MAIL_OF["hanako"]], sent[MAIL_OF["alice"]]
    assert japanese.subject == "【マネージドCSPM】夜間停止"
    assert "今夜停止します。" in japanese.text
    assert "今夜停止します。" in japanese.html
    assert english.subject == "[Managed CSPM] Closed tonight"
    assert "/cs/knowledge/KB0000001" in english.text
    assert "/cs/knowledge/KB0000001" in english.html
    assert jobs.mail_what_is_due(app) == 0
    assert outbox() == []
    assert stored(lambda session: history(session, number)) == [{"recipients": 3}]


@pytest.mark.req("MAIL-04")
def test_it_waits_for_the_beginning_and_disabled_people_get_nothing(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    given(mailed, slugs=("cs", "fm"), since=HOUR)
    assert jobs.mail_what_is_due(app) == 0
    with clock.at(clock.now() + HOUR):
        assert jobs.mail_what_is_due(app) == 1
    addressed = [mail.to for mail in outbox()]
    # Hanako and Alice have numbers of both services.
    assert sorted(addressed) == sorted(
        MAIL_OF[name] for name in ("hanako", "taro", "jiro", "alice", "charlie")
    )


@pytest.mark.req("REL-03", "REL-07")
def test_what_breaks_off_between_two_batches_goes_on_where_it_stopped(
    app: Flask, given: Given, outbox: Outbox, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = given(mailed)
    some = mailing.mail_some
    calls = []

    def breaks_off(session: Session, announcement_id: int, **options: Any) -> bool:
        calls.append(announcement_id)
        if len(calls) == 2:
            # The second batch is written, and lost with its transaction.
            some(session, announcement_id, **options, most=1)
            raise RuntimeError("The power is gone.")
        return some(session, announcement_id, **options, most=1)

    monkeypatch.setattr(jobs, "mail_some", breaks_off)
    assert jobs.mail_what_is_due(app) == 0
    assert len(outbox()) == 1
    assert stored(lambda session: history(session, number)) == []
    assert jobs.mail_what_is_due(app) == 1
    assert len(outbox()) == 2
    assert stored(lambda session: history(session, number)) == [{"recipients": 3}]


@pytest.mark.req("CONTACT-07")
def test_an_address_of_two_users_gets_it_once(app: Flask, given: Given, outbox: Outbox) -> None:
    given(mailed)

    def share(session: Session) -> None:
        taro = update(User).where(User.login_key == cast.ROLES["taro"].login_id)
        session.execute(taro.values(mail=MAIL_OF["hanako"]))

    given(share)
    assert jobs.mail_what_is_due(app) == 1
    assert sorted(mail.to for mail in outbox()) == sorted([MAIL_OF["hanako"], MAIL_OF["alice"]])


@pytest.mark.req("SEC-49")
def test_only_who_may_read_the_article_is_told(app: Flask, given: Given, outbox: Outbox) -> None:
    def for_alice(session: Session) -> None:
        mailed(session, for_whom=[knowledge.readers(session, "cs", number=cast.ALICE_CS_NUMBER)])
        mailed(session, for_whom=[])
        mailed(session, is_mailed=False)

    given(for_alice)
    jobs.mail_what_is_due(app)
    assert [mail.to for mail in outbox()] == [MAIL_OF["alice"]]


def test_ended_and_withdrawn_ones_are_not_mailed(app: Flask, given: Given, outbox: Outbox) -> None:
    def make(session: Session) -> int:
        end(session, get_for(session, knowledge.MAKER, mailed(session)), actor=knowledge.MAKER)
        withdrawn = session.get_one(Announcement, mailed(session))
        withdraw(session, session.get_one(Article, withdrawn.article_id), actor=knowledge.MAKER)
        return withdrawn.article_id

    article_id = given(make)
    assert jobs.mail_what_is_due(app) == 0
    assert outbox() == []
    given(lambda session: offer_again(session, session.get_one(Article, article_id), actor=knowledge.MAKER))
    assert jobs.mail_what_is_due(app) == 1
    assert len(outbox()) == 3


def test_who_is_concerned_is_who_sees_it(session: Session) -> None:
    """The set of people asked at once agrees with what each of them finds in their portal."""
    cases: tuple[dict[str, Any], ...] = (
        {"for_whom": None},
        {"for_whom": [knowledge.readers(session, "cs", holder=cast.SAMPLE)]},
        {"for_whom": [knowledge.readers(session, "cs", number=cast.ALICE_CS_NUMBER)]},
        {"for_whom": []},
        {"slugs": ("cs", "fm")},
    )
    for options in cases:
        announcement_id = mailed(session, **options)
        concerned = {user.login_key for user in session.scalars(concerned_users(announcement_id))}
        seeing = set()
        for name, slug in (
            ("hanako", "cs"), ("taro", "cs"), ("alice", "cs"), ("jiro", "fm"), ("charlie", "fm"),
        ):  # fmt: skip
            actor = cast.actor_of(session, name, slug)
            from_here = select(func.count()).select_from(Announcement)
            if session.scalar(from_here.where(Announcement.id == announcement_id, within_reach(actor))):
                seeing.add(cast.ROLES[name].login_id)
        assert concerned == seeing
        read = readings(session, knowledge.MAKER, [announcement_id])
        assert (read[announcement_id].concerned if read else 0) == len(concerned)


def test_nobody_but_the_worker_mails(session: Session) -> None:
    announcement_id = mailed(session)
    with pytest.raises(Forbidden):
        mailing.mail_some(session, announcement_id, actor=cast.actor_of(session, "lead"))
    assert session.scalar(select(func.count()).select_from(AnnouncementRecipient)) == 0
