"""The answer that carries a file: names and headers, how often, how long, and to whom (SEC-47)."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import login_listing
from app.accounts.models import UserNumber
from app.extensions import db
from app.lists.export import answer
from app.lists.export.answer import FORMATS, Format
from app.throttle import ThrottleHit
from tests import cast
from tests.client import BASE_URL, InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import logins
from tests.lists.readers import TOKYO, read_csv

EXTENSIONS = ("csv", "xlsx", "pdf")
LOGINS = "/fm/account/logins"
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
BEGINS = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF-"}


def hits(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ThrottleHit)) or 0


def data_of(page: Page) -> bytes:
    return page.answer.get_data()


def few_rows(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let files hold so few rows that a test can fill them."""
    small = {name: Format(one.label, one.media_type, one.module, most) for name, one in FORMATS.items()}
    monkeypatch.setattr(answer, "FORMATS", small)


@pytest.mark.req("HIST-04", "HIST-05")
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_file_says_what_it_is_and_is_kept_by_no_cache(signed_in: SignedIn, extension: str) -> None:
    page = signed_in("hanako").get(f"{LOGINS}.{extension}")
    headers = page.answer.headers

    assert page.status == 200
    assert page.answer.mimetype == MEDIA_TYPES[extension]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert data_of(page).startswith(BEGINS[extension])
    assert int(headers["Content-Length"]) == len(data_of(page))


@pytest.mark.req("HIST-04")
@pytest.mark.parametrize(
    ("name", "ascii_name", "full"),
    [("hanako", "login-history", "ログイン履歴"), ("alice", "login-history", "Login history")],
)
def test_its_name_is_in_the_persons_language_and_in_ascii_for_the_rest(
    signed_in: SignedIn, name: str, ascii_name: str, full: str
) -> None:
    with clock.at(clock.now().replace(hour=3, minute=4, second=5)):
        moment = clock.now().astimezone(TOKYO)
        disposition = signed_in(name).get(f"{LOGINS}.csv").answer.headers["Content-Disposition"]
    kind, plain, extended = disposition.split("; ")
    stamp = f"{moment:%Y%m%d-%H%M%S}"

    assert kind == "attachment"
    assert plain == f'filename="{ascii_name}_{stamp}.csv"'
    assert extended.startswith("filename*=UTF-8''")
    assert unquote(extended.removeprefix("filename*=UTF-8''")) == f"{full}_{stamp}.csv"
    assert extended.isascii()
    assert " " not in extended


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
def test_a_file_is_only_fetched(signed_in: SignedIn, method: str, untouched: Untouched) -> None:
    hanako = signed_in("hanako")
    fields = None if method == "HEAD" else {"csrf_token": hanako.token()}
    with untouched():
        # An answer to HEAD has no page to inspect.
        refused = hanako._client.open(f"{LOGINS}.csv", method=method, base_url=BASE_URL, data=fields)
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]


@pytest.mark.parametrize("extension", ["json", "CSV", "xls", "csv.pdf", "html", "", "../csv"])
def test_an_unknown_kind_of_file_is_not_there(signed_in: SignedIn, extension: str) -> None:
    assert signed_in("hanako").get(f"{LOGINS}.{extension}").status == 404


@pytest.mark.req("SEC-47")
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_whoever_is_not_signed_in_or_has_lost_the_right_gets_no_file(
    client: InspectingClient, signed_in: SignedIn, given: Given, extension: str
) -> None:
    assert client.get(f"{LOGINS}.{extension}").location.startswith("/fm/login")
    assert signed_in("taro").get(f"{LOGINS}.{extension}").location.startswith("/fm/login")
    assert signed_in("agent").get(f"{LOGINS}.{extension}").location.startswith("/fm/login")

    jiro = signed_in("jiro")
    assert jiro.get(LOGINS).status == 200

    def withdraw(session: Session) -> None:
        session.query(UserNumber).filter_by(user_id=cast.person(session, "jiro").id).delete()

    given(withdraw)
    assert jiro.get(f"{LOGINS}.{extension}").location.startswith("/fm/login")


@pytest.mark.req("SEC-47")
def test_five_files_in_ten_minutes_are_enough_for_one_person(signed_in: SignedIn, stored: Stored) -> None:
    hanako, jiro = signed_in("hanako"), signed_in("jiro")
    begin = clock.now().replace(microsecond=0)
    for step, extension in enumerate(("csv", "xlsx", "csv", "xlsx", "csv")):
        with clock.at(begin + timedelta(seconds=step)):
            assert hanako.get(f"{LOGINS}.{extension}").status == 200
    assert stored(hits) == 5

    with clock.at(begin + timedelta(seconds=9)):
        page = hanako.get(f"{LOGINS}.pdf")
        # Another person is not held back, nor is the page itself.
        assert jiro.get(f"{LOGINS}.csv").status == 200
        assert hanako.get(LOGINS).status == 200
    assert page.status == 429
    assert page.answer.mimetype == "text/html"
    again = (begin + timedelta(minutes=10)).astimezone(TOKYO)
    assert f"10分間に5回までです。{again:%H:%M:%S}以降に" in page.words()
    assert 591 <= int(page.answer.headers["Retry-After"]) <= 592
    assert stored(hits) == 6


@pytest.mark.req("SEC-47")
@pytest.mark.parametrize(("passed", "status"), [("0:09:59", 429), ("0:10:00", 200)])
def test_the_next_one_is_open_when_the_first_is_ten_minutes_old(
    signed_in: SignedIn, passed: str, status: int
) -> None:
    alice = signed_in("alice")
    begin = clock.now().replace(microsecond=0)
    with clock.at(begin):
        for _ in range(5):
            assert alice.get(f"{LOGINS}.csv").status == 200
    minutes, seconds = (int(part) for part in passed.split(":")[1:])
    with clock.at(begin + timedelta(minutes=minutes, seconds=seconds)):
        page = alice.get(f"{LOGINS}.csv")
    assert page.status == status
    if status == 429:
        assert "You can export 5 times within 10 minutes" in page.words()


