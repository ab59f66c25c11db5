"""Versions as they are written: once per click, numbers rising, never over another's text, told with their actor."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import ActorKind, Audience, Forbidden
from app.cases.actions.drafts import EVERY
from app.cases.drafts import LARGEST_BYTES
from app.cases.models import Draft
from app.clock import at, now
from app.extensions import db
from app.journal import JournalEvent
from app.knowledge.actions.reviewing import submit
from app.knowledge.actions.writing import Content, restore, start_article, write_version
from app.knowledge.lifecycle import ArticleState, NotPossible, VersionState
from app.knowledge.models import Article, ArticleEdition, ArticleKind, ArticleVersion
from app.knowledge.standing import StaleVersion, in_the_making, mark_of, newest_version
from tests import cast
from tests.cases.races import at_once
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import knowledge

HERE = "/console/knowledge"
NEW = f"{HERE}/new"
READERS = (("agent", 0), ("cs_agent", 1))
in_both_languages = pytest.mark.parametrize(("who", "language"), READERS, ids=("ja", "en"))
OUT_OF_DATE = (
    "このフォームは古くなっているか、別の内容で送信済みです。内容を確認して、もう一度送信してください。"
)
STORED_NOW = (("現在保存されている内容", "入力した内容"), ("Stored now", "Your text"))


def a_category(session: Session) -> str:
    return str(knowledge.category(session).id)


def numbers(session: Session) -> list[str]:
    return list(session.scalars(select(Article.number).order_by(Article.id)))


def versions(session: Session) -> list[tuple[str, int, str, str]]:
    """Language, number, state and title of every version."""
    rows = session.scalars(select(ArticleVersion).order_by(ArticleVersion.id))
    return [(row.language, row.number, row.state.value, row.title) for row in rows]


def told(session: Session) -> list[tuple[str, str, str]]:
    """What the journal says of articles: kind, who, and for whom it is."""
    rows = session.scalars(
        select(JournalEvent).where(JournalEvent.subject_type == "article").order_by(JournalEvent.id)
    )
    return [
        (row.kind, row.actor_name, row.audience.value) for row in rows if row.actor_kind is ActorKind.AGENT
    ]


def of(session: Session, made: Article) -> Article:
    return session.get_one(Article, made.id)


def start(session: Session, who: str = "agent", title: str = "題") -> Article:
    return start_article(
        session,
        actor=cast.actor_of(session, who),
        category=knowledge.category(session),
        kind=ArticleKind.TEXT,
        language="ja",
        content=Content(title=title, body="文", html="<p>文</p>"),
    )


def write(session: Session, article: Article, who: str, title: str, **more: str) -> ArticleVersion:
    actor = cast.actor_of(session, who)
    content = Content(title=title, body=title, html=f"<p>{title}</p>")
    told = {"language": "ja", **more}
    return write_version(session, of(session, article), actor=actor, content=content, **told)


@pytest.mark.req("KB-15", "ROLE-05")
@pytest.mark.parametrize("who", ["charlie", "cs_agent"])
def test_who_may_not_write_is_refused_by_the_actions_too(session: Session, who: str) -> None:
    article = knowledge.article(session, slug="fm")
    actor = cast.actor_of(session, who, None if who == "cs_agent" else "fm")
    content = Content(title="x", body="y")
    category = knowledge.category(session, slug="fm")
    with pytest.raises(Forbidden):
        write_version(session, article, actor=actor, language="ja", content=content)
    with pytest.raises(Forbidden):
        start_article(
            session, actor=actor, category=category, kind=ArticleKind.TEXT, language="ja", content=content
        )
    old = newest_version(session, article, "ja")
    assert old is not None
    with pytest.raises(Forbidden):
        restore(session, article, old, actor=actor)
    assert numbers(session) == [article.number]
    assert [row[1] for row in versions(session)] == [1]


@pytest.mark.req("KB-15", "SEC-26", "ROLE-05")
def test_a_foreign_article_and_one_that_is_not_there_answer_alike(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    foreign = given(knowledge.article, slug="fm").number
    client = signed_in("cs_agent")
    with untouched():
        for act in ("edit", "typed", "typed/removal"):
            for language in ("ja", "en"):
                pages = [
                    client.act(f"{HERE}/{number}/{language}/{act}", title="x", body="y")
                    for number in (foreign, "KB0009999")
                ]
                assert [page.status for page in pages] == [404, 404]
                assert pages[0].kind() == pages[1].kind()
        assert client.get(f"{HERE}/{foreign}/fr/edit").status == 404


@pytest.mark.req("KB-15", "REL-04")
def test_a_key_makes_one_article_and_no_other(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("agent")
    page = client.get(NEW)
    typed = {"title": "題", "body": "文", "category": given(a_category), "language": "ja"}
    first = client.submit(page, NEW, **typed)
    assert client.submit(page, NEW, **typed).location == first.location == f"{HERE}/KB0000001"
    other = client.submit(page, NEW, **{**typed, "title": "別の題"})
    assert other.status == 422
    assert OUT_OF_DATE in other.words()
    assert {field: other.value(field) for field in typed} == {**typed, "title": "別の題"}
    for key in ("", "no key", "A" * 32):
        assert client.submit(page, NEW, **{**typed, "form_key": key}).status == 422
    assert stored(numbers) == ["KB0000001"]
    # The form that came back has a key of its own; and a key is its person's, whoever else sends the same.
    assert client.submit(other, NEW).location == f"{HERE}/KB0000002"
    lead = signed_in("lead")
    mine = {**typed, "form_key": page.value("form_key")}
    assert lead.act(NEW, **mine).location == f"{HERE}/KB0000003"


@pytest.mark.req("KB-15", "REL-04")
def test_a_second_click_on_a_draft_writes_it_once(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    article = given(knowledge.article)
    client, edit = signed_in("agent"), f"{HERE}/{article.number}/ja/edit"
    page = client.get(edit)
    places = {client.submit(page, edit, title="改", body="文").location for _click in range(2)}
    assert places == {f"{HERE}/{article.number}?language=ja"}
    assert [row[:2] for row in stored(versions)] == [("ja", 1), ("ja", 2)]
    assert stored(told) == [("article.version_written", "中村 さくら", "desk")]


@pytest.mark.req("KB-11", "KB-15")
def test_numbers_rise_under_many_at_once_and_none_is_lost(app: Flask, given: Given, stored: Stored) -> None:
    given(a_category)

    def begin(index: int) -> str:
        with app.test_request_context():
            number = start(db.session, title=f"題{index}").number
            db.session.commit()
            return number

    made = at_once(*(lambda index=index: begin(index) for index in range(6)))
    assert sorted(made) == [f"KB{number:07}" for number in range(1, 7)]
    assert stored(numbers) == sorted(made)


@pytest.mark.req("KB-11")
def test_an_article_that_was_rolled_back_leaves_nothing_and_no_gap(session: Session) -> None:
    knowledge.category(session)
    session.commit()
    assert start(session).number == "KB0000001"
    session.rollback()
    assert (numbers(session), versions(session), told(session)) == ([], [], [])
    assert start(session).number == "KB0000001"


@pytest.mark.req("KB-15", "REL-05")
def test_of_two_who_begin_the_same_edition_at_once_one_is_told(
    app: Flask, given: Given, stored: Stored
) -> None:
    article = given(knowledge.article)

    def translate(who: str) -> str:
        with app.test_request_context():
            try:
                write(db.session, article, who, who, language="en", seen="none")
                db.session.commit()
            except StaleVersion:
                db.session.rollback()
                return "stale"
            return "written"

    assert sorted(at_once(lambda: translate("agent"), lambda: translate("lead"))) == ["stale", "written"]
    assert [row[:3] for row in stored(versions)] == [("ja", 1, "published"), ("en", 1, "draft")]


@pytest.mark.req("KB-15", "REL-05")
@in_both_languages
def test_a_stale_form_shows_both_texts_and_who_wrote_the_other(
    given: Given, signed_in: SignedIn, untouched: Untouched, who: str, language: int
) -> None:
    article = given(knowledge.article)
    client, edit = signed_in(who), f"{HERE}/{article.number}/ja/edit"
    page = client.get(edit)
    given(write, article, "lead", "上長の<b>題</b>")
    with untouched():
        answer = client.submit(page, edit, title="私の題", body="私の\n文", remark="私の理由")
    assert answer.status == 409
    headings = [answer.words(each) for each in answer.all("h2")]
    assert all(any(name in heading for heading in headings) for name in STORED_NOW[language])
    section = next(each for each in answer.all("section") if each.get("aria-labelledby") == "stored-title")
    assert "上長の<b>題</b>" in answer.words(section)
    assert "高橋 健" in answer.words(section)
    assert [answer.value(field) for field in ("title", "body", "remark")] == [
        "私の題",
        "私の\n文",
        "私の理由",
    ]
    assert answer.value("version") != page.value("version")
    # A third one was faster again: the second try is stale too.
    given(write, article, "lead", "また上長")
    again = client.submit(answer, edit)
    assert again.status == 409
    assert client.submit(again, edit).status == 303


@pytest.mark.req("KB-15", "REL-05")
def test_a_mark_that_is_not_todays_is_stale(session: Session) -> None:
    article = knowledge.article(session)
    newest = newest_version(session, article, "ja")
    for mark in ("", "none", "1.0", "99.1", "x", f"{mark_of(newest)}\0"):
        with pytest.raises(StaleVersion):
            write(session, article, "agent", "x", seen=mark)
    assert len(versions(session)) == 1
    assert write(session, article, "agent", "x", seen=mark_of(newest)).number == 2


@pytest.mark.req("KB-15")
def test_the_next_version_leaves_readers_with_the_first(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    article = given(knowledge.article, title="初版の題", body="初版の文")
    agent, hanako = signed_in("agent"), signed_in("hanako")
    edit, seen = f"{HERE}/{article.number}/ja/edit", f"/cs/knowledge/{article.number}"
    page = agent.get(edit)
    assert (page.value("title"), page.value("body")) == ("初版の題", "初版の文")
    assert "第 1 版" in page.words()
    assert agent.submit(page, edit, title="次版の題", body="次版の文", remark="誤りを直した").status == 303
    shown = hanako.get(seen)
    assert "初版の文" in shown.words()
    assert "次版" not in shown.text
    assert "誤りを直した" not in shown.text
    # Writing on changes the draft itself; nothing piles up until it is published.
    assert agent.get(edit).value("remark") == "誤りを直した"
    assert agent.submit(agent.get(edit), edit, title="次版の題 改").status == 303
    assert stored(versions) == [("ja", 1, "published", "初版の題"), ("ja", 2, "draft", "次版の題 改")]
    given(lambda session: knowledge.publish_all(session, of(session, article)))
    assert "次版の文" in hanako.get(seen).words()
    # A remark belongs to its version: the next one begins without.
    assert agent.get(edit).value("remark") == ""


@pytest.mark.req("KB-15")
def test_whoever_changes_what_is_in_review_takes_it_back_to_the_draft(
    session: Session,
) -> None:
    article = start(session)
    making = in_the_making(session, article, "ja")
    submit(session, article, making, actor=cast.actor_of(session, "agent"))
    assert making is not None
    assert making.state is VersionState.REVIEW
    write(session, article, "cs_agent", "改")
    assert (making.state, making.title, making.number) == (VersionState.DRAFT, "改", 1)
    assert making.author_id == cast.person(session, "cs_agent").id
    # The article stays its first author's.
    assert article.author_id == cast.person(session, "agent").id
    assert article.state is ArticleState.DRAFT


@pytest.mark.req("KB-15", "SEC-55")
def test_each_writing_is_told_once_with_its_actor_and_to_the_desk_alone(session: Session) -> None:
    article = start(session)
    write(session, article, "cs_agent", "改", language="ja")
    write(session, article, "lead", "Title", language="en")
    desk = Audience.DESK.value
    assert told(session) == [
        ("article.started", "中村 さくら", desk),
        ("article.version_written", "中村 さくら", desk),
        ("article.version_written", "伊藤 一花", desk),
        ("article.version_written", "高橋 健", desk),
    ]
    last = session.scalars(select(JournalEvent).order_by(JournalEvent.id.desc()).limit(1)).one()
    assert last.data == {"language": "en", "number": 1, "title": "Title"}
    assert last.subject_id == article.id


@pytest.mark.req("KB-15")
def test_a_translation_says_what_it_was_made_from_and_a_source_nothing(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    article = given(start)
    agent = signed_in("agent")

    def translate(title: str) -> int | None:
        edit = f"{HERE}/{article.number}/en/edit"
        assert agent.submit(agent.get(edit), edit, title=title, body="Text").status == 303
        made = stored(lambda session: newest_version(session, of(session, article), "en"))
        return made.translates_id if made else None

    def newest_source(session: Session) -> int:
        found = newest_version(session, of(session, article), "ja")
        assert found is not None
        assert found.translates_id is None
        return found.id

    # Nothing is published yet: the draft of the source is what there is.
    first = stored(newest_source)
    assert translate("One") == first
    given(lambda session: knowledge.publish_all(session, of(session, article)))
    given(write, article, "agent", "次版")
    # What readers see is translated, not what is being written.
    assert stored(newest_source) != first
    assert translate("Two") == first
    given(lambda session: knowledge.publish_all(session, of(session, article)))
    second = stored(newest_source)
    page = agent.get(f"{HERE}/{article.number}/en/edit")
    source = next(each for each in page.all("section") if each.get("aria-labelledby") == "source-title")
    assert "次版" in page.words(source)
    assert translate("Three") == second
    # The source's own form has no source beside it.
    own = agent.get(f"{HERE}/{article.number}/ja/edit")
    assert own.by_id("source-title") is None


@pytest.mark.req("KB-15")
def test_an_old_version_made_anew_never_costs_a_draft(session: Session) -> None:
    article = knowledge.article(session, title="一", body="一の文")
    first = newest_version(session, article, "ja")
    assert first is not None
    write(session, article, "agent", "二")
    with pytest.raises(NotPossible):
        restore(session, article, first, actor=cast.actor_of(session, "agent"))
    knowledge.publish_all(session, article)
    made = restore(session, article, first, actor=cast.actor_of(session, "agent"))
    assert (made.number, made.title, made.body, made.html) == (3, "一", "一の文", "<p>一の文</p>")
    assert made.state is VersionState.DRAFT
    assert session.get_one(ArticleEdition, (article.id, "ja")).current_id != made.id


@pytest.mark.req("KB-15", "REL-05", "SEC-39")
def test_drafts_are_their_typists_own_bounded_and_gone_with_the_save(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    article = given(knowledge.article)
    edit = f"{HERE}/{article.number}/ja/edit"
    agent, keep = signed_in("agent"), f"{HERE}/{article.number}/ja/typed"
    page = agent.get(edit)
    moment = now()
    with at(moment):
        assert agent.act(keep, body="途中", form_key=page.value("form_key")).status == 204
    with untouched(), at(moment + EVERY * 0.9):
        assert agent.act(keep, body="途中の先", form_key=page.value("form_key")).status == 429
    with at(moment + EVERY):
        assert agent.act(keep, body="途中の先", form_key=page.value("form_key")).status == 204
    with untouched(), at(moment + EVERY * 2):
        assert agent.act(keep, body="x" * (LARGEST_BYTES + 1), form_key="").status == 413
    assert agent.get(edit).value("body") == "途中の先"
    # The other edition, the form of a new article and a colleague have their own.
    other = signed_in("lead")
    for client, where in ((agent, f"{HERE}/{article.number}/en/edit"), (agent, NEW), (other, edit)):
        assert "途中" not in client.get(where).value("body")
    assert agent.submit(page, edit, title="題", body="送った文").status == 303
    # What the page said after its form was accepted is no draft any more.
    assert agent.act(keep, body="遅れた途中", form_key=page.value("form_key")).status == 204
    assert stored(lambda session: session.scalars(select(Draft.place)).all()) == []
    assert agent.get(edit).value("body") == "送った文"


@pytest.mark.req("KB-15", "REL-05")
def test_a_refused_form_shows_what_was_sent_and_keeps_the_draft(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    category = given(a_category)
    agent = signed_in("agent")
    page = agent.get(NEW)
    assert agent.act(f"{NEW}/typed", body="途中の文", form_key=page.value("form_key")).status == 204
    typed = {"title": "", "body": "送った文", "category": category, "language": "ja"}
    assert agent.submit(page, NEW, **typed).value("body") == "送った文"
    assert agent.submit(page, NEW, **{**typed, "title": "題", "body": ""}).value("body") == ""
    assert stored(lambda session: session.scalars(select(Draft.place)).all()) == ["knowledge:text"]
    assert agent.submit(page, NEW, **{**typed, "title": "題"}).status == 303
    assert stored(lambda session: session.scalars(select(Draft.place)).all()) == []
