"""Files of articles in the portal, the count of views, and what readers say of an article."""

import threading
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Actor, Forbidden
from app.journal import JournalEvent
from app.knowledge.actions.feedback import give_feedback
from app.knowledge.actions.placing import place
from app.knowledge.actions.publishing import withdraw
from app.knowledge.models import (
    Article,
    ArticleFeedback,
    ArticleReader,
    ArticleVersion,
    ArticleViews,
    KnowledgeCategory,
)
from app.knowledge.readings import count_view
from tests import cast
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories import files, knowledge, shelf

HOME = "/cs/knowledge/"


def with_files(session: Session) -> tuple[str, str, str]:
    """An article with a picture, whose next draft has another file: number and tokens."""
    made = knowledge.article(session)
    shown = shelf.file(session, name="screen.png", content=files.picture())
    shelf.attached(session, made, shown)
    draft = shelf.file(session, name="draft.txt", content=b"draft")
    shelf.attached(session, made, draft, is_published=False)
    return made.number, shown.token, draft.token


def replaced(session: Session) -> tuple[str, str, str]:
    """An article whose file was replaced by another one: number, the old token, the new one."""
    made = knowledge.article(session)
    tokens = []
    for name in ("old.pdf", "new.pdf"):
        kept = shelf.file(session, name=name, content=name.encode())
        shelf.attached(session, made, kept)
        tokens.append(kept.token)
    return made.number, tokens[0], tokens[1]


def written_by_lead(session: Session, *, title: str = "ログインできないとき") -> str:
    """An article whose author is the lead."""
    made = knowledge.article(session, title=title)
    author = cast.person(session, "lead")
    at = session.get_one(KnowledgeCategory, made.category_id)
    place(session, made, actor=knowledge.MAKER, category=at, author=author, review_on=None)
    return made.number


def views(session: Session) -> int:
    """The views of the only article."""
    return session.scalar(select(ArticleViews.total)) or 0


def said(session: Session) -> Sequence[tuple[bool, str]]:
    """All feedback there is."""
    return [(row.has_helped, row.remark) for row in session.scalars(select(ArticleFeedback))]


