"""Bases and categories, where articles stand, the list, review dates, and articles made of cases (D08)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.cases.lifecycle import Act, CaseState
from app.knowledge.actions.placing import place
from app.knowledge.models import Article, ArticleAudience, KnowledgeBase, KnowledgeCategory
from app.knowledge.review_jobs import remind_of_what_is_due
from tests import cast
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, knowledge

HERE = "/console/knowledge"
BASES = f"{HERE}/bases/"


def article_of(session: Session, number: str) -> Article:
    return session.scalars(select(Article).where(Article.number == number)).one()


@pytest.mark.req("KB-15", "KB-02")
def test_a_lead_makes_a_base_and_removes_it_while_it_is_empty(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(knowledge.article)
    lead = signed_in("lead")
    page = lead.get(BASES)
    done = lead.submit(page, BASES, new__name_ja="手引き", new__name_en="Guides", new__service="fm")
    assert done.location == BASES
    base = stored(_newest_base)
    shown = lead.get(BASES)
    assert any(
        "手引き" in line and "モバイルセキュリティ" in line for row in shown.rows() for line in row.values()
    )
    here = f"{HERE}/bases/{base.id}"
    assert (
        lead.submit(
            lead.get(here), f"{here}/categories", new__code="01", new__name_ja="章", new__name_en="Part"
        ).status
        == 303
    )
    assert "01 章" in lead.get(here).words()
    assert lead.submit(lead.get(here), here, name_ja="案内").status == 303
    assert lead.submit(lead.get(BASES), f"{here}/move/up").status == 303
    assert (
        stored(lambda s: s.scalars(select(KnowledgeBase.name_ja).order_by(KnowledgeBase.position)).first())
        == "案内"
    )
    full = stored(
        lambda s: s.scalars(select(KnowledgeCategory.base_id).order_by(KnowledgeCategory.id)).first()
    )
    with untouched():
        assert lead.act(f"{HERE}/bases/{full}/removal").status == 409
    assert lead.submit(lead.get(BASES), f"{here}/removal").status == 303
    assert stored(_newest_base).id != base.id


def _newest_base(session: Session) -> KnowledgeBase:
    return session.scalars(select(KnowledgeBase).order_by(KnowledgeBase.id.desc()).limit(1)).one()


@pytest.mark.req("KB-15", "SEC-49")
def test_in_another_services_base_an_article_is_nobodys_again(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(lambda session: knowledge.article(session).number)
    category = given(lambda session: str(knowledge.category(session, slug="fm").id))
    lead = signed_in("lead")
    address = f"{HERE}/{number}/place"
    assert lead.submit(lead.get(address), address, review_on="2027-02-30").status == 422
    assert lead.submit(lead.get(address), address, category=category, review_on="2027-02-28").status == 303
    assert stored(lambda s: article_of(s, number).review_on.isoformat()) == "2027-02-28"  # type: ignore[union-attr]  # It was just set.
    assert stored(lambda s: s.scalars(select(ArticleAudience.id)).all()) == []
    assert signed_in("hanako").get(f"/cs/knowledge/{number}").status == 404
    assert signed_in("cs_agent").get(f"{HERE}/{number}").status == 404


@pytest.mark.req("KB-15", "MAIL-02")
def test_the_author_is_reminded_once_when_the_review_date_has_come(
    app: Flask, given: Given, signed_in: SignedIn, outbox: Outbox
) -> None:
    number = given(_due)
    with clock.at(clock.now() + timedelta(days=1)):
        assert remind_of_what_is_due(app) == 0
    with clock.at(clock.now() + timedelta(days=4)):
        assert remind_of_what_is_due(app) == 1
        assert remind_of_what_is_due(app) == 0
    sent = outbox()[-1]
    assert (sent.to, number in sent.subject) == ("agent@desk.example", True)
    assert signed_in("lead").get(f"{HERE}/?view=due").rows() == []


def _due(session: Session) -> str:

    made = knowledge.article(session)
    category = session.get_one(KnowledgeCategory, made.category_id)
    # The day of Japan, in which the job asks; whatever the hour of this run.
    day = (clock.now() + timedelta(days=2)).astimezone(ZoneInfo("Asia/Tokyo")).date()
    author = cast.person(session, "agent")
    place(session, made, actor=knowledge.MAKER, category=category, author=author, review_on=day)
    return made.number


@pytest.mark.req("KB-15", "SEC-28")
def test_the_list_narrows_by_state_language_base_and_words_within_reach(
    given: Given, signed_in: SignedIn
) -> None:
    given(_many)
    agent, cs_agent = signed_in("agent"), signed_in("cs_agent", language="ja")

    def titles(query: str) -> set[str]:
        return {row["タイトル"] for row in agent.get(f"{HERE}/?{query}").rows()}

    assert titles("") == {"公開の題", "下書きの題", "他社の題"}
    assert titles("view=drafts") == {"下書きの題"}
    assert titles("view=published") == {"公開の題", "他社の題"}
    assert titles("view=withdrawn") == set()
    assert titles("q=下書き") == {"下書きの題"}
    assert titles("language=en") == {"公開の題"}
    assert titles("sort=title&view=nothing&base=x&page=99") == titles("")
    assert "他社の題" not in cs_agent.get(f"{HERE}/?q=他社").text
    assert "他社の題" not in cs_agent.get(f"{HERE}/").text


def _many(session: Session) -> None:
    knowledge.article(session, title="公開の題", title_en="Published one", body_en="x")
    knowledge.article(session, title="下書きの題", is_published=False)
    knowledge.article(session, slug="fm", title="他社の題")


@pytest.mark.req("KB-15", "DESK-04")
def test_a_solved_case_becomes_a_draft_without_notes_and_names(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(_solved)
    category = given(lambda session: str(knowledge.category(session).id))
    agent = signed_in("agent")
    assert "記事の下書きを作成" in agent.get(f"/console/cases/{number}").words()
    address = f"{HERE}/from-case/{number}"
    page = agent.get(address)
    text = page.value("body")
    assert "再起動すると直ります。" in text
    assert "社内メモ" not in page.text
    assert cast.SAMPLE not in text
    assert cast.CS_NUMBER not in text
    done = agent.submit(page, address, title="再起動の手順", category=category, language="ja")
    assert done.status == 303
    made = stored(lambda s: s.scalars(select(Article)).one())
    assert made.from_case_id is not None
    assert number in agent.get(done.location).words()


def _solved(session: Session) -> str:
    number = cases.in_state(session, CaseState.IN_PROGRESS, number=cast.CS_NUMBER)
    cases.comment(session, number, f"{cast.SAMPLE}様\n{cast.CS_NUMBER} の件、再起動すると直ります。")
    cases.note(session, number, "社内メモ")
    cases.move(session, number, Act.RESOLVE, by="agent")
    return number


@pytest.mark.req("REL-04", "F11")
def test_a_second_click_adds_neither_a_base_nor_a_category(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(knowledge.article)
    lead = signed_in("lead")

    def twice(address: str, action: str, **typed: str) -> None:
        page = lead.get(address)
        answers = [
            lead.submit(page, action, new__name_ja="手引き", new__name_en="Guides", **typed) for _ in "12"
        ]
        assert {answer.location for answer in answers} == {address}
        other = lead.submit(page, action, new__name_ja="別の手引き", new__name_en="Others", **typed)
        assert (other.status, "このフォームは" in other.alerts()) == (422, True)

    before = stored(_count_places)
    twice(BASES, BASES, new__service="fm")
    here = f"{HERE}/bases/{stored(_newest_base).id}"
    twice(here, f"{here}/categories", new__code="01")
    assert stored(_count_places) == (before[0] + 1, before[1] + 1)


def _count_places(session: Session) -> tuple[int, int]:
    bases, categories = (
        session.scalars(select(func.count()).select_from(table)).one()
        for table in (KnowledgeBase, KnowledgeCategory)
    )
    return bases, categories
