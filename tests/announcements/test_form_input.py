"""What the forms of announcements refuse, said at the field in the agent's language, with all that was typed kept."""

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.announcements.models import Announcement
from app.journal import JournalEvent
from app.knowledge.models import BODY_LENGTH, TITLE_LENGTH, Article
from tests import cast
from tests.announcements.test_changing import LIST
from tests.announcements.test_maintenance import TEMPLATE, TYPED
from tests.announcements.typed import NEW, NOTICE, key_of, placing
from tests.cases.races import at_once
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import knowledge

pytestmark = pytest.mark.req("ANN-05")

EMPTY = ("この項目を入力してください。", "Enter this field.")
NO_TIME = (
    "2026-12-29 22:00 のように日時を入力してください。",
    "Enter date and time such as 2026-12-29 22:00.",
)
TOO_EARLY = ("開始日時より後の日時を入力してください。", "Choose a time after the beginning.")
NO_SERVICE = ("サービスを1つ以上選択してください。", "Choose at least one service.")
ONE_LANGUAGE = (
    "少なくとも1つの言語でタイトルと本文を入力してください。",
    "Enter title and text in at least one language.",
)
UNKNOWN = ("この番号の記事はありません。", "There is no article of this number.")


def too_long(length: int) -> tuple[str, str]:
    return (
        f"{length}文字以内で入力してください（1文字超過しています）。",
        f"At most {length} characters; 1 too many.",
    )


def speaks(session: Session, language: str) -> None:
    chosen = update(User).where(User.login_key == cast.ROLES["lead"].login_id)
    session.execute(chosen.values(language=language))


def lead_who_speaks(signed_in: SignedIn, given: Given, language: str) -> InspectingClient:
    given(speaks, language)
    return signed_in("lead")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_field_of_a_new_one_says_what_is_wrong_with_it(
    signed_in: SignedIn, given: Given, untouched: Untouched, language: str
) -> None:
    category = given(lambda session: knowledge.category(session, slug=None, base="お知らせ").id)
    client = lead_who_speaks(signed_in, given, language)
    whole = {**key_of(client), **NOTICE, "category": str(category), "is_mailed": "y", **placing()}
    rows: list[tuple[dict[str, Any], str, tuple[str, str]]] = [
        ({"title_ja": "あ" * (TITLE_LENGTH + 1)}, "title_ja", too_long(TITLE_LENGTH)),
        ({"title_en": "a" * (TITLE_LENGTH + 1)}, "title_en", too_long(TITLE_LENGTH)),
        ({"title_en": ""}, "title_en", EMPTY),
        ({"body_en": ""}, "body_en", EMPTY),
        ({"body_ja": " \n"}, "body_ja", EMPTY),
        ({"title_ja": "", "body_ja": "", "title_en": "", "body_en": ""}, "title_ja", ONE_LANGUAGE),
        ({"category": "999999"}, "category", EMPTY),
        ({"since": "明日"}, "since", NO_TIME),
        ({"until": "2101-01-01T00:00"}, "until", NO_TIME),
        ({"until": ""}, "until", EMPTY),
        ({"until": whole["since"]}, "until", TOO_EARLY),
        ({"services": ["xx"]}, "services", NO_SERVICE),
        ({"source": "existing", "article": "KB9999999"}, "article", UNKNOWN),
        ({"source": "existing", "article": "K" * 41}, "article", too_long(40)),
    ]
    with untouched():
        for changes, field, said in rows:
            sent = {**whole, **changes}
            page = client.post(NEW, sent)
            assert page.status == 422, changes
            assert page.language == language
            assert said[language == "en"] in page.words(page.by_id(f"{field}-error")), changes
            kept = page.form(NEW)
            for name in (
                "title_ja",
                "body_ja",
                "title_en",
                "body_en",
                "article",
                "since",
                "until",
                "is_mailed",
            ):
                assert kept.get(name, "").split() == sent.get(name, "").split(), (name, changes)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_field_of_one_that_is_changed_says_what_is_wrong_with_it(
    signed_in: SignedIn, given: Given, untouched: Untouched, language: str
) -> None:
    address = f"{LIST}{given(lambda session: knowledge.announcement(session).id)}"
    draft = given(lambda session: knowledge.article(session, is_published=False).number)
    client = lead_who_speaks(signed_in, given, language)
    form = client.get(address).form(address)
    whole = {**{name: form[name] for name in ("csrf_token", "version", "article")}, **placing()}
    rows: list[tuple[dict[str, Any], str, tuple[str, str]]] = [
        ({"article": "KB9999999"}, "article", UNKNOWN),
        ({"article": ""}, "article", UNKNOWN),
        ({"article": draft}, "article", ("この記事は公開されていません。", "This article is not published.")),
        ({"services": ["cs", "fm"]}, "article", (
            "モバイルセキュリティのお客様はこの記事を閲覧できません。", "No customer of Mobile Security may read",
        )),
        ({"services": []}, "services", NO_SERVICE),
        ({"since": "x"}, "since", NO_TIME),
        ({"until": whole["since"]}, "until", TOO_EARLY),
        ({"since": "2020-01-01T10:00", "until": "2020-01-02T10:00"}, "until", (
            "これからの日時を入力してください。", "Choose a time that is yet to come.",
        )),
    ]  # fmt: skip
    with untouched():
        for changes, field, said in rows:
            page = client.post(address, {**whole, **changes})
            assert page.status == 422, changes
            assert said[language == "en"] in page.words(page.by_id(f"{field}-error")), changes
            kept, sent = page.form(address), {**whole, **changes}
            assert [kept[name] for name in ("article", "since", "until", "version")] == [
                sent[name] for name in ("article", "since", "until", "version")
            ]


