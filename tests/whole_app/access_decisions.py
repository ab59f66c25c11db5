"""Rows of the desk's side of work requests: the queue, their pages, and the decision."""

from tests.whole_app.rows import DESK, FM_DESK, Row, act, console, quiet

QUEUE = "/console/work-requests"
REASON = "対象外のため。"

PAGES = (
    console("catalog.list_requests", f"{QUEUE}/", ok=DESK),
    console("catalog.list_requests", f"{QUEUE}/?view=decided&sort=-number&page=2", ok=DESK),
    console("catalog.list_requests", f"{QUEUE}/?view=approval&sort=-sent", ok=DESK),
    *(
        console("catalog.show_request", f"{QUEUE}/{{{place}}}", ok=DESK)
        for place in ("wr_waiting", "wr_accepted")
    ),
    console("catalog.show_request", f"{QUEUE}/{{wr_fm_waiting}}", ok=FM_DESK, gone="cs_agent"),
    console("catalog.show_request", f"{QUEUE}/WR9999999", gone=DESK),
    console("catalog.download_request_file", f"{QUEUE}/{{wr_waiting}}/files/{{wr_file}}", ok=DESK),
    # A file of another request is none of this one, and neither is a file of a case.
    console("catalog.download_request_file", f"{QUEUE}/{{wr_fm_waiting}}/files/{{wr_file}}", gone=DESK),
    console("catalog.download_request_file", f"{QUEUE}/{{wr_waiting}}/files/{{file}}", gone=DESK),
)

PULSE = tuple(
    quiet(row)
    for row in (
        console("catalog.pulse", f"{QUEUE}/{{wr_waiting}}/pulse", ok=DESK),
        console("catalog.pulse", f"{QUEUE}/{{wr_waiting}}/pulse?version={{wr_waiting_version}}", kept=DESK),
        console("catalog.pulse", f"{QUEUE}/{{wr_fm_waiting}}/pulse", ok=FM_DESK, gone="cs_agent"),
        console("catalog.pulse", f"{QUEUE}/WR9999999/pulse?version=1", gone=DESK),
    )
)

DECISIONS = (
    act(
        console("catalog.accept_request", f"{QUEUE}/{{wr_waiting}}/acceptance", done=DESK),
        version="{wr_waiting_version}",
    ),
    act(
        console(
            "catalog.accept_request", f"{QUEUE}/{{wr_fm_waiting}}/acceptance", done=FM_DESK, gone="cs_agent"
        ),
        version="{wr_fm_waiting_version}",
    ),
    act(console("catalog.reject_request", f"{QUEUE}/{{wr_waiting}}/rejection", typed=DESK), version="1"),
    act(
        console(
            "catalog.reject_request", f"{QUEUE}/{{wr_fm_waiting}}/rejection", done=FM_DESK, gone="cs_agent"
        ),
        version="{wr_fm_waiting_version}",
        reason=REASON,
    ),
    *(
        row
        for place in ("wr_accepted", "wr_rejected")
        for row in (
            act(console("catalog.accept_request", f"{QUEUE}/{{{place}}}/acceptance", late=DESK), version="1"),
            act(
                console("catalog.reject_request", f"{QUEUE}/{{{place}}}/rejection", late=DESK),
                version="1",
                reason=REASON,
            ),
        )
    ),
    act(console("catalog.accept_request", f"{QUEUE}/WR9999999/acceptance", gone=DESK), version="1"),
    act(
        console("catalog.reject_request", f"{QUEUE}/WR9999999/rejection", gone=DESK),
        version="1",
        reason=REASON,
    ),
)

ASKING = (
    act(
        console("catalog.ask_again", f"{QUEUE}/{{wr_approval}}/approval-request", done=DESK),
        version="{wr_approval_version}",
    ),
    act(console("catalog.ask_again", f"{QUEUE}/{{wr_approval}}/approval-request", late=DESK), version="0"),
    act(
        console("catalog.ask_again", f"{QUEUE}/{{wr_waiting}}/approval-request", late=DESK),
        version="{wr_waiting_version}",
    ),
    act(
        console(
            "catalog.ask_again", f"{QUEUE}/{{wr_fm_waiting}}/approval-request", late=FM_DESK, gone="cs_agent"
        ),
        version="{wr_fm_waiting_version}",
    ),
    act(console("catalog.ask_again", f"{QUEUE}/WR9999999/approval-request", gone=DESK), version="1"),
)

ROWS: tuple[Row, ...] = (*PAGES, *PULSE, *DECISIONS, *ASKING)
