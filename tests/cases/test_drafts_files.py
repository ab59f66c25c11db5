"""The files of a draft: those of its author that wait to be sent come back with the text; nobody else's ever do."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.cases.actions import drafts as acts
from app.cases.drafts import Chosen, Typed
from app.cases.lifecycle import CaseState
from app.cases.models import CaseFile, Draft
from app.files import jobs
from app.files.limits import MOST_AT_ONCE
from app.files.models import Scan, StoredFile, Upload
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, files

RESTORED = "下書きを復元しました。"
# Who writes where, with which pen, and what takes the text.
PENS = [
    ("hanako", "/cs/cases/{}", "comment", "comments", "body"),
    ("agent", "/console/cases/{}", "reply", "comments", "reply__body"),
    ("agent", "/console/cases/{}", "note", "notes", "note__body"),
]


@pytest.fixture
def number(given: Given) -> str:
    return str(given(cases.in_state, CaseState.IN_PROGRESS))


def keep(client: InspectingClient, place: str, *tokens: str, body: str = "書きかけ", html: str = "") -> int:
    fields = {
        "csrf_token": client.token(),
        "body": body,
        "html": html,
        "form_key": "",
        "uploads": list(tokens),
    }
    return client.post(place, fields).status


def ticked(page: Page) -> list[str]:
    """The names of the files that the page's forms would send."""
    boxes = [item for item in page.all("input", name="uploads") if item.get("checked") is not None]
    return [page.words(page.one("label", for_=box.get("id"))) for box in boxes]


def remembered(session: Session) -> list[list[str]]:
    return [
        [file.name for file in Typed.unpacked(body).files]
        for body in session.scalars(select(Draft.body).order_by(Draft.id))
    ]


def names_on_cases(session: Session) -> list[str]:
    chosen = select(StoredFile.name).join(CaseFile, CaseFile.file_id == StoredFile.id)
    return list(session.scalars(chosen.order_by(CaseFile.id)))


@pytest.mark.req("SEC-26", "SEC-41")
@pytest.mark.parametrize(("person", "place", "pen", "_act", "_field"), PENS)
def test_somebody_elses_upload_is_no_part_of_a_draft(
    signed_in: SignedIn, given: Given, stored: Stored, number: str,
    person: str, place: str, pen: str, _act: str, _field: str,
) -> None:  # fmt: skip
    theirs = [given(files.whole_of, who, name=f"{who}.log") for who in ("taro", "lead") if who != person]
    client, address = signed_in(person), place.format(number)
    assert keep(client, f"{address}/drafts/{pen}", *theirs, "0" * 32, "../../etc/passwd", "") == 204
    assert stored(remembered) == [[]]
    page = client.get(address)
    assert (ticked(page), RESTORED in page.words()) == ([], True)
    assert not any(name in page.text for name in ("taro.log", "lead.log"))


@pytest.mark.req("CASE-08", "SEC-41")
@pytest.mark.parametrize(("person", "place", "pen", "act", "field"), PENS)
def test_the_files_come_back_with_the_text_and_are_sent(
    signed_in: SignedIn, given: Given, stored: Stored, number: str,
    person: str, place: str, pen: str, act: str, field: str,
) -> None:  # fmt: skip
    tokens = [given(files.whole_of, person, name=name) for name in ("b.log", "a.log")]
    address = place.format(number)
    assert keep(signed_in(person), f"{address}/drafts/{pen}", *tokens) == 204
    # In another session, as after a closed tab and a lost one; in the order in which they were chosen.
    client = signed_in(person)
    page = client.get(address)
    assert (ticked(page), page.words().count(RESTORED)) == (["b.log", "a.log"], 1)
    fields = {
        **page.form(f"{address}/{act}"),
        field.replace("__", "-"): "ログを送ります。",
        "uploads": tokens,
    }
    assert client.post(f"{address}/{act}", fields).status == 303
    assert stored(names_on_cases) == ["b.log", "a.log"]
    assert stored(remembered) == []
    assert ticked(client.get(address)) == []


@pytest.mark.req("INQ-06", "WR-04")
def test_an_inquiry_brings_its_files_back_without_any_text(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    token = given(files.whole_of, "taro", name="昨夜.log")
    assert keep(signed_in("taro"), "/cs/inquiries/drafts/details", token, body="") == 204
    client = signed_in("taro")
    page = client.get("/cs/inquiries/new")
    assert (ticked(page), RESTORED in page.words()) == (["昨夜.log"], True)
    assert client.submit(page, "/cs/inquiries/new", category="service", uploads=token).status == 303
    assert (stored(names_on_cases), stored(remembered)) == (["昨夜.log"], [])


@pytest.mark.req("SEC-42")
@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("hanako", "ファイル alt.log は残っていません。"),
        ("alice", "File alt.log is not there any more: files wait 24 hours to be sent. Choose it again."),
    ],
)
def test_a_file_that_waited_too_long_is_named(
    app: Flask, signed_in: SignedIn, given: Given, stored: Stored, person: str, said: str
) -> None:
    start, address, place = clock.now(), "/cs/inquiries/new", "/cs/inquiries/drafts/details"
    with clock.at(start):
        old = given(files.whole_of, person, name="alt.log")
        assert keep(signed_in(person), place, old) == 204
    with clock.at(start + timedelta(hours=25)):
        jobs.sweep(app)
        client = signed_in(person)
        # Another file is chosen on the page that still shows the old one: its name is not forgotten.
        new = given(files.whole_of, person, name="neu.log")
        assert keep(client, place, old, new) == 204
        assert stored(remembered) == [["alt.log", "neu.log"]]
        page = client.get(address)
        assert ticked(page) == ["neu.log"]
        assert page.words().count(said) == 1
    # As soon as the page says what it has, the lost one is forgotten.
    with clock.at(start + timedelta(hours=25, seconds=2)):
        assert keep(client, place, new) == 204
        assert "alt.log" not in client.get(address).words()


