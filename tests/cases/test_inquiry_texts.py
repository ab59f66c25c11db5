"""The details of an inquiry: what is kept as typed, and what is refused with a message at the field."""

import pytest

from app.cases.models import COMMENT_LENGTH
from tests.cases import bad_texts
from tests.client import Option
from tests.conftest import SignedIn, Stored, Untouched
from tests.factories import cases

FORM = "/cs/inquiries/new"
KIND_OF_PARTS = "multipart/form-data; boundary=frontier"
PEOPLE = [("hanako", 0), ("alice", 1)]


def _multipart(fields: dict[str, str]) -> dict[str, Option]:
    """The request of a form in parts, made by hand: the test client would keep big ones in files."""
    disposition = 'Content-Disposition: form-data; name="'
    parts = [f'--frontier\r\n{disposition}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    return {"data": f"{''.join(parts)}--frontier--\r\n".encode(), "content_type": KIND_OF_PARTS}


@bad_texts.each_odd
def test_odd_text_is_kept_and_shown_as_typed(signed_in: SignedIn, stored: Stored, typed: str) -> None:
    client = signed_in("hanako")
    answer = client.submit(client.get(FORM), FORM, category="other", details=typed)
    assert answer.status == 303
    assert stored(lambda session: cases.bodies(session, "CS0000001")) == [typed]
    assert typed in "".join(client.get(answer.location).styled("p", "as-typed")[0].itertext())


@bad_texts.each_invisible
@pytest.mark.parametrize(("person", "language"), PEOPLE)
@pytest.mark.req("SEC-38")
def test_invisible_characters_are_refused_and_made_visible(
    signed_in: SignedIn, untouched: Untouched, typed: str, person: str, language: int
) -> None:
    client = signed_in(person)
    page = client.get(FORM)
    with untouched():
        answer = client.submit(page, FORM, category="other", details=typed)
    assert answer.status == 422
    assert bad_texts.CONTROL_MESSAGE[language] in answer.error_at("details")
    assert answer.form(FORM)["details"] == bad_texts.shown(typed)
    assert answer.form(FORM)["category"] == "other"


@pytest.mark.parametrize(("person", "language"), PEOPLE)
def test_a_text_of_one_character_too_many_is_refused_and_kept(
    signed_in: SignedIn, untouched: Untouched, person: str, language: int
) -> None:
    client = signed_in(person)
    page = client.get(FORM)
    typed = "あ" * (COMMENT_LENGTH + 1)
    with untouched():
        answer = client.submit(page, FORM, category="other", details=typed)
    assert answer.status == 422
    expected = bad_texts.TOO_LONG_MESSAGE[language].format(length=COMMENT_LENGTH, excess=1)
    assert expected in answer.error_at("details")
    assert answer.form(FORM)["details"] == typed


def test_the_longest_text_is_taken_whole(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    typed = "𠮷" * COMMENT_LENGTH
    assert client.submit(client.get(FORM), FORM, category="other", details=typed).status == 303
    assert stored(lambda session: cases.bodies(session, "CS0000001")) == [typed]


def test_line_ends_are_unified(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    client.submit(client.get(FORM), FORM, category="other", details="1\r\n2\r3\n4")
    assert stored(lambda session: cases.bodies(session, "CS0000001")) == ["1\n2\n3\n4"]


@pytest.mark.req("SEC-39")
@pytest.mark.parametrize(
    ("person", "title"), [("hanako", "文章が長すぎます"), ("alice", "The text is too long")]
)
def test_more_than_a_form_may_weigh_is_a_plain_413_in_the_users_language(
    signed_in: SignedIn, untouched: Untouched, person: str, title: str
) -> None:
    client = signed_in(person)
    fields = client.get(FORM).form(FORM) | {"category": "other"}
    with untouched():
        plain = client.post(FORM, {**fields, "details": "x" * 1_100_000})
        answer = client.fetch("POST", FORM, **_multipart({**fields, "details": "x" * 600_000}))
    assert plain.status == 413
    assert answer.status == 413
    assert answer.words(answer.one("h1")) == title


@pytest.mark.req("SEC-39")
def test_a_form_of_too_many_parts_is_refused(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    fields = client.get(FORM).form(FORM) | {f"part{index}": "x" for index in range(1_100)}
    with untouched():
        answer = client.fetch("POST", FORM, **_multipart(fields))
    assert answer.status == 413


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml"])
def test_what_is_no_form_is_refused(signed_in: SignedIn, untouched: Untouched, kind: str) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = client.fetch("POST", FORM, data=b'{"category": ["other"]}', content_type=kind)
    assert answer.status == 403


def test_fields_given_twice_or_as_files_do_no_harm(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    fields = client.get(FORM).form(FORM)
    twice = {**fields, "number": ["N200000001", "P910000001"], "category": ["nonsense", "other"]}
    with untouched():
        assert client.post(FORM, twice).status == 422


@pytest.mark.parametrize(
    ("details", "status"),
    [(b"%FF%FE%ED%A0%80", 303), (b"%", 303), (b"%zz", 303), (b"\xff\xfe", 400), ("生の文字".encode(), 303)],
)
def test_a_form_in_broken_bytes_is_no_fault_of_ours(signed_in: SignedIn, details: bytes, status: int) -> None:
    client = signed_in("hanako")
    fields = client.get(FORM).form(FORM) | {"category": "other"}
    body = "&".join(f"{name}={value}" for name, value in fields.items() if name != "details")
    kind = "application/x-www-form-urlencoded"
    answer = client.fetch("POST", FORM, data=f"{body}&details=".encode() + details, content_type=kind)
    assert answer.status == status
