"""Files in a real browser: sent in parts, broken off and resumed, and never run (WR-04, WR-05, SEC-43)."""

import hashlib
import os
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.browser.sides import write
from tests.browser.words import EN, JA
from tests.factories import cases, files

PART = 8 * 1024**2
SENT = "アップロード済み"
RUN = "/cs/it-ran"
SCRIPT = f"fetch('{RUN}')"
HTML = f'<!doctype html><title>x</title><script>{SCRIPT}</script><img src=x onerror="{SCRIPT}">'.encode()
SVG = (
    f'<svg xmlns="http://www.w3.org/2000/svg" onload="{SCRIPT}"><script>{SCRIPT}</script>'
    f'<a href="javascript:{SCRIPT}"><text>x</text></a></svg>'
).encode()


def uploader(page: Page) -> Locator:
    return page.locator("#activity .uploader")


def field(page: Page) -> Locator:
    return uploader(page).locator("input[type=file]")


def row(page: Page, name: str) -> Locator:
    return uploader(page).locator(".file-moving").filter(has_text=name)


def made(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def downloaded(page: Page, name: str, folder: Path) -> bytes:
    with page.expect_download() as waiting:
        page.locator("#activity .timeline").get_by_role("link", name=name, exact=True).click()
    assert waiting.value.suggested_filename == name
    target = folder / "saved"
    waiting.value.save_as(target)
    return target.read_bytes()


@pytest.mark.req("SEC-43", "C22", "CASE-10")
@pytest.mark.parametrize(
    ("name", "content"), [("page.html", HTML), ("drawing.svg", SVG), ("drawing.png", SVG), ("x.xhtml", HTML)]
)
def test_what_is_handed_out_never_runs(visit: Visit, desk: Desk, name: str, content: bytes) -> None:
    number = desk.given(cases.open_inquiry)
    token = desk.given(files.on_case, number, name=name, content=content)
    page = visit("hanako", f"/cs/cases/{number}", accept_downloads=True)
    ran: list[str] = []
    page.context.on("request", lambda asked: ran.append(asked.url) if RUN in asked.url else None)
    address = f"/cs/cases/{number}/files/{token}"
    # Opened by itself it is a download, whatever it is.
    with page.expect_download() as waiting, pytest.raises(Error, match=r"Download is starting|ERR_ABORTED"):
        page.goto(address)
    assert waiting.value.suggested_filename == name
    page.goto(f"{address}/picture")
    expect(page).to_have_title("ページが見つかりません | Madoguchi")
    assert ran == []


@pytest.mark.req("WR-04", "CASE-10", "SEC-41")
def test_several_files_travel_while_the_text_is_written(visit: Visit, desk: Desk, tmp_path: Path) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}", accept_downloads=True)
    large, small = made(tmp_path, "capture.pcap", 20 * 1024**2), made(tmp_path, "記録 1.log", 5_000)
    unwanted = made(tmp_path, "unwanted.log", 10)
    field(page).set_input_files([large, small, unwanted])
    expect(row(page, "capture.pcap")).to_contain_text("20 MB")
    for name in ("capture.pcap", "記録 1.log", "unwanted.log"):
        expect(row(page, name)).to_contain_text(SENT)
    row(page, "unwanted.log").get_by_role("button", name="取り消す").click()
    expect(row(page, "unwanted.log")).to_have_count(0)
    write(page.get_by_label(JA.comment), "二つ送ります。")
    page.get_by_role("button", name=JA.send, exact=True).click()
    entry = page.locator(".timeline-text").filter(has_text="二つ送ります。")
    expect(entry).to_contain_text("capture.pcap")
    expect(entry).to_contain_text("記録 1.log")
    expect(entry).not_to_contain_text("unwanted.log")
    expect(uploader(page).locator(".file-moving")).to_have_count(0)
    got = downloaded(page, "capture.pcap", tmp_path)
    assert hashlib.sha256(got).digest() == hashlib.sha256(large.read_bytes()).digest()


