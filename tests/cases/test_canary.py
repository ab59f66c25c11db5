"""No byte that is the desk's alone reaches a customer, by whatever way: pages, files, exports, mails, live update.

A case is planted with a word of its own in each place that only the desk reads. Then everything is fetched that its
customers can get, and no answer holds one of the words; the desk's own pages hold them, so the search looks right.
"""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from email.header import decode_header, make_header
from functools import cache
from html import unescape
from io import BytesIO
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import User, UserNumber
from app.mail import KIND, compose
from app.outbox import Claimed, OutboxMessage
from tests import cast
from tests.cast import CS_NUMBER
from tests.client import BASE_URL, InspectingClient
from tests.conftest import Given, SignedIn, Stored
from tests.factories.desk_canaries import PUBLIC, WORD, Planted, plant
from tests.factories.search import feed
from tests.lists.readers import pdf_text

pytestmark = [
    pytest.mark.req("DESK-04", "SEC-28", "C01", "C12", "C41"),
    pytest.mark.timeout(240),
]

LINK = re.compile(r'(?:href|src|action|hx-get|data-[a-z-]*url(?:-value)?)="([^"#]+)')
# Ways that lead out of what is looked at: a crawl that signs out sees nothing more.
LEFT_OUT = re.compile(r"/logout|/static/|/styleguide|/demo/|/login")
MOST = 400
SEARCHES = (
    "/cs/search?q={}",
    "/cs/cases?f=subject:contains:{}",
    "/cs/cases?f=contact:contains:{}",
    "/cs/cases?f=keyword:matches:{}",
    "/cs/knowledge/search?q={}",
)
VIEWS = ("all", "action", "third")


@pytest.fixture
def world(given: Given, app: Flask) -> Planted:
    planted: Planted = given(plant)
    # The index knows all of it, the desk's own words too.
    feed(app)
    return planted


def texts(answer: TestResponse) -> Iterator[str]:
    """Everything an answer says, whatever it is packed in; first its headers."""
    yield str(answer.headers)
    yield from unpacked(answer.get_data())


