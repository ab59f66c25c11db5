"""A keyword while the index cannot be asked, and one whose index is behind: nobody sees more, nothing breaks (F05)."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.authz import Audience
from app.cases import keyword, plain_words, queries
from app.cases.keyword import CaseLook
from app.cases.models import Case, CaseComment
from app.search import index
from app.search.models import MissedSearch
from tests import cast
from tests.cast import ALICE_CS_NUMBER, FM_NUMBER
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases, files, related
from tests.factories.broken_index import break_index
from tests.factories.search import feed

pytestmark = pytest.mark.req("FILTER-07", "SEC-48", "F05", "SVC-04")
LIMITED = {
    "ja": (
        "現在、検索機能を制限しています。新しい順に 2,000 件のケースの件名とコメントから、入力された語句をそのまま"
        "検索しました。まもなく通常の検索に戻ります。"
    ),
    "en": (
        "The search is limited at the moment: it looks for the words as typed, in subjects and comments of the 2,000 "
        "newest cases. Everything will be searched again shortly."
    ),
}
CUT = "一致するケースが多いため、新しい順に {} 件だけを対象にしました。語句を追加して絞り込んでください。"
REMOVED = "セキュリティ上の制約"
CS, DESK = "/cs/cases", "/console/cases/"


def matches(words: str, at: str = CS, rest: str = "") -> str:
    return f"{at}?f={quote(f'keyword:matches:{words}')}{rest}"


def numbers(page: Page) -> set[str]:
    assert page.status == 200, page.words()[:300]
    return {next(iter(row.values())) for row in page.rows()}


def as_listed(session: Session, who: str, words: str, service: str | None = None) -> tuple[set[str], str]:
    """The numbers of the list with the words, and its notice."""
    actor = cast.actor_of(session, who, service)
    found = CaseLook(session, actor).find(words)
    rows = select(Case.number).where(queries.within_reach(actor), found.condition)
    return set(session.scalars(rows)), found.notice


@pytest.fixture
def told(given: Given, app: Flask) -> dict[str, str]:
    """Cases of hanako's and others', by a word for each."""

    def write(session: Session) -> dict[str, str]:
        made = {
            "subject": cases.open_case(session, subject="nickel bleche"),
            "details": cases.open_inquiry(session, details="Nickel und Kobalt 100%"),
            "comment": cases.open_inquiry(session, details="質問です。"),
            "note": cases.open_inquiry(session, details="質問です。"),
            "fm": cases.open_inquiry(session, number=FM_NUMBER, details="nickel"),
            "foreign": cases.open_inquiry(session, number=ALICE_CS_NUMBER, details="nickel kobalt"),
        }
        cases.comment(session, made["comment"], "ＮＩＣＫＥＬ を調べました。")
        cases.note(session, made["note"], "nickel intern")
        return made

    made: dict[str, str] = given(write)
    feed(app)
    return made


WHOLE_WORDS = [
    "nickel",
    "NICKEL",
    "ｎｉｃｋｅｌ",
    "kobalt",
    "nickel kobalt",
    '"nickel"',
    "(nickel)",
    "nirgends",
    "調べました",
]


def test_whole_words_find_the_same_with_the_index_and_without(
    stored: Stored, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(session: Session) -> list[tuple[str, str, set[str]]]:
        return [
            (words, who, as_listed(session, who, words, service)[0])
            for words in (*WHOLE_WORDS, told["details"], told["foreign"])
            for who, service in (("hanako", "cs"), ("hanako", "fm"), ("alice", "cs"), ("agent", None))
        ]

    whole = stored(ask)
    break_index(monkeypatch)
    limited = stored(ask)
    assert limited == whole
    assert len({frozenset(found) for _, _, found in whole}) > 5, "the words tell the askers apart"


# What was typed, and where hanako finds it.
AS_TYPED: list[tuple[str, tuple[str, ...]]] = [
    # Beginnings and the middle of words: the database knows no words.
    ("nick*", ("subject", "details", "comment")),
    ("icke", ("subject", "details", "comment")),
    # Signs of the database mean themselves.
    ("100%", ("details",)),
    ("nicke_", ()),
    ("%nickel%", ()),
    ("' OR 1=1 --", ()),
    # Alternatives are looked for together, since the words are taken as they were typed.
    ("nickel OR kobalt", ("details",)),
    ("nickel AND kobalt", ("details",)),
    ("「nickel bleche」", ("subject",)),
    ("“bleche nickel”", ("subject",)),
    # What is to be left out is not looked for.
    ("nickel -kobalt", ("subject", "details", "comment")),
    ("nickel NOT kobalt", ("subject", "details", "comment")),
    ("nickel －kobalt", ("subject", "details", "comment")),
    ("intern", ()),
    ("nickel intern", ()),
]


def test_the_database_looks_for_the_words_as_typed(
    stored: Stored, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_index(monkeypatch)

    def ask(session: Session) -> list[tuple[set[str], str]]:
        return [as_listed(session, "hanako", words, "cs") for words, _ in AS_TYPED]

    for (words, places), (found, notice) in zip(AS_TYPED, stored(ask), strict=True):
        assert found == {told[place] for place in places}, words
        assert notice == LIMITED["ja"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", []),
        ("   ", []),
        ("a b a", ["a", "b"]),
        ("AND OR NOT", []),
        ("and or", ["and", "or"]),
        ("-a", []),
        ("--verbose", ["--verbose"]),
        ("- a", ["-", "a"]),
        ("e-mail", ["e-mail"]),
        ("NOT a b", ["b"]),
        ("NOT NOT a", []),
        ("a NOT", ["a"]),
        ("件名:印刷", ["件名:印刷"]),
        ("ＡＢＣ　ﾊﾝｶｸ", ["ABC", "ハンカク"]),
        ('"a b"*', ["a", "b"]),
        ("『二重』〝引用〟", ["二重", "引用"]),
        ("a b c d e f", ["a", "b", "c", "d", "e"]),
        ("-a b c d e f", ["b", "c", "d", "e", "f"]),
    ],
)
def test_signs_of_the_language_are_no_words(typed: str, words: list[str]) -> None:
    assert plain_words.words_of(typed) == words


@pytest.mark.req("DESK-04", "M12")
def test_a_deleted_folder_is_told_in_both_languages_and_shows_nobody_more(
    signed_in: SignedIn, app: Flask, told: dict[str, str], untouched: Untouched, stored: Stored
) -> None:
    """The pages go on; nothing is counted, noted or written while the database answers."""
    shutil.rmtree(index.folder(app))
    own = {told[place] for place in ("subject", "details", "comment")}
    readers = (
        ("hanako", CS, own),
        ("alice", CS, {told["foreign"]}),
        ("jiro", "/fm/cases", {told["fm"]}),
        ("cs_agent", DESK, {*told.values()} - {told["fm"]}),
    )
    clients = {who: signed_in(who) for who, _, _ in readers}
    with untouched():
        for who, at, expected in readers:
            page = clients[who].get(matches("nickel", at))
            assert numbers(page) == expected, who
            assert LIMITED[page.language] in page.words()
            assert REMOVED not in page.words()
            assert "removed for security" not in page.words()
    hanako = clients["hanako"]
    assert LIMITED["ja"] not in hanako.get(f"{CS}?f=subject:contains:nickel").words()
    wrong = hanako.get(matches("-nickel"))
    assert wrong.status == 422, "what cannot be looked for is refused with an index and without"
    assert stored(lambda session: session.scalar(select(func.count()).select_from(MissedSearch))) == 0


def test_files_and_other_conditions_go_on_without_the_index(
    signed_in: SignedIn, app: Flask, told: dict[str, str]
) -> None:
    shutil.rmtree(index.folder(app))
    hanako = signed_in("hanako")
    text = hanako.get(matches("nickel", "/cs/cases.csv", "&sort=number")).text
    assert [line[:9] for line in text.splitlines()[1:]] == sorted(
        told[place] for place in ("subject", "details", "comment")
    )
    both = hanako.get(f"{CS}?f={quote('keyword:matches:nickel;keyword:matches:kobalt')}")
    assert numbers(both) == {told["details"]}
    assert both.words().count(LIMITED["ja"]) == 1, "said once, however many keywords"
    assert numbers(hanako.get(matches("nickel", rest="&view=action"))) == set()


@pytest.mark.parametrize(
    ("most", "places"), [(1, {"new"}), (2, {"new", "middle"}), (3, {"new", "middle", "old"})]
)
def test_the_newest_within_reach_are_looked_through_and_no_more(
    given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch, most: int, places: set[str]
) -> None:
    """What others wrote since takes no place among them."""
    started = datetime(2026, 4, 1, 9, tzinfo=UTC)
    made = {}
    for hours, place in enumerate(("old", "middle", "new")):
        with clock.at(started + timedelta(hours=hours)):
            made[place] = given(cases.open_case, subject="nickel")
    with clock.at(started + timedelta(hours=9)):
        given(cases.many, 3, number=ALICE_CS_NUMBER)
    break_index(monkeypatch)
    monkeypatch.setattr(plain_words, "MOST_CASES", most)
    found, notice = stored(lambda session: as_listed(session, "hanako", "nickel", "cs"))
    assert found == {made[place] for place in places}
    assert f"新しい順に {most} 件のケース" in notice


@pytest.mark.parametrize(("most", "is_cut"), [(2, True), (3, False), (4, False)])
def test_a_frequent_word_is_cut_at_its_bound_alone(
    stored: Stored, told: dict[str, str], monkeypatch: pytest.MonkeyPatch, most: int, *, is_cut: bool
) -> None:
    """Of strangers' cases nothing counts: hanako has three with the word."""
    monkeypatch.setattr(keyword, "MOST", most)
    found, notice = stored(lambda session: as_listed(session, "hanako", "nickel", "cs"))
    assert len(found) == min(most, 3)
    assert found <= {told[place] for place in ("subject", "details", "comment")}
    assert notice == (CUT.format(most) if is_cut else "")


