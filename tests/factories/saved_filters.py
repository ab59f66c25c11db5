"""Saved filters of the portal and saved views of the desk, made by their owners."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.actions import saving
from app.cases.models import SavedFilter, Visibility
from app.contracts.models import Service
from tests import cast


def saved(
    session: Session,
    name: str = "新規のケース",
    *,
    by: str = "hanako",
    service: str | None = "cs",
    visibility: Visibility = Visibility.ME,
    f: str = "status:is:new",
    order: str = "-updated",
    columns: str | None = None,
) -> int:
    """Save a filter, and return its id; a view of the desk has no service."""
    service_id = session.scalars(select(Service.id).where(Service.slug == service)).one() if service else None
    row = saving.save_filter(
        session,
        actor=cast.actor_of(session, by, service),
        service_id=service_id,
        name=name,
        visibility=visibility,
        conditions=f,
        order=order,
        columns=columns,
    )
    return row.id


def view(
    session: Session, name: str = "新規", *, by: str = "agent", is_shared: bool = False, **more: str
) -> int:
    """Save a view of the desk, and return its id."""
    visibility = Visibility.DESK if is_shared else Visibility.ME
    return saved(
        session,
        name,
        by=by,
        service=None,
        visibility=visibility,
        f=more.get("f", "status:is:new"),
        columns=more.get("columns"),
    )


def all_saved(session: Session) -> Sequence[tuple[str, str, str, str]]:
    """Name, visibility, conditions and order of everything saved, oldest first."""
    rows = session.scalars(select(SavedFilter).order_by(SavedFilter.id))
    return [(row.name, row.visibility.value, row.conditions, row.order) for row in rows]


def places(session: Session) -> dict[str, str]:
    """The ids that the access matrix names."""
    return {
        "own_filter": str(saved(session)),
        "shared_filter": str(saved(session, "共有", visibility=Visibility.NUMBERS)),
        "own_view": str(view(session, "朝の見回り")),
        "desk_view": str(view(session, "全員の新規", is_shared=True)),
    }
