"""Tables of the cases slice."""

from app.cases.models.case import INQUIRY_SUBJECT, SUBJECT_LENGTH, Case, shown_subject
from app.cases.models.comments import (
    COMMENT_LENGTH,
    CaseComment,
    CaseFile,
    CaseMention,
    CasePresence,
    CaseWatcher,
    Draft,
)
from app.cases.models.filters import SavedFilter, SavedFilterNumber, Visibility
from app.cases.models.relations import (
    Alert,
    CaseBatch,
    CaseBatchFile,
    CaseBatchItem,
    CaseLink,
    IntakeToken,
    LinkKind,
)
from app.cases.models.settings import (
    CannedAnswer,
    CaseSettings,
    ClosedDay,
    ResponseTarget,
    ServiceCategory,
)

__all__ = [
    "COMMENT_LENGTH",
    "INQUIRY_SUBJECT",
    "SUBJECT_LENGTH",
    "Alert",
    "CannedAnswer",
    "Case",
    "CaseBatch",
    "CaseBatchFile",
    "CaseBatchItem",
    "CaseComment",
    "CaseFile",
    "CaseLink",
    "CaseMention",
    "CasePresence",
    "CaseSettings",
    "CaseWatcher",
    "ClosedDay",
    "Draft",
    "IntakeToken",
    "LinkKind",
    "ResponseTarget",
    "SavedFilter",
    "SavedFilterNumber",
    "ServiceCategory",
    "Visibility",
    "shown_subject",
]
