"""Rows of the customers' side of work requests: the catalogue, an item's form, and what was sent (SVC-04, SVC-06)."""

from tests import cast
from tests.whole_app.rows import (
    CS_ALL,
    CS_OTHERS,
    CS_OWNERS,
    FM_ALL,
    FM_OTHERS,
    FM_OWNERS,
    KEY,
    Row,
    act,
    portal,
)

CATALOG, FM_CATALOG = "/cs/work-requests", "/fm/work-requests"
FORM = {
    "form_key": KEY,
    "item_version": "{item_version}",
    "number": cast.CS_NUMBER,
    "f-details": "変更をお願いします。",
}

PAGES = (
    portal("catalog.show_catalog", f"{CATALOG}/", ok=CS_ALL),
    portal("catalog.show_catalog", f"{CATALOG}/?category=support&shown=18&page=2", ok=CS_ALL),
    portal("catalog.show_catalog", f"{FM_CATALOG}/", ok=FM_ALL),
    portal("catalog.show_item", f"{CATALOG}/item-8", ok=CS_ALL),
    portal("catalog.show_item", f"{CATALOG}/none", gone=CS_ALL),
    # An item belongs to its own service's portal.
    portal("catalog.show_item", f"{FM_CATALOG}/item-8", gone=FM_ALL),
    portal("catalog.show_sent_request", f"{CATALOG}/sent/{{wr_waiting}}", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("catalog.show_sent_request", f"{CATALOG}/sent/{{wr_accepted}}", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("catalog.show_sent_request", f"{CATALOG}/sent/{{wr_alices}}", ok=CS_OTHERS, gone=CS_OWNERS),
    portal("catalog.show_sent_request", f"{CATALOG}/sent/{{wr_fm_waiting}}", gone=CS_ALL),
    portal("catalog.show_sent_request", f"{FM_CATALOG}/sent/{{wr_fm_waiting}}", ok=FM_OWNERS, gone=FM_OTHERS),
    portal("catalog.show_sent_request", f"{CATALOG}/sent/WR9999999", gone=CS_ALL),
)

FILES = (
    portal(
        "catalog.download_sent_file",
        f"{CATALOG}/sent/{{wr_waiting}}/files/{{wr_file}}",
        ok=CS_OWNERS,
        gone=CS_OTHERS,
    ),
    # A file exists below its own request alone, and a file of a case is none of a request's.
    portal("catalog.download_sent_file", f"{CATALOG}/sent/{{wr_accepted}}/files/{{wr_file}}", gone=CS_ALL),
    portal("catalog.download_sent_file", f"{CATALOG}/sent/{{wr_waiting}}/files/{{file}}", gone=CS_ALL),
    portal("catalog.download_sent_file", f"{CATALOG}/sent/{{wr_waiting}}/files/none", gone=CS_ALL),
    portal("catalog.download_sent_file", f"{FM_CATALOG}/sent/{{wr_waiting}}/files/{{wr_file}}", gone=FM_ALL),
)

ACTS = (
    # Nobody requests for a number that is not the own one.
    act(portal("catalog.send_request", f"{CATALOG}/item-0", done=CS_OWNERS, typed=CS_OTHERS), **FORM),
    act(portal("catalog.send_request", f"{CATALOG}/item-0", typed=CS_ALL), form_key=KEY),
    # The form was made from another version of the item.
    act(portal("catalog.send_request", f"{CATALOG}/item-8", late=CS_ALL), **FORM),
    act(portal("catalog.send_request", f"{CATALOG}/none", gone=CS_ALL), **FORM),
    act(portal("catalog.send_request", f"{FM_CATALOG}/item-8", gone=FM_ALL), **FORM),
)

ROWS: tuple[Row, ...] = (*PAGES, *FILES, *ACTS)
