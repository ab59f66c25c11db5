"""What differs between two versions of an item, as lines that people read: before a publication, and in an import."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.catalog.content import TEXTS, Content
from app.catalog.fields import FieldDefinition, FormDefinition
from app.i18n import N_, _


@dataclass(frozen=True, slots=True)
class Difference:
    """What has another value, and both values; empty where there was or is none."""

    what: str
    before: str
    after: str


LABELS = {
    "name_ja": N_("Name in Japanese"),
    "name_en": N_("Name in English"),
    "description_ja": N_("Description in Japanese"),
    "description_en": N_("Description in English"),
}
FIELD_LABELS = {
    "kind": N_("Kind"),
    "label_ja": N_("Label in Japanese"),
    "label_en": N_("Label in English"),
    "help_ja": N_("Help in Japanese"),
    "help_en": N_("Help in English"),
    "required": N_("Required"),
    "least": N_("At least"),
    "most": N_("At most"),
    "choices": N_("Choices"),
    "shown_if": N_("Shown only if"),
}


def differences(before: Content | None, after: Content) -> Sequence[Difference]:
    """What changes when ``after`` takes the place of ``before``, in the language in force."""
    if before is None:
        before = Content(name_ja="", name_en="")
    found = [
        Difference(_(LABELS[name]), getattr(before, name), getattr(after, name))
        for name in TEXTS
        if getattr(before, name) != getattr(after, name)
    ]
    if before.points != after.points:
        found.append(Difference(_("Points"), str(before.points), str(after.points)))
    if before.needs_approval != after.needs_approval:
        said = (_yes(before.needs_approval), _yes(after.needs_approval))
        found.append(Difference(_("Needs approval by the customer"), *said))
    return [*found, *_of_forms(before.form, after.form)]


def _of_forms(before: FormDefinition, after: FormDefinition) -> Iterable[Difference]:
    old, new = ({item.key: item for item in form.fields} for form in (before, after))
    for key in old:
        if key not in new:
            yield Difference(_("Field “%(key)s”", key=key), _summary(old[key]), "")
    for key, item in new.items():
        if key not in old:
            yield Difference(_("Field “%(key)s”", key=key), "", _summary(item))
        elif item != old[key]:
            yield from _of_fields(old[key], item)
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        yield Difference(_("Order of the fields"), ", ".join(old), ", ".join(new))


def _of_fields(before: FieldDefinition, after: FieldDefinition) -> Iterable[Difference]:
    old, new = _said(before), _said(after)
    for name, label in FIELD_LABELS.items():
        if old[name] != new[name]:
            what = _("Field “%(key)s”: %(what)s", key=after.key, what=_(label))
            yield Difference(what, old[name], new[name])


def _said(item: FieldDefinition) -> Mapping[str, str]:
    condition = item.shown_if
    return {
        "kind": item.kind.label,
        "label_ja": item.label_ja,
        "label_en": item.label_en,
        "help_ja": item.help_ja,
        "help_en": item.help_en,
        "required": _yes(item.is_required),
        "least": _bound(item.least),
        "most": _bound(item.most),
        "choices": "\n".join(f"{one.code}: {one.label_ja} / {one.label_en}" for one in item.choices),
        "shown_if": f"{condition.field} = {', '.join(condition.codes)}" if condition else "",
    }


def _summary(item: FieldDefinition) -> str:
    return f"{item.label_ja} / {item.label_en} ({item.kind.label})"


def _yes(value: bool) -> str:  # noqa: FBT001 - the one thing that it says
    return _("Yes") if value else _("No")


def _bound(value: int | None) -> str:
    return "" if value is None else str(value)
