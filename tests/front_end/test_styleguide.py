import pytest

from app.paths import CHECKOUT
from tests.client import InspectingClient

COMPONENTS = CHECKOUT / "app" / "templates" / "components"
SPECIMENS = CHECKOUT / "app" / "templates" / "styleguide"
# What other components are made of, and needs no place of its own.
PARTS_OF_OTHERS = {"attributes", "icon"}


@pytest.mark.parametrize(
    ("shell", "language"), [("portal", "ja"), ("portal", "en"), ("console", "ja"), ("console", "en")]
)
@pytest.mark.req("UI-09", "LANG-02")
def test_it_shows_the_components_in_both_shells_and_languages(
    client: InspectingClient, shell: str, language: str
) -> None:
    page = client.get(f"/styleguide?shell={shell}&lang={language}")
    assert page.status == 200
    assert page.language == language


def test_every_component_has_its_place() -> None:
    shown = "".join(file.read_text() for file in SPECIMENS.glob("*.html"))
    components = {file.stem for file in COMPONENTS.glob("*.html")} - PARTS_OF_OTHERS
    assert {name for name in components if f'"components/{name}.html"' not in shown} == set()


@pytest.mark.req("UI-06")
def test_a_required_field_carries_its_mark_and_says_so(client: InspectingClient) -> None:
    field = client.get("/styleguide?lang=ja").by_id("empty-line")
    assert field.get("aria-required") == "true"
    assert field.get("aria-describedby") == "empty-line-hint"


def test_a_refused_field_names_its_error(client: InspectingClient) -> None:
    page = client.get("/styleguide?lang=ja")
    field = page.by_id("wrong-line")
    assert field.get("aria-invalid") == "true"
    assert field.get("aria-describedby") == "wrong-line-hint wrong-line-error"
    assert "この項目を入力してください。" in page.words(page.by_id("wrong-line-error"))


@pytest.mark.req("UI-07")
def test_a_message_offers_its_x_only_to_a_browser_that_can_use_it(client: InspectingClient) -> None:
    for close in client.get("/styleguide").styled("button", "message-close"):
        assert close.get("hidden") is not None
        assert close.get("type") == "button"
