"""What the index and open pages still know of an article that is no longer somebody's: it is nowhere to be had."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Forbidden
from app.extensions import db
from app.knowledge.actions.audience import set_audience
from app.knowledge.actions.feedback import give_feedback
from app.knowledge.actions.publishing import withdraw
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.finding import find
from app.knowledge.found import by_words
from app.knowledge.models import Article, ArticleFeedback, ArticleReader, ArticleVersion, ArticleViews
from app.knowledge.suggesting import suggest
from app.search.models import MissedSearch
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories import knowledge, shelf
from tests.factories.search import feed

HOME = "/cs/knowledge/"
SECRET = "ペンギン"
TEXT = f"{SECRET}の接続手順"
Change = Callable[[Session, Article], None]


def fill(session: Session) -> dict[str, str]:
    """One article that stays, one that will go with its file and its announcement; numbers and a token."""
    stays = knowledge.article(session, title="残る接続手順", body="残る接続手順の説明")
    base = knowledge.category(session, base="水族館", name="極地")
    goes = knowledge.article(session, title=TEXT, body=f"{TEXT}の説明", of=base)
    kept = shelf.file(session, name="penguin.pdf")
    content = Content(title=TEXT, body=f"{TEXT}の説明", html=f"<p>{TEXT}の説明</p>", files=(kept,))
    write_version(session, goes, actor=knowledge.MAKER, language="ja", content=content)
    knowledge.publish_all(session, goes)
    knowledge.announcement(session, of=goes)
    return {"stays": stays.number, "goes": goes.number, "token": kept.token}


def of_alice(session: Session, article: Article) -> None:
    """From now on for somebody else alone."""
    others = [knowledge.readers(session, "cs", number=cast.ALICE_CS_NUMBER)]
    set_audience(session, article, actor=knowledge.MAKER, readers=others)


def of_nobody(session: Session, article: Article) -> None:
    """From now on for nobody (SEC-49)."""
    set_audience(session, article, actor=knowledge.MAKER, readers=[])


def withdrawn(session: Session, article: Article) -> None:
    """Taken from its readers."""
    withdraw(session, article, actor=knowledge.MAKER)


CHANGES = [of_alice, of_nobody, withdrawn]


def change_to(session: Session, number: str, change: Change) -> None:
    """Bring an article beyond Hanako's reach."""
    change(session, session.scalars(select(Article).where(Article.number == number)).one())


def written(session: Session) -> tuple[list[int], int, int, int]:
    """Views, readers, feedback and searches in vain, as far as anything tells of them."""
    return (
        list(session.scalars(select(ArticleViews.total))),
        len(session.scalars(select(ArticleReader)).all()),
        len(session.scalars(select(ArticleFeedback)).all()),
        len(session.scalars(select(MissedSearch)).all()),
    )


@pytest.mark.req("SEC-48", "SEC-28", "KB-03")
@pytest.mark.parametrize("change", CHANGES)
def test_a_stale_index_neither_shows_nor_counts(
    app: Flask, given: Given, signed_in: SignedIn, change: Change
) -> None:
    """The index was fed before the change and not since."""
    numbers = given(fill)
    feed(app)
    browser = signed_in("hanako")
    before = browser.get(f"{HOME}search", query_string={"q": "接続手順"})
    assert "2 結果" in before.words()
    assert SECRET in before.text
    given(change_to, numbers["goes"], change)
    with app.test_request_context():
        hanako = cast.actor_of(db.session, "hanako", "cs")
        # The index itself still names it: what keeps it back is the look into the database.
        assert len(find(db.session, hanako, "接続手順").ids or ()) == 2
        found = by_words(db.session, hanako, "接続手順", language="ja", shown=5)
        assert ([hit.row.number for hit in found.hits], found.total) == ([numbers["stays"]], 1)
        assert [row.number for row in suggest(db.session, hanako, TEXT, language="ja", most=5)] == [
            numbers["stays"]
        ]
    for address in (
        "/cs/",
        f"{HOME}?all=1",
        f"{HOME}search",
        f"{HOME}search?sort=-newest",
        f"{HOME}search?q=接続手順",
        f"{HOME}search?q=接続手順&sort=title",
    ):
        page = browser.get(address)
        assert SECRET not in page.text, address
        assert "水族館" not in page.text, address
        assert numbers["goes"] not in page.text, address
    asked = {"csrf_token": browser.token(), "text": "接続手順の説明を読みたい"}
    offered = browser.post(f"{HOME}suggestions", asked, headers={"HX-Request": "true"})
    assert SECRET not in offered.text
    assert numbers["goes"] not in offered.text
    assert "1 結果" in browser.get(f"{HOME}search?q=接続手順").words()
    assert "1件のナレッジベース, 1件の記事" in browser.get(HOME).words()


