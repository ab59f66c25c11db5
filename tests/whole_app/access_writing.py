"""Rows of writing at the desk: taking back, canned answers, mentions."""

from tests.whole_app.rows import DESK, FM_DESK, Row, act, console

WITHDRAWAL = (
    act(
        console(
            "cases.withdraw",
            "/console/cases/{answered}/comments/{reply}/withdrawal",
            done="agent",
            no="cs_agent lead admin",
        )
    ),
    act(console("cases.withdraw", "/console/cases/{missing}/comments/{reply}/withdrawal", gone=DESK)),
    act(console("cases.withdraw", "/console/cases/{answered}/comments/999999/withdrawal", gone=DESK)),
    act(
        console(
            "cases.withdraw",
            "/console/cases/{fm_new}/comments/{reply}/withdrawal",
            gone=f"cs_agent {FM_DESK}",
        )
    ),
)

ROWS: tuple[Row, ...] = WITHDRAWAL
