"""A recovery code as the second proof at sign-in, where the app or the key is lost (SEC-17)."""

from werkzeug.wrappers import Response

from app.accounts import recovery_codes
from app.accounts.entrance import routes
from app.accounts.entrance.place import here
from app.accounts.entrance.second_step import HALF_WAY, offered, take_code
from app.accounts.forms.passkeys import RecoveryCodeForm
from app.accounts.methods import Method
from app.authz import open_to_all
from app.extensions import db
from app.web import answers


@routes.get("/login/recovery")
@open_to_all(HALF_WAY)
def recovery_code() -> Response:
    """The field for a code."""
    offered(Method.RECOVERY)
    return _page(RecoveryCodeForm(formdata=None))


@routes.post("/login/recovery")
@open_to_all(HALF_WAY)
def take_recovery_code() -> Response:
    """Take a code of this person, once (C37)."""
    proof, form = offered(Method.RECOVERY), RecoveryCodeForm()
    return take_code(
        proof,
        Method.RECOVERY,
        form.code.data,
        check=lambda code: recovery_codes.take_code(db.session, proof.user, code),
        again=lambda refusal, status: _page(form, status=status, refusal=refusal),
        read=recovery_codes.read_code,
    )


def _page(form: RecoveryCodeForm, *, status: int = 200, refusal: str | None = None) -> Response:
    """The field; what was typed does not come back, and a refusal stands at the field."""
    form.code.data = ""
    if refusal:
        form.code.errors = [refusal]
    return answers.page("accounts/recovery_code.html", status=status, form=form, login_url=here().login)
