"""Rows of the doors, the own account, people and contacts."""

from tests.cast import PASSWORD
from tests.whole_app.rows import CS_ALL, DESK, FM_DESK, KEY, Row, act, console, portal, public

HALF_WAY = tuple(
    Row(endpoint=f"{shell}.accounts.{endpoint}", method=method, address=f"{base}/login/{page}", otherwise="done")
    for shell, base in (("portal", "/cs"), ("console", "/console"))
    for endpoint, method, page in (
        ("choose_method", "GET", "method"), ("take_method", "POST", "method"),
        ("app_code", "GET", "app"), ("take_app_code", "POST", "app"),
        ("mail_code", "GET", "mail"), ("take_mail_code", "POST", "mail"), ("send_another_code", "POST", "mail/codes"),
        ("passkey", "GET", "passkey"), ("take_passkey", "POST", "passkey"),
        ("put_passkey_challenge", "POST", "passkey/challenge"),
        ("recovery_code", "GET", "recovery"), ("take_recovery_code", "POST", "recovery"),
    )
)  # fmt: skip


# Forgotten passwords, the brake, and fresh proofs: nobody of the cast is on the way of one of these.
def door(name: str, base: str) -> tuple[Row, ...]:
    """The pages before sign-in that everybody may ask for, at one shell's door."""

    def at(endpoint: str, page: str, otherwise: str) -> Row:
        return Row(endpoint=f"{name}.accounts.{endpoint}", address=f"{base}/{page}", otherwise=otherwise)

    return (
        at("forgot", "password/forgot", "ok"),
        act(at("take_forgot", "password/forgot", "typed"), login_id=""),
        act(at("take_forgot", "password/forgot", "done"), login_id="somebody"),
        at("verify", "password/verify", "done"),
        act(at("take_verify", "password/verify", "done"), mail="a@b.example"),
        at("sent", "password/sent", "ok"),
        at("not_me", "account/not-me/{brake}", "ok"),
        at("not_me", "account/not-me/none", "gone"),
        act(at("freeze", "account/not-me/{brake}", "done")),
        at("setup", "login/setup", "done"),
        act(at("take_setup", "login/setup", "done"), code="123456"),
    )


DOORS = (
    *door("portal", "/cs"),
    *door("console", "/console"),
    *(
        row
        for shell, base, everybody in ((portal, "/cs", CS_ALL), (console, "/console", DESK))
        for row in (
            shell("accounts.confirm", f"{base}/confirm", gone=everybody),
            act(shell("accounts.take_confirm", f"{base}/confirm", gone=everybody), password="x"),
            shell("accounts.go_on", f"{base}/confirm/continue", done=everybody),
            shell("own.mfa", f"{base}/profile/mfa", ok=everybody),
            act(shell("own.pair_app", f"{base}/profile/mfa", typed=everybody), offer="", code="000000"),
        )
    ),
)
RESETS = (
    public("portal.accounts.reset", "/cs/password/reset/{portal_link}"),
    # A link of the desk opens nothing at a portal, and the other way round.
    Row(endpoint="portal.accounts.reset", address="/cs/password/reset/{link}", otherwise="gone"),
    Row(endpoint="console.accounts.reset", address="/console/password/reset/{portal_link}", otherwise="gone"),
    act(
        Row(endpoint="portal.accounts.take_reset", address="/cs/password/reset/{portal_link}", otherwise="typed"),
        password="too short", again="too short",
    ),
)  # fmt: skip

NO_PASSKEY = {"name": "鍵", "challenge": "x", "answer": "{{}}"}
PASSKEYS = (
    portal("own.passkeys", "/cs/profile/passkeys", ok=CS_ALL),
    portal("own.new_passkey", "/cs/profile/passkeys/new", ok=CS_ALL),
    act(portal("own.add_passkey", "/cs/profile/passkeys/new", typed=CS_ALL), **NO_PASSKEY),
    act(portal("own.remove_passkey", "/cs/profile/passkeys/{agents_passkey}/removal", gone=CS_ALL)),
    portal("own.show_recovery_codes", "/cs/profile/recovery-codes", ok=CS_ALL),
    act(portal("own.make_recovery_codes", "/cs/profile/recovery-codes", late=CS_ALL)),
    console("own.passkeys", "/console/profile/passkeys", ok=DESK),
    console("own.new_passkey", "/console/profile/passkeys/new", ok=DESK),
    act(console("own.add_passkey", "/console/profile/passkeys/new", typed=DESK), **NO_PASSKEY),
    act(
        console(
            "own.remove_passkey", "/console/profile/passkeys/{agents_passkey}/removal",
            done="agent", gone="cs_agent lead admin",
        )
    ),
    act(console("own.remove_passkey", "/console/profile/passkeys/999999/removal", gone=DESK)),
    console("own.show_recovery_codes", "/console/profile/recovery-codes", ok=DESK),
    act(console("own.make_recovery_codes", "/console/profile/recovery-codes", ok=DESK)),
)  # fmt: skip

