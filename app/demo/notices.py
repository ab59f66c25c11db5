"""The demo world's announcements, made by its lead: what stands on the day of loading, what is past and to come."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from app.announcements.actions.announcing import Placing, announce
from app.announcements.actions.composing import write_article
from app.announcements.actions.dismissing import dismiss
from app.announcements.maintenance import Maintenance, ServiceEffects, text_in, title_in
from app.announcements.models import Announcement, AnnouncementKind
from app.authz import Actor
from app.demo import shelf
from app.demo.knowledge import LEAD, Library
from app.demo.moments import Calendar
from app.demo.plot import Moment
from app.knowledge.models import Article
from app.knowledge.readings import note_reader

# What is announced tomorrow was written down by today.
WRITTEN_BEFORE = timedelta(hours=2)


def notices(library: Library) -> Iterator[Moment]:
    """All announcements of the story, each made shortly before it begins, or before the loading."""
    calendar = library.world.calendar
    for told in shelf.announcements():
        since = moment_of(calendar, told.since)
        at = min(since, calendar.now - WRITTEN_BEFORE)
        yield Moment(at, 0, LEAD, _announcing(library, told))


def moment_of(calendar: Calendar, written: str) -> datetime:
    """A moment that may lie after the loading."""
    return calendar.read(written, after=calendar.now)


def _announcing(library: Library, told: shelf.AnnouncementStory) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        world = library.world
        placing = Placing(
            services=[world.services[slug] for slug in told.services],
            since=moment_of(world.calendar, told.since),
            until=moment_of(world.calendar, told.until),
            in_panel=told.in_panel,
            has_banner=told.has_banner,
        )
        kind = AnnouncementKind.MAINTENANCE if told.maintenance else AnnouncementKind.PLAIN
        made = announce(
            world.session, actor=actor, article=_article(library, told, actor), placing=placing, kind=kind
        )
        _be_seen(library, told, made)

    return happen


def _article(library: Library, told: shelf.AnnouncementStory, actor: Actor) -> Article:
    if told.maintenance is None:
        return library.articles[told.article or ""]
    work = told.maintenance
    world = library.world
    services = [world.services[slug] for slug in told.services]
    notice = Maintenance(
        since=moment_of(world.calendar, work["since"]),
        until=moment_of(world.calendar, work["until"]),
        is_common=len(services) == len(world.services),
        effects_ja=work["effects"]["ja"],
        effects_en=work["effects"]["en"],
        services=[
            ServiceEffects(
                service.name_ja,
                service.name_en,
                work["each"][service.slug]["ja"],
                work["each"][service.slug]["en"],
            )
            for service in services
        ],
    )
    zone = world.calendar.zone
    return write_article(
        world.session,
        actor=actor,
        category=library.categories[work["category"]],
        texts={each: (title_in(each, notice, zone), text_in(each, notice, zone)) for each in ("ja", "en")},
        services=services,
    )


def _be_seen(library: Library, told: shelf.AnnouncementStory, made: Announcement) -> None:
    """Some have read it by now, or put its banner away."""
    world = library.world
    service_id = world.services[told.services[0]].id
    for key in told.read_by:
        note_reader(world.session, world.actors[key].within(service_id), made.article_id)
    for key in told.put_away_by:
        dismiss(world.session, made, actor=world.actors[key].within(service_id))
