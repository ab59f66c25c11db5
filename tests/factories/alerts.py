"""Alerts as programs bring them: tokens, bodies, and the request itself."""

import hmac
import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.authz import system_actor
from app.cases.actions.tokens import MadeToken, make_token, revoke_token, switch_intake
from app.cases.models import Alert, Case, IntakeToken
from app.contracts.models import Service
from tests.cast import FM_NUMBER
from tests.client import BASE_URL

ADDRESS = "/intake/fm/alerts"


def service_of(session: Session, slug: str = "fm") -> Service:
    """The row of a service."""
    return session.scalars(select(Service).where(Service.slug == slug)).one()


def token(session: Session, slug: str = "fm", *, is_signed: bool = False) -> MadeToken:
    """A token of a service's intake."""
    return make_token(
        session,
        actor=system_actor("tests"),
        service=service_of(session, slug),
        label="detector",
        is_signed=is_signed,
        settings=current_app.config["SETTINGS"],
    )


def revoke(session: Session, token_id: int, slug: str = "fm") -> None:
    """Revoke a token."""
    row = session.get_one(IntakeToken, token_id)
    revoke_token(session, row, actor=system_actor("tests"), service=service_of(session, slug))


def switch(session: Session, slug: str, *, is_on: bool) -> None:
    """Switch a service's intake."""
    switch_intake(session, actor=system_actor("tests"), service=service_of(session, slug), is_on=is_on)


def body(**changes: Any) -> dict[str, Any]:
    """An alert; a member that is changed to ``None`` is left out."""
    told = {
        "id": "det-2026-000123",
        "customer_number": FM_NUMBER,
        "title": "不審なサイトへの接続を遮断しました",
        "severity": "high",
        "detected_at": "2026-03-02T09:41:00+09:00",
        "description": "端末がフィッシングサイトへ接続しようとしたため、遮断しました。",
        "details": {"端末": "Pixel 8", "OS": "Android 15"},
        "link": "https://detector.example/alerts/123",
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def bring(
    app: Flask,
    shown: str | None,
    told: Any = None,
    *,
    address: str = ADDRESS,
    headers: Mapping[str, str] | None = None,
    **options: Any,
) -> TestResponse:
    """Send an alert as a program does: one request, no cookies."""
    options.setdefault("content_type", "application/json")
    data = told if isinstance(told, bytes) else json.dumps(body() if told is None else told).encode()
    sent = {**({"Authorization": f"Bearer {shown}"} if shown is not None else {}), **(headers or {})}
    return app.test_client().open(
        address, method=options.pop("method", "POST"), base_url=BASE_URL, data=data, headers=sent, **options
    )


def signature(secret: str, stamp: str, sent: bytes) -> dict[str, str]:
    """The headers of a signed alert."""
    digest = hmac.digest(secret.encode(), stamp.encode() + b"." + sent, "sha256").hex()
    return {"Madoguchi-Timestamp": stamp, "Madoguchi-Signature": f"v1={digest}"}


def alert_cases(session: Session) -> list[Case]:
    """The cases that alerts made, oldest first."""
    made = select(Case).where(Case.origin == "alert").order_by(Case.id)
    return list(session.scalars(made))


def times(session: Session, identifier: str = "det-2026-000123") -> int:
    """How often an alert has come; 0 if never."""
    return session.scalar(select(Alert.times).where(Alert.identifier == identifier)) or 0


def count(session: Session) -> int:
    """How many different alerts have come."""
    return session.scalar(select(func.count()).select_from(Alert)) or 0
