"""What a new password must hold: rules as data, which the checklist in the page, the server and the tests share.

There are two profiles, and the realm of the account picks one, never the page (SEC-03): ``manual`` for customers, as
the manual words it (PW-01, PW-02), and ``modern`` for agents, and for customers where the setting says so. The rules
are asked when a password is set and never at sign-in: who has a password may use it (SEC-02).
"""

import re
import unicodedata
from dataclasses import dataclass

from app.accounts.models import Realm
from app.i18n import _l

# In the order in which M-16 names them.
SYMBOLS = "!@#$%^&*?+=-"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the checklist.

    ``pattern`` is matched against the whole text, with the dot standing for any character. It is written in what
    Python's ``re`` and JavaScript's ``RegExp`` (flags ``s`` and ``u``) read alike, so that the browser ticks by the
    same table. A tacit rule is spoken of only while it is broken: the specification's list does not have it.
    """

    code: str
    message: str
    pattern: str
    is_tacit: bool = False

    def holds(self, text: str) -> bool:
        """Tell whether ``text`` keeps the rule."""
        return re.fullmatch(self.pattern, text, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of rules. Where Unicode is allowed, texts that NFKC makes one are one password (SEC-02)."""

    name: str
    rules: tuple[Rule, ...]
    takes_unicode: bool

    def normal(self, text: str) -> str:
        """The form of ``text`` that is compared and hashed."""
        return unicodedata.normalize("NFKC", text) if self.takes_unicode else text

    def broken(self, text: str) -> list[Rule]:
        """The rules that ``text`` breaks, as it was typed or in its normal form, which may be longer or shorter."""
        # What is far too long as typed is not worth the work of the second look.
        return self._broken(text) or self._broken(self.normal(text))

    def _broken(self, text: str) -> list[Rule]:
        return [rule for rule in self.rules if not rule.holds(text)]


MANUAL = Profile(
    "manual",
    (
        Rule("shortest", _l("At least 12 characters"), ".{12,}"),
        Rule("longest", _l("At most 40 characters"), ".{0,40}"),
        Rule("lower", _l("At least 1 lower-case letter"), ".*[a-z].*"),
        Rule("upper", _l("At least 1 upper-case letter"), ".*[A-Z].*"),
        Rule("digit", _l("At least 1 digit"), ".*[0-9].*"),
        Rule("symbol", _l("At least 1 special character of !@#$%^&*?+=-"), f".*[{SYMBOLS}].*"),
        Rule(
            "others",
            _l("Nothing but half-width letters, digits and !@#$%^&*?+=-"),
            f"[A-Za-z0-9{SYMBOLS}]*",
            is_tacit=True,
        ),
    ),
    takes_unicode=False,
)
MODERN = Profile(
    "modern",
    (
        Rule("shortest", _l("At least 15 characters"), ".{15,}"),
        Rule("longest", _l("At most 128 characters"), ".{0,128}"),
        # Controls, line ends, half pairs, and what stands where a character could not be read.
        Rule(
            "others",
            _l("No control characters and no line breaks"),
            r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufffd]*",
            is_tacit=True,
        ),
    ),
    takes_unicode=True,
)
PROFILES = {profile.name: profile for profile in (MANUAL, MODERN)}


def profile_for(realm: Realm, *, customers: str) -> Profile:
    """The profile of an account.

    :param customers: the setting of this installation for its customers, ``manual`` or ``modern``.
    """
    return MODERN if realm is Realm.AGENT else PROFILES[customers]
