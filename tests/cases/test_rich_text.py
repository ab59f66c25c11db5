"""Rich text on cases: taken, cleaned, given back, shown, and never shown to the wrong side (CASE-06 to CASE-08)."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.cases.lifecycle import CaseState
from app.cases.models import COMMENT_LENGTH, CaseComment
from app.richtext.cleaning import MOST_TAGS
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, files

# Who writes where, and the prefix of the form's fields.
PENS = [
    ("hanako", "/cs/cases/{}", "comments", ""),
    ("agent", "/console/cases/{}", "comments", "reply-"),
    ("agent", "/console/cases/{}", "notes", "note-"),
]
RICH = '<p>至急<strong>確認</strong><span class="rt-color-red">願います</span></p>'
NASTY = (
    '<p onclick="pwned()">至急<strong style="color:red">確認</strong><script>pwned()</script>'
    "<img src=x onerror=pwned()></p>"
)


@pytest.fixture
def number(given: Given) -> str:
    return str(given(cases.in_state, CaseState.IN_PROGRESS))


def newest(session: Session) -> tuple[str, str | None]:
    """The words and the rich text of the comment that was written last."""
    row = session.scalars(select(CaseComment).order_by(CaseComment.id.desc()).limit(1)).one()
    return row.body, row.html


@pytest.mark.req("CASE-06", "CASE-05")
@pytest.mark.parametrize(("person", "place", "act", "prefix"), PENS)
def test_rich_text_is_stored_with_its_words_and_shown(
    signed_in: SignedIn, stored: Stored, number: str, person: str, place: str, act: str, prefix: str
) -> None:
    client, page = signed_in(person), place.format(number)
    client.submit(
        client.get(page), f"{page}/{act}", **{f"{prefix}html": RICH, f"{prefix}body": "something else"}
    )
    assert stored(newest) == ("至急確認願います", RICH)
    assert RICH in client.get(page).text


@pytest.mark.req("CASE-07", "SEC-33")
@pytest.mark.parametrize(("person", "place", "act", "prefix"), PENS)
def test_what_may_not_be_is_gone_before_it_is_stored(
    signed_in: SignedIn, stored: Stored, number: str, person: str, place: str, act: str, prefix: str
) -> None:
    client, page = signed_in(person), place.format(number)
    client.submit(client.get(page), f"{page}/{act}", **{f"{prefix}html": NASTY, f"{prefix}body": ""})
    assert stored(newest) == ("至急確認", "<p>至急<strong>確認</strong></p>")
    assert "pwned" not in client.get(page).text


@pytest.mark.req("SEC-33")
def test_what_got_into_the_database_otherwise_is_cleaned_when_it_is_shown(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    given(cases.comment, number, "至急")

    def spoil(session: Session) -> None:
        session.execute(update(CaseComment).values(html=NASTY))

    given(spoil)
    for person, page in (("hanako", f"/cs/cases/{number}"), ("agent", f"/console/cases/{number}")):
        assert "pwned" not in signed_in(person).get(page).text


@pytest.mark.req("CASE-05")
def test_plain_words_from_the_editor_are_stored_as_plain_words(
    signed_in: SignedIn, stored: Stored, number: str
) -> None:
    client, page = signed_in("hanako"), f"/cs/cases/{number}"
    client.submit(client.get(page), f"{page}/comments", html="<p>一</p><p></p><p>二</p>", body="")
    assert stored(newest) == ("一\n\n二", None)


@pytest.mark.req("CASE-05")
@pytest.mark.parametrize(
    "html", ["<p></p>", "<p> </p><script>x</script>", '<p><img src="https://x.example/"></p>']
)
def test_rich_text_that_says_nothing_is_refused(
    signed_in: SignedIn, untouched: Untouched, number: str, html: str
) -> None:
    client, page = signed_in("hanako"), f"/cs/cases/{number}"
    shown = client.get(page)
    with untouched():
        answer = client.submit(shown, f"{page}/comments", html=html, body="")
    assert answer.status == 422
    assert "この項目を入力してください。" in answer.error_at("body")


@pytest.mark.req("CASE-05")
def test_the_length_of_the_words_counts_and_the_text_comes_back_cleaned(
    signed_in: SignedIn, stored: Stored, number: str
) -> None:
    client, page = signed_in("hanako"), f"/cs/cases/{number}"
    words = "字" * COMMENT_LENGTH
    answer = client.submit(
        client.get(page), f"{page}/comments", html=f"<p onclick=x><b>{words}字</b></p>", body=""
    )
    assert answer.status == 422
    assert "20000" in answer.error_at("body")
    assert answer.value("html") == f"<p><b>{words}字</b></p>"
    client.submit(client.get(page), f"{page}/comments", html=f"<p><b>{words}</b></p>", body="")
    assert stored(newest)[0] == words


@pytest.mark.req("SEC-33", "CASE-05")
def test_too_much_formatting_is_refused_with_words_and_kept(
    signed_in: SignedIn, untouched: Untouched, number: str
) -> None:
    client, page = signed_in("hanako"), f"/cs/cases/{number}"
    html = f"<p>{'<b>x</b>' * MOST_TAGS}</p>"
    shown = client.get(page)
    with untouched():
        answer = client.submit(shown, f"{page}/comments", html=html, body="x")
    assert answer.status == 422
    assert "書式が多すぎます" in answer.error_at("body")
    assert answer.value("html") == html


@pytest.mark.req("SEC-39", "CASE-05")
@pytest.mark.parametrize("field", ["body", "html"])
def test_five_megabytes_get_a_page_that_says_so(
    signed_in: SignedIn, untouched: Untouched, number: str, field: str
) -> None:
    client, page = signed_in("hanako"), f"/cs/cases/{number}"
    shown = client.get(page)
    with untouched():
        answer = client.submit(shown, f"{page}/comments", **{field: "x" * 5_000_000})
    assert answer.status == 413
    assert "文章が長すぎます" in answer.text


@pytest.mark.req("CASE-08", "SEC-44", "DESK-04")
def test_a_picture_is_shown_to_those_who_may_have_its_file_alone(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    public = given(files.on_case, number, name="Pasted image.png", content=files.picture())
    secret = given(files.on_note, number, name="desk-only.png", content=files.picture())
    html = "".join(
        f'<p><img data-file="{token}" alt="{alt}"></p>' for token, alt in ((public, "a"), (secret, "b"))
    )

    def write(session: Session) -> None:
        cases.comment(session, number, "[a]")
        session.execute(update(CaseComment).where(CaseComment.body == "[a]").values(html=html))

    given(write)
    theirs = signed_in("hanako").get(f"/cs/cases/{number}").text
    assert f'src="/cs/cases/{number}/files/{public}/picture"' in theirs
    assert secret not in theirs
    assert "<p>[b]</p>" in theirs
    ours = signed_in("agent").get(f"/console/cases/{number}").text
    assert f'src="/console/cases/{number}/files/{secret}/picture"' in ours


@pytest.mark.req("CASE-08", "SEC-35")
def test_pages_may_show_pictures_of_this_window_and_of_ours_and_no_others(signed_in: SignedIn) -> None:
    policy = signed_in("hanako").get("/cs/").answer.headers["Content-Security-Policy"]
    (pictures,) = [part.strip() for part in policy.split(";") if part.strip().startswith("img-src")]
    assert pictures == "img-src 'self' data: blob:"


@pytest.mark.req("CASE-06", "MAIL-02")
def test_the_mail_has_the_looks_too(signed_in: SignedIn, outbox: Outbox, number: str) -> None:
    outbox()
    client, page = signed_in("hanako"), f"/cs/cases/{number}"
    client.submit(client.get(page), f"{page}/comments", html=RICH, body="")
    (mail,) = outbox()
    assert "至急確認願います" in mail.text
    assert '<strong>確認</strong><span style="color:#b3261e">願います</span>' in mail.html
