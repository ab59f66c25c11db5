"""The wrong-customer guard: what it finds in a text for one customer, and what it lets pass."""

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authz import system_actor
from app.cases.guard.findings import Finding, Found
from app.cases.guard.names import NameIndex, names_of_all
from app.cases.guard.outgoing import Outgoing, Stopped, find, look_through
from app.cases.guard.text import squeeze
from app.contracts import actions as contracts
from tests import cast
from tests.cast import A_COMPANY, ALICE_CS_NUMBER, CS_NUMBER, HIKARI, SAMPLE
from tests.factories import cases

NOTE = "この件は別途、経営会議で価格の見直しを検討しているため、回答は慎重に行うこと。以上。"

pytestmark = pytest.mark.req("DESK-04", "SEC-31")


def holder(session: Session, number: str = CS_NUMBER) -> int:
    return cast.number(session, number).holder_id


def found(session: Session, body: str, **more: object) -> list[tuple[Found, str]]:
    """What is found in a text for the sample company."""
    outgoing = Outgoing(holder_id=holder(session), body=body, **more)  # type: ignore[arg-type]  # As the test wants.
    return [(item.kind, item.text) for item in find(session, outgoing)]


@pytest.mark.parametrize(
    ("body", "kind", "typed"),
    [
        ("ひかり商事様からもご報告があります。", Found.NAME, "ひかり商事"),
        ("株式会社ひかり商事のアラートです。", Found.NAME, "株式会社ひかり商事"),
        ("株式会社　ひかり\n商事のアラートです。", Found.NAME, "株式会社　ひかり\n商事"),
        ("㈱ひかり商事 御中", Found.NAME, "ひかり商事"),
        ("株式会社ﾋｶﾘ商事ではなくA会社", Found.NAME, "A会社"),
        ("株式会社ﾋｶﾘ商事ではなくAA会社", None, ""),
        ("お客様番号はP910000001です。", Found.CUSTOMER_NUMBER, "P910000001"),
        ("お客様番号は p910000001 です。", Found.CUSTOMER_NUMBER, "P910000001"),
        ("お客様番号はＰ９１００００００１です。", Found.CUSTOMER_NUMBER, "P910000001"),
        ("P9100-00001", Found.CUSTOMER_NUMBER, "P9100-00001"),
        ("https://desk.test/console/people?q=P910000001&x=1", Found.CUSTOMER_NUMBER, "P910000001"),
        ("Alice@A-Company.example へも送りました。", Found.MAIL, "alice@a-company.example"),
        ("alice@a-company.example.", Found.MAIL, "alice@a-company.example"),
        ("ユーザーID alice@a-company.example.cs", Found.MAIL, "alice@a-company.example.cs"),
        ("{contact}、お世話になっております。", Found.PLACEHOLDER, "{contact}"),
    ],
)
def test_what_belongs_to_another_customer_is_found(
    session: Session, body: str, kind: Found | None, typed: str
) -> None:
    assert found(session, body) == ([(kind, typed)] if kind else [])


@pytest.mark.parametrize(
    "body",
    [
        "",
        "株式会社サンプル 佐藤様、N200000001 の件です。hanako@sample.example にも送りました。",
        "P9100000012 XP910000001 P91000000",
        "ひかり、商事、光一郎様",
        "agent@desk.example からご連絡します。",
        "2026-04-01 09:00 から 2026-04-02 10:30 まで停止します。CS9999999",
        '{ "name": "value" } {unknown}',
    ],
)
def test_what_is_the_customers_own_or_nobodys_passes(session: Session, body: str) -> None:
    assert found(session, body) == []


def test_a_name_of_two_signs_is_too_short_and_one_of_three_is_long_enough(session: Session) -> None:
    actor = system_actor("tests")
    for name in ("二字", "三文字"):
        contracts.add_contract_holder(session, actor=actor, name=name)
    assert found(session, "二字と三文字") == [(Found.NAME, "三文字")]


def test_latin_names_end_where_the_word_ends(session: Session) -> None:
    contracts.add_contract_holder(session, actor=system_actor("tests"), name="Acme Trading Inc.")
    assert found(session, "Dear ACME  trading inc., hello") == [(Found.NAME, "ACME  trading inc.")]
    assert found(session, "Pacme Trading Inc. and Acme Trading Increase") == []
    assert found(session, "acme trading の取引") == []
    assert found(session, "Acme Trading 御中") == [(Found.NAME, "Acme Trading")]


