"""The editor of comments, replies and notes in a real browser (CASE-06, CASE-08)."""

import base64
import re
import struct
import zlib

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.cases.models import CaseComment
from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.browser.words import EN, JA
from tests.factories import cases

TOOLS = {
    "ja": "元に戻す|やり直す|段落|フォント|フォントサイズ|太字|斜体|下線|背景色|前景色|挿入|削除"
    "|表|表のプロパティ|その他の書式",
    "en": "Undo|Redo|Paragraph style|Font|Font size|Bold|Italic|Underline|Background colour|Text colour|Insert|Remove"
    "|Table|Table properties|More tools",
}


def written(page: Page, label: str = JA.comment) -> Locator:
    """The editor, once it has taken the place of the plain field."""
    field = page.locator(".ProseMirror").and_(page.get_by_label(label))
    expect(field).to_be_visible()
    return field


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar").first.get_by_role("button", name=name, exact=True)


def stored_html(desk: Desk, word: str) -> str:
    """The stored rich text of the one comment that holds a word."""
    wanted = select(CaseComment).where(CaseComment.body.contains(word))
    (found,) = desk.given(lambda session: [row.html or "" for row in session.scalars(wanted)])
    return found


def send(page: Page, label: str = JA.send) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def png(width: int = 4, height: int = 4) -> bytes:
    """A small picture, as a screenshot would be."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = (b"\0" + b"\x20\x60\xa0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


PASTE = """([encoded, kind, words]) => {
  const data = new DataTransfer();
  if (encoded) {
    const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
    data.items.add(new File([bytes], "image.png", { type: kind }));
  }
  if (words) data.setData("text/html", words);
  const target = document.querySelector(".ProseMirror");
  target.focus();
  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.req("CASE-06")
@pytest.mark.parametrize(("person", "language"), [("hanako", "ja"), ("alice", "en")])
def test_the_tools_stand_in_their_order_with_names(
    visit: Visit, desk: Desk, person: str, language: str
) -> None:
    page = visit(person, f"/cs/cases/{desk.scenes[f'{language}:new']}")
    written(page, JA.comment if language == "ja" else EN.comment)
    buttons = page.get_by_role("toolbar").first.locator("> button")
    names = [button.get_attribute("aria-label") for button in buttons.all()]
    assert names == TOOLS[language].split("|")
    assert [button.get_attribute("title") or "" for button in buttons.all()][5].endswith("(Ctrl+B)")


@pytest.mark.req("CASE-06", "CASE-05", "SEC-35")
def test_what_is_written_with_the_tools_is_read_so(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}")
    editor = written(page)
    editor.click()
    page.keyboard.press("Control+b")
    page.keyboard.type("太字の報告")
    page.keyboard.press("Control+b")
    page.keyboard.type(" と ")
    tool(page, "前景色").click()
    page.get_by_role("menuitemradio", name="赤").click()
    page.keyboard.type("赤い字")
    page.keyboard.press("Enter")
    tool(page, "段落").click()
    page.get_by_role("menuitemradio", name="見出し1").click()
    page.keyboard.type("見出し")
    page.keyboard.press("Enter")
    tool(page, "表").click()
    page.keyboard.type("セル")
    tool(page, "表のプロパティ").click()
    page.get_by_role("menuitem", name="下に行を挿入").click()
    send(page)
    text = page.locator(".timeline-text .rich-text").first
    expect(text.locator("strong")).to_have_text("太字の報告")
    expect(text.locator(".rt-color-red")).to_have_css("color", "rgb(179, 38, 30)")
    expect(text.locator("h2")).to_have_text("見出し")
    expect(text.locator("tr")).to_have_count(4)
    expect(written(page)).to_have_text("")
    stored = stored_html(desk, "太字の報告")
    assert "style" not in stored
    assert '<span class="rt-color-red">赤い字</span>' in stored


@pytest.mark.req("CASE-06", "UI-09")
def test_the_toolbar_is_one_stop_and_arrows_walk_it(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:new']}")
    editor = written(page)
    editor.focus()
    page.keyboard.press("Shift+Tab")
    expect(tool(page, "元に戻す")).to_be_focused()
    last = "その他の書式"
    for key, name in (
        ("ArrowRight", "やり直す"),
        ("End", last),
        ("ArrowRight", "元に戻す"),
        ("ArrowLeft", last),
    ):
        page.keyboard.press(key)
        expect(tool(page, name)).to_be_focused()
    page.keyboard.press("Enter")
    menu = page.get_by_role("menu", name="その他の書式")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(tool(page, "その他の書式")).to_be_focused()
    page.keyboard.press("Escape")
    expect(editor).to_be_focused()
    page.keyboard.press("Alt+F10")
    expect(tool(page, "その他の書式")).to_be_focused()


@pytest.mark.req("CASE-06", "UI-09")
def test_tab_leaves_the_editor_from_within_a_table_and_a_list(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:new']}")
    editor = written(page)
    for begin in ("表", "その他の書式"):
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        tool(page, begin).click()
        if begin == "その他の書式":
            page.get_by_role("menuitem", name="箇条書き").click()
        page.keyboard.type("x")
        page.keyboard.press("Tab")
        expect(editor).not_to_be_focused()
        assert page.evaluate("document.activeElement !== document.body")


@pytest.mark.req("CASE-06")
def test_japanese_is_composed_without_loss_or_doubling(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}")
    written(page).click()
    keys = page.context.new_cdp_session(page)
    for step in ("に", "にほ", "にほん", "にほんご"):
        keys.send(
            "Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)}
        )
    keys.send("Input.insertText", {"text": "日本語"})
    page.keyboard.press("Enter")
    for step in ("へ", "へん", "へんかん"):
        keys.send(
            "Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)}
        )
    keys.send("Input.insertText", {"text": "変換"})
    expect(written(page).locator("p")).to_have_text(["日本語", "変換"])
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline-text").first).to_contain_text("日本語")
    expect(page.locator(".timeline-text").first).to_contain_text("変換")


@pytest.mark.req("CASE-05", "CASE-06")
def test_a_refused_text_comes_back_with_its_looks(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}")
    written(page).click()
    page.keyboard.press("Control+b")
    page.keyboard.insert_text("太い" + "長い" * 10_000)
    send(page)
    expect(page.locator(".field-error").filter(has_text="20000")).to_be_visible()
    editor = written(page)
    expect(editor.locator("strong")).to_contain_text("太い長い")
    expect(editor).to_have_attribute("aria-invalid", "true")
    expect(editor).to_have_attribute("aria-describedby", re.compile("body-error"))


@pytest.mark.req("SEC-39", "CASE-05")
def test_five_megabytes_are_refused_with_words_and_nothing_is_lost(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}")
    written(page)
    page.evaluate(
        "() => { const f = document.querySelector('textarea[name=html]'); f.value = '<p>' + 'x'.repeat(5e6) + '</p>'; }"
    )
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("長すぎ")
    assert page.evaluate("document.querySelector('textarea[name=html]').value.length") > 5_000_000


@pytest.mark.req("CASE-08", "SEC-35")
def test_a_pasted_picture_is_attached_and_shown(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}")
    editor = written(page)
    editor.click()
    page.keyboard.type("画面です")
    page.evaluate(PASTE, [base64.b64encode(png()).decode(), "image/png", ""])
    expect(page.locator(".file-moving").filter(has_text="Pasted image.png")).to_be_visible()
    expect(editor.locator("img[data-file]")).to_have_attribute("src", re.compile("^blob:"))
    send(page)
    shown = page.locator(".timeline-text img").first
    expect(shown).to_have_attribute("src", re.compile(rf"^/cs/cases/{number}/files/[0-9a-f]{{32}}/picture$"))
    expect(shown).to_have_js_property("naturalWidth", 4)
    expect(page.locator(".timeline").get_by_role("link", name="Pasted image.png")).to_be_visible()
    assert re.search(r'<img data-file="[0-9a-f]{32}" alt="Pasted image.png">', stored_html(desk, "画面です"))


@pytest.mark.req("CASE-07", "CASE-08", "SEC-35")
def test_what_other_programs_bring_is_taken_without_styles_and_remote_pictures(
    visit: Visit, desk: Desk
) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}")
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    editor = written(page)
    html = (
        '<p style="color:red">貼り付け<b>太字</b><img src="https://canary.invalid/x.png">'
        '<img src="data:image/png;base64,AAAA"></p><table style="width:9px"><colgroup><col style="width:5px">'
        "</colgroup>"
        '<tr><td style="text-align:right" align="right" colwidth="90">セル</td></tr></table>'
        "<script>window.ran = true</script>"
    )
    page.evaluate(PASTE, ["", "", html])
    expect(editor.locator("strong")).to_have_text("太字")
    expect(editor.locator("[style], col")).to_have_count(0)
    send(page)
    expect(page.locator(".timeline-text strong").first).to_have_text("太字")
    assert not [url for url in asked if "canary" in url]
    assert page.evaluate("window.ran") is None
    assert "img" not in stored_html(desk, "貼り付け")


@pytest.mark.req("CASE-06")
def test_links_are_asked_for_in_a_dialog(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.given(cases.open_inquiry)}")
    written(page).click()
    page.keyboard.type("手順書")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    address = page.get_by_label("アドレス")
    address.fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Webサイトまたはメールのアドレスを入力してください。")).to_be_visible()
    address.fill("www.example.com/a")
    page.keyboard.press("Enter")
    expect(written(page).get_by_role("link", name="手順書")).to_have_attribute(
        "href", "https://www.example.com/a"
    )
    send(page)
    link = page.locator(".timeline-text").get_by_role("link", name="手順書")
    expect(link).to_have_attribute("rel", "noopener nofollow")


@pytest.mark.req("CASE-06", "UI-03")
def test_on_a_phone_the_tools_wrap_and_menus_stay_within(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:new']}", width=390)
    written(page)
    for name in ("段落", "前景色", "その他の書式"):
        tool(page, name).click()
        box = page.get_by_role("menu", name=name).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
