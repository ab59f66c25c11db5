"""Nobody but system administrators edits the catalogue, whoever calls the acts."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.authz import Actor, Forbidden
from app.catalog.actions import availability, categories, exchanging, items
from app.catalog.exchange import CatalogFile
from app.contracts.models import CustomerNumber
from tests import cast
from tests.factories import catalog, editor

ACTS: dict[str, Callable[[Session, Actor], object]] = {
    "publish": lambda s, a: items.publish(s, editor.item_called(s, "draft-item"), actor=a),
    "withdraw": lambda s, a: items.withdraw(s, editor.item_called(s, "draft-item"), actor=a),
    "offer": lambda s, a: items.offer_again(s, editor.item_called(s, "gone-item"), actor=a),
    "discard": lambda s, a: items.discard_draft(s, editor.item_called(s, "draft-item"), actor=a),
    "place": lambda s, a: items.place_item(
        s, editor.item_called(s, "draft-item"), actor=a, slug="other", category=catalog.category(s)
    ),
    "rename": lambda s, a: categories.edit_category(
        s, catalog.category(s), actor=a, version=1, name_ja="x", name_en="x"
    ),
    "remove": lambda s, a: categories.remove_category(s, catalog.category(s, slug="spare"), actor=a),
    "move": lambda s, a: categories.move_item(
        s, editor.service(s), editor.item_called(s, "draft-item"), actor=a, by=1
    ),
    "move category": lambda s, a: categories.move_category(
        s, editor.service(s), catalog.category(s, slug="spare"), actor=a, by=-1
    ),
    "restrict": lambda s, a: availability.set_restricted(
        s, editor.item_called(s, "draft-item"), actor=a, is_restricted=True
    ),
    "number": lambda s, a: availability.add_number(
        s, editor.item_called(s, "draft-item"), actor=a, number=cast.number(s, cast.CS_NUMBER)
    ),
    "take out": lambda s, a: availability.remove_number(
        s, editor.item_called(s, "draft-item"), actor=a, number=cast.number(s, cast.CS_NUMBER)
    ),
    "export": lambda s, a: exchanging.catalog_of(s, actor=a, service=editor.service(s)),
    "import": lambda s, a: exchanging.import_catalog(
        s, actor=a, service=editor.service(s), content=CatalogFile()
    ),
}


@pytest.mark.req("ROLE-05", "SEC-25")
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["hanako", "agent", "lead"])
def test_other_people_are_refused_by_every_act(session: Session, act: str, who: str) -> None:
    editor.places(session)
    with pytest.raises(Forbidden):
        ACTS[act](
            session, cast.actor_of(session, who, "cs") if who == "hanako" else cast.actor_of(session, who)
        )


def test_an_item_is_there_for_numbers_of_its_own_service_only(session: Session) -> None:
    editor.places(session)
    foreign: CustomerNumber = cast.number(session, cast.FM_NUMBER)
    item = editor.item_called(session, "draft-item")
    with pytest.raises(availability.NumberOfOtherService):
        availability.add_number(session, item, actor=catalog.MAKER, number=foreign)
    with pytest.raises(availability.NumberOfOtherService):
        availability.set_numbers(session, item, actor=catalog.MAKER, numbers=[foreign])
