"""What else may be meant: words of the field and of the desk, expanded when asking."""

import pytest
from flask import Flask

from app.extensions import db
from app.search import analyzer, dictionary, synonyms
from app.search.models import DictionaryWord, SynonymGroup
from app.search.synonyms import MOST_ALTERNATIVES, alternatives


def others(text: str) -> set[tuple[str, ...]]:
    return set(alternatives(None, [token.term for token in analyzer.asked(text)]))


@pytest.mark.req("SEARCH-05")
def test_words_of_the_field() -> None:
    assert {("多要素", "認証"), ("2fa",), ("multi", "factor", "authentication")} <= others("MFA")
    assert ("vpn",) in others("仮想プライベートネットワーク")
    assert others("端末") == {("デバイス",)}
    assert ("ログイン",) in others("サインイン")


def test_a_synonym_may_stand_for_some_of_the_terms() -> None:
    assert ("mfa", "設定") in others("多要素認証の設定")
    assert ("新しい", "デバイス") in others("新しい端末")


def test_a_word_is_not_its_own_synonym() -> None:
    assert others("京都") == set()
    assert others("") == set()
    assert ("mfa",) not in others("MFA")
    assert others("東京都の障害") == set()


def test_alternatives_are_limited() -> None:
    asked = ["端末", "vpn", "mfa", "パスワード", "ログイン", "メール", "ウェブ"] * 9
    assert len(alternatives(None, asked)) == MOST_ALTERNATIVES


def test_words_of_the_desk(app: Flask) -> None:
    with app.app_context(), db.sessionmaker() as session:
        session.add(SynonymGroup(words="まどぐち\nサポートデスク\n\n窓口"))
        session.flush()
        terms = [token.term for token in analyzer.asked("サポートデスク")]
        assert ("窓口",) in alternatives(session, terms)
        assert alternatives(None, terms) == []
        session.rollback()
        assert alternatives(session, terms) == []


def test_own_words_come_from_the_database(app: Flask) -> None:
    with app.app_context(), db.sessionmaker() as session:
        session.add(DictionaryWord(word=analyzer.fold("スカイブルー")))
        session.flush()
        dictionary.load(session)
        assert [token.term for token in analyzer.asked("スカイブルーの設定")] == ["スカイブル", "設定"]
        session.rollback()
        dictionary.load(session)
        assert analyzer.words_in_use() == frozenset()


def test_synonyms_follow_the_own_words() -> None:
    analyzer.use_words(["シングルサインオン"])
    try:
        assert synonyms.load(None).by_terms[("シングルサインオン",)]
    finally:
        analyzer.use_words(())
    assert ("シングル", "サイン", "オン") in synonyms.load(None).by_terms
