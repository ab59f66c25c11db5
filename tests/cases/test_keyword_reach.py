"""The keyword of case lists, text by text: who finds a case by what was written on it, and who never does (DESK-04)."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import UserNumber
from app.authz import Actor
from app.cases.actions import withdrawing
from app.cases.keyword import CaseLook
from app.cases.lifecycle import Act, CaseState
from app.cases.models import Case, CaseComment
from app.cases.queries import within_reach
from app.files.models import Scan
from app.search import feeding, file_texts
from tests import cast
from tests.cast import ALICE_CS_NUMBER, ALICE_FM_NUMBER, CHARLIE_NUMBER, CS_NUMBER, FM_NUMBER
from tests.conftest import Given, Stored
from tests.factories import cases, files, related
from tests.factories.search import feed

pytestmark = pytest.mark.req("FILTER-07", "DESK-04", "SVC-04", "SEC-28")

# Everybody who asks, by the shell they ask in.
ASKERS = {
    "hanako": "cs", "taro": "cs", "hanako in fm": "fm", "jiro": "fm", "alice": "cs", "charlie": "fm",
    "agent": None, "cs_agent": None, "admin": None,
}  # fmt: skip
CUSTOMERS = {"hanako", "taro"}
# System administrators serve every service.
DESK = {"agent", "cs_agent", "admin"}
Found = Mapping[str, set[str]]
Write = Callable[[Session], object]


def asker(session: Session, who: str) -> Actor:
    return cast.actor_of(session, who.partition(" ")[0], ASKERS[who])


def found_by(session: Session, who: str, words: str) -> set[str]:
    """The numbers of the list with the words, as the list asks for them: scope and keyword together."""
    actor = asker(session, who)
    found = CaseLook(session, actor).find(words)
    assert not found.notice, "the index answers"
    return set(session.scalars(select(Case.number).where(within_reach(actor), found.condition)))


def finders(session: Session, words: str) -> set[str]:
    """Everybody who finds something by the words."""
    return {who for who in ASKERS if found_by(session, who, words)}


def take_back(session: Session, number: str, body: str) -> None:
    """Let the agent take back what was just written."""
    comment = session.scalars(select(CaseComment).where(CaseComment.body == body)).one()
    case = cases.case_of(session, number)
    withdrawing.take_back(session, case, actor=cast.actor_of(session, "agent"), comment=comment)


def taken_back_with_its_file(session: Session, name: str = "wolfram.txt", content: bytes = b"-") -> None:
    number = cases.open_inquiry(session, details="質問です。")
    files.on_comment(session, number, name=name, content=content)
    take_back(session, number, "添付します。")


def scanned(session: Session, scan: Scan) -> None:
    number = cases.open_inquiry(session, details="質問です。")
    token = files.on_case(session, number, name="a.txt", content=b"wolfram")
    files.file_of(session, token).scan = scan


def taken_back(session: Session) -> None:
    number = cases.open_inquiry(session, details="質問です。")
    cases.comment(session, number, "wolfram wird geprüft")
    take_back(session, number, "wolfram wird geprüft")


def on_inquiry(write: Callable[[Session, str], object]) -> Write:
    """Write on an inquiry of hanako's in cs."""
    return lambda session: write(session, cases.open_inquiry(session, details="質問です。"))


