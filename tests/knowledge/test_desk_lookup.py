"""What the desk finds by the words of texts, what it downloads, and how little a long list or a long past costs."""

import shutil
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.files.actions import keep
from app.files.models import StoredFile
from app.journal import record
from app.knowledge import desk_list, events
from app.knowledge.actions.publishing import withdraw
from app.knowledge.actions.reviewing import submit
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.models import Article, ArticleFile
from app.knowledge.standing import in_the_making
from app.search import index
from tests import cast
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import files, knowledge
from tests.factories.search import feed

HERE = "/console/knowledge"


def texts(session: Session) -> dict[str, str]:
    """Articles that a keyword tells apart by where it stands in them; their numbers."""
    made = {
        "text": knowledge.article(session, title="接続できないとき", body="証明書を更新してください。"),
        "title": knowledge.article(session, title="証明書の更新", body="手順です。"),
        "draft": knowledge.article(session, title="証明書の下書き", body="途中です。", is_published=False),
        "draft_text": knowledge.article(session, title="下書き", body="証明書を更新。", is_published=False),
        "withdrawn": knowledge.article(session, title="証明書の廃止"),
        "nobodys": knowledge.article(session, title="だれにも", body="証明書を更新。", for_whom=[]),
        "fm": knowledge.article(session, slug="fm", title="証明書の配布"),
        "other": knowledge.article(session, title="料金", body="月額です。"),
    }
    withdraw(session, made["withdrawn"], actor=knowledge.MAKER)
    return {name: article.number for name, article in made.items()}


