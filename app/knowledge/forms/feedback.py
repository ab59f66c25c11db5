"""The form below an article: whether it helped, and a remark to its author."""

from typing import Any

from wtforms import RadioField

from app.i18n import _l
from app.knowledge.models import REMARK_LENGTH, ArticleFeedback
from app.web.forms import PlainForm, Required, TextField, choice

YES, NO = "yes", "no"


class FeedbackForm(PlainForm):
    """はい or いいえ, with a remark that its author gets by mail."""

    helped = RadioField(
        _l("Was this article helpful?"),
        choices=[choice(YES, _l("Yes")), choice(NO, _l("No"))],
        validators=[Required()],
    )
    remark = TextField(_l("Comment to the author"), most=REMARK_LENGTH)

    @classmethod
    def of(cls, given: ArticleFeedback | None) -> "FeedbackForm":
        """The form with what somebody has said before."""
        said: dict[str, Any] = (
            {"helped": YES if given.has_helped else NO, "remark": given.remark} if given else {}
        )
        return cls(formdata=None, data=said)
