"""The columns of the case list, in the order of LIST-04, and what each sorts by."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts.models import User
from app.cases.categories import Category
from app.cases.lifecycle import CaseState
from app.cases.models import Case
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.i18n import N_
from app.lists.columns import Column

Assignee = aliased(User)


def by_position(column: InstrumentedAttribute[Any], codes: Iterable[StrEnum]) -> ColumnElement[Any]:
    """Sort codes by their order number, not by their spelling."""
    return case({code: index for index, code in enumerate(codes)}, value=column)


OF_NUMBER = (CustomerNumber, CustomerNumber.id == Case.customer_number_id)
OF_HOLDER = (ContractHolder, ContractHolder.id == CustomerNumber.holder_id)
OF_SERVICE = (Service, Service.id == Case.service_id)
OF_CONTACT = (User, User.id == Case.contact_id)
OF_ASSIGNEE = (Assignee, Assignee.id == Case.assignee_id)

NUMBER = Column("number", N_("Case number"), (Case.number,))
STATUS = Column("status", N_("Status"), (by_position(Case.state, CaseState),))
CATEGORY = Column("category", N_("Category"), (by_position(Case.category, Category),))
SUBJECT = Column("subject", N_("Subject"), (Case.subject,))
CUSTOMER_NUMBER = Column("customer-number", N_("Customer number"), (CustomerNumber.number,), (OF_NUMBER,))
HOLDER = Column("holder", N_("Contract holder"), (ContractHolder.name,), (OF_NUMBER, OF_HOLDER))
SERVICE = Column("service", N_("Service name"), (Service.name_ja,), (OF_SERVICE,))
CONTACT = Column("contact", N_("Customer contact"), (User.family_name, User.given_name), (OF_CONTACT,))
UPDATED = Column("updated", N_("Updated"), (Case.updated_at,))
CREATED = Column("created", N_("Created"), (Case.created_at,))
ASSIGNEE = Column("assignee", N_("Assignee"), (Assignee.family_name, Assignee.given_name), (OF_ASSIGNEE,))
# What is due comes before what is not, soonest first.
DUE = Column("due", N_("Due"), (func.coalesce(Case.due_at, datetime(9999, 1, 1, tzinfo=UTC)),))

PORTAL_COLUMNS = (
    NUMBER,
    STATUS,
    CATEGORY,
    SUBJECT,
    CUSTOMER_NUMBER,
    HOLDER,
    SERVICE,
    CONTACT,
    UPDATED,
)
CONSOLE_COLUMNS = (
    NUMBER,
    STATUS,
    SUBJECT,
    HOLDER,
    CUSTOMER_NUMBER,
    ASSIGNEE,
    DUE,
    UPDATED,
)
# What the desk's list can show beside these (``?columns=``).
FURTHER_CONSOLE_COLUMNS = (CATEGORY, SERVICE, CONTACT, CREATED)
FIRST_ORDER = "-updated"