def moved_to(number: str) -> Callable[[Session, str], None]:
    """Move a case to another customer number behind the index's back."""

    def move(session: Session, case_number: str) -> None:
        there = cast.number(session, number)
        changed = update(Case).where(Case.number == case_number)
        changed = changed.values(customer_number_id=there.id, service_id=there.service_id)
        session.execute(changed.execution_options(synchronize_session=False))

    return move


@pytest.mark.req("SEC-27", "SEC-28")
@pytest.mark.parametrize(
    ("to", "still_seen_by"),
    [(ALICE_CS_NUMBER, {"agent", "cs_agent"}), (FM_NUMBER, {"agent"})],
)
def test_a_case_that_moved_since_is_neither_shown_nor_counted(
    signed_in: SignedIn, given: Given, told: dict[str, str], to: str, still_seen_by: set[str]
) -> None:
    """The index still names the readers it had; its new ones find it once the index follows, nobody before."""
    given(moved_to(to), told["details"])
    for who in ("hanako", "taro", "alice", "agent", "cs_agent"):
        at = DESK if "agent" in who else CS
        page = signed_in(who).get(matches("kobalt", at))
        assert (told["details"] in numbers(page)) is (who in still_seen_by), who
        assert (told["details"] in page.words()) is (who in still_seen_by)
        in_file = signed_in(who).get(matches("kobalt", f"{at.rstrip('/')}.csv")).text
        assert (told["details"] in in_file) is (who in still_seen_by)


