"""Both languages are complete: nothing missing, doubtful or left over, and what the source says is in the book."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

from app.cases.categories import Category
from app.cases.lifecycle import Act, CaseState, Transition, transition
from app.i18n import _
from app.paths import CHECKOUT, TRANSLATIONS
from tests.factories.wording import CATEGORIES, MESSAGES, STATES
from tests.ground_floor.processes import BIN
from tests.whole_app.source import template_files

pytestmark = pytest.mark.req("LANG-01", "LANG-02")

BOOK = TRANSLATIONS / "ja" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# Section 4: what is on the buttons of a case (CASE-13, CASE-15).
BUTTONS = {
    Act.CLOSE: ("ケースをクローズ", "Close case"),
    Act.ACCEPT: ("ソリューションを承認", "Accept solution"),
    Act.REJECT: ("ソリューションを却下", "Reject solution"),
}
# Names of things that are the same in both languages.
SAME_IN_BOTH = {"English", "日本語", "System"}


@pytest.fixture(scope="module")
def book() -> Catalog:
    """The Japanese catalogue."""
    with BOOK.open("rb") as file:
        return read_po(file, locale="ja")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the extractor finds in the source, in the way `make messages` calls it."""
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    recipe = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    found = re.search(r"pybabel extract (.*?)--output-file", recipe, re.DOTALL)
    assert found is not None
    options = found[1].replace("\\\n", " ").split()
    command = [str(BIN / "pybabel"), "--quiet", "extract", *options, "--output-file", str(target), "."]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=100, check=False)
    assert ended.returncode == 0, ended.stderr
    with target.open("rb") as file:
        return read_po(file)


def texts(message: Message) -> list[str]:
    """A text, or its forms by number."""
    return [message.id] if isinstance(message.id, str) else list(message.id or ())


def said(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def key(message: Message) -> tuple[str, str | None]:
    return texts(message)[0], message.context


def test_every_text_of_the_source_is_in_the_book_and_no_other(book: Catalog, extracted: Catalog) -> None:
    in_source = {key(message) for message in extracted if message.id}
    in_book = {key(message) for message in book if message.id}

    assert in_source - in_book == set(), "not translated"
    assert in_book - in_source == set(), "said nowhere"


def test_nothing_is_missing_doubtful_or_left_over(book: Catalog) -> None:
    assert not book.fuzzy
    assert [key(message) for message in book if message.id and not all(said(message))] == []
    assert [key(message) for message in book if message.id and message.fuzzy] == []
    assert list(book.obsolete) == []


def test_both_languages_have_the_same_placeholders(book: Catalog) -> None:
    for message in book:
        wanted = {mark for text in texts(message) for mark in PLACEHOLDER.findall(text)}
        for text in said(message) if message.id else []:
            assert set(PLACEHOLDER.findall(text)) == wanted, key(message)


def test_japanese_texts_are_japanese_and_english_texts_are_not(book: Catalog) -> None:
    for message in book:
        for text in texts(message):
            assert text in SAME_IN_BOTH or not JAPANESE.search(text), text
        for text in said(message) if message.id else []:
            words = set(re.findall(r"[A-Za-z]{3,}", PLACEHOLDER.sub("", text))) - SAME_IN_BOTH
            assert JAPANESE.search(text) or not words, f"{key(message)}: {text}"


def decoded(context: object) -> str | None:
    """A context; the reader of compiled books gives it as bytes."""
    return context.decode() if isinstance(context, bytes) else None if context is None else str(context)


def test_the_compiled_book_is_the_written_one(book: Catalog) -> None:
    with BOOK.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    held = {
        (texts(message)[0], decoded(message.context)): said(message) for message in compiled if message.id
    }
    assert held == {key(message): said(message) for message in book if message.id}


def test_templates_say_no_text_but_through_the_book() -> None:
    """Japanese typed into a page would stand in the English one as well."""
    shows_both = {"services.html"}
    for file in template_files():
        if "styleguide" in file.parts or file.name in shows_both:
            continue
        without_comments = re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name in SAME_IN_BOTH:
            without_comments = without_comments.replace(name, "")
        assert not JAPANESE.search(without_comments), file


@pytest.fixture(params=["ja", "en"])
def language(installation: Flask, request: pytest.FixtureRequest) -> str:
    """Each of the two languages."""
    del installation
    return str(request.param)


def words_in(app: Flask, language: str, text: Callable[[], object]) -> str:
    with app.test_request_context(), force_locale(language):
        return str(text())


def label_in(app: Flask, language: str, item: CaseState | Category | Transition) -> str:
    return words_in(app, language, lambda: item.label)


@pytest.mark.req("CASE-12", "LIST-02")
def test_states_have_their_names(installation: Flask, language: str) -> None:
    column = ["ja", "en"].index(language)
    assert {state.value for state in CaseState} == set(STATES)
    for state in CaseState:
        assert label_in(installation, language, state) == STATES[state.value][column]


@pytest.mark.req("INQ-04", "CASE-03")
def test_categories_have_their_names_and_their_order(installation: Flask, language: str) -> None:
    column = ["ja", "en"].index(language) + 1
    assert [item.value for item in Category] == [row[0] for row in CATEGORIES]
    for category, row in zip(Category, CATEGORIES, strict=True):
        assert label_in(installation, language, category) == row[column]


@pytest.mark.req("CASE-13", "CASE-15")
def test_acts_have_their_names(installation: Flask, language: str) -> None:
    for act, names in BUTTONS.items():
        assert label_in(installation, language, transition(act)) == names[["ja", "en"].index(language)]


def test_the_messages_of_the_specification_are_in_the_book_word_for_word(book: Catalog) -> None:
    pairs = {(plain(text), plain(translated)) for message in book if message.id
             for text, translated in zip(texts(message)[-1:], said(message)[:1], strict=True)}  # fmt: skip
    missing = [number for number, (ja, en) in MESSAGES.items() if (plain(en), plain(ja)) not in pairs]
    assert missing == []


def plain(text: str) -> str:
    """A text with its placeholders unnamed and its quotation marks straight."""
    return PLACEHOLDER.sub("{}", text).replace("“", '"').replace("”", '"')


def test_the_book_is_there_for_each_language_but_the_source_language() -> None:
    assert [path.name for path in Path(TRANSLATIONS).iterdir() if path.is_dir()] == ["ja"]


def test_a_text_said_outside_of_the_application_is_not_remembered_for_its_pages(installation: Flask) -> None:
    """Found: the first look at a label in a script made Japanese pages show it in English from then on."""
    assert _("Case list") == "Case list"
    assert words_in(installation, "ja", lambda: _("Case list")) == "ケース一覧"
    assert words_in(installation, "en", lambda: _("Case list")) == "Case list"
