"""Second proofs and the way back from a forgotten password (T03, T04, T06, T10 to T13, T17)."""

from app.accounts import resets
from app.accounts.codes import FAILURES_OF_ACCOUNT
from app.accounts.links import VALID_FOR
from app.accounts.posture.rule import Group, Rule, always, hours, limits, minutes, never
from app.accounts.proofs import MOST_WRONG_CODES
from app.i18n import N_, _

# A remembered browser may stand in for a factor within the limits of a session (NIST SP 800-63B-4, 5.1).
EXEMPTION_MOST_HOURS = 24

SECOND_PROOF = Group(
    N_("Second proof (MFA)"),
    (
        Rule(
            name=N_("MFA of customers"),
            in_force=lambda _settings: _("Each user's choice"),
            meets=never,
            manual=N_("Off until an administrator or the user turns it on."),
            guidance=N_("Asked of everybody (OWASP ASVS 6.3.3)."),
            why=N_(
                "The manual makes it each user's choice. A duty per contract holder is not built yet; the "
                "figures above name who is without."
            ),
        ),
        Rule(
            name=N_("MFA of agents"),
            in_force=lambda _settings: _("Always: authenticator app or passkey, never a mailed code"),
            meets=always,
            manual=N_("Always."),
            guidance=N_("Asked of everybody, and not by e-mail (NIST 3.1.3)."),
            why=N_(
                "The mailbox also receives the links of a reset; an agent's mailbox alone must not open "
                "the desk."
            ),
        ),
        Rule(
            name=N_("Codes by e-mail"),
            setting="MADOGUCHI_MAIL_CODE_AFTER_PAIRING",
            in_force=lambda settings: (
                _("Offered to customers, also beside an app")
                if settings.mail_code_after_pairing
                else _("Offered to customers without an app or passkey")
            ),
            meets=never,
            manual=N_("Always offered."),
            guidance=N_("E-mail is no second factor (NIST 3.1.3, OWASP ASVS 6.3.6)."),
            why=N_(
                "Reset link and code reach the same mailbox. So at the first sign-in after a mailed "
                "reset, whoever has an app or passkey must use that."
            ),
        ),
        Rule(
            name=N_("Browsers that skip the code"),
            setting="MADOGUCHI_EXEMPTION_HOURS",
            in_force=lambda settings: (
                _("For %(n)s hours, customers only", n=settings.exemption_hours)
                if settings.exemption_hours
                else _("Never")
            ),
            meets=lambda settings: settings.exemption_hours <= EXEMPTION_MOST_HOURS,
            manual=N_("8 hours, if the user ticks the box."),
            guidance=N_("Within the limits of a session, 24 hours at most (NIST 5.1)."),
            why=N_(
                "It does not slide, ends with every new password, pairing or disabling, and never counts "
                "before sensitive acts."
            ),
        ),
        Rule(
            name=N_("Codes of an app"),
            setting="MADOGUCHI_TOTP_WINDOW",
            in_force=lambda settings: _("30 seconds, ±%(n)s step, each step once", n=settings.totp_window),
            meets=lambda settings: settings.totp_window == 0,
            manual=N_("The current step and one either side."),
            guidance=N_("Valid for 30 seconds at most (OWASP ASVS 6.5.5)."),
            why=N_(
                "Telephones' clocks differ. A step that was used, and every earlier one, is refused, so a "
                "seen code is worth nothing."
            ),
        ),
        Rule(
            name=N_("Wrong codes"),
            in_force=lambda _settings: _(
                "%(n)s in one sign-in; over all sign-ins %(limits)s",
                n=MOST_WRONG_CODES,
                limits=limits(FAILURES_OF_ACCOUNT),
            ),
            meets=always,
            manual=N_("5 in one sign-in, then the password again."),
            guidance=N_(
                "Count failures over sign-ins and methods; a new code must not set the count back (NIST "
                "3.1.3)."
            ),
            why=N_(
                "By the manual's rule alone a robot that knows the password would guess a code within hours."
            ),
        ),
        Rule(
            name=N_("A lost second proof"),
            in_force=lambda _settings: _("Recorded identity check and a second agent; recovery codes"),
            meets=always,
            manual=N_("The desk removes the pairing on request."),
            guidance=N_("Proof of identity as strong as at the beginning (OWASP ASVS 6.4.4)."),
            why=N_("Whoever talks one agent round must not get an account by it."),
        ),
    ),
)

RESET = Group(
    N_("Password reset"),
    (
        Rule(
            name=N_("Answer to the e-mail question"),
            setting="MADOGUCHI_RESET_ANSWER",
            in_force=lambda settings: (
                _("The page says whether the address matched")
                if settings.reset_answer == "manual"
                else _("The page never says whether the address matched")
            ),
            meets=lambda settings: settings.reset_answer == "neutral",
            manual=N_("A wrong address is named as wrong."),
            guidance=N_("The same answer always (OWASP ASVS 6.3.8)."),
            why=N_(
                "The answer tells who is a customer here. Questions are counted per ID, per network and "
                "in all; beyond that the page turns neutral for everybody."
            ),
        ),
        Rule(
            name=N_("Wait before the next reset"),
            setting="MADOGUCHI_FIRST_PASSWORD_COUNTS",
            in_force=lambda settings: (
                _("%(n)s hours, also after the first password", n=hours(resets.WAIT))
                if settings.first_password_counts
                else _("%(n)s hours, not after the first password", n=hours(resets.WAIT))
            ),
            meets=never,
            manual=N_("24 hours from the completion, the first password included."),
            guidance=N_("A wait helps a thief: after his reset the owner is out for a day."),
            why=N_(
                "The manual states it. The link “this was not me” stops the account and lifts the wait, "
                "and the desk can lift it after a check."
            ),
        ),
        Rule(
            name=N_("Links in mails"),
            in_force=lambda _settings: _(
                "%(n)s minutes, once, the newest only; opening uses nothing up",
                n=minutes(VALID_FOR),
            ),
            meets=always,
            manual=N_("60 minutes, once."),
            guidance=N_("Random, short-lived, kept as a hash, used up by a post (OWASP)."),
            why=N_("Mail scanners open links before people do; only the button uses one up."),
        ),
    ),
)
