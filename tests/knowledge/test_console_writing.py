"""Articles at the desk: begun, written on by two people, translated, with files, kept while they are typed (D08)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Draft
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.lifecycle import ArticleState, VersionState
from app.knowledge.models import Article, ArticleFile, ArticleKind, ArticleVersion
from app.knowledge.standing import in_the_making, newest_version
from tests import cast
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases, files, knowledge

HERE = "/console/knowledge"
NEW = f"{HERE}/new"


def a_category(session: Session, slug: str | None = "cs") -> str:
    return str(knowledge.category(session, slug=slug).id)


def one(session: Session) -> Article:
    return session.scalars(select(Article).order_by(Article.id.desc()).limit(1)).one()


def making(session: Session, language: str = "ja") -> ArticleVersion:
    found = in_the_making(session, one(session), language)
    assert found is not None
    return found


@pytest.mark.req("KB-15")
def test_an_agent_begins_an_article_and_nobody_else_sees_it(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    category = given(a_category)
    agent = signed_in("agent")
    page = agent.get(NEW)
    fields = {
        "title": "VPN の設定",
        "body": "手順は次のとおりです。\n1. 開く",
        "category": category,
        "language": "ja",
    }
    done = agent.submit(page, NEW, **fields)
    assert done.status == 303
    again = agent.submit(page, NEW, **fields)
    assert again.location == done.location
    article = stored(one)
    version = stored(making)
    assert (article.state, version.state) == (ArticleState.DRAFT, VersionState.DRAFT)
    assert version.body == "手順は次のとおりです。\n1. 開く"
    assert version.html == "<p>手順は次のとおりです。</p><p>1. 開く</p>"
    shown = agent.get(done.location)
    assert "VPN の設定" in shown.words()
    assert "この記事を閲覧できるのは担当者だけです" in shown.words()
    assert signed_in("hanako").get(f"/cs/knowledge/{article.number}").status == 404


@pytest.mark.req("KB-15", "ROLE-05")
def test_an_agent_of_one_service_writes_for_no_other(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    foreign = given(a_category, slug="fm")
    given(a_category)
    article = given(knowledge.article, slug="fm")
    agent = signed_in("cs_agent")
    page = agent.get(NEW)
    assert "モバイルセキュリティ" not in page.text
    with untouched():
        typed = {"title": "x", "body": "y", "category": foreign, "language": "ja"}
        assert agent.submit(page, NEW, **typed).status == 422
        assert agent.get(f"{HERE}/{article.number}/ja/edit").status == 404
        assert agent.act(f"{HERE}/{article.number}/ja/edit", title="x", body="y").status == 404


@pytest.mark.req("KB-15")
def test_what_is_missing_or_too_long_is_said_at_its_field_and_kept(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    category = given(a_category)
    agent = signed_in("agent")
    page = agent.get(NEW)
    fields = {"category": category, "language": "en"}
    with untouched():
        empty = agent.submit(page, NEW, title="", body="", **fields)
        long = agent.submit(page, NEW, title="題" * 201, body="文" * 100_001, **fields)
        pasted = agent.submit(page, NEW, title="題", body="x" * 1_000_000, **fields)
    assert (empty.status, long.status, pasted.status) == (422, 422, 422)
    assert empty.error_at("title")
    assert empty.error_at("body")
    assert "1" in long.error_at("title")
    assert "100000" in long.error_at("body").replace(",", "")
    assert long.value("title") == "題" * 201
    assert pasted.error_at("body")
    assert pasted.value("title") == "題"


@pytest.mark.req("KB-15", "REL-05")
def test_two_who_write_the_same_text_lose_nothing(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    article = given(knowledge.article)
    address = f"{HERE}/{article.number}/ja/edit"
    agent, lead = signed_in("agent"), signed_in("lead")
    mine, theirs = agent.get(address), lead.get(address)
    assert lead.submit(theirs, address, title="上長の題", body="上長の文").status == 303
    with untouched():
        stale = agent.submit(mine, address, title="私の題", body="私の文")
    assert stale.status == 409
    assert "上長の文" in stale.words()
    assert stale.value("title") == "私の題"
    assert agent.submit(stale, address).status == 303
    version = stored(making)
    assert (version.title, version.body, version.number) == ("私の題", "私の文", 2)
    # What readers see has not changed at all.
    assert "ログインできないとき" in signed_in("hanako").get(f"/cs/knowledge/{article.number}").text


@pytest.mark.req("KB-15", "REL-05")
def test_a_form_from_before_a_publication_is_stale(given: Given, signed_in: SignedIn) -> None:
    article = given(knowledge.article, is_published=False)
    address = f"{HERE}/{article.number}/ja/edit"
    agent = signed_in("agent")
    page = agent.get(address)
    given(lambda session: knowledge.publish_all(session, session.get_one(Article, article.id)))
    assert agent.submit(page, address, title="x", body="y").status == 409


@pytest.mark.req("KB-15")
def test_a_translation_is_written_beside_its_source_and_tells_when_it_is_old(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    article = given(knowledge.article, title="原文の題", body="原文の本文")
    address = f"{HERE}/{article.number}/en/edit"
    agent = signed_in("agent")
    page = agent.get(address)
    assert "原文の本文" in page.words()
    assert agent.submit(page, address, title="In English", body="The text").status == 303
    translation = stored(lambda session: making(session, "en"))
    source = stored(lambda session: newest_version(session, one(session), "ja"))
    assert source is not None
    assert translation.translates_id == source.id
    given(_publish_all)
    here = f"{HERE}/{article.number}?language=en"
    assert "この翻訳は、原文より古い" not in agent.get(here).words()
    given(_write_source_anew)
    assert "この翻訳は、原文より古い" in agent.get(here).words()


def _publish_all(session: Session) -> None:
    knowledge.publish_all(session, one(session))


def _write_source_anew(session: Session) -> None:
    content = Content(title="新しい題", body="新しい本文", html="<p>新しい本文</p>")
    write_version(session, one(session), actor=knowledge.MAKER, language="ja", content=content)
    _publish_all(session)


@pytest.mark.req("KB-15", "SEC-44")
def test_files_stay_with_a_version_or_are_left_out_and_foreign_tokens_are_nothing(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    category = given(a_category)
    agent = signed_in("agent")
    token = given(files.whole_of, "agent", name="手順.png", content=files.picture())
    foreign = given(_file_of_another)
    page = agent.get(NEW)
    html = f'<p>画面</p><p><img data-file="{token}" alt="手順.png"></p>'
    fields = {
        "title": "図",
        "body": "",
        "html": html,
        "uploads": token,
        "category": category,
        "language": "ja",
    }
    where = agent.submit(page, NEW, **fields).location
    assert agent.get(where).one("img", alt="手順.png").get("src") == f"{where}/files/{token}/picture"
    assert agent.get(f"{where}/files/{token}/picture").status == 200
    assert agent.get(f"{where}/files/{foreign}").status == 404
    assert signed_in("hanako").get(f"/cs/knowledge/{stored(one).number}/files/{token}").status == 404
    edit = agent.get(f"{where}/ja/edit")
    assert edit.by_id(f"kept-{token}").get("data-picture") == f"{where}/files/{token}/picture"
    typed = {**edit.form(f"{where}/ja/edit"), "kept": [foreign], "html": "", "body": "文だけ"}
    assert agent.post(f"{where}/ja/edit", typed).status == 303
    assert stored(lambda s: s.scalars(select(ArticleFile.file_id)).all()) == []


def _file_of_another(session: Session) -> str:
    number = cases.open_inquiry(session, number=cast.CS_NUMBER)
    return files.on_case(session, number)


@pytest.mark.req("KB-10", "KB-15")
def test_a_document_gets_a_new_file_and_keeps_its_number(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    category = given(a_category)
    agent = signed_in("agent")
    first, second = (given(files.whole_of, "agent", name=name) for name in ("一版.pdf", "二版.pdf"))
    new = f"{NEW}?kind=document"
    page = agent.get(new)
    fields = {"title": "手引き", "category": category, "language": "ja"}
    assert agent.submit(page, new, **fields).status == 422
    where = agent.submit(page, new, uploads=first, **fields).location
    article = stored(one)
    assert article.kind is ArticleKind.DOCUMENT
    edit = f"{where}/ja/edit"
    assert "一版.pdf" in agent.get(edit).words()
    assert agent.submit(agent.get(edit), edit, title="手引き 改").status == 303
    assert agent.get(where).words().count("一版.pdf") == 1
    assert agent.submit(agent.get(edit), edit, uploads=second).status == 303
    assert "二版.pdf" in agent.get(where).words()
    assert stored(one).number == article.number


@pytest.mark.req("KB-15", "REL-05")
def test_what_is_being_typed_comes_back_and_goes_with_the_save(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    article = given(knowledge.article)
    agent = signed_in("agent")
    edit = f"{HERE}/{article.number}/ja/edit"
    page = agent.get(edit)
    key = page.form(edit)["form_key"]
    kept = agent.act(f"{HERE}/{article.number}/ja/typed", body="途中の文", form_key=key)
    assert kept.status == 204
    assert agent.get(edit).value("body") == "途中の文"
    assert signed_in("lead").get(edit).value("body") != "途中の文"
    assert agent.submit(agent.get(edit), edit).status == 303
    assert stored(making).body == "途中の文"
    assert stored(lambda s: s.scalars(select(Draft.id)).all()) == []
    assert agent.act(f"{HERE}/new/typed", body="新しい", form_key=key).status == 204
    assert agent.get(NEW).value("body") == "新しい"
    assert agent.act(f"{HERE}/new/typed/removal").status == 303
    assert agent.get(NEW).value("body") == ""