@pytest.mark.req("KB-03", "KB-10", "SEC-44")
def test_each_download_is_checked_anew(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    number, shown, draft = given(with_files)
    hanako = signed_in("hanako")
    assert hanako.get(f"{HOME}{number}/files/{shown}").status == 200
    absent = hanako.get(f"{HOME}{number}/files/{'x' * len(shown)}")
    assert absent.status == 404
    for token in (draft, "", "none", "../../etc/passwd"):
        assert hanako.get(f"{HOME}{number}/files/{token}").status == 404
    assert signed_in("jiro").get(f"/fm/knowledge/{number}/files/{shown}").status == 404
    given(_withdraw_all)
    assert hanako.get(f"{HOME}{number}/files/{shown}").status == 404
    assert hanako.get(f"{HOME}{number}/files/{shown}/picture").status == 404
    assert stored(views) == 1


def _withdraw_all(session: Session) -> None:
    for article in session.scalars(select(Article)):
        withdraw(session, article, actor=knowledge.MAKER)


@pytest.mark.req("KB-15", "SEC-44")
def test_a_replaced_file_is_gone_and_the_count_stays(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number, old, new = given(replaced)
    browser = signed_in("hanako")
    assert browser.get(f"{HOME}{number}/files/{old}").status == 404
    assert browser.get(f"{HOME}{number}/files/{new}").answer.data == b"new.pdf"
    assert "new.pdf" in browser.get(f"{HOME}{number}").words()
    assert stored(views) == 2


@pytest.mark.req("KB-12")
def test_a_download_counts_once_however_it_goes_on(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    number, token = given(shelf.document)
    browser, address = signed_in("hanako"), f"{HOME}{number}/files/{token}"
    browser.fetch("HEAD", address)
    browser.get(address, headers={"Range": "bytes=5-"})
    assert stored(views) == 0
    browser.get(address, headers={"Range": "bytes=0-4"})
    assert stored(views) == 1
    answer = browser.get(address)
    assert stored(views) == 2
    again = browser.get(address, headers={"If-None-Match": answer.answer.headers["ETag"]})
    assert (again.status, stored(views)) == (304, 2)


@pytest.mark.req("KB-10")
def test_a_documents_page_has_its_file(given: Given, signed_in: SignedIn) -> None:
    number, token = given(shelf.document)
    page = signed_in("hanako").get(f"{HOME}{number}")
    assert "guide.pdf" in page.words()
    assert page.all("a", href=f"{HOME}{number}/files/{token}")


@pytest.mark.req("KB-12", "REL-03")
def test_openings_at_once_lose_nothing(app: Flask, given: Given, stored: Stored) -> None:
    given(knowledge.article)
    article_id, people = stored(_article_and_people)

    def open_often(index: int) -> None:
        with app.app_context():
            for _ in range(5):
                count_view(people[index % 2], article_id)

    threads = [threading.Thread(target=open_often, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored(views) == 20
    assert stored(lambda session: session.scalar(select(func.count()).select_from(ArticleReader))) == 2


def _article_and_people(session: Session) -> tuple[int, list[Actor]]:
    people = [cast.actor_of(session, name, "cs") for name in ("hanako", "taro")]
    return session.scalars(select(Article.id)).one(), people


@pytest.mark.req("KB-11")
def test_what_somebody_says_can_be_changed_and_reaches_the_author(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    number = given(written_by_lead)
    browser = signed_in("hanako")
    action = f"{HOME}{number}/feedback"
    assert browser.act(action, helped="no", remark="手順が古いようです。").status == 303
    assert stored(said) == [(False, "手順が古いようです。")]
    (mail,) = outbox()
    assert mail.to == "lead@desk.example"
    assert number in mail.subject
    assert "手順が古いようです。" in mail.text
    assert f"/console/knowledge/{number}" in mail.text
    page = browser.get(f"{HOME}{number}")
    assert "ご回答いただき、ありがとうございました。" in page.words()
    assert "回答を変更" in page.words()
    browser.act(action, helped="yes", remark="手順が古いようです。")
    browser.act(action, helped="yes", remark="手順が古いようです。")
    assert stored(said) == [(True, "手順が古いようです。")]
    assert outbox() == []
    signed_in("taro").act(action, helped="yes")
    assert len(stored(said)) == 2
    assert outbox() == []
    assert stored(_told) == 3


def _told(session: Session) -> int:
    """How often the history tells of feedback."""
    kind = JournalEvent.kind == "article.feedback_given"
    return session.scalar(select(func.count()).select_from(JournalEvent).where(kind)) or 0


@pytest.mark.req("KB-12")
def test_the_page_after_an_act_is_no_opening(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    number = given(knowledge.article).number
    browser = signed_in("hanako")
    browser.get(browser.act(f"{HOME}{number}/feedback", helped="yes").location)
    assert stored(views) == 0
    browser.get(f"{HOME}{number}")
    assert stored(views) == 1


@pytest.mark.req("SEC-32")
@pytest.mark.parametrize(
    "typed",
    [{}, {"helped": "perhaps"}, {"helped": "yes", "remark": "x" * 2_001}, {"helped": "no", "remark": "\x00"}],
)
def test_bad_feedback_is_said_at_its_field_and_nothing_is_kept(
    given: Given, signed_in: SignedIn, stored: Stored, typed: dict[str, str]
) -> None:
    number = given(knowledge.article).number
    page = signed_in("hanako").act(f"{HOME}{number}/feedback", **typed)
    assert page.status == 422
    assert (
        page.styled("p", "field-error")
        or page.styled("div", "field-wrong")
        or page.styled("fieldset", "field-wrong")
    )
    assert stored(said) == []


@pytest.mark.req("KB-03", "DESK-04")
def test_the_desk_gives_no_feedback(session: Session) -> None:
    article = knowledge.article(session)
    version = session.scalars(select(ArticleVersion).where(ArticleVersion.article_id == article.id)).one()
    for actor in (cast.actor_of(session, "lead"), knowledge.MAKER):
        with pytest.raises(Forbidden):
            give_feedback(session, article, version, actor=actor, has_helped=True)
