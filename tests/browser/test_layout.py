"""How pages lie: cards in rows, on paper, without motion, in dark, with large text."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.desk import PRIVACY_URL, Desk
from tests.browser.words import EN, JA

MOVES = """() => [...document.querySelectorAll("*")].filter((it) => {
  const style = getComputedStyle(it);
  const longest = (times) => Math.max(...times.split(",").map(parseFloat));
  return longest(style.transitionDuration) > 0.001 || longest(style.animationDuration) > 0.001
    || style.scrollBehavior === "smooth";
}).length"""


@pytest.mark.req("HOME-01", "HOME-02", "UI-03")
@pytest.mark.parametrize(("width", "columns"), [(1280, 3), (390, 1)])
def test_the_cards_stand_in_rows_of_three_or_below_each_other(visit: Visit, width: int, columns: int) -> None:
    page = visit("hanako", "/cs/", width=width)
    style = page.locator("nav.card-grid").evaluate("it => getComputedStyle(it).gridTemplateColumns")
    assert len(style.split()) == columns
    boxes = [card.bounding_box() for card in page.locator(".menu-card").all()]
    assert len({box["y"] for box in boxes if box}) == -(-len(boxes) // columns)


@pytest.mark.req("UI-05")
@pytest.mark.parametrize(
    ("who", "address"), [("hanako", "/cs/"), ("agent", "/console/"), (None, "/cs/login")]
)
def test_the_footer_stands_on_every_page(visit: Visit, who: str | None, address: str) -> None:
    footer = visit(who, address).get_by_role("contentinfo")
    expect(footer).to_contain_text("© Madoguchi, All Rights Reserved")
    link = footer.get_by_role("link", name=JA.message("M-58"))
    expect(link).to_have_attribute("href", PRIVACY_URL)


@pytest.mark.req("UI-09")
@pytest.mark.parametrize("address", ["/cs/inquiries/new", "/cs/cases"])
def test_who_wants_no_motion_gets_none(visit: Visit, address: str) -> None:
    page = visit("hanako", address, reduced_motion="no-preference")
    assert page.evaluate(MOVES) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVES) == 0


@pytest.mark.req("CASE-03")
def test_a_case_on_paper_is_the_case_alone(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:long']}")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (
        "header.site-header",
        "#site-nav",
        ".breadcrumb",
        "main form",
        "main button",
        ".tab-list",
        "footer",
    ):
        for found in page.locator(gone).all():
            expect(found).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text(desk.scenes["ja:long"]).first).to_be_visible()
    for part in ("#activity", "#attachments", "ol.timeline"):
        expect(page.locator(part)).to_be_visible()
    assert page.locator("body").evaluate("it => getComputedStyle(it).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.req("DESK-04")
def test_a_case_of_the_desk_on_paper_has_no_forms(visit: Visit, desk: Desk) -> None:
    page = visit("emily", f"/console/cases/{desk.scenes['en:long']}")
    page.emulate_media(media="print")
    for gone in ("header.site-header", ".rail", "main form", "main button", "dialog"):
        for found in page.locator(gone).all():
            expect(found).to_be_hidden()
    expect(page.locator("ol.timeline")).to_be_visible()
    expect(page.get_by_text(EN.note, exact=True).first).to_be_visible()


@pytest.mark.req("UI-09")
def test_targets_are_large_enough_for_a_finger(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:new']}", width=390)
    names = (JA.menu, JA.send)
    controls = [page.get_by_role("button", name=name, exact=True) for name in names]
    controls += [page.locator("summary").filter(has_text=JA.actions), page.locator(".user-menu summary")]
    for control in controls:
        box = control.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44, control


@pytest.mark.req("UI-09")
def test_the_focus_is_never_under_the_header(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:long']}")
    page.set_viewport_size({"width": 1280, "height": 420})
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    header = page.locator("header.site-header").bounding_box()
    assert header
    page.locator("footer a").focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        inside, top = page.evaluate(
            "() => { const it = document.activeElement;"
            " return [!!it.closest('main'), it.getBoundingClientRect().top] }"
        )
        if inside:
            assert top >= header["height"] - 1
