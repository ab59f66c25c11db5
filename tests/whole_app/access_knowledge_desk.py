"""Rows of the knowledge at the desk: agents write, leads decide, nobody reaches another service's (KB-15)."""

from tests.cast import CS_NUMBER
from tests.whole_app.rows import DESK, FM_DESK, KEY, Row, act, console, quiet

HERE = "/console/knowledge"
KB, DRAFT, REVIEW, GONE = (f"{HERE}/{{{name}}}" for name in ("kb", "kb_draft", "kb_review", "kb_withdrawn"))
FM, NONE = f"{HERE}/{{kb_fm}}", f"{HERE}/KB9999999"
BASES, CATEGORIES = f"{HERE}/bases", f"{HERE}/categories"
LEADS, AGENTS = "lead admin", "agent cs_agent"
NAMES = {"name_ja": "名前", "name_en": "Name"}
NEW_NAMES = {f"new-{name}": told for name, told in {**NAMES, "form_key": KEY}.items()}
TEXT = {"title": "題", "body": "本文"}


def writes(endpoint: str, address: str, answer: str, **fields: str) -> Row:
    """An act of everybody at the desk."""
    answers = {answer: DESK}
    return act(console(f"knowledge.{endpoint}", address, **answers), **fields)


def decides(endpoint: str, address: str, answer: str, **fields: str) -> Row:
    """An act of leads."""
    answers = {answer: LEADS}
    return act(console(f"knowledge.{endpoint}", address, no=AGENTS, **answers), **fields)


READING = (
    console("knowledge.index", f"{HERE}/", ok=DESK),
    console("knowledge.index", f"{HERE}/?view=review&q=x&base=1&language=en&sort=title&page=9", ok=DESK),
    console("knowledge.show", KB, ok=DESK),
    console("knowledge.show", f"{KB}?language=en", ok=DESK),
    console("knowledge.show", FM, ok=FM_DESK, gone="cs_agent"),
    console("knowledge.show", NONE, gone=DESK),
    console("knowledge.download", f"{KB}/files/{{kb_draft_file}}", ok=DESK),
    console("knowledge.download", f"{KB}/files/{{kb_document_file}}", gone=DESK),
    console("knowledge.download", f"{FM}/files/{{kb_fm_file}}", ok=FM_DESK, gone="cs_agent"),
    console("knowledge.picture", f"{KB}/files/{{kb_file}}/picture", ok=DESK),
    console("knowledge.compare_versions", f"{KB}/ja/versions", ok=DESK),
    console("knowledge.compare_versions", f"{KB}/ja/versions?old=1&new=3", ok=DESK),
    console("knowledge.compare_versions", f"{KB}/ja/versions?old=77", gone=DESK),
    console("knowledge.compare_versions", f"{FM}/ja/versions", ok=FM_DESK, gone="cs_agent"),
    console("knowledge.preview", f"{KB}/preview", ok=DESK),
    console("knowledge.preview", f"{KB}/preview?number={CS_NUMBER}", ok=DESK),
    console("knowledge.preview", f"{KB}/preview?number=X000000000", typed=DESK),
    console("knowledge.preview", f"{FM}/preview", ok=FM_DESK, gone="cs_agent"),
    console("knowledge.find_for_case", f"{HERE}/for-case/{{new}}?q=ログイン", ok=DESK),
    console("knowledge.find_for_case", f"{HERE}/for-case/{{fm_new}}?q=ログイン", ok=FM_DESK, gone="cs_agent"),
)

WRITING = (
    console("knowledge.new_article", f"{HERE}/new", ok=DESK),
    console("knowledge.new_article", f"{HERE}/new?kind=document", ok=DESK),
    writes("add_article", f"{HERE}/new", "done", **TEXT, category="{kb_category}", language="ja", form_key=KEY),
    writes("add_article", f"{HERE}/new", "typed", title="", form_key=KEY),
    quiet(writes("keep_new", f"{HERE}/new/typed", "kept", body="途中", form_key=KEY)),
    writes("forget_new", f"{HERE}/new/typed/removal", "done"),
    console("knowledge.edit", f"{KB}/ja/edit", ok=DESK),
    console("knowledge.edit", f"{KB}/en/edit", ok=DESK),
    console("knowledge.edit", f"{FM}/ja/edit", ok=FM_DESK, gone="cs_agent"),
    writes("save", f"{DRAFT}/ja/edit", "done", **TEXT, version="{kb_draft_mark}", form_key=KEY),
    writes("save", f"{DRAFT}/ja/edit", "late", **TEXT, version="1.1", form_key=KEY),
    writes("save", f"{DRAFT}/ja/edit", "typed", title="", version="{kb_draft_mark}", form_key=KEY),
    writes("save", f"{NONE}/ja/edit", "gone", **TEXT, form_key=KEY),
    quiet(writes("keep_typed", f"{KB}/ja/typed", "kept", body="途中", form_key=KEY)),
    writes("forget_typed", f"{KB}/ja/typed/removal", "done"),
    writes("submit", f"{DRAFT}/ja/submission", "done"),
    writes("submit", f"{REVIEW}/ja/submission", "late"),
    act(console("knowledge.submit", f"{FM}/ja/submission", late=FM_DESK, gone="cs_agent")),
    writes("discard", f"{DRAFT}/ja/removal", "done"),
    writes("discard", f"{DRAFT}/en/removal", "late"),
    writes("restore", f"{GONE}/ja/versions/1/restoration", "done"),
    writes("restore", f"{DRAFT}/ja/versions/1/restoration", "late"),
    writes("restore", f"{DRAFT}/ja/versions/9/restoration", "gone"),
    # A draft's place is its writers' to choose, a published article's is the leads'.
    console("knowledge.ask_place", f"{DRAFT}/place", ok=DESK),
    console("knowledge.ask_place", f"{KB}/place", ok=LEADS, no=AGENTS),
    writes(
        "place", f"{DRAFT}/place", "done", category="{kb_category}", author="", version="{kb_draft_version}"
    ),
    writes("place", f"{DRAFT}/place", "late", category="{kb_category}", author="", version="0"),
    writes("place", f"{DRAFT}/place", "typed", category="0", version="1"),
    act(console("knowledge.place", f"{KB}/place", typed=LEADS, no=AGENTS), category="0"),
    console("knowledge.ask_from_case", f"{HERE}/from-case/{{resolved}}", ok=DESK),
    console("knowledge.ask_from_case", f"{HERE}/from-case/{{new}}", gone=DESK),
    console("knowledge.ask_from_case", f"{HERE}/from-case/{{fm_resolved}}", ok=FM_DESK, gone="cs_agent"),
    writes(
        "make_from_case", f"{HERE}/from-case/{{resolved}}", "done",
        **TEXT, category="{kb_category}", language="ja", form_key=KEY,
    ),
    writes("make_from_case", f"{HERE}/from-case/{{resolved}}", "typed", title="", form_key=KEY),
)  # fmt: skip

