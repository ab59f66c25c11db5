"""A set-up step is skipped only while its inputs and its products are those of the last time."""

import fcntl
import subprocess
from pathlib import Path

import pytest

from setup.stamps import Stamp, digest, only_one


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "lock"
    file.write_text("one")
    return file


def stamp_for(source: Path, *products: Path) -> Stamp:
    return Stamp("step", digest([source], "word"), products, folder=source.parent / "stamps")


def test_a_step_is_due_until_it_was_marked(source: Path) -> None:
    stamp = stamp_for(source)
    assert not stamp.fresh()
    stamp.mark()
    assert stamp.fresh()


def test_a_changed_input_makes_the_step_due(source: Path) -> None:
    stamp_for(source).mark()
    source.write_text("two")
    assert not stamp_for(source).fresh()


def test_a_vanished_input_makes_the_step_due(source: Path) -> None:
    stamp_for(source).mark()
    source.unlink()
    assert not stamp_for(source).fresh()


def test_a_renamed_input_makes_the_step_due(source: Path) -> None:
    assert digest([source]) != digest([source.rename(source.with_name("other"))])


def test_the_order_of_inputs_does_not_count(source: Path) -> None:
    other = source.with_name("other")
    other.write_text("two")
    assert digest([source, other]) == digest([other, source])


def test_a_missing_product_makes_the_step_due(source: Path) -> None:
    product = source.with_name("product")
    product.touch()
    stamp = stamp_for(source, product)
    stamp.mark()
    assert stamp.fresh()
    product.unlink()
    assert not stamp.fresh()


def test_a_step_begun_again_counts_as_not_done(source: Path) -> None:
    stamp = stamp_for(source)
    stamp.mark()
    stamp.clear()
    assert not stamp.fresh()
    stamp.clear()


def test_a_second_launcher_waits_for_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "setup.lock"
    with only_one(lock), lock.open("w") as second, pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with only_one(lock):
        pass


def test_a_step_keeps_the_lock_of_a_launcher_that_was_killed(tmp_path: Path) -> None:
    lock = tmp_path / "setup.lock"
    with only_one(lock) as descriptor:
        step = subprocess.Popen(["sleep", "60"], pass_fds=(descriptor,))
    try:
        with lock.open("w") as second, pytest.raises(BlockingIOError):
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        step.kill()
        step.wait()
    with only_one(lock):
        pass
