"""What happens in the demo world: the steps of all cases, in order of time, by the people who take them.

Everything goes through the actions of the cases, as the actor of the person who acts and with the clock set
to the moment, so that case numbers and the journal rise with time and every rule of the product holds.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.authz import Actor
from app.cases import actions
from app.cases.actions import linking, merging, parenting, watching
from app.cases.actions.intake import take_alert
from app.cases.actions.mentioning import add_note_for
from app.cases.alerts import AlertDetails, Severity
from app.cases.categories import Category
from app.cases.lifecycle import Act
from app.cases.models import Case, LinkKind
from app.demo.luggage import upload
from app.demo.story import CaseStory
from app.demo.world import World
from app.files.models import Upload


@dataclass(slots=True)
class Telling:
    """A case of the story on its way into the database."""

    told: CaseStory
    world: World
    row: Case | None = None
    # What the next text brings along.
    uploads: list[Upload] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The case; its opening comes before all its steps."""
        if self.row is None:
            raise LookupError("The case is not open yet.")
        return self.row

    def text(self, written: str) -> str:
        """A text of the story with its dates, as it is written at the moment the clock is set to."""
        filled = self.world.calendar.fill(written, at=clock.now(), language=self.told.language)
        return filled.strip()


@dataclass(order=True, slots=True)
class Moment:
    """Something that one person does at one moment; steps of the same moment keep the order of the story."""

    at: datetime
    position: int
    by: str = field(compare=False)
    happen: Callable[[Actor], None] = field(compare=False)


def play(world: World, cases: Iterable[CaseStory], others: Iterable[Moment] = ()) -> None:
    """Let everything happen, to the cases and besides, in order of time."""
    moments = [moment for told in cases for moment in _moments(Telling(told, world))]
    moments += others
    for position, moment in enumerate(moments):
        moment.position = position
    for moment in sorted(moments):
        with clock.at(moment.at):
            moment.happen(world.actors[moment.by])


def _moments(telling: Telling) -> Iterator[Moment]:
    told = telling.told
    opening, *later = told.moments(telling.world.calendar)
    yield Moment(opening, 0, told.by, lambda actor: _begin(telling, actor))
    for step, at in zip(told.steps, later, strict=True):
        yield Moment(at, 0, step.by, _taking(telling, step.acts))


def _taking(telling: Telling, acts: Sequence[tuple[str, Any]]) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        for verb, what in acts:
            VERBS[verb](telling, actor, what)

    return happen


def _begin(telling: Telling, actor: Actor) -> None:
    _open(telling, actor)
    if telling.told.key is not None:
        telling.world.cases[telling.told.key] = telling.case


def _open(telling: Telling, actor: Actor) -> None:
    told, world = telling.told, telling.world
    number = world.numbers[told.number]
    category, details = Category(told.category), telling.text(told.says)
    if told.alert is not None:
        telling.row = _bring(telling, actor, told.alert, details)
        return
    if actor.is_customer:
        telling.row = actions.open_inquiry(
            world.session,
            actor=actor.within(number.service_id),
            number=number,
            category=category,
            details=details,
        )
        return
    telling.row = actions.open_case(
        world.session,
        actor=actor,
        number=number,
        category=category,
        subject=telling.text(told.subject or "") or None,
        details=details,
        contact=world.users[told.contact] if told.contact else None,
    )


def _bring(telling: Telling, actor: Actor, alert: dict[str, Any], details: str) -> Case:
    """An alert arrives two minutes after the tool has seen what it tells."""
    told, world = telling.told, telling.world
    came = AlertDetails(
        identifier=(told.alert or {})["id"],
        customer_number=told.number,
        title=telling.text(told.subject or ""),
        severity=Severity(alert.get("severity", (told.alert or {})["severity"])),
        detected_at=clock.now() - timedelta(minutes=2),
        description=details,
        category=Category(told.category),
        details=tuple((alert.get("details") or (told.alert or {})["details"]).items()),
        link=(told.alert or {}).get("link", ""),
    )
    service_id = world.numbers[told.number].service_id
    return take_alert(world.session, actor=actor, service_id=service_id, alert=came).case


def _again(telling: Telling, actor: Actor, alert: dict[str, Any]) -> None:
    """The alert comes once more, maybe with other particulars."""
    _bring(telling, actor, alert, telling.text(telling.told.says))


def _brings(telling: Telling, actor: Actor, names: Sequence[str]) -> None:
    """Upload files of the story for the text that follows in the same step."""
    telling.uploads = [upload(telling.world.session, actor, name) for name in names]


def _says(telling: Telling, actor: Actor, written: str) -> None:
    uploads, telling.uploads = telling.uploads, []
    body = telling.text(written)
    actions.add_comment(telling.world.session, telling.case, actor=actor, body=body, uploads=uploads)


def _notes(telling: Telling, actor: Actor, written: str) -> None:
    uploads, telling.uploads = telling.uploads, []
    body = telling.text(written)
    add_note_for(telling.world.session, telling.case, actor=actor, body=body, uploads=uploads)


def _does(telling: Telling, actor: Actor, act: str) -> None:
    actions.move(telling.world.session, telling.case, Act(act), actor=actor)


def _assigns(telling: Telling, actor: Actor, key: str | None) -> None:
    assignee = telling.world.users[key] if key else None
    actions.assign(telling.world.session, telling.case, actor=actor, assignee=assignee)


def _names(telling: Telling, actor: Actor, subject: str) -> None:
    """Give the case a subject that says what it is about; inquiries all begin with the same one (INQ-06)."""
    world, case = telling.world, telling.case
    contact = next((user for user in world.users.values() if user.id == case.contact_id), None)
    actions.edit_details(
        world.session,
        case,
        actor=actor,
        version=case.version,
        subject=telling.text(subject),
        category=case.category,
        contact=contact,
    )


def _watches(telling: Telling, actor: Actor, key: str) -> None:
    """Put somebody of the customer number on the watch list."""
    user = telling.world.users[key]
    watching.add_watcher(telling.world.session, telling.case, actor=actor, user_id=user.id)


def _merges(telling: Telling, actor: Actor, key: str) -> None:
    """The case is a duplicate of one that stands in the story under ``key``."""
    into = telling.world.cases[key]
    merging.merge(telling.world.session, telling.case, actor=actor, into=into)


def _under(telling: Telling, actor: Actor, key: str) -> None:
    parent = telling.world.cases[key]
    parenting.set_parent(telling.world.session, telling.case, actor=actor, parent=parent)


def _links(telling: Telling, actor: Actor, key: str) -> None:
    other = telling.world.cases[key]
    linking.link(telling.world.session, telling.case, actor=actor, other=other, kind=LinkKind.RELATED)


VERBS: dict[str, Callable[[Telling, Actor, Any], None]] = {
    "again": _again,
    "brings": _brings,
    "says": _says,
    "notes": _notes,
    "does": _does,
    "assigns": _assigns,
    "names": _names,
    "watches": _watches,
    "merges": _merges,
    "under": _under,
    "links": _links,
}