@pytest.mark.parametrize(
    ("write", "who"),
    [
        pytest.param(lambda s: cases.open_case(s, subject="wolfram"), CUSTOMERS | DESK, id="subject"),
        pytest.param(lambda s: cases.open_inquiry(s, details="wolfram"), CUSTOMERS | DESK, id="description"),
        pytest.param(
            lambda s: cases.open_case(s, details="wolfram"), CUSTOMERS | DESK, id="description of the desk"
        ),
        pytest.param(on_inquiry(lambda s, n: cases.comment(s, n, "wolfram")), CUSTOMERS | DESK, id="reply"),
        pytest.param(
            on_inquiry(lambda s, n: cases.comment(s, n, "wolfram", by="taro")),
            CUSTOMERS | DESK,
            id="comment of a colleague",
        ),
        pytest.param(
            on_inquiry(lambda s, n: files.on_case(s, n, name="wolfram.log")), CUSTOMERS | DESK, id="file"
        ),
        pytest.param(
            on_inquiry(lambda s, n: files.on_case(s, n, by="hanako", name="wolfram.log")),
            CUSTOMERS | DESK,
            id="file of the customer",
        ),
        pytest.param(
            on_inquiry(lambda s, n: files.on_comment(s, n, name="wolfram.log")),
            CUSTOMERS | DESK,
            id="file of a reply",
        ),
        pytest.param(on_inquiry(lambda s, n: cases.note(s, n, "wolfram")), DESK, id="note"),
        pytest.param(
            on_inquiry(lambda s, n: files.on_note(s, n, name="wolfram.log")), DESK, id="file of a note"
        ),
        pytest.param(taken_back, DESK, id="reply taken back"),
        pytest.param(taken_back_with_its_file, DESK, id="file of a reply taken back"),
        pytest.param(
            on_inquiry(lambda s, n: files.on_case(s, n, name="a.txt", content=b"wolfram")),
            CUSTOMERS | DESK,
            id="what a file holds",
        ),
        pytest.param(
            on_inquiry(lambda s, n: files.on_comment(s, n, by="hanako", name="a.txt", content=b"wolfram")),
            CUSTOMERS | DESK,
            id="what a file of a comment holds",
        ),
        pytest.param(
            on_inquiry(lambda s, n: files.on_note(s, n, name="a.txt", content=b"wolfram")),
            DESK,
            id="what a file of a note holds",
        ),
        pytest.param(
            lambda s: taken_back_with_its_file(s, name="a.txt", content=b"wolfram"),
            DESK,
            id="what a file of a reply taken back holds",
        ),
        pytest.param(
            lambda s: scanned(s, Scan.PENDING), set(), id="what a file holds before the scanner spoke"
        ),
        pytest.param(lambda s: scanned(s, Scan.BLOCKED), set(), id="what a blocked file holds"),
        pytest.param(
            lambda s: cases.open_inquiry(s, number=FM_NUMBER, details="wolfram"),
            {"hanako in fm", "jiro", "agent", "admin"},
            id="other service",
        ),
        pytest.param(
            lambda s: cases.open_inquiry(s, number=ALICE_CS_NUMBER, details="wolfram"),
            {"alice"} | DESK,
            id="other company",
        ),
        pytest.param(
            lambda s: cases.open_inquiry(s, number=CHARLIE_NUMBER, details="wolfram"),
            {"charlie", "agent", "admin"},
            id="other company on the other service",
        ),
    ],
)
def test_each_text_is_found_by_those_who_read_it(
    app: Flask, given: Given, stored: Stored, write: Write, who: set[str]
) -> None:
    given(write)
    feed(app)
    assert stored(lambda session: finders(session, "wolfram")) == who


@pytest.fixture
def tellable(given: Given, app: Flask) -> str:
    """A case with something in each of its places; its number."""

    def write(session: Session) -> str:
        number = cases.open_case(session, subject="betreffwort", details="textwort")
        cases.note(session, number, "notizwort")
        files.on_case(session, number, name="dateiwort.txt")
        files.on_note(session, number, name="notizdatei.txt")
        return number

    number: str = given(write)
    feed(app)
    return number


# Words, and whether a customer and an agent find the case by them.
STAYING_WITHIN = [
    ("title:betreffwort", True, True),
    ("件名:betreffwort", True, True),
    ("title:textwort", False, False),
    ("text:textwort", True, True),
    ("text:betreffwort", False, False),
    ("file:dateiwort", True, True),
    ("file:notizdatei", False, False),
    ("note:notizwort", False, True),
    ("内部メモ:notizwort", False, True),
    ("note:textwort", False, False),
    ("text:notizwort", False, False),
    # Words of different places stand together in one case.
    ("betreffwort textwort dateiwort", True, True),
    ("betreffwort notizwort", False, True),
    ("betreffwort OR notizwort", True, True),
    # Leaving out a word of the desk's tells customers nothing: they would learn that it stands there.
    ("betreffwort -notizwort", True, False),
    ("betreffwort NOT notizdatei", True, False),
    ("betreffwort -textwort", False, False),
    ("betreff*", True, True),
    ("notiz*", False, True),
    ('"notizwort"', False, True),
]


def test_fields_beginnings_and_negations_stay_within_what_the_asker_reads(
    stored: Stored, tellable: str
) -> None:
    def ask(session: Session) -> list[tuple[str, bool, bool]]:
        return [
            (
                words,
                tellable in found_by(session, "hanako", words),
                tellable in found_by(session, "agent", words),
            )
            for words, _, _ in STAYING_WITHIN
        ]

    assert stored(ask) == STAYING_WITHIN


@pytest.mark.req("CASE-22")
def test_a_reply_taken_back_is_gone_as_soon_as_the_index_follows(
    app: Flask, given: Given, stored: Stored
) -> None:
    """The index is fed with what changed alone, as in the running installation."""
    number = given(cases.open_inquiry, details="質問です。")
    feed(app)
    given(cases.comment, number, "wolfram wird geprüft")
    feeding.feed(app)
    assert stored(lambda session: finders(session, "wolfram")) == CUSTOMERS | DESK
    given(take_back, number, "wolfram wird geprüft")
    feeding.feed(app)
    assert stored(lambda session: finders(session, "wolfram")) == DESK


@pytest.mark.req("CASE-22")
def test_what_a_file_holds_goes_with_the_reply_that_is_taken_back(
    app: Flask, given: Given, stored: Stored
) -> None:
    """It was found by the customer once; its text is kept, and is the desk's from then on."""
    number = given(cases.open_inquiry, details="質問です。")
    feed(app)
    given(files.on_comment, number, name="a.txt", content=b"wolfram")
    feeding.feed(app)
    assert stored(lambda session: finders(session, "wolfram")) == set()
    assert file_texts.read_due(app) == 1
    feeding.feed(app)
    assert stored(lambda session: finders(session, "wolfram")) == CUSTOMERS | DESK
    given(take_back, number, "添付します。")
    feeding.feed(app)
    assert stored(lambda session: finders(session, "wolfram")) == DESK


