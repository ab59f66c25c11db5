"""GET /console/search: cases with their internal notes, and knowledge, within the agent's services."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.search.models import MissedSearch
from tests.cast import FM_NUMBER
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, knowledge
from tests.factories.search import feed

pytestmark = pytest.mark.req("DESK-04")


def hits(page: Page) -> list[str]:
    return [page.words(hit) for hit in page.styled("li", "hit")]


@pytest.mark.req("SVC-04", "SEC-48")
def test_agents_find_notes_and_articles_of_their_services(
    signed_in: SignedIn, given: Given, app: Flask
) -> None:
    def write(session: Session) -> dict[str, str]:
        made = {"note": cases.open_inquiry(session, details="質問です。")}
        cases.note(session, made["note"], "マゼンタのアラートは誤検知らしい。")
        made["fm"] = cases.open_case(session, number=FM_NUMBER, subject="マゼンタのアラート")
        made["article"] = knowledge.article(session, title="マゼンタのアラートの見分け方").number
        made["of fm"] = knowledge.article(session, slug="fm", title="マゼンタのアラート (fm)").number
        return made

    made = given(write)
    feed(app)
    page = signed_in("agent").get("/console/search?q=マゼンタ")
    assert {name for name, number in made.items() if any(number in hit for hit in hits(page))} == set(made)
    of_note = next(hit for hit in hits(page) if made["note"] in hit)
    assert "内部メモマゼンタのアラートは誤検知らしい。" in of_note.replace(" ", "")
    assert "ご契約者名: 株式会社サンプル" in of_note
    of_cs = signed_in("cs_agent").get("/console/search?q=マゼンタ")
    found = {name for name, number in made.items() if any(number in hit for hit in hits(of_cs))}
    assert found == {"note", "article"}


def test_the_box_stands_in_the_header_of_every_page(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    agent = signed_in("agent")
    for address in ("/console/", "/console/cases/", f"/console/cases/{number}", "/console/people/"):
        page = agent.get(address)
        box = next(
            form for form in page.all("form", role="search") if form.get("action") == "/console/search"
        )
        field = next(item for item in box.iter() if item.get("name") == "q")
        assert field.get("data-key") == "/"
    found = agent.get(f"/console/search?q={number}")
    assert [number in hit for hit in hits(found)] == [True]
    field = next(item for item in found.all("input") if item.get("id") == "desk-search")
    assert field.get("value") == number


def test_a_search_in_vain_is_noted_as_the_desks(signed_in: SignedIn, app: Flask, stored: Stored) -> None:
    feed(app)
    page = signed_in("agent").get("/console/search?q=無花果")
    assert "一致する結果はありません" in page.words()
    assert stored(lambda session: session.scalars(select(MissedSearch)).one().service_id) is None
