"""Cases found by what their files hold: the excerpt names the file, and quotes none that its reader may not have."""

import pytest
from flask import Flask
from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from app.authz import Actor, Audience
from app.cases import found
from app.cases.excerpts import Excerpt
from app.cases.models import CaseFile
from app.files.models import StoredFile
from app.search import correcting
from app.search.searching import Answer, ask
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, files
from tests.factories.search import feed

pytestmark = pytest.mark.req("SEARCH-01", "SEC-44", "SEC-48", "DESK-04")
LOG = "起動しました。\nosmium の障害を検知しました。\n停止しました。".encode()
SECRET = "osmium について社内で調べたこと".encode()


def excerpt(session: Session, who: str, words: str) -> Excerpt | None:
    """What stands below the one hit."""
    actor = cast.actor_of(session, who, None if who == "agent" else "cs")
    (hit,) = found.by_words(session, actor, words, shown=5).hits
    return hit.excerpt


def text(shown: Excerpt | None) -> str:
    return "".join(piece.text for piece in shown.pieces) if shown else ""


def excerpts_of(page: Page) -> list[str]:
    return [page.words(item) for item in page.styled("p", "hit-excerpt")]


def test_an_excerpt_out_of_a_file_names_the_file(app: Flask, given: Given, signed_in: SignedIn) -> None:
    number = given(cases.open_inquiry, details="添付をご確認ください。")
    given(files.on_case, number, by="hanako", name="記録.log", content=LOG)
    feed(app)
    for who, where, label in (
        ("hanako", "/cs/search", "ファイルの本文"),
        ("agent", "/console/search", "ファイルの本文"),
    ):
        page = signed_in(who).get(where, query_string={"q": "osmium 障害"})
        (shown,) = page.styled("p", "hit-excerpt")
        assert page.words(shown) == "記録.log 起動しました。 osmium の 障害 を検知しました。 停止しました。"
        assert [page.words(mark) for mark in shown.iter() if mark.get("class") == "found"] == [
            "osmium",
            "障害",
        ]
        assert label in page.text
        assert "社内メモ" not in page.words(shown)
    assert not excerpts_of(signed_in("alice").get("/cs/search", query_string={"q": "osmium"}))


def test_what_was_written_comes_before_what_a_file_holds(app: Flask, given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry, details="osmium が出ます。")
    given(files.on_case, number, name="a.log", content=LOG)
    feed(app)
    shown = stored(lambda session: excerpt(session, "hanako", "osmium"))
    assert shown is not None
    assert (text(shown), shown.file, shown.is_note) == ("osmium が出ます。", "", False)


def test_a_file_of_the_desk_is_shown_to_the_desk_alone_and_as_its_own(
    app: Flask, given: Given, stored: Stored
) -> None:
    """The customer finds the case by the name of a file of theirs, so there is a hit that could quote the other."""
    number = given(cases.open_inquiry, details="添付をご確認ください。")
    given(files.on_case, number, name="osmium.log", content=b"-")
    given(files.on_note, number, name="intern.txt", content=SECRET)
    feed(app)
    assert stored(lambda session: excerpt(session, "hanako", "osmium")) is None
    shown = stored(lambda session: excerpt(session, "agent", "osmium"))
    assert shown is not None
    assert (text(shown), shown.file, shown.is_note) == (SECRET.decode(), "intern.txt", True)


@pytest.mark.req("CASE-09")
@pytest.mark.parametrize("how", ["audience", "comment"])
def test_either_sign_of_the_desk_keeps_a_file_back(
    app: Flask, given: Given, stored: Stored, how: str
) -> None:
    """The audience of the file, and that of the text it came with: one of them is enough."""
    number = given(cases.open_inquiry, details="添付をご確認ください。")
    given(files.on_case, number, name="osmium.log", content=b"-")
    if how == "comment":
        given(files.on_note, number, name="intern.txt", content=SECRET)
        given(_to_customer)
    else:
        given(files.on_comment, number, name="intern.txt", content=SECRET)
        given(_to_desk, "intern.txt")
    feed(app)
    assert stored(lambda session: excerpt(session, "hanako", "osmium")) is None
    assert "社内" in text(stored(lambda session: excerpt(session, "agent", "osmium")))

    def totals(session: Session) -> list[int]:
        askers = (cast.actor_of(session, "hanako", "cs"), cast.actor_of(session, "agent"))
        return [_answer(asker, session, "社内").total for asker in askers]

    assert stored(totals) == [0, 1]


def _to_desk(session: Session, name: str) -> None:
    named = select(StoredFile.id).where(StoredFile.name == name)
    _at_once(session, update(CaseFile).where(CaseFile.file_id.in_(named)).values(audience=Audience.DESK))


def _to_customer(session: Session) -> None:
    _at_once(session, update(CaseFile).values(audience=Audience.CUSTOMER))


def _at_once(session: Session, change: Update) -> None:
    session.execute(change.execution_options(synchronize_session=False))


def _answer(actor: Actor, session: Session, words: str) -> Answer:
    return ask(session, actor, words, kind="case", most=5)


def test_a_slip_is_put_right_by_what_the_askers_files_hold(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And never by what the desk's hold; of a long text only the beginning is looked into while a person waits."""
    number = given(cases.open_inquiry, details="添付をご確認ください。")
    given(files.on_case, number, name="a.log", content=b"palladium " + b"- " * 50 + b"ruthenium")
    given(files.on_note, number, name="b.log", content=b"rhodium iridium")
    feed(app)

    def meant(who: str, words: str) -> str | None:
        def look(session: Session) -> str | None:
            actor = cast.actor_of(session, who, None if who == "agent" else "cs")
            return _answer(actor, session, words).suggestion

        answered: str | None = stored(look)
        return answered

    assert meant("hanako", "paladium") == "palladium"
    assert meant("hanako", "rutheniun") == "ruthenium"
    assert meant("agent", "iridum") == "iridium"
    assert meant("hanako", "iridum") is None
    assert meant("alice", "paladium") is None
    monkeypatch.setattr(correcting, "LONGEST_LOOKED_INTO", 40)
    assert meant("hanako", "paladium") == "palladium"
    assert meant("hanako", "rutheniun") is None
