"""What is being typed of an article besides its text: title, category, language, remark, and the version it is from."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.drafts import LARGEST_BYTES
from app.cases.models import Draft
from app.knowledge.actions.bases import remove_category
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.models import Article, KnowledgeCategory
from app.knowledge.standing import in_the_making
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import knowledge

HERE = "/console/knowledge"
NEW = f"{HERE}/new"
TYPED = {"title": "VPN の題名カナリヤ", "remark": "図を足した", "language": "en"}
BLANK = {"body": "", "html": "", "title": " ", "remark": "", "language": "en"}

pytestmark = pytest.mark.req("KB-15")


def a_category(session: Session, name: str = "一般") -> str:
    return str(knowledge.category(session, name=name).id)


def places(session: Session) -> list[str]:
    return [draft.place for draft in session.scalars(select(Draft).order_by(Draft.id))]


def keep(client: InspectingClient, where: str = NEW, **fields: str) -> int:
    return client.act(f"{where}/typed", form_key="0" * 32, **fields).status


def shown(page: Page) -> dict[str, str]:
    return {name: page.value(name) for name in ("title", "remark", "language", "category", "body")}


@pytest.mark.req("SEC-26", "C20")
def test_nobody_else_ever_reads_a_draft(given: Given, signed_in: SignedIn) -> None:
    article = given(knowledge.article)
    agent = signed_in("agent")
    assert keep(agent, body="文", **TYPED) == 204
    assert keep(agent, f"{HERE}/{article.number}/ja", body="文", **TYPED) == 204
    for other in ("cs_agent", "lead", "admin"):
        for address in (NEW, f"{HERE}/{article.number}/ja/edit"):
            assert "カナリヤ" not in signed_in(other).get(address).text


def test_the_whole_form_of_a_new_article_comes_back_until_it_is_discarded(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(a_category)
    category = given(a_category, "設定")
    agent = signed_in("agent")
    assert keep(agent, body="途中", category=category, **TYPED) == 204
    page = agent.get(NEW)
    assert shown(page) == {**TYPED, "category": category, "body": "途中"}
    assert "下書きを復元しました。" in page.words()
    assert agent.act(f"{NEW}/typed/removal").status == 303
    assert shown(agent.get(NEW)) == {"title": "", "remark": "", "language": "ja", "category": "", "body": ""}
    assert stored(places) == []


def test_the_form_that_comes_back_can_be_saved_and_nothing_is_left(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    category = given(a_category)
    agent = signed_in("agent")
    keep(agent, body="途中", category=category, **TYPED)
    done = agent.submit(agent.get(NEW), NEW)
    assert done.status == 303
    made = stored(lambda s: s.scalars(select(Article).order_by(Article.id.desc()).limit(1)).one())
    assert made.source_language == "en"
    version = stored(lambda s: in_the_making(s, made, "en"))
    assert (version.title, version.remark, version.body) == (TYPED["title"], TYPED["remark"], "途中")
    assert stored(places) == []


@pytest.mark.parametrize(
    ("fields", "is_kept"),
    [
        ({"title": "題名だけ"}, True),
        ({"remark": "変更点だけ"}, True),
        ({"body": "文だけ"}, True),
        ({"html": "<p>文だけ</p>"}, True),
        ({}, False),
        ({"title": "   ", "html": "<p></p>"}, False),
    ],
)
def test_words_make_a_draft_and_choices_alone_do_not(
    signed_in: SignedIn, stored: Stored, fields: dict[str, str], *, is_kept: bool
) -> None:
    assert keep(signed_in("agent"), **{**BLANK, **fields}) == 204
    assert stored(places) == (["knowledge:text"] if is_kept else [])


def test_a_choice_that_is_gone_or_was_never_offered_is_left_as_it_is(
    given: Given, signed_in: SignedIn
) -> None:
    category = given(a_category, "消える")
    agent = signed_in("agent")
    keep(agent, body="途中", category=category, title="題", language="xx")

    def take_away(session: Session) -> None:
        remove_category(session, session.get_one(KnowledgeCategory, int(category)), actor=knowledge.MAKER)

    given(take_away)
    page = agent.get(NEW)
    assert (page.status, shown(page)["title"]) == (200, "題")
    assert (shown(page)["category"], shown(page)["language"]) == ("", "ja")


@pytest.mark.req("SEC-32")
def test_only_the_fields_of_the_form_are_kept_and_not_too_much(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(a_category)
    agent = signed_in("agent")
    assert keep(agent, body="文", title="x" * (LARGEST_BYTES + 1)) == 413
    assert keep(agent, body="文", csrf="1", kept="2", version="9.9", title="a\x00\x1b<b>") == 204
    kept = stored(lambda session: session.scalars(select(Draft.body)).one())
    assert set(json.loads(kept)) == {"text", "html", "files", "lines", "choices"}
    assert json.loads(kept)["choices"] == {}
    page = agent.get(NEW)
    assert page.value("title") == "a\ufffd\ufffd<b>"


def test_a_draft_kept_before_titles_were_is_still_read(given: Given, signed_in: SignedIn) -> None:
    given(a_category)

    def old(session: Session) -> None:
        author = cast.person(session, "agent").id
        session.add(Draft(user_id=author, place="knowledge:text", body='{"text": "古い", "html": ""}'))

    given(old)
    page = signed_in("agent").get(NEW)
    assert (shown(page)["body"], shown(page)["title"], shown(page)["language"]) == ("古い", "", "ja")


@pytest.mark.req("REL-05")
def test_a_draft_of_a_text_that_somebody_changed_shows_both_before_it_is_saved(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    article = given(knowledge.article, title="元の題")
    agent, edit = signed_in("agent"), f"{HERE}/{article.number}/ja/edit"
    mark = agent.get(edit).value("version")
    assert keep(agent, f"{HERE}/{article.number}/ja", body="私の文", title="私の題", version=mark) == 204
    same = agent.get(edit)
    assert (same.value("title"), "現在保存されている内容" in same.words()) == ("私の題", False)
    given(_written_by_the_lead, article.number)
    page = agent.get(edit)
    assert page.status == 200
    assert "現在保存されている内容 相手の題" in page.words()
    assert "入力した内容" in page.words()
    assert (page.value("title"), page.value("body")) == ("私の題", "私の文")
    # Who has read both may save over the other one.
    assert agent.submit(page, edit).status == 303
    assert stored(lambda s: in_the_making(s, article, "ja")).title == "私の題"
    assert "相手の題" not in agent.get(edit).words()


def _written_by_the_lead(session: Session, number: str) -> None:
    article = session.scalars(select(Article).where(Article.number == number)).one()
    lead = cast.actor_of(session, "lead")
    content = Content(title="相手の題", body="相手の文", html="<p>相手の文</p>")
    write_version(session, article, actor=lead, language="ja", content=content)
