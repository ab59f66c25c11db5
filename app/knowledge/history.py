"""What has happened to an article, newest first; it is the desk's to read, customers' words by their service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.authz import Actor, ActorKind
from app.cases.guard.findings import FOUND_KINDS
from app.i18n import N_, _, language_word
from app.journal import Event, JournalEvent, restore
from app.knowledge import events
from app.knowledge.desk_page import is_of_own_customers
from app.knowledge.models import Article

MOST_EVENTS = 200
KINDS: dict[str, type[Event]] = {
    told.kind: told
    for told in vars(events).values()
    if isinstance(told, type) and issubclass(told, Event) and told.__module__ == events.__name__
}
# The sign and the name of each kind of entry.
FACES: dict[str, tuple[str, str]] = {
    "article.started": ("plus-lg", N_("Article started")),
    "article.version_written": ("pencil", N_("Draft written")),
    "article.version_published": ("check-circle", N_("Version published")),
    "article.withdrawn": ("x-lg", N_("Article withdrawn")),
    "article.offered": ("arrow-counterclockwise", N_("Article offered again")),
    "article.placed": ("folder", N_("Place, author or review date set")),
    "article.audience_set": ("people", N_("Readers set")),
    "article.feedback_given": ("chat-left-text", N_("Feedback of a reader")),
    "article.guard_overruled": ("exclamation-triangle", N_("Sent in spite of a warning")),
    "article.review_due": ("clock-history", N_("Review date reached")),
}
MOVES = {
    "submit": ("send", N_("Sent to review")),
    "return": ("reply-fill", N_("Sent back from review")),
    "discard": ("x-lg", N_("Draft discarded")),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the history."""

    id: int
    at: datetime
    author: str
    icon: str
    title: str
    told: str


def history_of(session: Session, actor: Actor, article: Article) -> Sequence[Entry]:
    """What has happened to an article, newest first; of customers' words, those of the actor's services alone."""
    rows = session.scalars(
        select(JournalEvent)
        .where(JournalEvent.subject_type == Article.subject_type, JournalEvent.subject_id == article.id)
        .where(JournalEvent.kind.in_(KINDS))
        .where(
            or_(
                JournalEvent.kind != events.FeedbackGiven.kind,
                is_of_own_customers(session, actor, article, JournalEvent.actor_id),
            )
        )
        .order_by(JournalEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return [entry for row in rows if (entry := _entry(row)) is not None]


def _entry(row: JournalEvent) -> Entry | None:
    happened = restore(KINDS, row)
    if happened is None:
        return None
    author = _(row.actor_name) if row.actor_kind is ActorKind.SYSTEM else row.actor_name
    icon, title = FACES.get(row.kind, ("pencil", N_("Changed")))
    if isinstance(happened, events.VersionMoved):
        icon, title = MOVES.get(happened.act, (icon, title))
    return Entry(row.id, row.at, author, icon, _(title), " · ".join(filter(None, _told(happened))))


def _told(happened: Event) -> Sequence[str]:
    told: Sequence[str] = ()
    match happened:
        case events.ArticleStarted(from_case=case) if case:
            told = [_("From case %(number)s", number=case)]
        case (
            events.VersionWritten(language=language, number=number, title=title)
            | events.VersionPublished(language=language, number=number, title=title)
        ):
            told = [_version(language, number), title]
        case events.VersionMoved(language=language, number=number, remark=remark):
            told = [_version(language, number), remark]
        case events.ArticlePlaced(base=base, category=category, author=author, review_on=day):
            told = [f"{base} › {category}", author, day]
        case events.AudienceSet(readers=readers):
            told = [", ".join(readers) or _("Nobody")]
        case events.FeedbackGiven(has_helped=has_helped, remark=remark):
            told = [_("Yes") if has_helped else _("No"), remark]
        case events.ReviewDue(review_on=day):
            told = [day]
        case events.GuardOverruled(kinds=kinds):
            told = [", ".join(_(FOUND_KINDS.get(kind, kind)) for kind in kinds)]
    return told


def _version(language: str, number: int) -> str:
    return _("Version %(n)s (%(language)s)", n=number, language=language_word(language))
