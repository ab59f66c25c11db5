"""A real server for tests of what only a wire can show."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.factories.servers import Desk, desk_of_processes


@pytest.fixture(scope="module")
def desk(installation: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One server process of its own, as `make run` starts it."""
    master = Path(installation.config["SETTINGS"].data_dir) / "madoguchi.master"
    with desk_of_processes(tmp_path_factory.mktemp("desk"), master, processes=1) as running:
        yield running
