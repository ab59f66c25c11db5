"""One town for each test process; whoever changes it gets it back as it was."""

from collections.abc import Iterator

import pytest

from tests.whole_app.town import Town


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town, for tests that only look."""
    town = Town(tmp_path_factory.mktemp("town"))
    yield town
    town.end()


@pytest.fixture
def town(built_town: Town) -> Iterator[Town]:
    """The town, restored before and after the test."""
    built_town.restore()
    yield built_town
    built_town.restore()