@pytest.mark.req("SEC-45")
def test_a_file_that_the_virus_check_stopped_meanwhile_is_named(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    token = given(files.whole_of, "hanako", name="bad.exe")
    address = f"/cs/cases/{number}"
    keep(signed_in("hanako"), f"{address}/drafts/comment", token)

    def block(session: Session) -> None:
        session.scalars(select(Upload).where(Upload.token == token)).one().scan = Scan.BLOCKED

    given(block)
    page = signed_in("hanako").get(address)
    assert ticked(page) == []
    assert "bad.exe" in page.words()


def test_whoever_discards_the_draft_gives_its_files_up(
    signed_in: SignedIn, given: Given, stored: Stored, number: str
) -> None:
    token, other = (given(files.whole_of, "hanako", name=name) for name in ("weg.log", "bleibt.log"))
    client, address = signed_in("hanako"), f"/cs/cases/{number}"
    keep(client, f"{address}/drafts/comment", token)
    removal = f"{address}/drafts/comment/removal"
    assert client.submit(client.get(address), removal).location == address
    assert [upload.token for upload in stored(files.uploads)] == [other]
    assert ticked(client.get(address)) == []
    # A second click finds nothing to discard, and does no harm.
    assert client.act(removal).status == 303


def test_an_unticked_file_is_no_part_of_the_draft_any_more_but_can_be_ticked_again(
    signed_in: SignedIn, given: Given, stored: Stored, number: str
) -> None:
    token = given(files.whole_of, "hanako", name="vielleicht.log")
    client, place, start = signed_in("hanako"), f"/cs/cases/{number}/drafts/comment", clock.now()
    for seconds, chosen, found in (
        (0, [token], [["vielleicht.log"]]),
        (2, [], []),
        (4, [token], [["vielleicht.log"]]),
    ):
        with clock.at(start + timedelta(seconds=seconds)):
            assert keep(client, place, *chosen, body="") == 204
        assert stored(remembered) == found
    assert len(stored(files.uploads)) == 1


def test_a_refused_form_shows_its_own_files_not_those_of_the_draft(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    drafted, chosen = (given(files.whole_of, "hanako", name=name) for name in ("entwurf.log", "form.log"))
    client, address = signed_in("hanako"), f"/cs/cases/{number}"
    keep(client, f"{address}/drafts/comment", drafted)
    refused = client.submit(client.get(address), f"{address}/comments", body="", uploads=chosen)
    assert (refused.status, ticked(refused)) == (422, ["form.log"])


@pytest.mark.req("CASE-08")
def test_a_pasted_picture_is_shown_again_from_where_it_is(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    token = given(files.whole_of, "hanako", name="Pasted image.png", content=files.picture())
    client, address = signed_in("hanako"), f"/cs/cases/{number}"
    keep(client, f"{address}/drafts/comment", token)
    box = client.get(address).one("input", name="uploads")
    assert box.get("data-picture") == f"/cs/uploads/{token}/picture"
    assert client.get(box.get("data-picture")).status == 200


@pytest.mark.req("SEC-42")
def test_a_draft_remembers_as_many_files_as_can_be_sent(session: Session) -> None:
    taro = cast.actor_of(session, "taro")
    tokens = [files.whole(session, taro, name=f"{index}.log").token for index in range(MOST_AT_ONCE + 1)]
    half = files.begun(session, "taro", content=b"01234")
    acts.keep(session, actor=taro, place="x", typed=Typed(""), uploads=[half, *tokens[:1], *tokens])
    (names,) = remembered(session)
    assert names == [f"{index}.log" for index in range(MOST_AT_ONCE - 1)]


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        ({"text": "alt"}, Typed("alt")),
        ({"text": "a", "html": "<p>a</p>"}, Typed("a", "<p>a</p>")),
        ({"text": "", "files": [["t", "n"]]}, Typed("", "", (Chosen("t", "n"),))),
    ],
)
def test_drafts_of_former_releases_are_read_as_well(body: dict[str, object], typed: Typed) -> None:
    assert Typed.unpacked(json.dumps(body)) == typed
    assert Typed.unpacked(typed.packed()) == typed
