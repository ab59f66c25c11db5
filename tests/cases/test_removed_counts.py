"""N rows removed for security reasons, row by row: whose cases count, which words may ask, and what asking costs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.cases import removed_rows as module
from app.cases.actions import withdrawing
from app.cases.lifecycle import CaseState
from app.cases.models import Case, CaseComment
from app.cases.removed_rows import LIMITS, RemovedRows, is_whole_words, lone_keyword, removed_rows
from app.db import reset_reading, set_reading, writing
from app.extensions import db
from app.lists.filtering.syntax import parse as filter_of
from app.search.language import parse
from app.throttle import ThrottleHit
from tests import cast
from tests.cast import ALICE_CS_NUMBER, ALICE_FM_NUMBER, CHARLIE_NUMBER, CS_NUMBER, FM_NUMBER, SAMPLE
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases, files, related
from tests.factories.broken_index import break_index
from tests.factories.search import feed

pytestmark = pytest.mark.req("FILTER-08", "FILTER-09", "T07", "C01")
# Another number of hanako's company on cs, to which she alone is linked.
SECOND_NUMBER = "N200000009"
JA = "セキュリティ上の制約により {} 行が削除されました"
EN = "{} rows removed for security reasons"
WORDLESS = {
    "ja": "セキュリティ上の制約により一部の行が削除されました",
    "en": "Rows removed for security reasons",
}
SIGNS_OF_IT = ("セキュリティ上の制約", "removed for security")


def address(words: str, *, portal: str = "cs", rest: str = "") -> str:
    return f"/{portal}/cases?f={quote(f'keyword:matches:{words}')}{rest}"


def says_it(page: Page) -> bool:
    assert page.status == 200, page.words()[:300]
    return any(sign in page.words() for sign in SIGNS_OF_IT)


def count_for(session: Session, who: str, service: str, words: str) -> int:
    """How many rows are told of, for a searcher who has not asked often."""
    told = removed_rows(session, cast.actor_of(session, who, service), words, mode="exact", is_limited=False)
    session.rollback()
    if told is None:
        return 0
    assert told.count is not None
    return told.count


@pytest.fixture
def asking(app: Flask) -> Iterator[Session]:
    """A session that only reads, as a list's does."""
    with app.test_request_context():
        token = set_reading(True)
        try:
            yield db.session
        finally:
            reset_reading(token)


@pytest.fixture
def world(given: Given, app: Flask) -> Flask:
    """Of the word osmium: one case for cs, two for the other number there, three for fm; of each stranger one."""

    def tell(session: Session) -> None:
        cases.add_number(session, SECOND_NUMBER, holder=SAMPLE, service="cs", people=["hanako"])
        plan = {
            CS_NUMBER: 1,
            SECOND_NUMBER: 2,
            FM_NUMBER: 3,
            ALICE_CS_NUMBER: 1,
            ALICE_FM_NUMBER: 1,
            CHARLIE_NUMBER: 1,
        }
        for number, count in plan.items():
            for _ in range(count):
                cases.open_case(session, number=number, subject="osmium")

    given(tell)
    feed(app)
    return app


@pytest.mark.req("SVC-04", "SEC-48")
@pytest.mark.usefixtures("world")
def test_whose_rows_count_for_whom(stored: Stored) -> None:
    """The own company's, of the other numbers and the other service; nobody else's, in no portal."""
    expected = {
        ("hanako", "cs"): 3,
        ("hanako", "fm"): 3,
        ("taro", "cs"): 5,
        ("jiro", "fm"): 3,
        ("alice", "cs"): 1,
        ("alice", "fm"): 1,
        ("charlie", "fm"): 0,
    }

    def ask(session: Session) -> dict[tuple[str, str], int]:
        return {who: count_for(session, *who, "osmium") for who in expected}

    assert stored(ask) == expected
    nowhere = dict.fromkeys(expected, 0)
    assert stored(lambda session: {who: count_for(session, *who, "iridium") for who in expected}) == nowhere


