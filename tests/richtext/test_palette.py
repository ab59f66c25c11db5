"""The looks are the same in the cleaner, the style sheet, the editor and its menus."""

import re

import pytest

from app.paths import CHECKOUT
from app.richtext.palette import LOOKS

SOURCES = CHECKOUT / "frontend" / "src"


@pytest.mark.req("CASE-06", "SEC-33")
def test_every_look_has_its_style_and_no_other_has() -> None:
    sheet = (SOURCES / "components" / "_rich-text.scss").read_text()
    assert set(re.findall(r"^\.(rt-[a-z-]+) \{", sheet, re.MULTILINE)) == set(LOOKS)


@pytest.mark.req("CASE-06", "SEC-33")
def test_the_editor_writes_every_look_and_no_other() -> None:
    schema = (SOURCES / "editor" / "schema.ts").read_text()
    table = schema[schema.index("export const LOOKS") : schema.index("} as const")]
    written = {
        f"rt-{name}-{choice}"
        for name, choices in re.findall(r"(\w+): \[([^\]]+)\]", table)
        for choice in re.findall(r'"(\w+)"', choices)
    }
    assert written == set(LOOKS)


@pytest.mark.req("CASE-06", "Q25")
def test_the_menus_offer_every_look() -> None:
    template = (CHECKOUT / "app" / "templates" / "components" / "editor.html").read_text()
    menus = re.findall(r'tool_menu\("(font|size|back|color)".*?endcall', template, re.DOTALL)
    assert len(menus) == 4
    for look in LOOKS:
        _, name, choice = look.split("-")
        menu = template[template.index(f'tool_menu("{name}"') :]
        assert f'("{choice}", _(' in menu[: menu.index("endcall")], look
