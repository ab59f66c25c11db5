"""Passwords and the first proof at a door (T01, T02, T19, SEC-06, SEC-07)."""

from app.accounts import tries
from app.accounts.entrance.sign_in import NETWORK_LIMITS, OVERALL_LIMITS
from app.accounts.password_rules import MODERN, PROFILES
from app.accounts.passwords import STRONG
from app.accounts.posture.rule import Group, Rule, always, limits, minutes, never
from app.config import Settings
from app.i18n import N_, _


def _profile_words(name: str) -> str:
    if name == "modern":
        return _("15 to 128 characters of any kind")
    return _("12 to 40 characters of four kinds")


def _own_count_words(settings: Settings) -> str:
    words = {
        "nobody": _("Nobody's browser is counted apart"),
        "agents": _("Agents' known browsers are counted apart"),
        "everybody": _("Everybody's known browsers are counted apart"),
    }
    return words[settings.own_count_for]


PASSWORDS = Group(
    N_("Passwords"),
    (
        Rule(
            name=N_("New passwords of customers"),
            setting="MADOGUCHI_PASSWORD_PROFILE",
            in_force=lambda settings: _profile_words(settings.password_profile),
            meets=lambda settings: PROFILES[settings.password_profile] is MODERN,
            manual=N_("12 to 40 characters with lower case, upper case, digit and one of 12 symbols."),
            guidance=N_(
                "15 characters where a password stands alone, long ones allowed, no kinds asked for (NIST "
                "SP 800-63B-4)."
            ),
            why=N_(
                "The customers' guides name the manual's rules, so they are the default. Stored passwords "
                "stay valid when the setting changes."
            ),
        ),
        Rule(
            name=N_("New passwords of agents"),
            in_force=lambda _settings: _profile_words("modern"),
            meets=always,
            manual=N_("The same rules as for customers."),
            guidance=N_(
                "15 characters where a password stands alone, long ones allowed, no kinds asked for (NIST "
                "SP 800-63B-4)."
            ),
            why=N_(
                "No guide binds the desk to the older rules, and agents reach many customers: the "
                "account's realm picks the rules, never the page."
            ),
        ),
        Rule(
            name=N_("Passwords that are easy to guess"),
            in_force=lambda _settings: _(
                "Common words and passwords, own names, simple patterns are refused"
            ),
            meets=always,
            manual=N_("Refused if, without digits and symbols, a listed word is left."),
            guidance=N_(
                "Compare with common and leaked passwords, and with names of service and user (OWASP ASVS "
                "6.2.4, 6.2.11)."
            ),
            why=N_(
                "The lists come with the software; nothing is asked of a service outside, so freshly "
                "leaked passwords are not known here."
            ),
        ),
        Rule(
            name=N_("How passwords are kept"),
            in_force=lambda settings: (
                _(
                    "argon2id, %(memory)s MiB, %(passes)s passes",
                    memory=STRONG.memory_cost // 1024,
                    passes=STRONG.time_cost,
                )
                if not settings.cheap_hashes
                else _("Weak hashes, for tests only")
            ),
            meets=lambda settings: not settings.cheap_hashes,
            manual=N_("Not said."),
            guidance=N_("argon2id with at least 19 MiB and 2 passes (OWASP)."),
            why=N_("Hashes made with weaker figures are raised at the next sign-in."),
        ),
    ),
)

SIGN_IN = Group(
    N_("Sign-in"),
    (
        Rule(
            name=N_("Lock after wrong passwords"),
            in_force=lambda _settings: _(
                "%(n)s in a row close the user ID for %(minutes)s minutes",
                n=tries.MOST,
                minutes=minutes(tries.CLOSED_FOR),
            ),
            meets=never,
            manual=N_("5 in a row, 20 minutes; even the right password is refused meanwhile."),
            guidance=N_(
                "Slow guessing down without letting strangers keep the owner out (NIST 3.2.2, OWASP ASVS "
                "6.1.1)."
            ),
            why=N_(
                "Whoever knows a user ID can keep its owner out. The manual states the rule; the network "
                "limits and the separate count of known browsers soften it."
            ),
        ),
        Rule(
            name=N_("Known browsers"),
            setting="MADOGUCHI_OWN_COUNT_FOR",
            in_force=_own_count_words,
            meets=lambda settings: settings.own_count_for == "everybody",
            manual=N_("All tries count together."),
            guidance=N_(
                "A browser in which the owner has proved themselves should still get in (OWASP ASVS 6.1.1)."
            ),
            why=N_(
                "For customers the manual says that the right password too is refused. Agents must not be "
                "locked out by strangers, so theirs have a count of their own for 30 days."
            ),
        ),
        Rule(
            name=N_("Failures without end"),
            in_force=lambda _settings: _(
                "After %(n)s in a row a mailed code is asked as well", n=tries.UNLOCK_CODE_FROM
            ),
            meets=always,
            manual=N_("No limit: 5 in 20 minutes are 360 a day."),
            guidance=N_("No more than 100 failures in a row (NIST 3.2.2)."),
            why=N_("The visible rule of the manual stays; this one begins where nobody mistypes any more."),
        ),
        Rule(
            name=N_("Limits on networks"),
            setting="MADOGUCHI_THROTTLE",
            in_force=lambda settings: (
                _(
                    "Failures from one network: %(one)s; from all: %(all)s",
                    one=limits(NETWORK_LIMITS),
                    all=limits(OVERALL_LIMITS),
                )
                if settings.is_throttled
                else _("Off (demo)")
            ),
            meets=lambda settings: settings.is_throttled,
            manual=N_("Not said."),
            guidance=N_("Limit guessing by network as well as by account (OWASP ASVS 6.3.1)."),
            why=N_("One who tries a few passwords on many IDs never meets the lock of an account."),
        ),
    ),
)
