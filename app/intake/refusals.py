"""What the intake answers where a page would be shown elsewhere."""

from http import HTTPStatus

from flask import Response

from app.web.problems import problem

DETAILS = {
    HTTPStatus.NOT_FOUND: "There is no such intake, or it is off.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Alerts are brought by POST.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "An alert has at most 262144 bytes.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Nothing was saved. Send the alert again in a few seconds.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "It is our fault, and it has been recorded. Send the alert again later.",
}


def refuse(status: int, incident: str | None) -> Response:
    """Answer a failure that no view had words for."""
    detail = DETAILS.get(HTTPStatus(status))
    return problem(status, detail=detail, members={"incident": incident} if incident else None)
