"""Pairing on the way in: an agent who has no second proof yet sets one up before there is a session (DESK-01)."""

from werkzeug.wrappers import Response

from app.accounts import authenticators
from app.accounts.actions.pairing import pair
from app.accounts.entrance import routes
from app.accounts.entrance.place import here
from app.accounts.entrance.second_step import (
    HALF_WAY,
    NoProof,
    take_code,
    under_way,
)
from app.accounts.entrance.sign_in import settings
from app.accounts.forms.codes import PairingForm
from app.accounts.methods import Method, methods_for
from app.accounts.models import Proof
from app.accounts.sign_in import as_actor
from app.authz import open_to_all
from app.extensions import db
from app.web import answers


@routes.get("/login/setup")
@open_to_all(HALF_WAY)
def setup() -> Response:
    """The QR code, its text, and the field for the first code (S31)."""
    proof = _without_method()
    return _page(PairingForm(formdata=None), authenticators.offer(settings(), proof.user))


@routes.post("/login/setup")
@open_to_all(HALF_WAY)
def take_setup() -> Response:
    """Pair the app; the code that paired it is the second proof of this sign-in."""
    proof, form = _without_method(), PairingForm()
    offered = authenticators.offer_again(settings(), proof.user, form.offer.data or "")

    def check(code: str) -> bool:
        person = as_actor(proof.user)
        return pair(
            db.session, actor=person, user=proof.user, offered=offered, code=code, settings=settings()
        )

    return take_code(
        proof,
        Method.APP,
        form.code.data,
        check=check,
        again=lambda refusal, status: _page(form, offered, status=status, refusal=refusal),
    )


def _without_method() -> Proof:
    proof = under_way()
    if methods_for(db.session, proof, settings()):
        raise NoProof
    return proof


def _page(
    form: PairingForm,
    offered: authenticators.Offer,
    *,
    status: int = 200,
    refusal: str | None = None,
) -> Response:
    form.show(offered.sealed, refusal)
    answer = answers.page(
        "accounts/setup.html", status=status, form=form, offered=offered, login_url=here().login
    )
    # The secret stands in the page: its length must not tell anything of it.
    return answers.uncompressed(answer)
