"""The data files of the demo world, read into plain values: what is told, before anything happens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.demo.moments import Calendar

DATA = Path(__file__).parent / "data"
# Who brings alerts in; no person.
INTAKE = "intake"
PASSWORD = "Madoguchi#2026"  # noqa: S105 - the published password of a world without secrets
AUTHENTICATOR_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - likewise, of the desk's authenticator apps


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStory:
    """A service and its settings; categories are named by their codes."""

    slug: str
    name_ja: str
    name_en: str
    user_id_suffix: str
    portals: list[str]
    desk_mail: str
    selectable: list[str]
    set_by_desk: list[str]
    third_filter: str
    third_filter_ja: str
    third_filter_en: str
    one_open_inquiry: bool = False
    cautions_mail_change: bool = False
    takes_alerts: bool = False
    requests_by_contract: bool = False
    has_points: bool = False
    exempt: list[str] = field(default_factory=list)
    # Hours to the first reply and to the solution, by category; "all" is for all others.
    targets: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderStory:
    """A contract holder; ``numbers`` gives the service's slug of each of its customer numbers."""

    name: str
    numbers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStory:
    """A person, named ``key`` in the steps of cases: a customer if there is a holder, else an agent."""

    key: str
    login_id: str
    mail: str
    family_name: str
    given_name: str
    language: str
    holder: str | None = None
    numbers: list[str] = field(default_factory=list)
    is_administrator: bool = False
    desk_role: str | None = None
    services: list[str] = field(default_factory=list)
    mfa_enabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterStory:
    """A saved filter of a portal, or a view of the desk if it names no service; written as in an address."""

    by: str
    name: str
    visibility: str
    conditions: str
    order: str
    service: str | None = None
    columns: str | None = None


@dataclass(frozen=True, slots=True)
class StepStory:
    """What one person does to a case at one moment: verbs with what they take, done in their order."""

    at: str
    by: str
    acts: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStory:
    """A case: how it is opened, and what happens to it then.

    Opened by a customer it is an inquiry; opened by an agent it may have a contact and a subject; opened by
    ``intake`` it comes from an alert.
    """

    number: str
    at: str
    by: str
    category: str
    says: str = ""
    subject: str | None = None
    contact: str | None = None
    language: str = "ja"
    # By what other cases name it, if they do.
    key: str | None = None
    # What the program said beside, if an alert made the case.
    alert: dict[str, Any] | None = None
    then: list[dict[str, Any]] = field(default_factory=list)

    @property
    def steps(self) -> Sequence[StepStory]:
        """The steps after the opening, in order."""
        return [_step(told) for told in self.then]

    def moments(self, calendar: Calendar) -> Iterator[datetime]:
        """When it is opened, and when each of its steps is taken."""
        at = calendar.read(self.at)
        yield at
        for step in self.steps:
            at = calendar.read(step.at, after=at)
            yield at


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStory(CaseStory):
    """A work request, and what happens to it and to the case that it becomes; files by the field they answer."""

    category: str = "work_request"
    item: str
    answers: dict[str, Any]
    files: dict[str, list[str]] = field(default_factory=dict)


def _step(told: dict[str, Any]) -> StepStory:
    acts = tuple((verb, what) for verb, what in told.items() if verb not in {"at", "by"})
    return StepStory(told["at"], told["by"], acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStory:
    """A canned answer of a service, in both languages."""

    service: str
    name: str
    ja: str
    en: str


@cache
def answers() -> Sequence[AnswerStory]:
    """The canned answers, in the order in which they are added."""
    return [AnswerStory(**told) for told in read(DATA / "answers.yaml")]


def catalog(service: str) -> str:
    """The catalogue of a service as the file that the console's import reads."""
    return (DATA / f"catalog-{service}.yaml").read_text("utf-8")


Terms = Mapping[str, Any]


@cache
def terms() -> Sequence[Terms]:
    """What contracts include of requests and points, by the names of ``app.catalog.actions.terms.Terms``."""
    return read(DATA / "terms.yaml")


@cache
def services() -> Sequence[ServiceStory]:
    """The services, in the order in which they are added."""
    return [ServiceStory(**told) for told in read(DATA / "services.yaml")]


@cache
def holders() -> Sequence[HolderStory]:
    """The contract holders with their customer numbers."""
    return [HolderStory(**told) for told in read(DATA / "holders.yaml")]


@cache
def people() -> Sequence[PersonStory]:
    """The people, in the order of the sign-in sheet."""
    return [PersonStory(**told) for told in read(DATA / "people.yaml")]


@cache
def filters() -> Sequence[FilterStory]:
    """The saved filters, in the order in which they are saved."""
    return [FilterStory(**told) for told in read(DATA / "filters.yaml")]


def cases() -> Sequence[CaseStory]:
    """The cases of all files, in no order of time; read once per loading, so they are not kept."""
    files = sorted((DATA / "cases").glob("*.yaml"))
    return [CaseStory(**told) for file in files for told in read(file)]


def requests() -> Sequence[RequestStory]:
    """The work requests, in no order of time; read once per loading, so they are not kept."""
    return [RequestStory(**told) for told in read(DATA / "requests.yaml")]


def read(file: Path) -> list[dict[str, Any]]:
    """A data file that holds a list."""
    # The parser in C is ten times as fast; where it was not built, the one in Python reads the same.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return list(yaml.load(file.read_text("utf-8"), Loader=loader))  # noqa: S506 - both loaders are safe ones
