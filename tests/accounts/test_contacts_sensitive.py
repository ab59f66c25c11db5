"""What makes somebody become another person, or lets somebody in: fresh proofs, mails to both, proofs that fall."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import links
from app.accounts.models import (
    Authenticator,
    AuthSession,
    LinkPurpose,
    Passkey,
    RecoveryCode,
    SessionEnd,
)
from app.journal import broken_links
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import contacts
from tests.factories.contacts import NEW, unticked

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
LATEST_FRESH, STALE = timedelta(minutes=9, seconds=59), timedelta(minutes=10)
TARO, HANAKO = "taro@sample.example", "hanako@sample.example"
# Which fields it is about, and how the mail to the administrator calls it.
SENSITIVE: dict[str, tuple[dict[str, str], str]] = {
    "mail": ({"mail": "new@sample.example"}, "メール"),
    "user ID": ({"login_id": "taro.neu.cs"}, "ユーザーID"),
    "MFA": ({"mfa_enabled": "y"}, "マルチファクター認証"),
    "administrator": ({"is_administrator": "y"}, "管理者"),
}
each_sensitive = pytest.mark.parametrize(
    "change", [fields for fields, _ in SENSITIVE.values()], ids=SENSITIVE
)


@pytest.fixture
def taro(stored: Stored) -> str:
    """The page of Taro."""
    return contacts.path_of(stored, "taro")


def _confirm(client: InspectingClient, location: str) -> Page:
    """Give the password on the page that asks for it, and send the form that waited."""
    page = client.get(location)
    answer = client.submit(page, location, password=cast.PASSWORD)
    assert answer.status == 303, answer.words()
    waiting = client.get(answer.location)
    (form,) = [item for item in waiting.all("form", method="post") if "contacts" in item.get("action", "")]
    return client.submit(waiting, form.get("action"))


@pytest.mark.req("SEC-10")
@each_sensitive
def test_an_old_proof_is_not_enough(
    signed_in: SignedIn, stored: Stored, outbox: Outbox, taro: str, change: dict[str, str]
) -> None:
    with clock.at(NOW):
        client = signed_in("hanako")
        page = client.get(taro)
        before = stored(lambda session: contacts.told(session, "taro"))
    with clock.at(NOW + STALE):
        answer = client.submit(page, taro, **change, job_title="主任")
        assert (answer.status, answer.location) == (303, "/cs/confirm")
        assert stored(lambda session: contacts.told(session, "taro")) == before
        assert contacts.user_of(stored, "taro").job_title == ""
        assert outbox() == []
        done = _confirm(client, answer.location)
        assert (done.status, done.location) == (303, taro)
        login_id = change.get("login_id", cast.ROLES["taro"].login_id)
        assert len(stored(lambda session: contacts.told(session, "", login_id))) > len(before)
        shown = client.get(taro)
        assert shown.value("job_title") == "主任"
        assert {name: shown.form(taro)[name] for name in change} == change


@pytest.mark.req("SEC-10")
@each_sensitive
def test_just_under_ten_minutes_is_enough(signed_in: SignedIn, taro: str, change: dict[str, str]) -> None:
    with clock.at(NOW):
        client = signed_in("hanako")
        page = client.get(taro)
    with clock.at(NOW + LATEST_FRESH):
        assert client.submit(page, taro, **change).location == taro


@pytest.mark.req("SEC-10")
def test_what_changes_no_way_in_asks_for_nothing(signed_in: SignedIn, stored: Stored, taro: str) -> None:
    with clock.at(NOW):
        client = signed_in("hanako")
        page = client.get(taro)
    with clock.at(NOW + timedelta(minutes=29)):
        answer = client.submit(page, taro, job_title="主任", business_phone="03-1234-5678", language="en")
        assert answer.location == taro
    assert contacts.user_of(stored, "taro").job_title == "主任"


@pytest.mark.req("SEC-10")
def test_wrong_input_is_said_before_the_password_is_asked(
    signed_in: SignedIn, untouched: Untouched, taro: str
) -> None:
    with clock.at(NOW):
        client = signed_in("hanako")
        page = client.get(taro)
    with clock.at(NOW + STALE), untouched():
        assert client.submit(page, taro, mail="none").status == 422


@pytest.mark.req("SEC-10", "ROLE-03", "REL-04")
def test_making_an_administrator_at_creation_wants_a_fresh_proof_too(
    signed_in: SignedIn, stored: Stored
) -> None:
    typed = {"login_id": "boss.cs", "given_name": "新", "family_name": "長", "mail": "boss@sample.example"}
    with clock.at(NOW):
        client = signed_in("hanako")
        page = client.get(NEW)
    with clock.at(NOW + STALE):
        answer = client.submit(page, NEW, **typed, is_administrator="y")
        assert (answer.status, answer.location) == (303, "/cs/confirm")
        assert stored(lambda session: contacts.by_id(session, "boss.cs")) is None
        done = _confirm(client, answer.location)
        assert done.status == 303
        user = stored(lambda session: contacts.by_id(session, "boss.cs"))
        assert user.is_administrator
        assert done.location == f"/cs/contacts/{user.id}"
    with clock.at(NOW + 2 * STALE):
        other = client.submit(client.get(NEW), NEW, **{**typed, "login_id": "worker.cs"})
        assert other.location.startswith("/cs/contacts/")


@pytest.mark.req("SEC-09", "SEC-29")
@pytest.mark.parametrize("name", SENSITIVE)
def test_both_people_get_a_mail_with_a_way_to_stop_it(
    signed_in: SignedIn, outbox: Outbox, taro: str, name: str
) -> None:
    """T09: changing a colleague's mail, ID, MFA or role equals becoming them, or raising them."""
    change, word = SENSITIVE[name]
    client = signed_in("hanako")
    client.submit(client.get(taro), taro, **change)
    mails = outbox()
    expected = [TARO, "new@sample.example", HANAKO] if name == "mail" else [TARO, HANAKO]
    assert sorted(mail.to for mail in mails) == sorted(expected)
    assert all("https://desk.test/cs/account/not-me/" in mail.text for mail in mails)
    assert len({mail.text.split("/not-me/")[1] for mail in mails}) == len(mails)
    (copy,) = [mail for mail in mails if mail.to == HANAKO]
    assert "鈴木 太郎" in copy.subject
    assert f"- {word}" in copy.text


