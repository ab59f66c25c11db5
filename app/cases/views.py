"""What the case pages of both shells have in common: addresses of lists, the context of a case page."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.authz import Actor
from app.cases import relations
from app.cases.actions import drafts
from app.cases.drafts import place_on
from app.cases.files import files_of
from app.cases.forms import FilesForm, WatcherForm, WritingForm
from app.cases.lifecycle import offered
from app.cases.models import Case, CaseComment, CaseFile
from app.cases.pulse import Mark, mark_of
from app.cases.timeline import timeline_of
from app.cases.watching import watch_list
from app.extensions import db
from app.i18n import _
from app.web import once

ENTRY = re.compile(r"[0-9]{1,15}")
MARK = re.compile(r"[0-9]{1,18}")


def case_context(session: Session, actor: Actor, case: Case, *, before: str) -> dict[str, Any]:
    """What a case page shows: the case, its timeline within the actor's audience, the acts open now."""
    first = int(before) if ENTRY.fullmatch(before) else None
    timeline = timeline_of(session, actor, case, before=first)
    watched = watch_list(session, case)
    return {
        "case": case,
        "goes_on_at": relations.goes_on_at(session, actor, case),
        "timeline": timeline,
        "is_older_part": first is not None,
        "mark": mark_of(actor, case, timeline),
        "watched": watched,
        "watcher_form": WatcherForm.offering(watched.others),
        "files": files_of(session, actor, case),
        "transitions": offered(case.state, actor.kind),
    }


def mark_seen(args: Mapping[str, str]) -> Mark:
    """How far a page says it has been told; whatever is no number tells nothing."""
    after, version = (args.get(name, "") for name in ("after", "version"))
    return Mark(*(int(told) if MARK.fullmatch(told) else 0 for told in (after, version)))


def take_text(
    case: Case,
    form: WritingForm,
    *,
    actor: Actor,
    add: Callable[..., CaseComment],
    done: Callable[[Case], Response],
    refuse: Callable[[str | None], Response],
) -> Response:
    """Take a text for a case once and only once; ``add`` is the action that writes it."""

    def write() -> str:
        uploads = form.taken_uploads()
        add(db.session, case, actor=actor, body=form.body.data or "", html=form.rich(), uploads=uploads)
        if form.pen is not None:
            drafts.discard(db.session, actor=actor, place=place_on(case, form.pen))
        return url_for(".show", number=case.number)

    return once.submit(
        db.session, actor=actor, form=form, create=write, done=lambda _location: done(case), refuse=refuse
    )


def take_files_of_case(
    case: Case,
    form: FilesForm,
    *,
    actor: Actor,
    add: Callable[..., Sequence[CaseFile]],
    done: Callable[[Case], Response],
    refuse: Callable[[str | None], Response],
) -> Response:
    """Take files for a case once and only once; ``add`` is the action that adds them."""

    def write() -> str:
        add(db.session, case, actor=actor, uploads=form.taken_uploads())
        return url_for(".show", number=case.number)

    return once.submit(
        db.session, actor=actor, form=form, create=write, done=lambda _location: done(case), refuse=refuse
    )


def files_not_sent_text(case: Case) -> str:
    """The message for files that came after the closure (CASE-16), or after the case went on elsewhere."""
    if case.is_merged:
        return _("This case goes on in another case; your files were not added.")
    return _("The case has been closed; your files were not added.")


def no_watcher_text() -> str:
    """The message for a watcher who is no user of the case's customer number."""
    return _("Choose one of the users of this customer number.")


def stopped_text() -> str:
    """The message for what the wrong-customer guard has stopped; the form names what was found."""
    return _("Nothing has been sent yet. Check what was found in your text.")


def not_sent_text(case: Case) -> str:
    """The message for a comment that came after the closure, or after the case went on elsewhere."""
    if case.is_merged:
        return _("This case goes on in another case; your text was not sent.")
    return _("The case has been closed; your text was not sent.")


def refused_text(case: Case) -> str:
    """The message for an act that the case's present state does not allow."""
    if case.is_merged:
        return _("This case was merged into another one; go on there.")
    return _(
        "This is not possible any more: the case is now in the state “%(state)s”.",
        state=case.state.label,
    )
