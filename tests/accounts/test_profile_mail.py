"""/<shell>/profile/mail: the own mail address (S29, PROF-05 to 07, T08)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import links, notices
from app.accounts.models import LinkPurpose, Proof, ProofPurpose
from app.journal import JournalEvent
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.wording import message

MAIL = "/cs/profile/mail"
NEW, OLD = "new@sample.example", "hanako@sample.example"


def save(client: InspectingClient, mail: str, base: str = "/cs") -> Page:
    """Type an address into the dialog of the profile and save it."""
    page = client.get(f"{base}/profile")
    return client.submit(page, f"{base}/profile/mail", mail=mail)


def address_of(stored: Stored, name: str) -> str:
    found: str = stored(lambda session: cast.person(session, name).mail)
    return found


@pytest.mark.req("PROF-05")
@pytest.mark.parametrize(
    ("person", "base", "words"),
    [
        ("hanako", "/cs", ("メール", "例: example@example.com", "* 必須を示します", "キャンセル", "保存")),
        ("alice", "/fm", ("E-mail", "e.g. example@example.com", "* indicates required", "Cancel", "Save")),
        (
            "agent",
            "/console",
            ("メール", "例: example@example.com", "* 必須を示します", "キャンセル", "保存"),
        ),
    ],
)
def test_a_click_on_the_address_opens_the_dialog(
    signed_in: SignedIn, person: str, base: str, words: tuple[str, ...]
) -> None:
    client = signed_in(person)
    page = client.get(f"{base}/profile")
    (dialog,) = page.all("dialog", id="mail-dialog")
    assert dialog.get("open") is None
    assert all(word in page.words(dialog) for word in words)
    field = page.by_id("mail")
    assert field.get("aria-required") == "true"
    assert field.get("value") == page.words(page.one("a", href=f"{base}/profile/mail"))
    alone = client.get(f"{base}/profile/mail")
    assert all(word in alone.words() for word in words), "the same on a page of its own"
    assert alone.form(f"{base}/profile/mail")["mail"] == field.get("value")


@pytest.mark.req("PROF-07", "M-41")
@pytest.mark.parametrize(
    ("person", "base", "language", "warned"),
    [
        ("hanako", "/fm", "ja", True),
        ("alice", "/fm", "en", True),
        ("hanako", "/cs", "ja", False),
        ("lead", "/console", "ja", False),
    ],
)
def test_the_caution_stands_where_the_service_sets_it(
    signed_in: SignedIn, person: str, base: str, language: str, *, warned: bool
) -> None:
    client = signed_in(person)
    for path in ("/profile", "/profile/mail"):
        assert (message("M-41", language) in client.get(base + path).words()) is warned


@pytest.mark.req("PROF-06", "SEC-09")
@pytest.mark.parametrize(("person", "base"), [("hanako", "/cs"), ("agent", "/console")])
def test_a_saved_address_counts_at_once_and_the_former_one_is_told(
    signed_in: SignedIn, stored: Stored, outbox: Outbox, person: str, base: str
) -> None:
    old = address_of(stored, person)
    client = signed_in(person)
    outbox()
    answer = save(client, NEW, base)
    assert (answer.status, answer.location) == (303, f"{base}/profile")
    assert address_of(stored, person) == NEW
    page = client.get(answer.location)
    assert NEW in page.words()
    assert "メールアドレスを保存しました。" in page.words()
    mails = outbox()
    assert {mail.to for mail in mails} == {old, NEW}
    brakes = {re.search(r"\S+/account/not-me/[0-9a-f]{64}", mail.text)[0] for mail in mails}  # type: ignore[index]  # Missing fails too.
    assert len(brakes) == 2, "each has a link of its own"
    kinds = stored(lambda session: list(session.scalars(select(JournalEvent.kind))))
    assert kinds.count("user.mail_changed") == 1


@pytest.mark.req("PROF-06")
def test_later_mails_about_cases_codes_and_resets_go_to_the_new_address(
    signed_in: SignedIn, given: Given, outbox: Outbox
) -> None:
    number = given(cases.open_inquiry)
    save(signed_in("hanako"), NEW)
    outbox()

    def later(session: Session) -> None:
        user = cast.person(session, "hanako")
        cases.comment(session, number, "ご連絡です。")
        notices.send_code(session, user, door_name="cs", code="123456", minutes=5)
        notices.send_reset_link(session, user, door_name="cs", token="0" * 64, minutes=60)

    given(later)
    mails = [mail.to for mail in outbox()]
    assert mails.count(NEW) == 3
    assert OLD not in mails


@pytest.mark.req("PROF-06", "SEC-18")
def test_what_was_mailed_to_the_former_address_opens_nothing(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    def before(session: Session) -> tuple[str, str]:
        user = cast.person(session, "hanako")
        moment = clock.now()
        session.add(
            Proof(
                token_hash="f" * 64, user_id=user.id, purpose=ProofPurpose.SIGN_IN, door="cs", created_at=moment,
                expires_at=moment + timedelta(minutes=5), mail_code_hash="e" * 64, mail_code_sent_at=moment,
            )
        )  # fmt: skip
        return links.issue_reset(session, user), links.issue_brake(session, user)

    reset, brake = given(before)
    save(signed_in("hanako"), NEW)

    def after(session: Session) -> str | None:
        with pytest.raises(links.LinkRefused):
            links.find(session, reset, LinkPurpose.RESET)
        assert links.find(session, brake, LinkPurpose.NOT_ME).used_at is None, "the brake stays"
        return session.scalars(select(Proof.mail_code_hash)).one()

    assert stored(after) is None


@pytest.mark.req("PROF-06")
def test_the_same_address_again_changes_and_tells_nothing(
    signed_in: SignedIn, outbox: Outbox, untouched: Untouched
) -> None:
    client = signed_in("hanako")
    page = client.get("/cs/profile")
    outbox()
    with untouched():
        assert client.submit(page, MAIL, mail=f"  {OLD} ").status == 303
    assert outbox() == []


LONG = "a" * 64 + "@" + ".".join(["b" * 60, "b" * 60, "b" * 59]) + ".example"
LONGER = "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".example"


@pytest.mark.req("PROF-05", "SEC-38")
@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "hanako", "@", "hanako@", "@sample.example", "a@b", "a@b@c.example", "a b@c.example",
        "a@sample.example, b@sample.example", "a@sample.example;b@sample.example", "a@sample.example b@sample.example",
        "A <a@sample.example>", "<a@sample.example>", '"a b"@sample.example', "a@[127.0.0.1]", "a@sample..example",
        "a..b@sample.example", ".a@sample.example", "a.@sample.example", "a@-sample.example", "a@sample-.example",
        "a@sample.example.", "a@.example", "花子@sample.example", "a@例え.jp", "a＠sample.example",
        "a@sample.example\r\nBcc: x@evil.example", "a@sample.example\nx", "a@sample.example\0",
        "\u202ea@sample.example",
        "a" * 65 + "@sample.example", LONGER, "a@" + "b" * 64 + ".example", "x" * 5_000 + "@sample.example",
    ],
)  # fmt: skip
def test_what_is_not_one_address_comes_back_in_the_open_dialog(
    signed_in: SignedIn, untouched: Untouched, typed: str
) -> None:
    client = signed_in("hanako")
    page = client.get("/cs/profile")
    with untouched():
        answer = client.submit(page, MAIL, mail=typed)
    assert answer.status == 422
    assert answer.error_at("mail")
    (dialog,) = answer.all("dialog", id="mail-dialog")
    assert dialog.get("open") is not None
    if typed.strip() and typed.isprintable():
        assert answer.value("mail") == typed.strip()


@pytest.mark.req("PROF-05")
@pytest.mark.parametrize(
    "typed",
    [
        "a@b.co", "first.last+tag@sub-domain.sample.example", "o'hara!#$%&*/=?^_`{|}~-@x1.example",
        "A.B@SAMPLE.EXAMPLE", "a" * 64 + "@sample.example", LONG,
    ],
)  # fmt: skip
def test_any_one_address_of_up_to_254_signs_fits(signed_in: SignedIn, stored: Stored, typed: str) -> None:
    assert len(LONG) == 254
    assert save(signed_in("hanako"), typed).status == 303
    assert address_of(stored, "hanako") == typed


@pytest.mark.req("PROF-05")
def test_the_length_is_told(signed_in: SignedIn) -> None:
    answer = save(signed_in("hanako"), "a" * 64 + "@" + "b." * 100 + "example")
    assert "254" in answer.error_at("mail")


@pytest.mark.req("SEC-10", "PROF-06")
@pytest.mark.parametrize(("minutes", "seconds", "asked"), [(9, 59, False), (10, 0, True), (29, 0, True)])
def test_ten_minutes_after_the_proof_it_is_asked_for_again_and_the_text_is_kept(
    signed_in: SignedIn, stored: Stored, minutes: int, seconds: int, *, asked: bool
) -> None:
    client = signed_in("hanako")
    start = clock.now()
    with clock.at(start + timedelta(minutes=minutes - 1)):
        client.get("/cs/profile")
    with clock.at(start + timedelta(minutes=minutes, seconds=seconds)):
        answer = save(client, NEW)
        assert answer.location == ("/cs/confirm" if asked else "/cs/profile")
        assert address_of(stored, "hanako") == (OLD if asked else NEW)
        if asked:
            confirm = client.get(answer.location)
            proved = client.submit(confirm, "/cs/confirm", password=cast.PASSWORD)
            waiting = client.get(proved.location)
            assert waiting.form(MAIL)["mail"] == NEW
            assert client.submit(waiting, MAIL).location == "/cs/profile"
            assert address_of(stored, "hanako") == NEW


@pytest.mark.req("SEC-10")
def test_a_wrong_address_is_said_before_the_proof_is_asked_for(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    with clock.at(clock.now() + timedelta(minutes=20)):
        assert save(client, "nothing").status == 422
        assert save(client, OLD).location == "/cs/profile", "what changes nothing needs no proof"


@pytest.mark.req("CONTACT-07")
def test_an_address_may_belong_to_several_people(signed_in: SignedIn, stored: Stored) -> None:
    assert save(signed_in("taro"), OLD).status == 303
    assert address_of(stored, "taro") == OLD


@pytest.mark.req("PROF-06", "SEC-18")
def test_whoever_is_half_way_elsewhere_is_left_alone(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    token = given(lambda session: links.issue_reset(session, cast.person(session, "taro")))
    save(signed_in("hanako"), NEW)
    assert stored(lambda session: links.find(session, token, LinkPurpose.RESET).purpose) is LinkPurpose.RESET
