"""What a form needs whose text goes to a customer past the wrong-customer guard; also for slices above this one."""

from wtforms import HiddenField

from app.cases.guard.outgoing import Stopped


class PassesGuard:
    """Lets a form be stopped by the wrong-customer guard and sent again by whoever has looked at what was found."""

    confirmed = HiddenField()
    stopped: Stopped | None = None
