"""Fill a database with many cases for measuring, as rows: what is measured is reading, not opening them."""

from datetime import timedelta
from itertools import count
from random import Random

from flask import Flask
from sqlalchemy import insert, select, update

from app import clock
from app.accounts.models import User
from app.authz import ActorKind, Audience
from app.cases.categories import Category, Origin
from app.cases.events import CaseOpened, CommentAdded
from app.cases.lifecycle import OPEN_STATES, CaseState
from app.cases.models import Case, CaseComment
from app.contracts.models import CustomerNumber
from app.demo.prepare import prepare_demo
from app.extensions import db
from app.journal import JournalEvent
from app.migrate import alembic
from app.numbering import NumberSequence

AT_ONCE = 5_000
# Most cases of a desk are over; what is open grows with its customers, not with its years.
OPEN_SHARE = 0.05
ASSIGNED_SHARE = 0.2
CATEGORIES = tuple(Category)[:6]
SERIAL = count(1)
TEXT = "ポリシー違反の通知が届きました。対象のリソースと、推奨される対応を教えてください。" * 3


def fill(app: Flask, cases: int, comments: int = 3) -> None:
    """Load the demo world and add cases with their comments each, spread over all customer numbers.

    :param comments: how many comments a case has; its timeline has one entry more.
    """
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        prepare_demo(db.session, app.config["SETTINGS"])
        db.session.commit()
        of_cases = NumberSequence.name == "case"
        first = (db.session.scalar(select(NumberSequence.last).where(of_cases)) or 0) + 1
        for start in range(first, first + cases, AT_ONCE):
            _add(range(start, min(start + AT_ONCE, first + cases)), comments)
        db.session.execute(update(NumberSequence).where(of_cases).values(last=first + cases))
        db.session.commit()


def _add(serials: range, comments: int) -> None:
    numbers = db.session.scalars(select(CustomerNumber).order_by(CustomerNumber.id)).all()
    users = {user.login_id: user.id for user in db.session.scalars(select(User))}
    contact, agent = users["hanako@sample.example.cs"], users["agent@desk.example"]
    moment = clock.now() - timedelta(days=400)
    rows: dict[type, list[dict[str, object]]] = {Case: [], CaseComment: [], JournalEvent: []}
    comment_id = 1_000_000 + serials.start * comments
    for serial in serials:
        dice = Random(serial)  # noqa: S311 - the same world each time, not a secret
        number, category = dice.choice(numbers), dice.choice(CATEGORIES)
        state = dice.choice(OPEN_STATES) if dice.random() < OPEN_SHARE else CaseState.CLOSED
        opened = moment + timedelta(minutes=serial)
        case_id = 100_000 + serial
        rows[Case].append(
            {
                "id": case_id, "number": f"CS{serial:07d}", "service_id": number.service_id,
                "customer_number_id": number.id, "contact_id": contact,
                "assignee_id": agent if dice.random() < ASSIGNED_SHARE else None,
                "category": category, "subject": f"検知ポリシーについて {serial}", "origin": Origin.DESK,
                "state": state, "holds_inquiry_slot": False, "version": 1, "created_at": opened,
                "updated_at": opened + timedelta(hours=1),
                "closed_at": opened + timedelta(hours=1) if state is CaseState.CLOSED else None,
            }
        )  # fmt: skip
        told: list[tuple[str, dict[str, object]]] = [
            (CaseOpened.kind, {"number": f"CS{serial:07d}", "origin": "desk"})
        ]
        for _ in range(comments):
            comment_id += 1
            rows[CaseComment].append(
                {
                    "id": comment_id, "case_id": case_id, "author_id": agent, "audience": Audience.CUSTOMER,
                    "body": TEXT, "created_at": opened,
                }
            )  # fmt: skip
            told.append((CommentAdded.kind, {"comment_id": comment_id}))
        rows[JournalEvent].extend(_event(case_id, agent, opened, kind, data) for kind, data in told)
    for table, values in rows.items():
        db.session.execute(insert(table), values)


def _event(case_id: int, agent: int, at: object, kind: str, data: dict[str, object]) -> dict[str, object]:
    return {
        "at": at, "kind": kind, "audience": Audience.CUSTOMER, "actor_kind": ActorKind.AGENT, "actor_id": agent,
        "actor_name": "中村 さくら", "subject_type": Case.subject_type, "subject_id": case_id, "data": data,
        # These rows are not chained: they stand for years of use, which nobody verifies here.
        "previous_hash": "0" * 64, "hash": f"bench-{next(SERIAL)}",
    }  # fmt: skip