Write = Callable[[Session], object]


def taken_back(session: Session) -> None:
    number = cases.open_inquiry(session, number=FM_NUMBER, details="質問です。")
    cases.comment(session, number, "osmium")
    comment = session.scalars(select(CaseComment).where(CaseComment.body == "osmium")).one()
    case = cases.case_of(session, number)
    withdrawing.take_back(session, case, actor=cast.actor_of(session, "agent"), comment=comment)


def merged(session: Session) -> None:
    one, other = (cases.open_case(session, number=FM_NUMBER, subject="osmium") for _ in range(2))
    related.merge(session, one, other)


def on_fm(write: Callable[[Session, str], object]) -> Write:
    return lambda session: write(session, cases.open_case(session, number=FM_NUMBER, subject="別件"))


@pytest.mark.req("DESK-04")
@pytest.mark.parametrize(
    ("write", "count"),
    [
        pytest.param(lambda s: cases.open_case(s, number=FM_NUMBER, subject="osmium"), 1, id="subject"),
        pytest.param(lambda s: cases.open_inquiry(s, number=FM_NUMBER, details="osmium"), 1, id="details"),
        pytest.param(on_fm(lambda s, n: cases.comments(s, n, ["osmium", "osmium"])), 1, id="two comments"),
        pytest.param(on_fm(lambda s, n: files.on_case(s, n, name="osmium.txt")), 1, id="file"),
        pytest.param(
            lambda s: cases.in_state(s, CaseState.CLOSED, number=FM_NUMBER, details="osmium"), 1, id="closed"
        ),
        pytest.param(merged, 2, id="merged"),
        pytest.param(on_fm(lambda s, n: cases.note(s, n, "osmium")), 0, id="note"),
        pytest.param(on_fm(lambda s, n: files.on_note(s, n, name="osmium.txt")), 0, id="file of a note"),
        pytest.param(taken_back, 0, id="reply taken back"),
        pytest.param(lambda s: cases.open_inquiry(s, details="osmium"), 0, id="own case"),
        pytest.param(
            lambda s: cases.open_case(s, number=FM_NUMBER, subject="osmiumhaltig"), 0, id="longer word"
        ),
    ],
)
def test_which_texts_make_a_row_count(
    app: Flask, given: Given, stored: Stored, write: Write, count: int
) -> None:
    given(write)
    feed(app)
    assert stored(lambda session: count_for(session, "hanako", "cs", "osmium")) == count


@pytest.mark.parametrize(
    ("to", "counts"),
    # Moved to where hanako sees it, to where she does not, to a stranger.
    [(CS_NUMBER, (0, 0)), (SECOND_NUMBER, (0, 1)), (ALICE_CS_NUMBER, (0, 0)), (FM_NUMBER, (1, 1))],
)
@pytest.mark.req("SEC-48", "SEC-27")
def test_the_database_says_whose_a_row_is_and_not_the_index(
    app: Flask, given: Given, stored: Stored, to: str, counts: tuple[int, int]
) -> None:
    def tell(session: Session) -> str:
        cases.add_number(session, SECOND_NUMBER, holder=SAMPLE, service="cs", people=["hanako"])
        return cases.open_case(session, number=FM_NUMBER, subject="osmium")

    number = given(tell)
    feed(app)

    def move(session: Session) -> None:
        there = cast.number(session, to)
        moved = update(Case).where(Case.number == number)
        moved = moved.values(customer_number_id=there.id, service_id=there.service_id)
        session.execute(moved.execution_options(synchronize_session=False))

    given(move)
    assert stored(lambda session: count_for(session, "hanako", "cs", "osmium")) == counts[0]
    assert stored(lambda session: count_for(session, "taro", "cs", "osmium")) == counts[1]
    # Whoever has it by now is not told of it, since the index names it another company's.
    assert stored(lambda session: count_for(session, "alice", "fm", "osmium")) == 0


