"""The own recovery codes: how many are left, and a new set, shown once (SEC-17)."""

from urllib.parse import quote

from flask import current_app
from werkzeug.wrappers import Response

from app.accounts import queries, recovery_codes
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.entrance.place import here
from app.accounts.own import routes
from app.authz import Permission, requires
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor


@routes.get("/profile/recovery-codes")
@requires(Permission.OWN_ACCOUNT)
def show_recovery_codes() -> Response:
    """How many codes are left, never which."""
    return _state()


@routes.post("/profile/recovery-codes")
@requires(Permission.OWN_ACCOUNT)
def make_recovery_codes() -> Response:
    """Make a new set and show it, this once."""
    user = queries.own_user(db.session, actor())
    demand_fresh()
    try:
        codes = recovery_codes.make(db.session, actor=actor(), user=user)
    except recovery_codes.NothingToStandIn:
        return _state(status=409)
    return answers.uncompressed(
        answers.page(
            "accounts/own/recovery_codes_made.html",
            layout=here().layout,
            base=here().base,
            codes=codes,
            heading=_heading(),
            file=_as_file(codes),
        )
    )


def _state(*, status: int = 200) -> Response:
    user = queries.own_user(db.session, actor())
    return answers.page(
        "accounts/own/recovery_codes.html",
        status=status,
        layout=here().layout,
        base=here().base,
        left=recovery_codes.left(db.session, user),
        of=recovery_codes.CODES,
        has_factor=recovery_codes.has_factor(db.session, user),
    )


def _heading() -> str:
    """Whose codes they are and for what, for the file and for paper."""
    settings = current_app.config["SETTINGS"]
    return _(
        "Recovery codes of %(user)s for %(product)s, %(address)s",
        user=actor().name,
        product=settings.product_name,
        address=settings.public_url,
    )


def _as_file(codes: list[str]) -> str:
    """The codes as a text file in an address, so that no second request carries them."""
    lines = [_heading(), "", *codes, ""]
    return f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines))}"
