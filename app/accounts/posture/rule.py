"""What the posture page says of one rule, and the words that several rules need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.config import Settings
from app.i18n import _
from app.throttle import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what is in force, whether that meets today's guidance, and the words around it."""

    name: str
    in_force: Callable[[Settings], str]
    meets: Callable[[Settings], bool]
    manual: str
    guidance: str
    why: str
    # The environment variable that changes it, if there is one.
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules of one subject."""

    name: str
    rules: Sequence[Rule]


def always(_settings: Settings) -> bool:
    """The rule meets the guidance whatever the settings are."""
    return True


def never(_settings: Settings) -> bool:
    """The rule differs from the guidance whatever the settings are."""
    return False


def minutes(time: timedelta) -> int:
    """A time in minutes."""
    return int(time.total_seconds() // 60)


def hours(time: timedelta) -> int:
    """A time in hours."""
    return minutes(time) // 60


def limits(told: Sequence[Limit]) -> str:
    """Some limits in words."""
    return _(", ").join(_limit(limit) for limit in told)


def _limit(limit: Limit) -> str:
    if limit.within > timedelta(hours=1):
        return _("%(n)s in %(hours)s hours", n=limit.most, hours=hours(limit.within))
    return _("%(n)s in %(minutes)s minutes", n=limit.most, minutes=minutes(limit.within))
