"""A desk of real server processes, for what cannot be shown in one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.accounts import passwords
from app.accounts.models import User
from app.journal import broken_links
from tests.cast import PASSWORD
from tests.factories.servers import Desk, desk_of_processes


@pytest.fixture(scope="module")
def desk(installation: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two server processes on one database; real password hashes, since races live of slow checks."""
    master = Path(installation.config["SETTINGS"].data_dir) / "madoguchi.master"
    with desk_of_processes(tmp_path_factory.mktemp("desk"), master) as running:
        hashed = passwords.STRONG.hash(PASSWORD)
        running.do(lambda session: session.execute(update(User).values(password_hash=hashed)))
        yield running
        assert running.do(broken_links) == [], "a race has broken the chain of the journal"
