"""What the guard can find."""

from dataclasses import dataclass
from enum import StrEnum

from app.i18n import N_, _


class Found(StrEnum):
    """A kind of thing that should not go out to this customer."""

    NAME = "name"
    CUSTOMER_NUMBER = "customer_number"
    CASE_NUMBER = "case_number"
    MAIL = "mail"
    PHONE = "phone"
    NOTE = "note"
    PLACEHOLDER = "placeholder"


# As the journal tells them, without what was found.
FOUND_KINDS: dict[str, str] = {
    Found.NAME: N_("Name of another contract holder"),
    Found.CUSTOMER_NUMBER: N_("Customer number of another contract holder"),
    Found.CASE_NUMBER: N_("Case number of another contract holder"),
    Found.MAIL: N_("Mail address or user ID of another contract holder"),
    Found.PHONE: N_("Phone number of another contract holder"),
    Found.NOTE: N_("Quotation from an internal note"),
    Found.PLACEHOLDER: N_("Placeholder that was not filled in"),
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found; ``text`` is the piece of the searched text itself, as it was typed."""

    kind: Found
    text: str

    @property
    def label(self) -> str:
        """What was found, in the language in force."""
        return _(FOUND_KINDS[self.kind])
