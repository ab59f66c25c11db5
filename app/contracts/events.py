"""What happens to services, contract holders and customer numbers."""

from dataclasses import dataclass
from typing import ClassVar

from app.authz import Audience
from app.journal import Event


@dataclass(frozen=True, slots=True)
class ServiceAdded(Event):
    kind: ClassVar[str] = "service.added"
    audience: ClassVar[Audience] = Audience.DESK
    slug: str


@dataclass(frozen=True, slots=True)
class PortalLinksSet(Event):
    kind: ClassVar[str] = "service.portal_links_set"
    audience: ClassVar[Audience] = Audience.DESK
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LargestFileSet(Event):
    """``largest`` is in bytes; ``None`` is what the installation takes."""

    kind: ClassVar[str] = "service.largest_file_set"
    audience: ClassVar[Audience] = Audience.DESK
    largest: int | None


@dataclass(frozen=True, slots=True)
class ContractHolderAdded(Event):
    kind: ClassVar[str] = "contract_holder.added"
    audience: ClassVar[Audience] = Audience.DESK
    name: str


@dataclass(frozen=True, slots=True)
class CustomerNumberAdded(Event):
    kind: ClassVar[str] = "customer_number.added"
    audience: ClassVar[Audience] = Audience.DESK
    number: str
    holder: str
    service: str
