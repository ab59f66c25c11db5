"""The demo world's work requests: sent, approved, decided, and what happens to the cases that they become."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.authz import Actor
from app.catalog import queries
from app.catalog.actions import approving, deciding
from app.catalog.actions.submitting import submit_request
from app.catalog.models import WorkRequest
from app.demo import story
from app.demo.luggage import upload
from app.demo.plot import VERBS, Moment, Telling
from app.demo.world import World


@dataclass(slots=True)
class Ordering(Telling):
    """A request of the story on its way into the database, and the case of it."""

    # Its number, once it was sent.
    request: str = ""

    def seen_by(self, actor: Actor) -> WorkRequest:
        """The request as somebody finds it; its sending comes before all its steps."""
        found = queries.request_for(self.world.session, actor, self.request)
        if found is None:
            raise LookupError("The request is not there yet.")
        return found


def orders(world: World) -> Iterator[Moment]:
    """All that happens to the requests of the story, each step at its moment."""
    for told in story.requests():
        ordering = Ordering(told, world)
        sending, *later = told.moments(world.calendar)
        yield Moment(sending, 0, told.by, _sending(ordering, told))
        for step, at in zip(told.steps, later, strict=True):
            yield Moment(at, 0, step.by, _taking(ordering, step.acts))


def _sending(ordering: Ordering, told: story.RequestStory) -> Callable[[Actor], None]:
    def happen(person: Actor) -> None:
        world = ordering.world
        number = world.numbers[told.number]
        actor = person.within(number.service_id)
        item = queries.item_for(world.session, actor, number.service_id, told.item)
        if item is None or item.current is None:
            raise LookupError(f"There is no item {told.item}.")
        request = submit_request(
            world.session,
            actor=actor,
            item=item,
            version=item.current,
            number=number,
            answers=filled(ordering, told.answers),
            uploads={
                key: [upload(world.session, actor, name) for name in names]
                for key, names in told.files.items()
            },
        )
        ordering.request = request.number

    return happen


def filled(telling: Telling, answer: Any) -> Any:  # noqa: ANN401 - an answer is a number, a text, a list or a table of them
    """An answer of the story with its dates, as it is written at the moment the clock is set to."""
    if isinstance(answer, int):
        return answer
    if isinstance(answer, dict):
        return {key: filled(telling, one) for key, one in answer.items()}
    if isinstance(answer, list):
        return [filled(telling, one) for one in answer]
    return telling.text(str(answer))


def _taking(ordering: Ordering, acts: Sequence[tuple[str, Any]]) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        for verb, what in acts:
            if verb in REQUEST_VERBS:
                REQUEST_VERBS[verb](ordering, actor, what)
            else:
                VERBS[verb](ordering, actor, what)

    return happen


def _approves(ordering: Ordering, actor: Actor, _what: object) -> None:
    request = ordering.seen_by(actor)
    approving.approve(ordering.world.session, request, actor=actor, version=request.version)


def _accepts(ordering: Ordering, actor: Actor, _what: object) -> None:
    request = ordering.seen_by(actor)
    ordering.row = deciding.accept(ordering.world.session, request, actor=actor, version=request.version)


def _rejects(ordering: Ordering, actor: Actor, reason: str) -> None:
    request = ordering.seen_by(actor)
    deciding.reject(
        ordering.world.session, request, actor=actor, version=request.version, reason=ordering.text(reason)
    )


# What is done to a request; what is done to its case, the verbs of cases say.
REQUEST_VERBS: dict[str, Callable[[Ordering, Actor, Any], None]] = {
    "approves": _approves,
    "accepts": _accepts,
    "rejects": _rejects,
}
