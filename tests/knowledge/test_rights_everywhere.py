"""Whoever may read an article finds it in every place, and whoever may not in none: random worlds and an oracle."""

import re
from collections import Counter
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.announcements.current import current_announcements
from app.authz import Actor, NotFound
from app.extensions import db
from app.knowledge import queries
from app.knowledge.documents import documents
from app.knowledge.facets import bases_with_articles, facets_of
from app.knowledge.files import file_for
from app.knowledge.finding import find
from app.knowledge.found import by_number, by_words
from app.knowledge.listing import COLUMNS, article_page
from app.knowledge.narrowing import Narrowing
from app.knowledge.suggesting import suggest
from app.lists.sorting import chosen_sort
from app.search.documents import Tag
from app.search.reach import readers_of
from tests import cast
from tests.conftest import Given, SignedIn
from tests.factories import knowledge_world as worlds
from tests.factories.knowledge_world import COMMON, VISITS, Told
from tests.factories.search import feed

ARTICLES = 22
SEED = 6


def listed(session: Session, actor: Actor, narrowing: Narrowing, sort: str | None) -> tuple[list[int], int]:
    """The ids on all pages of a list, and the number that it says there are."""
    order = chosen_sort(sort, COLUMNS, "title") if sort else None
    ids: list[int] = []
    wanted = 1
    while True:
        page = article_page(session, actor, narrowing, language="ja", sort=order, wanted=wanted, url=str)
        ids += [row.id for row in page.rows]
        if wanted >= page.pages:
            return ids, page.total
        wanted += 1


def is_opened(session: Session, actor: Actor, told: Told) -> bool:
    """Tell whether the article's page opens."""
    try:
        return queries.get_for(session, actor, told.number).id == told.id
    except NotFound:
        return False


def is_downloaded(session: Session, actor: Actor, number: str, token: str) -> bool:
    """Tell whether a file of an article is given out."""
    try:
        return file_for(session, actor, number, token)[1].token == token
    except NotFound:
        return False


def look_around(session: Session, actor: Actor, world: Sequence[Told], seen: Sequence[Told]) -> None:
    """Compare lists, counts and searches with what the oracle says somebody sees."""
    ids = {told.id for told in seen}
    for sort in ("title", "-views", "-newest"):
        rows, total = listed(session, actor, Narrowing(), sort)
        assert (sorted(rows), total) == (sorted(ids), len(ids)), sort
    cards = bases_with_articles(session, actor)
    assert {card.id: card.articles for card in cards} == Counter(told.base for told in seen)
    facets = facets_of(session, actor, Narrowing())
    assert {int(each.value): each.count for each in facets.bases} == Counter(told.base for told in seen)
    assert {int(each.value): each.count for each in facets.categories} == Counter(
        told.category for told in seen
    )
    assert {each.value: each.count for each in facets.languages} == Counter(
        language for told in seen for language in told.languages
    )
    finding = find(session, actor, COMMON)
    assert set(finding.ids or ()) == ids
    # Whatever the index may say: rows and counts are made of what is within reach.
    everything = Narrowing(found=[told.id for told in world])
    rows, total = listed(session, actor, everything, None)
    assert (rows, total) == ([told.id for told in seen], len(seen))
    assert by_words(session, actor, COMMON, language="ja", shown=3).total == len(seen)


def look_at(session: Session, actor: Actor, told: Told, *, is_seen: bool) -> None:
    """Compare all that leads to one article with what the oracle says of it."""
    assert is_opened(session, actor, told) is is_seen
    assert bool(by_number(session, actor, told.number, language="ja")) is is_seen
    if told.token:
        assert is_downloaded(session, actor, told.number, told.token) is is_seen
    else:
        text = f"{told.word} {COMMON}の説明"
        offered = [row.id for row in suggest(session, actor, text, language="ja", most=5)]
        assert (told.id in offered) is is_seen
    if told.draft_token:
        assert not is_downloaded(session, actor, told.number, told.draft_token)
    words = readers_of(actor)
    carried = [document.tags[Tag.READERS] for document in documents(session, [told.id])]
    assert [bool(words & readers) for readers in carried] == [is_seen] * len(carried)
    assert len(carried) == len(told.languages) or not is_seen


@pytest.mark.req("KB-03", "SEC-26", "SEC-28", "SEC-48", "SEC-49", "ANN-01")
def test_every_place_shows_what_the_oracle_says(app: Flask, given: Given) -> None:
    world = given(worlds.build, SEED, articles=ARTICLES)
    feed(app)
    seen_at_all = 0
    for name, slug in VISITS:
        seen = worlds.seen_by(world, name, slug)
        seen_at_all += len(seen)
        with app.test_request_context():
            actor = cast.actor_of(db.session, name, slug)
            look_around(db.session, actor, world, seen)
            announced = [told.number for told in seen if slug in told.announced]
            shown = current_announcements(db.session, actor, slug=slug, language="ja")
            assert sorted(each.url.rsplit("/", 1)[1] for each in shown) == announced
            for told in world:
                look_at(db.session, actor, told, is_seen=told in seen)
    # The world is one in which there is something to tell apart.
    assert len(VISITS) < seen_at_all < len(VISITS) * ARTICLES / 2


@pytest.mark.req("KB-01", "KB-03", "SEC-26", "SEC-44")
@pytest.mark.parametrize(("name", "slug"), [("hanako", "fm"), ("alice", "cs")])
def test_pages_and_files_answer_as_the_oracle_says(
    app: Flask, given: Given, signed_in: SignedIn, name: str, slug: str
) -> None:
    world = given(worlds.build, 29, articles=14)
    feed(app)
    seen = worlds.seen_by(world, name, slug)
    home = f"/{slug}/knowledge/"
    browser = signed_in(name, language="ja")
    words = browser.get(f"{home}?all=1").text
    bases = len({told.base for told in seen})
    if name == "alice":
        assert re.search(rf"{bases} knowledge bases?, {len(seen)} articles?\b", words)
    else:
        assert f"{bases}件のナレッジベース, {len(seen)}件の記事" in words
    absent = browser.get(f"{home}KB9999999")
    found = browser.get(f"{home}search", query_string={"q": COMMON}).text
    for told in world:
        page = browser.get(f"{home}{told.number}")
        assert (page.status == 200) is (told in seen), told
        assert (told.word in found) is (told in seen), told
        if told not in seen:
            assert page.text == absent.text
        if told.token:
            answer = browser.get(f"{home}{told.number}/files/{told.token}")
            assert answer.status == (200 if told in seen else 404), told
        if told.draft_token:
            assert browser.get(f"{home}{told.number}/files/{told.draft_token}").status == 404


@pytest.mark.req("KB-03", "SEC-49")
def test_the_oracle_and_its_worlds_hold_every_kind(given: Given) -> None:
    """A world without drafts, foreigners or common articles would prove nothing."""
    world: list[Told] = given(worlds.build, SEED, articles=ARTICLES)
    assert {told.state for told in world} == set(worlds.STATES)
    kinds = {(bool(line.holder), bool(line.number)) for told in world for line in told.audience}
    assert kinds == {(False, False), (True, False), (False, True)}
    assert any(not told.audience for told in world)
    assert any(told.token for told in world)
    assert any(len(told.languages) == 2 for told in world)
    assert not worlds.seen_by(world, "taro", "fm")
    assert not worlds.seen_by(world, "jiro", "cs")
