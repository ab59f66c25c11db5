"""The security posture of an installation: which rules are in force, what the manual says, what guidance says today.

The manual's value is the default, and the safer one is a setting away where there is one; the page tells both and why
they differ (section 5 of the security bar, T01 to T19). Values are read from the settings and from the constants that
the rules themselves use, so that the page cannot say anything else than what happens.
"""

from dataclasses import dataclass

from app.accounts.posture.proving import RESET, SECOND_PROOF
from app.accounts.posture.rule import Rule
from app.accounts.posture.running import INSTALLATION, SESSIONS
from app.accounts.posture.signing_in import PASSWORDS, SIGN_IN
from app.config import Settings
from app.i18n import _

GROUPS = (PASSWORDS, SIGN_IN, SECOND_PROOF, RESET, SESSIONS, INSTALLATION)


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as the page shows it, in the language in force."""

    name: str
    in_force: str
    meets: bool
    manual: str
    guidance: str
    why: str
    setting: str


def lines(settings: Settings) -> list[tuple[str, list[Line]]]:
    """All rules of an installation, by group."""
    return [(_(group.name), [_line(rule, settings) for rule in group.rules]) for group in GROUPS]


def _line(rule: Rule, settings: Settings) -> Line:
    return Line(
        name=_(rule.name),
        in_force=rule.in_force(settings),
        meets=rule.meets(settings),
        manual=_(rule.manual),
        guidance=_(rule.guidance),
        why=_(rule.why),
        setting=rule.setting,
    )
