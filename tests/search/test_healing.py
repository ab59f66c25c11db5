"""Whatever happens to the files of the index, nobody sees an error or another's case, and it is whole again soon."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.authz import Actor
from app.cases import documents as case_documents
from app.cases import queries
from app.cases.models import Case
from app.extensions import db
from app.search import index, jobs
from app.search.disk.copies import TWIN, Copies
from app.search.engine import IndexUnusable
from app.search.query import EVERYTHING
from app.search.rebuilding import MADE_BY, mend, reason_to_rebuild, rebuild
from app.search.searching import ask
from app.search.whoosh_engine import WhooshEngine
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given
from tests.factories import cases
from tests.factories.index import analyzed, put
from tests.factories.search import feed

pytestmark = pytest.mark.req("F05", "M12", "SEC-48")

Damage = Callable[[random.Random, Path, Path], None]


@pytest.fixture
def in_memory() -> Iterator[str]:
    """A folder that forcing files onto the disk costs nothing in, where the machine has one."""
    memory = Path("/dev/shm")  # noqa: S108 - no file of a fixed name is made there
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield folder


@pytest.fixture
def filled(app: Flask, given: Given, in_memory: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An index with a case of each of two customers, both about a printer."""
    monkeypatch.setattr(index, "FOLDER", f"{in_memory}/search")
    index.init_app(app)
    given(cases.open_inquiry, details="printer")
    given(cases.open_inquiry, number=cast.ALICE_CS_NUMBER, details="printer")
    feed(app)
    yield app
    monkeypatch.undo()
    index.init_app(app)


@pytest.fixture
def foreign(filled: Flask, tmp_path: Path) -> Path:
    """Another installation's index, in which everything is Hanako's."""
    with filled.test_request_context():
        readers = {f"n{row}" for row in hanako().numbers}
        engine = WhooshEngine(tmp_path / "foreign", "another installation")
        with engine.rebuild():
            pass
        put(engine, *(analyzed(f"case:{number}", "printer", readers=readers) for number in range(1, 6)))
    return tmp_path / "foreign"


def hanako() -> Actor:
    return cast.actor_of(db.session, "hanako", "cs")


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")


def files_content(app: Flask) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in files_of(index.folder(app))}


def delete(_chance: random.Random, file: Path, _other: Path) -> None:
    file.unlink()


def cut(chance: random.Random, file: Path, _other: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: chance.randrange(len(content))] if content else b"")


def flip(chance: random.Random, file: Path, _other: Path) -> None:
    content = bytearray(file.read_bytes() or b"\0")
    for _ in range(chance.choice((1, 1, 8, 200))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)


def swap(chance: random.Random, file: Path, other: Path) -> None:
    """Another index's file of the same kind, if it has one, under this one's name."""
    theirs = files_of(other)
    alike = [path for path in theirs if path.suffixes[-1:] == file.suffixes[-1:]]
    shutil.copy(chance.choice(alike or theirs), file)


def swap_all(_chance: random.Random, file: Path, other: Path) -> None:
    """A whole index of another installation, as after copying a data folder."""
    home = next(folder for folder in file.parents if folder.name == "search")
    shutil.rmtree(home)
    shutil.copytree(other, home)


def take_folder(_chance: random.Random, file: Path, _other: Path) -> None:
    shutil.rmtree(file.parent)


DAMAGES: list[Damage] = [delete, cut, flip, flip, swap, swap, swap_all, take_folder]


def damage_at_random(app: Flask, foreign: Path, times: int) -> None:
    chance = random.Random(5)  # noqa: S311 - the same damages each time
    limited = 0
    for number in range(times):
        harm = chance.choice(DAMAGES)
        copies = pairs_of(index.folder(app))
        content = {paths: paths[0].read_bytes() for paths in copies}
        damaged = chance.choice(copies)
        which = chance.choice((damaged[:1], damaged[1:], damaged))
        told = (number, harm.__name__, [str(path) for path in which])
        for file in which:
            # A folder that was taken has no files any more.
            if file.exists():
                harm(chance, file, foreign)
        # As a process that starts now; one that runs has the index in memory and checks it.
        index.init_app(app)
        is_limited = hits_are_own_or_none(app, told)
        assert is_limited is is_lost(content), told
        limited += is_limited
        mend(app)
        assert reason_to_rebuild(app) == "", told
        assert not hits_are_own_or_none(app, told), told
        assert not list(index.folder(app).rglob("*.part")), told
        assert all(first.read_bytes() == twin.read_bytes() for first, twin in pairs_of(index.folder(app)))
    assert times / 5 < limited < times / 2, (
        "hardly anything was damaged, or hardly anything in one place alone"
    )


def pairs_of(folder: Path) -> list[tuple[Path, Path]]:
    """The two copies of each file of the index."""
    of_both = Copies(folder).of
    return [
        of_both(str(path.relative_to(folder)))
        for path in files_of(folder)
        if TWIN not in path.relative_to(folder).parts
    ]


def is_lost(content: dict[tuple[Path, Path], bytes]) -> bool:
    """Tell whether a file of the index is damaged in both places; by which analyzer it was made limits nothing."""

    def is_there(path: Path, written: bytes) -> bool:
        return path.is_file() and path.read_bytes() == written

    return any(
        not any(is_there(path, written) for path in paths)
        for paths, written in content.items()
        if paths[0].name != MADE_BY
    )