def test_part_of_the_own_name_is_no_finding_but_a_longer_name_is(session: Session) -> None:
    actor = system_actor("tests")
    contracts.add_contract_holder(session, actor=actor, name="会社サンプル")
    contracts.add_contract_holder(session, actor=actor, name="株式会社サンプル東京支社")
    assert found(session, "株式会社サンプル御中、会社サンプルの件") == []
    assert found(session, "株式会社サンプル東京支社の件") == [(Found.NAME, "株式会社サンプル東京支社")]


def test_a_number_of_a_case_of_another_customer_is_found_and_an_own_one_is_not(session: Session) -> None:
    own, foreign = cases.open_inquiry(session), cases.open_inquiry(session, number=ALICE_CS_NUMBER)
    assert found(session, f"{own} と {foreign.lower()}") == [(Found.CASE_NUMBER, foreign)]


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("+81312345678", "03-1234-5678"),
        ("+81312345678", "０３（１２３４）５６７８"),
        ("+81312345678;ext=123", "(03) 1234-5678"),
        ("+81312345678;ext=123", "+81 3 1234 5678"),
        ("+819012345678", "090−1234−5678"),
    ],
)
@pytest.mark.parametrize("column", ["business_phone", "mobile_phone"])
def test_a_phone_number_of_another_customers_user_is_found(
    session: Session, column: str, kept: str, typed: str
) -> None:
    setattr(cast.person(session, "alice"), column, kept)
    session.flush()
    kinds = [kind for kind, _ in found(session, f"電話 {typed} までご連絡ください。")]
    assert kinds == [Found.PHONE]
    setattr(cast.person(session, "taro"), column, kept)
    session.flush()
    assert found(session, f"電話 {typed}") == [], "a colleague of the customer has it too"


def test_an_address_that_a_colleague_has_as_well_is_theirs(session: Session) -> None:
    cast.person(session, "taro").mail = cast.person(session, "alice").mail
    session.flush()
    assert found(session, "alice@a-company.example") == []


@pytest.mark.parametrize(
    "more",
    [
        {"html": '<p><a href="https://desk.test/x?n=P910000001">リンク</a></p>'},
        {"html": '<p><a href="https://desk.test/%E6%A0%AA%E5%BC%8F%E4%BC%9A%E7%A4%BE%E3%81%B2%E3%81%8B%E3%82%8A%E5%95%86%E4%BA%8B">x</a></p>'},
        {"html": '<img alt="株式会社ひかり商事" src="x">'},
        {"file_names": ["P910000001_report.pdf"]},
        {"file_names": ["a.txt", "月次報告_株式会社ひかり商事.pdf"]},
    ],
)  # fmt: skip
def test_links_and_names_of_files_are_looked_through_too(session: Session, more: dict[str, object]) -> None:
    assert found(session, "添付をご覧ください。", **more) != []


def on_case(session: Session, number: str, body: str) -> list[tuple[Found, str]]:
    return found(session, body, case_id=cases.case_of(session, number).id)


def test_thirty_signs_of_a_note_are_a_quotation_and_twenty_nine_are_none(session: Session) -> None:
    number = cases.open_inquiry(session)
    cases.note(session, number, f"前置き。{NOTE}")
    thirty = NOTE[3:33]
    assert on_case(session, number, f"ご案内：{thirty}！") == [(Found.NOTE, thirty)]
    assert on_case(session, number, f"ご案内：{thirty[:29]}！") == []
    assert on_case(session, number, "\n".join(f" {sign}" for sign in thirty)) != []


@pytest.mark.parametrize("start", range(len(NOTE) - 30))
def test_a_quotation_is_found_wherever_it_begins(session: Session, start: int) -> None:
    number = cases.open_inquiry(session)
    cases.note(session, number, NOTE)
    assert on_case(session, number, f"x{NOTE[start : start + 30]}y") != []


def test_what_the_customer_can_read_anyway_is_no_quotation(session: Session) -> None:
    number = cases.open_inquiry(session, details=NOTE)
    cases.note(session, number, f"お客様より「{NOTE}」とのこと。")
    assert on_case(session, number, f"「{NOTE}」とのお問い合わせについて") == []


