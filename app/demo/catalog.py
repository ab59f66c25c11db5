"""The demo world's catalogue of each service, and what its contracts include of requests and points."""

from typing import Any

from app import clock
from app.catalog.actions import items
from app.catalog.actions.items import Content
from app.catalog.actions.terms import Terms, set_catalog_settings, set_request_terms
from app.catalog.fields import FormDefinition
from app.catalog.models import CatalogCategory
from app.demo import story
from app.demo.world import FOUNDED, World


def add_catalogs(world: World) -> None:
    """Publish what the story tells to be on offer, and set what contracts include of it."""
    with clock.at(world.calendar.read(FOUNDED)):
        for told in story.catalogs():
            _add_catalog(world, told)
        _set_terms(world)


def _add_catalog(world: World, told: story.CatalogStory) -> None:
    service = world.services[told.service]
    set_catalog_settings(
        world.session,
        actor=world.founder,
        service=service,
        is_by_contract=told.is_by_contract,
        has_points=told.has_points,
    )
    categories = {
        one["slug"]: items.add_category(
            world.session, actor=world.founder, service=service, position=position, **one
        )
        for position, one in enumerate(told.categories, start=1)
    }
    for position, one in enumerate(told.items, start=1):
        _publish(world, categories, one, position)


def _publish(
    world: World, categories: dict[str, CatalogCategory], told: dict[str, Any], position: int
) -> None:
    content = Content(
        name_ja=told["name_ja"],
        name_en=told["name_en"],
        description_ja=told["description_ja"].strip(),
        description_en=told["description_en"].strip(),
        points=told.get("points", 0),
        needs_approval=told.get("needs_approval", False),
        form=FormDefinition.from_data(told["form"]),
    )
    item = items.add_item(
        world.session,
        actor=world.founder,
        category=categories[told["category"]],
        slug=told["slug"],
        position=position,
        content=content,
    )
    items.publish(world.session, item, actor=world.founder)


def _set_terms(world: World) -> None:
    for told in story.terms():
        included = {name: value for name, value in told.items() if name != "number"}
        number = world.numbers[told["number"]]
        set_request_terms(world.session, actor=world.founder, number=number, terms=Terms(**included))
