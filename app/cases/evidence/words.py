"""The events of a case in plain words, for paper: a title, and lines below it."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from app.cases import events
from app.cases.evidence.contents import Entry
from app.i18n import _, stamp
from app.journal import Event

Words = tuple[str, Sequence[str]]


def words_of(entry: Entry) -> Words:
    """What happened; a kind that has no words here is shown with its particulars as the journal has them."""
    if entry.comment is not None and isinstance(entry.happened, events.CommentAdded | events.NoteAdded):
        title = _("Internal note") if isinstance(entry.happened, events.NoteAdded) else _("Comment")
        return title, entry.comment.body.split("\n")
    tell = WORDS.get(type(entry.happened)) if entry.happened is not None else None
    if tell is None:
        particulars = [f"{name}: {_shown(value)}" for name, value in entry.row.data.items()]
        return entry.row.kind, particulars
    return tell(entry.happened)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _opened(event: events.CaseOpened) -> Words:
    return _("Start"), [event.number, *([event.request] if event.request else [])]


def _files(event: events.FilesAdded) -> Words:
    return _("Files added"), list(event.names)


def _state(event: events.StateChanged) -> Words:
    moved = f"{event.old_state.label} → {event.new_state.label}"
    return _("Status"), [moved, *([f"{_('Reason')}: {event.reason}"] if event.reason else [])]


def _closure(event: events.ClosureAnnounced) -> Words:
    moment = stamp(event.moment)
    return _("Closure announced"), [
        _("Without an answer, the case closes by itself on %(moment)s.", moment=moment)
    ]


def _assignee(event: events.AssigneeChanged) -> Words:
    return _("Assignee"), [f"{event.old or _('Unassigned')} → {event.new or _('Unassigned')}"]


def _details(event: events.DetailsChanged) -> Words:
    return _("Details changed"), [
        f"{label}: {old or '-'} → {new or '-'}" for label, old, new in event.shown()
    ]


def _alert(event: events.AlertReceived) -> Words:
    return _("Alert"), [*_facts(event), f"{_('Alert ID')}: {event.identifier}"]


def _again(event: events.AlertRepeated) -> Words:
    said = [event.title, *event.description.split("\n")] if event.is_changed else []
    return _("The alert occurred again (%(n)s)", n=event.times), [
        *(line for line in said if line),
        *_facts(event),
    ]


def _facts(event: events.AlertReceived | events.AlertRepeated) -> list[str]:
    return [
        f"{_('Severity')}: {event.grade.label}",
        f"{_('Detected')}: {stamp(event.moment)}",
        *(f"{name}: {value}" for name, value in event.details),
        *([f"{_('Link')}: {event.link}"] if event.link else []),
    ]


def _announced(event: events.ClosureAnnounced) -> Words:
    words = _("Without an answer, the case closes by itself on %(moment)s.", moment=stamp(event.moment))
    return _("Closure announced"), [words]


def _overruled(event: events.GuardOverruled) -> Words:
    return _("Sent after a warning"), event.shown()


def _linked(event: events.CaseLinked) -> Words:
    return _("Linked as a duplicate") if event.how == "duplicate" else _("Linked as related"), [event.other]


def _parent(event: events.ParentChanged) -> Words:
    return _("Parent case"), [f"{event.old or _('None')} → {event.new or _('None')}"]


def _evidence(event: events.EvidenceMade) -> Words:
    for_auditor = event.pack == "auditor"
    return (
        _("Evidence pack for an auditor made") if for_auditor else _("Evidence pack for the customer made")
    ), []


WORDS: dict[type[Event], Callable[[Any], Words]] = {
    events.CaseOpened: _opened,
    events.FilesAdded: _files,
    events.StateChanged: _state,
    events.ClosureAnnounced: _closure,
    events.AssigneeChanged: _assignee,
    events.DetailsChanged: _details,
    events.AlertReceived: _alert,
    events.AlertRepeated: _again,
    events.EvidenceMade: _evidence,
    events.ClosureAnnounced: _announced,
    events.GuardOverruled: _overruled,
    events.WatcherAdded: lambda event: (_("Added to the watch list"), [event.name]),
    events.WatcherRemoved: lambda event: (_("Taken off the watch list"), [event.name]),
    events.CommentTakenBack: lambda _event: (_("Reply taken back"), []),
    events.CaseLinked: _linked,
    events.CaseUnlinked: lambda event: (_("Link removed"), [event.other]),
    events.CaseMerged: lambda event: (_("Merged into another case"), [event.into]),
    events.CaseTookIn: lambda event: (_("Another case was merged into this one"), [event.number]),
    events.MergeUndone: lambda event: (_("Merge undone"), [event.other]),
    events.ParentChanged: _parent,
    events.ChildAdded: lambda event: (_("Child case added"), [event.number]),
    events.ChildRemoved: lambda event: (_("Child case removed"), [event.number]),
    events.ChildrenTold: lambda event: (_("Sent to child cases"), [str(event.count)]),
}
