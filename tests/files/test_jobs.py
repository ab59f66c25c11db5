"""The sweep: what was given up goes after 24 hours, and no blob stays without a row (SEC-42, REL-07)."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import clock, storage
from app.files import jobs
from app.storage import Storage
from tests.conftest import Given, Stored
from tests.factories import cases, files

ORPHAN = "fedcba9876543210" * 2


@pytest.fixture
def blobs(app: Flask) -> Storage:
    with app.app_context():
        return storage.current()


def older(path: Path, by: timedelta) -> Path:
    moment = (clock.now() - by).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.mark.req("SEC-42", "F09")
@pytest.mark.parametrize(("age", "left"), [(timedelta(hours=24, seconds=-1), 1), (timedelta(hours=24), 0)])
def test_an_upload_left_alone_is_gone_after_24_hours(
    app: Flask, given: Given, stored: Stored, blobs: Storage, age: timedelta, left: int
) -> None:
    begun = clock.now()
    with clock.at(begun):
        half = given(files.begun, "hanako", content=b"01234")
    assert blobs.part(half).exists()
    with clock.at(begun + age):
        jobs.sweep(app)
    assert len(stored(files.uploads)) == left
    assert blobs.part(half).exists() is bool(left)


@pytest.mark.req("SEC-42")
def test_a_whole_file_that_no_form_took_goes_too(
    app: Flask, given: Given, stored: Stored, blobs: Storage
) -> None:
    given(files.whole_of, "hanako", name="shot.png", content=files.picture())
    (upload,) = stored(files.uploads)
    assert blobs.picture(upload.scope, upload.token).exists()
    with clock.at(clock.now() + timedelta(hours=25)):
        jobs.sweep(app)
    assert not blobs.blob(upload.scope, upload.token).exists()
    assert not blobs.picture(upload.scope, upload.token).exists()


@pytest.mark.req("REL-07")
def test_what_belongs_to_a_case_stays(app: Flask, given: Given, stored: Stored, blobs: Storage) -> None:
    token = given(files.on_case, given(cases.open_inquiry), name="shot.png", content=files.picture())
    kept = stored(lambda session: files.file_of(session, token))
    for path in (blobs.blob(kept.scope, token), blobs.picture(kept.scope, token)):
        older(path, timedelta(days=400))
    with clock.at(clock.now() + timedelta(days=30)):
        jobs.sweep(app)
    assert blobs.blob(kept.scope, token).exists()
    assert blobs.picture(kept.scope, token).exists()


@pytest.mark.req("REL-07", "F14")
@pytest.mark.parametrize(("age", "stays"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)])
def test_blobs_without_a_row_go_but_not_while_they_are_made(
    app: Flask,
    blobs: Storage,
    age: timedelta,
    stays: bool,  # noqa: FBT001 - the column of a table
) -> None:
    with blobs.receiving("desk", ORPHAN, taken=0) as part:
        blobs.append(part, [b"x"], taken=0)
    blobs.settle("desk", ORPHAN)
    orphan = older(blobs.blob("desk", ORPHAN), age)
    blobs.part(ORPHAN).write_bytes(b"x")
    part_of_orphan = older(blobs.part(ORPHAN), age)
    jobs.sweep(app)
    assert (orphan.exists(), part_of_orphan.exists()) == (stays, stays)
    blobs.remove("desk", ORPHAN)


@pytest.mark.req("REL-07")
def test_a_part_that_is_still_on_its_way_is_no_orphan(app: Flask, given: Given, blobs: Storage) -> None:
    half = given(files.begun, "hanako", content=b"01234")
    older(blobs.part(half), timedelta(hours=3))
    jobs.sweep(app)
    assert blobs.part(half).exists()
