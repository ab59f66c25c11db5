"""What happens to the catalogue, to requests and to points, each event with its audience."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.authz import Audience
from app.cases.guard.findings import FOUND_KINDS
from app.i18n import _
from app.journal import Event


@dataclass(frozen=True, slots=True)
class CatalogSettingsSet(Event):
    """Whether a service takes requests by contract alone, and whether points pay for them."""

    kind: ClassVar[str] = "service.catalog_settings_set"
    audience: ClassVar[Audience] = Audience.DESK
    is_by_contract: bool
    has_points: bool


@dataclass(frozen=True, slots=True)
class RequestTermsSet(Event):
    """What the contract of a customer number says about requests and points."""

    kind: ClassVar[str] = "customer_number.request_terms_set"
    audience: ClassVar[Audience] = Audience.DESK
    includes_requests: bool
    includes_points: bool
    plan_points: int
    option_points: int
    renews: bool
    at_period_end: str
    mails_statement: bool


@dataclass(frozen=True, slots=True)
class PointPeriodOpened(Event):
    """A period of points, with what the plan and the option give in it."""

    kind: ClassVar[str] = "customer_number.point_period_opened"
    audience: ClassVar[Audience] = Audience.DESK
    starts_on: str
    ends_on: str
    plan_points: int
    option_points: int


@dataclass(frozen=True, slots=True)
class PointTotalSet(Event):
    """The points of the plan or the option were set anew."""

    kind: ClassVar[str] = "customer_number.point_total_set"
    audience: ClassVar[Audience] = Audience.DESK
    starts_on: str
    plan_points: int
    option_points: int
    reason: str


@dataclass(frozen=True, slots=True)
class PointPeriodSettled(Event):
    """What was left at the end of a period expired or was carried on."""

    kind: ClassVar[str] = "customer_number.point_period_settled"
    audience: ClassVar[Audience] = Audience.DESK
    starts_on: str
    expired: int
    carried: int


@dataclass(frozen=True, slots=True)
class PointCorrectionProposed(Event):
    """Somebody proposed to count ``difference`` points more (or fewer) as used; a second person decides."""

    kind: ClassVar[str] = "customer_number.point_correction_proposed"
    audience: ClassVar[Audience] = Audience.DESK
    starts_on: str
    difference: int
    reason: str


@dataclass(frozen=True, slots=True)
class PointCorrectionBooked(Event):
    """A second person booked a correction of the used points."""

    kind: ClassVar[str] = "customer_number.point_correction_booked"
    audience: ClassVar[Audience] = Audience.DESK
    starts_on: str
    difference: int
    reason: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class PointCorrectionRefused(Event):
    """A second person refused a correction; nothing was booked."""

    kind: ClassVar[str] = "customer_number.point_correction_refused"
    audience: ClassVar[Audience] = Audience.DESK
    starts_on: str
    difference: int
    reason: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class PointCorrectionWithdrawn(Event):
    """Whoever had proposed a correction took it back; nothing was booked."""

    kind: ClassVar[str] = "customer_number.point_correction_withdrawn"
    audience: ClassVar[Audience] = Audience.DESK
    starts_on: str
    difference: int
    reason: str


@dataclass(frozen=True, slots=True)
class PointStatementSent(Event):
    """The statement of a period that has ended was mailed to so many administrators of the customer number."""

    kind: ClassVar[str] = "customer_number.point_statement_sent"
    audience: ClassVar[Audience] = Audience.DESK
    starts_on: str
    recipients: int


@dataclass(frozen=True, slots=True)
class CatalogCategoryAdded(Event):
    """A group of items."""

    kind: ClassVar[str] = "service.catalog_category_added"
    audience: ClassVar[Audience] = Audience.DESK
    slug: str


@dataclass(frozen=True, slots=True)
class CatalogCategoryEdited(Event):
    """A group of items was renamed."""

    kind: ClassVar[str] = "service.catalog_category_edited"
    audience: ClassVar[Audience] = Audience.DESK
    slug: str
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CatalogCategoryRemoved(Event):
    """A group without items was removed."""

    kind: ClassVar[str] = "service.catalog_category_removed"
    audience: ClassVar[Audience] = Audience.DESK
    slug: str


@dataclass(frozen=True, slots=True)
class CatalogOrdered(Event):
    """Categories or items of a service stand in another order; ``slugs`` is the new one."""

    kind: ClassVar[str] = "service.catalog_ordered"
    audience: ClassVar[Audience] = Audience.DESK
    what: str
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogImported(Event):
    """A file was brought in; what it added or changed is told by events of its own."""

    kind: ClassVar[str] = "service.catalog_imported"
    audience: ClassVar[Audience] = Audience.DESK
    added: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogItemAdded(Event):
    """An item, which nobody but the desk sees until it is published."""

    kind: ClassVar[str] = "catalog_item.added"
    audience: ClassVar[Audience] = Audience.DESK
    slug: str


@dataclass(frozen=True, slots=True)
class CatalogItemPlaced(Event):
    """An item has another place in addresses or another category."""

    kind: ClassVar[str] = "catalog_item.placed"
    audience: ClassVar[Audience] = Audience.DESK
    slug: str
    category: str


@dataclass(frozen=True, slots=True)
class CatalogItemNumbersSet(Event):
    """For whom an item is there: all that may request, or the chosen customer numbers."""

    kind: ClassVar[str] = "catalog_item.numbers_set"
    audience: ClassVar[Audience] = Audience.DESK
    is_restricted: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogDraftDiscarded(Event):
    """What the next version should have been was thrown away; customers see what they saw."""

    kind: ClassVar[str] = "catalog_item.draft_discarded"
    audience: ClassVar[Audience] = Audience.DESK
    number: int


@dataclass(frozen=True, slots=True)
class CatalogItemRemoved(Event):
    """An item that was never published was removed."""

    kind: ClassVar[str] = "catalog_item.removed"
    audience: ClassVar[Audience] = Audience.DESK
    slug: str


@dataclass(frozen=True, slots=True)
class CatalogItemOffered(Event):
    """An item that was withdrawn can be ordered again."""

    kind: ClassVar[str] = "catalog_item.offered"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class CatalogItemDrafted(Event):
    """What an item shall say, cost and ask was written down anew."""

    kind: ClassVar[str] = "catalog_item.drafted"
    audience: ClassVar[Audience] = Audience.DESK
    number: int


@dataclass(frozen=True, slots=True)
class CatalogItemPublished(Event):
    """A version of an item is what customers see from now on."""

    kind: ClassVar[str] = "catalog_item.published"
    audience: ClassVar[Audience] = Audience.DESK
    number: int


@dataclass(frozen=True, slots=True)
class CatalogItemWithdrawn(Event):
    """An item can no longer be ordered."""

    kind: ClassVar[str] = "catalog_item.withdrawn"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class RequestSubmitted(Event):
    """A customer sent a work request; ``held`` points are put aside for it."""

    kind: ClassVar[str] = "work_request.submitted"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    number: str
    points: int
    held: int


@dataclass(frozen=True, slots=True)
class RequestAccepted(Event):
    """An agent accepted a request; ``case`` is the number of the case it became."""

    kind: ClassVar[str] = "work_request.accepted"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    case: str
    overdraft: int
    overdraft_reason: str


@dataclass(frozen=True, slots=True)
class RequestRejected(Event):
    """An agent rejected a request."""

    kind: ClassVar[str] = "work_request.rejected"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    reason: str


@dataclass(frozen=True, slots=True)
class RequestGuardOverruled(Event):
    """A reason was sent though the guard had found what may belong to another customer; only kinds are kept."""

    kind: ClassVar[str] = "work_request.guard_overruled"
    audience: ClassVar[Audience] = Audience.DESK
    kinds: tuple[str, ...]

    def shown(self) -> Sequence[str]:
        """What had been found, in words."""
        return [_(FOUND_KINDS.get(kind, kind)) for kind in self.kinds]


@dataclass(frozen=True, slots=True)
class RequestApproved(Event):
    """An administrator of the customer approved what a request says; the hash is that of its content."""

    kind: ClassVar[str] = "work_request.approved"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    content_hash: str


@dataclass(frozen=True, slots=True)
class ApprovalAskedAgain(Event):
    """The desk asked the administrators of the customer once more for their approval; so many got the mail."""

    kind: ClassVar[str] = "work_request.approval_asked_again"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    recipients: int


@dataclass(frozen=True, slots=True)
class ApprovalRefused(Event):
    """An administrator of the customer did not approve a request."""

    kind: ClassVar[str] = "work_request.approval_refused"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    reason: str


@dataclass(frozen=True, slots=True)
class ApprovalVoided(Event):
    """A change made an approval void."""

    kind: ClassVar[str] = "work_request.approval_voided"
    audience: ClassVar[Audience] = Audience.CUSTOMER


@dataclass(frozen=True, slots=True)
class RequestAmended(Event):
    """A customer changed a request: the answers that differ, as they were and as they are, and files by name."""

    kind: ClassVar[str] = "work_request.amended"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    files_added: tuple[str, ...]
    files_removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestWithdrawn(Event):
    """A customer took a request back."""

    kind: ClassVar[str] = "work_request.withdrawn"
    audience: ClassVar[Audience] = Audience.CUSTOMER
