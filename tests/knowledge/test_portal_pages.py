"""Knowledge in the portal: the start page, articles in two languages, counts of views."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.knowledge.actions.publishing import publish, withdraw
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.models import Article, ArticleEdition, ArticleReader, ArticleViews
from tests.conftest import Given, SignedIn, Stored
from tests.factories import knowledge
from tests.factories.wording import message

HOME = "/cs/knowledge/"


def several_bases(session: Session, count: int) -> None:
    """As many bases, each with one article."""
    for index in range(count):
        knowledge.article(session, of=knowledge.category(session, base=f"ベース{index}"))


def article(session: Session, **options: object) -> str:
    """The number of a published article."""
    return knowledge.article(session, **options).number  # type: ignore[arg-type]  # Its own options.


def views_of(session: Session) -> tuple[int, int]:
    """The views of the only article, and how many people have opened it."""
    readers = session.scalars(select(ArticleReader.user_id)).all()
    return session.scalar(select(ArticleViews.total)) or 0, len(readers)


def outdated_translation(session: Session) -> str:
    """An article whose English was made from a Japanese version that is no longer current."""
    made = knowledge.article(session, title="原文")
    source = session.get_one(ArticleEdition, (made.id, "ja")).current_id
    current = session.get_one(ArticleEdition, (made.id, "ja"), populate_existing=True)
    session.refresh(current, ["current"])
    content = Content(title="Translation", body="Text", html="<p>Text</p>", translates=current.current)
    publish(
        session,
        made,
        write_version(session, made, actor=knowledge.MAKER, language="en", content=content),
        actor=knowledge.MAKER,
    )
    assert source is not None
    return made.number


def renew_source(session: Session) -> None:
    """Publish the Japanese edition of the only article anew."""
    made = session.scalars(select(Article)).one()
    content = Content(title="新しい原文", body="改めた手順", html="<p>改めた手順</p>")
    version = write_version(session, made, actor=knowledge.MAKER, language="ja", content=content)
    publish(session, made, version, actor=knowledge.MAKER)


def take_back(session: Session) -> None:
    """Withdraw the only article."""
    withdraw(session, session.scalars(select(Article)).one(), actor=knowledge.MAKER)


@pytest.mark.req("KB-01", "KB-02", "M-47")
def test_the_home_page_shows_four_bases_and_the_rest_behind_a_link(given: Given, signed_in: SignedIn) -> None:
    given(several_bases, 5)
    browser = signed_in("hanako")
    words = browser.get(HOME).words()
    assert "ナレッジにようこそ" in words
    assert message("M-47", "ja") in words
    assert "5件のナレッジベース, 5件の記事" in words
    assert "当社のナレッジベースの探索" in words
    assert "ベース3（マネージドCSPM）" in words
    assert "ベース4" not in words
    assert "すべて表示" in words
    everything = browser.get(f"{HOME}?all=1").words()
    assert "ベース4（マネージドCSPM）" in everything
    assert "すべて表示" not in everything


@pytest.mark.req("KB-03", "SEC-28")
def test_without_anything_to_read_there_is_nothing_to_count(given: Given, signed_in: SignedIn) -> None:
    given(article, title="Secret draft", is_published=False)
    words = signed_in("alice", language="en").get(HOME).words()
    assert "0 knowledge bases, 0 articles" in words
    assert "There are no articles yet." in words


@pytest.mark.req("UI-01", "HOME-02", "M-53")
def test_header_and_home_page_lead_to_the_knowledge(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get("/cs/")
    assert message("M-53", "ja") in page.words()
    assert len(page.all("a", href=HOME)) == 2


@pytest.mark.req("KB-11")
def test_an_article_has_number_title_age_views_and_text(given: Given, signed_in: SignedIn) -> None:
    number = given(article, title="手順", body="最初の行")
    page = signed_in("hanako").get(f"{HOME}{number}")
    words = page.words()
    for shown in (number, "手順", "最初の行", "閲覧数: 1", "ナレッジ", "よくあるご質問（マネージドCSPM）"):
        assert shown in words


@pytest.mark.req("KB-03", "SEC-26", "SEC-49")
def test_foreign_withdrawn_draft_and_absent_look_the_same(given: Given, signed_in: SignedIn) -> None:
    draft = given(article, is_published=False)
    foreign = given(article, slug="fm")
    nobodys = given(article, for_whom=[])
    browser = signed_in("hanako")
    absent = browser.get(f"{HOME}KB9999999")
    assert absent.status == 404
    for number in (draft, foreign, nobodys):
        answer = browser.get(f"{HOME}{number}")
        assert answer.status == 404
        assert answer.text.replace(number, "KB9999999") == absent.text


@pytest.mark.req("KB-03")
def test_a_withdrawn_article_is_gone_at_once(given: Given, signed_in: SignedIn) -> None:
    number = given(article)
    browser = signed_in("hanako")
    assert browser.get(f"{HOME}{number}").status == 200
    given(take_back)
    assert browser.get(f"{HOME}{number}").status == 404


@pytest.mark.req("KB-11")
def test_a_reader_gets_the_own_language_and_may_have_the_other(given: Given, signed_in: SignedIn) -> None:
    number = given(article, title="日本語版", title_en="English edition", body_en="In English")
    browser = signed_in("hanako")
    page = browser.get(f"{HOME}{number}")
    assert "日本語版" in page.words()
    assert "のみ" not in page.words()
    english = browser.get(f"{HOME}{number}?language=en")
    assert "In English" in english.words()
    assert english.all("div", lang="en")
    assert "日本語版" in browser.get(f"{HOME}{number}?language=xx").words()


@pytest.mark.req("KB-11")
def test_the_other_language_is_labelled_where_the_own_one_is_missing(
    given: Given, signed_in: SignedIn
) -> None:
    number = given(article, title="日本語だけ")
    page = signed_in("alice", language="en").get(f"{HOME}{number}")
    assert "Japanese only" in page.words()
    assert page.all("div", lang="ja")


@pytest.mark.req("KB-11", "KB-15")
def test_a_translation_older_than_its_source_says_so(given: Given, signed_in: SignedIn) -> None:
    number = given(outdated_translation)
    browser = signed_in("alice", language="en")
    told = "This translation is older than its source."
    assert told not in browser.get(f"{HOME}{number}").words()
    given(renew_source)
    page = browser.get(f"{HOME}{number}")
    assert told in page.words()
    assert page.all("a", href=f"{HOME}{number}?language=ja")
    assert told not in browser.get(f"{HOME}{number}?language=ja").words()


@pytest.mark.req("KB-12")
def test_only_openings_by_customers_count(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    number = given(article)
    hanako, taro = signed_in("hanako"), signed_in("taro")
    hanako.fetch("HEAD", f"{HOME}{number}")
    hanako.get(HOME)
    hanako.get(f"{HOME}search")
    assert stored(views_of) == (0, 0)
    hanako.get(f"{HOME}{number}")
    assert stored(views_of) == (1, 1)
    hanako.get(f"{HOME}{number}")
    assert "閲覧数: 3" in taro.get(f"{HOME}{number}").words()
    assert stored(views_of) == (3, 2)
    hanako.get(f"{HOME}KB9999999")
    signed_in("agent").get(f"{HOME}{number}")
    assert stored(views_of) == (3, 2)


@pytest.mark.req("KB-11", "SEC-42")
def test_a_broken_address_is_no_error(signed_in: SignedIn) -> None:
    browser = signed_in("hanako")
    for number in ("KB1", "kb0000001", "%00", "x" * 300):
        assert browser.get(f"{HOME}{number}").status == 404
