"""To whom the mail of an announcement goes, what it says to each, and that it goes once and in its time alone."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User, UserNumber
from app.announcements import jobs
from app.announcements.actions import mailing
from app.announcements.actions.announcing import Placing, announce, change
from app.announcements.letters import queue_letter
from app.announcements.models import Announcement, AnnouncementRecipient
from app.announcements.queries import get_for
from app.contracts.models import CustomerNumber
from app.journal import JournalEvent
from app.knowledge.models import Article
from tests import cast
from tests.announcements.test_mailing import MAIL_OF, history, mailed
from tests.cases.races import at_once
from tests.conftest import Given, Outbox, Stored
from tests.factories import knowledge

pytestmark = pytest.mark.req("ANN-05", "MAIL-05")

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
CS, FM, BOTH = ("cs",), ("fm",), ("cs", "fm")


def names(outbox: Outbox) -> list[str]:
    by_mail = {mail: name for name, mail in MAIL_OF.items()}
    return sorted(by_mail[mail.to] for mail in outbox())


def change_user(session: Session, name: str, **values: Any) -> None:
    session.execute(update(User).where(User.login_key == cast.ROLES[name].login_id).values(**values))


def take_number(session: Session, name: str, number: str) -> None:
    user = cast.person(session, name)
    gone = select(CustomerNumber.id).where(CustomerNumber.number == number)
    session.execute(delete(UserNumber).where(UserNumber.user_id == user.id, UserNumber.number_id.in_(gone)))


@pytest.mark.req("SEC-49", "KB-03")
@pytest.mark.parametrize(
    ("slugs", "opened", "expected"),
    [
        (CS, [("cs", {})], ["alice", "hanako", "taro"]),
        (FM, [("fm", {})], ["alice", "charlie", "hanako", "jiro"]),
        (BOTH, [("cs", {}), ("fm", {})], ["alice", "charlie", "hanako", "jiro", "taro"]),
        # It stands in both portals, yet the article is open in one alone.
        (BOTH, [("fm", {})], ["alice", "charlie", "hanako", "jiro"]),
        # Open in both, it stands in one alone.
        (CS, [("cs", {}), ("fm", {})], ["alice", "hanako", "taro"]),
        (BOTH, [("cs", {"holder": cast.SAMPLE})], ["hanako", "taro"]),
        (BOTH, [("fm", {"holder": cast.SAMPLE})], ["hanako", "jiro"]),
        (FM, [("fm", {"number": cast.CHARLIE_NUMBER})], ["charlie"]),
        (BOTH, [("cs", {"number": cast.ALICE_CS_NUMBER})], ["alice"]),
        (CS, [("fm", {})], []),
    ],
)  # fmt: skip
def test_it_goes_to_exactly_those_who_may_read_the_article_where_it_stands(
    app: Flask,
    given: Given,
    outbox: Outbox,
    slugs: tuple[str, ...],
    opened: list[tuple[str, dict[str, str]]],
    expected: list[str],
) -> None:
    def make(session: Session) -> None:
        # Articles for single customers stand in a base of their service.
        narrow = next((slug for slug, options in opened if options), None)
        readers = [knowledge.readers(session, slug, **options) for slug, options in opened]
        article = knowledge.article(session, slug=narrow, for_whom=readers)
        placing = Placing(
            services=[knowledge.service(session, slug) for slug in slugs],
            since=clock.now() - HOUR, until=clock.now() + HOUR, is_mailed=True,
        )  # fmt: skip
        announce(session, actor=knowledge.MAKER, article=article, placing=placing)

    given(make)
    jobs.mail_what_is_due(app)
    assert names(outbox) == expected


@pytest.mark.req("MAIL-04")
def test_people_without_a_number_and_disabled_ones_are_told_nothing(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    given(take_number, "taro", cast.CS_NUMBER)
    given(change_user, "alice", disabled_at=clock.now())
    given(mailed)
    jobs.mail_what_is_due(app)
    assert names(outbox) == ["hanako"]


def test_who_loses_the_right_between_two_batches_is_not_told_and_who_comes_is(
    app: Flask, given: Given, outbox: Outbox, stored: Stored
) -> None:
    given(change_user, "alice", disabled_at=clock.now())
    number = given(mailed)
    given(lambda session: mailing.mail_some(session, number, actor=jobs.SENDER, most=1))
    assert names(outbox) == ["hanako"]
    given(take_number, "taro", cast.CS_NUMBER)
    given(change_user, "alice", disabled_at=None)
    jobs.mail_what_is_due(app)
    assert names(outbox) == ["alice"]
    assert stored(lambda session: history(session, number)) == [{"recipients": 2}]


@pytest.mark.parametrize(
    ("after", "is_told"),
    [(HOUR - TICK, False), (HOUR, True), (25 * HOUR - TICK, True), (25 * HOUR, False), (99 * HOUR, False)],
)
def test_it_goes_out_from_its_beginning_until_before_its_end(
    app: Flask, given: Given, outbox: Outbox, after: timedelta, *, is_told: bool
) -> None:
    moment = clock.now()
    with clock.at(moment):
        given(mailed, since=HOUR)
    with clock.at(moment + after):
        assert jobs.mail_what_is_due(app) == int(is_told)
    assert bool(outbox()) is is_told


@pytest.mark.req("REL-03")
def test_the_end_between_two_batches_stops_the_rest(app: Flask, given: Given, outbox: Outbox) -> None:
    moment = clock.now()
    with clock.at(moment):
        number = given(mailed)
    with clock.at(moment + 23 * HOUR - TICK):
        assert given(lambda session: mailing.mail_some(session, number, actor=jobs.SENDER, most=2))
    with clock.at(moment + 23 * HOUR):
        assert not given(lambda session: mailing.mail_some(session, number, actor=jobs.SENDER, most=2))
        assert jobs.mail_what_is_due(app) == 0
    assert len(outbox()) == 2


@pytest.mark.req("LANG-01", "MAIL-05")
@pytest.mark.parametrize(
    ("title_en", "language", "subject", "words"),
    [
        ("Closed", "ja", "【マネージドCSPM】夜間停止", ("今夜です。", "お知らせを開く", "サービス名: マネージドCSPM")),
        ("Closed", "en", "[Managed CSPM] Closed",
         ("Tonight.", "Open the announcement", "Service name: Managed CSPM")),
        # Nothing in the own language: the mail around it is, the article as it was written.
        (None, "en", "[Managed CSPM] 夜間停止",
         ("今夜です。", "Open the announcement", "Service name: Managed CSPM")),
    ],
)  # fmt: skip
def test_each_is_written_to_in_the_own_language_in_both_parts(
    app: Flask,
    given: Given,
    outbox: Outbox,
    title_en: str | None,
    language: str,
    subject: str,
    words: tuple[str, ...],
) -> None:
    given(change_user, "alice", language=language)

    def make(session: Session) -> str:
        article = knowledge.article(
            session, title="夜間停止", body="今夜です。", title_en=title_en, body_en="Tonight.",
            for_whom=[knowledge.readers(session, "cs", holder=cast.A_COMPANY)],
        )  # fmt: skip
        knowledge.announcement(session, of=article).is_mailed = True
        return article.number

    number = given(make)
    jobs.mail_what_is_due(app)
    (mail,) = outbox()
    assert (mail.to, mail.language, mail.subject) == (MAIL_OF["alice"], language, subject)
    for part in (mail.text, mail.html):
        assert all(item in part for item in words)
        assert part.count(f"https://desk.test/cs/knowledge/{number}") >= 1
    assert f'lang="{language}"' in mail.html
    assert "<script" not in mail.html


@pytest.mark.req("SVC-04")
def test_the_link_leads_to_a_portal_that_the_reader_has(app: Flask, given: Given, outbox: Outbox) -> None:
    given(mailed, slugs=BOTH)
    jobs.mail_what_is_due(app)
    sent = {mail.to: mail for mail in outbox()}
    for name, slug, other in (("taro", "cs", "fm"), ("jiro", "fm", "cs"), ("charlie", "fm", "cs")):
        mail = sent[MAIL_OF[name]]
        assert f"https://desk.test/{slug}/knowledge/" in mail.text
        assert f"/{other}/knowledge/" not in mail.text + mail.html
        assert mail.subject.startswith(f"【{cast.SERVICE_NAMES[slug][0]}】")


@pytest.mark.req("SEC-49")
def test_the_link_leads_where_the_article_can_be_read(app: Flask, given: Given, outbox: Outbox) -> None:
    """Hanako has both services; the announcement stands in both, the article is open to her in the second alone."""

    def make(session: Session) -> None:
        mailed(session, slugs=BOTH, for_whom=[knowledge.readers(session, "fm")])

    given(make)
    jobs.mail_what_is_due(app)
    sent = {mail.to: mail for mail in outbox()}
    assert "https://desk.test/fm/knowledge/" in sent[MAIL_OF["hanako"]].text
    assert sent[MAIL_OF["hanako"]].subject.startswith("【モバイルセキュリティ】")


@pytest.mark.req("REL-03", "REL-07")
def test_two_workers_at_once_tell_everybody_once(
    app: Flask, given: Given, outbox: Outbox, stored: Stored
) -> None:
    number = given(mailed, slugs=BOTH)
    at_once(lambda: jobs.mail_what_is_due(app), lambda: jobs.mail_what_is_due(app))
    # Whichever of them gave way to the other, the sweep finds nothing that was told already.
    jobs.mail_what_is_due(app)
    assert names(outbox) == ["alice", "charlie", "hanako", "jiro", "taro"]
    assert stored(lambda session: history(session, number)) == [{"recipients": 5}]


@pytest.mark.req("REL-05")
def test_who_was_told_is_not_told_again_of_a_change_or_a_further_service(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    number = given(mailed, slugs=BOTH)
    assert jobs.mail_what_is_due(app) == 1
    outbox()

    def move(session: Session) -> None:
        found = get_for(session, knowledge.MAKER, number)
        placing = Placing(
            services=[knowledge.service(session, "fm")],
            since=found.since, until=found.until + HOUR, is_mailed=True,
        )  # fmt: skip
        article = session.get_one(Article, found.article_id)
        change(session, found, actor=knowledge.MAKER, version=found.version, article=article, placing=placing)

    given(move)
    assert jobs.mail_what_is_due(app) == 0
    assert outbox() == []


@pytest.mark.req("REL-03")
def test_one_that_cannot_be_mailed_holds_no_other_up(
    app: Flask, given: Given, outbox: Outbox, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = given(mailed), given(mailed, slugs=FM)

    def fails(session: Session, announcement: Announcement, user: User) -> None:
        if announcement.id == broken:
            raise RuntimeError("Its text cannot be made.")
        queue_letter(session, announcement, user)

    monkeypatch.setattr(mailing, "queue_letter", fails)
    assert jobs.mail_what_is_due(app) == 1
    assert names(outbox) == ["alice", "charlie", "hanako", "jiro"]
    recipients = select(func.count()).select_from(AnnouncementRecipient)
    of_broken = recipients.where(AnnouncementRecipient.announcement_id == broken)
    assert stored(lambda session: session.scalar(of_broken)) == 0
    assert stored(lambda session: session.get_one(Announcement, whole).mailed_at) is not None
    monkeypatch.undo()
    assert jobs.mail_what_is_due(app) == 1
    assert names(outbox) == ["alice", "hanako", "taro"]


@pytest.mark.req("SEC-41")
def test_its_history_names_the_worker_and_the_number_of_addresses(
    app: Flask, given: Given, stored: Stored
) -> None:
    number = given(mailed, for_whom=[])
    assert jobs.mail_what_is_due(app) == 1
    chosen = select(JournalEvent).where(
        JournalEvent.subject_id == number, JournalEvent.kind == "announcement.mailed"
    )
    row = stored(lambda session: session.scalars(chosen).one())
    assert (row.actor_name, row.actor_id, dict(row.data)) == (jobs.SENDER.name, None, {"recipients": 0})