DECIDING = (
    decides("send_back", f"{REVIEW}/ja/return", "done", **{"return-remark": "図を足してください"}),
    decides("send_back", f"{REVIEW}/ja/return", "typed"),
    decides("send_back", f"{DRAFT}/ja/return", "late", **{"return-remark": "x"}),
    console("knowledge.ask_publication", f"{REVIEW}/ja/publication", ok=LEADS, no=AGENTS),
    console("knowledge.ask_publication", f"{REVIEW}/en/publication", late=LEADS, no=AGENTS),
    decides("publish", f"{REVIEW}/ja/publication", "done", version="{kb_review_mark}"),
    decides("publish", f"{REVIEW}/ja/publication", "late", version="1.1"),
    decides("publish", f"{NONE}/ja/publication", "gone"),
    decides("withdraw", f"{KB}/withdrawal", "done"),
    decides("withdraw", f"{DRAFT}/withdrawal", "late"),
    decides("offer", f"{GONE}/offer", "done"),
    decides("offer", f"{KB}/offer", "late"),
    console("knowledge.ask_readers", f"{KB}/readers", ok=LEADS, no=AGENTS),
    console("knowledge.ask_readers", f"{NONE}/readers", gone=LEADS, no=AGENTS),
    decides("save_readers", f"{KB}/readers", "typed", readers="chosen", seen="nobody"),
    decides("save_readers", f"{KB}/readers", "late", readers="nobody", seen="nobody"),
)

BASE_ROWS = (
    console("knowledge.list_bases", f"{BASES}/", ok=LEADS, no=AGENTS),
    decides("add_base", f"{BASES}/", "done", **NEW_NAMES, **{"new-service": "cs"}),
    decides("add_base", f"{BASES}/", "typed"),
    console("knowledge.base", f"{BASES}/{{kb_base}}", ok=LEADS, no=AGENTS),
    console("knowledge.base", f"{BASES}/999999", gone=LEADS, no=AGENTS),
    decides("save_base", f"{BASES}/{{kb_empty_base}}", "done", **NAMES, version="1"),
    decides("save_base", f"{BASES}/{{kb_empty_base}}", "late", **NAMES, version="0"),
    decides("save_base", f"{BASES}/{{kb_empty_base}}", "typed", name_ja="", version="1"),
    decides("move_base", f"{BASES}/{{kb_empty_base}}/move/up", "done"),
    decides("move_base", f"{BASES}/999999/move/up", "gone"),
    decides("remove_base", f"{BASES}/{{kb_empty_base}}/removal", "done"),
    decides("remove_base", f"{BASES}/{{kb_base}}/removal", "late"),
    decides("add_category", f"{BASES}/{{kb_base}}/categories", "done", **NEW_NAMES),
    decides("add_category", f"{BASES}/{{kb_base}}/categories", "typed"),
    console("knowledge.category", f"{CATEGORIES}/{{kb_spare}}", ok=LEADS, no=AGENTS),
    console("knowledge.category", f"{CATEGORIES}/999999", gone=LEADS, no=AGENTS),
    decides("save_category", f"{CATEGORIES}/{{kb_spare}}", "done", **NAMES, version="1"),
    decides("save_category", f"{CATEGORIES}/{{kb_spare}}", "late", **NAMES, version="0"),
    decides("save_category", f"{CATEGORIES}/{{kb_spare}}", "typed", name_ja="", version="1"),
    decides("move_category", f"{CATEGORIES}/{{kb_spare}}/move/down", "done"),
    decides("move_category", f"{CATEGORIES}/999999/move/down", "gone"),
    decides("remove_category", f"{CATEGORIES}/{{kb_spare}}/removal", "done"),
    decides("remove_category", f"{CATEGORIES}/{{kb_category}}/removal", "late"),
)  # fmt: skip

ROWS: tuple[Row, ...] = (*READING, *WRITING, *DECIDING, *BASE_ROWS)