def test_words_are_folded_as_the_index_folds_them(app: Flask, given: Given, stored: Stored) -> None:
    given(cases.open_case, subject="WOLFRAM と タングステン", details="不審なログインがありました。")
    feed(app)
    expected = [
        ("ＷＯＬＦＲＡＭ", True),
        ("Wolfram", True),
        ("ウォルフラム", False),
        ("タングステン", True),
        ("ﾀﾝｸﾞｽﾃﾝ", True),
        ("タングス", False),
        ("不審な ログイン", True),
        ("不審な\u3000ログイン", True),
        ("\u200bwolfram", True),
    ]

    def ask(session: Session) -> list[tuple[str, bool]]:
        return [(words, bool(found_by(session, "hanako", words))) for words, _ in expected]

    assert stored(ask) == expected


@pytest.mark.req("SEC-48")
def test_an_edited_subject_is_found_by_its_new_words_alone(app: Flask, given: Given, stored: Stored) -> None:
    number = given(cases.open_case, subject="wolfram")
    feed(app)
    given(cases.edit, number, subject="kobalt")
    feeding.feed(app)
    assert stored(lambda session: finders(session, "wolfram")) == set()
    assert stored(lambda session: finders(session, "kobalt")) == CUSTOMERS | DESK


@pytest.mark.req("SEC-48", "SEC-27")
@pytest.mark.parametrize("who", ["hanako", "taro"])
def test_whoever_loses_a_number_finds_nothing_of_it_at_once(
    app: Flask, given: Given, stored: Stored, who: str
) -> None:
    """The index is not told: the asker's rights are read anew for each question."""
    given(cases.open_inquiry, details="wolfram")
    feed(app)

    def unlink(session: Session) -> None:
        person, number = cast.person(session, who), cast.number(session, CS_NUMBER)
        session.execute(
            delete(UserNumber).where(UserNumber.user_id == person.id, UserNumber.number_id == number.id)
        )

    given(unlink)
    assert stored(lambda session: finders(session, "wolfram")) == (CUSTOMERS | DESK) - {who}


@pytest.mark.req("DESK-03")
def test_both_sides_of_a_merge_are_found_by_their_own_words(app: Flask, given: Given, stored: Stored) -> None:
    """A merged case keeps its number and its texts; undone, nothing of it was lost."""
    duplicate = given(cases.open_case, subject="wolfram doppelt")
    into = given(cases.open_case, subject="wolfram zuerst")
    feed(app)
    given(related.merge, duplicate, into)
    feeding.feed(app)

    def ask(session: Session) -> list[set[str]]:
        words = ("wolfram", "doppelt", "zuerst", duplicate)
        return [found_by(session, who, each) for who in ("taro", "agent", "alice") for each in words]

    # The page of the one that stays names the other; the index has only what was written.
    of_desk = [{duplicate, into}, {duplicate}, {into}, {duplicate}]
    assert stored(ask) == [*of_desk, *of_desk, set(), set(), set(), set()]
    given(related.undo_merge, duplicate)
    feeding.feed(app)
    assert stored(lambda session: found_by(session, "taro", "doppelt")) == {duplicate}


def test_a_case_is_found_in_each_of_its_states(app: Flask, given: Given, stored: Stored) -> None:
    made = {given(cases.in_state, state, details="wolfram") for state in CaseState}
    feed(app)
    assert stored(lambda session: found_by(session, "hanako", "wolfram")) == made
    assert stored(lambda session: found_by(session, "cs_agent", "wolfram")) == made


def test_a_state_is_no_word_but_a_field_that_follows(app: Flask, given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry, details="wolfram")
    feed(app)
    with clock.at(clock.now() + timedelta(minutes=1)):
        given(cases.move, number, Act.TAKE_ON, by="agent")
        feeding.feed(app)
    assert stored(lambda session: found_by(session, "hanako", "in_progress")) == set()
    assert stored(lambda session: found_by(session, "hanako", "wolfram")) == {number}


def test_numbers_of_both_services_of_one_person_never_mix(app: Flask, given: Given, stored: Stored) -> None:
    in_cs = given(cases.open_inquiry, details="wolfram")
    in_fm = given(cases.open_inquiry, number=FM_NUMBER, details="wolfram")
    given(cases.open_inquiry, number=ALICE_FM_NUMBER, details="wolfram")
    feed(app)
    assert stored(lambda session: found_by(session, "hanako", "wolfram")) == {in_cs}
    assert stored(lambda session: found_by(session, "hanako in fm", "wolfram")) == {in_fm}
    # A whole number is a word of the case's text, and the other portal's still finds nothing.
    assert stored(lambda session: found_by(session, "hanako", in_fm)) == set()
    assert stored(lambda session: found_by(session, "hanako", in_cs)) == {in_cs}
