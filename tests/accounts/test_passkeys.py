"""Adding, listing and removing passkeys: real keys and signatures, and every answer that must not pass."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Authenticator, Passkey
from app.accounts.passkeys import enrolment
from app.accounts.passkeys.party import RelyingParty, relying_party
from app.config import read_settings
from app.journal import JournalEvent
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import TEST_ENVIRONMENT, Given, Outbox, SignedIn, Stored, Untouched
from tests.factories.passkeys import enrol, options_on
from tests.factories.soft_key import USER_VERIFIED, Lies, SoftKey

LIST, NEW = "/cs/profile/passkeys", "/cs/profile/passkeys/new"
DESK_LIST, DESK_NEW = "/console/profile/passkeys", "/console/profile/passkeys/new"
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
WRONG = "パスキーを追加できませんでした。"

FORGED = {
    "another site": Lies(origin="https://evil.test"),
    "another port": Lies(origin="https://desk.test:8443"),
    "without encryption": Lies(origin="http://desk.test"),
    "a subdomain": Lies(origin="https://a.desk.test"),
    "another relying party": Lies(rp_id="evil.test"),
    "another challenge": Lies(challenge="AAAA"),
    "an answer to a sign-in": Lies(kind="webauthn.get"),
    "in a frame of another site": Lies(cross_origin=True),
    "nobody touched the key": Lies(flags=USER_VERIFIED),
    "two names for one key": Lies(credential_id=b"another"),
}
GARBAGE = {
    "nothing": "",
    "no JSON": "x",
    "no object": "[]",
    "an empty object": "{}",
    "empty parts": '{"id":"","rawId":"","type":"public-key","response":{}}',
    "deep": "[" * 15_000,
    "long": "x" * 16_001,
    "a sign of a surrogate": '"\\ud800"',
}


def add(browser: InspectingClient, key: SoftKey, *, new: str = NEW, lies: Lies | None = None) -> Page:
    page = browser.get(new)
    return browser.submit(page, new, name="青い鍵", answer=key.make(options_on(page), lies))


def passkeys(session: Session, name: str) -> list[Passkey]:
    return list(enrolment.passkeys_of(session, cast.person(session, name)))


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(JournalEvent.kind).order_by(JournalEvent.id)))


@pytest.mark.req("MFA-17")
@pytest.mark.parametrize("lies", FORGED.values(), ids=FORGED)
def test_a_forged_answer_adds_nothing(signed_in: SignedIn, untouched: Untouched, lies: Lies) -> None:
    browser = signed_in("hanako")
    with untouched():
        page = add(browser, SoftKey(), lies=lies)
    assert page.status == 422
    assert WRONG in page.alerts()
    assert page.value("name") == "青い鍵"
    assert page.value("answer") == ""


@pytest.mark.req("MFA-17")
@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_answer_at_all_adds_nothing(signed_in: SignedIn, untouched: Untouched, text: str) -> None:
    browser = signed_in("hanako")
    with untouched():
        page = browser.submit(browser.get(NEW), NEW, name="鍵", answer=text)
    assert page.status == 422
    assert WRONG in page.alerts()


@pytest.mark.req("MFA-17")
def test_an_answer_with_another_key_than_it_names_is_refused(signed_in: SignedIn) -> None:
    browser = signed_in("hanako")
    page = browser.get(NEW)
    told = SoftKey().make(options_on(page)).replace('"type": "public-key"', '"type": "password"')
    assert browser.submit(page, NEW, name="鍵", answer=told).status == 422


@pytest.mark.req("MFA-17")
def test_a_challenge_is_good_for_its_own_user_and_session(signed_in: SignedIn) -> None:
    hanako, taro, elsewhere = signed_in("hanako"), signed_in("taro"), signed_in("hanako")
    page = hanako.get(NEW)
    answer = SoftKey().make(options_on(page))
    fields = {**page.form(NEW), "name": "鍵", "answer": answer}
    for other in (taro, elsewhere):
        own = other.get(NEW).form(NEW)
        assert other.post(NEW, {**fields, "csrf_token": own["csrf_token"]}).status == 422
    assert hanako.post(NEW, {**fields, "challenge": "x"}).status == 422
    assert hanako.post(NEW, {**fields, "challenge": taro.get(NEW).form(NEW)["challenge"]}).status == 422
    assert hanako.post(NEW, fields).status == 303


@pytest.mark.req("MFA-17")
@pytest.mark.parametrize(("seconds", "status"), [(299, 303), (301, 422)])
def test_a_challenge_is_good_for_five_minutes(app: Flask, seconds: int, status: int) -> None:
    with clock.at(NOON):
        browser = InspectingClient(app).enter("hanako")
        page = browser.get(NEW)
    with clock.at(NOON + timedelta(seconds=seconds)):
        answer = SoftKey().make(options_on(page))
        assert browser.submit(page, NEW, name="鍵", answer=answer).status == status


@pytest.mark.req("MFA-17")
def test_a_challenge_adds_one_passkey_and_no_second(signed_in: SignedIn, stored: Stored) -> None:
    browser, key = signed_in("hanako"), SoftKey()
    page, other = browser.get(NEW), browser.get(NEW)
    answer = key.make(options_on(page))
    assert browser.submit(page, NEW, name="鍵", answer=answer).status == 303
    again = browser.submit(page, NEW, name="鍵", answer=answer)
    assert again.status == 422
    assert browser.submit(page, NEW, name="鍵", answer=SoftKey().make(options_on(page))).status == 422
    # A form that was open meanwhile is out of date too; the page that says so has a fresh challenge.
    stale = browser.submit(other, NEW, name="鍵", answer=SoftKey().make(options_on(other)))
    assert stale.status == 422
    assert len(stored(lambda session: passkeys(session, "hanako"))) == 1
    assert browser.submit(stale, NEW, answer=SoftKey().make(options_on(stale))).status == 303


@pytest.mark.req("MFA-17")
@pytest.mark.parametrize("owner", ["hanako", "alice"])
def test_a_passkey_is_known_once_in_the_installation(given: Given, signed_in: SignedIn, owner: str) -> None:
    key = SoftKey()
    given(enrol, owner, key)
    page = add(signed_in("hanako"), key)
    assert page.status == 422
    assert "このパスキーは既に登録されています。" in page.alerts()


@pytest.mark.req("MFA-17")
def test_nobody_has_more_than_ten(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    for number in range(9):
        given(enrol, "hanako", SoftKey(), f"鍵 {number}")
    browser = signed_in("hanako")
    tenth, eleventh = browser.get(NEW), SoftKey()
    assert browser.submit(tenth, NEW, name="10", answer=SoftKey().make(options_on(tenth))).status == 303
    with untouched():
        page = add(browser, eleventh)
    assert page.status == 409
    assert "パスキーは10個まで登録できます。" in page.words()
    assert not [link for link in page.all("a") if link.get("href") == NEW]


@pytest.mark.req("MFA-17", "SEC-10")
@pytest.mark.parametrize("act", ["add", "remove"])
def test_a_stale_proof_is_asked_for_again(app: Flask, given: Given, stored: Stored, act: str) -> None:
    passkey_id = given(enrol, "hanako", SoftKey())
    with clock.at(NOON):
        browser = InspectingClient(app).enter("hanako")
    with clock.at(NOON + timedelta(minutes=10)):
        before = stored(lambda session: len(passkeys(session, "hanako")))
        page = add(browser, SoftKey()) if act == "add" else browser.act(f"{LIST}/{passkey_id}/removal")
    assert (page.status, page.location) == (303, "/cs/confirm")
    assert stored(lambda session: len(passkeys(session, "hanako"))) == before


@pytest.mark.req("MFA-17", "SEC-10")
def test_after_the_fresh_proof_one_click_adds_it(app: Flask, stored: Stored) -> None:
    with clock.at(NOON):
        browser = InspectingClient(app).enter("hanako")
    with clock.at(NOON + timedelta(minutes=10)):
        assert add(browser, SoftKey()).location == "/cs/confirm"
        proved = browser.submit(browser.get("/cs/confirm"), "/cs/confirm", password=cast.PASSWORD)
        assert proved.location == "/cs/confirm/continue"
        assert browser.submit(browser.get("/cs/confirm/continue"), NEW).location == LIST
    assert [row.name for row in stored(lambda session: passkeys(session, "hanako"))] == ["青い鍵"]


@pytest.mark.req("MFA-17", "SEC-39")
def test_a_stale_proof_keeps_no_answer_of_any_length(app: Flask, untouched: Untouched) -> None:
    with clock.at(NOON):
        browser = InspectingClient(app).enter("hanako")
    with clock.at(NOON + timedelta(minutes=10)), untouched():
        page = browser.submit(browser.get(NEW), NEW, name="鍵", answer="x" * 400_000)
    assert page.status == 422
    assert WRONG in page.alerts()


@pytest.mark.req("MFA-17", "MFA-11", "SEC-22", "SEC-09")
@pytest.mark.parametrize(("name", "new", "listed"), [("hanako", NEW, LIST), ("agent", DESK_NEW, DESK_LIST)])
def test_a_passkey_is_added_and_turns_mfa_on(
    signed_in: SignedIn, stored: Stored, outbox: Outbox, name: str, new: str, listed: str
) -> None:
    browser, other = signed_in(name), signed_in(name)
    epoch = stored(lambda session: cast.person(session, name).proof_epoch)
    outbox()
    page = add(browser, SoftKey(), new=new)
    assert (page.status, page.location) == (303, listed)
    shown = browser.get(listed)
    assert [row["名前"] for row in shown.rows()] == ["青い鍵"]
    assert shown.rows()[0]["最終使用日時"] == "未使用"
    assert other.get(listed).status == 303, "the other session has ended"
    user = stored(lambda session: cast.person(session, name))
    assert user.mfa_enabled
    assert user.proof_epoch > epoch, "exemptions are void"
    told = stored(kinds)
    assert told.count("mfa.passkey_added") == 1
    mails = outbox()
    assert [(mail.to, "パスキー" in mail.subject) for mail in mails] == [(user.mail, True)]


@pytest.mark.req("MFA-17")
def test_the_options_name_the_site_the_user_and_what_is_there_already(
    given: Given, signed_in: SignedIn
) -> None:
    key = SoftKey()
    given(enrol, "hanako", key)
    options = options_on(signed_in("hanako").get(NEW))
    asked = json.loads(options)
    assert asked["rp"] == {"id": "desk.test", "name": "Madoguchi"}
    assert asked["attestation"] == "none"
    assert asked["timeout"] == 300_000
    assert asked["authenticatorSelection"]["userVerification"] == "preferred"
    assert [item["transports"] for item in asked["excludeCredentials"]] == [["usb"]]
    assert asked["user"]["name"] == "hanako@sample.example.cs"


@pytest.mark.req("MFA-17", "LANG-02")
def test_the_page_of_a_user_without_passkeys_says_so(signed_in: SignedIn) -> None:
    page = signed_in("alice").get(LIST)
    assert "You have no passkeys yet." in page.words()
    assert page.one("a", href=NEW) is not None


@pytest.mark.req("MFA-17")
@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "\x00"])
def test_a_passkey_has_a_name(signed_in: SignedIn, untouched: Untouched, name: str) -> None:
    browser = signed_in("hanako")
    page = browser.get(NEW)
    with untouched():
        answer = browser.submit(page, NEW, name=name, answer=SoftKey().make(options_on(page)))
    assert answer.status == 422
    assert answer.error_at("name")


@pytest.mark.req("MFA-17", "SEC-26")
def test_a_passkey_of_somebody_else_is_not_there(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    theirs = given(enrol, "taro", SoftKey(), "太郎の鍵")
    browser = signed_in("hanako")
    assert "太郎の鍵" not in browser.get(LIST).text
    with untouched():
        foreign = browser.act(f"{LIST}/{theirs}/removal")
        absent = browser.act(f"{LIST}/999999/removal")
    assert (foreign.status, absent.status) == (404, 404)
    assert foreign.text == absent.text


@pytest.mark.req("MFA-17", "SEC-22", "SEC-09")
def test_a_passkey_is_removed_by_its_owner(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    passkey_id = given(enrol, "hanako", SoftKey(), "古い鍵")
    browser, other = signed_in("hanako"), signed_in("hanako")
    outbox()
    page = browser.submit(browser.get(LIST), f"{LIST}/{passkey_id}/removal")
    assert (page.status, page.location) == (303, LIST)
    assert "古い鍵" not in browser.get(LIST).words()
    assert other.get(LIST).status == 303
    assert stored(kinds).count("mfa.passkey_removed") == 1
    assert [mail.to for mail in outbox()] == ["hanako@sample.example"]
    assert stored(lambda session: cast.person(session, "hanako")).mfa_enabled, "codes by mail go on"


def without_app(session: Session, name: str) -> None:
    user = cast.person(session, name)
    session.execute(delete(Authenticator).where(Authenticator.user_id == user.id))


@pytest.mark.req("MFA-17", "DESK-01")
def test_an_agent_keeps_a_second_factor(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    given(without_app, "agent")
    first = given(enrol, "agent", SoftKey())
    browser = signed_in("agent")
    assert not browser.get(DESK_LIST).offers(f"{DESK_LIST}/{first}/removal")
    with untouched():
        page = browser.act(f"{DESK_LIST}/{first}/removal")
    assert page.status == 409
    assert "削除できません" in page.words()
    assert add(browser, SoftKey(), new=DESK_NEW).status == 303
    assert browser.act(f"{DESK_LIST}/{first}/removal").status == 303


@pytest.mark.req("MFA-17", "DESK-01")
def test_an_agent_with_an_app_may_remove_the_only_passkey(given: Given, signed_in: SignedIn) -> None:
    passkey_id = given(enrol, "agent", SoftKey())
    assert signed_in("agent").act(f"{DESK_LIST}/{passkey_id}/removal").status == 303


@pytest.mark.req("MFA-17")
@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://desk.example.com", ("desk.example.com", "https://desk.example.com")),
        ("https://Desk.Example.com:443/", ("desk.example.com", "https://desk.example.com")),
        ("https://desk.example.com:8443", ("desk.example.com", "https://desk.example.com:8443")),
        ("https://窓口.example", ("xn--6or331g.example", "https://xn--6or331g.example")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://desk.localhost:8000", ("desk.localhost", "http://desk.localhost:8000")),
        ("http://desk.example.com", None),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]", None),
        ("https://a..b", None),
    ],
)
def test_passkeys_belong_to_a_name_and_to_https(address: str, party: tuple[str, str] | None) -> None:
    found = relying_party(read_settings({**TEST_ENVIRONMENT, "MADOGUCHI_PUBLIC_URL": address}))
    assert found == (RelyingParty(party[0], "Madoguchi", party[1]) if party else None)


@pytest.mark.req("MFA-17")
def test_at_a_bare_network_address_the_page_says_why_there_are_none(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.config["SETTINGS"], public_url="http://127.0.0.1:8000")
    browser = signed_in("alice")
    page = browser.get(NEW)
    answer = SoftKey().make(options_on(page))
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    for address in (LIST, NEW):
        shown = browser.get(address)
        assert "Passkeys need an address with a name" in shown.words()
        assert not shown.offers(NEW)
    assert browser.submit(page, NEW, name="key", answer=answer).status == 422
