"""Uploads in parts: whose they are, in what order they come, how much they may be (SEC-41, SEC-42, WR-05)."""

import secrets
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock, storage
from app.accounts.models import AuthSession
from app.extensions import db
from app.files import slots
from app.files.limits import LARGEST_PART, MOST_A_DAY, MOST_OPEN
from app.files.models import Scan, Upload
from tests import cast
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import files
from tests.files.sending import PART_TYPE, Sender

LIMIT = 2_147_483_648


@pytest.fixture
def sender(signed_in: SignedIn) -> Sender:
    return Sender(signed_in("hanako"))


def only(stored: Stored) -> Upload:
    (upload,) = stored(files.uploads)
    assert isinstance(upload, Upload)
    return upload


@pytest.mark.req("SEC-41", "C21")
def test_nobody_else_meets_an_upload(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    token = given(files.begun, "hanako", content=b"01234")
    strangers = (
        Sender(signed_in("taro")),
        Sender(signed_in("alice")),
        Sender(signed_in("agent"), "/console/uploads"),
    )
    with untouched():
        for stranger in strangers:
            address = f"{stranger.base}/{token}"
            absent = f"{stranger.base}/{secrets.token_hex(16)}"
            for method, headers, content in (
                ("HEAD", {}, b""),
                ("PATCH", {"Upload-Offset": "5", "Content-Type": PART_TYPE}, b"56789"),
                ("DELETE", {}, b""),
            ):
                foreign = stranger.ask(method, address, headers, content)
                nothing = stranger.ask(method, absent, headers, content)
                assert (foreign.status, foreign.text) == (nothing.status, nothing.text)
                assert foreign.status == 404
            assert stranger.browser.get(f"{address}/picture").status == 404


@pytest.mark.req("SEC-41", "M16")
def test_a_thousand_guessed_tokens_find_nothing(given: Given, signed_in: SignedIn) -> None:
    given(files.begun, "hanako")
    guesser = Sender(signed_in("taro"))
    answers = {guesser.ask("HEAD", f"/cs/uploads/{secrets.token_hex(16)}").status for _ in range(1000)}
    assert answers == {404}


@pytest.mark.req("SEC-41")
def test_tokens_are_random_and_long(sender: Sender) -> None:
    tokens = {sender.begin(5).rsplit("/", 1)[1] for _ in range(20)}
    assert len(tokens) == 20
    assert {len(bytes.fromhex(token)) for token in tokens} == {16}


@pytest.mark.req("SEC-36")
def test_a_part_without_the_form_token_or_from_elsewhere_is_refused(sender: Sender, stored: Stored) -> None:
    address = sender.begin(5)
    headers = {"Upload-Offset": "0", "Content-Type": PART_TYPE}
    for wrong in ({"X-CSRFToken": ""}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert sender.ask("PATCH", address, {**headers, **wrong}, b"01234").status in {400, 403}
    assert only(stored).received == 0


@pytest.mark.req("SEC-41")
def test_parts_make_a_whole(sender: Sender, stored: Stored) -> None:
    address = sender.begin(10, "記録.log")
    assert sender.part(address, b"0123", 0).answer.headers["Upload-Offset"] == "4"
    assert sender.offset(address) == 4
    assert only(stored).sha256 is None
    assert sender.part(address, b"456789", 4).status == 204
    upload = only(stored)
    assert (upload.name, upload.received, upload.is_whole) == ("記録.log", 10, True)
    assert upload.sha256 == "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"
    assert stored(lambda _s: storage.current().blob(upload.scope, upload.token).read_bytes()) == b"0123456789"
    assert not stored(lambda _s: storage.current().part(upload.token).exists())


@pytest.mark.req("SEC-41")
@pytest.mark.parametrize("offset", [0, 3, 5, 10, 999_999_999_999])
def test_a_part_out_of_order_changes_nothing(sender: Sender, stored: Stored, offset: int) -> None:
    address = sender.begin(10)
    sender.part(address, b"0123", 0)
    assert sender.part(address, b"xx", offset).status == 409
    assert sender.offset(address) == 4
    sender.part(address, b"456789", 4)
    upload = only(stored)
    assert stored(lambda _s: storage.current().blob(upload.scope, upload.token).read_bytes()) == b"0123456789"


def test_more_bytes_than_announced_are_refused_before_they_are_read(sender: Sender) -> None:
    address = sender.begin(4)
    assert sender.part(address, b"01234", 0).status == 413
    assert sender.offset(address) == 0


def test_a_whole_upload_takes_nothing_more(sender: Sender) -> None:
    address = sender.begin(4)
    sender.part(address, b"0123", 0)
    assert sender.part(address, b"", 4).status == 409
    assert sender.part(address, b"x", 4).status == 409
    assert sender.offset(address) == 4


@pytest.mark.req("SEC-39", "SEC-41")
def test_a_part_has_eight_megabytes_and_not_one_byte_more(sender: Sender) -> None:
    address = sender.begin(3 * LARGEST_PART)
    assert sender.part(address, b"x" * (LARGEST_PART + 1), 0).status == 413
    assert sender.offset(address) == 0
    assert sender.part(address, b"x" * LARGEST_PART, 0).status == 204
    assert sender.offset(address) == LARGEST_PART


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.5", "９", "1" * 16])
def test_an_offset_is_a_number(sender: Sender, offset: str) -> None:
    assert sender.part(sender.begin(5), b"x", offset.encode().decode("latin-1")).status == 422


def test_only_parts_are_parts(sender: Sender) -> None:
    address = sender.begin(5)
    page = sender.part(address, b"a=b", 0, Content_Type="application/x-www-form-urlencoded")
    assert page.status == 415


@pytest.mark.req("WR-05", "M-27", "M16")
def test_the_largest_file_and_one_byte_more(sender: Sender) -> None:
    assert sender.announce(LIMIT, "image.iso").status == 201
    page = sender.announce(LIMIT + 1, "image.iso")
    assert page.status == 413
    assert page.text == "ファイル image.iso は上限 2 GB を超えています。"


@pytest.mark.req("WR-05", "M-27")
def test_the_limit_is_said_in_english_too(signed_in: SignedIn) -> None:
    page = Sender(signed_in("alice")).announce(LIMIT + 1, "image.iso")
    assert page.text == "File image.iso exceeds the limit of 2 GB."


def test_a_file_without_a_byte_is_refused_by_name(sender: Sender, untouched: Untouched) -> None:
    with untouched():
        page = sender.announce(0, "empty.txt")
    assert page.status == 422
    assert "empty.txt" in page.text


@pytest.mark.parametrize("size", ["", "-1", "many", "1e3", "٣"])
def test_a_size_is_a_number(sender: Sender, untouched: Untouched, size: str) -> None:
    with untouched():
        assert sender.announce(size.encode().decode("latin-1")).status == 422


def test_metadata_that_cannot_be_read_is_refused(sender: Sender, untouched: Untouched) -> None:
    with untouched():
        headers = {"Upload-Length": "5", "Upload-Metadata": "filename §§§".encode().decode("latin-1")}
        assert sender.ask("POST", "/cs/uploads", headers).status == 422


def test_another_version_of_the_protocol_is_not_spoken(sender: Sender, untouched: Untouched) -> None:
    with untouched():
        page = sender.ask("POST", "/cs/uploads", {"Tus-Resumable": "2.0.0", "Upload-Length": "5"})
    assert page.status == 412
    assert page.answer.headers["Tus-Version"] == "1.0.0"


def test_options_say_what_is_spoken(sender: Sender) -> None:
    told = sender.ask("OPTIONS", "/cs/uploads").answer.headers
    assert (told["Tus-Version"], told["Tus-Extension"]) == ("1.0.0", "creation,termination")
    assert told["Tus-Max-Size"] == str(LIMIT)


@pytest.mark.req("SEC-42")
def test_twenty_gigabytes_a_day_and_not_one_byte_more(sender: Sender) -> None:
    with clock.at(clock.now()):
        for _index in range(9):
            sender.begin(LIMIT)
        assert 9 * LIMIT < MOST_A_DAY
        sender.begin(MOST_A_DAY - 9 * LIMIT)
        page = sender.announce(1)
        assert page.status == 429
        assert "20 GB" in page.text


@pytest.mark.req("SEC-42")
@pytest.mark.parametrize(
    ("later", "status"), [(timedelta(hours=24, seconds=-1), 429), (timedelta(hours=24), 201)]
)
def test_a_day_has_24_hours(given: Given, signed_in: SignedIn, later: timedelta, status: int) -> None:
    now = clock.now()
    with clock.at(now):
        for size in [LIMIT] * 9 + [MOST_A_DAY - 9 * LIMIT]:
            given(files.begun, "hanako", size=size)
    with clock.at(now + later):
        assert Sender(signed_in("hanako")).announce(1).status == status
        assert Sender(signed_in("taro")).announce(1).status == 201


@pytest.mark.req("SEC-42")
def test_uploads_that_belong_to_nothing_are_limited(given: Given, sender: Sender) -> None:
    for _index in range(MOST_OPEN - 1):
        given(files.begun, "hanako")
    assert sender.announce(5).status == 201
    assert sender.announce(5).status == 429


@pytest.mark.req("SEC-42", "F08")
def test_a_full_disk_refuses_before_anything_is_written(
    app: Flask, sender: Sender, monkeypatch: pytest.MonkeyPatch, untouched: Untouched
) -> None:
    address = sender.begin(5)
    # Whatever disk this runs on, more than 0 percent of it is in use.
    full = storage.Storage(app.config["SETTINGS"].data_dir, floor=100)
    monkeypatch.setitem(app.extensions, "storage", full)
    with untouched():
        for page in (sender.announce(5), sender.part(address, b"01234", 0)):
            assert page.status == 507
            assert "空き容量" in page.text
    monkeypatch.undo()
    assert sender.part(address, b"01234", 0).status == 204


def test_an_upload_taken_off_is_gone_with_its_bytes(sender: Sender, stored: Stored) -> None:
    address = sender.begin(10)
    sender.part(address, b"0123", 0)
    token = address.rsplit("/", 1)[1]
    assert stored(lambda _s: storage.current().part(token).exists())
    assert sender.ask("DELETE", address).status == 204
    assert stored(files.uploads) == []
    assert not stored(lambda _s: storage.current().part(token).exists())
    assert sender.ask("HEAD", address).status == 404


@pytest.mark.req("SEC-41", "SESS-01")
def test_after_a_lost_session_the_upload_goes_on(sender: Sender, signed_in: SignedIn, given: Given) -> None:
    address = sender.begin(10)
    sender.part(address, b"0123", 0)
    given(lambda session: session.execute(update(AuthSession).values(ended_at=clock.now())))
    lost = sender.part(address, b"456789", 4, HX_Request="true")
    assert lost.status == 401
    again = Sender(signed_in("hanako"))
    assert again.offset(address) == 4
    assert again.part(address, b"456789", 4).status == 204


def test_only_so_many_parts_come_in_at_once(sender: Sender, stored: Stored) -> None:
    address = sender.begin(5)
    user_id = only(stored).user_id
    holds = [slots.place(user_id) for _ in range(slots.MOST_OF_ONE)]
    for hold in holds:
        hold.__enter__()
    try:
        page = sender.part(address, b"01234", 0)
        assert page.status == 503
        assert page.answer.headers["Retry-After"] == "2"
    finally:
        for hold in holds:
            hold.__exit__(None, None, None)
    assert sender.part(address, b"01234", 0).status == 204


def test_two_requests_never_write_to_one_upload(app: Flask, sender: Sender, stored: Stored) -> None:
    address = sender.begin(5)
    upload = only(stored)
    with app.app_context(), storage.current().receiving(upload.scope, upload.token, taken=0):
        assert sender.part(address, b"01234", 0).status == 423
    assert sender.part(address, b"01234", 0).status == 204


@pytest.mark.req("REL-07")
def test_no_transaction_is_open_while_bytes_come_in(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    address, seen = sender.begin(5), []
    append = storage.Storage.append

    def look(blobs: storage.Storage, *args: object, **options: object) -> int:
        seen.append(db.session.in_transaction())
        # Somebody else writes meanwhile, as anybody may.
        with db.sessionmaker() as other, other.begin():
            other.execute(update(Upload).where(Upload.token == "none").values(received=0))
        return append(blobs, *args, **options)  # type: ignore[arg-type]  # Handed through.

    monkeypatch.setattr(storage.Storage, "append", look)
    assert sender.part(address, b"01234", 0).status == 204
    assert seen == [False]


def test_an_upload_taken_off_during_its_last_part_leaves_nothing(
    sender: Sender, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sender.begin(5)
    upload = only(stored)
    settle = storage.Storage.settle

    def take_off(blobs: storage.Storage, scope: str, token: str) -> None:
        with db.sessionmaker() as other, other.begin():
            other.delete(other.get(Upload, upload.id))
        settle(blobs, scope, token)

    monkeypatch.setattr(storage.Storage, "settle", take_off)
    assert sender.part(address, b"01234", 0).status == 404
    assert not stored(lambda _s: storage.current().blob(upload.scope, upload.token).exists())


@pytest.mark.req("SEC-41")
def test_a_file_taken_off_with_its_bytes_during_its_last_part_is_simply_gone(
    sender: Sender, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sender.announce(5).location
    upload = only(stored)
    settle = storage.Storage.settle

    def take_off(blobs: storage.Storage, scope: str, token: str) -> None:
        with db.sessionmaker() as other, other.begin():
            other.delete(other.get(Upload, upload.id))
        blobs.remove(scope, token)
        settle(blobs, scope, token)

    monkeypatch.setattr(storage.Storage, "settle", take_off)
    assert sender.part(address, b"01234", 0).status == 404


@pytest.mark.req("REL-07")
def test_bytes_that_are_lost_are_no_upload_that_was_taken_off(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sender.announce(5).location
    settle = storage.Storage.settle

    def lose(blobs: storage.Storage, scope: str, token: str) -> None:
        blobs.part(token).unlink()
        settle(blobs, scope, token)

    monkeypatch.setattr(storage.Storage, "settle", lose)
    assert sender.part(address, b"01234", 0).status == 500


def test_bytes_of_customers_and_of_the_desk_stand_apart(
    sender: Sender, signed_in: SignedIn, stored: Stored
) -> None:
    sender.send(b"01234")
    Sender(signed_in("alice")).send(b"01234")
    Sender(signed_in("agent"), "/console/uploads").send(b"01234")
    scopes = [upload.scope for upload in stored(files.uploads)]
    holder = stored(lambda session: cast.actor_of(session, "hanako").holder_id)
    assert scopes[0] == f"holder-{holder}"
    assert scopes[1].startswith("holder-")
    assert len(set(scopes)) == 3
    assert scopes[2] == "desk"
    assert {upload.scan for upload in stored(files.uploads)} == {Scan.OFF}
