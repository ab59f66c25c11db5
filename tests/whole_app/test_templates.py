"""Templates: none that nobody shows, no import that nobody uses, no icon that is not there."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from app.cases.events import KINDS
from app.paths import CHECKOUT
from tests.whole_app.source import APP, python_files, shown, template_files, template_name
from tests.whole_app.town import Town

ICONS = CHECKOUT / "frontend" / "src" / "icons" / "icons.json"
# Mails know no style sheets; everything else is a page or a part of one.
PAGES = [file for file in template_files() if file.suffix == ".html" and file.parent.name != "mail"]
# Named by a pattern in the code: an event's kind, a mail's kind.
MADE_NAMES = (
    r"cases/timeline/\w+\.html", r"\w+/mail/(?:\w+/)?\w+\.txt", r"\w+/mail/(?:\w+/)?letter\.html",
    r"styleguide/\w+\.html",
)  # fmt: skip


def tree_of(app: Flask, file: Path) -> nodes.Template:
    return app.jinja_env.parse(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def trees(built_town: Town) -> dict[Path, nodes.Template]:
    """Every template, parsed."""
    return {file: tree_of(built_town.app, file) for file in template_files()}


def constants(tree: nodes.Node) -> set[str]:
    """The texts in a template's code, the names of other templates among them."""
    return {str(item.value) for item in tree.find_all(nodes.Const)}


def test_every_template_is_shown_by_something(trees: dict[Path, nodes.Template]) -> None:
    python = "\n".join(file.read_text(encoding="utf-8") for file in python_files("app"))
    named = {name for tree in trees.values() for name in constants(tree)}
    unused = []
    for file in trees:
        name = template_name(file)
        by_pattern = any(re.fullmatch(pattern, name) for pattern in MADE_NAMES)
        if name not in named and f'"{name}"' not in python and not by_pattern:
            unused.append(name)
    assert unused == []


def test_every_template_that_is_named_exists(trees: dict[Path, nodes.Template]) -> None:
    there = {template_name(file) for file in trees}
    named = {
        name
        for tree in trees.values()
        for name in constants(tree)
        if re.fullmatch(r"[\w/]+\.(html|txt)", name)
    }
    python = "\n".join(file.read_text(encoding="utf-8") for file in python_files("app"))
    named |= {name for name in re.findall(r'"([\w/]+\.(?:html|txt))"', python) if "{" not in name}

    # What an evidence pack begins with is no template.
    assert named - there == {"README.txt", "readme.txt"}


def test_no_import_of_a_template_is_unused(trees: dict[Path, nodes.Template]) -> None:
    unused = []
    for file, tree in trees.items():
        names = [item.name for item in tree.find_all(nodes.Name)]
        for imported in tree.find_all(nodes.FromImport):
            for entry in imported.names:
                name = entry if isinstance(entry, str) else entry[1]
                if name not in names:
                    unused.append(f"{shown(file)}: {name}")
        unused += [
            f"{shown(file)}: {item.target}"
            for item in tree.find_all(nodes.Import)
            if item.target not in names
        ]
    assert unused == []


def test_every_macro_is_called(trees: dict[Path, nodes.Template]) -> None:
    called = {item.name for tree in trees.values() for item in tree.find_all(nodes.Name)}
    called |= {item.attr for tree in trees.values() for item in tree.find_all(nodes.Getattr)}
    imported = {
        entry if isinstance(entry, str) else entry[0]
        for tree in trees.values() for item in tree.find_all(nodes.FromImport) for entry in item.names
    }  # fmt: skip
    macros = {item.name: shown(file) for file, tree in trees.items() for item in tree.find_all(nodes.Macro)}

    assert {name: file for name, file in macros.items() if name not in called | imported} == {}


def test_no_block_fills_a_place_that_no_layout_has(trees: dict[Path, nodes.Template]) -> None:
    parents = {
        template_name(file): str(item.template.value)
        for file, tree in trees.items()
        for item in tree.find_all(nodes.Extends)
        if isinstance(item.template, nodes.Const)
    }
    blocks = {
        template_name(file): {item.name for item in tree.find_all(nodes.Block)}
        for file, tree in trees.items()
    }
    lost = []
    for name, parent in parents.items():
        known: set[str] = set()
        above: str | None = parent
        while above is not None:
            known |= blocks[above]
            above = parents.get(above)
        # A block within a block of the same page is a place of its own.
        tree = next(tree for file, tree in trees.items() if template_name(file) == name)
        top = {item.name for item in tree.body if isinstance(item, nodes.Block)}
        lost += [f"{name}: {block}" for block in top - known]
    assert lost == []


def test_the_icons_are_those_that_are_used() -> None:
    listed = json.loads(ICONS.read_text(encoding="utf-8"))
    sources = [*template_files(), *python_files("app")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    named = set(re.findall(r'\bicon\(\s*"([a-z0-9-]+)"', text)) | set(
        re.findall(r'\bicon="([a-z0-9-]+)"', text)
    )

    assert len(listed) == len(set(listed))
    assert named - set(listed) == set(), "icons that are not in the sprite"
    assert {name for name in listed if f'"{name}"' not in text} == set(), "icons that nothing shows"


@pytest.mark.req("CASE-11")
def test_every_event_of_a_case_has_its_template_and_every_template_its_event() -> None:
    folder = APP / "cases" / "templates" / "cases" / "timeline"
    assert {f"case.{file.stem}" for file in folder.iterdir()} == set(KINDS)


@pytest.mark.req("MAIL-02")
def test_every_mail_has_its_template_and_every_template_its_mail() -> None:
    folder = APP / "cases" / "templates" / "cases" / "mail"
    code = (APP / "cases" / "notifications.py").read_text(encoding="utf-8")
    kinds = {file.stem for file in folder.iterdir()} - {
        "about_case",
        "alert_facts",
        "facts",
        "file_names",
        "letter",
    }

    assert {kind for kind in kinds if f'"{kind}"' not in code} == set()
    sent = re.findall(r'_tell\(\s*session,\s*case,\s*"(\w+)"', code)
    assert set(sent) == kinds


def test_pages_hold_no_script_and_no_style(trees: dict[Path, nodes.Template]) -> None:
    forbidden = re.compile(
        r"<style(?![^>]*\bnonce=)|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|[\"'=]\s*javascript:",
        re.IGNORECASE,
    )
    found = [
        shown(file) for file in trees if file in PAGES and forbidden.search(file.read_text(encoding="utf-8"))
    ]
    assert found == []
