"""Forms of the acts on a version."""

from wtforms import HiddenField

from app.cases.guard_forms import PassesGuard
from app.i18n import _l
from app.knowledge.models import REMARK_LENGTH
from app.web.forms import PlainForm, TextField


class ReturnForm(PlainForm):
    """Why a version goes back to its author."""

    remark = TextField(_l("What is missing"), most=REMARK_LENGTH, required=True)


class PublicationForm(PassesGuard, PlainForm):
    """The publication of a version whose difference was shown; carries its mark (REL-05)."""

    version = HiddenField()
