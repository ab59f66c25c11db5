"""What the panel shows of a draft: for each condition its operators, its control, and what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import _
from app.lists.columns import Column
from app.lists.filtering.draft import Draft
from app.lists.filtering.kind import Control, Field, Option, Reading
from app.lists.filtering.operators import Operator, Takes
from app.lists.filtering.problems import Problem
from app.lists.filtering.tree import Condition, Filter, Place
from app.web.forms import printable

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WRITTEN = {
    Control.DAY: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?"),
    Control.MOMENT: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"),
    Control.DAYS: re.compile(r"[0-9]{1,5}"),
}
# At which end of its day a value without a time stands, where a time is asked for.
ENDS_ITS_DAY = {Operator.UNTIL, Operator.AFTER}


@dataclass(frozen=True, slots=True)
class Line:
    """One condition in the panel. ``name`` leads the names of its controls; ``slots`` are the values they hold."""

    place: Place
    name: str
    field: Field | None
    operator: str
    operators: Sequence[Operator]
    control: Control
    slots: Sequence[str]
    options: Sequence[Option]
    problem: str | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One column of the order in the panel."""

    name: str
    column: str
    is_descending: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The whole panel. ``focus`` is the id of the control that the last button leads to."""

    rows: Sequence[Sequence[Line]]
    order: Sequence[OrderLine]
    fields: Sequence[Field]
    columns: Sequence[Column]
    problems: Sequence[str]
    focus: str


def panel_of(
    draft: Draft,
    reading: Reading,
    *,
    columns: Sequence[Column],
    problems: Sequence[Problem] = (),
    focus: str = "",
) -> Panel:
    """Lay out a draft; one without conditions shows an empty row to begin with."""
    tree = draft.tree if draft.tree.rows else Filter(((Condition(),),))
    at = {problem.place: problem.text for problem in reversed(problems) if problem.place is not None}
    return Panel(
        rows=[
            [
                _line(Place(index, place), condition, reading, at.get(Place(index, place)))
                for place, condition in enumerate(row)
            ]
            for index, row in enumerate(tree.rows)
        ],
        order=[OrderLine(f"s-{at}", key, descends) for at, (key, descends) in enumerate(draft.order)],
        fields=list(reading.fields.values()),
        columns=[column for column in columns if column.is_sortable],
        problems=[problem.text for problem in problems if problem.place is None],
        focus=focus,
    )


def _line(place: Place, condition: Condition, reading: Reading, problem: str | None) -> Line:
    name = f"c-{place.row}-{place.alternative}"
    field = reading.fields.get(condition.field)
    if field is None:
        return Line(place, name, None, "", (), Control.NOTHING, (), (), problem)
    known = condition.operator in field.kind.operators
    operator = Operator(condition.operator) if known else field.kind.operators[0]
    control, options = _entry(field, operator, reading)
    if control in WRITTEN and not all(
        WRITTEN[control].fullmatch(value) for value in condition.values if value
    ):
        # The browser's own control would drop what is no date; as text it stays, beside what is wrong with it.
        control = Control.TEXT
    # HTML cannot hold some of what an address can.
    slots = _slots(field, operator, control, [printable(value) for value in condition.values])
    return Line(place, name, field, operator.value, field.kind.operators, control, slots, options, problem)


def _entry(field: Field, operator: Operator, reading: Reading) -> tuple[Control, Sequence[Option]]:
    """The control of a condition's values, and what it offers."""
    if operator.takes is Takes.FIELD:
        others = [Option(other.key, other.label) for other in reading.comparable(field.key)]
        return Control.PICK, [Option("", _("Choose a field")), *others]
    control = field.kind.control(operator)
    return control, field.kind.options() if control in (Control.PICK, Control.PICKS) else ()


def _slots(field: Field, operator: Operator, control: Control, values: Sequence[str]) -> Sequence[str]:
    if control is Control.NOTHING:
        return ()
    if operator.takes is Takes.SEVERAL:
        return values if control is Control.PICKS else [field.kind.entered(value) for value in values]
    count = 2 if operator.takes is Takes.TWO else 1
    shown = [field.kind.entered(value) for value in values[:count]]
    padded = [*shown, *([""] * (count - len(shown)))]
    if control is Control.MOMENT:
        return [_with_time(value, operator, at == count - 1) for at, value in enumerate(padded)]
    return [value[:10] for value in padded] if control is Control.DAY else padded


def _with_time(value: str, operator: Operator, is_last: bool) -> str:  # noqa: FBT001 - the place of a value among two
    """A day as a moment that means the same: its first minute, or its last one."""
    if not DAY.fullmatch(value):
        return value
    ends = operator in ENDS_ITS_DAY or (operator is Operator.BETWEEN and is_last)
    return f"{value}T{'23:59' if ends else '00:00'}"