def test_notes_of_other_cases_are_not_looked_at(session: Session) -> None:
    number, other = cases.open_inquiry(session), cases.open_inquiry(session)
    cases.note(session, other, NOTE)
    assert on_case(session, number, NOTE) == []


def test_a_confirmation_counts_for_this_text_and_these_findings_alone(session: Session) -> None:
    outgoing = Outgoing(holder_id=holder(session), body=f"{HIKARI}の件", file_names=["a.pdf"])
    with pytest.raises(Stopped) as stop:
        look_through(session, outgoing)
    digest = stop.value.digest
    assert look_through(session, outgoing, confirmed=digest) == ("name",)
    changed = [
        Outgoing(holder_id=outgoing.holder_id, body=f"{HIKARI}の件。", file_names=["a.pdf"]),
        Outgoing(holder_id=outgoing.holder_id, body=f"{HIKARI}の件", file_names=["b.pdf"]),
        Outgoing(holder_id=outgoing.holder_id, body=f"{HIKARI}の件", file_names=["a.pdf"], html="<p>x</p>"),
        Outgoing(holder_id=holder(session, ALICE_CS_NUMBER), body=f"{HIKARI}の件", file_names=["a.pdf"]),
    ]
    for other in changed:
        with pytest.raises(Stopped):
            look_through(session, other, confirmed=digest)
    contracts.add_contract_holder(session, actor=system_actor("tests"), name=f"{HIKARI}の件")
    with pytest.raises(Stopped):
        look_through(session, outgoing, confirmed=digest)


def test_nothing_found_needs_no_confirmation_and_a_false_one_does_no_harm(session: Session) -> None:
    outgoing = Outgoing(holder_id=holder(session), body="ご連絡ありがとうございます。")
    assert look_through(session, outgoing) == ()
    assert look_through(session, outgoing, confirmed="x" * 64) == ()


def test_a_new_name_and_a_changed_one_are_known_at_once(session: Session) -> None:
    actor = system_actor("tests")
    assert found(session, "新しい会社です") == []
    first = names_of_all(session)
    assert names_of_all(session) is first
    contracts.add_contract_holder(session, actor=actor, name="新しい会社")
    assert names_of_all(session) is not first
    assert found(session, "新しい会社です") == [(Found.NAME, "新しい会社")]


def test_a_finding_says_nothing_but_what_was_typed(session: Session) -> None:
    """Who owns the number, what else the name stands for: nothing of it is in a finding."""
    told = find(session, Outgoing(holder_id=holder(session), body="P910000001 alice@a-company.example"))
    shown = " ".join(f"{item.text} {item.label}" for item in told)
    assert [
        word for word in (A_COMPANY, "Adams", "Alice ", "alice@a-company.example.cs") if word in shown
    ] == []
    assert told == [
        Finding(Found.CUSTOMER_NUMBER, "P910000001"),
        Finding(Found.MAIL, "alice@a-company.example"),
    ]


def test_signs_that_nobody_sees_hide_nothing(session: Session) -> None:
    assert found(session, "株式\u200b会社ひ\u00adかり商事")[0][0] is Found.NAME
    assert squeeze("ｶﾞ\u3099 Ⅳ\n").text == "ガ\u3099iv".replace("\u3099", "") or squeeze("ｶﾞ").text == "ガ"


@pytest.mark.parametrize("piece", ["a", "あ", "0", "P9", "@", "\u3099", "+81 ", "https://"])
def test_long_dull_texts_are_looked_through_in_time(session: Session, piece: str) -> None:
    number = cases.open_inquiry(session)
    cases.note(session, number, piece.strip() * 9_000 or "x")
    assert isinstance(on_case(session, number, (piece * 20_000)[:20_000]), list)


def test_many_names_with_one_beginning_are_told_apart() -> None:
    index = NameIndex((place, f"株式会社{place:05}商店") for place in range(10_000))
    assert list(index.found_in(squeeze("株式会社04711商店と株式会社99999商店"), 1)) == ["株式会社04711商店"]


def test_users_of_the_desk_are_no_strangers(session: Session) -> None:
    agent: User = cast.person(session, "agent")
    assert found(session, agent.mail) == []
    assert SAMPLE not in str(found(session, SAMPLE))
