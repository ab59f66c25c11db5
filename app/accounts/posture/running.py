"""Sessions, changes of accounts, and the installation itself (T08, T09, T14, T16, T18, SEC-11)."""

from app.accounts.entrance.confirm import FRESH_FOR
from app.accounts.posture.rule import Group, Rule, always, minutes, never
from app.i18n import N_, _

# NIST SP 800-63B-4, 2.2.3.
IDLE_MOST_MINUTES, SESSION_MOST_HOURS = 60, 24

SESSIONS = Group(
    N_("Sessions and changes"),
    (
        Rule(
            name=N_("Idle sessions"),
            setting="MADOGUCHI_IDLE_MINUTES",
            in_force=lambda settings: _("End after %(n)s minutes", n=settings.idle_minutes),
            meets=lambda settings: settings.idle_minutes <= IDLE_MOST_MINUTES,
            manual=N_("End after an idle time that is not named; 30 minutes at first."),
            guidance=N_("An hour at most (NIST 2.2.3)."),
            why=N_("Pages that fetch news by themselves do not count as use."),
        ),
        Rule(
            name=N_("Absolute end of a session"),
            setting="MADOGUCHI_SESSION_HOURS",
            in_force=lambda settings: _("After %(n)s hours", n=settings.session_hours),
            meets=lambda settings: settings.session_hours <= SESSION_MOST_HOURS,
            manual=N_("None."),
            guidance=N_("24 hours at most (NIST 2.2.3)."),
            why=N_("A stolen session that is kept busy would otherwise live for ever."),
        ),
        Rule(
            name=N_("Sensitive changes"),
            in_force=lambda _settings: _(
                "Password and code again if older than %(n)s minutes",
                n=minutes(FRESH_FOR),
            ),
            meets=always,
            manual=N_("Nothing is asked."),
            guidance=N_("Prove yourself again before each (OWASP ASVS 7.5.1)."),
            why=N_(
                "Right after sign-in the manual's dialogs are unchanged; an unlocked screen is no "
                "takeover later on."
            ),
        ),
        Rule(
            name=N_("A new e-mail address"),
            in_force=lambda _settings: _("Works at once; the former address can stop it"),
            meets=never,
            manual=N_("Works at once."),
            guidance=N_("Prove the new address first (NIST 4.2)."),
            why=N_(
                "The manual promises that it works at once. The former address is told, with a link that "
                "stops the account for the owner."
            ),
        ),
        Rule(
            name=N_("Administrators of customers"),
            in_force=lambda _settings: _("Change address, ID and MFA of colleagues, after a fresh proof"),
            meets=never,
            manual=N_("The same, without a further proof."),
            guidance=N_("Nobody can become somebody else by a change of their data."),
            why=N_(
                "It is their own company. Both people are told, it is in the history, and people of other "
                "companies and agents are out of reach."
            ),
        ),
        Rule(
            name=N_("Enabling a login"),
            in_force=lambda _settings: _("Ends only what was shown; what came since stays"),
            meets=always,
            manual=N_("One act ends lock and disabling alike."),
            guidance=N_("Two facts, two decisions."),
            why=N_("Ending a lock must never revive somebody who was disabled meanwhile."),
        ),
    ),
)

INSTALLATION = Group(
    N_("Installation"),
    (
        Rule(
            name=N_("Keys that seal secrets"),
            setting="MADOGUCHI_SEALING_KEYS",
            in_force=lambda settings: (
                _("Keys of their own: %(n)s", n=len(settings.sealing_keys))
                if settings.sealing_keys
                else _("Derived from the secret key")
            ),
            meets=lambda settings: bool(settings.sealing_keys),
            manual=N_("Not said."),
            guidance=N_("Keys apart from each other, changeable, outside the database (OWASP ASVS 13.3.1)."),
            why=N_(
                "Derived keys are safe while the secret key is; with keys of their own either can be "
                "changed alone."
            ),
        ),
        Rule(
            name=N_("Login history"),
            setting="MADOGUCHI_HISTORY_DAYS",
            in_force=lambda settings: _("Kept for %(n)s days", n=settings.history_days),
            meets=always,
            manual=N_("One year."),
            guidance=N_("As long as it serves, and no longer."),
            why=N_("The journal for audit beside it is never cut, and its entries are chained by hashes."),
        ),
        Rule(
            name=N_("Numbers in order"),
            in_force=lambda _settings: _("Case numbers count up"),
            meets=never,
            manual=N_("Numbers such as CS0067414."),
            guidance=N_("Numbers that can be guessed tell outsiders how much there is."),
            why=N_(
                "The format is the manual's. No access rests on a number: what is out of reach answers "
                "like what does not exist, and tokens are random."
            ),
        ),
    ),
)
