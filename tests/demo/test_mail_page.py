"""``/demo/mail``: every mail that has left, with links to click, and only while the demo is on."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock, mail
from app.demo.styles import policy_for
from app.extensions import db
from app.outbox import MessageState, OutboxMessage
from tests.client import InspectingClient

LINK = "https://desk.test/cs/cases/CS0000001"


def sent(
    app: Flask,
    *subjects: str,
    text: str = "本文",
    html: str | None = None,
    state: MessageState = MessageState.SENT,
) -> None:
    """Put mails into the outbox as if they had left, one minute after the other."""
    with app.app_context():
        for count, subject in enumerate(subjects):
            moment = clock.now() - timedelta(hours=1) + timedelta(minutes=count)
            db.session.add(
                OutboxMessage(
                    key=f"{subject}-{count}",
                    kind=mail.KIND,
                    order_key="CS0000001:hanako@sample.example",
                    payload={
                        "to": "hanako@sample.example",
                        "language": "ja",
                        "subject": subject,
                        "text": text,
                        "thread": "CS0000001",
                        **({"html": html} if html else {}),
                    },
                    state=state,
                    settled_at=moment,
                )
            )
        db.session.commit()


def test_is_empty_at_first(visitor: InspectingClient) -> None:
    page = visitor.get("/demo/mail")
    assert page.status == 200
    assert page.words(page.one("h1")) == "送信済みメール"
    assert "送信済みのメールはまだありません。" in page.words()


def test_speaks_english_too(empty_demo: Flask) -> None:
    page = InspectingClient(empty_demo, language="en").get("/demo/mail")
    assert page.words(page.one("h1")) == "Sent mails"


def test_shows_recipient_subject_and_text_newest_first(empty_demo: Flask, visitor: InspectingClient) -> None:
    sent(empty_demo, "最初のメール", "次のメール", text="ケースに返信がありました。\n\n-- 窓口")
    page = visitor.get("/demo/mail")
    assert [page.words(title) for title in page.all("h2")] == ["次のメール", "最初のメール"]
    assert page.words().count("hanako@sample.example") == 2
    assert "ケースに返信がありました。\n\n-- 窓口" in page.text


def test_addresses_can_be_clicked_and_nothing_else_gets_through(
    empty_demo: Flask, visitor: InspectingClient
) -> None:
    hostile = f'<script>alert(1)</script> {LINK}?a="onmouseover=x javascript:alert(1)'
    sent(empty_demo, "<b>太字</b>", text=f"こちら {LINK}\n{hostile}")
    page = visitor.get("/demo/mail")
    links = [link for link in page.all("a") if (link.get("href") or "").startswith(LINK)]
    assert links[0].get("href") == LINK
    assert "noopener" in links[0].get("rel")
    assert [page.words(title) for title in page.all("h2")] == ["<b>太字</b>"]
    assert "<script>alert(1)" not in page.text
    assert not [link for link in page.all("a") if (link.get("href") or "").startswith("javascript")]


HTML = (
    '<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>件名</title></head>'
    f'<body style="margin:0"><p>整形した本文 <a href="{LINK}">ケースを開く</a></p><script>x()</script></body></html>'
)


@pytest.mark.req("MAIL-02", "SEC-33", "SEC-35")
def test_the_html_part_is_a_page_on_which_nothing_runs(empty_demo: Flask, visitor: InspectingClient) -> None:
    sent(empty_demo, "整形", html=HTML)
    page = visitor.get("/demo/mail")
    # The text part and its links are as they were; nothing of the other part is in the page.
    assert "整形した本文" not in page.text
    (link,) = [item for item in page.all("a") if item.get("href", "").endswith("/formatted")]
    assert page.words(link) == "メールソフトでの表示"
    assert link.get("aria-label") == "メールソフトでの表示: 整形"
    shown = visitor.get(link.get("href"))
    assert (shown.status, shown.answer.mimetype, shown.text) == (200, "text/html", HTML)
    assert len(shown.queries) == 1
    assert shown.answer.headers["X-Frame-Options"] == "DENY"
    assert shown.answer.headers["Cache-Control"] == "no-store"
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in shown.answer.headers["Content-Security-Policy"].split(";")
    )
    # The hash of margin:0, the one style that stands at an element.
    margin = b64encode(sha256(b"margin:0").digest()).decode()
    assert policy.pop("style-src") == f"'unsafe-hashes' 'sha256-{margin}'"
    assert policy.pop("form-action") == "'self'"
    assert set(policy) == {"default-src", "base-uri", "object-src", "frame-ancestors"}
    assert set(policy.values()) == {"'none'"}


@pytest.mark.parametrize(
    ("html", "styles"),
    [
        ("<p>a</p>", 0),
        ('<p style="">a</p>', 0),
        ('<p>style="color:red"</p>', 0),
        ('<p style="color:red">a<b style="color:red">b</b></p>', 1),
        ('<p style="color:red">a<br style="margin:0"/></p>', 2),
    ],
)
def test_each_style_is_allowed_once(html: str, styles: int) -> None:
    assert policy_for(html).count("sha256-") == styles


def test_a_mail_of_text_alone_has_no_frame(empty_demo: Flask, visitor: InspectingClient) -> None:
    sent(empty_demo, "文字だけ")
    page = visitor.get("/demo/mail")
    assert "/formatted" not in page.text
    with empty_demo.app_context():
        identity = db.session.scalars(select(OutboxMessage.id)).one()
    assert visitor.get(f"/demo/mail/{identity}/formatted").status == 404


@pytest.mark.parametrize("state", [MessageState.WAITING, MessageState.DEAD])
def test_the_html_part_of_what_has_not_left_is_not_there(
    empty_demo: Flask, visitor: InspectingClient, state: MessageState
) -> None:
    sent(empty_demo, "まだ", html=HTML, state=state)
    with empty_demo.app_context():
        identity = db.session.scalars(select(OutboxMessage.id)).one()
    assert visitor.get(f"/demo/mail/{identity}/formatted").status == 404


@pytest.mark.parametrize("identity", ["0", "-1", "x", "9223372036854775807", "9223372036854775808", "1%00"])
def test_what_is_no_mail_is_not_there(visitor: InspectingClient, identity: str) -> None:
    assert visitor.get(f"/demo/mail/{identity}/formatted").status == 404


def test_what_has_not_left_is_not_shown(empty_demo: Flask, visitor: InspectingClient) -> None:
    sent(empty_demo, "まだ", state=MessageState.WAITING)
    sent(empty_demo, "届かない", state=MessageState.DEAD)
    assert visitor.get("/demo/mail").all("h2") == []


def test_fifty_a_page(empty_demo: Flask, visitor: InspectingClient) -> None:
    sent(empty_demo, *(f"メール {count}" for count in range(51)))
    first, second = visitor.get("/demo/mail"), visitor.get("/demo/mail?page=2&lang=ja")
    assert len(first.all("h2")) == 50
    assert [second.words(title) for title in second.all("h2")] == ["メール 0"]
    assert [link.get("href") for link in first.all("a", class_="pager-step") if link.get("href")].count(
        "/demo/mail?page=2"
    )
    assert len(first.queries) <= 2


@pytest.mark.parametrize("page", ["0", "-1", "99999999999", "x", "%00"])
def test_a_page_that_is_none_is_answered_with_one_that_is(visitor: InspectingClient, page: str) -> None:
    assert visitor.get(f"/demo/mail?page={page}").status == 200


def test_cannot_be_posted_to(visitor: InspectingClient) -> None:
    assert visitor.post("/demo/mail").status in {400, 403, 404, 405}


def test_does_not_exist_while_the_demo_is_off(client: InspectingClient) -> None:
    page = client.get("/demo/mail")
    assert page.status == 404
    assert page.text == client.get("/nowhere/mail").text
    assert client.get("/demo/mail/1/formatted").text == page.text
