"""The forms by which the desk decides on a work request; both carry the version that was read (REL-05)."""

from wtforms import BooleanField, HiddenField

from app.cases.guard_forms import PassesGuard
from app.catalog.models import REASON_LENGTH
from app.i18n import _l
from app.web.forms import VERSION, PlainForm, TextField

REJECTION_LENGTH = 2_000


class DecidingForm(PassesGuard, PlainForm):
    """What both decisions have: which version of the request somebody has read."""

    version = HiddenField()

    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0


class AcceptanceForm(DecidingForm):
    """Accepting a request; where points are missing, only with a confirmation and a reason (PT-05)."""

    overdraws = BooleanField(_l("Accept although points are missing"))
    overdraft_reason = TextField(_l("Reason for the overdraft"), most=REASON_LENGTH)


class RejectionForm(DecidingForm):
    """Rejecting a request; the customer reads the reason (WR-10)."""

    reason = TextField(_l("Reason for the rejection"), most=REJECTION_LENGTH, required=True)