@pytest.mark.parametrize(
    ("words", "may_ask"),
    [
        ("osm", True),
        ("os", False),
        ("障害報", True),
        ("障害", False),
        ("ｏｓｍ", True),
        ("ｏｓ", False),
        ("osmium iridium", True),
        ("osmium ir", False),
        ("osmium\u3000iridium", True),
        ("osmium AND iridium", True),
        ("osmium OR iridium", False),
        ("osmium -iridium", False),
        ("osmium NOT iridium", False),
        ("(osmium OR iridium)", False),
        ("osm*", False),
        ("osmium＊", False),
        ('"osmium"', False),
        ('"osmium iridium"', False),
        ("「osmium」", False),
        ("『osmium』", False),
        ("〝osmium〟", False),
        ('osmium "iridium', False),
        ("title:osmium", False),
        ("subject:osmium", False),
        ("件名:osmium", False),
        ("件名：osmium", False),
        ("コメント:osmium", False),
        ("file:osmium", False),
        ("番号:CS0000001", False),
        # Signs within a word, but not so many that the order of words in a text were told.
        ("taro@example.jp", True),
        ("aaa-bbb-ccc", True),
        ("aaa-bbb-ccc-ddd", False),
        ("", False),
        ("   ", False),
        ("、。！", False),
        ("x" * 401, False),
    ],
)
def test_only_whole_words_alone_may_ask_for_a_number(
    installation: Flask, words: str, *, may_ask: bool
) -> None:
    with installation.test_request_context():
        assert is_whole_words(parse(words, kind="case")) is may_ask


@pytest.mark.parametrize(
    ("f", "words"),
    [
        ("keyword:matches:osmium", "osmium"),
        ("keyword:matches:a~,b", "a,b"),
        ("", None),
        ("subject:contains:osmium", None),
        ("status:is:new", None),
        ("keyword:matches:osmium;status:is:new", None),
        ("keyword:matches:osmium;keyword:matches:osmium", None),
        ("keyword:matches:osmium/keyword:matches:osmium", None),
        ("keyword:matches:osmium/number:is:CS0000001", None),
    ],
)
def test_a_number_is_told_of_a_keyword_that_stands_alone(f: str, words: str | None) -> None:
    assert lone_keyword(filter_of(f)) == words


def hits(session: Session) -> int:
    counted = select(func.count()).select_from(ThrottleHit).where(ThrottleHit.bucket.like("removed-rows:%"))
    return session.scalar(counted) or 0


@pytest.mark.usefixtures("world")
@pytest.mark.req("M-29", "LANG-02")
def test_the_page_says_it_in_the_readers_language(signed_in: SignedIn, stored: Stored) -> None:
    for who, portal, said in (
        ("hanako", "cs", JA.format(3)),
        ("taro", "cs", JA.format(5)),
        ("jiro", "fm", JA.format(3)),
        ("alice", "cs", EN.format(1)),
    ):
        page = signed_in(who).get(address("osmium", portal=portal))
        assert page.words().count(said) == 1, who
        # It stands below the list.
        assert page.words().index(said) > max(
            page.words().index(row) for row in page.rows()[0].values() if row
        )
    assert stored(hits) == 4
    assert not says_it(signed_in("charlie").get(address("osmium", portal="fm")))
    assert stored(hits) == 5, "what finds nothing is counted as well"


