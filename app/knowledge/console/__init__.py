"""Knowledge in the console: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("knowledge", __name__, template_folder="../templates")

# The modules hang their routes on the blueprint above, so they can only be imported below it.
from app.knowledge.console import (  # noqa: E402
    article,
    articles,
    bases,
    from_case,
    links,
    placing,
    preview,
    readers,
    reviewing,
    typed,
    versions,
    writing,
)

__all__ = [
    "article",
    "articles",
    "bases",
    "from_case",
    "links",
    "placing",
    "preview",
    "readers",
    "reviewing",
    "routes",
    "typed",
    "versions",
    "writing",
]
