"""The knowledge search: words, filters in the address, orders, and what is said where nothing is found."""

import shutil
from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.search import index
from app.search.models import MissedSearch
from tests import cast
from tests.client import HTML, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import knowledge
from tests.factories import shelf as documents
from tests.factories.search import feed
from tests.factories.wording import message

SEARCH = "/cs/knowledge/search"
WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in "KB0123456789"}


@pytest.fixture
def shelf(given: Given) -> dict[str, str]:
    """Three articles that are found, in two bases, and others that are nobody's or somebody else's."""
    numbers: dict[str, str] = given(_fill)
    return numbers


@pytest.fixture
def found_shelf(app: Flask, shelf: dict[str, str]) -> dict[str, str]:
    """The same, and in the index."""
    feed(app)
    return shelf


def _fill(session: Session) -> dict[str, str]:
    login = knowledge.article(
        session, title="ログインの手順", body="ユーザーIDを入力し、認証コードを入力します。"
    )
    both = knowledge.article(
        session, title="認証アプリ", title_en="Authenticator app", body_en="Pair the app."
    )
    other = knowledge.category(session, base="お知らせ", name="障害")
    news = knowledge.article(session, title="認証サーバの障害", body="復旧しました。", of=other)
    knowledge.article(session, title="認証の秘密下書き", is_published=False)
    knowledge.article(session, slug="fm", title="認証の他サービス")
    foreign = [knowledge.readers(session, "cs", number=cast.ALICE_CS_NUMBER)]
    knowledge.article(session, title="認証の他社向け", for_whom=foreign)
    return {"login": login.number, "both": both.number, "news": news.number, "base": str(other.base_id)}


def titles(page: Page) -> list[str]:
    """The titles of the results in their order."""
    return [
        "".join(next(title.iter(HTML + "a")).itertext()) for title in page.styled("h3", "knowledge-title")
    ]


def missed(session: Session) -> Sequence[tuple[str, int]]:
    """What was looked for in vain, and how often."""
    return [(row.typed, row.times) for row in session.scalars(select(MissedSearch).order_by(MissedSearch.id))]


@pytest.mark.req("KB-08", "KB-09", "SEC-48", "SEC-28")
@pytest.mark.usefixtures("found_shelf")
def test_words_find_what_is_within_reach_alone(signed_in: SignedIn) -> None:
    found = signed_in("hanako").get(f"{SEARCH}?q=認証コード OR 認証アプリ OR 認証サーバ")
    assert set(titles(found)) == {"ログインの手順", "認証アプリ", "認証サーバの障害"}
    assert "3 結果" in found.words()
    for hidden in ("秘密下書き", "他サービス", "他社向け"):
        assert hidden not in found.text
    assert found.all("mark")


@pytest.mark.req("KB-07", "M-47")
@pytest.mark.parametrize("typed", ["", "認", "認証", "  a "])
@pytest.mark.usefixtures("shelf")
def test_with_fewer_than_three_characters_nothing_is_looked_for(
    signed_in: SignedIn, stored: Stored, typed: str
) -> None:
    page = signed_in("hanako").get(SEARCH, query_string={"q": typed})
    assert message("M-47", "ja") in page.words()
    assert ("ナレッジは3文字以上で検索できます。" in page.words()) is bool(typed)
    assert len(titles(page)) == 3
    assert not page.all("mark")
    assert stored(missed) == []


@pytest.mark.req("KB-04", "KB-05", "KB-06")
def test_a_base_leads_to_its_articles_as_a_filter_that_can_be_taken_off(
    shelf: dict[str, str], signed_in: SignedIn
) -> None:
    browser = signed_in("hanako")
    page = browser.get(f"{SEARCH}?base={shelf['base']}")
    assert titles(page) == ["認証サーバの障害"]
    words = page.words()
    for shown in (
        "ナレッジ検索",
        "1 結果",
        "適用済みフィルター",
        "お知らせ（マネージドCSPM）",
        "クリア",
        "すべて消去",
    ):
        assert shown in words
    assert len(titles(browser.get(page.styled("a", "chip")[0].get("href")))) == 3


@pytest.mark.req("KB-05")
def test_a_language_shows_the_editions_in_it(shelf: dict[str, str], signed_in: SignedIn) -> None:
    page = signed_in("hanako").get(f"{SEARCH}?language=en")
    assert titles(page) == ["Authenticator app"]
    assert "のみ" not in page.words()
    assert page.all("a", lang="en", href=f"/cs/knowledge/{shelf['both']}?language=en")
    assert "日本語 3" in page.words()


@pytest.mark.req("KB-05", "LANG-01")
def test_a_fallback_is_labelled_with_its_language(shelf: dict[str, str], signed_in: SignedIn) -> None:
    page = signed_in("alice", language="en").get(SEARCH)
    assert set(titles(page)) == {"Authenticator app", "ログインの手順", "認証サーバの障害", "認証の他社向け"}
    assert page.words().count("Japanese only") == 3
    assert page.all("a", lang="ja", href=f"/cs/knowledge/{shelf['login']}")


@pytest.mark.req("KB-03", "SEC-26", "SEC-28")
@pytest.mark.usefixtures("shelf")
def test_a_foreign_filter_is_none_like_one_that_does_not_exist(given: Given, signed_in: SignedIn) -> None:
    foreign = given(_foreign_base)
    browser = signed_in("hanako")
    part = {"HX-Request": "true"}
    known, absent = (browser.get(f"{SEARCH}?base={base}", headers=part) for base in (foreign, 999_999))
    assert len(titles(known)) == 3
    assert known.text == absent.text