@pytest.mark.usefixtures("world")
def test_what_tells_no_number_is_not_counted(
    signed_in: SignedIn, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako, agent = signed_in("hanako"), signed_in("agent")
    for path in (
        address("osm*"),
        address("osmium", rest="&view=action"),
        address("osmium;status:is:new"),
        address("-osmium"),
        "/cs/cases",
        "/cs/cases?f=subject:contains:osmium",
        f"/cs/cases.csv?f={quote('keyword:matches:osmium')}",
        "/cs/search?q=osmium",
    ):
        assert not any(sign in hanako.get(path).text for sign in SIGNS_OF_IT), path
    assert not says_it(agent.get(f"/console/cases/?f={quote('keyword:matches:osmium')}"))
    break_index(monkeypatch)
    assert not says_it(hanako.get(address("osmium"))), "the database looks through the own cases alone"
    assert stored(hits) == 0


@pytest.mark.usefixtures("world")
def test_orders_and_pages_are_no_further_conditions(signed_in: SignedIn) -> None:
    hanako = signed_in("hanako")
    for rest in ("&sort=number", "&sort=-subject,number", "&view=all", "&page=1", "&view=gone"):
        assert JA.format(3) in hanako.get(address("osmium", rest=rest)).words(), rest


@pytest.mark.parametrize(
    ("mode", "ja", "en"),
    [("exact", JA.format(3), EN.format(1)), ("plain", WORDLESS["ja"], WORDLESS["en"]), ("off", "", "")],
)
def test_the_installation_decides_what_is_said(
    signed_in: SignedIn,
    stored: Stored,
    world: Flask,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    ja: str,
    en: str,
) -> None:
    settings = replace(world.config["SETTINGS"], removed_rows=mode)
    monkeypatch.setitem(world.config, "SETTINGS", settings)
    for who, said in (("hanako", ja), ("alice", en)):
        page = signed_in(who).get(address("osmium"))
        assert says_it(page) is bool(said)
        assert said in page.words()
    assert stored(hits) == (2 if mode == "exact" else 0), "only a number is counted"


@pytest.mark.usefixtures("world")
@pytest.mark.req("SEC-07")
def test_after_thirty_pages_of_one_person_the_words_stand_alone(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    """Both portals of a person count together; a colleague's count is their own."""
    start = clock.now()
    most, within = LIMITS[0].most, LIMITS[0].within
    assert (most, within) == (30, timedelta(minutes=10))

    def asked_before(session: Session) -> None:
        bucket = f"removed-rows:{cast.person(session, 'hanako').id}"
        session.add_all(
            ThrottleHit(bucket=bucket, at=start, expires_at=start + within) for _ in range(most - 2)
        )

    given(asked_before)
    with clock.at(start):
        hanako, taro = signed_in("hanako"), signed_in("taro")
        assert JA.format(3) in hanako.get(address("osmium")).words()
        assert JA.format(3) in hanako.get(address("osmium", portal="fm")).words(), "the thirtieth"
        for portal in ("cs", "fm"):
            page = hanako.get(address("osmium", portal=portal))
            assert WORDLESS["ja"] in page.words()
            assert page.rows(), "the rows are shown as ever"
        assert not says_it(hanako.get(address("nirgends")))
        assert JA.format(5) in taro.get(address("osmium")).words()
        assert stored(hits) == most + 1, "a search beyond the limit takes no place"
    with clock.at(start + within - timedelta(seconds=1)):
        assert WORDLESS["ja"] in hanako.get(address("osmium")).words()
    with clock.at(start + within + timedelta(seconds=1)):
        assert JA.format(3) in hanako.get(address("osmium")).words()


@pytest.mark.usefixtures("world")
def test_beyond_so_many_hits_no_number_is_guessed(asking: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of hanako's company six cases hold the word: the five that taro does not see, and his own."""
    taro = cast.actor_of(asking, "taro", "cs")

    def told(most: int) -> RemovedRows | None:
        monkeypatch.setattr(module, "MOST", most)
        answer = removed_rows(asking, taro, "osmium", mode="exact")
        asking.rollback()
        return answer

    assert [told(most) for most in (7, 6, 5)] == [RemovedRows(5), RemovedRows(5), RemovedRows(None)]


@pytest.mark.usefixtures("world")
def test_nobody_but_a_customers_user_is_told(asking: Session, untouched: Untouched) -> None:
    actors = [cast.actor_of(asking, who) for who in ("agent", "lead", "admin")]
    without_holder = replace(cast.actor_of(asking, "taro", "cs"), holder_id=None)
    asking.rollback()
    with writing(), untouched():
        for actor in (*actors, without_holder):
            for mode in ("exact", "plain", "off"):
                assert removed_rows(asking, actor, "osmium", mode=mode) is None
