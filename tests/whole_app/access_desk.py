"""Rows of how the desk of a service works, and of closing what its customer does not answer."""

from tests.whole_app.rows import DESK, FM_DESK, Row, act, console

NOT_ADMINS = "agent cs_agent lead"
PAGE = "/console/services/cs/desk"
HOURS = {
    "hours-opens": "09:00",
    "hours-closes": "17:30",
    "hours-workdays": "0",
    "hours-auto_close_days": "7",
    "hours-version": "1",
}
TARGETS = {"reply-all": "4", "version": "1"}

ROWS: tuple[Row, ...] = (
    console("cases.desk_settings", PAGE, ok="admin", no=NOT_ADMINS),
    console("cases.desk_settings", "/console/services/none/desk", gone="admin", no=NOT_ADMINS),
    act(console("cases.save_desk_hours", f"{PAGE}/hours", done="admin", no=NOT_ADMINS), **HOURS),
    act(console("cases.save_desk_hours", f"{PAGE}/hours", typed="admin", no=NOT_ADMINS), **{"hours-opens": "9"}),
    act(console("cases.save_targets", f"{PAGE}/targets", done="admin", no=NOT_ADMINS), **TARGETS),
    act(console("cases.save_targets", f"{PAGE}/targets", typed="admin", no=NOT_ADMINS), **{"reply-all": "soon"}),
    act(console("cases.save_largest_file", f"{PAGE}/files", done="admin", no=NOT_ADMINS), **{"files-largest": "1"}),
    act(console("cases.save_largest_file", f"{PAGE}/files", typed="admin", no=NOT_ADMINS), **{"files-largest": "x"}),
    act(console("cases.save_largest_file", f"{PAGE}/files", late="admin", no=NOT_ADMINS), **{"files-was": "1"}),
    act(
        console("cases.add_closed_day", f"{PAGE}/closed-days", done="admin", no=NOT_ADMINS),
        **{"closed-day": "2026-12-29"},
    ),
    act(
        console("cases.add_closed_day", f"{PAGE}/closed-days", typed="admin", no=NOT_ADMINS),
        **{"closed-day": "2026-02-30"},
    ),
    act(console("cases.remove_closed_day", f"{PAGE}/closed-days/999999/removal", gone="admin", no=NOT_ADMINS)),
    *(
        row
        # Agents close nothing unconfirmed until the service says so, whatever the state.
        for place, answers in (
            ("resolved", {"late": DESK}), ("new", {"late": DESK}),
            ("fm_resolved", {"late": FM_DESK, "gone": "cs_agent"}), ("missing", {"gone": DESK}),
        )
        for row in (
            console("cases.ask_closing_reason", f"/console/cases/{{{place}}}/unconfirmed-closure", **answers),
            act(
                console("cases.close_without_answer", f"/console/cases/{{{place}}}/unconfirmed-closure", **answers),
                reason="ご回答がありませんでした。",
            ),
        )
    ),
)  # fmt: skip