def hits_are_own_or_none(app: Flask, told: object) -> bool:
    """Ask as a customer; tells whether the answer was limited."""
    with app.test_request_context():
        actor = hanako()
        answer = ask(db.session, actor, "printer", kind="case", most=10)
        numbers = [case_documents.id_in(key) for key in answer.keys]
        seen = db.session.scalars(queries.visible_to(actor).where(Case.id.in_(numbers))).all()
        assert {row.customer_number_id for row in seen} <= set(actor.numbers), told
        assert answer.is_limited or len(seen) == len(numbers) == 1, told
        return answer.is_limited


def test_fifty_random_damages(filled: Flask, foreign: Path) -> None:
    damage_at_random(filled, foreign, 50)


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_a_thousand_random_damages(filled: Flask, foreign: Path) -> None:
    damage_at_random(filled, foreign, 1_000)


@pytest.mark.parametrize("harm", [delete, cut, flip], ids=lambda harm: harm.__name__)
def test_a_running_process_goes_on_answering_and_notices(filled: Flask, harm: Damage, foreign: Path) -> None:
    assert not hits_are_own_or_none(filled, "before")
    before = files_content(filled)
    files = [path for path in files_of(index.folder(filled)) if path.parent != index.folder(filled)]
    harm(random.Random(1), max(files, key=lambda path: path.stat().st_size), foreign)  # noqa: S311 - likewise

    assert not hits_are_own_or_none(filled, "what was verified is in memory")
    assert files_content(filled) != before
    assert not mend(filled), "made anew, where writing a file is enough"
    assert files_content(filled) == before


@pytest.mark.parametrize("harm", [delete, cut, flip], ids=lambda harm: harm.__name__)
def test_what_is_damaged_in_both_places_is_written_anew_by_whoever_has_it_in_memory(
    filled: Flask, harm: Damage, foreign: Path
) -> None:
    assert not hits_are_own_or_none(filled, "before")
    before = files_content(filled)
    for path in max(pairs_of(index.folder(filled)), key=lambda paths: paths[0].stat().st_size):
        harm(random.Random(1), path, foreign)  # noqa: S311 - likewise

    assert reason_to_rebuild(filled) == ""
    assert files_content(filled) == before


@pytest.mark.parametrize("harm", [delete, cut, flip], ids=lambda harm: harm.__name__)
def test_what_is_damaged_in_both_places_and_in_nobodys_memory_is_made_anew(
    filled: Flask, harm: Damage, foreign: Path
) -> None:
    for path in max(pairs_of(index.folder(filled)), key=lambda paths: paths[0].stat().st_size):
        harm(random.Random(1), path, foreign)  # noqa: S311 - likewise
    index.init_app(filled)

    assert hits_are_own_or_none(filled, "limited")
    assert reason_to_rebuild(filled) != ""
    assert mend(filled)
    assert not mend(filled), "mended twice"
    assert not hits_are_own_or_none(filled, "whole")


def test_what_is_found_missing_is_asked_to_be_mended_once(filled: Flask) -> None:
    queue = filled.extensions["queue"]
    shutil.rmtree(index.folder(filled))
    index.init_app(filled)
    queue.flush()
    for _ in range(3):
        assert hits_are_own_or_none(filled, "limited")

    assert len(queue) == 1
    queue.flush()


@pytest.mark.req("SEC-57")
def test_an_installation_says_that_its_index_cannot_be_opened(app: Flask, client: InspectingClient) -> None:
    assert client.get("/readyz").status == 200
    for path in Copies(index.folder(app)).of("current"):
        path.write_bytes(b"")

    page = client.get("/readyz")

    assert (page.status, page.answer.get_json()) == (503, {"status": "unavailable", "part": "index"})


def test_an_index_of_another_analyzer_answers_until_the_new_one_stands(
    filled: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.search.rebuilding.fingerprint", lambda: "another dictionary")
    assert reason_to_rebuild(filled) == "made by another analyzer"
    assert not hits_are_own_or_none(filled, "before")

    assert mend(filled)
    assert reason_to_rebuild(filled) == ""


def test_a_rebuilding_that_fails_leaves_the_index_as_it_was(
    filled: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = files_of(index.folder(filled))
    with monkeypatch.context() as patched:
        patched.setattr("app.search.disk.copies.sync_folder", full)
        with pytest.raises(IndexUnusable):
            rebuild(filled)

    with filled.app_context():
        assert index.current().count(EVERYTHING) == 2
    assert mend(filled) is False
    rebuild(filled)
    assert len(files_of(index.folder(filled))) == len(before), "something was left behind"


def test_the_night_mends_an_index_that_is_older_than_the_database(filled: Flask, given: Given) -> None:
    old = index.folder(filled).with_name("search.backup")
    shutil.copytree(index.folder(filled), old, dirs_exist_ok=True)
    given(cases.open_inquiry, number=cast.FM_NUMBER, details="printer")
    feed(filled)
    shutil.rmtree(index.folder(filled))
    shutil.copytree(old, index.folder(filled))
    assert reason_to_rebuild(filled) == ""

    jobs.Caretaker(filled)._renew()

    with filled.app_context():
        assert index.current().count(EVERYTHING) == 3
    shutil.rmtree(old)