CHANGED_PASSWORD = {"current": PASSWORD, "password": "Kx7#mQ2vLp9w-Zr", "again": "Kx7#mQ2vLp9w-Zr"}
# The own account in both shells: everybody their own, and nothing of anybody else.
OWN_ACCOUNT = tuple(
    row
    for page, base, everybody, owner, others, session in (
        (portal, "/cs", CS_ALL, "taro", "hanako alice", "taros_session"),
        (console, "/console", DESK, "agent", "cs_agent lead admin", "agents_session"),
    )
    for row in (
        page("own.profile", f"{base}/profile", ok=everybody),
        page("own.about", f"{base}/profile/about", ok=everybody),
        page("own.mail", f"{base}/profile/mail", ok=everybody),
        page("own.own_sessions", f"{base}/profile/sessions", ok=everybody),
        page("own.picture", f"{base}/profile/picture", ok=owner, gone=others),
        act(page("own.save_about", f"{base}/profile/about", typed=everybody), **{"about-family_name": ""}),
        act(
            page("own.save_settings", f"{base}/profile/settings", typed=everybody),
            **{"settings-language": "xx"},
        ),
        act(
            page("own.save_mail", f"{base}/profile/mail", typed=everybody), mail="two@a.example, b@a.example"
        ),
        act(page("own.save_mail", f"{base}/profile/mail", done=everybody), mail="new@sample.example"),
        page("own.password", f"{base}/profile/password", ok=everybody),
        act(
            page("own.change_password", f"{base}/profile/password", typed=everybody), current="", password="x"
        ),
        act(page("own.change_password", f"{base}/profile/password", done=everybody), **CHANGED_PASSWORD),
        act(page("own.take_picture", f"{base}/profile/picture", typed=everybody)),
        act(page("own.remove_picture", f"{base}/profile/picture/removal", done=everybody)),
        act(page("own.end_session", f"{base}/profile/sessions/{{{session}}}/end", done=owner, gone=others)),
        act(page("own.end_session", f"{base}/profile/sessions/999999/end", gone=everybody)),
        act(page("own.end_other_sessions", f"{base}/profile/sessions/end-others", done=everybody)),
        act(page("own.forget_browsers", f"{base}/profile/exemptions/revoke", done=everybody)),
    )
)

# The people of the customers, and help for them: within the agent's services; agents for system administrators alone.
PEOPLE_PAGES = (
    console("people.index", "/console/people/", ok=DESK),
    console("people.index", "/console/people/?q=hanako&sort=-last&page=2", ok=DESK),
    console("people.agents", "/console/people/agents", ok="admin", no="agent cs_agent lead"),
    console("people.list_removals", "/console/people/removals", ok=DESK),
    console("people.show", "/console/people/{hanako_id}", ok=DESK),
    console("people.show", "/console/people/{jiro_id}", ok=FM_DESK, gone="cs_agent"),
    console("people.show", "/console/people/{agent_id}", ok="admin", gone="agent cs_agent lead"),
    console("people.show", "/console/people/999999", gone=DESK),
    console("people.new", "/console/people/new", ok="admin", no="agent cs_agent lead"),
    console("people.new", "/console/people/new?number=N200000001", ok="admin", no="agent cs_agent lead"),
    console("people.new", "/console/people/new?number=N999999999", gone="admin", no="agent cs_agent lead"),
    console("people.new_agent", "/console/people/agents/new", ok="admin", no="agent cs_agent lead"),
    console("people.notice", "/console/people/{hanako_id}/notice", ok="admin", no="agent cs_agent lead"),
    console("people.rights", "/console/people/{agent_id}/rights", ok="admin", no="agent cs_agent lead"),
    console("people.rights", "/console/people/{hanako_id}/rights", gone="admin", no="agent cs_agent lead"),
    console("people.rights", "/console/people/{admin_id}/rights", no=DESK),
    console("people.show_posture", "/console/posture", ok="lead admin", no="agent cs_agent"),
)

