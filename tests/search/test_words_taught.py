"""What leads teach the search: the forms in both languages, limits at both sides, the journal, and what holds when."""

import secrets
from dataclasses import asdict, replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Actor, Forbidden, system_actor
from app.journal import JournalEvent, record
from app.search import analyzer, dictionary, events, words
from app.search.models import WORD_LENGTH, DictionaryWord, SynonymGroup
from app.search.searching import ask
from app.web.forms import STAND_IN
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import knowledge
from tests.factories.cases import choose_language
from tests.factories.search import feed
from tests.factories.words import dictionary_word, group

pytestmark = pytest.mark.req("SEARCH-05", "KB-07")
WORDS, DICTIONARY = "/console/search/words", "/console/search/dictionary"


def lead_of(session: Session) -> Actor:
    return cast.actor_of(session, "lead")


def told(session: Session) -> list[tuple[str, int | None, dict[str, object]]]:
    """The events of words: kind, actor, and what they say."""
    types = (SynonymGroup.subject_type, DictionaryWord.subject_type)
    rows = select(JournalEvent).where(JournalEvent.subject_type.in_(types)).order_by(JournalEvent.id)
    return [(row.kind, row.actor_id, row.data) for row in session.scalars(rows)]


def refusal(session: Session, typed: str) -> words.WordsRefused:
    with pytest.raises(words.WordsRefused) as refused:
        words.add_group(session, actor=lead_of(session), typed=typed)
    return refused.value


@pytest.mark.req("ROLE-04", "SEC-26")
@pytest.mark.parametrize("name", ["agent", "cs_agent"])
def test_who_is_no_lead_writes_nothing_by_any_way(
    signed_in: SignedIn, given: Given, untouched: Untouched, name: str
) -> None:
    of_group, of_word = given(group, "パスワード", "暗証番号"), given(dictionary_word, "窓口くん")
    somebody = signed_in(name)
    acts = [
        (WORDS, {"words": "a1\nb2", "form_key": secrets.token_hex(16)}),
        (f"{WORDS}/{of_group}", {"words": "a1\nb2", "version": "1"}),
        (f"{WORDS}/{of_group}/removal", {}),
        (DICTIONARY, {"word": "まどぐち", "form_key": secrets.token_hex(16)}),
        (f"{DICTIONARY}/{of_word}/removal", {}),
    ]
    with untouched():
        answers = {somebody.act(address, **fields).status for address, fields in acts}
        absent = somebody.act(f"{WORDS}/999999/removal").status
    assert answers == {absent}, "what is there and what is not look the same to them"
    assert absent in {403, 404}


@pytest.mark.req("SEC-26")
def test_what_is_not_there_is_the_same_for_every_act(signed_in: SignedIn, untouched: Untouched) -> None:
    lead = signed_in("lead")
    with untouched():
        for address in (
            f"{WORDS}/999999",
            f"{WORDS}/0",
            f"{WORDS}/999999/removal",
            f"{DICTIONARY}/999999/removal",
        ):
            assert lead.act(address, words="a1\nb2", version="1").status == 404
        assert lead.get(f"{WORDS}/999999").status == 404
        assert lead.get(f"{WORDS}/99999999999999999999").status == 404


@pytest.mark.parametrize(
    ("typed", "kind", "word"),
    [
        ("", words.TooFew, ""),
        ("VPN", words.TooFew, ""),
        ("VPN\nvpn\nＶＰＮ\nVPNs", words.TooFew, ""),
        ("サーバー\nサーバ", words.TooFew, ""),
        ("VPN\n、。", words.NoWord, "、。"),
        ("VPN\n***", words.NoWord, "***"),
        ("VPN\n" + "あ" * (WORD_LENGTH + 1), words.TooLong, "あ" * (WORD_LENGTH + 1)),
        ("VPN\n暗証番号", words.Taken, "暗証番号"),
        ("VPN\nｐｉｎコード", words.Taken, "ｐｉｎコード"),
        ("VPN\n PIN  コード ", words.Taken, "PIN コード"),
    ],
)
def test_a_group_is_refused_for_a_reason(
    session: Session, typed: str, kind: type[words.WordsRefused], word: str
) -> None:
    words.add_group(session, actor=lead_of(session), typed="暗証番号\nPIN コード")
    before = told(session)
    refused = refusal(session, typed)
    assert (type(refused), refused.word) == (kind, word)
    assert told(session) == before
    assert session.scalar(select(func.count()).select_from(SynonymGroup)) == 1


