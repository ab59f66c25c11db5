"""What customers do with cases: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("cases", __name__, template_folder="../templates")

# The modules hang their routes on the blueprint above, so they can only be imported below it.
from app.cases.portal import case, drafts, evidence, files, filters, index, inquiry, pulse, watchers  # noqa: E402

__all__ = [
    "case",
    "drafts",
    "evidence",
    "files",
    "filters",
    "index",
    "inquiry",
    "pulse",
    "routes",
    "watchers",
]
