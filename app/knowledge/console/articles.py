"""The desk's list of articles, drafts among them (D08)."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.extensions import db
from app.i18n import LANGUAGE_NAMES, N_, _, current_language
from app.knowledge import desk_list, listing, queries
from app.knowledge.console import routes
from app.knowledge.models import Article
from app.knowledge.narrowing import Narrowing, read_ids, read_languages
from app.lists.columns import Column
from app.lists.paging import page_number
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.gate import actor

LONGEST_TYPED = 200
COLUMNS = (
    Column("number", N_("Article number"), (Article.number,)),
    listing.COLUMNS[2],
    listing.COLUMNS[0],
    Column("review", N_("Review date"), (Article.review_on,)),
    Column("published", N_("Published on"), (Article.published_at,)),
)
FIRST_ORDER = "-number"


@routes.get("/knowledge/")
@requires(Permission.CONSOLE_KNOWLEDGE_READ)
def index() -> Response:
    """The articles within reach, in every state."""
    wanted = _state()
    looked = desk_list.look(db.session, actor(), wanted["q"])
    sort = None
    if looked.ids is None or wanted["sort"]:
        sort = chosen_sort(wanted["sort"], COLUMNS, FIRST_ORDER)
    page = listing.article_page(
        db.session,
        actor(),
        Narrowing(bases=wanted["base"], authors=wanted["author"], found=looked.ids),
        language=current_language(),
        sort=sort,
        wanted=page_number(request.args.get("page", "")),
        url=lambda number: _address(wanted, page=number if number > 1 else None),
        also=_conditions(wanted),
    )
    ids = [row.id for row in page.rows]
    bases = queries.bases_of(db.session, actor())
    return answers.page(
        "knowledge/console/index.html",
        page=page,
        wanted=wanted,
        sort=sort or chosen_sort("", COLUMNS, FIRST_ORDER),
        sorted_by=lambda order: _address(wanted, sort=order),
        views=_views(wanted),
        making=desk_list.making_of(db.session, ids) if ids else {},
        review_dates=desk_list.review_dates(db.session, ids) if ids else {},
        day=desk_list.today(),
        answer=looked.answer,
        bases=[(each.id, base_name(each)) for each in bases],
        authors=desk_list.authors_of(db.session, actor()),
        languages=LANGUAGE_NAMES,
    )


def base_name(base: Any) -> str:  # noqa: ANN401 - a base with its service loaded
    """The name of a base with its service in brackets (KB-02)."""
    language = current_language()
    service = base.service.name_in(language) if base.service else None
    return listing.with_service(base.name_in(language), service)


def _state() -> dict[str, Any]:
    """What the address asks for; whatever is not offered is left out (SEC-32)."""
    view = request.args.get("view", "")
    return {
        "q": request.args.get("q", "").strip()[:LONGEST_TYPED],
        "view": view if view in desk_list.VIEWS else "all",
        "base": read_ids(request.args.getlist("base")),
        "author": read_ids(request.args.getlist("author")),
        "language": read_languages(request.args.getlist("language")),
        "sort": request.args.get("sort", ""),
    }


def _conditions(wanted: dict[str, Any]) -> list[Any]:
    conditions = [desk_list.condition_of(wanted["view"], desk_list.today())]
    return conditions + [desk_list.in_language(language) for language in wanted["language"][:1]]


def _address(wanted: dict[str, Any], **other: object) -> str:
    told = {**wanted, **other}
    told["view"] = None if told["view"] == "all" else told["view"]
    return url_for(".index", **{name: value or None for name, value in told.items()})


def _views(wanted: dict[str, Any]) -> list[dict[str, Any]]:
    counts = desk_list.counts_of(db.session, actor())
    return [
        {
            "label": _(label),
            "href": url_for(".index", view=key if key != "all" else None),
            "current": key == wanted["view"],
            "count": counts[key],
        }
        for key, label in desk_list.VIEWS.items()
    ]
