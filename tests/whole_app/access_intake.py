"""The rows of the intake, of its settings at the desk, and of evidence packs."""

from tests.whole_app.rows import CS_ALL, CS_OTHERS, CS_OWNERS, DESK, FM_DESK, KEY, Row, act, console, portal

NOT_ADMINS = "agent cs_agent lead"
INTAKE = "/console/services/fm/intake"

ROWS: tuple[Row, ...] = (
    # Cookies count for nothing here: without a token everybody is a stranger, whoever they are elsewhere.
    *(
        Row(endpoint="intake.cases.bring_alert", method="POST", address=address, otherwise="out")
        for address in ("/intake/fm/alerts", "/intake/cs/alerts", "/intake/none/alerts")
    ),
    console("cases.services", "/console/services/", ok="admin", no=NOT_ADMINS),
    console("cases.intake", INTAKE, ok="admin", no=NOT_ADMINS),
    console("cases.intake", "/console/services/none/intake", gone="admin", no=NOT_ADMINS),
    act(console("cases.enable_intake", f"{INTAKE}/enabling", done="admin", no=NOT_ADMINS)),
    act(console("cases.disable_intake", f"{INTAKE}/disabling", done="admin", no=NOT_ADMINS)),
    act(console("cases.disable_intake", "/console/services/none/intake/disabling", gone="admin", no=NOT_ADMINS)),
    # The token is shown in the answer itself, since no later page can show it.
    act(
        console("cases.make_intake_token", f"{INTAKE}/tokens", ok="admin", no=NOT_ADMINS),
        label="detector", form_key=KEY,
    ),
    act(console("cases.make_intake_token", f"{INTAKE}/tokens", typed="admin", no=NOT_ADMINS), label=""),
    act(
        console(
            "cases.revoke_intake_token", f"{INTAKE}/tokens/{{intake_token}}/revocation", done="admin", no=NOT_ADMINS
        )
    ),
    # A token of another service is none of this one.
    *(
        act(console("cases.revoke_intake_token", f"/console/services/{place}/revocation", gone="admin", no=NOT_ADMINS))
        for place in ("cs/intake/tokens/{intake_token}", "fm/intake/tokens/999999")
    ),
    *(
        act(portal("cases.take_evidence", f"/cs/cases/{{{place}}}/evidence", **answers))
        for place, answers in (
            ("closed", {"ok": CS_OWNERS, "gone": CS_OTHERS}),
            *((place, {"gone": CS_ALL}) for place in ("fm_new", "missing")),
        )
    ),
    *(
        act(console("cases.take_evidence", f"/console/cases/{{{place}}}/evidence", **answers), kind=kind)
        for kind in ("customer", "auditor")
        for place, answers in (
            ("closed", {"ok": DESK}), ("fm_new", {"ok": FM_DESK, "gone": "cs_agent"}), ("missing", {"gone": DESK}),
        )
    ),
)  # fmt: skip
