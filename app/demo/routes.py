"""The pages of the demo: every mail the installation has sent, as nobody in its world has a mailbox."""

from functools import partial

from flask import Blueprint, current_app, request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, open_to_all
from app.demo import queries, styles
from app.extensions import db
from app.lists.paging import load_page, page_number
from app.mail import readable_text
from app.web import answers

routes = Blueprint("demo", __name__, url_prefix="/demo", template_folder="templates")

PAGE_SIZE = 50


@routes.get("/mail")
@open_to_all("The people of the demo world do not exist, and the page exists in the demo only.")
def mails() -> Response:
    """The mails that have left, newest first."""
    page = load_page(
        wanted=page_number(request.args.get("page", "")),
        size=PAGE_SIZE,
        total=queries.count_sent(db.session),
        rows=partial(queries.sent_mails, db.session),
        url=lambda number: url_for(
            ".mails", page=number if number > 1 else None, lang=request.args.get("lang")
        ),
    )
    text_of = partial(readable_text, current_app.config["SETTINGS"])
    return answers.page("demo/mails.html", page=page, text_of=text_of)


@routes.get("/mail/<int(max=9223372036854775807):mail_id>/formatted")
@open_to_all("As above: it is the other part of the same mail.")
def formatted(mail_id: int) -> Response:
    """The HTML part of a mail, as its reader's mail program shows it."""
    html = queries.formatted_part(db.session, mail_id)
    if html is None:
        raise NotFound
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": styles.policy_for(html)})
