"""Rows of filters, saved filters and the files of case lists."""

from tests.whole_app.rows import CS_ALL, DESK, FM_ALL, Row, act, console, portal

SAVED = {"filter-name": "新しい", "filter-visibility": "me", "filter-conditions": "status:is:new"}

ROWS: tuple[Row, ...] = (
    portal("cases.index", "/cs/cases?f=status:is:new&sort=-updated,number", ok=CS_ALL),
    # Neither of these is anything that this portal knows of, whoever asks.
    portal("cases.index", "/cs/cases?f=customer-number:is:N700000002", typed=CS_ALL),
    portal("cases.index", "/cs/cases?f=assignee:empty", typed=CS_ALL),
    portal("cases.index_file", "/cs/cases.csv?f=status:is:new", ok=CS_ALL),
    portal("cases.index_file", "/fm/cases.xlsx", ok=FM_ALL),
    portal("cases.index_file", "/fm/cases.pdf", ok=FM_ALL),
    portal("cases.filter_panel", "/cs/cases/filter?c-0-0-field=contact&do=show", ok=CS_ALL),
    portal("cases.filter_panel", "/fm/cases/filter?do=run", done=FM_ALL),
    portal("cases.load_filter", "/cs/filters/{own_filter}", done="hanako", gone="taro alice"),
    portal("cases.load_filter", "/cs/filters/{shared_filter}", done="hanako taro", gone="alice"),
    portal("cases.load_filter", "/fm/filters/{shared_filter}", gone=FM_ALL),
    portal("cases.load_filter", "/cs/filters/{desk_view}", gone=CS_ALL),
    portal("cases.load_filter", "/cs/filters/999999", gone=CS_ALL),
    act(portal("cases.save_filter", "/cs/filters", done=CS_ALL), **SAVED),
    act(portal("cases.save_filter", "/fm/filters", done=FM_ALL), **SAVED),
    act(
        portal("cases.save_filter", "/cs/filters", done="hanako", typed="taro alice"),
        **{**SAVED, "filter-visibility": "numbers"},
    ),
    act(portal("cases.save_filter", "/cs/filters", typed=CS_ALL), **{**SAVED, "filter-visibility": "desk"}),
    act(portal("cases.remove_filter", "/cs/filters/{own_filter}/deletion", done="hanako", gone="taro alice")),
    act(
        portal(
            "cases.remove_filter",
            "/cs/filters/{shared_filter}/deletion",
            done="hanako",
            no="taro",
            gone="alice",
        )
    ),
    act(portal("cases.remove_filter", "/fm/filters/{shared_filter}/deletion", gone=FM_ALL)),
    console("cases.index", "/console/cases/?f=assignee:is:me&columns=subject,contact", ok=DESK),
    console("cases.index_file", "/console/cases.csv", ok=DESK),
    console("cases.filter_panel", "/console/cases/filter?c-0-0-field=assignee&do=show", ok=DESK),
    console("cases.load_filter", "/console/cases/views/{own_view}", done="agent", gone="cs_agent lead admin"),
    console("cases.load_filter", "/console/cases/views/{desk_view}", done=DESK),
    console("cases.load_filter", "/console/cases/views/{shared_filter}", gone=DESK),
    act(console("cases.save_filter", "/console/cases/views", done=DESK), **SAVED),
    act(
        console("cases.save_filter", "/console/cases/views", done=DESK),
        **{**SAVED, "filter-visibility": "desk"},
    ),
    act(
        console("cases.save_filter", "/console/cases/views", typed=DESK),
        **{**SAVED, "filter-visibility": "numbers"},
    ),
    act(
        console(
            "cases.remove_filter",
            "/console/cases/views/{own_view}/deletion",
            done="agent",
            gone="cs_agent lead admin",
        )
    ),
    act(
        console(
            "cases.remove_filter",
            "/console/cases/views/{desk_view}/deletion",
            done="agent",
            no="cs_agent lead admin",
        )
    ),
)