@pytest.mark.req("SEC-09")
def test_after_a_change_of_mail_the_former_address_hears_of_everything(
    signed_in: SignedIn, outbox: Outbox, stored: Stored, taro: str
) -> None:
    change = {name: value for fields, _ in SENSITIVE.values() for name, value in fields.items()}
    client = signed_in("hanako")
    client.submit(client.get(taro), taro, **change)
    mails = outbox()
    assert Counter(mail.to for mail in mails) == {TARO: 4, "new@sample.example": 4, HANAKO: 1}
    kinds = [kind for kind, _ in stored(lambda session: contacts.told(session, "", "taro.neu.cs"))]
    assert sorted(kinds) == sorted(
        ["user.mail_changed", "user.login_id_changed", "mfa.set", "user.administrator_set"]
    )
    assert stored(broken_links) == []


@pytest.mark.req("SEC-09")
def test_the_own_contact_gets_no_second_copy(signed_in: SignedIn, stored: Stored, outbox: Outbox) -> None:
    own = contacts.path_of(stored, "hanako")
    client = signed_in("hanako")
    assert client.submit(client.get(own), own, mail="hanako2@sample.example").status == 303
    assert sorted(mail.to for mail in outbox()) == ["hanako2@sample.example", HANAKO]


@pytest.mark.req("SEC-09")
def test_the_brake_of_the_copy_stops_the_administrator_and_not_the_colleague(
    signed_in: SignedIn, outbox: Outbox, stored: Stored, taro: str, client: InspectingClient
) -> None:
    hanako = signed_in("hanako")
    hanako.submit(hanako.get(taro), taro, login_id="taro.neu.cs")
    (copy,) = [mail for mail in outbox() if mail.to == HANAKO]
    path = "/cs/account/not-me/" + copy.text.split("/not-me/")[1].split()[0]
    page = client.get(path)
    client.submit(page, path)
    assert contacts.user_of(stored, "hanako").frozen_at is not None
    assert hanako.get("/cs/").status == 303
    assert stored(lambda session: contacts.by_id(session, "taro.neu.cs")).frozen_at is None


