"""A passkey as the second proof at sign-in (MFA-17)."""

from http import HTTPStatus

import structlog
from werkzeug.wrappers import Response

from app.accounts.entrance import routes
from app.accounts.entrance.place import here
from app.accounts.entrance.second_step import HALF_WAY, may_be_remembered, offered, take_code
from app.accounts.entrance.sign_in import settings
from app.accounts.forms.passkeys import PasskeyProofForm
from app.accounts.methods import Method
from app.accounts.models import Proof
from app.accounts.passkeys import proving
from app.accounts.passkeys.ceremony import PasskeyRefused
from app.accounts.passkeys.party import relying_party
from app.authz import open_to_all
from app.extensions import db
from app.i18n import _
from app.web import answers

log = structlog.get_logger(__name__)


@routes.get("/login/passkey")
@open_to_all(HALF_WAY)
def passkey() -> Response:
    """The button that asks the authenticator; it needs a challenge, which a post has made."""
    return _page(offered(Method.PASSKEY), PasskeyProofForm(formdata=None))


@routes.post("/login/passkey/challenge")
@open_to_all(HALF_WAY)
def put_passkey_challenge() -> Response:
    """Make a fresh challenge, where the last one was answered or grew old."""
    proving.put_challenge(db.session, offered(Method.PASSKEY))
    return answers.see_other(f"{here().login}/passkey")


@routes.post("/login/passkey")
@open_to_all(HALF_WAY)
def take_passkey() -> Response:
    """Check what the authenticator answered, within the limits on guessing that hold for codes (SEC-13)."""
    proof, form = offered(Method.PASSKEY), PasskeyProofForm()

    def again(refusal: str, status: int) -> Response:
        if proof.challenge is None:
            # The wrong answer has used the challenge up.
            proving.put_challenge(db.session, proof)
        told = refusal if status == HTTPStatus.TOO_MANY_REQUESTS else _refusal()
        return _page(proof, form, status=status, refusal=told)

    return take_code(
        proof,
        Method.PASSKEY,
        form.answer.data,
        check=lambda answer: _is_right(proof, answer),
        again=again,
        remember=form.remember.data,
        read=lambda answer: answer or None,
    )


def _is_right(proof: Proof, answer: str) -> bool:
    try:
        proving.take_answer(db.session, proof, answer, settings=settings())
    except PasskeyRefused as refused:
        log.info("passkey.refused", user=proof.user_id, reason=str(refused))
        return False
    return True


def _refusal() -> str:
    return _("The passkey could not be checked. Please try again, or use another method.")


def _page(proof: Proof, form: PasskeyProofForm, *, status: int = 200, refusal: str | None = None) -> Response:
    form.answer.data = ""
    form.remember.label.text = _(
        "Do not ask for MFA in this browser for %(hours)s hours", hours=settings().exemption_hours
    )
    return answers.page(
        "accounts/passkey.html",
        status=status,
        form=form,
        refusal=refusal,
        can_remember=may_be_remembered(proof),
        login_url=here().login,
        party=relying_party(settings()),
        options=proving.options(db.session, proof, settings=settings()),
    )
