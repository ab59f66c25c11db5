"""Rules of a form that its shape does not tell: what its fields must be to each other, and bounds to themselves."""

from collections.abc import Iterator

from app.catalog.fields.definition import WITH_CHOICES, FieldDefinition, FieldKind, FormDefinition
from app.catalog.fields.limits import FARTHEST_DAY, MOST_OF
from app.i18n import _

# Where it is, as in ``checking.Problem``, and what to do about it.
Broken = Iterator[tuple[str, str]]
UNBOUNDED = (FieldKind.CHOICE, FieldKind.EMAIL, FieldKind.CUSTOMER_NUMBER)


def broken_rules(form: FormDefinition) -> Broken:
    """What does not hold in a form of the right shape, field by field, in the language in force."""
    before: dict[str, FieldDefinition] = {}
    for place, item in enumerate(form.fields):
        found = [*_of_key(item, before), *_of_words(item), *_of_choices(item), *_of_bounds(item)]
        found += _of_condition(item, form, before)
        yield from ((f"{place}.{where}", message) for where, message in found)
        before.setdefault(item.key, item)


def _of_key(item: FieldDefinition, before: dict[str, FieldDefinition]) -> Broken:
    if item.key in before:
        yield "key", _("Another field has the key “%(key)s” already.", key=item.key)


def _of_words(item: FieldDefinition) -> Broken:
    for name in ("label_ja", "label_en"):
        if not getattr(item, name).strip():
            yield name, _("Enter this field.")
    for name, other in (("help_ja", "help_en"), ("help_en", "help_ja")):
        if getattr(item, other).strip() and not getattr(item, name).strip():
            yield name, _("Give the help in both languages, or in none.")


def _of_choices(item: FieldDefinition) -> Broken:
    if item.kind not in WITH_CHOICES:
        if item.choices:
            yield "choices", _("A field of this kind has no choices.")
        return
    if not item.choices:
        yield "choices", _("Add at least one choice.")
    seen: set[str] = set()
    for place, choice in enumerate(item.choices):
        if choice.code in seen:
            yield (
                f"choices.{place}.code",
                _("Another choice has the code “%(code)s” already.", code=choice.code),
            )
        seen.add(choice.code)
        for name in ("label_ja", "label_en"):
            if not getattr(choice, name).strip():
                yield f"choices.{place}.{name}", _("Enter this field.")


def _of_bounds(item: FieldDefinition) -> Broken:
    if item.kind in UNBOUNDED:
        for name in ("least", "most"):
            if getattr(item, name) is not None:
                yield name, _("A field of this kind has no bounds.")
        return
    yield from _of_single_bounds(item)
    # A number without a lower bound is not below zero.
    least = 0 if item.least is None and item.kind is FieldKind.NUMBER else item.least
    if least is not None and item.most is not None and least > item.most:
        yield "most", _("The upper bound is below the lower one.")
    elif item.kind is FieldKind.CHOICES and (item.least or 0) > len(item.choices) > 0:
        yield "least", _("There are fewer choices than that.")


def _of_single_bounds(item: FieldDefinition) -> Broken:
    if item.kind is FieldKind.NUMBER:
        return
    lowest, highest = (
        (-FARTHEST_DAY, FARTHEST_DAY) if item.kind is FieldKind.DATE else (0, MOST_OF[item.kind])
    )
    for name, lowest_here in (("least", lowest), ("most", lowest if item.kind is FieldKind.DATE else 1)):
        bound = getattr(item, name)
        if bound is not None and not lowest_here <= bound <= highest:
            yield name, _("Enter a whole number from %(least)s to %(most)s.", least=lowest_here, most=highest)


def _of_condition(item: FieldDefinition, form: FormDefinition, before: dict[str, FieldDefinition]) -> Broken:
    if item.shown_if is None:
        return
    other = before.get(item.shown_if.field)
    if other is None:
        yield (
            "shown_if.field",
            _("The field has to stand before this one.")
            if form.field(item.shown_if.field)
            else _("There is no field “%(key)s”.", key=item.shown_if.field),
        )
    elif other.kind not in WITH_CHOICES:
        yield "shown_if.field", _("Only a field with choices can decide whether another one is shown.")
    else:
        known = {choice.code for choice in other.choices}
        for code in item.shown_if.codes:
            if code not in known:
                yield "shown_if.codes", _("“%(key)s” has no choice “%(code)s”.", key=other.key, code=code)