@pytest.mark.req("SEC-48", "KB-08")
def test_what_only_a_stale_index_finds_is_a_search_without_results(
    app: Flask, given: Given, signed_in: SignedIn
) -> None:
    numbers = given(fill)
    feed(app)
    given(change_to, numbers["goes"], of_nobody)
    page = signed_in("hanako").get(f"{HOME}search", query_string={"q": SECRET})
    assert "0 結果" in page.words()
    assert "該当する記事が見つかりませんでした。" in page.words()
    assert "水族館" not in page.text
    assert page.styled("a", "knowledge-facet") == []


@pytest.mark.req("KB-03", "SEC-26", "SEC-44")
@pytest.mark.parametrize("change", CHANGES)
def test_whoever_has_it_open_can_do_nothing_more_with_it(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox, change: Change
) -> None:
    """The page was opened before; its files, its other language and its form are gone, as if never there."""
    numbers = given(fill)
    browser = signed_in("hanako")
    address = f"{HOME}{numbers['goes']}"
    opened = browser.get(address)
    form = opened.form(f"{address}/feedback?language=ja")
    given(change_to, numbers["goes"], change)
    before = stored(written)
    outbox()
    absent = browser.get(f"{HOME}KB9999999")
    assert absent.status == 404
    for path in ("", "?language=en", f"/files/{numbers['token']}", f"/files/{numbers['token']}/picture"):
        page = browser.get(f"{address}{path}")
        assert (page.status, page.text) == (404, absent.text), path
        assert browser.fetch("HEAD", f"{address}{path}").status == 404
    ranged = browser.get(f"{address}/files/{numbers['token']}", headers={"Range": "bytes=0-3"})
    assert (ranged.status, ranged.text) == (404, absent.text)
    sent = browser.post(
        f"{address}/feedback?language=ja", {**form, "helped": "yes", "remark": "まだ見えます"}
    )
    elsewhere = browser.post(f"{HOME}KB9999999/feedback?language=ja", {**form, "helped": "yes"})
    assert (sent.status, sent.text) == (404, elsewhere.text)
    # Bad input is no way around: the article is asked for before its fields.
    assert browser.post(f"{address}/feedback", {**form, "helped": "perhaps"}).status == 404
    assert stored(written) == before
    assert outbox() == []


@pytest.mark.req("KB-03", "SEC-28", "ANN-01")
def test_its_announcement_goes_with_the_article(given: Given, signed_in: SignedIn) -> None:
    numbers = given(fill)
    hanako, alice = signed_in("hanako"), signed_in("alice", language="ja")
    assert f"{HOME}{numbers['goes']}" in hanako.get("/cs/").text
    given(change_to, numbers["goes"], of_alice)
    assert SECRET not in hanako.get("/cs/").text
    assert f"{HOME}{numbers['goes']}" in alice.get("/cs/").text
    given(change_to, numbers["goes"], withdrawn)
    assert SECRET not in alice.get("/cs/").text


