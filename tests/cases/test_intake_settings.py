"""A service's alert intake at the desk: the switch, and tokens that are shown once (DESK-07, SEC-50)."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import IntakeToken
from app.journal import JournalEvent
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import alerts

pytestmark = pytest.mark.req("DESK-07", "SEC-50")

PAGE, TOKENS = "/console/services/fm/intake", "/console/services/fm/intake/tokens"


def tokens(session: Session) -> list[IntakeToken]:
    return list(session.scalars(select(IntakeToken).order_by(IntakeToken.id)))


def told(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(
        select(JournalEvent).where(JournalEvent.kind.startswith("service.intake")).order_by(JournalEvent.id)
    )
    return [(row.kind, row.actor_name) for row in rows]


@pytest.mark.req("ROLE-05")
@pytest.mark.parametrize("name", ["agent", "lead"])
def test_only_system_administrators_see_and_set_it(
    signed_in: SignedIn, given: Given, untouched: Untouched, name: str
) -> None:
    row = given(alerts.token).row
    browser = signed_in(name)
    with untouched():
        assert browser.get(PAGE).status == 403
        assert browser.get("/console/services/").status == 403
        for path in (TOKENS, f"{PAGE}/enabling", f"{PAGE}/disabling", f"{TOKENS}/{row.id}/revocation"):
            assert browser.act(path, label="x", form_key="0" * 32).status == 403


def test_the_services_page_leads_to_each_intake(signed_in: SignedIn) -> None:
    page = signed_in("admin").get("/console/services/")
    assert [len(page.all("a", href=f"/console/services/{slug}/intake")) for slug in ("cs", "fm")] == [1, 1]


def test_a_token_is_shown_once_and_works(signed_in: SignedIn, app: Flask, stored: Stored) -> None:
    browser = signed_in("admin")
    page = browser.submit(browser.get(PAGE), TOKENS, label="検知サーバー 1")
    assert page.status == 200
    [code, example] = ["".join(item.itertext()) for item in page.all("pre")]
    assert alerts.bring(app, code).status_code == 201
    assert "https://desk.test/intake/fm/alerts" in example
    assert f"Bearer {code}" in example
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert page.answer.headers["Content-Encoding"] == "identity"

    later = browser.get(PAGE)
    assert "検知サーバー 1" in later.words()
    assert code not in later.text
    assert stored(told) == [("service.intake_token_made", "渡辺 明")]


def test_a_second_click_makes_no_second_token(signed_in: SignedIn, stored: Stored) -> None:
    browser = signed_in("admin")
    form = browser.get(PAGE)
    browser.submit(form, TOKENS, label="one")
    again = browser.submit(form, TOKENS, label="one")
    assert (again.status, again.location) == (303, PAGE)
    assert len(stored(tokens)) == 1


def test_a_signed_token_comes_with_a_secret(signed_in: SignedIn, app: Flask) -> None:
    browser = signed_in("admin")
    page = browser.submit(browser.get(PAGE), TOKENS, label="one", is_signed="y")
    [code, secret] = ["".join(item.itertext()) for item in page.all("pre")]
    assert len(secret) == 64
    assert alerts.bring(app, code).status_code == 401


@pytest.mark.req("SEC-40")
@pytest.mark.parametrize("label", ["", " ", "x" * 81, "a\0b", "a\u202eb"])
def test_a_label_that_does_not_hold_is_named_at_its_field(
    signed_in: SignedIn, untouched: Untouched, label: str
) -> None:
    browser = signed_in("admin")
    form = browser.get(PAGE)
    with untouched():
        page = browser.submit(form, TOKENS, label=label)
    assert page.status == 422
    assert page.error_at("label")


def test_revoking_is_for_good(signed_in: SignedIn, app: Flask, given: Given, stored: Stored) -> None:
    made = given(alerts.token)
    browser = signed_in("admin")
    page = browser.act(f"{TOKENS}/{made.row.id}/revocation")
    assert (page.status, page.location) == (303, PAGE)
    assert "失効" in browser.get(PAGE).words()
    assert alerts.bring(app, made.token).status_code == 401
    first = stored(tokens)[0].revoked_at
    assert browser.act(f"{TOKENS}/{made.row.id}/revocation").status == 303
    assert stored(tokens)[0].revoked_at == first
    assert [kind for kind, _ in stored(told)].count("service.intake_token_revoked") == 1


@pytest.mark.req("CASE-19")
def test_the_switch_is_told_in_the_journal_once(
    signed_in: SignedIn, app: Flask, given: Given, stored: Stored
) -> None:
    shown = given(alerts.token).token
    before = len(stored(told))
    browser = signed_in("admin")
    for _ in range(2):
        assert browser.act(f"{PAGE}/disabling").status == 303
    assert alerts.bring(app, shown).status_code == 404
    assert "オフ" in browser.get(PAGE).words()
    for _ in range(2):
        assert browser.act(f"{PAGE}/enabling").status == 303
    assert alerts.bring(app, shown).status_code == 201
    assert len(stored(told)) == before + 2


@pytest.mark.req("SEC-34")
def test_a_label_is_shown_as_text(signed_in: SignedIn, given: Given) -> None:
    browser = signed_in("admin")
    browser.submit(browser.get(PAGE), TOKENS, label="<b>bold</b>")
    page = browser.get(PAGE)
    assert "<b>bold</b>" in page.words()
    assert not page.all("b")
    assert given(alerts.count) == 0
