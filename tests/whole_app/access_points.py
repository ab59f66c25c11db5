"""Rows of the points: periods and statements in the portal, contracts and corrections at the desk."""

from typing import Unpack

from tests import cast
from tests.whole_app.rows import (
    CS_ALL,
    CS_OTHERS,
    CS_OWNERS,
    DESK,
    FM_ALL,
    FM_DESK,
    KEY,
    Answers,
    Row,
    act,
    console,
    portal,
)

LIST = "/console/accounts"
START = "{points_start}"
# Whose number it is, and what the desk gets from its pages.
ACCOUNTS: tuple[tuple[str, Answers], ...] = (
    (cast.CS_NUMBER, {"ok": DESK}),
    (cast.FM_NUMBER, {"ok": FM_DESK, "gone": "cs_agent"}),
    ("N999999999", {"gone": DESK}),
)
MANAGERS = "lead admin"
TERMS = {"plan_points": "50", "option_points": "5", "at_period_end": "expire", "includes_points": "y"}
PERIOD = {
    "period-form_key": KEY,
    "period-starts_on": "2031-01-01",
    "period-ends_on": "2031-01-31",
    "period-plan_points": "50",
    "period-option_points": "0",
}
TOTAL = {
    "total-seen": "50+5",
    "total-plan_points": "70",
    "total-option_points": "5",
    "total-reason": "プラン変更",
}
CORRECTION = {
    "correction-form_key": KEY,
    "correction-difference": "1",
    "correction-reason": "計上漏れのため",
}


def statement(base: str, number: str, start: str = START, **answers: Unpack[Answers]) -> tuple[Row, Row]:
    """The page of a statement in a portal, and its file."""
    address = f"{base}/account/points/{number}/{start}"
    return (
        portal("catalog.point_statement", address, **answers),
        portal("catalog.point_statement_file", f"{address}.csv", **answers),
    )


PORTAL = (
    # Alice's contract has no points, and fm has none at all (SVC-06): their addresses do not exist.
    portal("catalog.points", "/cs/account/points", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("catalog.points", "/cs/account/points?sort=-left&page=2", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("catalog.points", "/fm/account/points", gone=FM_ALL),
    portal("catalog.points_file", "/cs/account/points.csv", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("catalog.points_file", "/fm/account/points.csv", gone=FM_ALL),
    *statement("/cs", cast.CS_NUMBER, ok=CS_OWNERS, gone=CS_OTHERS),
    *statement("/cs", cast.CS_NUMBER, "1999-01-01", gone=CS_ALL),
    *statement("/cs", cast.CS_NUMBER, "yesterday", gone=CS_ALL),
    # A number belongs to its own service's portal.
    *statement("/cs", cast.FM_NUMBER, gone=CS_ALL),
    *statement("/fm", cast.FM_NUMBER, gone=FM_ALL),
    *statement("/cs", cast.ALICE_CS_NUMBER, gone=CS_ALL),
)
PAGES = (
    console("catalog.accounts", f"{LIST}/", ok=DESK),
    console("catalog.accounts", f"{LIST}/?q=N2&view=corrections&sort=-left&page=2", ok=DESK),
    *(
        row
        for number, answers in ACCOUNTS
        for row in (
            console("catalog.account", f"{LIST}/{number}/points", **answers),
            console("catalog.account_statement", f"{LIST}/{number}/points/{START}", **answers),
            console("catalog.account_statement_file", f"{LIST}/{number}/points/{START}.csv", **answers),
        )
    ),
    console("catalog.account_statement", f"{LIST}/{cast.CS_NUMBER}/points/1999-01-01", gone=DESK),
)


def managed(endpoint: str, resource: str, answer: str, number: str = cast.CS_NUMBER) -> Row:
    """An act of those who manage contracts; agents may not, wherever the number is."""
    told: Answers = {"no": "agent cs_agent"}
    told[answer] = MANAGERS  # type: ignore[literal-required]  # One of the answers of a row.
    return console(f"catalog.{endpoint}", f"{LIST}/{number}/points{resource}", **told)


MANAGING = (
    act(managed("save_terms", "/terms", "done"), version="1", **TERMS),
    act(managed("save_terms", "/terms", "done", cast.FM_NUMBER), version="0", **TERMS),
    act(managed("save_terms", "/terms", "typed"), version="7", **TERMS),
    act(managed("save_terms", "/terms", "gone", "N999999999"), version="0", **TERMS),
    act(managed("add_period", "/periods", "done"), **PERIOD),
    act(managed("add_period", "/periods", "done", cast.FM_NUMBER), **PERIOD),
    act(managed("add_period", "/periods", "typed"), **{**PERIOD, "period-plan_points": "many"}),
    act(managed("add_period", "/periods", "gone", "N999999999"), **PERIOD),
    act(managed("set_period_total", f"/{START}/total", "done"), **TOTAL),
    act(managed("set_period_total", f"/{START}/total", "done", cast.FM_NUMBER), **TOTAL),
    act(managed("set_period_total", f"/{START}/total", "typed"), **{**TOTAL, "total-plan_points": "0"}),
    act(managed("set_period_total", "/1999-01-01/total", "gone"), **TOTAL),
)


def corrected(endpoint: str, resource: str, number: str = cast.CS_NUMBER, **answers: Unpack[Answers]) -> Row:
    """An act on corrections of a period."""
    address = f"{LIST}/{number}/points/{START}/corrections{resource}"
    return console(f"catalog.{endpoint}", address, **answers)


CORRECTING = (
    act(corrected("propose_correction", "", done=DESK), **CORRECTION),
    act(corrected("propose_correction", "", cast.FM_NUMBER, done=FM_DESK, gone="cs_agent"), **CORRECTION),
    act(corrected("propose_correction", "", typed=DESK), **{**CORRECTION, "correction-difference": "0"}),
    act(corrected("propose_correction", "", "N999999999", gone=DESK), **CORRECTION),
    *(
        act(row)
        for endpoint, resource in (("book_correction", "booking"), ("refuse_correction", "refusal"))
        for row in (
            # Nobody decides on what they have proposed themselves.
            corrected(endpoint, f"/{{correction}}/{resource}", done="agent lead admin", no="cs_agent"),
            corrected(
                endpoint,
                f"/{{fm_correction}}/{resource}",
                cast.FM_NUMBER,
                done="agent admin",
                no="lead",
                gone="cs_agent",
            ),
            # A correction exists below its own period alone.
            corrected(endpoint, f"/{{fm_correction}}/{resource}", gone=DESK),
            corrected(endpoint, f"/999999/{resource}", gone=DESK),
        )
    ),
    # Only who proposed it takes it back.
    act(corrected("withdraw_correction", "/{correction}/withdrawal", done="cs_agent", no="agent lead admin")),
    act(
        corrected(
            "withdraw_correction",
            "/{fm_correction}/withdrawal",
            cast.FM_NUMBER,
            done="lead",
            no="agent admin",
            gone="cs_agent",
        )
    ),
    act(corrected("withdraw_correction", "/{fm_correction}/withdrawal", gone=DESK)),
)

ROWS: tuple[Row, ...] = (*PORTAL, *PAGES, *MANAGING, *CORRECTING)
