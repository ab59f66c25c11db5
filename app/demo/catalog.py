"""The demo world's catalogue of each service, and what its contracts include of requests and points."""

from app import clock
from app.catalog.actions.exchanging import import_catalog
from app.catalog.actions.terms import Terms, set_catalog_settings, set_request_terms
from app.catalog.exchange import read_catalog
from app.demo import story
from app.demo.world import FOUNDED, World


def add_catalogs(world: World) -> None:
    """Bring in and publish what the services offer, and set what contracts include of it."""
    with clock.at(world.calendar.read(FOUNDED)):
        for told in story.services():
            _add_catalog(world, told)
        for terms in story.terms():
            _set_terms(world, terms)


def _add_catalog(world: World, told: story.ServiceStory) -> None:
    service = world.services[told.slug]
    set_catalog_settings(
        world.session,
        actor=world.founder,
        service=service,
        is_by_contract=told.requests_by_contract,
        has_points=told.has_points,
    )
    content = read_catalog(story.catalog(told.slug))
    import_catalog(world.session, actor=world.founder, service=service, content=content, publishes=True)


def _set_terms(world: World, told: story.Terms) -> None:
    included = {name: value for name, value in told.items() if name != "number"}
    number = world.numbers[told["number"]]
    set_request_terms(world.session, actor=world.founder, number=number, terms=Terms(**included))
