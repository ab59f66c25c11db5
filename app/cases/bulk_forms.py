"""The forms of acts on many cases: what to do, and the confirmation that carries what was shown."""

import re
from collections.abc import Sequence

from flask import request
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.accounts.models import User
from app.cases.actions import bulk
from app.cases.actions.bulk import Kind, Order, Wanted
from app.cases.lifecycle import Act, transition
from app.cases.models import COMMENT_LENGTH
from app.i18n import _, _l
from app.web.forms import CreatingForm, PlainForm, TextField, choice, printable

ROW = re.compile(r"([A-Z0-9]{1,16}):([0-9]{1,9})")
LONGEST_SHOWN = 16


class BulkForm(PlainForm):
    """What to do to the chosen cases, as one choice: an assignee, a row of the table, or a note."""

    act = SelectField(_l("Act on the selected cases"))
    back = HiddenField()
    agents: Sequence[User] = ()

    def offer(self, agents: Sequence[User]) -> None:
        """Offer the agents the actor shares a service with, the acts of the table, and a note."""
        self.agents = agents
        self.act.choices = {
            _("Assign to"): [
                # Each says what it does, since the head of its group is not seen while the list is closed.
                *(
                    choice(f"assign:{agent.id}", _("Assign to %(name)s", name=agent.display_name))
                    for agent in agents
                ),
                choice("assign:", _("Assign to nobody")),
            ],
            _("Set the status"): list(_moves()),
            _("Desk only"): [choice(Kind.NOTE.value, _("Add an internal note"))],
        }

    def order(self, note: str = "") -> Order:
        """The chosen act; ask for it once the form is valid."""
        chosen = self.act.data or ""
        if chosen.startswith("assign:"):
            agent = next((one for one in self.agents if f"assign:{one.id}" == chosen), None)
            return Order(kind=Kind.ASSIGN, assignee=agent)
        if chosen == Kind.NOTE.value:
            return Order(kind=Kind.NOTE, note=note)
        return Order(kind=Kind.MOVE, act=Act(chosen))


class ConfirmedForm(CreatingForm, BulkForm):
    """The act once more, with the text of the note; the rows come beside it with the versions that were shown."""

    note = TextField(_l("Internal note"), most=COMMENT_LENGTH)


def _moves() -> Sequence[SelectChoice]:
    """The acts of agents, each named by the state it leads to, and by itself where two lead to the same."""
    names = {Act.RESUME: _("In progress (without the customer's answer)")}
    return [choice(act.value, names.get(act, transition(act).label)) for act in bulk.MOVES]


def chosen_cases() -> list[Wanted]:
    """The cases ticked in the list, or all that the page showed, each once and in order."""
    name = "shown" if request.form.get("whole_page") else "number"
    return [Wanted(number) for number in _unique(request.form.getlist(name))]


def confirmed_cases() -> list[Wanted]:
    """The cases of the preview with their versions; what is no such row is left to be refused."""
    rows = []
    for row in _unique(request.form.getlist("chosen")):
        found = ROW.fullmatch(row)
        rows.append(Wanted(found[1], int(found[2])) if found else Wanted(printable(row)[:LONGEST_SHOWN], 0))
    return rows


def _unique(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(printable(value)[:LONGEST_SHOWN] for value in values if value))