ASKED = "お電話でのご依頼"
REMOVALS = "/console/people/removals"
NEW_PERSON = {
    "family_name": "新",
    "given_name": "人",
    "mail": "new@sample.example",
    "language": "",
    "form_key": KEY,
}
PEOPLE_ACTS = (
    *(
        act(console(f"people.{endpoint}", f"/console/people/{{{place}}}/{resource}", **answers), **fields)
        for endpoint, resource, people, fields in (
            ("disable", "disabling", ("hanako_id", "jiro_id"), {"disabling-asked": ASKED}),
            ("sign_out", "sign-out", ("taro_id", "charlie_id"), {"sign-out-asked": ASKED}),
            ("ask_removal", "removal", ("lost_id", "lost_fm_id"), {"removal-identity_check": f"{ASKED}、折り返し"}),
        )
        for place, answers in (
            (people[0], {"done": DESK}),
            (people[1], {"done": FM_DESK, "gone": "cs_agent"}),
            # Nobody helps themselves, and only system administrators know of agents.
            ("lead_id", {"done": "admin", "gone": "agent cs_agent lead"}),
            ("admin_id", {"no": "admin", "gone": "agent cs_agent lead"}),
            ("missing_mail", {"gone": DESK}),
        )
    ),
    *(
        act(console(f"people.{endpoint}", f"/console/people/{{kaito_id}}/{resource}", **answers), **fields)
        for endpoint, resource, fields in (
            ("enable", "enabling", {"shown": "{kaitos_bar}", "enabling-asked": ASKED}),
            ("allow_reset", "early-reset", {"early-reset-asked": ASKED}),
        )
        for answers in ({"done": DESK},)
    ),
    act(console("people.sign_out", "/console/people/{hanako_id}/sign-out", typed=DESK), **{"sign-out-asked": " "}),
    act(console("people.approve", f"{REMOVALS}/{{removal}}/approval", done="cs_agent lead admin", no="agent")),
    act(
        console("people.approve", f"{REMOVALS}/{{fm_removal}}/approval", done="lead admin", no="agent", gone="cs_agent")
    ),
    act(console("people.approve", f"{REMOVALS}/999999/approval", gone=DESK)),
    act(
        console("people.refuse", f"{REMOVALS}/{{removal}}/refusal", done="cs_agent lead admin", no="agent"),
        **{"refusal-note": "確認が足りない"},
    ),
    act(
        console("people.refuse", f"{REMOVALS}/{{fm_removal}}/refusal", done="lead admin", no="agent", gone="cs_agent"),
        **{"refusal-note": "確認が足りない"},
    ),
    act(
        console("people.create", "/console/people/new", done="admin", no="agent cs_agent lead"),
        number="N200000001", **NEW_PERSON,
    ),
    act(
        console("people.create", "/console/people/new", gone="admin", no="agent cs_agent lead"),
        number="N999999999", **NEW_PERSON,
    ),
    act(
        console("people.create_agent", "/console/people/agents/new", done="admin", no="agent cs_agent lead"),
        login_id="further@desk.example", role="agent", services="cs", **NEW_PERSON,
    ),
    act(
        console("people.save_rights", "/console/people/{lead_id}/rights", typed="admin", no="agent cs_agent lead"),
        version="1", role="agent",
    ),
    act(console("people.save_rights", "/console/people/{admin_id}/rights", no=DESK), version="1", role="agent"),
    act(
        console("people.save_rights", "/console/people/{hanako_id}/rights", gone="admin", no="agent cs_agent lead"),
        version="1", role="admin",
    ),
)  # fmt: skip

# The users of a company, for its administrators alone; whoever is of another company or of the desk is not there.
CONTACT = {**NEW_PERSON, "login_id": "new.cs", "numbers": "N200000001"}
CONTACTS = (
    portal("home.account", "/cs/account/", ok=CS_ALL),
    portal("people.contacts", "/cs/contacts/", ok="hanako", no="taro alice"),
    portal("people.contacts", "/fm/contacts/?sort=-locked-out&page=2", ok="hanako", no="jiro alice charlie"),
    portal("people.new_contact", "/cs/contacts/new", ok="hanako", no="taro alice"),
    act(portal("people.create_contact", "/cs/contacts/new", done="hanako", no="taro alice"), **CONTACT),
    act(
        portal("people.create_contact", "/cs/contacts/new", typed="hanako", no="taro alice"),
        **{**CONTACT, "numbers": "N700000002"},
    ),
    *(
        row
        for place, answer in (("taro_id", "ok"), ("jiro_id", "ok"), ("charlie_id", "gone"), ("agent_id", "gone"))
        for row in (
            portal("people.contact", f"/cs/contacts/{{{place}}}", no="taro alice", **{answer: "hanako"}),
            act(
                portal(
                    "people.save_contact", f"/cs/contacts/{{{place}}}", no="taro alice",
                    **{answer.replace("ok", "typed"): "hanako"},
                ),
                family_name="",
            ),
            act(
                portal(
                    "people.disable_contact", f"/cs/contacts/{{{place}}}/disablement", no="taro alice",
                    **{answer.replace("ok", "done"): "hanako"},
                )
            ),
            act(
                portal(
                    "people.enable_contact", f"/cs/contacts/{{{place}}}/enablement", no="taro alice",
                    **{answer.replace("ok", "late"): "hanako"},
                ),
                shown="{kaitos_bar}",
            ),
        )
    ),
    act(
        portal("people.enable_contact", "/fm/contacts/{kaito_id}/enablement", done="hanako", no="jiro alice charlie"),
        shown="{kaitos_bar}",
    ),
    act(portal("people.disable_contact", "/cs/contacts/{hanako_id}/disablement", late="hanako", no="taro alice")),
)  # fmt: skip

ROWS: tuple[Row, ...] = (
    *HALF_WAY, *DOORS, *RESETS, *PASSKEYS, *OWN_ACCOUNT, *PEOPLE_PAGES, *PEOPLE_ACTS, *CONTACTS,
)  # fmt: skip
