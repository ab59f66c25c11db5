"""An index that cannot be asked, as a damaged one."""

import pytest

from app.search.engine import IndexUnusable


def break_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every question to the index fail."""

    def fail(*_: object, **__: object) -> None:
        raise IndexUnusable("damaged")

    for name in ("search", "keys", "count", "near"):
        monkeypatch.setattr(f"app.search.index.Watched.{name}", fail)