@pytest.mark.req("SEC-48", "ROLE-05", "KB-08")
def test_a_keyword_finds_texts_by_the_index_and_drafts_by_their_titles(
    app: Flask, given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    numbers = given(texts)
    feed(app)
    expected = {"cs_agent": {"text", "title", "draft", "withdrawn", "nobodys"}}
    expected["agent"] = {*expected["cs_agent"], "fm"}
    label = {"cs_agent": "Article number", "agent": "記事番号"}
    browsers = {name: signed_in(name) for name in expected}
    with untouched():
        for name, browser in browsers.items():
            page = browser.get(f"{HERE}/?q=証明書")
            found = [row[label[name]] for row in page.rows()]
            assert set(found) == {numbers[each] for each in expected[name]}
            assert len(found) == len(set(found))
            # Whoever asks for an order gets it, whatever fits better.
            ordered = [row[label[name]] for row in browser.get(f"{HERE}/?q=証明書&sort=number").rows()]
            assert ordered == sorted(found)
        drafts = browsers["agent"].get(f"{HERE}/?q=証明書&view=drafts")
        assert [row["記事番号"] for row in drafts.rows()] == [numbers["draft"]]


@pytest.mark.req("SEC-48")
def test_an_index_that_is_behind_shows_nothing_that_has_gone_out_of_reach(
    app: Flask, given: Given, signed_in: SignedIn
) -> None:
    number = given(lambda s: knowledge.article(s, title="移る記事", body="証明書を更新。").number)
    feed(app)
    agent = signed_in("cs_agent")
    assert [row["Article number"] for row in agent.get(f"{HERE}/?q=証明書").rows()] == [number]
    given(_move_to_other_service, number)
    assert agent.get(f"{HERE}/?q=証明書").rows() == []


def _move_to_other_service(session: Session, number: str) -> None:
    made = _article(session, number)
    made.category_id = knowledge.category(session, slug="fm").id
    placed = events.ArticlePlaced("FAQ", "General", "", "")
    record(session, actor=knowledge.MAKER, subject=made, happened=placed)


def _article(session: Session, number: str) -> Article:
    return session.scalars(select(Article).where(Article.number == number)).one()


@pytest.mark.req("SEC-48", "KB-08")
def test_without_an_index_titles_are_still_found_and_the_page_says_so(
    app: Flask, given: Given, signed_in: SignedIn
) -> None:
    numbers = given(texts)
    agent = signed_in("cs_agent")
    shutil.rmtree(index.folder(app))
    page = agent.get(f"{HERE}/?q=証明書")
    assert page.status == 200
    assert "only titles were looked through" in page.words()
    found = {row["Article number"] for row in page.rows()}
    assert found == {numbers[each] for each in ("title", "draft", "withdrawn")}


@pytest.mark.req("KB-15")
def test_twenty_rows_cost_as_many_questions_as_two(given: Given, signed_in: SignedIn) -> None:
    given(_articles, 2)
    agent = signed_in("agent")
    agent.get(f"{HERE}/")
    few = agent.get(f"{HERE}/")
    given(_articles, 18)
    many = agent.get(f"{HERE}/")
    assert (len(few.rows()), len(many.rows())) == (2, 20)
    assert len(many.queries) == len(few.queries)


def _articles(session: Session, count: int) -> None:
    for turn in range(count):
        made = knowledge.article(session, title=f"{count}-{turn}", title_en="In English")
        _write(session, made, "次の版")


def _write(session: Session, made: Article, title: str, *attached: StoredFile) -> None:
    content = Content(title=title, body=title, html=f"<p>{title}</p>", files=attached)
    write_version(session, made, actor=cast.actor_of(session, "agent"), language="ja", content=content)


@pytest.mark.req("KB-15")
def test_a_page_with_a_long_past_costs_as_many_questions_as_a_young_one(
    given: Given, signed_in: SignedIn
) -> None:
    number = given(lambda s: knowledge.article(s).number)
    given(_versions, number, 1)
    agent = signed_in("agent")
    pages = (f"{HERE}/{number}", f"{HERE}/{number}/ja/versions?old=1&new=2")
    agent.get(pages[0])
    young = [len(agent.get(page).queries) for page in pages]
    given(_versions, number, 10)
    old = [agent.get(page) for page in pages]
    assert len(old[0].rows()) == 12
    assert [len(page.queries) for page in old] == young


def _versions(session: Session, number: str, count: int) -> None:
    made = _article(session, number)
    for turn in range(count):
        file = _file(session, f"{count}-{turn}.txt")
        _write(session, made, f"第 {count}-{turn} 刷", file)
        knowledge.publish_all(session, made)


def _file(session: Session, name: str) -> StoredFile:
    agent = cast.actor_of(session, "agent")
    return keep(session, files.whole(session, agent, name=name, content=name.encode()), actor=agent)


@pytest.mark.req("SEC-44", "SEC-26", "KB-12")
def test_the_desk_downloads_files_of_every_version_and_customers_those_of_the_current_one(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    number = given(lambda s: knowledge.article(s).number)
    given(_versions, number, 2)
    other = given(lambda s: knowledge.article(s).number)
    foreign = given(lambda s: knowledge.article(s, slug="fm").number)
    given(_versions, foreign, 1)
    tokens = stored(_tokens)
    old, current, theirs = tokens["2-0.txt"], tokens["2-1.txt"], tokens["1-0.txt"]
    agent, both, hanako = signed_in("cs_agent"), signed_in("agent"), signed_in("hanako")
    with untouched():
        for path in (f"{foreign}/files/{theirs}", f"{number}/files/{theirs}", f"{other}/files/{old}"):
            refused = agent.get(f"{HERE}/{path}")
            assert refused.status == 404
            assert refused.text == agent.get(f"{HERE}/{number}/files/{'a' * 32}").text
        assert both.get(f"{HERE}/{foreign}/files/{theirs}").status == 200
        for token, name in ((old, "2-0.txt"), (current, "2-1.txt")):
            page = agent.get(f"{HERE}/{number}/files/{token}")
            assert (page.status, page.text) == (200, name)
            assert page.answer.headers["Content-Disposition"].startswith("attachment")
            # A file that is no picture is never shown as one.
            assert agent.get(f"{HERE}/{number}/files/{token}/picture").status == 404
        assert hanako.get(f"/cs/knowledge/{number}/files/{old}").status == 404
    assert hanako.get(f"/cs/knowledge/{number}/files/{current}").status == 200
    given(lambda s: withdraw(s, _article(s, number), actor=knowledge.MAKER))
    assert hanako.get(f"/cs/knowledge/{number}/files/{current}").status == 404
    assert agent.get(f"{HERE}/{number}/files/{current}").status == 200


def _tokens(session: Session) -> dict[str, str]:
    rows = session.execute(
        select(StoredFile.name, StoredFile.token).join(ArticleFile, ArticleFile.file_id == StoredFile.id)
    )
    return {row.name: row.token for row in rows}


@pytest.mark.req("KB-15")
def test_files_that_came_and_went_are_told_between_two_versions(given: Given, signed_in: SignedIn) -> None:
    number = given(lambda s: knowledge.article(s).number)
    given(_versions, number, 2)
    agent = signed_in("cs_agent")
    told = {}
    for old, new in ((1, 2), (2, 3), (3, 1), (2, 2)):
        page = agent.get(f"{HERE}/{number}/ja/versions?old={old}&new={new}")
        told[old, new] = [page.words(item) for part in page.styled("ul", "file-changes") for item in part]
    assert told == {
        (1, 2): ["2-0.txt added"],
        (2, 3): ["2-0.txt taken off", "2-1.txt added"],
        (3, 1): ["2-1.txt taken off"],
        (2, 2): [],
    }


@pytest.mark.req("KB-15", "ROLE-02")
def test_the_leads_see_how_many_versions_wait_for_them_and_agents_do_not(session: Session) -> None:
    lead, of_cs = cast.actor_of(session, "lead"), cast.actor_of(session, "cs_agent")
    both = [
        knowledge.article(session, slug=slug, title_en="Both", is_published=False) for slug in ("cs", "fm")
    ]
    for made, language in product(both, ("ja", "en")):
        submit(session, made, in_the_making(session, made, language), actor=knowledge.MAKER)
    # An article whose two editions wait is one thing to look at.
    assert desk_list.count_in_review(session, lead) == 2
    assert desk_list.count_in_review(session, of_cs) == 1
    knowledge.publish_all(session, both[1])
    assert desk_list.count_in_review(session, lead) == 1
