"""The states of articles and of their versions, and the one table of what the desk does with a version (KB-15).

Whatever the table does not hold is refused. An article as a whole is a draft until a first version is published, and
can be withdrawn and published again; its versions are what is drafted, reviewed and published.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.authz import Permission
from app.i18n import N_, _


class ArticleState(StrEnum):
    """Whether readers can have an article: not yet, now, or no longer."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state's name in the language in force."""
        return _(ARTICLE_LABELS[self])


class VersionState(StrEnum):
    """Where a version stands on its way to its readers."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """The state's name in the language in force."""
        return _(VERSION_LABELS[self])


ARTICLE_LABELS = {
    ArticleState.DRAFT: N_("Draft"),
    ArticleState.PUBLISHED: N_("Published"),
    ArticleState.WITHDRAWN: N_("Withdrawn"),
}
VERSION_LABELS = {
    VersionState.DRAFT: N_("Draft"),
    VersionState.REVIEW: N_("In review"),
    VersionState.PUBLISHED: N_("Published"),
}


class NotPossible(Exception):
    """The article, or its version, is in no state for this."""


class Act(StrEnum):
    """What the desk does with the version in the making."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table; ``to`` is empty where the version goes away."""

    act: Act
    sources: Sequence[VersionState]
    to: VersionState | None
    permission: Permission


MAKING = (VersionState.DRAFT, VersionState.REVIEW)
TRANSITIONS = (
    # Who changes what is in review takes it back to the draft, so that nobody publishes what nobody has read.
    Transition(Act.EDIT, MAKING, VersionState.DRAFT, Permission.CONSOLE_KNOWLEDGE_WRITE),
    Transition(Act.SUBMIT, (VersionState.DRAFT,), VersionState.REVIEW, Permission.CONSOLE_KNOWLEDGE_WRITE),
    Transition(Act.RETURN, (VersionState.REVIEW,), VersionState.DRAFT, Permission.CONSOLE_KNOWLEDGE_PUBLISH),
    Transition(Act.PUBLISH, MAKING, VersionState.PUBLISHED, Permission.CONSOLE_KNOWLEDGE_PUBLISH),
    Transition(Act.DISCARD, MAKING, None, Permission.CONSOLE_KNOWLEDGE_WRITE),
)


def transition(act: Act, state: VersionState) -> Transition | None:
    """The row of the table for ``act`` on a version that stands at ``state``, or ``None``."""
    return next((row for row in TRANSITIONS if row.act is act and state in row.sources), None)
