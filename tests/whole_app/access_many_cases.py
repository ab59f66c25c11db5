"""Rows of work on many cases: relations between them, acts on several at once, cases for many numbers."""

from tests.whole_app.rows import DESK, FM_DESK, KEY, Row, act, console, quiet

UNKNOWN = "CS9999999"
MANY = {
    "numbers": "N200000001",
    "category": "other",
    "subject": "お知らせ",
    "details": "本文",
    "form_key": KEY,
}

RELATIONS = (
    *(
        act(console(f"cases.{endpoint}", f"/console/cases/{{{place}}}/{resource}", **answers), **fields)
        for endpoint, resource, fields in (
            ("link", "links", {"link-number": UNKNOWN, "link-kind": "related"}),
            ("merge", "merger", {"merge-number": UNKNOWN}),
            ("set_parent", "parent", {"parent-number": UNKNOWN}),
            ("preview_to_children", "children/comments", {"children-body": ""}),
        )
        for place, answers in (
            ("new", {"typed": DESK}),
            ("fm_new", {"typed": FM_DESK, "gone": "cs_agent"}),
            ("missing", {"gone": DESK}),
        )
    ),
    act(
        console("cases.link", "/console/cases/{new}/links", done=DESK),
        **{"link-number": "{in_progress}", "link-kind": "related"},
    ),
    act(console("cases.unlink", "/console/cases/{linked}/links/{case_link}/removal", done=DESK)),
    # A link of other cases is none of this one.
    act(console("cases.unlink", "/console/cases/{new}/links/{case_link}/removal", gone=DESK)),
    act(console("cases.unlink", "/console/cases/{fm_new}/links/{case_link}/removal", gone=DESK)),
    act(console("cases.merge", "/console/cases/{new}/merger", done=DESK), **{"merge-number": "{in_progress}"}),
    act(
        console("cases.merge", "/console/cases/{merged}/merger", late=DESK),
        **{"merge-number": "{in_progress}"},
    ),
    act(console("cases.undo_merge", "/console/cases/{merged}/merger/undoing", done=DESK)),
    act(console("cases.undo_merge", "/console/cases/{new}/merger/undoing", late=DESK)),
    act(console("cases.undo_merge", "/console/cases/{fm_new}/merger/undoing", late=FM_DESK, gone="cs_agent")),
    act(
        console("cases.set_parent", "/console/cases/{new}/parent", done=DESK),
        **{"parent-number": "{in_progress}"},
    ),
    act(console("cases.clear_parent", "/console/cases/{child}/parent/removal", done=DESK)),
    act(console("cases.clear_parent", "/console/cases/{fm_new}/parent/removal", done=FM_DESK, gone="cs_agent")),
    act(console("cases.tell_children", "/console/cases/{fm_new}/children/comments/confirmation",
                late=FM_DESK, gone="cs_agent"),
        **{"children-body": "お知らせ", "children-form_key": KEY}),
    act(console("cases.tell_children", "/console/cases/{parent}/children/comments/confirmation", done=DESK),
        **{"children-body": "お知らせ", "children-shown": "{child}", "children-form_key": KEY}),
)  # fmt: skip

BULK = (
    act(console("cases.preview_bulk", "/console/cases/bulk", ok=DESK), act="take_on", number="{new}"),
    act(console("cases.preview_bulk", "/console/cases/bulk", ok=DESK), act="take_on", number="{fm_new}"),
    act(console("cases.preview_bulk", "/console/cases/bulk", typed=DESK), act="take_on"),
    act(
        console("cases.confirm_bulk", "/console/cases/bulk/confirmation", done=DESK),
        act="take_on", chosen="{new_row}", form_key=KEY,
    ),
    act(
        console("cases.confirm_bulk", "/console/cases/bulk/confirmation", done=FM_DESK, late="cs_agent"),
        act="take_on", chosen="{fm_new_row}", form_key=KEY,
    ),
    console("cases.bulk_done", "/console/cases/bulk/{bulk}", ok="agent", gone="cs_agent lead admin"),
    act(
        console(
            "cases.undo_bulk", "/console/cases/bulk/{bulk}/undoing", done="agent", gone="cs_agent lead admin"
        )
    ),
)  # fmt: skip

BATCHES = (
    console("cases.new_many", "/console/cases/new/many", ok=DESK),
    console("cases.new_many", "/console/cases/new/many?service=cs", ok=DESK),
    console("cases.new_many", "/console/cases/new/many?service=fm", ok=FM_DESK, gone="cs_agent"),
    act(console("cases.preview_many", "/console/cases/new/many?service=cs", ok=DESK), **MANY),
    act(
        console("cases.preview_many", "/console/cases/new/many?service=fm", typed=FM_DESK, gone="cs_agent"),
        **MANY,
    ),
    act(console("cases.open_many", "/console/cases/new/many/confirmation?service=cs", done=DESK), **MANY),
    act(
        console(
            "cases.open_many",
            "/console/cases/new/many/confirmation?service=fm",
            typed=FM_DESK,
            gone="cs_agent",
        ),
        **MANY,
    ),
    console("cases.show_batch", "/console/cases/batches/{batch}", ok="agent", gone="cs_agent lead admin"),
    console("cases.show_batch", "/console/cases/batches/none", gone=DESK),
    quiet(
        console(
            "cases.batch_progress",
            "/console/cases/batches/{batch}/progress",
            ok="agent",
            gone="cs_agent lead admin",
        )
    ),
)

ROWS: tuple[Row, ...] = (*RELATIONS, *BULK, *BATCHES)
