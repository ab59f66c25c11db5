"""A service's alert intake: whether it is on, and who may bring alerts; for system administrators (DESK-07)."""

from flask import current_app, flash, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases import intake_tokens, queries
from app.cases.actions import tokens
from app.cases.console import routes
from app.cases.console.services import service_for
from app.cases.forms import TokenForm
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers, once
from app.web.gate import actor

# The largest whole number that the database has.
TOKEN = "/services/<slug>/intake/tokens/<int(max=9223372036854775807):token_id>"  # noqa: S105 - an address


@routes.get("/services/<slug>/intake")
@requires(Permission.CONTRACT_MANAGE)
def intake(slug: str) -> Response:
    """The switch, the tokens, and how a program brings an alert."""
    return _show(service_for(slug), TokenForm(formdata=None))


@routes.post("/services/<slug>/intake/enabling")
@requires(Permission.CONTRACT_MANAGE)
def enable_intake(slug: str) -> Response:
    """Let alerts make cases (CASE-19)."""
    return _switch(service_for(slug), is_on=True)


@routes.post("/services/<slug>/intake/disabling")
@requires(Permission.CONTRACT_MANAGE)
def disable_intake(slug: str) -> Response:
    """Refuse alerts; tokens stay as they are."""
    return _switch(service_for(slug), is_on=False)


@routes.post("/services/<slug>/intake/tokens")
@requires(Permission.CONTRACT_MANAGE)
def make_intake_token(slug: str) -> Response:
    """Make a token and show it, this once; whoever sends the form again sees the list."""
    service, form, made = service_for(slug), TokenForm(), []

    def make() -> str:
        made.append(
            tokens.make_token(
                db.session,
                actor=actor(),
                service=service,
                label=form.label.data or "",
                is_signed=bool(form.is_signed.data),
                settings=current_app.config["SETTINGS"],
            )
        )
        return _address(service)

    return once.submit(
        db.session,
        actor=actor(),
        form=form,
        create=make,
        done=lambda location: _show_made(service, made[0]) if made else answers.see_other(location),
        refuse=lambda message: _show(service, form, status=422, refusal=message),
    )


@routes.post(f"{TOKEN}/revocation")
@requires(Permission.CONTRACT_MANAGE)
def revoke_intake_token(slug: str, token_id: int) -> Response:
    """Revoke a token, from the next request on."""
    service = service_for(slug)
    token = intake_tokens.token_of(db.session, service, token_id)
    if token is None:
        raise NotFound
    tokens.revoke_token(db.session, token, actor=actor(), service=service)
    flash(_("The token “%(label)s” was revoked.", label=token.label), "success")
    return answers.see_other(_address(service))


def _switch(service: Service, *, is_on: bool) -> Response:
    tokens.switch_intake(db.session, actor=actor(), service=service, is_on=is_on)
    message = _("Alerts make cases from now on.") if is_on else _("Alerts are refused from now on.")
    flash(message, "success")
    return answers.see_other(_address(service))


def _address(service: Service) -> str:
    return url_for(".intake", slug=service.slug)


def _intake_address(service: Service) -> str:
    return f"{current_app.config['SETTINGS'].public_url}/intake/{service.slug}/alerts"


def _show(service: Service, form: TokenForm, *, status: int = 200, refusal: str | None = None) -> Response:
    form.prepare()
    return answers.page(
        "cases/console/intake.html",
        status=status,
        form=form,
        refusal=refusal,
        shown_service=service,
        service_name=service.name_in(current_language()),
        is_on=queries.settings_of(db.session, service.id).takes_alerts,
        tokens=intake_tokens.tokens_of(db.session, service),
        intake_address=_intake_address(service),
    )


def _show_made(service: Service, made: tokens.MadeToken) -> Response:
    page = answers.page(
        "cases/console/intake_token.html",
        shown_service=service,
        service_name=service.name_in(current_language()),
        made=made,
        intake_address=_intake_address(service),
    )
    return answers.uncompressed(page)
