import json
from pathlib import Path

import pytest

from app.paths import BUILT, CHECKOUT
from app.web.assets import Assets, BuildMissing

TEMPLATES = (*CHECKOUT.glob("app/**/*.html"), *CHECKOUT.glob("app/**/*.py"))


def a_build(folder: Path) -> Assets:
    (folder / ".vite").mkdir()
    built = {"src/main.ts": {"file": "assets/main-1.js"}, "src/icons/icons.json": {"file": "icons-1.svg"}}
    (folder / ".vite" / "manifest.json").write_text(json.dumps(built))
    (folder / "icons-1.svg").write_text('<svg><symbol id="send"/><symbol id="x-lg"/></svg>')
    return Assets(folder)


def test_a_source_is_named_and_its_hashed_file_is_answered(tmp_path: Path) -> None:
    assert a_build(tmp_path).asset("src/main.ts") == "/static/dist/assets/main-1.js"


def test_an_icon_is_a_part_of_the_sprite(tmp_path: Path) -> None:
    assert a_build(tmp_path).icon_url("x-lg") == "/static/dist/icons-1.svg#x-lg"


def test_an_unknown_source_or_icon_is_a_mistake_and_not_an_empty_box(tmp_path: Path) -> None:
    assets = a_build(tmp_path)
    with pytest.raises(BuildMissing, match="src/other"):
        assets.asset("src/other.ts")
    with pytest.raises(BuildMissing, match="no icon 'sned'"):
        assets.icon_url("sned")


def test_a_missing_build_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BuildMissing, match="make run"):
        Assets(tmp_path).asset("src/main.ts")


def test_every_icon_of_the_sprite_is_used() -> None:
    used = "".join(file.read_text() for file in TEMPLATES)
    assert {name for name in Assets(BUILT).icons if f'"{name}"' not in used} == set()
