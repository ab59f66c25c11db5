"""Files of cases: who gets them, how they are handed out, and the plain form that adds them (CASE-09, CASE-10)."""

import hashlib
import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.authz import Audience, system_actor
from app.cases.lifecycle import CaseState
from app.cases.models import CaseComment, CaseFile
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, files

CONTENT = bytes(range(256)) * 40
SHA = hashlib.sha256(CONTENT).hexdigest()


def links(page: Page) -> list[str]:
    """Where the page's files lead to."""
    found = [item.get("href") for item in page.all("a") if "/files/" in item.get("href", "")]
    return list(dict.fromkeys(found))


def post(browser: InspectingClient, action: str, page: str, *chosen: tuple[bytes, str], **typed: str) -> Page:
    """Send the form of a page as a browser without script does."""
    names = {name.replace("__", "-"): value for name, value in typed.items()}
    sent = [(io.BytesIO(content), name) for content, name in chosen]
    fields = {**browser.get(page).form(action), **names, "files": sent}
    return browser.post(action, fields, content_type="multipart/form-data")


# Forbidden things first.


@pytest.mark.req("SEC-44", "DESK-04", "C23")
def test_a_file_of_a_note_does_not_exist_for_customers(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    number = given(cases.open_inquiry)
    token = given(files.on_note, number, name="geheim.txt")
    hanako = signed_in("hanako")
    with untouched():
        page = hanako.get(f"/cs/cases/{number}")
        assert "geheim" not in page.text
        assert links(page) == []
        foreign = hanako.get(f"/cs/cases/{number}/files/{token}")
        absent = hanako.get(f"/cs/cases/{number}/files/{'0' * 32}")
    assert (foreign.status, foreign.text) == (absent.status, absent.text)
    assert foreign.status == 404
    desk = signed_in("agent")
    assert desk.get(f"/console/cases/{number}/files/{token}").status == 200
    assert links(desk.get(f"/console/cases/{number}")) == [f"/console/cases/{number}/files/{token}"]


@pytest.mark.req("SEC-44", "DESK-04")
def test_a_file_goes_with_a_comment_that_is_taken_back(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(cases.open_inquiry)
    token = given(files.on_comment, number)

    def take_back(session: Session) -> None:
        written = select(CaseComment).join(CaseFile, CaseFile.comment_id == CaseComment.id)
        session.execute(
            update(CaseComment)
            .where(CaseComment.id == session.scalars(written).one().id)
            .values(audience=Audience.DESK)
        )

    given(take_back)
    assert stored(files.count_files) == 1
    assert signed_in("hanako").get(f"/cs/cases/{number}/files/{token}").status == 404
    assert links(signed_in("hanako").get(f"/cs/cases/{number}")) == []


@pytest.mark.req("SEC-44", "SEC-26", "SVC-04")
def test_a_file_exists_below_its_own_case_alone(given: Given, signed_in: SignedIn) -> None:
    number, other = given(cases.open_inquiry), given(cases.open_inquiry)
    token = given(files.on_case, number)
    hanako = signed_in("hanako")
    assert hanako.get(f"/cs/cases/{number}/files/{token}").status == 200
    for address in (f"/cs/cases/{other}/files/{token}", f"/fm/cases/{number}/files/{token}"):
        assert hanako.get(address).status == 404
    for name in ("alice",):
        assert signed_in(name).get(f"/cs/cases/{number}/files/{token}").status == 404


@pytest.mark.req("SEC-44", "SEC-22")
def test_a_right_that_was_withdrawn_is_asked_at_the_next_range(given: Given, signed_in: SignedIn) -> None:
    number = given(cases.open_inquiry)
    token = given(files.on_case, number, content=CONTENT)
    taro, address = signed_in("taro"), f"/cs/cases/{number}/files/{token}"
    assert taro.get(address, headers={"Range": "bytes=0-9"}).status == 206
    given(_disable, "taro")
    assert taro.get(address, headers={"Range": "bytes=10-19"}).status in {303, 404}


def _disable(session: Session, name: str) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, name))


