"""What a first visit loads: at most six requests and 60 kB, of which the front end has its shares."""

import brotli  # type: ignore[import-untyped]  # ships no types
import pytest

from app.paths import BUILT
from app.web.assets import Assets

KB = 1024
SHARES = {
    "src/main.scss": 16 * KB,
    "src/main.ts": 26 * KB,
    "src/icons/icons.json": 4 * KB,
    "src/icons/favicon.svg": KB,
}


@pytest.mark.parametrize("source", SHARES)
def test_each_built_file_keeps_to_its_share(source: str) -> None:
    built = (BUILT / Assets(BUILT).file(source)).read_bytes()
    assert len(brotli.compress(built)) <= SHARES[source]


def test_one_script_and_one_stylesheet_are_all() -> None:
    assert set(Assets(BUILT).files) == set(SHARES)
