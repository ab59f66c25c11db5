"""Views by whom and how, languages and their labels, ages, what readers say, and suggestions as a page shows them."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.journal import JournalEvent
from app.knowledge.actions.feedback import give_feedback
from app.knowledge.actions.placing import place
from app.knowledge.models import (
    REMARK_LENGTH,
    Article,
    ArticleFeedback,
    ArticleReader,
    ArticleVersion,
    ArticleViews,
    KnowledgeCategory,
)
from app.knowledge.readings import count_view, views_of
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import knowledge, shelf
from tests.factories.search import feed

HOME = "/cs/knowledge/"
NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)


def by(session: Session, author: str | None) -> str:
    """An article in both languages whose author is a member of the cast, or nobody."""
    made = knowledge.article(session, title="作者のある記事", title_en="Written", body_en="Text.")
    at = session.get_one(KnowledgeCategory, made.category_id)
    person = cast.person(session, author) if author else None
    place(session, made, actor=knowledge.MAKER, category=at, author=person, review_on=None)
    return made.number


def said(session: Session) -> list[tuple[int, str, bool, str]]:
    """All feedback: by whom, on which edition, what."""
    rows = session.execute(
        select(ArticleFeedback, ArticleVersion.language)
        .join(ArticleVersion, ArticleVersion.id == ArticleFeedback.version_id)
        .order_by(ArticleFeedback.id)
    )
    return [(row.user_id, language, row.has_helped, row.remark) for row, language in rows]


def read(session: Session) -> tuple[int, dict[int, datetime]]:
    """The views of the only article, and who has read it since when."""
    readers = session.scalars(select(ArticleReader)).all()
    return session.scalar(select(ArticleViews.total)) or 0, {row.user_id: row.first_at for row in readers}


@pytest.mark.req("KB-12")
def test_every_opening_counts_and_the_first_one_is_remembered(
    app: Flask, given: Given, stored: Stored
) -> None:
    article_id = given(lambda session: knowledge.article(session).id)
    hanako = stored(lambda session: cast.actor_of(session, "hanako", "cs"))
    agent = stored(lambda session: cast.actor_of(session, "agent"))
    with app.app_context():
        with clock.at(NOON):
            assert count_view(hanako, article_id) == 1
        with clock.at(NOON + timedelta(days=1)):
            assert count_view(hanako, article_id) == 2
            assert count_view(agent, article_id) is None
            assert count_view(knowledge.MAKER, article_id) is None
    assert stored(read) == (2, {hanako.user_id: NOON})
    assert stored(lambda session: views_of(session, article_id)) == 2
    assert stored(lambda session: views_of(session, article_id + 1)) == 0


@pytest.mark.req("KB-12", "REL-03")
def test_two_first_openings_at_once_are_two(app: Flask, given: Given, stored: Stored) -> None:
    """Nobody has opened it yet: both make the row of its views."""
    given(knowledge.article)
    article_id = stored(lambda session: session.scalars(select(Article.id)).one())
    taro = stored(lambda session: cast.actor_of(session, "taro", "cs"))
    together = threading.Barrier(2)
    told: list[int | None] = []

    def open_once() -> None:
        with app.app_context():
            together.wait(timeout=10)
            told.append(count_view(taro, article_id))

    threads = [threading.Thread(target=open_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each or 0 for each in told) == [1, 2]
    total, readers = stored(read)
    assert (total, set(readers)) == (2, {taro.user_id})


@pytest.mark.req("KB-12", "KB-10")
def test_what_is_no_opening_writes_nothing(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    number, token = given(shelf.document)
    browser = signed_in("hanako")
    browser.get(HOME)
    moment = clock.now()
    with clock.at(moment), untouched():
        browser.fetch("HEAD", f"{HOME}{number}")
        browser.get(f"{HOME}{number}", headers={"HX-Request": "true"})
        browser.get(HOME)
        browser.get(f"{HOME}search?sort=title")
        browser.fetch("HEAD", f"{HOME}{number}/files/{token}")
        assert browser.get(f"{HOME}{number}/files/{token}", headers={"Range": "bytes=3-5"}).status == 206
        assert browser.get(f"{HOME}{number}/files/{token}", headers={"Range": "bytes=999-"}).status == 416


@pytest.mark.req("KB-11", "KB-12", "KB-09")
def test_page_and_list_tell_the_same_views(given: Given, signed_in: SignedIn) -> None:
    number = given(by, "lead")
    hanako, alice = signed_in("hanako"), signed_in("alice")
    assert "閲覧数: 1" in hanako.get(f"{HOME}{number}").words()
    assert "閲覧数: 2" in hanako.get(f"{HOME}{number}?language=en").words()
    assert "View count: 3" in alice.get(f"{HOME}{number}").words()
    assert "高橋 健 • 3 ビュー • " in hanako.get(f"{HOME}search").words()
    assert " • 3 views • " in alice.get(f"{HOME}search").words()


@pytest.mark.req("KB-05", "KB-11", "LANG-01")
def test_each_reader_gets_each_edition_under_its_name(given: Given, signed_in: SignedIn) -> None:
    both, single = given(by, None), given(knowledge.article, title="片方のみ").number
    rows = (
        # Who, what the address asks for, the title of both, and how the single one is labelled.
        ("hanako", "", "作者のある記事", ""),
        ("hanako", "?language=en", "Written", ""),
        ("hanako", "?language=fr", "作者のある記事", ""),
        ("alice", "", "Written", "Japanese only"),
        ("alice", "?language=ja", "作者のある記事", "Japanese only"),
        ("alice", "?language=EN", "Written", "Japanese only"),
    )
    browsers = {name: signed_in(name) for name in ("hanako", "alice")}
    for name, asked, title, label in rows:
        page = browsers[name].get(f"{HOME}{both}{asked}")
        assert page.words(page.one("h1")).startswith(title), (name, asked)
        assert "Japanese only" not in page.words()
        current = [
            link.get("lang") for link in page.styled("a", "knowledge-language") if link.get("aria-current")
        ]
        assert current == ["en" if title == "Written" else "ja"]
        fallback = browsers[name].get(f"{HOME}{single}{asked}")
        assert fallback.words(fallback.one("h1")).startswith("片方のみ")
        assert ("Japanese only" in fallback.words()) is bool(label)
        assert not fallback.styled("a", "knowledge-language")
        assert "日本語のみ" not in fallback.words()
    both_languages = browsers["alice"].get(f"{HOME}search?language=ja&language=en")
    assert "Written" in both_languages.words()
    assert both_languages.words().count("Japanese only") == 1
    only_japanese = browsers["alice"].get(f"{HOME}search?language=ja")
    assert "作者のある記事" in only_japanese.words()
    assert "Japanese only" not in only_japanese.words()
    assert only_japanese.all("a", lang="ja", href=f"{HOME}{both}?language=ja")


@pytest.mark.req("KB-09", "KB-10", "SEC-43")
def test_a_document_goes_by_its_title_in_the_list_and_by_its_name_on_disk(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(_document_by_name)
    browser = signed_in("hanako")
    page = browser.get(f"{HOME}search?sort=title")
    (link,) = [item for item in page.all("a") if page.words(item) == "設定シート"]
    assert link.get("download") is not None
    answer = browser.get(link.get("href")).answer
    assert (answer.status_code, answer.data) == (200, b"sheet")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E3%82%B7%E3%83%BC%E3%83%88%20%281%29.pdf" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert stored(read)[0] == 1


def _document_by_name(session: Session) -> None:
    kept = shelf.file(session, name="シート (1).pdf", content=b"sheet")
    shelf.document(session, title="設定シート", of=kept)


BAD = (
    ("hanako", {"remark": "役に立ちません"}, "helped"),
    ("hanako", {"helped": "perhaps", "remark": "役に立ちません"}, "helped"),
    ("hanako", {"helped": "no", "remark": "長" * (REMARK_LENGTH + 1)}, "remark"),
    ("alice", {"helped": "no", "remark": "x" * (REMARK_LENGTH + 1)}, "remark"),
    ("alice", {"remark": "Not helpful <b>at all</b>"}, "helped"),
)


@pytest.mark.req("KB-11", "SEC-32")
def test_bad_feedback_keeps_what_was_typed(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    number = given(by, "lead")
    outbox()
    browsers = {name: signed_in(name) for name in ("hanako", "alice")}
    for name, typed, field in BAD:
        page: Page = browsers[name].act(f"{HOME}{number}/feedback", **typed)
        assert page.status == 422
        assert page.value("remark").strip() == typed["remark"]
        assert page.by_id(f"{field}-error") is not None, (name, field)
        if typed.get("helped") == "no":
            (chosen,) = page.all("input", name="helped", value="no")
            assert chosen.get("checked") is not None
        assert page.words(page.by_id(f"{field}-error"))
    assert stored(said) == []
    assert outbox() == []
    longest = "長" * REMARK_LENGTH
    assert browsers["hanako"].act(f"{HOME}{number}/feedback", helped="no", remark=longest).status == 303
    assert [row[3] for row in stored(said)] == [longest]


@pytest.mark.req("KB-11", "KB-15")
def test_everybody_says_one_thing_of_their_own_edition(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    number = given(by, "cs_agent")
    outbox()
    hanako, alice = signed_in("hanako"), signed_in("alice")
    hanako.act(f"{HOME}{number}/feedback", helped="yes")
    assert outbox() == []
    alice.act(f"{HOME}{number}/feedback", helped="no", remark="Too short.")
    people = stored(lambda session: [cast.person(session, name).id for name in ("hanako", "alice")])
    assert stored(said) == [(people[0], "ja", True, ""), (people[1], "en", False, "Too short.")]
    # Ichika reads English, so the desk's mail to her is in English; nobody else gets one.
    (mail,) = outbox()
    assert (mail.to, mail.language) == ("ichika@desk.example", "en")
    assert "Too short." in mail.text
    assert "Adams" in mail.text
    # What one reader has said is in no other reader's page.
    page = hanako.get(f"{HOME}{number}")
    assert "Too short." not in page.text
    assert page.value("remark").strip() == ""
    assert "Too short." not in signed_in("taro").get(f"{HOME}{number}").text
    assert alice.get(f"{HOME}{number}").value("remark").strip() == "Too short."
    events = stored(_told)
    assert events == [(people[0], "article.feedback_given"), (people[1], "article.feedback_given")]


def _told(session: Session) -> list[tuple[int | None, str]]:
    rows = session.scalars(
        select(JournalEvent).where(JournalEvent.kind == "article.feedback_given").order_by(JournalEvent.id)
    )
    return [(row.actor_id, row.kind) for row in rows]


@pytest.mark.req("KB-11")
@pytest.mark.parametrize("author", [None, "kaito"])
def test_without_an_author_who_works_here_its_reviewers_get_the_mail(
    session: Session, outbox: Outbox, author: str | None
) -> None:
    made = knowledge.article(session)
    made.author_id = cast.person(session, author).id if author else None
    version = session.scalars(select(ArticleVersion).where(ArticleVersion.article_id == made.id)).one()
    hanako = cast.actor_of(session, "hanako", "cs")
    give_feedback(session, made, version, actor=hanako, has_helped=False, remark="だれか読みますか")
    session.commit()
    assert [mail.to for mail in outbox()] == ["lead@desk.example"]
    assert [row[3] for row in said(session)] == ["だれか読みますか"]


@pytest.mark.req("SEC-28", "SEC-48", "LANG-01")
def test_suggestions_are_few_labelled_and_in_the_readers_language(
    app: Flask, given: Given, signed_in: SignedIn
) -> None:
    given(_many_alike)
    feed(app)
    ask = {"text": "ルーターの再起動と配線の確認をしましたが接続できません"}
    page = _suggested(signed_in("alice"), ask)
    links = page.all("a")
    assert len(links) == 5
    assert all("Japanese only" in page.words(link) for link in links)
    assert all("(opens in a new tab)" in page.words(link) for link in links)
    assert "他社" not in page.text
    japanese = _suggested(signed_in("hanako"), ask)
    assert japanese.all("a")
    assert "日本語のみ" not in japanese.text


def _suggested(browser: InspectingClient, ask: dict[str, str]) -> Page:
    fields = {"csrf_token": browser.token(), **ask}
    return browser.post(f"{HOME}suggestions", fields, headers={"HX-Request": "true"})


def _many_alike(session: Session) -> None:
    for index in range(7):
        knowledge.article(session, title=f"ルーターの再起動 {index}", body="配線の確認と再起動の手順です。")
    knowledge.article(session, title="他社のルーターの再起動", body="配線の確認", for_whom=[])
