"""What happens to knowledge; all of it is the desk's to read, customers see the articles themselves."""

from dataclasses import dataclass
from typing import ClassVar

from app.authz import Audience
from app.journal import Event


@dataclass(frozen=True, slots=True)
class BaseAdded(Event):
    """A knowledge base; ``service`` is its slug, empty if it is common to all services."""

    kind: ClassVar[str] = "knowledge_base.added"
    audience: ClassVar[Audience] = Audience.DESK
    name_ja: str
    name_en: str
    service: str


@dataclass(frozen=True, slots=True)
class BaseEdited(Event):
    """A knowledge base has another name or place."""

    kind: ClassVar[str] = "knowledge_base.edited"
    audience: ClassVar[Audience] = Audience.DESK
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CategoryAdded(Event):
    """A category of a base."""

    kind: ClassVar[str] = "knowledge_base.category_added"
    audience: ClassVar[Audience] = Audience.DESK
    code: str
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CategoryEdited(Event):
    """A category has another number, name or place."""

    kind: ClassVar[str] = "knowledge_base.category_edited"
    audience: ClassVar[Audience] = Audience.DESK
    code: str
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ArticleStarted(Event):
    """An article, which nobody but the desk sees until it is published."""

    kind: ClassVar[str] = "article.started"
    audience: ClassVar[Audience] = Audience.DESK
    number: str
    from_case: str = ""


@dataclass(frozen=True, slots=True)
class VersionWritten(Event):
    """What an edition shall say was written down anew."""

    kind: ClassVar[str] = "article.version_written"
    audience: ClassVar[Audience] = Audience.DESK
    language: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class VersionMoved(Event):
    """A version was sent to review, back from it, or thrown away; ``act`` says which."""

    kind: ClassVar[str] = "article.version_moved"
    audience: ClassVar[Audience] = Audience.DESK
    language: str
    number: int
    act: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class VersionPublished(Event):
    """A version is what readers see from now on."""

    kind: ClassVar[str] = "article.version_published"
    audience: ClassVar[Audience] = Audience.DESK
    language: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class ArticleWithdrawn(Event):
    """Customers no longer see the article."""

    kind: ClassVar[str] = "article.withdrawn"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class ArticleOffered(Event):
    """An article that was withdrawn is there again."""

    kind: ClassVar[str] = "article.offered"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class ArticlePlaced(Event):
    """An article has another category, author or review date."""

    kind: ClassVar[str] = "article.placed"
    audience: ClassVar[Audience] = Audience.DESK
    base: str
    category: str
    author: str
    review_on: str


@dataclass(frozen=True, slots=True)
class AudienceSet(Event):
    """Who may read an article: words such as ``cs``, ``cs/12`` (a holder) or ``N200000001``; none is nobody."""

    kind: ClassVar[str] = "article.audience_set"
    audience: ClassVar[Audience] = Audience.DESK
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuardOverruled(Event):
    """A text was published though it names customers; the kinds of what was found, not what it was."""

    kind: ClassVar[str] = "article.guard_overruled"
    audience: ClassVar[Audience] = Audience.DESK
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewDue(Event):
    """The day has come on which somebody shall look whether an article still holds."""

    kind: ClassVar[str] = "article.review_due"
    audience: ClassVar[Audience] = Audience.DESK
    review_on: str


@dataclass(frozen=True, slots=True)
class BaseRemoved(Event):
    """A base without articles was removed, with its categories."""

    kind: ClassVar[str] = "knowledge_base.removed"
    audience: ClassVar[Audience] = Audience.DESK
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CategoryRemoved(Event):
    """A category without articles was removed."""

    kind: ClassVar[str] = "knowledge_base.category_removed"
    audience: ClassVar[Audience] = Audience.DESK
    code: str
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FeedbackGiven(Event):
    """A customer's user said whether the article helped."""

    kind: ClassVar[str] = "article.feedback_given"
    audience: ClassVar[Audience] = Audience.DESK
    has_helped: bool
    remark: str
