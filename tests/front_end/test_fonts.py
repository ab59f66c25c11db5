"""The font of printed lists: laid there by the build, with its licence, read by the server and sent to nobody."""

import pytest

from app.paths import BUILT, CHECKOUT, FONTS
from tests.client import InspectingClient


@pytest.mark.req("HIST-04")
def test_the_build_lays_both_weights_and_the_licence() -> None:
    assert {file.name for file in FONTS.iterdir()} == {"regular.ttf", "bold.ttf", "LICENSE"}
    assert "SIL OPEN FONT LICENSE" in (FONTS / "LICENSE").read_text()
    for name in ("regular.ttf", "bold.ttf"):
        assert (FONTS / name).read_bytes()[:4] == b"\x00\x01\x00\x00", "a TrueType file"


def test_no_copy_of_it_is_in_the_repository_or_served(client: InspectingClient) -> None:
    sources = CHECKOUT / "frontend" / "src"
    assert [file for kind in ("ttf", "otf", "woff*") for file in sources.rglob(f"*.{kind}")] == []
    assert [file for kind in ("ttf", "otf", "woff*") for file in (BUILT / "assets").rglob(f"*.{kind}")] == []
    for address in ("/static/dist/fonts/regular.ttf", "/static/dist/assets/../fonts/regular.ttf"):
        assert client.get(address).status == 404
