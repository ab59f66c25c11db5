"""What a first visit loads: at most six requests and 66 kB, of which the front end has its shares."""

import json

import brotli  # type: ignore[import-untyped]  # ships no types
import pytest

from app.paths import BUILT
from app.web.assets import Assets

KB = 1024
SHARES = {
    "src/main.scss": 16 * KB,
    "src/main.ts": 34 * KB,
    "src/icons/icons.json": 8 * KB,
    "src/icons/favicon.svg": KB,
}
# Fetched only where somebody types a new password (the scale of the strength meter, PW-05), chooses a file or
# writes a comment.
FETCHED_LATER = {"src/strength.ts": 50 * KB, "src/uploads.ts": 17 * KB, "src/editor/index.ts": 130 * KB}


@pytest.mark.parametrize("source", [*SHARES, *FETCHED_LATER])
def test_each_built_file_keeps_to_its_share(source: str) -> None:
    built = (BUILT / Assets(BUILT).file(source)).read_bytes()
    assert len(brotli.compress(built)) <= {**SHARES, **FETCHED_LATER}[source]


def test_one_script_and_one_stylesheet_are_all() -> None:
    assert set(Assets(BUILT).files) == {*SHARES, *FETCHED_LATER}


def test_what_is_fetched_later_is_no_part_of_the_first_script() -> None:
    manifest = json.loads((BUILT / ".vite" / "manifest.json").read_text())
    assert manifest["src/main.ts"].get("imports", []) == []
    assert set(manifest["src/main.ts"]["dynamicImports"]) == set(FETCHED_LATER)