def unpacked(data: bytes) -> Iterator[str]:
    """The texts in a file: as it is, as a reader of HTML and addresses meets it, and what it packs."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name
                yield from unpacked(packed.read(name))
    elif data[:4] == b"%PDF":
        yield pdf_text(data)
    else:
        plain = data.decode("utf-8", "replace")
        yield plain
        yield unescape(unquote(plain))
        if "\\u" in plain:
            yield plain.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")


def found(world: Planted, parts: Iterable[str]) -> set[str]:
    """Which plants stand in these texts, by where they were planted."""
    squeezed = [re.sub(r"\s+", "", part) for part in parts]
    return {where for word, where in world.words.items() if any(word in part for part in squeezed)}


def fetch(client: InspectingClient, path: str, **headers: str) -> TestResponse:
    """An answer as it is, without the inspection that has tests of its own."""
    return client._client.get(path, base_url=BASE_URL, headers=headers)


def crawl(client: InspectingClient, starts: Iterable[str], within: str) -> Iterator[tuple[str, TestResponse]]:
    """Follow every address that a page names, below ``within``."""
    waiting, known = list(starts), set(starts)
    while waiting and len(known) < MOST:
        path = waiting.pop(0)
        answer = fetch(client, path)
        yield path, answer
        if not answer.content_type.startswith("text/html"):
            continue
        for link in LINK.findall(answer.get_data(as_text=True)):
            address = urlsplit(urljoin(f"{BASE_URL}{path}", unescape(link)))
            target = address.path + (f"?{address.query}" if address.query else "")
            if target.startswith(within) and target not in known and not LEFT_OUT.search(target):
                known.add(target)
                waiting.append(target)


def starts(world: Planted) -> list[str]:
    """Addresses of the portal that its pages name, and those that only somebody curious would type."""
    case = f"/cs/cases/{world.number}"
    return [
        "/cs/",
        "/cs/cases",
        *(f"/cs/cases?view={view}" for view in VIEWS),
        *(f"/cs/cases.{kind}?view={view}" for kind in ("csv", "xlsx", "pdf") for view in VIEWS[:1]),
        *(f"/cs/cases?sort={sort}" for sort in ("assignee", "due", "-due", "target", "-assignee")),
        *(f"/cs/cases?f={f}" for f in ("assignee:is-not-empty", "due:after:2031-07-01", "status:is:new")),
        case,
        f"/cs/cases/{world.second}",
        f"{case}?before=999999",
        f"{case}?again=1",
        f"{case}/pulse?after=0&version=0",
        f"{case}/pulse?after=0&version=0&present=x",
        *(f"{case}/files/{token}" for token in world.files),
        *(f"{case}/files/{token}/picture" for token in world.files),
        *(f"{case}/{name}" for name in ("notes", "comments", "details", "presence", "answers/1", "evidence")),
        "/cs/cases/CS9999999",
        "/console/mentions/",
        "/console/answers/",
        f"/console/cases/{world.number}",
    ]


@pytest.mark.parametrize("person", ["hanako", "taro"])
def test_no_page_file_or_export_holds_a_word_of_the_desk(
    signed_in: SignedIn, world: Planted, person: str
) -> None:
    client = signed_in(person)
    leaks: dict[str, set[str]] = {}
    seen, met = "", 0
    for path, answer in crawl(client, starts(world), "/cs/"):
        met += answer.status_code == 200
        assert answer.status_code < 500, path
        parts = list(texts(answer))
        seen += parts[1]
        if told := found(world, parts):
            leaks[path] = told
        part = fetch(client, path, **{"HX-Request": "true"})
        if told := found(world, texts(part)):
            leaks[f"{path} (part)"] = told
    assert leaks == {}
    assert met > 25
    assert PUBLIC in seen


def test_no_answer_to_an_act_holds_a_word_of_the_desk(signed_in: SignedIn, world: Planted) -> None:
    client = signed_in("hanako")
    token = client.token()
    case = f"/cs/cases/{world.number}"
    leaks = {}
    for path, fields in (
        (f"{case}/comments", {"body": ""}),
        (f"{case}/comments", {"body": "お客様のコメント", "form_key": "1" * 32}),
        (f"{case}/evidence", {}),
        (f"{case}/watchers", {"watcher-user": "1"}),
        (f"{case}/rejection", {}),
        (f"{case}/closure", {}),
        (f"{case}/closure", {}),
        (f"{case}/acceptance", {}),
        (f"{case}/comments", {"body": "zu spät"}),
        (f"/console/cases/{world.number}/notes", {"note-body": "x"}),
        ("/cs/inquiries/new", {"number": "N200000001"}),
        ("/cs/knowledge/suggestions", {"text": " ".join(world.words)[-400:]}),
        ("/cs/filters", {"name": ""}),
    ):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client._client.post(
                path,
                base_url=BASE_URL,
                data={"csrf_token": token, **fields},
                headers={"Origin": BASE_URL, **headers},
            )
            assert answer.status_code < 500, path
            if told := found(world, texts(answer)):
                leaks[path] = told
    assert leaks == {}


def test_no_mail_to_a_customer_holds_a_word_of_the_desk(
    signed_in: SignedIn, stored: Stored, app: Flask, world: Planted
) -> None:
    agent = signed_in("agent")
    page = agent.get(f"/console/cases/{world.number}")
    agent.submit(page, f"/console/cases/{world.number}/comments", reply__body="もう一つの返信です。")
    agent.act(f"/console/cases/{world.number}/solution")
    sent = stored(_to_customers)
    assert len(sent) >= 6
    settings = app.config["SETTINGS"]
    for message in sent:
        mail = compose(settings, message)
        parts = [str(make_header(decode_header(str(value)))) for value in mail.values()]
        parts += [
            part.get_payload(decode=True).decode()  # type: ignore[union-attr]  # A part of text has bytes.
            for part in mail.walk()
            if not part.is_multipart()
        ]
        parts.append(json.dumps(message.payload, ensure_ascii=False))
        assert found(world, parts) == set(), message.payload["subject"]


def _to_customers(session: Session) -> list[Claimed]:
    """All mails to users of the number; a stranger's own mails may name the stranger's own cases."""
    users = select(User.mail).join(UserNumber, UserNumber.user_id == User.id)
    number = cast.number(session, CS_NUMBER).id
    customers = set(session.scalars(users.where(UserNumber.number_id == number)))
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == KIND).order_by(OutboxMessage.id))
    return [
        Claimed(row.id, row.key, row.kind, row.payload, row.created_at, 1)
        for row in rows
        if row.payload["to"] in customers
    ]


def test_looking_for_a_word_finds_what_looking_for_nothing_finds(signed_in: SignedIn, world: Planted) -> None:
    """A search or filter that holds the word itself: the answer is that of a word that stands nowhere."""
    client = signed_in("hanako")

    @cache
    def told(path: str, word: str) -> str:
        text = fetch(client, path.format(word)).get_data(as_text=True)
        main = text[text.index("<main") : text.index("</main>")]
        return (
            re.sub(r'(nonce|csrf_token"? value|value)="[^"]*"', "", main)
            .replace(quote(word), "…")
            .replace(word, "…")
        )

    for word in world.words:
        if word.startswith("2031"):
            continue
        nothing = "CS9999999" if word.startswith("CS") else "nirgendwo00"
        for path in SEARCHES:
            assert told(path, word) == told(path, nothing), f"{path} betrays the {world.words[word]}"


@pytest.mark.req("SEC-48", "FILTER-07")
def test_no_search_counts_suggests_or_quotes_a_word_of_the_desk(signed_in: SignedIn, world: Planted) -> None:
    """As a beginning, in a field of its own, with a slip that a suggestion would put right, and in a file."""
    client = signed_in("hanako")
    leaks: dict[str, set[str]] = {}
    for word in (word for word in world.words if word.startswith(WORD)):
        for path, typed in (
            ("/cs/search?q={}", f"{word[:-3]}*"),
            ("/cs/search?q={}", word.replace(WORD, f"{WORD}k")),
            ("/cs/cases?f=keyword:matches:{}", f"note:{word}"),
            ("/cs/cases.csv?f=keyword:matches:{}", f"{word[:-3]}*"),
        ):
            answer = fetch(client, path.format(quote(typed)))
            # So many files are made in ten minutes, and then none.
            assert answer.status_code in (200, 429), path
            text = answer.get_data(as_text=True).replace(typed, "").replace(quote(typed), "")
            told = found(world, [text])
            if told or 'class="hit"' in text or "セキュリティ上の制約" in text:
                leaks[f"{path} {typed}"] = told
    assert leaks == {}


@pytest.mark.req("SEC-48", "SEC-44")
def test_what_the_desks_files_hold_is_searched_for_the_desk(signed_in: SignedIn, world: Planted) -> None:
    """It stands in the index, so the customers' searches above had something to betray."""
    agent, customer = signed_in("agent"), signed_in("hanako")
    # Without the end that all the words share, and that a note would be quoted for.
    held = [word.removesuffix("内緒") for word, where in world.words.items() if where.startswith("bytes of")]
    assert len(held) == 2
    for word in held:
        page = agent.get("/console/search", query_string={"q": word})
        assert world.number in page.text
        assert word in "".join(page.words(item) for item in page.styled("p", "hit-excerpt")).replace(" ", "")
        for typed in (word, f"file:{word}", f"{word[:-3]}*", f'"{word}"'):
            assert not customer.get("/cs/search", query_string={"q": typed}).styled("li", "hit"), typed
        # What is found by another word is not shown by this one.
        page = customer.get("/cs/search", query_string={"q": f"お客様 OR {word}"})
        assert page.styled("li", "hit")
        assert not [hit for hit in page.styled("li", "hit") if WORD in page.words(hit)]


def test_the_search_would_have_found_them(signed_in: SignedIn, world: Planted) -> None:
    """At the desk each word stands somewhere, so the names of the places are no empty list."""
    client = signed_in("agent")
    leader = signed_in("admin")
    case = f"/console/cases/{world.number}"
    pages = [case, "/console/cases/", "/console/mentions/", "/console/", f"/console/cases/{world.second}"]
    pages += [f"{case}/files/{token}" for token in world.files]
    parts = [text for page in pages for text in texts(fetch(client, page))]
    parts += [text for page in ("/console/answers/", case) for text in texts(fetch(leader, page))]
    pack = client._client.post(
        f"{case}/evidence",
        base_url=BASE_URL,
        data={"csrf_token": client.token(), "kind": "auditor"},
        headers={"Origin": BASE_URL},
    )
    parts += texts(pack)
    nowhere = set(world.words.values()) - found(world, parts)
    assert nowhere <= {
        "desk mail",
        "subject of a batch",
        "text of a batch",
        "failure of a batch",
        "text of an answer",
        "rich note",
        "rich reply taken back",
    }
