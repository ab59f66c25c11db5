"""Refusals for programs: problem details as JSON (RFC 9457), in English, the same bytes for the same answer."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from flask import Response

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    name: str | None = None,
    title: str | None = None,
    detail: str | None = None,
    *,
    members: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Say why a request was refused.

    :param name: what programs tell this problem by; none where the status says everything.
    :param members: further members of the JSON object, such as the list of errors.
    """
    told: dict[str, object] = {
        "type": f"urn:madoguchi:problem:{name}" if name else "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        **({"detail": detail} if detail else {}),
        **(members or {}),
    }
    return Response(
        json.dumps(told, ensure_ascii=False) + "\n", status, dict(headers or {}), content_type=MEDIA_TYPE
    )
