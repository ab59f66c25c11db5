"""Asking: what somebody finds, within their reach alone, and what they are told of slips (SEC-48, T07)."""

import shutil

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.authz import system_actor
from app.knowledge.actions.audience import set_audience
from app.knowledge.models import Article
from app.search import index
from app.search.documents import Tag
from app.search.models import SynonymGroup
from app.search.reach import OPEN_FIELDS
from app.search.searching import Answer, ask, keys_everywhere, plain_words, problem_of
from tests import cast
from tests.factories import knowledge
from tests.factories.cases import comment, note, open_inquiry
from tests.factories.search import feed


def answer(session: Session, who: str, typed: str, **more: object) -> Answer:
    service = None if cast.ROLES[who].desk_role else ("fm" if who in {"jiro", "charlie"} else "cs")
    options = {"kind": "article", "most": 10, **more}
    return ask(session, cast.actor_of(session, who, service), typed, **options)  # type: ignore[arg-type]  # as ask takes them


def made(app: Flask, session: Session) -> None:
    """Commit and index what the test has made."""
    session.commit()
    feed(app)


@pytest.mark.req("SEC-48", "SEC-49", "KB-08")
def test_everybody_finds_what_is_theirs_and_learns_nothing_of_the_rest(app: Flask, session: Session) -> None:
    open_one = knowledge.article(session, title="バケットの公開設定", body="Quokkaと話す")
    hidden = knowledge.article(session, title="バケットの監視", body="Zephyrinと話す", for_whom=[])
    sample = knowledge.readers(session, "cs", holder=cast.SAMPLE)
    for_sample = knowledge.article(session, title="バケットの請求", body="Wombatsと話す", for_whom=[sample])
    made(app, session)
    keys = {article.id: f"article:{article.id}:ja" for article in (open_one, hidden, for_sample)}
    everything = set(keys.values())
    for who, seen in (
        ("agent", everything),
        ("cs_agent", everything),
        ("hanako", everything - {keys[hidden.id]}),
        ("alice", {keys[open_one.id]}),
        ("jiro", set()),
    ):
        found = answer(session, who, "バケット")
        assert set(found.keys) == seen, who
        assert (found.total, found.was_asked, found.is_limited, found.problem) == (len(seen), True, False, "")
    assert answer(session, "agent", "バケット", most=1).total == 3
    assert len(answer(session, "agent", "バケット", most=1).keys) == 1
    # A word that others alone have is proposed to nobody else, and one that is there for all is.
    assert answer(session, "alice", "Quokkq").suggestion == "quokka"
    assert answer(session, "jiro", "Quokkq").suggestion is None
    assert answer(session, "alice", "Wombatz").suggestion is None
    assert answer(session, "hanako", "Wombatz").suggestion == "wombat"
    assert answer(session, "hanako", "Zephyrix").suggestion is None
    assert answer(session, "agent", "Zephyrix").suggestion == "zephyrin"
    # Nor beside a word that has hits of its own.
    assert answer(session, "alice", "バケット OR Wombatz").suggestion is None
    assert answer(session, "alice", "バケット Quokkq").suggestion == "バケット quokka"
    assert answer(session, "alice", "監視 Quokkq").suggestion is None


@pytest.mark.req("DESK-04", "SEC-48")
def test_a_word_of_internal_notes_or_of_another_customer_is_not_told(app: Flask, session: Session) -> None:
    number = open_inquiry(session, details="ログインできません。")
    note(session, number, "Xylographの件は社内で対応")
    comment(session, number, "Marimbaphoneについて回答します。")
    made(app, session)
    cases = {"kind": "case"}
    assert answer(session, "agent", "Xylograph", **cases).total == 1
    assert answer(session, "agent", "Xylogaph", **cases).suggestion == "xylograph"
    assert answer(session, "hanako", "Xylograph", **cases).keys == ()
    assert answer(session, "hanako", "Xylogaph", **cases).suggestion is None
    assert answer(session, "hanako", "note:Xylograph", **cases).keys == ()
    assert answer(session, "hanako", "Marimbaphome", **cases).suggestion == "marimbaphone"
    assert answer(session, "alice", "Marimbaphone", **cases).keys == ()
    assert answer(session, "alice", "Marimbaphome", **cases).suggestion is None


