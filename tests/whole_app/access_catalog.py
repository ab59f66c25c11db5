"""Rows of the catalogue's editor: system administrators alone."""

from tests.cast import CS_NUMBER, FM_NUMBER
from tests.whole_app.rows import KEY, Row, act, console

NOT_ADMINS = "agent cs_agent lead"
CATALOG = "/console/catalog/cs"
ITEMS = f"{CATALOG}/items"
DRAFT, GONE = f"{ITEMS}/draft-item", f"{ITEMS}/gone-item"
NUMBERS = f"{DRAFT}/availability/numbers"
NAMES = {"name_ja": "名前", "name_en": "Name"}
ITEM = {**NAMES, "slug": "draft-item", "category": "support", "points": "0", "version": "{draft_version}"}


def page(endpoint: str, address: str, answer: str = "ok") -> Row:
    """A page that system administrators get and other agents may not ask for."""
    answers = {"ok": {"ok": "admin"}, "gone": {"gone": "admin"}}[answer]
    return console(f"catalog.{endpoint}", address, no=NOT_ADMINS, **answers)


def acts(endpoint: str, address: str, answer: str, **fields: str) -> Row:
    """An act of system administrators."""
    answers = {answer: "admin"}
    return act(console(f"catalog.{endpoint}", address, no=NOT_ADMINS, **answers), **fields)


PAGES = (
    console("catalog.catalogs", "/console/catalog/", ok="admin", no=NOT_ADMINS),
    page("catalog", f"{CATALOG}/"),
    page("catalog", "/console/catalog/none/", "gone"),
    page("category", f"{CATALOG}/categories/support"),
    page("category", f"{CATALOG}/categories/none", "gone"),
    page("new_item", f"{CATALOG}/new-item"),
    page("export_catalog", f"{CATALOG}/export.yaml?content=published"),
    page("ask_import", f"{CATALOG}/import"),
    *(
        row
        for endpoint, resource in (
            ("item", "/"), ("item_versions", "/versions"), ("ask_publication", "/publication"),
            ("availability", "/availability"), ("try_out", "/try-out"),
        )
        for row in (
            page(endpoint, f"{DRAFT}{resource}"),
            page(endpoint, f"{ITEMS}/none{resource}", "gone"),
        )
    ),
)  # fmt: skip

SETTINGS = (
    acts("save_catalog_settings", f"{CATALOG}/settings", "done", **{"settings-requests": "all"}),
    acts("save_catalog_settings", f"{CATALOG}/settings", "typed", **{"settings-requests": "nobody"}),
    acts(
        "add_category", f"{CATALOG}/categories", "done",
        **{"new-slug": "new", "new-name_ja": "新", "new-name_en": "New"},
    ),
    acts("add_category", f"{CATALOG}/categories", "typed", **{"new-slug": "Bad Slug"}),
    acts("save_category", f"{CATALOG}/categories/support", "done", version="1", **NAMES),
    acts("save_category", f"{CATALOG}/categories/support", "typed", version="1", name_ja=""),
    acts("save_category", f"{CATALOG}/categories/support", "late", version="0", **NAMES),
    acts("move_category", f"{CATALOG}/categories/spare/move/up", "done"),
    acts("move_category", f"{CATALOG}/categories/none/move/up", "gone"),
    acts("remove_category", f"{CATALOG}/categories/spare/removal", "done"),
    acts("remove_category", f"{CATALOG}/categories/support/removal", "late"),
)  # fmt: skip

EDITING = (
    acts("add_item", f"{CATALOG}/new-item", "done", **{**ITEM, "slug": "new-one", "form_key": KEY}),
    acts("add_item", f"{CATALOG}/new-item", "typed", **{**ITEM, "form_key": KEY}),
    acts("save_item", f"{DRAFT}/", "done", **ITEM),
    acts("save_item", f"{DRAFT}/", "ok", **{**ITEM, "do": "add"}),
    acts("save_item", f"{DRAFT}/", "typed", **{**ITEM, "points": "many"}),
    acts("save_item", f"{DRAFT}/", "late", **{**ITEM, "version": "1"}),
    acts("save_item", f"{ITEMS}/none/", "gone", **ITEM),
    acts("move_item", f"{DRAFT}/move/down", "done"),
    acts("move_item", f"{ITEMS}/none/move/down", "gone"),
    acts("check_try_out", f"{DRAFT}/try-out", "typed"),
    acts("check_try_out", f"{DRAFT}/try-out", "ok", **{"number": "X000000001", "f-details": "試し"}),
    acts("publish", f"{DRAFT}/publication", "done", version="{draft_version}"),
    acts("publish", f"{DRAFT}/publication", "late", version="1"),
    acts("publish", f"{GONE}/publication", "late", version="4"),
    acts("withdraw_item", f"{DRAFT}/withdrawal", "late"),
    acts("withdraw_item", f"{ITEMS}/none/withdrawal", "gone"),
    acts("offer_item", f"{GONE}/offer", "done"),
    acts("offer_item", f"{DRAFT}/offer", "late"),
    acts("discard_draft", f"{DRAFT}/draft/removal", "done"),
    acts("discard_draft", f"{GONE}/draft/removal", "late"),
)

AVAILABILITY = (
    acts("save_availability", f"{DRAFT}/availability", "done", available="chosen", version="{draft_version}"),
    acts("save_availability", f"{DRAFT}/availability", "typed", available="some", version="{draft_version}"),
    acts("save_availability", f"{DRAFT}/availability", "late", available="chosen", version="1"),
    acts("add_available_number", f"{NUMBERS}/{CS_NUMBER}", "done"),
    acts("add_available_number", f"{NUMBERS}/{FM_NUMBER}", "gone"),
    acts("remove_available_number", f"{NUMBERS}/{CS_NUMBER}/removal", "done"),
    acts("remove_available_number", f"{NUMBERS}/{FM_NUMBER}/removal", "gone"),
    acts("preview_import", f"{CATALOG}/import", "typed"),
    acts("apply_import", f"{CATALOG}/import/application", "typed", text="not: [a catalogue"),
    acts("apply_import", f"{CATALOG}/import/application", "late", text="format: 1", seen="nothing"),
)

ROWS: tuple[Row, ...] = (*PAGES, *SETTINGS, *EDITING, *AVAILABILITY)
