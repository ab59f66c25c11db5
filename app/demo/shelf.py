"""The data files of the demo world's knowledge, read into plain values: bases, articles, announcements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from app.demo.moments import Calendar
from app.demo.story import DATA, read

SHELF = DATA / "knowledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryStory:
    """A category of a base, and the number shown before its name."""

    key: str
    ja: str
    en: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseStory:
    """A base of a service, or of all of them."""

    key: str
    ja: str
    en: str
    categories: list[dict[str, str]]
    service: str | None = None

    @property
    def shelves(self) -> Sequence[CategoryStory]:
        """Its categories in their order."""
        return [CategoryStory(**told) for told in self.categories]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionStory:
    """What an article says in one language: a title with a text of marked-up lines, or with the file of a document.

    ``files`` come with the text; pictures that stand in it are named where they stand.
    """

    title: str
    text: str = ""
    file: str = ""
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterStory:
    """A later version of some editions, published at its moment."""

    at: str
    by: str
    remark: str = ""
    ja: dict[str, Any] | None = None
    en: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionStory:
    """What one reader says of an article."""

    by: str
    at: str
    helped: bool
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleStory:
    """An article: written by an agent, published by the lead unless it stays in the making.

    ``readers`` are slugs of services, ``slug/holder``, or customer numbers. ``stage`` is ``published``, ``draft``,
    ``review`` or ``withdrawn``.
    """

    category: str
    at: str
    by: str
    readers: list[str]
    ja: dict[str, Any] | None = None
    en: dict[str, Any] | None = None
    # By what announcements name it, if they do.
    key: str | None = None
    stage: str = "published"
    views: int = 0
    review_in: int | None = None
    then: list[dict[str, Any]] = field(default_factory=list)
    opinions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The language it is written in first."""
        return "ja" if self.ja else "en"

    @property
    def editions(self) -> dict[str, EditionStory]:
        """What it says at first, by language, the source first."""
        return editions_of(self)

    @property
    def later(self) -> Sequence[LaterStory]:
        """Its later versions, in order."""
        return [LaterStory(**told) for told in self.then]

    @property
    def heard(self) -> Sequence[OpinionStory]:
        """What readers say, in order."""
        return [OpinionStory(**told) for told in self.opinions]

    def moments(self, calendar: Calendar) -> Iterator[datetime]:
        """When it is written, when each later version is, and when each reader speaks."""
        at = calendar.read(self.at)
        yield at
        for moment in (*(step.at for step in self.later), *(step.at for step in self.heard)):
            at = calendar.read(moment, after=at)
            yield at


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementStory:
    """An article on the home pages of services, from ``since`` until ``until``; both may lie after the loading.

    Maintenance names no article: one is made of it by the pattern of ANN-04.
    """

    services: list[str]
    since: str
    until: str
    article: str | None = None
    in_panel: bool = True
    has_banner: bool = False
    put_away_by: list[str] = field(default_factory=list)
    read_by: list[str] = field(default_factory=list)
    maintenance: dict[str, Any] | None = None


def editions_of(told: ArticleStory | LaterStory) -> dict[str, EditionStory]:
    """What is said in each language, Japanese first where there is both."""
    said = {"ja": told.ja, "en": told.en}
    return {language: EditionStory(**words) for language, words in said.items() if words}


@cache
def bases() -> Sequence[BaseStory]:
    """The bases, in their order."""
    return [BaseStory(**told) for told in read(SHELF / "bases.yaml")]


def articles() -> Sequence[ArticleStory]:
    """The articles of all files, in no order of time; read once per loading, so they are not kept."""
    files = sorted((SHELF / "articles").glob("*.yaml"))
    return [ArticleStory(**told) for file in files for told in read(file)]


@cache
def announcements() -> Sequence[AnnouncementStory]:
    """The announcements, in the order in which they are made."""
    return [AnnouncementStory(**told) for told in read(SHELF / "announcements.yaml")]