@pytest.mark.req("SEC-44", "SEC-26", "KB-15")
def test_files_belong_to_their_own_article_and_its_current_version(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    """Older versions, drafts, other articles, foreign ones: one and the same 404, and none of them counts."""
    made = given(_versions)
    browser = signed_in("hanako")
    absent = browser.get(f"{HOME}{made['number']}/files/{'x' * len(made['current'])}")
    for number, token in (
        (made["number"], made["old"]),
        (made["number"], made["draft"]),
        (made["number"], made["other file"]),
        (made["number"], made["loose"]),
        (made["other"], made["current"]),
        (made["foreign"], made["foreign file"]),
        (made["number"], made["foreign file"]),
        (made["number"].lower(), made["current"]),
        ("KB9999999", made["current"]),
    ):
        for path in ("", "/picture"):
            page = browser.get(f"{HOME}{number}/files/{token}{path}")
            assert (page.status, page.text) == (404, absent.text), (number, token, path)
    assert stored(written)[:2] == ([], 0)
    for number, token in ((made["number"], made["current"]), (made["other"], made["other file"])):
        assert browser.get(f"{HOME}{number}/files/{token}").status == 200
    page = browser.get(f"{HOME}{made['number']}")
    assert "current.pdf" in page.words()
    for name in ("old.pdf", "draft.pdf", "other.pdf", "loose.pdf"):
        assert name not in page.text
    assert sorted(stored(written)[0]) == [1, 2]


def _versions(session: Session) -> dict[str, str]:
    first, other = (
        knowledge.article(session, title="版のある記事"),
        knowledge.article(session, title="別の記事"),
    )
    kept = {
        name: shelf.file(session, name=f"{name}.pdf", content=name.encode())
        for name in ("old", "current", "draft", "other", "loose", "far")
    }
    shelf.attached(session, first, kept["old"])
    shelf.attached(session, first, kept["current"])
    shelf.attached(session, first, kept["draft"], is_published=False)
    shelf.attached(session, other, kept["other"])
    foreign, foreign_token = shelf.document(session, slug="fm", of=kept["far"])
    tokens = {name: file.token for name, file in kept.items()}
    return {
        **tokens,
        "number": first.number,
        "other": other.number,
        "other file": tokens["other"],
        "foreign": foreign,
        "foreign file": foreign_token,
    }


@pytest.mark.req("KB-08", "SEC-48", "SEC-28")
def test_names_of_files_find_the_current_ones_alone(app: Flask, given: Given) -> None:
    made = given(_versions)
    feed(app)
    with app.test_request_context():
        hanako = cast.actor_of(db.session, "hanako", "cs")
        for name, number in (("current.pdf", made["number"]), ("other.pdf", made["other"])):
            found = by_words(db.session, hanako, name, language="ja", shown=5)
            assert number in [hit.row.number for hit in found.hits], name
        for name in ("draft", "loose"):
            found = by_words(db.session, hanako, f'"{name}.pdf"', language="ja", shown=5)
            assert found.total == 0, name


@pytest.mark.req("KB-03", "SEC-26")
def test_feedback_is_given_by_readers_of_a_published_article_alone(session: Session) -> None:
    """Whoever is past the page's own look is asked again by the act."""
    article = knowledge.article(session)
    version = session.scalars(select(ArticleVersion).where(ArticleVersion.article_id == article.id)).one()
    withdraw(session, article, actor=knowledge.MAKER)
    hanako = cast.actor_of(session, "hanako", "cs")
    with pytest.raises(Forbidden):
        give_feedback(session, article, version, actor=hanako, has_helped=True, remark="遅れて")
    draft = knowledge.article(session, is_published=False)
    text = session.scalars(select(ArticleVersion).where(ArticleVersion.article_id == draft.id)).one()
    with pytest.raises(Forbidden):
        give_feedback(session, draft, text, actor=hanako, has_helped=False)
    assert session.scalars(select(ArticleFeedback)).all() == []


@pytest.mark.req("KB-03", "SEC-26", "SVC-04")
def test_in_the_portal_of_another_service_it_does_not_exist(given: Given, signed_in: SignedIn) -> None:
    """Hanako reads both services; in each portal there is what belongs to it."""
    numbers = given(_both)
    browser: InspectingClient = signed_in("hanako")
    for slug, own, other in (("cs", "cs", "fm"), ("fm", "fm", "cs")):
        home = f"/{slug}/knowledge/"
        absent = browser.get(f"{home}KB9999999")
        assert browser.get(f"{home}{numbers[own]}").status == 200
        assert browser.get(f"{home}{numbers['common']}").status == 200
        assert browser.get(f"{home}{numbers[other]}").text == absent.text
        page = browser.get(f"{home}search")
        assert numbers[own] in page.text
        assert numbers[other] not in page.text
        assert "2 結果" in page.words()
        assert "共通（サービス共通）" in page.words()


def _both(session: Session) -> dict[str, str]:
    common = knowledge.category(session, slug=None, base="共通")
    return {
        "cs": knowledge.article(session, title="一方").number,
        "fm": knowledge.article(session, slug="fm", title="他方").number,
        "common": knowledge.article(session, slug=None, title="両方", of=common).number,
    }
