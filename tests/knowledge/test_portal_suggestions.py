"""Articles beside an inquiry, what no page of the knowledge may tell of, and the list of searches in vain."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import AuthSession
from app.knowledge.actions.writing import Content, write_version
from app.search import missed
from app.search.models import TYPED_LENGTH, MissedSearch
from tests import cast
from tests.conftest import Given, SignedIn, Stored
from tests.factories import knowledge
from tests.factories.search import feed

ASK = "/cs/knowledge/suggestions"
CANARY = "カナリア"


@pytest.mark.req("SEC-28", "SEC-48")
def test_articles_that_share_words_are_offered_beside_the_text(
    app: Flask, given: Given, signed_in: SignedIn
) -> None:
    number = given(_shelf)
    feed(app)
    browser = signed_in("hanako")
    text = "今朝からポータルにログインできません。認証コードが届かないようです。"
    page = browser.get(ASK, query_string={"text": text}, headers={"HX-Request": "true"})
    assert page.is_part
    (link,) = page.all("a")
    assert (link.get("href"), link.get("target")) == (f"/cs/knowledge/{number}", "_blank")
    assert CANARY not in page.text
    assert browser.get(ASK, query_string={"text": text}).status == 200
    for nothing in ("", "。。。", 'AND OR NOT "((', "\x00", "気球の操縦", "あ" * 10_000):
        assert browser.get(ASK, query_string={"text": nothing}).status == 204


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
    before = stored(_last_seen)
    with clock.at(clock.now() + timedelta(minutes=10)):
        browser.get(ASK, query_string={"text": "ログイン"})
    assert stored(_last_seen) == before


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
        f"{ASK}?text={CANARY} 公開 記事",
        *(f"/cs/knowledge/search?q={typed}" for typed in ("", "公開記事", "カナリヤ", "title:公開")),
        "/cs/knowledge/search?sort=-newest",
    ]
    for address in addresses:
        page = browser.get(address)
        assert CANARY not in page.text.replace(f"text={CANARY}", ""), address
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
