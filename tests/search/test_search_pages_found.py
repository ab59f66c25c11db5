"""The search pages of both shells: rights first, numbers in every typing, groups and counts, notes, misses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, finding
from app.authz import ActorKind
from app.knowledge.actions.audience import set_audience
from app.knowledge.models import Article
from app.search import missed
from app.search.missed import note_miss
from app.search.models import TYPED_LENGTH, MissedSearch
from tests import cast
from tests.cast import ALICE_CS_NUMBER, FM_NUMBER
from tests.client import HTML, InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, knowledge
from tests.factories.broken_index import break_index
from tests.factories.search import feed

PORTAL, CONSOLE = "/cs/search", "/console/search"
NOON = datetime(2026, 3, 2, 3, tzinfo=UTC)


def search(client: InspectingClient, words: str, where: str = PORTAL) -> Page:
    return client.get(where, query_string={"q": words})


def hits(page: Page) -> list[str]:
    return [page.words(hit) for hit in page.styled("li", "hit")]


def heads(page: Page) -> list[str]:
    """The groups with their counts."""
    found = (section.find(f".//{HTML}h2") for section in page.all("section"))
    return [page.words(head) for head in found if head is not None]


def numbers_in(page: Page, made: dict[str, str]) -> set[str]:
    """Which of the things made are shown, by their names."""
    return {name for name, number in made.items() if any(number in hit for hit in hits(page))}


def noted(session: Session) -> list[tuple[str, int, bool, ActorKind]]:
    """Searches in vain: words, times, whether of a portal, who looked."""
    rows = session.scalars(select(MissedSearch).order_by(MissedSearch.id))
    return [(row.typed, row.times, row.service_id is not None, row.asker) for row in rows]


def write_world(session: Session) -> dict[str, str]:
    """The same texts for two holders and in two services, with a note in each case."""
    made = {}
    for name, number in (("own", cast.CS_NUMBER), ("hers", ALICE_CS_NUMBER), ("own fm", FM_NUMBER)):
        made[name] = cases.open_inquiry(session, number=number, details="カメレオンの警告")
        cases.note(session, made[name], f"イグアナの件、{name}")
    for name, reader in (("for her", ALICE_CS_NUMBER), ("for hanako", cast.CS_NUMBER)):
        only = [knowledge.readers(session, "cs", number=reader)]
        made[name] = knowledge.article(session, title="カメレオンの警告", for_whom=only).number
    made["for all"] = knowledge.article(session, title="カメレオンの警告").number
    made["of fm"] = knowledge.article(session, slug="fm", title="カメレオンの警告").number
    made["draft"] = knowledge.article(session, title="カメレオンの警告", is_published=False).number
    return made


@pytest.fixture
def world(given: Given, app: Flask) -> dict[str, str]:
    made: dict[str, str] = given(write_world)
    feed(app)
    return made


@pytest.mark.req("SEARCH-05", "SVC-04", "SEC-28", "SEC-48", "SEC-49")
def test_of_equal_texts_each_finds_and_counts_their_own(signed_in: SignedIn, world: dict[str, str]) -> None:
    for name, seen, counted in (
        ("hanako", {"own", "for hanako", "for all"}, ["ケース 1", "ナレッジ 2"]),
        ("taro", {"own", "for hanako", "for all"}, ["ケース 1", "ナレッジ 2"]),
        ("alice", {"hers", "for her", "for all"}, ["Cases 1", "Knowledge 2"]),
    ):
        page = search(signed_in(name), "カメレオン")
        assert (numbers_in(page, world), heads(page)) == (seen, counted), name
    of_fm = InspectingClient(signed_in("hanako")._app).sign_in("jiro", "fm")
    page = search(of_fm, "カメレオン", "/fm/search")
    assert (numbers_in(page, world), heads(page)) == ({"own fm", "of fm"}, ["ケース 1", "ナレッジ 1"])
    everything = set(world) - {"draft"}
    page = search(signed_in("agent"), "カメレオン", CONSOLE)
    assert (numbers_in(page, world), heads(page)) == (everything, ["ケース 3", "ナレッジ 4"])
    page = search(signed_in("cs_agent"), "カメレオン", CONSOLE)
    assert (numbers_in(page, world), heads(page)) == (
        everything - {"own fm", "of fm"},
        ["Cases 2", "Knowledge 3"],
    )


@pytest.mark.req("DESK-04", "SEC-28")
def test_notes_are_found_and_marked_at_the_desk_alone(signed_in: SignedIn, world: dict[str, str]) -> None:
    page = search(signed_in("cs_agent"), "イグアナ", CONSOLE)
    assert (numbers_in(page, world), heads(page)) == ({"own", "hers"}, ["Cases 2"])
    assert all("Internal note" in hit for hit in hits(page))
    assert {page.words(mark) for mark in page.all("mark")} == {"イグアナ"}
    of_comment = search(signed_in("cs_agent"), "カメレオン", CONSOLE)
    assert not any("Internal note" in hit for hit in hits(of_comment))
    hanako = signed_in("hanako")
    absent = hanako.get(f"{PORTAL}?q=アルマジロ").words()
    for words in ("イグアナ", "イグア*", '"イグアナの件"', "イグアナ OR イグアナ", "note:イグアナ"):
        shown = search(hanako, words)
        assert not hits(shown), words
        assert shown.words().replace(words, "アルマジロ") == absent


@pytest.mark.req("SEC-28", "M02")
def test_no_correction_leads_out_of_reach(signed_in: SignedIn, given: Given, app: Flask) -> None:
    given(cases.open_inquiry, number=ALICE_CS_NUMBER, details="pangolin")
    number = given(cases.open_inquiry, details="numbat")
    given(cases.note, number, "axolotl")
    feed(app)
    hanako, agent = signed_in("hanako"), signed_in("agent")
    for slip, right, is_theirs in (
        ("pangolim", "pangolin", False),
        ("axolotk", "axolotl", False),
        ("numbst", "numbat", True),
    ):
        for client, where, is_told in ((hanako, PORTAL, is_theirs), (agent, CONSOLE, True)):
            page = search(client, slip, where)
            assert (right in page.words()) is is_told, (slip, where)
            links = [link for link in page.all("a", class_="as-typed") if page.words(link) == right]
            assert len(links) == int(is_told)
            if is_told:
                assert len(hits(client.get(links[0].get("href")))) == 1


def typings(number: str) -> Iterator[str]:
    """A number in every way that people type it."""
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    yield from (number, number.lower(), wide, wide.lower(), number.capitalize(), f"　{number} ")
    yield from (f"{number[:2]} {number[2:]}", f"{number[:2]}　{number[2:]}", f"{number[:5]} {number[5:]}")


@pytest.mark.req("SEARCH-01", "SEARCH-04")
def test_numbers_are_found_in_every_typing_and_noted_in_none(
    signed_in: SignedIn, world: dict[str, str], stored: Stored
) -> None:
    hanako, agent = signed_in("hanako"), signed_in("agent")
    for name in ("own", "for all"):
        for typed in typings(world[name]):
            page = search(hanako, typed)
            assert (len(hits(page)), numbers_in(page, world)) == (1, {name}), typed
        assert numbers_in(search(agent, typed, CONSOLE), world) == {name}
    for name in ("hers", "for her", "own fm", "of fm", "draft"):
        for typed in (world[name], f"{world[name][:2].lower()}　{world[name][2:]}"):
            assert not hits(search(hanako, typed)), typed
    assert stored(noted) == []


@pytest.mark.req("SEC-26", "SEARCH-04")
def test_numbers_of_others_and_of_nothing_give_the_same_bytes(
    signed_in: SignedIn, world: dict[str, str]
) -> None:
    hanako, of_cs = signed_in("hanako"), signed_in("cs_agent")

    def seen(client: InspectingClient, number: str, where: str) -> str:
        page = search(client, number, where)
        return page.words(page.one("main")).replace(number, "#")

    for name in ("hers", "own fm", "for her", "of fm", "draft"):
        absent = world[name][:2] + "9999999"
        assert seen(hanako, world[name], PORTAL) == seen(hanako, absent, PORTAL), name
    for name in ("own fm", "of fm"):
        absent = world[name][:2] + "9999999"
        assert seen(of_cs, world[name], CONSOLE) == seen(of_cs, absent, CONSOLE), name


@pytest.mark.req("SEC-48")
def test_an_index_of_yesterday_shows_nothing_that_is_gone_from_reach(
    signed_in: SignedIn, given: Given, world: dict[str, str]
) -> None:
    def close(session: Session) -> None:
        article = session.scalars(select(Article).where(Article.number == world["for all"])).one()
        set_audience(session, article, actor=knowledge.MAKER, readers=[])

    given(close)
    page = search(signed_in("hanako"), "カメレオン")
    assert (numbers_in(page, world), heads(page)) == ({"own", "for hanako"}, ["ケース 1", "ナレッジ 1"])


@pytest.mark.req("SEARCH-02", "SEARCH-05")
def test_as_many_as_are_shown_have_no_link_and_one_more_has(
    signed_in: SignedIn, given: Given, app: Flask
) -> None:
    def write(session: Session, count: int) -> None:
        for at in range(count):
            cases.open_inquiry(session, details=f"証明書 {at}")
            knowledge.article(session, title=f"証明書 {at}")

    given(write, finding.SHOWN)
    feed(app)
    hanako = signed_in("hanako")
    page = search(hanako, "証明書")
    assert (heads(page), len(hits(page))) == (["ケース 5", "ナレッジ 5"], 2 * finding.SHOWN)
    assert "すべてを表示" not in page.words()
    given(write, 1)
    feed(app)
    page = search(hanako, "証明書")
    assert (heads(page), len(hits(page))) == (["ケース 6", "ナレッジ 6"], 2 * finding.SHOWN)
    assert page.words().count("6件すべてを表示") == 2
    for link in [item for item in page.all("a") if "すべてを表示" in page.words(item)]:
        assert hanako.get(link.get("href")).status == 200


ODD: tuple[tuple[str, str], ...] = (
    ("", ""),
    ("　 ", ""),
    ("ab", "ナレッジは3文字以上で検索できます。"),
    ("-カメレオン", "除外する語だけでは検索できません"),
    ("!!! ???", "検索できる語が含まれていません"),
    ("<script>alert(1)</script>", ""),
    ("\u202ekcatta", ""),
    ("x" * 201, ""),
    ("' OR 1=1 --", ""),
)


@pytest.mark.req("SEARCH-02", "KB-07", "SEC-39")
def test_odd_words_get_a_hint_and_are_shown_as_typed(signed_in: SignedIn, stored: Stored) -> None:
    for client, where in ((signed_in("hanako"), PORTAL), (signed_in("agent"), CONSOLE)):
        for words, told in ODD:
            page = search(client, words, where)
            assert page.status == 200
            assert told in page.words(page.one("main")), words
            assert "結果の最後" in page.words()
            assert "<script>alert" not in page.text
            assert "\u202e" not in page.text
            assert len(page.words(page.one("h1"))) < finding.LONGEST + 20
    assert {typed for typed, *_rest in stored(noted)}.isdisjoint(words for words, told in ODD if told)


@pytest.mark.req("KB-15")
def test_a_search_in_vain_is_counted_once_for_both_groups(
    signed_in: SignedIn, app: Flask, stored: Stored
) -> None:
    feed(app)
    hanako, alice, agent = signed_in("hanako"), signed_in("alice"), signed_in("agent")
    for words in ("アルマジロ ABC", "ｱﾙﾏｼﾞﾛ　abc", "  アルマジロ  Abc "):
        search(hanako, words)
    search(alice, "アルマジロ abc")
    search(agent, "アルマジロ abc", CONSOLE)
    assert stored(noted) == [
        ("アルマジロ abc", 4, True, ActorKind.CUSTOMER),
        ("アルマジロ abc", 1, False, ActorKind.AGENT),
    ]


@pytest.mark.req("KB-15", "F05")
def test_no_miss_is_noted_where_the_search_was_not_whole(
    signed_in: SignedIn, world: dict[str, str], stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako, agent = signed_in("hanako"), signed_in("agent")
    assert hits(search(agent, world["hers"], CONSOLE))
    # Found, too short for knowledge, no words, a number, and then an index that cannot be asked.
    for words in (
        "カメレオン",
        "無花",
        "-無花果",
        "。。。",
        "CS9999999",
        "ＫＢ９９９９９９９",
        "kb 9999999",
        "cs　9999 999",
    ):
        search(hanako, words)
        search(agent, words, CONSOLE)
    break_index(monkeypatch)
    for client, where in ((hanako, PORTAL), (agent, CONSOLE)):
        page = search(client, "無花果", where)
        assert page.words().count("検索機能を制限しています") == 1
    assert stored(noted) == []


@pytest.mark.req("F05", "SEC-48", "DESK-04")
def test_a_limited_search_keeps_every_right(
    signed_in: SignedIn, world: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_index(monkeypatch)
    hanako, of_cs = signed_in("hanako"), signed_in("cs_agent")
    page = search(hanako, "カメレオン")
    assert (numbers_in(page, world), heads(page)) == (
        {"own", "for hanako", "for all"},
        ["ケース 1", "ナレッジ 2"],
    )
    assert not hits(search(hanako, "イグアナ"))
    page = search(of_cs, "イグアナ", CONSOLE)
    assert numbers_in(page, world) == {"own", "hers"}
    assert all("Internal note" in hit for hit in hits(page))
    assert "The search is limited at the moment" in page.words()
    for name in ("own", "for all"):
        for typed in (world[name], f"{world[name][:2].lower()}　{world[name][2:]}"):
            assert numbers_in(search(hanako, typed), world) == {name}, typed


@pytest.mark.req("KB-15")
def test_what_differs_beyond_the_kept_length_is_one_search(stored: Stored, session: Session) -> None:
    agent = cast.actor_of(session, "agent")
    session.commit()
    for typed in ("x" * TYPED_LENGTH, "x" * TYPED_LENGTH + "y", "X" * 999, "x" * (TYPED_LENGTH - 1)):
        note_miss(agent, typed)
    for nothing in ("", "  ", "　"):
        note_miss(agent, nothing)
    rows = stored(noted)
    assert [(len(typed), times) for typed, times, *_rest in rows] == [
        (TYPED_LENGTH, 3),
        (TYPED_LENGTH - 1, 1),
    ]


@pytest.mark.req("KB-15")
def test_of_too_many_searches_those_go_that_nobody_made_for_longest(
    session: Session, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST_KEPT", 3)
    agent = cast.actor_of(session, "agent")
    session.commit()
    for minute, typed in enumerate(("a1", "b2", "c3", "a1", "d4")):
        with clock.at(NOON + timedelta(minutes=minute)):
            note_miss(agent, typed)
    assert [(typed, times) for typed, times, *_rest in stored(noted)] == [("a1", 2), ("c3", 1), ("d4", 1)]
    first = stored(lambda each: each.scalars(select(MissedSearch).where(MissedSearch.typed == "a1")).one())
    assert (first.first_at, first.last_at) == (NOON, NOON + timedelta(minutes=3))


@pytest.mark.req("KB-15")
def test_a_note_is_left_out_rather_than_waited_for(session: Session, stored: Stored) -> None:
    agent = cast.actor_of(session, "agent")
    # The session's own transaction is the other writer.
    assert session.in_transaction()
    note_miss(agent, "アルマジロ")
    session.rollback()
    assert stored(noted) == []


@pytest.mark.req("UI-04", "SEC-43")
def test_words_travel_whole_through_links_and_fields(signed_in: SignedIn, given: Given, app: Flask) -> None:
    odd = ("A&B", '"><img src=x>', "100%", "a#b?c=d", "C:\\temp", "ケース 番号")

    def write(session: Session) -> None:
        for _ in range(finding.SHOWN + 1):
            cases.open_inquiry(session, details=" 、".join(odd))

    given(write)
    feed(app)
    hanako = signed_in("hanako")
    for words in odd:
        page = search(hanako, words)
        assert page.words(page.one("h1")) == f"「{words}」のすべて結果"
        (link,) = [item for item in page.all("a") if "すべてを表示" in page.words(item)]
        assert len(hanako.get(link.get("href")).rows()) == finding.SHOWN + 1
        field = next(item for item in page.all("input") if item.get("name") == "q")
        assert field.get("value") == words


@pytest.mark.req("SEC-22")
def test_who_is_not_signed_in_learns_nothing(client: InspectingClient, world: dict[str, str]) -> None:
    for where in (f"{PORTAL}?q={world['own']}", f"{CONSOLE}?q={world['own']}", f"{PORTAL}?q=カメレオン"):
        page = client.get(where)
        assert page.status in {302, 303}
        assert "カメレオンの警告" not in page.text
