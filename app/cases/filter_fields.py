"""The fields that case lists can be filtered by: section 5 in its order, and at the desk a few of its own."""

from collections.abc import Mapping, Sequence
from functools import cache

from flask_babel import force_locale
from sqlalchemy import ColumnElement, case, false, select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.cases import queries, records
from app.cases.categories import Category
from app.cases.keyword import CaseLook
from app.cases.lifecycle import CaseState
from app.cases.models import INQUIRY_SUBJECT, Case, CaseWatcher, shown_subject
from app.contracts.models import CustomerNumber, Service
from app.i18n import LANGUAGES, _l, _lp
from app.lists.filtering.choice import Choice
from app.lists.filtering.keyword import Keyword
from app.lists.filtering.kind import Field
from app.lists.filtering.moment import Moment
from app.lists.filtering.reference import Reference, References
from app.lists.filtering.text import Text

# The order of the list in the guide's picture (section 3); the numbers are those of section 3's table.
PICTURED = (1, 4, 5, 6, 13, 14, 15, 16, 7, 8, 2, 9, 12, 10, 11, 3, 17)


def fields_for(session: Session, actor: Actor) -> Mapping[str, Field]:
    """The fields an actor filters cases by, in the order of the field list (FILTER-04)."""
    portal = (
        Field("contact", _l("Customer contact"), _contact(session, actor)),
        Field("holder", _l("Contract holder"), _holder(session, actor)),
        Field("watchers", _l("Watch list"), _watchers(session, actor)),
        Field("category", _l("Category"), _category(session, actor)),
        Field("keyword", _lp("filter field", "Keyword"), Keyword(CaseLook(session, actor))),
        Field("number", _l("Case number"), Text(Case.number, is_code=True)),
        Field("service", _lp("filter field", "Service"), _service(session, actor)),
        Field("service-name", _l("Service name"), Text(Service.name_ja, Service.name_en, within=_of_service)),
        Field("status", _l("Status"), _status()),
        Field("subject", _l("Subject"), _subject()),
        Field("customer-number", _l("Customer number"), _number(session, actor)),
        Field("updated", _l("Updated"), Moment(Case.updated_at)),
        Field("created", _l("Created"), Moment(Case.created_at)),
    )
    desk = (
        Field("assignee", _l("Assignee"), _assignee(session, actor)),
        Field("due", _l("Due"), Moment(Case.due_at)),
    )
    return {field.key: field for field in (portal if actor.is_customer else (*portal, *desk))}


def _contact(session: Session, actor: Actor) -> Reference:
    return Reference(Case.contact_id.in_, Case.contact_id.is_(None), records.contacts(session, actor))


def _holder(session: Session, actor: Actor) -> Reference:
    def matches(keys: Sequence[int]) -> ColumnElement[bool]:
        return Case.customer_number_id.in_(
            select(CustomerNumber.id).where(CustomerNumber.holder_id.in_(keys))
        )

    return Reference(matches, false(), records.holders(session, actor))


def _watchers(session: Session, actor: Actor) -> References:
    def matches(keys: Sequence[int]) -> ColumnElement[bool]:
        return Case.id.in_(select(CaseWatcher.case_id).where(CaseWatcher.user_id.in_(keys)))

    nobody = ~select(CaseWatcher.user_id).where(CaseWatcher.case_id == Case.id).exists()
    return References(matches, nobody, records.contacts(session, actor))


def _service(session: Session, actor: Actor) -> Reference:
    return Reference(Case.service_id.in_, false(), records.services(session, actor))


def _number(session: Session, actor: Actor) -> Reference:
    return Reference(Case.customer_number_id.in_, false(), records.numbers(session, actor))


def _assignee(session: Session, actor: Actor) -> Reference:
    return Reference(Case.assignee_id.in_, Case.assignee_id.is_(None), records.assignees(session, actor))


def _category(session: Session, actor: Actor) -> Choice:
    return Choice(
        Case.category,
        tuple(Category),
        label=lambda code: Category(code).label,
        offered=lambda: category_list(queries.categories_in_use(session, actor)),
    )


def category_list(used: Sequence[Category]) -> Sequence[Category]:
    """All 17 categories in the order of the picture, those that are used first (FILTER-05, Q28)."""
    everything = list(Category)
    pictured = [everything[number - 1] for number in PICTURED]
    return sorted(pictured, key=lambda category: category not in used)


def _status() -> Choice:
    return Choice(
        Case.state,
        tuple(CaseState),
        label=lambda code: CaseState(code).label,
        offered=lambda: tuple(CaseState),
    )


def _subject() -> Text:
    """The subject as people read it: what an inquiry is called is found by its name in either language."""
    is_inquiry = Case.subject == INQUIRY_SUBJECT
    others = [name for name in _inquiry_names() if name != INQUIRY_SUBJECT]
    return Text(Case.subject, *(case((is_inquiry, name)) for name in others))


@cache
def _inquiry_names() -> Sequence[str]:
    names = []
    for language in LANGUAGES:
        with force_locale(language):
            names.append(shown_subject(INQUIRY_SUBJECT))
    return names


def _of_service(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Case.service_id.in_(select(Service.id).where(condition))
