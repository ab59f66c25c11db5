"""The forms of what customers do with a request that was sent; each carries the version that was read (REL-05)."""

from wtforms import HiddenField

from app.i18n import _l
from app.web.forms import VERSION, PlainForm, TextField

REFUSAL_LENGTH = 2_000


class ActForm(PlainForm):
    """What every act needs: which version of the request somebody has read."""

    version = HiddenField()

    def version_number(self) -> int:
        """The version the page was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0


class RefusalForm(ActForm):
    """Not approving a request; its requester reads the reason."""

    reason = TextField(_l("Why you do not approve it"), most=REFUSAL_LENGTH, required=True)
