"""An alert as it comes in: what a service's tool has detected at a customer's (CASE-19, DESK-07)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.cases.categories import Category
from app.i18n import N_, _

# Under this name the intake acts; timelines say it in the reader's language.
INTAKE = N_("Alert intake")


class Severity(StrEnum):
    """How grave an alert is, from the least on."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return _(SEVERITY_LABELS[self])


SEVERITY_LABELS: dict[Severity, str] = {
    Severity.INFO: N_("Information"),
    Severity.LOW: N_("Low"),
    Severity.MEDIUM: N_("Medium"),
    Severity.HIGH: N_("High"),
    Severity.CRITICAL: N_("Critical"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetails:
    """One alert, its fields checked; ``details`` are pairs of words, ``link`` is an https address or empty."""

    identifier: str
    customer_number: str
    title: str
    severity: Severity
    detected_at: datetime
    description: str = ""
    category: Category = Category.ALERT
    details: tuple[tuple[str, str], ...] = ()
    link: str = ""

    def content_hash(self) -> str:
        """A hash over what the alert says, apart from when it was detected: equal for a mere repetition."""
        told = [
            self.title,
            self.severity.value,
            self.description,
            self.category.value,
            sorted(self.details),
            self.link,
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