@pytest.mark.req("WR-04", "SEC-41", "F09")
def test_an_upload_that_broke_off_goes_on_after_a_reload(visit: Visit, desk: Desk, tmp_path: Path) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}", is_watched=False, accept_downloads=True)
    large = made(tmp_path, "image.iso", 20 * 1024**2)
    offsets: list[int] = []

    def cut(route: Route) -> None:
        offset = route.request.headers.get("upload-offset")
        if offset is not None:
            offsets.append(int(offset))
        if offset == str(2 * PART):
            # The line is dead from here on.
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/*", cut)
    field(page).set_input_files(large)
    expect(row(page, "image.iso")).to_contain_text("80 %")
    page.reload()
    page.unroute("**/uploads/*")
    offsets.clear()
    page.on(
        "request",
        lambda asked: (
            offsets.append(int(asked.headers["upload-offset"])) if "upload-offset" in asked.headers else None
        ),
    )
    field(page).set_input_files(large)
    expect(row(page, "image.iso")).to_contain_text(SENT)
    assert offsets == [2 * PART]
    write(page.get_by_label(JA.comment), "続きから送りました。")
    page.get_by_role("button", name=JA.send, exact=True).click()
    expect(page.locator(".timeline-text").filter(has_text="続きから")).to_contain_text("image.iso")
    assert downloaded(page, "image.iso", tmp_path) == large.read_bytes()


@pytest.mark.req("WR-04")
def test_the_form_waits_for_its_files(visit: Visit, desk: Desk, tmp_path: Path) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}")
    held: list[Route] = []
    page.route("**/uploads/*", lambda route: held.append(route) if not held else route.continue_())
    field(page).set_input_files(made(tmp_path, "late.log", 5_000))
    write(page.get_by_label(JA.comment), "あとから届きます。")
    page.get_by_role("button", name=JA.send, exact=True).click()
    expect(uploader(page).locator(".uploader-told")).to_contain_text("アップロードが終わりしだい送信します")
    expect(page.locator(".timeline-text").filter(has_text="あとから")).to_have_count(0)
    held[0].continue_()
    expect(page.locator(".timeline-text").filter(has_text="あとから")).to_contain_text("late.log")


@pytest.mark.req("WR-05", "M-27")
def test_a_file_that_is_too_large_does_not_travel(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/uploads" in request.url else None)
    # Nobody makes a real file of two gigabytes for this: the field says what the browser would say.
    field(page).evaluate(
        """(input) => {
            const file = new File(["x"], "image.iso");
            Object.defineProperty(file, "size", { value: 2147483649 });
            Object.defineProperty(input, "files", { value: [file], configurable: true });
            input.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    expect(uploader(page).get_by_role("alert")).to_have_text(
        "ファイル image.iso は上限 2 GB を超えています。"
    )
    assert asked == []


@pytest.mark.req("CASE-10", "WR-05")
def test_the_plain_form_needs_no_script(visit: Visit, desk: Desk, tmp_path: Path) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("hanako", f"/cs/cases/{number}", java_script_enabled=False, accept_downloads=True)
    small = made(tmp_path, "small.log", 700_000)
    field(page).set_input_files([small])
    page.locator("#activity").get_by_role("button", name=JA.send, exact=True).click()
    # The text is missing; the file stays chosen.
    expect(uploader(page).get_by_role("checkbox")).to_be_checked()
    write(page.get_by_label(JA.comment), "送ります。")
    page.locator("#activity").get_by_role("button", name=JA.send, exact=True).click()
    expect(page.locator(".timeline-text").filter(has_text="送ります。")).to_contain_text("683.6 KB")
    assert downloaded(page, "small.log", tmp_path) == small.read_bytes()


@pytest.mark.req("DESK-04", "WR-04")
def test_sending_the_reply_keeps_the_files_of_the_note(visit: Visit, desk: Desk, tmp_path: Path) -> None:
    number = desk.given(cases.open_inquiry)
    page = visit("emily", f"/console/cases/{number}")
    note = page.locator("form[action$='/notes']")
    note.locator("input[type=file]").set_input_files(made(tmp_path, "desk-only.log", 500))
    expect(note.locator(".file-moving")).to_contain_text("Uploaded")
    reply = page.locator("form[action$='/comments']").first
    write(reply.get_by_role("textbox").first, "We are looking into it.")
    reply.get_by_role("button", name=EN.send_reply, exact=True).click()
    expect(page.locator(".timeline-text").filter(has_text="looking into it")).to_be_visible()
    expect(note.locator(".file-moving")).to_contain_text("desk-only.log")
    write(note.get_by_role("textbox").first, "For the desk.")
    note.get_by_role("button", name=EN.save_note, exact=True).click()
    expect(page.locator(".timeline-note").filter(has_text="For the desk.")).to_contain_text("desk-only.log")
