"""Every act of accounts has its event, named here act by act; every kind of event has an act (SEC-55, DESK-12)."""

import inspect

import pytest
from flask import Flask

from app.accounts import events
from app.accounts.audit import KINDS
from app.journal import Event, broken_links
from tests.conftest import Given, Outbox, Stored
from tests.factories.walk import Recorder, Walk

pytestmark = [pytest.mark.req("SEC-55", "DESK-09"), pytest.mark.timeout(300)]

CAME_IN = "mfa.verified session.established"
# The act, and the events of it that are seen on the walk: done first, then refused where a refusal is a fact as well.
ACTS: dict[str, tuple[set[str], set[str]]] = {
    "take_sign_in": (
        {"login", "login session.established"},
        {"login.failed", "login.failed user.locked", ""},
    ),
    "sign_out": ({"logout"}, set()),
    "choose_language": ({"user.language_chosen"}, set()),
    # The choice alone is no fact; the code that leaves by it is one.
    "take_method": ({"mfa.code_sent", ""}, set()),
    "send_another_code": ({"mfa.code_sent"}, set()),
    "take_mail_code": (
        {CAME_IN, f"{CAME_IN} mfa.browser_exempted", "mfa.verified session.confirmed"},
        {"mfa.failed"},
    ),
    "take_app_code": ({CAME_IN}, {"mfa.failed"}),
    "take_recovery_code": ({CAME_IN}, set()),
    "take_passkey": ({CAME_IN}, {"mfa.failed"}),
    "take_setup": ({f"mfa.paired mfa.set {CAME_IN}"}, set()),
    # With MFA the confirmation is told when the code is given.
    "take_confirm": ({""}, {"login.failed"}),
    # Step one of a reset asks for nothing but the ID.
    "take_forgot": ({""}, set()),
    "take_verify": (
        {"password.reset_asked"},
        {"password.reset_failed", "password.reset_failed password.reset_closed"},
    ),
    "take_reset": ({"password.reset"}, {""}),
    "freeze": ({"user.frozen"}, set()),
    "pair_app": ({"mfa.paired"}, {""}),
    "make_recovery_codes": ({"mfa.recovery_codes_made"}, set()),
    "add_passkey": ({"mfa.passkey_added mfa.set"}, set()),
    "remove_passkey": ({"mfa.passkey_removed"}, set()),
    "change_password": ({"password.changed"}, {"login.failed", ""}),
    # The first post leads to the question for the password, and is done by the second.
    "save_mail": ({"", "user.mail_changed"}, set()),
    "save_about": ({"user.profile_changed"}, set()),
    "save_settings": ({"user.profile_changed"}, set()),
    "take_picture": ({"user.picture_set"}, set()),
    "remove_picture": ({"user.picture_set"}, set()),
    "end_session": ({"session.ended"}, set()),
    "end_other_sessions": ({"session.ended"}, set()),
    "forget_browsers": ({"mfa.exemptions_revoked"}, set()),
    "create_contact": ({"user.created user.numbers_linked"}, {""}),
    "save_contact": (
        {
            "mfa.set",
            "mfa.pairing_removed mfa.set",
            "user.profile_changed user.login_id_changed user.mail_changed user.administrator_set",
        },
        set(),
    ),
    "disable_contact": ({"user.disabled"}, set()),
    "enable_contact": ({"user.enabled"}, set()),
    "enable": ({"user.unlocked", "user.enabled"}, set()),
    "disable": ({"user.disabled"}, set()),
    "allow_reset": ({"password.reset_wait_lifted"}, set()),
    "ask_removal": ({"mfa.removal_asked"}, set()),
    "approve": ({"mfa.removal_decided mfa.passkey_removed mfa.set"}, set()),
    "refuse": ({"mfa.removal_decided"}, set()),
    "create": ({"user.created user.administrator_set user.numbers_linked"}, set()),
    "create_agent": ({"user.created user.services_assigned"}, set()),
    "save_rights": ({"user.desk_rights_set"}, set()),
    "console.people.sign_out": ({"session.ended"}, set()),
}
# A challenge is asked for anew by a page that stays open for long; nothing is told about anybody by it.
NOT_WALKED = {"put_passkey_challenge"}
# Told where no page is: by a command, by a sign-in after the parameters were raised, by a copy of a passkey.
OFF_THE_PAGES = {"user.link_issued", "password.rehashed", "mfa.passkey_cloned"}


def acts_of_accounts(app: Flask) -> set[str]:
    """The endpoints of accounts that take posts."""
    rooms = (".accounts.", ".own.", ".people.")
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    return {rule.endpoint for rule in rules if any(room in rule.endpoint for room in rooms)}


def act_of(endpoint: str) -> str:
    return endpoint if endpoint in ACTS else endpoint.rpartition(".")[2]


def all_kinds() -> set[str]:
    return {
        item.kind
        for _, item in inspect.getmembers(events, inspect.isclass)
        if issubclass(item, Event) and item is not Event
    }


def test_every_act_leaves_its_events(app: Flask, given: Given, stored: Stored, outbox: Outbox) -> None:
    recorder = Recorder(app)
    with recorder.listening():
        Walk(app, given, stored, outbox).whole()
    endpoints = acts_of_accounts(app)
    posts = [item for item in recorder.exchanges if item.method == "POST" and item.endpoint in endpoints]
    found: dict[str, tuple[set[str], set[str]]] = {}
    for item in posts:
        done, refused = found.setdefault(act_of(item.endpoint), (set(), set()))
        (refused if item.status >= 400 else done).add(" ".join(item.events))

    assert found == ACTS
    assert {act_of(endpoint) for endpoint in endpoints} == set(ACTS) | NOT_WALKED
    told = {kind for item in recorder.exchanges for kind in item.events}
    assert told | OFF_THE_PAGES == all_kinds(), "a kind of event that no act of the walk has left"
    assert stored(broken_links) == []


def test_looking_at_pages_is_no_event(app: Flask, given: Given, stored: Stored, outbox: Outbox) -> None:
    recorder = Recorder(app)
    with recorder.listening():
        Walk(app, given, stored, outbox).doors()
    assert {item.events for item in recorder.exchanges if item.method == "GET"} == {()}


def test_every_kind_has_its_words_in_the_desks_history() -> None:
    assert all_kinds() == set(KINDS)