@pytest.mark.req("MFA-16", "SEC-22")
def test_mfa_off_takes_every_factor_and_all_that_stood_on_it(
    signed_in: SignedIn, given: Given, stored: Stored, taro: str
) -> None:
    given(contacts.give_factors, "taro")
    working, hanako = signed_in("taro"), signed_in("hanako")
    epoch = contacts.user_of(stored, "taro").proof_epoch
    page = hanako.get(taro)
    assert "mfa_enabled" in page.form(taro)
    assert hanako.post(taro, unticked(page, taro, "mfa_enabled")).status == 303
    assert working.get("/cs/").status == 303
    user = contacts.user_of(stored, "taro")
    assert (user.mfa_enabled, user.mail_code_barred, user.proof_epoch > epoch) == (False, False, True)

    def left(session: Session) -> list[int]:
        tables = (Authenticator, Passkey, RecoveryCode)
        return [session.scalar(select(func.count()).where(table.user_id == user.id)) or 0 for table in tables]

    assert stored(left) == [0, 0, 0]
    told = [kind for kind, _ in stored(lambda session: contacts.told(session, "taro"))][-3:]
    assert told == ["mfa.pairing_removed", "mfa.passkey_removed", "mfa.set"]
    assert stored(lambda session: _ends(session, "taro")) == {SessionEnd.MFA}


@pytest.mark.req("MFA-01", "MFA-02", "MFA-16", "SEC-22")
def test_mfa_on_needs_no_set_up_and_is_asked_from_the_next_login(
    signed_in: SignedIn, client: InspectingClient, taro: str
) -> None:
    working, hanako = signed_in("taro"), signed_in("hanako")
    assert hanako.submit(hanako.get(taro), taro, mfa_enabled="y").status == 303
    assert working.get("/cs/").status == 303
    fields = client.get("/cs/login").form("/cs/login")
    answer = client.post(
        "/cs/login", {**fields, "login_id": "taro@sample.example.cs", "password": cast.PASSWORD}
    )
    assert answer.location == "/cs/login/method"


@pytest.mark.req("MFA-16")
def test_turning_ones_own_mfa_over_keeps_this_session_and_ends_the_others(
    signed_in: SignedIn, stored: Stored
) -> None:
    own = contacts.path_of(stored, "hanako")
    here, elsewhere = signed_in("hanako"), signed_in("hanako")
    assert here.submit(here.get(own), own, mfa_enabled="y").location == own
    assert elsewhere.get("/cs/").status == 303
    page = here.get(own)
    assert here.post(own, unticked(page, own, "mfa_enabled")).location == own
    assert here.get(own).status == 200


@pytest.mark.req("SEC-09", "SEC-18", "PROF-06")
def test_what_was_mailed_to_the_former_address_opens_nothing_any_more(
    signed_in: SignedIn, given: Given, stored: Stored, taro: str
) -> None:
    token = given(lambda session: links.issue_reset(session, cast.person(session, "taro")))
    brake = given(lambda session: links.issue_brake(session, cast.person(session, "taro")))
    working, hanako = signed_in("taro"), signed_in("hanako")
    assert hanako.submit(hanako.get(taro), taro, mail="new@sample.example").status == 303

    def is_dead(session: Session) -> bool:
        with pytest.raises(links.LinkRefused):
            links.find(session, token, LinkPurpose.RESET)
        return True

    assert stored(is_dead)
    assert working.get("/cs/").status == 200
    # The way to stop it all stays open to whoever reads the former address.
    assert stored(lambda session: links.find(session, brake, LinkPurpose.NOT_ME)).user_id


def _ends(session: Session, name: str) -> set[SessionEnd | None]:
    user = cast.person(session, name)
    return set(session.scalars(select(AuthSession.end_reason).where(AuthSession.user_id == user.id)))
