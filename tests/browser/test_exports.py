"""The ≡ of a list in a real browser: by mouse and by keyboard, with and without script, down to the saved file."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.words import EN, JA, Words
from tests.lists.readers import excel_rows, pdf_text, read_csv

LOGINS = "/fm/account/logins"
HEADS = {"ja": ["日時", "名前", "ユーザーID"], "en": ["Time", "Name", "User ID"]}
TITLES = {"ja": "ログイン履歴", "en": "Login history"}


def face_of_menu(page: Page, words: Words) -> Locator:
    return page.get_by_role("button", name=words.list_menu)


def saved(page: Page, name: str, folder: Path) -> tuple[str, bytes]:
    """Click an entry of the open menu; the name and the bytes of what the browser saved."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name, exact=True).click()
    file = folder / "saved"
    waiting.value.save_as(file)
    return waiting.value.suggested_filename, file.read_bytes()


@pytest.mark.req("HIST-04", "HIST-05", "UI-09")
@pytest.mark.parametrize(("who", "words"), [("hanako", JA), ("alice", EN)], ids=["ja", "en"])
def test_each_kind_of_file_is_saved_under_its_name(
    visit: Visit, tmp_path: Path, who: str, words: Words
) -> None:
    page = visit(who, LOGINS, accept_downloads=True)
    expect(page.get_by_role("link", name="CSV", exact=True)).to_be_hidden()
    face_of_menu(page, words).click()
    title = TITLES[words.language]

    name, data = saved(page, "CSV", tmp_path)
    assert name.startswith(f"{title}_")
    assert name.endswith(".csv")
    rows = read_csv(data)
    assert rows[0] == HEADS[words.language]
    name, data = saved(page, "Excel", tmp_path)
    assert name.endswith(".xlsx")
    assert len(excel_rows(data)) == len(rows)
    name, data = saved(page, "PDF", tmp_path)
    assert name.endswith(".pdf")
    assert "".join(title.split()) in pdf_text(data)
    # The page is where it was.
    expect(page).to_have_title(f"{title} | Madoguchi")


@pytest.mark.req("HIST-04")
def test_the_menu_and_its_files_need_no_script(visit: Visit, tmp_path: Path) -> None:
    page = visit("hanako", LOGINS, java_script_enabled=False, accept_downloads=True)
    face_of_menu(page, JA).click()
    name, data = saved(page, "CSV", tmp_path)
    assert name.endswith(".csv")
    assert read_csv(data)[0] == HEADS["ja"]


@pytest.mark.req("HIST-04")
def test_the_menu_opens_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit("hanako", LOGINS)
    face = face_of_menu(page, JA)
    entries = page.locator(".list-title").get_by_role("link")
    face.focus()
    page.keyboard.press("Enter")
    expect(entries).to_have_text(["PDF", "Excel", "CSV"])
    page.keyboard.press("Tab")
    expect(entries.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(entries.first).to_be_hidden()
    expect(face).to_be_focused()


@pytest.mark.req("HIST-02")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_is_walked_page_by_page_at_either_width(visit: Visit, width: int) -> None:
    page = visit("hanako", LOGINS, width=width)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(5)
    expect(page.locator(".pager-rows")).to_contain_text("1~5 件目")
    page.get_by_role("link", name="次のページ").click()
    expect(page.locator(".pager-rows")).to_contain_text("6~10 件目")
    expect(rows).to_have_count(5)
    assert rows.first.bounding_box()
