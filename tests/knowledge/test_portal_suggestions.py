"""Articles beside an inquiry, what no page of the knowledge may tell of, and the list of searches in vain."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import AuthSession
from app.extensions import db
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.portal import suggestions
from app.search import missed
from app.search.models import TYPED_LENGTH, MissedSearch
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import knowledge
from tests.factories.search import feed

ASK = "/cs/knowledge/suggestions"
CANARY = "カナリア"
# Session, service and person, then the rows of what was found; however many there are.
MOST_QUERIES = 6


def ask(browser: InspectingClient, words: str, token: str = "") -> Page:
    """Ask as the page does by itself."""
    fields = {"csrf_token": token or browser.token(), "text": words}
    return browser.post(ASK, fields, headers={"HX-Request": "true"})


@pytest.mark.req("SEC-28", "SEC-48")
def test_articles_that_share_words_are_offered_beside_the_text(
    app: Flask, given: Given, signed_in: SignedIn
) -> None:
    number = given(_shelf)
    feed(app)
    browser = signed_in("hanako")
    text = "今朝からポータルにログインできません。認証コードが届かないようです。"
    page = ask(browser, text)
    assert page.is_part
    (link,) = page.all("a")
    assert (link.get("href"), link.get("target")) == (f"/cs/knowledge/{number}", "_blank")
    assert CANARY not in page.text
    # As an address it is none: there it would be the number of an article.
    assert browser.get(ASK, query_string={"text": text}).status == 404
    assert browser.act(ASK).status == 204
    for nothing in ("", "。。。", 'AND OR NOT "((', "\x00", "気球の操縦", "あ" * 10_000):
        assert ask(browser, nothing).status == 204


def _shelf(session: Session) -> str:
    made = knowledge.article(
        session, title="ログインできないとき", body="認証コードが届かない場合の手順です。"
    )
    title = f"{CANARY}ログイン認証コード"
    knowledge.article(session, title=title, is_published=False)
    knowledge.article(session, title=title, for_whom=[])
    knowledge.article(session, title=title, slug="fm")
    return made.number


@pytest.mark.req("SEC-21")
def test_asking_is_no_use_of_the_session(signed_in: SignedIn, stored: Stored) -> None:
    browser = signed_in("hanako")
    token, before = browser.token(), stored(_last_seen)
    with clock.at(clock.now() + timedelta(minutes=10)):
        ask(browser, "ログイン", token)
    assert stored(_last_seen) == before


@pytest.mark.req("REL-01", "SEC-36")
def test_asking_waits_for_no_writer_and_could_not_write(
    app: Flask, given: Given, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(_shelf)
    feed(app)
    browser = signed_in("hanako")
    token = browser.token()
    words = "ポータルにログインできません。認証コードが届きません。"
    with app.app_context(), db.sessionmaker() as writer, writer.begin():
        # Another request holds the one right to write.
        writer.connection()
        page = ask(browser, words, token)
    assert page.status == 200
    assert len(page.queries) <= MOST_QUERIES
    assert not [query for query in page.queries if query.split()[0].upper() not in {"SELECT", "WITH"}]

    def write(*_: object, **__: object) -> None:
        db.session.execute(delete(MissedSearch))

    monkeypatch.setattr(suggestions, "suggest", write)
    assert ask(browser, words, token).status == 500


def _last_seen(session: Session) -> object:
    return session.scalar(select(func.max(AuthSession.last_seen_at)))


@pytest.mark.req("KB-03", "SEC-26", "SEC-28", "DESK-04")
@pytest.mark.parametrize("name", ["hanako", "taro"])
def test_no_page_tells_of_drafts_remarks_or_foreign_articles(
    app: Flask, given: Given, signed_in: SignedIn, name: str
) -> None:
    number = given(_canaries)
    feed(app)
    browser = signed_in(name)
    addresses = [
        "/cs/",
        "/cs/knowledge/?all=1",
        f"/cs/knowledge/{number}",
        *(f"/cs/knowledge/search?q={typed}" for typed in ("", "公開記事", "カナリヤ", "title:公開")),
        "/cs/knowledge/search?sort=-newest",
    ]
    for address in addresses:
        page = browser.get(address)
        assert CANARY not in page.text, address
    assert CANARY not in ask(browser, f"{CANARY} 公開 記事").text
    counted = browser.get("/cs/knowledge/").words()
    assert "1件のナレッジベース, 1件の記事" in counted


def _canaries(session: Session) -> str:
    shown = knowledge.article(session, title="公開記事", body="公開記事の本文")
    remark = Content(title=f"{CANARY}次の版", body=CANARY, html=f"<p>{CANARY}</p>", remark=CANARY)
    write_version(session, shown, actor=knowledge.MAKER, language="ja", content=remark)
    write_version(session, shown, actor=knowledge.MAKER, language="en", content=remark)
    secret = knowledge.category(session, base=f"{CANARY}ベース", name=f"{CANARY}カテゴリ")
    alices = [knowledge.readers(session, "cs", number=cast.ALICE_CS_NUMBER)]
    knowledge.article(session, title=f"{CANARY}他社", body="公開記事", of=secret, for_whom=alices)
    knowledge.article(session, title=f"{CANARY}下書き", body="公開記事", of=secret, is_published=False)
    return shown.number


@pytest.mark.req("KB-08")
def test_searches_in_vain_are_folded_counted_and_bounded(
    app: Flask, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST_KEPT", 3)
    hanako = stored(lambda session: cast.actor_of(session, "hanako", "cs"))
    agent = stored(lambda session: cast.actor_of(session, "agent"))
    service = stored(lambda session: knowledge.service(session, "cs").id)
    with app.app_context():
        for typed in ("ＶＰＮ 接続", "vpn  接続", "   ", "x" * 500):
            missed.note_miss(hanako, typed, service_id=service)
        for _ in range(2):
            missed.note_miss(agent, "vpn 接続")
    told = stored(_missed)
    assert told == [("vpn 接続", 2, service), ("x" * TYPED_LENGTH, 1, service), ("vpn 接続", 2, None)]
    with app.app_context():
        missed.note_miss(agent, "新しい語")
    assert [typed for typed, *_ in stored(_missed)] == ["x" * TYPED_LENGTH, "vpn 接続", "新しい語"]


def _missed(session: Session) -> list[tuple[str, int, int | None]]:
    rows = session.scalars(select(MissedSearch).order_by(MissedSearch.id))
    return [(row.typed, row.times, row.service_id) for row in rows]