@pytest.mark.req("SEC-47", "SEC-36")
def test_the_count_is_all_that_a_file_writes(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    hanako = signed_in("hanako")
    with pytest.raises(AssertionError, match=r"written to: \['throttle_hit'\]"), untouched():
        hanako.get(f"{LOGINS}.csv")
    assert stored(hits) == 1


@pytest.mark.req("SEC-47")
def test_ten_at_once_are_counted_one_after_the_other(app: Flask, signed_in: SignedIn, stored: Stored) -> None:
    token = signed_in("hanako").cookie() or ""

    def ask(_: int) -> int:
        browser = InspectingClient(app)
        browser.set_cookie(token)
        return browser._client.get(f"{LOGINS}.csv", base_url=BASE_URL).status_code

    # Beside the context of a test, since each request makes one of its own.
    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(ask, range(10)))
    assert answers == [200] * 5 + [429] * 5
    assert stored(hits) == 5


def test_an_installation_without_throttles_counts_nothing(
    app: Flask, signed_in: SignedIn, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.config["SETTINGS"]
    monkeypatch.setattr(type(settings), "is_throttled", property(lambda _: False))
    hanako = signed_in("hanako")
    assert {hanako.get(f"{LOGINS}.csv").status for _ in range(6)} == {200}
    assert stored(hits) == 0


@pytest.mark.req("SEC-47")
def test_limits_are_those_of_the_specification() -> None:
    assert {name: one.most for name, one in FORMATS.items()} == {
        "pdf": 10_000, "xlsx": 50_000, "csv": 50_000,
    }  # fmt: skip


@pytest.mark.req("SEC-47")
@pytest.mark.parametrize(("rows", "status"), [(6, 200), (7, 422)])
def test_a_list_that_is_too_long_is_offered_in_parts(
    signed_in: SignedIn, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch, rows: int, status: int
) -> None:
    few_rows(monkeypatch, 6)
    given(logins.many, "jiro", rows - 1)
    jiro = signed_in("jiro")  # The sign-in is one row more.
    page = jiro.get(f"{LOGINS}.pdf?sort=name")
    assert page.status == status
    if status == 200:
        return
    assert "リストは7件あります。1つのPDFファイルに入るのは6件までです。" in page.words()
    links = [link.get("href") for link in page.all("a") if "part=" in link.get("href", "")]
    assert links == [f"{LOGINS}.pdf?sort=name&part=1", f"{LOGINS}.pdf?sort=name&part=2"]
    assert "1~6 件目 / 7 件" in page.words()
    assert "7~7 件目 / 7 件" in page.words()
    assert stored(hits) == 0, "a refusal costs nothing"


def test_the_parts_together_are_the_list(
    signed_in: SignedIn, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(logins.many, "jiro", 12)
    jiro = signed_in("jiro")
    whole = read_csv(data_of(jiro.get(f"{LOGINS}.csv")))
    few_rows(monkeypatch, 5)
    parts = [jiro.get(f"{LOGINS}.csv?part={part}") for part in (1, 2, 3)]
    rows = [read_csv(data_of(part)) for part in parts]

    assert [len(part) - 1 for part in rows] == [5, 5, 3]
    assert [row for part in rows for row in part[1:]] == whole[1:]
    assert [part.answer.headers["Content-Disposition"].split(";")[1][-7:] for part in parts] == [
        '_1.csv"', '_2.csv"', '_3.csv"',
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["0", "-1", "x", "", "99", "9" * 30, "１"])
def test_a_strange_part_is_the_nearest_there_is(signed_in: SignedIn, part: str) -> None:
    page = signed_in("hanako").get(f"{LOGINS}.csv", query_string={"part": part})
    assert page.status == 200
    assert len(list(csv.reader(StringIO(page.text)))) == 2


def test_a_fault_while_writing_is_a_page_and_no_half_file(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of the inside")

    monkeypatch.setattr(login_listing.LoginRow, "__init__", broken)
    page = signed_in("hanako").get(f"{LOGINS}.csv")
    assert page.status == 500
    assert "Content-Disposition" not in page.answer.headers
    assert "a fault of the inside" not in page.text


def test_no_connection_is_left_in_use(app: Flask, signed_in: SignedIn) -> None:
    hanako = signed_in("hanako")
    for extension in EXTENSIONS:
        assert hanako.get(f"{LOGINS}.{extension}").status == 200
    with app.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # The pool of an engine with a file has it.


@pytest.mark.req("SEC-40", "SEC-37")
@pytest.mark.parametrize(
    "query",
    [
        {"_external": "1", "_scheme": "javascript", "x": "\nalert(1)"},
        {"_method": "DELETE"},
        {"_anchor": "elsewhere"},
        {"endpoint": "console.index"},
        {"extension": "exe"},
        {"service_slug": "cs"},
    ],
)
def test_what_a_query_says_cannot_turn_the_links_to_the_parts(
    signed_in: SignedIn, given: Given, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    few_rows(monkeypatch, 3)
    given(logins.many, "jiro", 5)
    page = signed_in("jiro").get(f"{LOGINS}.pdf", query_string=query)
    assert page.status == 422
    links = [link.get("href") for link in page.all("a") if "part=" in link.get("href", "")]
    assert len(links) == 2
    assert all(link.startswith(f"{LOGINS}.pdf?") and "#" not in link for link in links), links
