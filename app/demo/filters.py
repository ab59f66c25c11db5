"""The demo world's saved filters: private ones and shared ones, in a portal and at the desk."""

from app.cases.actions.saving import save_filter
from app.cases.models import Visibility
from app.demo import story
from app.demo.world import World


def save_filters(world: World) -> None:
    """Save what the story tells, as the people whose filters they are."""
    for told in story.filters():
        service = world.services[told.service] if told.service else None
        actor = world.actors[told.by]
        save_filter(
            world.session,
            actor=actor.within(service.id) if service else actor,
            service_id=service.id if service else None,
            name=told.name,
            visibility=Visibility(told.visibility),
            conditions=told.conditions,
            order=told.order,
            columns=told.columns,
        )
