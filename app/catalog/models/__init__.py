"""Tables of the catalogue: items and their versions, requests, and the ledger of points."""

from app.catalog.models.items import (
    NAME_LENGTH,
    CatalogCategory,
    CatalogItem,
    CatalogItemNumber,
    CatalogItemVersion,
    CatalogSettings,
    ItemState,
)
from app.catalog.models.ledger import (
    REASON_LENGTH,
    CorrectionState,
    LedgerCheck,
    PointBalance,
    PointCorrection,
    PointEntry,
    PointPeriod,
)
from app.catalog.models.requests import RequestApproval, RequestFile, WorkRequest
from app.catalog.models.terms import RequestTerms

__all__ = [
    "NAME_LENGTH",
    "REASON_LENGTH",
    "CatalogCategory",
    "CatalogItem",
    "CatalogItemNumber",
    "CatalogItemVersion",
    "CatalogSettings",
    "CorrectionState",
    "ItemState",
    "LedgerCheck",
    "PointBalance",
    "PointCorrection",
    "PointEntry",
    "PointPeriod",
    "RequestApproval",
    "RequestFile",
    "RequestTerms",
    "WorkRequest",
]