@pytest.mark.req("SEC-48")
def test_words_that_others_have_change_no_proposal(app: Flask, session: Session) -> None:
    foreign = [f"wombat{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"]
    knowledge.article(session, title="Wombatの手順")
    knowledge.article(session, title="社内", body=" ".join(foreign), for_whom=[])
    made(app, session)
    assert answer(session, "agent", "wombatbx").suggestion == "wombatb"
    assert answer(session, "alice", "wombatbx").suggestion == "wombat"


@pytest.mark.req("SEC-48")
def test_a_stale_index_proposes_nothing_that_is_no_longer_theirs(app: Flask, session: Session) -> None:
    article = knowledge.article(session, title="Quokkaの手順")
    made(app, session)
    assert answer(session, "alice", "Quokkq").suggestion == "quokka"
    set_audience(session, session.get_one(Article, article.id), actor=knowledge.MAKER, readers=[])
    session.commit()
    assert answer(session, "alice", "Quokkq").suggestion is None


@pytest.mark.req("KB-08", "KB-05")
def test_kinds_tags_and_orders_limit_a_question(app: Flask, session: Session) -> None:
    first = knowledge.article(session, title="バケット", title_en="Bucket バケット")
    second = knowledge.article(
        session, title="別の手順", body="バケット", of=knowledge.category(session, name="別")
    )
    number = open_inquiry(session, details="バケットについて")
    made(app, session)
    japanese = {"within": {Tag.LANGUAGE: {"ja"}}}
    assert answer(session, "hanako", "バケット", **japanese).keys == (
        f"article:{first.id}:ja",
        f"article:{second.id}:ja",
    )
    assert answer(session, "hanako", "バケット").total == 3
    assert answer(session, "hanako", "バケット", kind=None).total == 4
    other = {"within": {Tag.CATEGORY: {str(second.category_id)}}}
    assert answer(session, "hanako", "バケット", **other).keys == (f"article:{second.id}:ja",)
    assert answer(session, "hanako", "バケット", within={Tag.CATEGORY: ()}).total == 0
    assert answer(session, "hanako", number, kind="case").total == 1
    assert answer(session, "hanako", "バケット", newest_first=True).total == 3
    assert ask(session, system_actor("job"), "バケット", kind=None, most=9).total == 4
    limits = {Tag.KIND: {"article"}, Tag.LANGUAGE: {"en"}}
    everywhere = keys_everywhere(session, "バケット", fields=OPEN_FIELDS, within=limits, most=9)
    assert everywhere == ([f"article:{first.id}:en"], 1)


@pytest.mark.req("SEARCH-05")
def test_the_synonyms_of_the_desk_hold_at_once(app: Flask, session: Session) -> None:
    knowledge.article(session, title="Quokkaの手順")
    made(app, session)
    assert answer(session, "hanako", "Wombat").keys == ()
    session.add(SynonymGroup(words="Quokka\nWombat"))
    session.flush()
    found = answer(session, "hanako", "Wombat")
    assert found.total == 1
    assert [piece.text for piece in found.mark("Quokkaの手順") if piece.is_hit] == ["Quokka"]


@pytest.mark.req("F05", "KB-07")
def test_without_an_index_or_words_the_answer_says_so(app: Flask, session: Session) -> None:
    for nothing in ("", "ab", "-バケット"):
        found = answer(session, "hanako", nothing)
        assert (found.keys, found.total, found.was_asked, found.is_limited) == ((), 0, False, False)
        assert bool(found.problem) == bool(nothing)
        assert problem_of(nothing, kind="article") == found.problem
    assert answer(session, "hanako", "ab", kind="case").was_asked
    shutil.rmtree(index.folder(app))
    found = answer(session, "hanako", "バケット")
    assert (found.keys, found.was_asked, found.is_limited, found.suggestion) == ((), True, True, None)
    assert [piece.text for piece in found.mark("バケットの設定") if piece.is_hit] == ["バケット"]


@pytest.mark.req("FILTER-09")
def test_plain_words_are_told() -> None:
    assert plain_words("bucket　policy") == ["bucket", "policy"]
    assert plain_words("bucket*") is None
    assert plain_words("-bucket") is None
