"""Every page in both languages, whole and as a fragment, through the inspecting client (LANG-01, LANG-02)."""

import pytest

from app.extensions import db
from tests import cast
from tests.factories import cases
from tests.whole_app.access import MATRIX
from tests.whole_app.rows import Row
from tests.whole_app.town import ANONYMOUS, EVERYBODY, Town

pytestmark = pytest.mark.req("LANG-01", "LANG-02")

LANGUAGES = ("ja", "en")
# What shows the texts of both languages on purpose, and answers that are no pages.
NO_PAGES = {"/healthz", "/readyz", "/demo/mail/{sent_mail}/formatted"}
NO_HTML = (".download", ".download_sent_file", ".download_request_file", ".export_catalog", ".filled_answer")
FILES = (".csv", ".xlsx", ".pdf", ".yaml", "/picture")
PAGES = [
    row
    for row in MATRIX
    if row.method == "GET"
    and not row.address.partition("?")[0].endswith(FILES)
    and not row.endpoint.endswith(NO_HTML)
    and any(row.answer_for(name) == "ok" for name in EVERYBODY)
]


def reader_of(row: Row) -> str:
    return next(name for name in EVERYBODY if row.answer_for(name) == "ok")


# Gone for whoever comes after the first one; alone, anybody who may is the first one.
TAKEN_ONCE = {"console.search.remove_miss"}


def speak(town: Town, name: str, language: str) -> None:
    if name == ANONYMOUS:
        return
    with town.app.test_request_context():
        cases.choose_language(db.session, name, language)
        db.session.commit()


# Most other tests read the pages in Japanese, and each page that they fetch is inspected alike.
@pytest.mark.parametrize("language", [pytest.param("ja", marks=pytest.mark.nightly), "en"])
@pytest.mark.parametrize(
    "row", [row for row in PAGES if row.address not in NO_PAGES], ids=lambda row: row.address
)
def test_every_page_is_said_in_the_language_of_its_reader(town: Town, row: Row, language: str) -> None:
    name = reader_of(row)
    speak(town, name, language)
    address = town.address(row.address)
    page = town.browser(name, language=language).get(address)

    assert page.status == 200
    assert page.language == language
    part = town.browser(name, language=language).get(address, headers={"HX-Request": "true"})
    assert part.status == 200
    # A page may hold a random picture, such as a QR code, which is never of quite the same length.
    assert len(part.text) <= len(page.text) * 1.02


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "row",
    [row for row in MATRIX if row.method == "POST" and row.gone and row.endpoint not in TAKEN_ONCE],
    ids=lambda row: row.address,
)
def test_every_refusal_is_said_in_the_language_of_its_reader(town: Town, row: Row, language: str) -> None:
    name = row.gone.split()[0]
    speak(town, name, language)
    fields = {"csrf_token": town.tokens[name], **row.fields}
    other = "en" if language == "ja" else "ja"

    assert town.browser(name, language=other).post(town.address(row.address), fields).language == language


@pytest.mark.req("LANG-03")
@pytest.mark.parametrize(
    ("header", "language"),
    [("ja", "ja"), ("en", "en"), ("en-GB,ja;q=0.5", "en"), ("de,ja;q=0.5", "ja"), ("fr", "ja"), ("", "ja"), ("*", "ja"),
     ("en;q=0,ja", "ja"), ("x" * 5_000, "ja"), ("en;q=nonsense", "ja"), ("EN-us", "en"), ("ja-JP,en", "ja"),
     ("fr,en;q=0.1", "en")],
)  # fmt: skip
def test_before_sign_in_the_browser_decides(built_town: Town, header: str, language: str) -> None:
    page = built_town.browser(ANONYMOUS).get("/cs/login", headers={"Accept-Language": header})
    assert page.language == language


@pytest.mark.parametrize("name", [name for name in cast.ROLES if not cast.ROLES[name].is_disabled])
def test_after_sign_in_the_persons_choice_decides(town: Town, name: str) -> None:
    home = "/console/" if cast.ROLES[name].desk_role else f"/{'fm' if name in {'jiro', 'charlie'} else 'cs'}/"
    for language, header in (("ja", "en"), ("en", "ja")):
        speak(town, name, language)
        page = town.browser(name).get(home, headers={"Accept-Language": header})
        assert page.language == language
