"""GET and POST /console/cases/<case>/details: editing what customers see, and what a stale form does (REL-05)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden
from app.cases import actions
from app.cases.categories import Category
from app.cases.lifecycle import Act, CaseState
from app.cases.models import SUBJECT_LENGTH
from tests import cast
from tests.cases import bad_texts
from tests.cases.races import at_once
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases

STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
STALE = (
    "編集中に、ほかの担当者が内容を変更しました。両方の内容をご確認ください。保存すると、入力した内容で上書きされます。",
    "Somebody else changed these details in the meantime. Compare both texts; saving replaces theirs by yours.",
)


def _address(number: str) -> str:
    return f"/console/cases/{number}/details"


def _details(session: Session, number: str) -> tuple[str | None, Category, int | None]:
    case = cases.case_of(session, number)
    return case.subject, case.category, case.contact_id


@pytest.mark.req("CASE-22")
def test_it_works_and_tells_old_and_new(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    with clock.at(STARTED):
        number = given(cases.open_case, subject="旧件名", category=Category.OTHER, contact="hanako")
    client = signed_in("agent")
    page = client.get(_address(number))
    taro = stored(lambda session: cast.person(session, "taro").id)
    answer = client.submit(page, _address(number), subject="新件名", category="alarm", contact=str(taro))
    assert (answer.status, answer.location) == (303, f"/console/cases/{number}")
    assert stored(lambda session: _details(session, number)) == ("新件名", Category.ALARM, taro)
    assert stored(lambda session: cases.case_of(session, number).updated_at) > STARTED
    for reader, path in (("agent", "console"), ("hanako", "cs")):
        shown = signed_in(reader).get(f"/{path}/cases/{number}")
        words = shown.words(shown.styled("li", "timeline-entry")[0])
        for change in ("旧件名 → 新件名", "その他 → アラーム", "佐藤 花子 → 鈴木 太郎"):
            assert change in words


def test_saving_without_a_change_writes_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(cases.open_case)
    client = signed_in("agent")
    page = client.get(_address(number))
    with untouched():
        assert client.submit(page, _address(number)).status == 303


def test_repeated_it_is_stale_but_changes_nothing(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_case)
    client = signed_in("agent")
    page = client.get(_address(number))
    assert client.submit(page, _address(number), subject="一度").status == 303
    assert client.submit(page, _address(number), subject="一度").status == 409
    assert stored(lambda session: cases.history(session, number)).count("case.details_changed") == 1


@pytest.mark.req("REL-05")
@pytest.mark.parametrize(("person", "language"), [("agent", 0), ("cs_agent", 1)])
def test_a_stale_edit_shows_both_texts_and_overwrites_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched, person: str, language: int
) -> None:
    number = given(cases.open_case, subject="最初")
    client = signed_in(person)
    page = client.get(_address(number))
    given(cases.edit, number, subject="先に保存された件名")
    with untouched():
        answer = client.submit(page, _address(number), subject="後から書いた件名")
    assert answer.status == 409
    assert STALE[language] in answer.words()
    (theirs,) = answer.all("section", aria_labelledby="stored-title")
    assert "先に保存された件名" in answer.words(theirs)
    assert answer.form(_address(number))["subject"] == "後から書いた件名"


@pytest.mark.req("REL-05")
def test_who_has_seen_both_texts_may_save(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_case, subject="最初")
    client = signed_in("agent")
    page = client.get(_address(number))
    given(cases.edit, number, subject="先")
    answer = client.submit(page, _address(number), subject="後")
    assert client.submit(answer, _address(number)).status == 303
    assert stored(lambda session: _details(session, number))[0] == "後"


@pytest.mark.req("REL-05")
def test_an_edit_after_a_mere_comment_or_act_is_not_stale(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(cases.open_case, subject="最初")
    given(cases.edit, number, subject="二番目")
    client = signed_in("agent")
    page = client.get(_address(number))
    given(cases.comment, number, "途中の返信", by="hanako")
    given(cases.note, number, "途中のメモ")
    given(cases.move, number, Act.TAKE_ON, by="lead")
    given(cases.assign, number, "lead")
    assert client.submit(page, _address(number), subject="三番目").status == 303
    assert stored(lambda session: _details(session, number))[0] == "三番目"


@pytest.mark.req("REL-05")
@pytest.mark.parametrize("version", ["", "abc", "0", "-1", "99999999999", "999", "\0", "１", "1.0"])
@pytest.mark.parametrize("edits", [0, 1])
def test_a_version_that_was_never_shown_is_stale(
    signed_in: SignedIn, given: Given, untouched: Untouched, version: str, edits: int
) -> None:
    number = given(cases.open_case, subject="最初")
    for _ in range(edits):
        given(cases.edit, number, subject="二番目")
    client = signed_in("agent")
    page = client.get(_address(number))
    with untouched():
        answer = client.submit(page, _address(number), subject="当てずっぽう", version=version)
    assert answer.status == 409
    assert answer.form(_address(number))["subject"] == "当てずっぽう"


@pytest.mark.req("REL-05")
def test_of_two_edits_at_once_one_is_stale(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_case, subject="最初")
    clients = [signed_in(name) for name in ("agent", "lead")]
    pages = [client.get(_address(number)) for client in clients]
    answers = at_once(
        lambda: clients[0].submit(pages[0], _address(number), subject="甲"),
        lambda: clients[1].submit(pages[1], _address(number), subject="乙"),
    )
    assert sorted(answer.status for answer in answers) == [303, 409]
    winner = "甲" if answers[0].status == 303 else "乙"
    assert stored(lambda session: _details(session, number))[0] == winner


@pytest.mark.parametrize(("person", "language"), [("agent", 0), ("cs_agent", 1)])
@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ("a\0b", bad_texts.CONTROL_MESSAGE),
        ("a\u202eb", bad_texts.CONTROL_MESSAGE),
        (
            "件" * (SUBJECT_LENGTH + 3),
            tuple(text.format(length=SUBJECT_LENGTH, excess=3) for text in bad_texts.TOO_LONG_MESSAGE),
        ),
    ],
    ids=["NUL", "bidi", "too long"],
)
def test_a_bad_subject_is_refused_at_the_field_and_kept(
    signed_in: SignedIn,
    given: Given,
    untouched: Untouched,
    person: str,
    language: int,
    typed: str,
    messages: tuple[str, str],
) -> None:
    number = given(cases.open_case)
    client = signed_in(person)
    page = client.get(_address(number))
    with untouched():
        answer = client.submit(page, _address(number), subject=typed)
    assert answer.status == 422
    assert messages[language] in answer.error_at("subject")
    assert answer.form(_address(number))["subject"] == bad_texts.shown(typed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", "alert"),
        ("category", "nonsense"),
        ("category", ""),
        ("contact", "999999"),
        ("contact", "alice"),
        ("contact", "kaito"),
        ("contact", "\0"),
    ],
)
@pytest.mark.req("CASE-18")
def test_unknown_codes_and_foreign_people_are_refused_at_the_field(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, field: str, value: str
) -> None:
    number = given(cases.open_case)
    chosen = str(stored(lambda session: cast.person(session, value).id)) if value in cast.ROLES else value
    client = signed_in("agent")
    page = client.get(_address(number))
    with untouched():
        answer = client.post(_address(number), page.form(_address(number)) | {field: chosen})
    assert answer.status == 422
    assert answer.error_at(field)


def test_a_subject_stays_on_one_line_and_may_be_taken_away(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(cases.open_case)
    client = signed_in("agent")
    client.submit(client.get(_address(number)), _address(number), subject=" 一行目\r\n二行目 ")
    assert stored(lambda session: _details(session, number))[0] == "一行目 二行目"
    client.submit(client.get(_address(number)), _address(number), subject="")
    assert stored(lambda session: _details(session, number))[0] is None


@bad_texts.each_odd
def test_an_odd_subject_is_shown_as_typed(signed_in: SignedIn, given: Given, typed: str) -> None:
    number = given(cases.open_case)
    client = signed_in("agent")
    client.submit(client.get(_address(number)), _address(number), subject=typed)
    page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert typed in "".join(page.one("h1").itertext())


@pytest.mark.req("CASE-16")
def test_a_closed_case_cannot_be_edited(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    number = given(cases.in_state, CaseState.IN_PROGRESS)
    client = signed_in("agent")
    page = client.get(_address(number))
    given(cases.move, number, Act.CLOSE, by="taro")
    with untouched():
        assert client.submit(page, _address(number), subject="遅い").status == 409
    assert _address(number) not in client.get(f"/console/cases/{number}").text


@pytest.mark.req("CASE-18")
def test_customers_cannot_edit(session: Session, signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    case = cases.case_of(session, number)
    with pytest.raises(Forbidden):
        actions.edit_details(
            session,
            case,
            actor=cast.actor_of(session, "hanako", "cs"),
            version=case.version,
            subject="x",
            category=Category.OTHER,
            contact=None,
        )
    assert signed_in("hanako").get(f"/cs/cases/{number}/details").status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, given: Given, untouched: Untouched, method: str) -> None:
    number = given(cases.open_case)
    client = signed_in("agent")
    fields = {"csrf_token": client.token()}
    with untouched():
        assert client.fetch(method, _address(number), data=fields).status == 405
