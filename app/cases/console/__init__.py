"""What agents do with cases: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("cases", __name__, template_folder="../templates")

# The modules hang their routes on the blueprint above, so they can only be imported below it.
from app.cases.console import (  # noqa: E402
    answers,
    bulk,
    case,
    closing,
    desk_settings,
    drafts,
    editing,
    evidence,
    files,
    filling,
    index,
    intake,
    linking,
    many,
    mentions,
    merging,
    opening,
    parents,
    pulse,
    services,
    states,
    views,
    watchers,
    withdrawal,
)

__all__ = [
    "answers",
    "bulk",
    "case",
    "closing",
    "desk_settings",
    "drafts",
    "editing",
    "evidence",
    "files",
    "filling",
    "index",
    "intake",
    "linking",
    "many",
    "mentions",
    "merging",
    "opening",
    "parents",
    "pulse",
    "routes",
    "services",
    "states",
    "views",
    "watchers",
    "withdrawal",
]