@pytest.mark.req("SEC-41", "SEC-44")
def test_nobody_attaches_what_somebody_else_has_uploaded(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(cases.open_inquiry)
    token = given(files.whole_of, "hanako")
    path = f"/cs/cases/{number}"
    taro = signed_in("taro")
    page = taro.submit(taro.get(path), f"{path}/files", uploads=token)
    assert page.status == 422
    assert "もう一度選択" in page.error_at("files-uploads")
    assert stored(files.count_files) == 0
    assert len(stored(files.uploads)) == 1


def test_an_upload_that_is_not_whole_is_not_attached(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(cases.open_inquiry)
    token = given(files.begun, "hanako", name="half.log", content=b"01234")
    path = f"/cs/cases/{number}"
    hanako = signed_in("hanako")
    page = hanako.submit(hanako.get(path), f"{path}/comments", body="送ります。", uploads=token)
    assert page.status == 422
    assert "half.log" in page.error_at("uploads")
    assert page.value("body") == "送ります。"
    assert stored(files.count_files) == 0


@pytest.mark.req("CASE-16")
def test_a_closed_case_takes_no_file_but_gives_them(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(cases.in_state, CaseState.RESOLVED)
    token = given(files.on_case, number)
    path = f"/cs/cases/{number}"
    hanako = signed_in("hanako")
    late = hanako.get(path).form(f"{path}/files")
    hanako.act(f"{path}/acceptance")
    page = hanako.get(path)
    assert not page.offers(f"{path}/files")
    assert page.all("input", type="file") == []
    assert hanako.get(f"{path}/files/{token}").status == 200
    upload = given(files.whole_of, "hanako")
    refused = hanako.post(f"{path}/files", {**late, "uploads": upload})
    assert refused.status == 409
    assert "ファイルは追加されませんでした" in refused.alerts()
    assert stored(files.count_files) == 1


@pytest.mark.req("SEC-42")
@pytest.mark.parametrize(("count", "status"), [(20, 303), (21, 422)])
def test_twenty_files_at_once(
    given: Given, signed_in: SignedIn, stored: Stored, count: int, status: int
) -> None:
    path = f"/cs/cases/{given(cases.open_inquiry)}"
    chosen = [(b"x", f"{index}.txt") for index in range(count)]
    page = post(signed_in("hanako"), f"{path}/files", path, *chosen)
    assert page.status == status
    assert stored(files.count_files) == (20 if status == 303 else 0)
    if status == 422:
        assert "20" in page.error_at("files-uploads")


# Handing out.


@pytest.mark.req("CASE-10", "SEC-43")
def test_a_download_is_a_download(given: Given, signed_in: SignedIn) -> None:
    number = given(cases.open_inquiry)
    token = given(files.on_case, number, name='報告書 "1".html', content=b"<script>alert(1)</script>")
    for browser, base in ((signed_in("hanako"), "/cs"), (signed_in("agent"), "/console")):
        page = browser.get(f"{base}/cases/{number}/files/{token}")
        told = page.answer.headers
        assert page.status == 200
        assert page.answer.get_data() == b"<script>alert(1)</script>"
        assert told["Content-Type"] == "application/octet-stream"
        assert told["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in told["Content-Security-Policy"]
        assert told["Content-Disposition"].startswith('attachment; filename="')
        assert "%E5%A0%B1%E5%91%8A%E6%9B%B8%20%221%22.html" in told["Content-Disposition"]
        assert "no-store" in told["Cache-Control"]


@pytest.mark.req("SEC-44", "CASE-09")
@pytest.mark.parametrize(
    ("wanted", "status", "first", "stop"),
    [
        (None, 200, 0, 10240),
        ("bytes=0-9", 206, 0, 10),
        ("bytes=10-", 206, 10, 10240),
        ("bytes=-10", 206, 10230, 10240),
        ("bytes=10239-99999", 206, 10239, 10240),
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10240-", 416, 0, 0),
        ("bytes=9-2", 416, 0, 0),
        ("lines=1-2", 416, 0, 0),
    ],
)
def test_ranges(
    given: Given, signed_in: SignedIn, wanted: str | None, status: int, first: int, stop: int
) -> None:
    number = given(cases.open_inquiry)
    address = f"/cs/cases/{number}/files/{given(files.on_case, number, content=CONTENT)}"
    hanako = signed_in("hanako")
    page = hanako.get(address, headers={"Range": wanted} if wanted else {})
    assert page.status == status
    if status != 416:
        assert page.answer.get_data() == CONTENT[first:stop]
        assert page.answer.headers["Content-Length"] == str(stop - first)
        assert page.answer.headers["Accept-Ranges"] == "bytes"
        assert page.answer.headers["ETag"] == f'"{SHA}"'
    if status == 206:
        assert page.answer.headers["Content-Range"] == f"bytes {first}-{stop - 1}/10240"
    head = hanako.fetch("HEAD", address, headers={"Range": wanted} if wanted else {})
    assert (head.status, head.answer.get_data()) == (status, b"")


def test_whoever_has_the_file_already_gets_its_mark_alone(given: Given, signed_in: SignedIn) -> None:
    number = given(cases.open_inquiry)
    address = f"/cs/cases/{number}/files/{given(files.on_case, number, content=CONTENT)}"
    hanako = signed_in("hanako")
    assert hanako.get(address, headers={"If-None-Match": f'"{SHA}"'}).status == 304
    changed = hanako.get(address, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (changed.status, len(changed.answer.get_data())) == (200, len(CONTENT))
    assert hanako.get(address, headers={"Range": "bytes=0-9", "If-Range": f'"{SHA}"'}).status == 206


@pytest.mark.req("CASE-08", "SEC-43")
def test_only_a_picture_drawn_anew_is_shown(given: Given, signed_in: SignedIn) -> None:
    number = given(cases.open_inquiry)
    shot = given(files.on_comment, number, by="hanako", name="Pasted image.png", content=files.picture())
    drawing = given(files.on_case, number, name="x.svg", content=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    hanako = signed_in("hanako")
    page = hanako.get(f"/cs/cases/{number}/files/{shot}/picture")
    assert (page.status, page.answer.mimetype) == (200, "image/webp")
    assert page.answer.headers["Content-Disposition"] == "inline"
    assert "sandbox" in page.answer.headers["Content-Security-Policy"]
    etag = page.answer.headers["ETag"]
    again = hanako.get(f"/cs/cases/{number}/files/{shot}/picture", headers={"If-None-Match": etag})
    assert again.status == 304
    assert hanako.get(f"/cs/cases/{number}/files/{drawing}/picture").status == 404


# Showing and adding.


@pytest.mark.req("CASE-09")
def test_the_tab_lists_name_size_and_age_newest_first(given: Given, signed_in: SignedIn) -> None:
    number = given(cases.open_inquiry)
    given(files.on_case, number, name="first.log", content=b"x" * 133_222)
    with clock.at(clock.now() + timedelta(minutes=1)):
        given(files.on_case, number, name="月次報告.pdf", content=b"x")
    page = signed_in("hanako").get(f"/cs/cases/{number}")
    tab = page.by_id("attachments")
    words = page.words(tab)
    assert words.index("月次報告.pdf") < words.index("first.log")
    assert "130.1 KB" in words
    assert [item for item in tab.iter() if item.tag.endswith("time")]
    assert page.words(page.by_id("attachments-tab")).endswith("2")


@pytest.mark.req("CASE-09")
def test_a_case_without_files_says_so(given: Given, signed_in: SignedIn) -> None:
    page = signed_in("hanako").get(f"/cs/cases/{given(cases.open_inquiry)}")
    assert "このケースに添付ファイルはありません" in page.words(page.by_id("attachments"))


@pytest.mark.req("CASE-10", "CASE-22")
def test_files_come_with_a_comment_and_stand_beneath_it(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(cases.open_inquiry)
    path = f"/cs/cases/{number}"
    hanako = signed_in("hanako")
    with clock.at(clock.now() + timedelta(minutes=5)):
        page = post(
            hanako, f"{path}/comments", path, (b"one", "one.log"), (b"two", "two.log"), body="二つ送ります。"
        )
        assert page.status == 303
    page = hanako.get(path)
    text = next(item for item in page.styled("div", "timeline-text") if "二つ送ります" in page.words(item))
    assert "one.log" in page.words(text)
    assert "two.log" in page.words(text)
    assert [hanako.get(link).text for link in links(page)][:2] == ["one", "two"]
    assert stored(files.uploads) == []
    case = stored(lambda session: cases.case_of(session, number))
    assert case.updated_at > case.created_at


@pytest.mark.req("CASE-10", "CASE-22", "CASE-11")
def test_files_are_added_on_their_own(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    number = given(cases.open_inquiry)
    path = f"/cs/cases/{number}"
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert post(signed_in("hanako"), f"{path}/files", path, (b"one", "one.log")).status == 303
    assert stored(lambda session: cases.history(session, number))[-1] == "case.files_added"
    case = stored(lambda session: cases.case_of(session, number))
    assert case.updated_at - case.created_at > timedelta(minutes=4)
    page = signed_in("agent").get(f"/console/cases/{number}")
    assert "one.log" in page.words()


@pytest.mark.req("CASE-22", "DESK-04")
def test_a_note_with_files_leaves_the_updated_time_alone(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(cases.open_inquiry)
    path = f"/console/cases/{number}"
    before = stored(lambda session: cases.case_of(session, number)).updated_at
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert (
            post(signed_in("agent"), f"{path}/notes", path, (b"one", "one.log"), note__body="社内").status
            == 303
        )
    assert stored(lambda session: cases.case_of(session, number)).updated_at == before
    assert stored(files.count_files) == 1
    assert links(signed_in("hanako").get(f"/cs/cases/{number}")) == []


@pytest.mark.req("CASE-10", "INQ-06")
def test_an_inquiry_brings_files_with_and_without_words(signed_in: SignedIn, stored: Stored) -> None:
    hanako = signed_in("hanako")
    for index, details in enumerate(("ログを送ります。", "")):
        page = post(
            hanako, "/cs/inquiries/new", "/cs/inquiries/new", (b"one", "one.log"),
            number="N200000001", category="service", details=details,
        )  # fmt: skip
        assert page.status == 303, page.words()
        assert stored(files.count_files) == index + 1
        assert len(links(hanako.get(page.location))) == 1


@pytest.mark.req("CASE-10", "DESK-06")
def test_the_desk_opens_a_case_with_a_report(signed_in: SignedIn) -> None:
    address = "/console/cases/new?number=N200000001"
    page = post(
        signed_in("agent"), address, address, (b"%PDF-1.7 report", "月次報告.pdf"),
        category="monthly_report", subject="11月の報告",
    )  # fmt: skip
    assert page.status == 303, page.words()
    number = page.location.rsplit("/", 1)[1]
    assert "月次報告.pdf" in signed_in("hanako").get(f"/cs/cases/{number}").words()


@pytest.mark.req("WR-05", "M-27")
def test_a_refused_form_keeps_text_and_files(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    path = f"/cs/cases/{given(cases.open_inquiry)}"
    hanako = signed_in("hanako")
    page = post(hanako, f"{path}/comments", path, (b"one", "one.log"), (b"", "empty.log"), body="")
    assert page.status == 422
    assert "empty.log" in page.error_at("uploads")
    assert stored(files.count_files) == 0
    (kept,) = page.all("input", name="uploads")
    assert kept.get("checked") is not None
    assert page.error_at("body")
    sent = hanako.submit(page, f"{path}/comments", body="今度は書きました。")
    assert sent.status == 303
    assert stored(files.count_files) == 1


@pytest.mark.req("WR-04")
def test_a_kept_file_can_be_taken_off(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    path = f"/cs/cases/{given(cases.open_inquiry)}"
    hanako = signed_in("hanako")
    page = post(hanako, f"{path}/comments", path, (b"one", "one.log"), body="")
    fields = {name: value for name, value in page.form(f"{path}/comments").items() if name != "uploads"}
    assert hanako.post(f"{path}/comments", {**fields, "body": "やはり無しで。"}).status == 303
    assert stored(files.count_files) == 0


def test_files_are_asked_for_where_none_was_chosen(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    path = f"/cs/cases/{given(cases.open_inquiry)}"
    hanako = signed_in("hanako")
    form = hanako.get(path).form(f"{path}/files")
    with untouched():
        page = hanako.post(
            f"{path}/files", {**form, "files": (io.BytesIO(b""), "")}, content_type="multipart/form-data"
        )
    assert page.status == 422
    assert "ファイルを選択" in page.error_at("files-uploads")


@pytest.mark.req("REL-04")
def test_a_second_click_adds_nothing_twice(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    path = f"/cs/cases/{given(cases.open_inquiry)}"
    hanako = signed_in("hanako")
    fields = hanako.get(path).form(f"{path}/files")
    token = given(files.whole_of, "hanako")
    assert [hanako.post(f"{path}/files", {**fields, "uploads": token}).status for _ in range(2)] == [303, 303]
    assert stored(files.count_files) == 1


def _post_large(browser: InspectingClient, path: str, size: int) -> Page:
    """Post a large file; the body is put together here, since the test client would leave a file of its own open."""
    fields = browser.get(path).form(f"{path}/files")
    lines = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = '--edge\r\nContent-Disposition: form-data; name="files"; filename="large.bin"\r\n\r\n'
    body = "".join([*lines, head]).encode() + b"x" * size + b"\r\n--edge--\r\n"
    return browser.fetch(
        "POST", f"{path}/files", data=body, content_type="multipart/form-data; boundary=edge"
    )


@pytest.mark.req("SEC-39")
def test_a_form_of_files_has_a_limit_of_its_own(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    path = f"/cs/cases/{given(cases.open_inquiry)}"
    hanako = signed_in("hanako")
    assert _post_large(hanako, path, 31 * 1024**2).status == 303
    refused = _post_large(hanako, path, 32 * 1024**2)
    assert refused.status == 413
    assert "合計 32 MB まで" in refused.words()
    assert "1ファイル 2 GB まで" in refused.words()
    assert stored(files.count_files) == 1
    # Every other form keeps to its limit.
    assert hanako.act("/cs/profile/language", language="en", back="x" * 1_100_000).status == 413


def test_an_enhanced_form_gets_the_part_with_the_file_in_it(given: Given, signed_in: SignedIn) -> None:
    path = f"/cs/cases/{given(cases.open_inquiry)}"
    hanako = signed_in("hanako")
    fields = {
        **hanako.get(path).form(f"{path}/files"),
        "uploads": given(files.whole_of, "hanako", name="a.log"),
    }
    page = hanako.post(f"{path}/files", fields, headers={"HX-Request": "true"})
    assert page.status == 200
    assert page.is_part
    assert "a.log" in page.words(page.tree)


@pytest.mark.req("MAIL-06", "DESK-04")
def test_the_other_side_is_told_of_files_but_never_of_those_of_a_note(
    given: Given, signed_in: SignedIn, outbox: Outbox
) -> None:
    number = given(cases.open_inquiry)
    path = f"/cs/cases/{number}"
    outbox()
    post(signed_in("hanako"), f"{path}/files", path, (b"one", "one.log"))
    assert {mail.to for mail in outbox()} == {"desk-cs@desk.example"}
    given(files.on_note, number)
    assert outbox() == []
