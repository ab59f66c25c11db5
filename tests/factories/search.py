"""The index of the installation under test: as empty as the cast's world, or with what a test has made."""

import shutil
from pathlib import Path

from flask import Flask

from app.search import file_texts, index, rebuilding

MASTER = "search.master"


def build_empty(app: Flask) -> None:
    """Make the index of the cast's world, in which nothing is to be found, and keep a copy of it."""
    rebuilding.rebuild(app)
    shutil.copytree(index.folder(app), _master(app), dirs_exist_ok=True)


def restore_empty(app: Flask) -> None:
    """Let the index be that of the cast's world again, as the database is; a test may have filled or damaged it."""
    if _pointer(index.folder(app)) != _pointer(_master(app)):
        shutil.rmtree(index.folder(app), ignore_errors=True)
        shutil.copytree(_master(app), index.folder(app))


def feed(app: Flask) -> None:
    """Have everything in the index that the test has made so far: what is in the database now, and nothing else."""
    file_texts.read_due(app)
    rebuilding.rebuild(app)


def _master(app: Flask) -> Path:
    return index.folder(app).with_name(MASTER)


def _pointer(folder: Path) -> bytes:
    try:
        return (folder / "current").read_bytes()
    except OSError:
        return b""