@pytest.mark.req("SEC-28")
def test_when_the_index_follows_the_new_readers_find_it(
    app: Flask, given: Given, stored: Stored, told: dict[str, str]
) -> None:
    given(moved_to(ALICE_CS_NUMBER), told["details"])
    feed(app)
    assert stored(lambda session: as_listed(session, "hanako", "kobalt", "cs")[0]) == set()
    assert stored(lambda session: as_listed(session, "alice", "kobalt", "cs")[0]) == {
        told["details"],
        told["foreign"],
    }


def test_a_note_made_of_a_comment_is_hidden_in_the_database_at_once(
    given: Given, stored: Stored, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the index the audience of the database decides, comment by comment."""

    def hide(session: Session) -> None:
        changed = update(CaseComment).where(CaseComment.body.contains("調べました"))
        session.execute(changed.values(audience=Audience.DESK).execution_options(synchronize_session=False))

    break_index(monkeypatch)
    assert stored(lambda session: as_listed(session, "hanako", "調べました", "cs")[0]) == {told["comment"]}
    given(hide)
    assert stored(lambda session: as_listed(session, "hanako", "調べました", "cs")[0]) == set()
    assert stored(lambda session: as_listed(session, "agent", "調べました")[0]) == {told["comment"]}


@pytest.mark.req("DESK-03")
def test_merged_cases_are_found_without_the_index_too(
    given: Given, stored: Stored, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(related.merge, told["subject"], told["details"])
    break_index(monkeypatch)
    assert stored(lambda session: as_listed(session, "hanako", "bleche", "cs")[0]) == {told["subject"]}
    assert stored(lambda session: as_listed(session, "agent", "bleche")[0]) == {told["subject"]}
    assert stored(lambda session: as_listed(session, "alice", "bleche", "cs")[0]) == set()


def test_names_of_files_need_the_index(
    app: Flask, given: Given, stored: Stored, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notice says that subjects and comments alone are looked through."""
    given(files.on_case, told["subject"], name="manganerz.txt")
    feed(app)
    assert stored(lambda session: as_listed(session, "hanako", "manganerz", "cs")[0]) == {told["subject"]}
    break_index(monkeypatch)
    assert stored(lambda session: as_listed(session, "hanako", "manganerz", "cs")[0]) == set()
