"""Every write to cases: policy, rows, event and mails together; the caller commits.

Each act changes the case, tells it in the journal and queues its mails in one transaction, so that none of
the three can be there without the others.
"""

from app.cases.actions.commenting import add_comment, add_note
from app.cases.actions.editing import StaleEdit, assign, edit_details
from app.cases.actions.moving import move
from app.cases.actions.opening import CategoryRefused, OpenInquiryExists, open_case, open_inquiry

__all__ = [
    "CategoryRefused",
    "OpenInquiryExists",
    "StaleEdit",
    "add_comment",
    "add_note",
    "assign",
    "edit_details",
    "move",
    "open_case",
    "open_inquiry",
]
