"""For whom an article is, what one customer sees of it, and links to it for that customer alone (SEC-49)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.knowledge.models import Article, ArticleReader, ArticleViews
from tests import cast
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases, knowledge

HERE = "/console/knowledge"


def closed(session: Session) -> str:
    """A published article that is for nobody yet."""
    return knowledge.article(session, title="接続の手順", for_whom=[]).number


def counted(session: Session) -> tuple[int, int]:
    return (
        len(session.scalars(select(ArticleViews)).all()),
        len(session.scalars(select(ArticleReader)).all()),
    )


@pytest.mark.req("SEC-49", "KB-15")
@pytest.mark.parametrize(
    ("choice", "seeing", "blind"),
    [
        ({"readers": "service"}, ("hanako", "alice"), ()),
        ({"readers": "chosen", "holders": cast.CS_NUMBER}, ("hanako", "taro"), ("alice",)),
        ({"readers": "chosen", "numbers": f"{cast.ALICE_CS_NUMBER}"}, ("alice",), ("hanako",)),
    ],
)
def test_readers_are_nobody_until_a_lead_names_them(
    given: Given,
    signed_in: SignedIn,
    choice: dict[str, str],
    seeing: tuple[str, ...],
    blind: tuple[str, ...],
) -> None:
    number = given(closed)
    lead = signed_in("lead")
    assert signed_in("hanako").get(f"/cs/knowledge/{number}").status == 404
    page = lead.get(f"{HERE}/{number}/readers")
    assert "担当者だけが閲覧できます" in page.words()
    assert lead.submit(page, f"{HERE}/{number}/readers", **choice).status == 303
    assert all(signed_in(name).get(f"/cs/knowledge/{number}").status == 200 for name in seeing)
    assert all(signed_in(name).get(f"/cs/knowledge/{number}").status == 404 for name in blind)
    again = lead.get(f"{HERE}/{number}/readers")
    assert again.value("readers") == choice["readers"]


@pytest.mark.req("SEC-49", "REL-05")
def test_wrong_readers_are_said_at_the_field_and_stale_ones_are_asked_again(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    number = given(closed)
    address = f"{HERE}/{number}/readers"
    lead = signed_in("lead")
    page = lead.get(address)
    with untouched():
        foreign = lead.submit(page, address, readers="chosen", numbers=cast.CHARLIE_NUMBER)
        nobody = lead.submit(page, address, readers="chosen")
    assert (foreign.status, nobody.status) == (422, 422)
    assert cast.CHARLIE_NUMBER in foreign.error_at("numbers")
    assert nobody.error_at("numbers")
    assert lead.submit(page, address, readers="service").status == 303
    with untouched():
        stale = lead.submit(page, address, readers="nobody")
    assert stale.status == 409
    assert lead.submit(stale, address).status == 303


@pytest.mark.req("SEC-49", "DESK-04")
def test_what_names_one_customer_opens_to_others_only_when_it_was_looked_at(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    number = given(_names_alice)
    address = f"{HERE}/{number}/readers"
    lead = signed_in("lead")
    with untouched():
        stopped = lead.submit(lead.get(address), address, readers="service", numbers="")
    assert stopped.status == 422
    assert cast.ALICE_CS_NUMBER in stopped.words()
    # For her company alone there is nothing to say against it.
    own = {"readers": "chosen", "holders": cast.ALICE_CS_NUMBER, "numbers": ""}
    assert lead.submit(lead.get(address), address, **own).status == 303


def _names_alice(session: Session) -> str:
    body = f"お客様番号 {cast.ALICE_CS_NUMBER} の設定です。"
    return knowledge.article(session, body=body, for_whom=[]).number


@pytest.mark.req("KB-15", "KB-12")
def test_the_preview_shows_what_one_customer_sees_and_counts_nothing(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(_for_sample)
    agent = signed_in("agent")
    address = f"{HERE}/{number}/preview"
    assert "お客様番号を指定" in agent.get(address).words()
    seen = agent.get(f"{address}?number={cast.CS_NUMBER}")
    assert seen.words(seen.one("h1")) == "接続の手順"
    assert "接続してください。" in seen.words()
    hidden = agent.get(f"{address}?number={cast.ALICE_CS_NUMBER}")
    assert "接続してください。" not in hidden.words()
    assert "閲覧者に含まれていません" in hidden.words()
    assert agent.get(f"{address}?number=X000000000").status == 422
    # Another service's number is not within the reach of an agent of this one.
    assert signed_in("cs_agent").get(f"{address}?number={cast.CHARLIE_NUMBER}").status == 422
    assert stored(counted) == (0, 0)


@pytest.mark.req("KB-15")
def test_the_preview_says_why_nobody_sees_it(given: Given, signed_in: SignedIn) -> None:
    agent = signed_in("agent")
    draft = given(_draft)
    unread = given(closed)
    for number, reason in ((draft, "まだ公開されていません"), (unread, "閲覧者が設定されていません")):
        assert reason in agent.get(f"{HERE}/{number}/preview?number={cast.CS_NUMBER}").words()


def _draft(session: Session) -> str:
    return knowledge.article(session, is_published=False).number


def _for_sample(session: Session) -> str:
    readers = [knowledge.readers(session, "cs", holder=cast.SAMPLE)]
    made = knowledge.article(session, title="接続の手順", body="接続してください。", for_whom=readers)
    return made.number


def _inquiry(session: Session, number: str) -> str:
    return cases.open_inquiry(session, number=number)


@pytest.mark.req("KB-15", "SEC-48")
def test_links_are_offered_for_what_the_cases_customer_may_read(given: Given, signed_in: SignedIn) -> None:
    number = given(_for_sample)
    hanakos, alices = (given(_inquiry, each) for each in (cast.CS_NUMBER, cast.ALICE_CS_NUMBER))
    agent = signed_in("agent")
    found = agent.get(f"{HERE}/for-case/{hanakos}?q={number}")
    assert f"/cs/knowledge/{number}" in found.text
    for case, typed in ((alices, number), (hanakos, "KB"), (hanakos, "")):
        assert f"/cs/knowledge/{number}" not in agent.get(f"{HERE}/for-case/{case}?q={typed}").text
    part = agent.get(f"{HERE}/for-case/{hanakos}?q={number}", headers={"HX-Request": "true"})
    assert part.is_part
    assert "記事へのリンクを挿入" in agent.get(f"/console/cases/{hanakos}").words()
    assert not given(lambda session: session.scalars(select(Article.from_case_id)).first())
