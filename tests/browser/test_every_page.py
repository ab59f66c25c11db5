"""Every page, in both languages: what axe sees of WCAG 2.2 AA in both themes, wide and narrow, and zoomed."""

from typing import Any, Literal

import pytest
from _pytest.mark import ParameterSet
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Look, Visit
from tests.browser.desk import Desk
from tests.browser.pages import AGENTS, CUSTOMERS, PLACES, Place
from tests.browser.words import WORDS

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ALL_RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": TAGS},
    # Axe leaves the rules of WCAG 2.2 off unless they are asked for by name.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# What the dark theme can change: nothing else depends on colours.
COLOURS: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
View = tuple[int, Literal["light", "dark"], dict[str, Any]]
# Together all rules at both widths and the colours of both themes; what a language changes is wide or narrow.
VIEWS: dict[str, tuple[View, ...]] = {
    "ja": ((1280, "dark", COLOURS), (390, "light", ALL_RULES)),
    "en": ((1280, "light", ALL_RULES),),
}
# A phone, and a window of 1280 px zoomed to 200 %.
NARROW_WIDTHS = (640, 390)
AXE = Axe().axe_script
WIDER_THAN_THE_PAGE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((it) => {
    const box = it.getBoundingClientRect();
    return box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1);
  });
  return [`${root.scrollWidth} px`, ...wide.slice(0, 5).map((it) => it.outerHTML.slice(0, 120))];
}"""


def by_turns() -> list[ParameterSet]:
    """Every page in both languages: in one of them by day, by turns, and in the other one at night."""
    turns = []
    for index, place in enumerate(PLACES):
        by_day = ("ja", "en")[index % 2]
        for language in ("ja", "en"):
            marks = () if language == by_day else pytest.mark.nightly
            turns.append(pytest.param(place, language, id=f"{place.name}-{language}", marks=marks))
    return turns


@pytest.mark.req("UI-03", "UI-09", "LANG-02")
@pytest.mark.parametrize(("place", "language"), by_turns())
def test_every_page_is_open_to_all(look: Look, desk: Desk, place: Place, language: str) -> None:
    who = place.who[language] if place.who else None
    page = look(who, place.address_in(language, desk.scenes), language=language)
    assert page.locator("html").get_attribute("lang") == language
    if place.step:
        place.step(page, WORDS[language])
    found = [line for width in NARROW_WIDTHS for line in what_sticks_out(page, width)]
    found += [line for view in VIEWS[language] for line in faults_at(page, *view)]
    assert not found, "\n".join(found)


@pytest.mark.req("UI-02", "UI-03", "UI-09")
@pytest.mark.parametrize(
    ("language", "people", "home"), [("ja", CUSTOMERS, "/cs/"), ("en", AGENTS, "/console/")]
)
def test_no_open_menu_breaks_a_rule(look: Look, language: str, people: dict[str, str], home: str) -> None:
    page = look(people[language], home, language=language, width=390)
    page.get_by_role("button", name=WORDS[language].menu, exact=True).click()
    found = faults_at(page, 390, "light", ALL_RULES)
    page.keyboard.press("Escape")
    page.locator(".user-menu summary").click()
    found += [line for view in VIEWS["ja"] for line in faults_at(page, *view)]
    assert not found, "\n".join(found)


@pytest.mark.req("UI-09")
def test_the_look_at_a_page_sees_what_is_wrong(visit: Visit) -> None:
    page = visit(None, "/cs/login", width=390)
    page.evaluate(
        """() => {
          document.querySelector("h1").style.color = "#777";
          document.querySelector("main").style.background = "#888";
          document.querySelector("label").remove();
          document.querySelector("main").insertAdjacentHTML("beforeend", "<p><a href='/'></a></p>");
          document.querySelector("h1").style.width = "900px";
        }"""
    )
    seen = {line.split()[2] for line in faults_at(page, 390, "light", ALL_RULES)}
    assert {"color-contrast:", "label:", "link-name:"} <= seen
    assert what_sticks_out(page, 390)


def faults_at(page: Page, width: int, theme: Literal["light", "dark"], rules: dict[str, Any]) -> list[str]:
    """What axe finds at one width in one theme."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    return [f"{width} {theme} {line}" for line in told(page.evaluate("rules => axe.run(rules)", rules))]


def what_sticks_out(page: Page, width: int) -> list[str]:
    """Nothing of a page may make it scroll sideways; names the elements that do."""
    page.set_viewport_size({"width": width, "height": 900})
    wide: list[str] = page.evaluate(WIDER_THAN_THE_PAGE)
    return [f"{width} scrolls sideways: {line}" for line in wide]


def told(response: dict[str, Any]) -> list[str]:
    """One line for each element that breaks a rule."""
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} – {node['failureSummary'][:300]}"
        for rule in response["violations"]
        for node in rule["nodes"]
    ]
