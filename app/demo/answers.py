"""The demo world's canned answers, kept by its lead."""

from app.cases.actions import answering
from app.cases.actions.answering import AnswerText
from app.demo import story
from app.demo.world import World


def add_answers(world: World) -> None:
    """Add what the story tells to its services."""
    for told in story.answers():
        text = AnswerText(name=told.name, body_ja=told.ja.strip(), body_en=told.en.strip())
        answering.add(
            world.session, actor=world.actors["lead"], service=world.services[told.service], text=text
        )
