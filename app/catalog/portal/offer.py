"""What the portal of a service offers of the catalogue: nothing of it where no contract includes it (SVC-06)."""

from flask import g

from app.authz import NotFound
from app.catalog import queries
from app.extensions import db
from app.web.gate import actor


def offered() -> tuple[bool, bool]:
    """Whether any number of whoever asks takes requests, and whether any has points; asked once per request."""
    if "catalog_offers" not in g:
        g.catalog_offers = queries.offers(db.session, actor())
    requests, points = g.catalog_offers
    return requests, points


def demand_requests() -> None:
    """Let nobody on who cannot make requests here.

    :raises NotFound: the same as for an address that does not exist.
    """
    if not offered()[0]:
        raise NotFound


def demand_points() -> None:
    """Let nobody on who has no points here.

    :raises NotFound: the same as for an address that does not exist.
    """
    if not offered()[1]:
        raise NotFound