@pytest.mark.req("ANN-04")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_field_of_the_template_says_what_is_wrong_with_it(
    signed_in: SignedIn, given: Given, untouched: Untouched, language: str
) -> None:
    client = lead_who_speaks(signed_in, given, language)
    token = {"csrf_token": client.get(TEMPLATE).form(TEMPLATE)["csrf_token"]}
    rows: list[tuple[dict[str, Any], str, tuple[str, str]]] = [
        ({"since": "2030-01-05"}, "since", NO_TIME),
        ({"until": TYPED["since"]}, "until", TOO_EARLY),
        ({"until": "2030-01-05T21:59"}, "until", TOO_EARLY),
        ({"services": ["xx"]}, "services", NO_SERVICE),
        ({"effects_ja": " 　"}, "effects_ja", EMPTY),
        ({"effects_en": "x" * 4_001}, "effects_en", too_long(4_000)),
        ({"effects-fm-en": "x" * 4_001}, "effects-fm-en", too_long(4_000)),
    ]
    names = ("since", "until", "effects_ja", "effects_en", "effects-cs-ja", "effects-cs-en", "effects-fm-en")
    with untouched():
        for changes, field, said in rows:
            sent = {**TYPED, **changes}
            page = client.post(TEMPLATE, {**token, **sent})
            assert page.status == 422, changes
            assert said[language == "en"] in page.words(page.by_id(f"{field}-error"))
            kept = page.form(TEMPLATE)
            for name in names:
                assert kept[name].split() == sent.get(name, "").split(), (name, changes)


def test_japanese_texts_of_full_length_come_in_and_one_sign_more_is_said_at_its_field(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    category = given(lambda session: knowledge.category(session, slug=None, base="お知らせ").id)
    client = signed_in("lead")
    full = "あ" * BODY_LENGTH
    typed = {**key_of(client), **NOTICE, "body_ja": full, "body_en": f"{full}あ", "category": str(category)}
    page = client.post(NEW, {**typed, **placing()})
    assert page.status == 422
    assert page.error_at("body_en") == too_long(BODY_LENGTH)[0]
    assert page.error_at("body_ja") == ""
    assert stored(lambda session: session.scalars(select(Announcement)).all()) == []


def test_what_just_fits_is_taken_and_written_at_once_by_its_author(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    category = given(lambda session: knowledge.category(session, slug=None, base="お知らせ").id)
    client = signed_in("lead")
    title = "題" * TITLE_LENGTH
    typed = {**key_of(client), **NOTICE, "title_ja": title, "category": str(category), **placing()}
    assert client.post(NEW, typed).status == 303
    events = select(JournalEvent).where(JournalEvent.subject_type == "announcement")
    row = stored(lambda session: session.scalars(events).one())
    lead = stored(lambda session: cast.person(session, "lead").id)
    article = stored(lambda session: session.scalars(select(Article)).one())
    assert (row.kind, row.actor_id) == ("announcement.set", lead)
    assert (row.data["article"], row.data["services"]) == (article.number, ["cs"])
    assert [item["タイトル"] for item in client.get(LIST).rows()] == [title]


@pytest.mark.req("REL-05")
def test_a_version_that_is_none_of_ours_changes_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    address = f"{LIST}{given(lambda session: knowledge.announcement(session).id)}"
    client = signed_in("lead")
    form = client.get(address).form(address)
    sent = {**{name: form[name] for name in ("csrf_token", "article")}, **placing(in_panel=None)}
    with untouched():
        for version in ("", "x", "0", "-1", "1.0", "2", "9" * 40):
            page = client.post(address, {**sent, "version": version})
            assert page.status == 409, version
            assert "ほかの担当者がこのお知らせを変更しました。" in page.words()
            # What was typed stands in the form, beside what is stored.
            assert page.form(address)["until"] == sent["until"]
            assert "in_panel" not in page.form(address)


@pytest.mark.req("REL-07")
def test_an_end_by_two_at_once_is_one_end_in_its_history(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(lambda session: knowledge.announcement(session).id)
    address = f"{LIST}{number}/end"
    clients = [signed_in("lead"), signed_in("lead")]
    tokens = [{"csrf_token": client.token()} for client in clients]
    answers = at_once(
        lambda: clients[0].post(address, tokens[0]).status, lambda: clients[1].post(address, tokens[1]).status
    )
    assert set(answers) <= {303, 409}
    assert 303 in answers
    told = select(func.count()).where(
        JournalEvent.kind == "announcement.ended", JournalEvent.subject_id == number
    )
    assert stored(lambda session: session.scalar(told)) == 1
    assert stored(lambda session: session.get_one(Announcement, number).ended_at) is not None
