"""Drafts of catalogue items: what the next version shall be."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import CatalogItem, CatalogItemVersion


def draft_of(session: Session, item: CatalogItem) -> CatalogItemVersion | None:
    """The version of an item that is not published yet."""
    return session.scalar(
        select(CatalogItemVersion).where(
            CatalogItemVersion.item_id == item.id, CatalogItemVersion.published_at.is_(None)
        )
    )