def test_each_limit_of_groups_at_both_its_sides(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = lead_of(session)
    many = [f"word{at}" for at in range(words.MOST_OF_GROUP + 1)]
    assert isinstance(refusal(session, "\n".join(many)), words.TooMany)
    made = words.add_group(session, actor=lead, typed="\n".join(many[:-1]))
    assert made.words.split("\n") == many[:-1]
    long = "窓" * WORD_LENGTH
    assert long in words.add_group(session, actor=lead, typed=f"{long}\nとても長い語").words
    monkeypatch.setattr(words, "MOST_GROUPS", 3)
    third = words.add_group(session, actor=lead, typed="a1\nb2")
    assert isinstance(refusal(session, "c3\nd4"), words.Full)
    words.remove_group(session, third, actor=lead)
    session.flush()
    words.add_group(session, actor=lead, typed="c3\nd4")


def test_each_limit_of_the_dictionary_at_both_its_sides(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = lead_of(session)
    for typed, kind in (
        ("", words.NoWord),
        (" 　 ", words.NoWord),
        ("--", words.NoWord),
        ("x" * (WORD_LENGTH + 1), words.TooLong),
        # It unfolds to 18 signs each.
        ("ﷺ" * 4, words.TooLong),
    ):
        with pytest.raises(kind):
            words.add_word(session, actor=lead, typed=typed)
    assert words.add_word(session, actor=lead, typed="x" * WORD_LENGTH).word == "x" * WORD_LENGTH
    monkeypatch.setattr(words, "MOST_WORDS", 2)
    words.add_word(session, actor=lead, typed="窓口くん")
    with pytest.raises(words.Full):
        words.add_word(session, actor=lead, typed="窓口さん")


@pytest.mark.parametrize("again", ["マドグチ", "ﾏﾄﾞｸﾞﾁ", " マドグチ　", "マドク\u3099チ"])
def test_a_word_in_any_typing_is_one_word(session: Session, again: str) -> None:
    words.add_word(session, actor=lead_of(session), typed="マドグチ")
    with pytest.raises(words.Taken) as refused:
        words.add_word(session, actor=lead_of(session), typed=again)
    assert refused.value.word == analyzer.fold("マドグチ")
    assert len(words.dictionary(session)) == 1


@pytest.mark.req("SEC-31")
def test_every_change_is_told_with_its_actor_and_what_was_before(session: Session) -> None:
    lead, admin = lead_of(session), cast.actor_of(session, "admin")
    made = words.add_group(session, actor=lead, typed="MFA\n多要素認証")
    session.flush()
    words.edit_group(session, made, actor=admin, version=made.version, typed="MFA\nOTP")
    session.flush()
    words.remove_group(session, made, actor=lead)
    word = words.add_word(session, actor=admin, typed="窓口くん")
    session.flush()
    words.remove_word(session, word, actor=lead)
    session.flush()
    edited = asdict(events.SynonymsEdited(("MFA", "OTP"), ("MFA", "多要素認証")))
    assert [(kind, actor) for kind, actor, _said in told(session)] == [
        ("synonym_group.added", lead.user_id),
        ("synonym_group.edited", admin.user_id),
        ("synonym_group.removed", lead.user_id),
        ("dictionary_word.added", admin.user_id),
        ("dictionary_word.removed", lead.user_id),
    ]
    said = [each for _kind, _actor, each in told(session)]
    assert {name: tuple(value) for name, value in said[1].items() if name in edited} == edited  # type: ignore[arg-type]  # lists of words
    assert said[2]["words"] == ["MFA", "OTP"]
    assert said[4]["word"] == "窓口くん"


@pytest.mark.req("REL-05")
def test_a_group_is_saved_over_no_other_version(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(group, "パスワード", "暗証番号")
    lead = signed_in("lead")
    with untouched():
        for version in ("", "0", "2", "x", "-1", "1" * 10, "１"):
            page = lead.act(f"{WORDS}/{number}", words="a1\nb2", version=version)
            assert page.status == 409, version
            assert page.value("words").strip() == "a1\nb2"
            assert page.value("version") == "1"
            assert "暗証番号" in page.words(page.one("section"))


@pytest.mark.req("REL-05")
def test_what_somebody_else_deleted_cannot_be_saved(signed_in: SignedIn, given: Given) -> None:
    number = given(group, "パスワード", "暗証番号")
    lead, admin = signed_in("lead"), signed_in("admin")
    page = lead.get(f"{WORDS}/{number}")
    assert admin.act(f"{WORDS}/{number}/removal").status == 303
    assert lead.submit(page, f"{WORDS}/{number}", words="a1\nb2").status == 404
    assert admin.act(f"{WORDS}/{number}/removal").status == 404


def shown_wrong(page: Page, field: str, message: str, typed: str) -> None:
    assert page.status == 422
    assert message in page.error_at(field)
    assert page.value(field).strip() == typed.strip()


@pytest.mark.parametrize(
    ("typed", "ja", "en"),
    [
        ("", "入力してください", "Enter this field."),
        ("一つ", "2つ以上", "Enter at least two words that differ, one per line."),
        ("VPN\n、。", "「、。」は検索できる語を含んでいません", "The search finds no word in “、。”."),
        ("VPN\n暗証番号", "「暗証番号」はすでに登録されています", "“暗証番号” is there already."),
        ("VPN\n" + "x" * 61, "60文字", "is too long: at most 60 characters."),
        ("\n".join(f"w{at}" for at in range(21)), "20語まで", "At most 20 words in a group."),
        ('<script>\n"><b>', "すでに登録されています", "“<script>” is there already."),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_wrong_words_come_back_with_a_message_at_the_field_in_both_languages(
    signed_in: SignedIn, given: Given, untouched: Untouched, typed: str, ja: str, en: str, language: str
) -> None:
    given(choose_language, "lead", language)
    given(group, "パスワード", "暗証番号")
    given(group, "script", "別の語")
    number = given(group, "端末機", "機器")
    lead = signed_in("lead")
    page, edit = lead.get(WORDS), lead.get(f"{WORDS}/{number}")
    with untouched():
        # Japanese for a new group, English for one that is there: the messages are made in one place.
        for form, address in [(page, WORDS)] if language == "ja" else [(edit, f"{WORDS}/{number}")]:
            answer = lead.submit(form, address, words=typed)
            assert answer.language == language
            shown_wrong(answer, "words", {"ja": ja, "en": en}[language], typed)
            assert "<script>\n" not in answer.text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "入力してください"),
        ("、。", "検索できる語を含んでいません"),
        ("窓口くん", "すでに登録されています"),
        ("x" * 61, "60"),
        ("ﷺ" * 4, "長すぎます"),
    ],
)
def test_a_wrong_word_of_the_dictionary_comes_back_as_typed(
    signed_in: SignedIn, given: Given, untouched: Untouched, typed: str, message: str
) -> None:
    given(dictionary_word, "窓口くん")
    lead = signed_in("lead")
    page = lead.get(DICTIONARY)
    with untouched():
        shown_wrong(lead.submit(page, DICTIONARY, word=typed), "word", message, typed)
        unseen = lead.submit(page, DICTIONARY, word="窓\x00口")
    shown_wrong(unseen, "word", "制御文字", f"窓{STAND_IN}口")


@pytest.mark.req("REL-04")
def test_a_second_click_adds_nothing_and_a_used_form_is_refused(signed_in: SignedIn, stored: Stored) -> None:
    lead = signed_in("lead")
    page = lead.get(DICTIONARY)
    for _ in range(2):
        assert lead.submit(page, DICTIONARY, word="窓口くん").status == 303
    other = lead.submit(page, DICTIONARY, word="窓口さん")
    assert (other.status, other.value("word")) == (422, "窓口さん")
    keyless = lead.act(DICTIONARY, word="窓口さん")
    assert keyless.status == 422
    assert lead.submit(keyless, DICTIONARY, word="窓口さん").status == 303
    assert stored(lambda session: [row.word for row in words.dictionary(session)]) == ["窓口くん", "窓口さん"]


def test_long_lists_have_pages_and_each_word_is_on_one(signed_in: SignedIn, given: Given) -> None:
    def write(session: Session) -> None:
        session.add_all(DictionaryWord(word=f"w{at:03}") for at in range(51))
        session.add_all(SynonymGroup(words=f"g{at:03}\nh{at:03}") for at in range(51))
        for row in (*session.new,):
            event = events.DictionaryWordAdded("w") if isinstance(row, DictionaryWord) else None
            happened = event or events.SynonymsAdded(("g", "h"))
            session.flush()
            record(session, actor=system_actor("tests"), subject=row, happened=happened)

    given(write)
    lead = signed_in("lead")
    for address, first, last in ((WORDS, "g000, h000", "g050, h050"), (DICTIONARY, "w000", "w050")):
        pages = [lead.get(address), lead.get(f"{address}?page=2"), lead.get(f"{address}?page=99")]
        bodies = [page.words(page.one("tbody")) for page in pages]
        assert (first in bodies[0], last in bodies[0]) == (True, False)
        assert (first in bodies[1], last in bodies[1]) == (False, True)
        assert bodies[2] == bodies[1]
        assert len(pages[0].queries) <= 12


def found(session: Session, typed: str) -> int:
    return ask(session, cast.actor_of(session, "hanako", "cs"), typed, kind="article", most=9).total


def test_synonyms_hold_both_ways_at_once_and_end_at_once(app: Flask, session: Session) -> None:
    knowledge.article(session, title="Quokkaの手順")
    knowledge.article(session, title="Wombatの手順")
    session.commit()
    feed(app)
    lead = lead_of(session)
    made = words.add_group(session, actor=lead, typed="Quokka\nWombat\n有袋類")
    session.flush()
    assert [found(session, typed) for typed in ("Quokka", "ＷＯＭＢＡＴ", "有袋類", "wombat手順")] == [
        2,
        2,
        2,
        2,
    ]
    assert found(session, '"Wombat"') == 1, "in quotes the word itself is asked for"
    words.edit_group(session, made, actor=lead, version=made.version, typed="Quokka\n有袋類")
    session.flush()
    assert [found(session, typed) for typed in ("Quokka", "Wombat", "有袋類")] == [1, 1, 1]
    words.remove_group(session, made, actor=lead)
    session.flush()
    assert [found(session, typed) for typed in ("Quokka", "Wombat", "有袋類")] == [1, 1, 0]


def test_a_word_of_the_dictionary_counts_once_the_index_is_built_anew(app: Flask, session: Session) -> None:
    knowledge.article(session, title="スカイブルーの手順")
    session.commit()
    feed(app)
    assert found(session, "ブルー 手順") == 1
    before = analyzer.fingerprint()
    try:
        words.add_word(session, actor=lead_of(session), typed="スカイブルー")
        session.commit()
        dictionary.load(session)
        assert analyzer.fingerprint() != before, "the index is another one's now, and is built anew"
        session.commit()
        feed(app)
        assert found(session, "スカイブルー") == 1
        assert found(session, "ｽｶｲﾌﾞﾙｰ") == 1
        assert found(session, "ブルー 手順") == 0
    finally:
        analyzer.use_words(())


def test_nothing_is_kept_of_what_was_rolled_back(session: Session) -> None:
    lead = lead_of(session)
    with session.begin_nested() as half_way:
        words.add_group(session, actor=lead, typed="a1\nb2")
        words.add_word(session, actor=lead, typed="窓口くん")
        half_way.rollback()
    assert (words.groups(session), words.dictionary(session), told(session)) == ([], [], [])


@pytest.mark.req("ROLE-04")
def test_the_right_is_asked_for_not_the_role(session: Session) -> None:
    lead = lead_of(session)
    bare = replace(lead, permissions=frozenset())
    with pytest.raises(Forbidden):
        words.add_word(session, actor=bare, typed="窓口くん")
    assert words.add_word(session, actor=system_actor("job"), typed="窓口くん").word == "窓口くん"
