"""What a mail address and a name must be; forms and actions ask the same rules."""

import re
import unicodedata

from app.mail import ADDRESS

MAIL_LENGTH = 254
LOCAL_PART_LENGTH = 64
# RFC 1035: labels of letters, digits and inner hyphens. A name without a dot reaches nobody outside.
DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def is_mail_address(text: str) -> bool:
    """Tell whether ``text`` is one address that our mails can be sent to (SEC-38)."""
    if len(text) > MAIL_LENGTH or not ADDRESS.fullmatch(text):
        return False
    local, _, domain = text.rpartition("@")
    dots_inside = not local.startswith(".") and not local.endswith(".") and ".." not in local
    return dots_inside and len(local) <= LOCAL_PART_LENGTH and DOMAIN.fullmatch(domain) is not None


def can_be_seen(text: str) -> bool:
    """Tell whether at least one sign of ``text`` leaves a mark on the screen."""
    return any(unicodedata.category(sign)[0] in "LNPSM" for sign in text)
