"""The words that leads teach the search: groups that mean the same, words that stay whole, searches in vain."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Forbidden, NotFound
from app.journal import JournalEvent
from app.lists.sorting import chosen_sort
from app.search import misses, words
from app.search.models import WORD_LENGTH, DictionaryWord, MissedSearch, SynonymGroup
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import knowledge
from tests.factories.words import dictionary_word, group, missed

pytestmark = pytest.mark.req("KB-07")
WORDS, DICTIONARY, MISSES = "/console/search/words", "/console/search/dictionary", "/console/search/misses"


def all_groups(session: Session) -> list[str]:
    return list(session.scalars(select(SynonymGroup.words).order_by(SynonymGroup.id)))


def kinds(session: Session) -> list[str]:
    """The events of words, oldest first."""
    types = (SynonymGroup.subject_type, DictionaryWord.subject_type)
    chosen = select(JournalEvent.kind).where(JournalEvent.subject_type.in_(types))
    return list(session.scalars(chosen.order_by(JournalEvent.id)))


def text(page: Page) -> str:
    return page.words(page.one("main"))


@pytest.mark.req("SEC-26", "ROLE-04")
def test_agents_keep_no_words(session: Session) -> None:
    agent, lead = cast.actor_of(session, "agent"), cast.actor_of(session, "lead")
    customer = cast.actor_of(session, "hanako", "cs")
    made = words.add_group(session, actor=lead, typed="MFA\n多要素認証")
    for actor in (agent, customer):
        with pytest.raises(Forbidden):
            words.add_group(session, actor=actor, typed="a1\nb2")
        with pytest.raises(Forbidden):
            words.edit_group(session, made, actor=actor, version=1, typed="a1\nb2")
        with pytest.raises(Forbidden):
            words.remove_group(session, made, actor=actor)
        with pytest.raises(Forbidden):
            words.add_word(session, actor=actor, typed="まどぐち")


@pytest.mark.req("REL-04", "REL-05")
def test_a_group_is_added_once_changed_and_deleted(signed_in: SignedIn, stored: Stored) -> None:
    lead = signed_in("lead")
    page = lead.get(WORDS)
    fields = {**page.form(WORDS), "words": " MFA \r\n\r\n多要素認証\r\nＭＦＡ"}
    for _ in range(2):
        assert lead.post(WORDS, fields).status == 303
    assert stored(all_groups) == ["MFA\n多要素認証"]
    assert "MFA, 多要素認証" in text(lead.get(WORDS))
    number = stored(lambda session: session.scalar(select(SynonymGroup.id)))
    edit = lead.get(f"{WORDS}/{number}")
    changed = lead.submit(edit, f"{WORDS}/{number}", words="MFA\n二要素認証")
    assert (changed.status, stored(all_groups)) == (303, ["MFA\n二要素認証"])
    stale = lead.submit(edit, f"{WORDS}/{number}", words="MFA\nOTP")
    assert (stale.status, stored(all_groups)) == (409, ["MFA\n二要素認証"])
    assert "二要素認証" in text(stale)
    assert "MFA\nOTP" in next(item for item in stale.all("textarea")).text.strip()
    assert lead.submit(stale, f"{WORDS}/{number}", words="MFA\nOTP").status == 303
    assert lead.act(f"{WORDS}/{number}/removal").status == 303
    assert stored(all_groups) == []
    names = ("added", "edited", "edited", "removed")
    assert stored(kinds) == [f"synonym_group.{name}" for name in names]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "入力してください"),
        ("一つだけ", "2つ以上"),
        ("VPN\nｖｐｎ\n VPN ", "2つ以上"),
        ("VPN\n、。", "「、。」は検索できる語を含んでいません"),
        ("暗証番号\n合言葉", "「暗証番号」はすでに登録されています"),
        ("x" * (WORD_LENGTH + 1) + "\nVPN", "長すぎます"),
        ("\n".join(f"word{at}" for at in range(words.MOST_OF_GROUP + 1)), "20語まで"),
        ("VPN\n仮想\x00", "制御文字"),
    ],
)
def test_a_group_that_cannot_be_kept_comes_back_as_typed(
    signed_in: SignedIn, given: Given, stored: Stored, typed: str, told: str
) -> None:
    given(group, "パスワード", "暗証番号")
    lead = signed_in("lead")
    page = lead.submit(lead.get(WORDS), WORDS, words=typed)
    assert page.status == 422
    assert told in text(page)
    assert len(stored(all_groups)) == 1


def test_a_group_may_keep_its_own_words(session: Session) -> None:
    lead = cast.actor_of(session, "lead")
    made = words.add_group(session, actor=lead, typed="MFA\n多要素認証")
    words.edit_group(session, made, actor=lead, version=made.version, typed="MFA\n多要素認証\nOTP")
    assert made.words.split("\n") == ["MFA", "多要素認証", "OTP"]
    before = made.version
    words.edit_group(session, made, actor=lead, version=before, typed="MFA\n多要素認証\nOTP")
    assert made.version == before


def test_a_word_stays_whole_and_is_there_once(signed_in: SignedIn, stored: Stored) -> None:
    lead = signed_in("lead")
    added = lead.submit(lead.get(DICTIONARY), DICTIONARY, word=" Ｍａｄｏ 窓口くん ")
    assert added.status == 303
    kept = stored(lambda session: list(session.scalars(select(DictionaryWord.word))))
    assert kept == ["mado 窓口くん"]
    assert "索引の再作成後" in text(lead.get(DICTIONARY))
    again = lead.submit(lead.get(DICTIONARY), DICTIONARY, word="mado 窓口くん")
    assert (again.status, "すでに登録" in text(again)) == (422, True)
    nothing = lead.submit(lead.get(DICTIONARY), DICTIONARY, word="。、")
    assert (nothing.status, "検索できる語" in text(nothing)) == (422, True)


def test_a_word_is_deleted_and_told(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(dictionary_word, "窓口くん")
    lead = signed_in("lead")
    assert lead.act(f"{DICTIONARY}/{number}/removal").status == 303
    assert stored(kinds) == ["dictionary_word.added", "dictionary_word.removed"]
    assert lead.act(f"{DICTIONARY}/{number}/removal").status == 404


@pytest.mark.req("KB-15")
def test_searches_in_vain_are_those_of_the_own_services_and_the_desk(
    signed_in: SignedIn, given: Given
) -> None:
    for typed, service, times in (("シャイン", "cs", 3), ("マスカット", "fm", 5), ("巨峰", None, 1)):
        given(missed, typed, service=service, times=times)
    page = signed_in("lead").get(MISSES)
    assert [(row["検索語"], row["検索場所"], row["回数"]) for row in page.rows()] == [
        ("マスカット", "モバイルセキュリティ", "5"),
        ("シャイン", "マネージドCSPM", "3"),
        ("巨峰", "コンソール", "1"),
    ]
    sorted_by = signed_in("lead").get(f"{MISSES}?sort=words")
    assert [row["検索語"] for row in sorted_by.rows()] == sorted(["シャイン", "マスカット", "巨峰"])


@pytest.mark.req("SEC-26", "SEC-28", "ROLE-05")
def test_a_lead_of_one_service_sees_and_takes_off_none_of_another(session: Session) -> None:
    lead = cast.actor_of(session, "lead")
    of_cs = replace(lead, services=frozenset({knowledge.service(session, "cs").id}))
    own, other, desks = (missed(session, "シャイン", service=service) for service in ("cs", "fm", None))
    sort = chosen_sort("words", misses.COLUMNS, misses.FIRST_ORDER)
    assert {row.id for row in misses.rows(session, of_cs, sort, limit=9, offset=0)} == {own, desks}
    assert misses.count(session, of_cs) == 2
    with pytest.raises(NotFound):
        misses.get_for(session, of_cs, other)
    with pytest.raises(Forbidden):
        misses.take_off(session, misses.get_for(session, lead, other), actor=of_cs)


def test_a_search_is_taken_off_by_those_who_see_it(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(missed, "シャイン", service="cs")
    assert signed_in("agent").act(f"{MISSES}/{number}/removal").status == 403
    assert signed_in("lead").act(f"{MISSES}/{number}/removal").status == 303
    assert stored(lambda session: session.get(MissedSearch, number)) is None


def test_customers_see_no_searches_in_vain(session: Session) -> None:
    missed(session, "シャイン")
    assert misses.count(session, cast.actor_of(session, "hanako", "cs")) == 0
