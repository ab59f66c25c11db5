"""User IDs: when two are the same, and what is recommended for a new one."""

from app.accounts.models import USER_ID_LENGTH


def login_key(login_id: str) -> str:
    """The form of a user ID that decides whether two are the same (CONTACT-05, Q5)."""
    return login_id.strip().casefold()


def recommended_login_id(mail: str, suffix: str) -> str:
    """The user ID that a form proposes: the mail address and the suffix of the service (CONTACT-06, FIRST-03).

    The address is cut so that both have 40 characters at most, which for a suffix of three keeps 37 (Q41). It is
    advice: another one is as good, and whether it is free is asked when it is used.
    """
    typed = mail.strip()
    return f"{typed[: USER_ID_LENGTH - len(suffix)]}{suffix}" if typed else ""
