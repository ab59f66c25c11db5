"""The demo world's knowledge: bases, and articles with their versions, each written and published at its moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from app import clock
from app.authz import Actor
from app.cases.guard.outgoing import Stopped
from app.demo import shelf
from app.demo.luggage import upload
from app.demo.marking import as_html, pictures_of
from app.demo.plot import Moment
from app.demo.world import FOUNDED, World
from app.files.actions import keep
from app.files.models import StoredFile
from app.knowledge.actions.audience import Readers, set_audience
from app.knowledge.actions.bases import add_base, add_category
from app.knowledge.actions.feedback import give_feedback
from app.knowledge.actions.publishing import publish, withdraw
from app.knowledge.actions.reviewing import submit
from app.knowledge.actions.writing import Content, start_article, write_version
from app.knowledge.models import Article, ArticleKind, ArticleVersion, ArticleViews, KnowledgeCategory
from app.knowledge.readings import note_reader
from app.knowledge.standing import in_the_making
from app.richtext import clean, to_text

LEAD = "lead"
# The lead reads what an agent has written before it is published.
READ_WITHIN = timedelta(minutes=40)


@dataclass(slots=True)
class Library:
    """What stands on the shelves so far, under the names that the story uses."""

    world: World
    categories: dict[str, KnowledgeCategory] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)

    def readers(self, word: str) -> Readers:
        """Those whom the story calls by a service, ``service/holder`` or a customer number."""
        slug, _, holder = word.partition("/")
        if holder:
            return Readers(self.world.services[slug], holder=self.world.holders[holder])
        if word in self.world.numbers:
            number = self.world.numbers[word]
            service = next(row for row in self.world.services.values() if row.id == number.service_id)
            return Readers(service, number=number)
        return Readers(self.world.services[word])


def build_library(world: World) -> Library:
    """Add the bases with their categories, as they were when everything was founded."""
    library = Library(world)
    with clock.at(world.calendar.read(FOUNDED)):
        for position, told in enumerate(shelf.bases(), start=1):
            base = add_base(
                world.session,
                actor=world.founder,
                service=world.services[told.service] if told.service else None,
                name_ja=told.ja,
                name_en=told.en,
                position=position,
            )
            for place, shelved in enumerate(told.shelves, start=1):
                library.categories[f"{told.key}/{shelved.key}"] = add_category(
                    world.session,
                    actor=world.founder,
                    base=base,
                    code=shelved.code,
                    name_ja=shelved.ja,
                    name_en=shelved.en,
                    position=place,
                )
    return library


@dataclass(slots=True)
class Writing:
    """An article of the story on its way into the database."""

    library: Library
    told: shelf.ArticleStory
    row: Article | None = None
    # The newest version of each edition.
    newest: dict[str, ArticleVersion] = field(default_factory=dict)

    @property
    def article(self) -> Article:
        """The article; its first draft comes before all else."""
        if self.row is None:
            raise LookupError("The article is not there yet.")
        return self.row


def writings(library: Library) -> Iterator[Moment]:
    """All that happens to the articles of the story, each step at its moment."""
    calendar = library.world.calendar
    for told in shelf.articles():
        writing = Writing(library, told)
        start, *later = told.moments(calendar)
        yield Moment(start, 0, told.by, _starting(writing))
        if told.stage in {"published", "withdrawn"}:
            yield Moment(start + READ_WITHIN, 0, LEAD, _publishing(writing, to_readers=True))
        if told.stage == "review":
            yield Moment(start + READ_WITHIN, 0, told.by, _submitting(writing))
        for opinion, at in zip(told.heard, later[len(told.later) :], strict=True):
            yield Moment(at, 0, opinion.by, _hearing(writing, opinion))
        for step, at in zip(told.later, later, strict=False):
            yield Moment(at, 0, step.by, _revising(writing, step))
            yield Moment(at + READ_WITHIN, 0, LEAD, _publishing(writing))
        if told.stage == "withdrawn":
            yield Moment(start + timedelta(days=60), 0, LEAD, _withdrawing(writing))


def _starting(writing: Writing) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        told, library = writing.told, writing.library
        editions = told.editions
        first = editions.pop(told.source)
        content = _content(writing, actor, first, told.source)
        writing.row = start_article(
            library.world.session,
            actor=actor,
            category=library.categories[told.category],
            kind=ArticleKind.DOCUMENT if first.file else ArticleKind.TEXT,
            language=told.source,
            content=content,
        )
        if told.key:
            library.articles[told.key] = writing.row
        if told.views:
            # More openings than there are people in this world; each would be a transaction of its own.
            library.world.session.add(ArticleViews(article_id=writing.row.id, total=told.views))
        made = in_the_making(library.world.session, writing.row, told.source)
        if made is not None:
            writing.newest[told.source] = made
        for language, edition in editions.items():
            _write(writing, actor, language, edition)

    return happen


def _revising(writing: Writing, step: shelf.LaterStory) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        for language, edition in shelf.editions_of(step).items():
            _write(writing, actor, language, edition, remark=step.remark)

    return happen


def _publishing(writing: Writing, *, to_readers: bool = False) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        session, article = writing.library.world.session, writing.article
        if to_readers:
            readers = [writing.library.readers(word) for word in writing.told.readers]
            set_audience(session, article, actor=actor, readers=readers)
        for version in writing.newest.values():
            if version.published_at is not None:
                continue
            try:
                publish(session, article, version, actor=actor)
            except Stopped as stop:
                # The lead has looked at the names of customers in it: the article is for these customers.
                publish(session, article, version, actor=actor, confirmed=stop.digest)

    return happen


def _submitting(writing: Writing) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        for version in writing.newest.values():
            submit(writing.library.world.session, writing.article, version, actor=actor)

    return happen


def _hearing(writing: Writing, told: shelf.OpinionStory) -> Callable[[Actor], None]:
    """A reader opens the article in the own language, and says whether it helped."""

    def happen(person: Actor) -> None:
        session, article = writing.library.world.session, writing.article
        actor = person.within(writing.library.readers(writing.told.readers[0]).service.id)
        version = writing.newest.get(person.language or "ja") or writing.newest[writing.told.source]
        note_reader(session, actor, article.id)
        give_feedback(session, article, version, actor=actor, has_helped=told.helped, remark=told.says)

    return happen


def _withdrawing(writing: Writing) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        withdraw(writing.library.world.session, writing.article, actor=actor)

    return happen


def _write(
    writing: Writing, actor: Actor, language: str, edition: shelf.EditionStory, *, remark: str = ""
) -> None:
    """Write the next version of an edition; what is no source says of which version it is the translation."""
    source = writing.told.source
    translates = writing.newest.get(source) if language != source else None
    content = _content(writing, actor, edition, language, remark=remark, translates=translates)
    writing.newest[language] = write_version(
        writing.library.world.session, writing.article, actor=actor, language=language, content=content
    )


def _content(
    writing: Writing,
    actor: Actor,
    edition: shelf.EditionStory,
    language: str,
    *,
    remark: str = "",
    translates: ArticleVersion | None = None,
) -> Content:
    world = writing.library.world

    def bring(name: str) -> StoredFile:
        return keep(world.session, upload(world.session, actor, name), actor=actor)

    pictures = {name: bring(name) for name in pictures_of(edition.text)}
    text = world.calendar.fill(edition.text, at=clock.now(), language=language)
    html = clean(as_html(text, {name: file.token for name, file in pictures.items()})) if text else ""
    return Content(
        title=edition.title,
        body=to_text(html),
        html=html,
        document=bring(edition.file) if edition.file else None,
        files=[*pictures.values(), *(bring(name) for name in edition.files)],
        remark=remark,
        translates=translates,
    )