def _foreign_base(session: Session) -> int:
    return knowledge.category(session, slug="fm").base_id


@pytest.mark.req("KB-06")
def test_orders_lead_to_each_other_and_show_their_direction(
    shelf: dict[str, str], signed_in: SignedIn
) -> None:
    browser = signed_in("hanako")
    browser.get(f"/cs/knowledge/{shelf['news']}")
    page = browser.get(SEARCH)
    assert titles(page)[0] == "認証サーバの障害"
    assert "ソート基準 ビュー ▼ 降順 最新 アルファベット" in page.words()
    # The name that is read out keeps order and direction apart.
    assert "".join(page.styled("div", "knowledge-sort")[0].find(HTML + "a").itertext()) == "ビュー▼ 降順"
    assert "関連度" not in page.words()
    back = browser.get(f"{SEARCH}?sort=views")
    assert titles(back)[-1] == "認証サーバの障害"
    assert "ビュー ▲ 昇順" in back.words()
    by_title = browser.get(f"{SEARCH}?sort=title")
    assert titles(by_title) == sorted(titles(by_title))
    assert by_title.all("a", href=f"{SEARCH}?sort=-title")
    assert titles(browser.get(f"{SEARCH}?sort=nonsense")) == titles(page)


@pytest.mark.req("KB-06", "KB-08")
@pytest.mark.usefixtures("found_shelf")
def test_words_are_ordered_by_relevance_unless_somebody_says_otherwise(signed_in: SignedIn) -> None:
    browser = signed_in("hanako")
    page = browser.get(SEARCH, query_string={"q": "ログインの手順"})
    assert titles(page)[0] == "ログインの手順"
    assert "ソート基準 関連度 ビュー 最新 アルファベット" in page.words()
    for sort in ("-views", "-newest", "title"):
        ordered = browser.get(SEARCH, query_string={"q": "認証アプリ OR ログイン", "sort": sort})
        assert set(titles(ordered)) == {"認証アプリ", "ログインの手順"}
        assert len(ordered.all("a", **{"aria-current": "true"})) == 1


@pytest.mark.req("KB-07", "SEARCH-01")
@pytest.mark.parametrize("written", [str, str.lower, lambda number: number.translate(WIDE)])
def test_a_whole_number_finds_its_article_without_the_index(
    shelf: dict[str, str], signed_in: SignedIn, written: Callable[[str], str]
) -> None:
    page = signed_in("hanako").get(SEARCH, query_string={"q": written(shelf["news"])})
    assert titles(page) == ["認証サーバの障害"]


@pytest.mark.req("KB-08")
@pytest.mark.usefixtures("found_shelf")
def test_a_search_in_vain_offers_help_and_is_noted_once_per_words(
    signed_in: SignedIn, stored: Stored
) -> None:
    browser = signed_in("hanako")
    page = browser.get(SEARCH, query_string={"q": "ジャイロコプター"})
    assert "該当する記事が見つかりませんでした。" in page.words()
    assert len(page.all("a", href="/cs/inquiries/new")) == 2
    browser.get(SEARCH, query_string={"q": " ジャイロコプター "})
    browser.fetch("HEAD", SEARCH, query_string={"q": "ジャイロコプター"})
    browser.get(SEARCH, query_string={"q": "ジャイロコプター", "language": "ja"})
    assert stored(missed) == [("ジャイロコプター", 2)]


@pytest.mark.req("SEC-48", "F05")
@pytest.mark.usefixtures("shelf")
def test_without_the_index_titles_are_looked_through(app: Flask, signed_in: SignedIn, stored: Stored) -> None:
    shutil.rmtree(index.folder(app))
    browser = signed_in("hanako")
    page = browser.get(SEARCH, query_string={"q": "認証サーバ"})
    assert "検索は現在、制限されています" in page.words()
    assert titles(page) == ["認証サーバの障害"]
    nothing = browser.get(SEARCH, query_string={"q": "他社向け"})
    assert titles(nothing) == []
    assert stored(missed) == []


@pytest.mark.req("KB-06", "SEC-42")
@pytest.mark.parametrize(
    "address",
    [
        "q=" + "あ" * 10_000,
        "q=%22%22%22 AND OR NOT ((((",
        "q=***",
        "q=%00%1b%e2%80%ae",
        "base=x&category=-1&author=1e9&language=fr&sort=-&page=-5",
        "page=999999999999",
        "&".join(f"base={index}" for index in range(200)),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_no_address_is_an_error(signed_in: SignedIn, address: str) -> None:
    assert signed_in("hanako").get(f"{SEARCH}?{address}").status == 200


@pytest.mark.req("KB-05")
@pytest.mark.usefixtures("shelf")
def test_an_enhanced_click_gets_filters_and_list_alone(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get(SEARCH, headers={"HX-Request": "true"})
    assert page.is_part
    assert len(titles(page)) == 3


@pytest.mark.req("KB-10")
def test_the_name_of_a_document_downloads_it(given: Given, signed_in: SignedIn) -> None:
    number, token = given(documents.document)
    browser = signed_in("hanako")
    page = browser.get(SEARCH)
    (link,) = page.all("a", href=f"/cs/knowledge/{number}/files/{token}")
    assert page.words(link) == "ご利用ガイド"
    assert page.all("a", href=f"/cs/knowledge/{number}")
    answer = browser.get(link.get("href"))
    assert answer.answer.data == b"%PDF-1.7 guide"
    assert "attachment" in answer.answer.headers["Content-Disposition"]
