"""What the layouts show of the own account: its entry in the user menu, and the picture beside the name."""

from app.accounts.session import picture_hash
from app.i18n import _


def own_menu(base: str) -> list[dict[str, str]]:
    """The entries of the user menu that lead to the own account, in the shell whose address is ``base`` (UI-02)."""
    return [{"label": _("Profile"), "href": f"{base}/profile", "icon": "person"}]


def own_picture_url(base: str) -> str | None:
    """The address of the own picture, if there is one; another picture has another address."""
    found = picture_hash()
    return f"{base}/profile/picture?v={found}" if found else None
