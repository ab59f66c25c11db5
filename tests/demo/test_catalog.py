"""The demo world's catalogue, requests and points: those of the specification, and made as anybody makes them."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.cases.categories import Category
from app.cases.models import Case
from app.catalog import ledger, queries
from app.catalog.fields import FieldKind, FormDefinition, shown_fields
from app.catalog.fields.reading import Around, read_answer
from app.catalog.frozen import approval_problem
from app.catalog.lifecycle import RequestState
from app.catalog.models import CatalogItem, PointBalance, PointPeriod, WorkRequest
from app.catalog.request_files import files_of
from app.catalog.verifying import compare
from app.contracts.models import CustomerNumber, Service
from app.extensions import db

NAMES = {
    "cs": [
        "1. CSPM 検知ポリシー変更",
        "2. CSPM アラート解除",
        "3. CSPM アラート修復",
        "4. CSPM アラートレポート作成",
        "5. CSPM コンプライアンスレポート作成",
        "6. ユーザー追加/削除",
        "7. CSPM アラート通知先変更",
        "8. CSPM アラートルール追加",
        "9. CSPM アノマリ設定変更",
    ],
    "fm": ["01.お客様情報変更"],
}
OFFERS = {
    "hanako@sample.example.cs": {"cs": (True, True), "fm": (True, False)},
    "alice@a-company.example.cs": {"cs": (True, False), "fm": (True, False)},
    "charlie@hikari.example.fm": {"fm": (True, False)},
}


def items(session: Session, slug: str | None = None) -> list[CatalogItem]:
    """The items in order, with category and version."""
    chosen = select(CatalogItem).join(Service, Service.id == CatalogItem.service_id)
    if slug is not None:
        chosen = chosen.where(Service.slug == slug)
    options = (joinedload(CatalogItem.current), joinedload(CatalogItem.category))
    return list(
        session.scalars(chosen.options(*options).order_by(CatalogItem.service_id, CatalogItem.position))
    )


def all_requests(session: Session) -> list[WorkRequest]:
    """All requests in order of number, with their versions."""
    chosen = select(WorkRequest).options(joinedload(WorkRequest.item_version))
    return list(session.scalars(chosen.order_by(WorkRequest.number)))


@pytest.mark.req("WR-01")
@pytest.mark.parametrize("service", NAMES)
def test_items_are_called_as_in_the_specification(world: Session, service: str) -> None:
    found = items(world, service)
    assert [item.current and item.current.name_ja for item in found] == NAMES[service]
    assert {(item.category.name_ja, item.category.name_en) for item in found} == {("サポート", "Support")}
    for number, item in enumerate(found, start=1):
        assert item.current is not None
        assert item.current.name_en.startswith(f"{number}. " if service == "cs" else "01. ")


@pytest.mark.req("WR-03", "PT-04")
def test_forms_use_every_kind_of_field_and_speak_both_languages(world: Session) -> None:
    versions = [item.current for item in items(world) if item.current is not None]
    forms = [FormDefinition.from_data(version.form) for version in versions]
    fields = [field for form in forms for field in form.fields]
    assert {field.kind for field in fields} == set(FieldKind)
    assert any(field.shown_if for field in fields)
    for field in fields:
        labels = [field.label_en, field.help_en, *(choice.label_en for choice in field.choices)]
        assert all(label.isascii() for label in labels), field.key
        assert bool(field.help_ja) == bool(field.help_en), field.key
    assert {version.points for version in versions} >= {0, 20}
    assert max(version.points for version in versions) == 20
    assert [version.name_ja for version in versions if version.needs_approval] == ["3. CSPM アラート修復"]


@pytest.mark.req("SVC-06")
@pytest.mark.parametrize("login_id", OFFERS)
def test_contracts_include_requests_and_points(demo: Flask, login_id: str) -> None:
    with demo.test_request_context():
        user = db.session.scalars(select(User).where(User.login_key == login_id)).one()
        actor = actor_for(db.session, user)
        for service in db.session.scalars(select(Service)):
            wanted = OFFERS[login_id].get(service.slug, (False, False))
            assert queries.offers(db.session, actor.within(service.id)) == wanted


@pytest.mark.req("WR-08", "WR-09", "WR-10")
def test_three_wait_three_were_accepted_and_two_rejected(world: Session) -> None:
    rows = all_requests(world)
    states = Counter(row.state for row in rows)
    assert states == {RequestState.WAITING: 3, RequestState.ACCEPTED: 3, RequestState.REJECTED: 2}
    assert len({row.requester_id for row in rows}) >= 4
    assert any(files_of(world, row) for row in rows)
    for row in rows:
        assert row.state is RequestState.REJECTED or approval_problem(world, row) is None
    cases = [world.get_one(Case, row.case_id) for row in rows if row.case_id]
    assert {case.category for case in cases} == {Category.WORK_REQUEST}
    assert {case.subject for case in cases} <= {*NAMES["cs"], *NAMES["fm"]}


@pytest.mark.req("WR-03")
def test_every_answer_is_one_that_the_form_takes(demo: Flask) -> None:
    with demo.test_request_context():
        for row in all_requests(db.session):
            form = FormDefinition.from_data(row.item_version.form)
            files = {file.field_key for file in files_of(db.session, row)}
            around = Around(row.created_at.date(), frozenset())
            shown = shown_fields(form, row.answers)
            assert set(row.answers) <= {field.key for field in shown}, row.number
            for field in shown:
                if field.kind is FieldKind.FILE:
                    assert field.key in files or not field.is_required, (row.number, field.key)
                    continue
                answer = row.answers.get(field.key)
                assert answer or not field.is_required, (row.number, field.key)
                assert read_answer(field, typed(answer), around) == answer, (row.number, field.key)


def typed(answer: str | int | list[str] | None) -> list[str]:
    """What a form sends for an answer."""
    return answer if isinstance(answer, list) else [] if answer is None else [str(answer)]


@pytest.mark.req("PT-03", "PT-04", "PT-07", "PT-09")
def test_points_of_three_months_with_use_in_the_earlier_two(world: Session) -> None:
    rows = world.execute(
        select(CustomerNumber.number, PointPeriod, PointBalance)
        .join(PointPeriod, PointPeriod.customer_number_id == CustomerNumber.id)
        .join(PointBalance, PointBalance.period_id == PointPeriod.id)
        .order_by(PointPeriod.starts_on)
    ).all()
    assert [row.number for row in rows] == ["N200000001"] * 3
    balances: list[ledger.Balances] = [row.PointBalance.as_balances() for row in rows]
    assert [held.total for held in balances] == [55, 55, 55]
    assert [held.used for held in balances] == [12, 5, 0]
    assert all(row.PointPeriod.settled_at is not None and row.PointBalance.expired for row in rows[:2])
    assert sum(held.held for held in balances) == 12
    assert list(compare(world).differences) == []
