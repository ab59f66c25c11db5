"""A case as JSON: the documented form of ``case.json`` and ``approvals.json`` (docs/evidence.md); times are UTC."""

import json
from datetime import UTC, datetime
from typing import Any

from app.authz import Audience
from app.cases.evidence.contents import Attached, Contents, Entry, Kind
from app.cases.lifecycle import Act

FORMAT = "madoguchi-case/1"
# What customers decide about a solution or a case; decisions about work requests join them with theirs.
DECISIONS = frozenset({Act.ACCEPT.value, Act.REJECT.value, Act.CLOSE.value})


def case_json(contents: Contents) -> bytes:
    """Everything of the case that the pack's readers may know."""
    case = contents.case
    return _bytes(
        {
            "format": FORMAT,
            "pack": contents.kind.value,
            "number": case.number,
            "subject": case.subject,
            "state": case.state.value,
            "category": case.category.value,
            "origin": case.origin.value,
            "customer_number": case.customer_number.number,
            "contract_holder": case.customer_number.holder.name,
            "service": {"slug": case.service.slug, "ja": case.service.name_ja, "en": case.service.name_en},
            "contact": case.contact.display_name if case.contact else None,
            "created_at": utc(case.created_at),
            "updated_at": utc(case.updated_at),
            "closed_at": utc(case.closed_at),
            **({"desk": _plain(contents.facts)} if contents.kind is Kind.AUDITOR else {}),
            "events": [_event(entry, contents.kind) for entry in contents.entries],
            "files": [_file(file, contents.kind) for file in contents.files],
        }
    )


def approvals_json(contents: Contents) -> bytes:
    """Who accepted, rejected or closed what, and when."""
    decided = [
        {
            "decision": entry.row.data["act"],
            "at": utc(entry.row.at),
            "by": {"side": entry.row.actor_kind.value, "name": entry.row.actor_name},
            "state_before": entry.row.data["old"],
            "state_after": entry.row.data["new"],
            "hash": entry.row.hash,
        }
        for entry in contents.entries
        if entry.row.kind == "case.state_changed" and entry.row.data.get("act") in DECISIONS
    ]
    return _bytes({"format": "madoguchi-approvals/1", "number": contents.case.number, "decisions": decided})


def utc(moment: datetime | None) -> str | None:
    """A moment in UTC, as RFC 3339 writes it."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _event(entry: Entry, kind: Kind) -> dict[str, Any]:
    row, comment = entry.row, entry.comment
    by: dict[str, Any] = {"side": row.actor_kind.value, "name": row.actor_name}
    if kind is Kind.AUDITOR:
        by["user_id"] = row.actor_id
    told: dict[str, Any] = {
        "at": utc(row.at),
        "kind": row.kind,
        "audience": row.audience.value,
        "by": by,
        "data": row.data,
        "hash": row.hash,
    }
    if comment is not None:
        told["text"] = {"body": comment.body, "html": comment.html, "audience": comment.audience.value}
        if comment.taken_back_at is not None:
            told["text"]["taken_back_at"] = utc(comment.taken_back_at)
    return told


def _file(file: Attached, kind: Kind) -> dict[str, Any]:
    told: dict[str, Any] = {
        "part": file.name,
        "name": file.shown_name,
        "size": file.size,
        "sha256": file.sha256,
        "media_type": file.media_type,
        "added_at": utc(file.added_at),
        "comment_id": file.comment_id,
    }
    if file.name is None:
        told["left_out"] = f"virus check: {file.scan.value}"
    if kind is Kind.AUDITOR:
        told["audience"] = Audience(file.audience).value
    return told


def _plain(facts: object) -> object:
    if isinstance(facts, dict):
        return {name: _plain(value) for name, value in facts.items()}
    return utc(facts) if isinstance(facts, datetime) else facts


def _bytes(told: object) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
