"""Rows of what customers do with a request before the desk decides on it (SVC-04, ROLE-06)."""

from tests.whole_app.rows import CS_ALL, CS_OTHERS, CS_OWNERS, FM_ALL, KEY, Row, act, portal

SENT, WAITS, STRANGERS = "/cs/work-requests/sent", "{wr_approval}", "{wr_alices}"
FM_SENT = "/fm/work-requests/sent"
READ = {"version": "{wr_approval_version}"}
OTHERS = "taro alice"
FORM = {**READ, "form_key": KEY, "number": "N200000001", "f-details": "別のポリシーでお願いします。"}
EMPTY = {**READ, "form_key": KEY}
STALE = {**FORM, "version": "0"}

APPROVAL = (
    act(portal("catalog.approve_request", f"{SENT}/{WAITS}/approval", done="hanako", no=OTHERS), **READ),
    act(portal("catalog.approve_request", f"{SENT}/{WAITS}/approval", late="hanako", no=OTHERS)),
    # It waits for the desk, not for an administrator.
    act(portal("catalog.approve_request", f"{SENT}/{{wr_waiting}}/approval", late="hanako", no=OTHERS)),
    act(portal("catalog.approve_request", f"{SENT}/{STRANGERS}/approval", gone="hanako", no=OTHERS)),
    act(portal("catalog.approve_request", f"{FM_SENT}/{WAITS}/approval", gone="hanako", no="jiro alice charlie")),
    act(portal("catalog.refuse_request", f"{SENT}/{WAITS}/refusal", done="hanako", no=OTHERS), reason="予算", **READ),
    act(portal("catalog.refuse_request", f"{SENT}/{WAITS}/refusal", typed="hanako", no=OTHERS), **READ),
    act(portal("catalog.refuse_request", f"{SENT}/{STRANGERS}/refusal", gone="hanako", no=OTHERS), reason="予算"),
)  # fmt: skip

CHANGE = (
    portal("catalog.change_request", f"{SENT}/{WAITS}/change", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("catalog.change_request", f"{SENT}/{{wr_accepted}}/change", late=CS_OWNERS, gone=CS_OTHERS),
    portal("catalog.change_request", f"{SENT}/{STRANGERS}/change", ok=CS_OTHERS, gone=CS_OWNERS),
    portal("catalog.change_request", f"{SENT}/WR9999999/change", gone=CS_ALL),
    portal("catalog.change_request", f"{FM_SENT}/{WAITS}/change", gone=FM_ALL),
    act(portal("catalog.amend_request", f"{SENT}/{WAITS}/change", done=CS_OWNERS, gone=CS_OTHERS), **FORM),
    act(portal("catalog.amend_request", f"{SENT}/{WAITS}/change", typed=CS_OWNERS, gone=CS_OTHERS), **EMPTY),
    act(portal("catalog.amend_request", f"{SENT}/{WAITS}/change", late=CS_OWNERS, gone=CS_OTHERS), **STALE),
    act(portal("catalog.amend_request", f"{SENT}/{{wr_rejected}}/change", late=CS_OWNERS, gone=CS_OTHERS), **FORM),
    act(portal("catalog.withdraw_request", f"{SENT}/{WAITS}/withdrawal", done=CS_OWNERS, gone=CS_OTHERS), **READ),
    act(portal("catalog.withdraw_request", f"{SENT}/{WAITS}/withdrawal", late=CS_OWNERS, gone=CS_OTHERS)),
    act(portal("catalog.withdraw_request", f"{SENT}/{{wr_accepted}}/withdrawal", late=CS_OWNERS, gone=CS_OTHERS)),
    act(portal("catalog.withdraw_request", f"{SENT}/{STRANGERS}/withdrawal", gone=CS_OWNERS, late=CS_OTHERS)),
)  # fmt: skip

ROWS: tuple[Row, ...] = (*APPROVAL, *CHANGE)
