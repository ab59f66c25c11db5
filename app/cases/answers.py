"""Canned answers: texts for replies, with places for what differs from case to case.

Plain substitution in one pass, never a template language (SEC-34): what is put in is never read again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.authz import Actor, NotFound
from app.cases.models import CannedAnswer, Case
from app.contracts.models import Service
from app.i18n import N_, speaking

PLACEHOLDERS: dict[str, str] = {
    "contact": N_("Customer contact"),
    "holder": N_("Contract holder"),
    "case_number": N_("Case number"),
    "subject": N_("Subject"),
    "service": N_("Service name"),
    "agent": N_("Name of the agent who writes"),
    "customer_number": N_("Customer number"),
}
ANSWER_LENGTH = 10_000
NAME_LENGTH = 80
# Whatever looks as if it was meant as a placeholder, in either width; other braces are text.
_MEANT = re.compile(r"[{｛]\s*([A-Za-zＡ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ _＿-]{0,39})[}｝]")
_KNOWN = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """An answer for one case; ``missing`` are the placeholders it has nothing for, which stand there still."""

    text: str
    missing: Sequence[str]


def unknown_placeholders(text: str) -> Sequence[str]:
    """What looks like a placeholder and is none, as it was typed, each once."""
    meant = dict.fromkeys(found.group() for found in _MEANT.finditer(text))
    return [typed for typed in meant if not _KNOWN.fullmatch(typed)]


def language_for(case: Case, default: str) -> str:
    """The language the customer is written to in: the contact's, else the installation's."""
    return (case.contact.language if case.contact else None) or default


def fill(answer: CannedAnswer, case: Case, *, actor: Actor, language: str) -> Filled:
    """The answer in a language with the case's values put in; loads nothing: the case comes as its page has it."""
    values = values_for(case, actor, language)
    missing: list[str] = []

    def value(found: re.Match[str]) -> str:
        said = values[found.group(1)]
        if not said:
            missing.append(found.group(1))
        return said or found.group()

    body = answer.body_ja if language == "ja" else answer.body_en
    return Filled(_KNOWN.sub(value, body), list(dict.fromkeys(missing)))


def values_for(case: Case, actor: Actor, language: str) -> dict[str, str]:
    """What each placeholder stands for in a case, in the customer's language; empty where there is nothing."""
    name = case.contact.display_name if case.contact else ""
    with speaking(language):
        subject = case.shown_subject if case.subject else ""
    return {
        "contact": f"{name} 様" if name and language == "ja" else name,
        "holder": case.customer_number.holder.name,
        "case_number": case.number,
        "subject": subject,
        "service": case.service.name_in(language),
        "agent": actor.name,
        "customer_number": case.customer_number.number,
    }


def visible_to(actor: Actor) -> Select[CannedAnswer]:
    """The answers of the services that the actor works in; customers see none."""
    services = () if actor.is_customer else sorted(actor.services)
    return select(CannedAnswer).where(CannedAnswer.service_id.in_(services))


def of_service(session: Session, actor: Actor, service_id: int) -> Sequence[CannedAnswer]:
    """The answers of a service, by name."""
    return session.scalars(
        visible_to(actor)
        .where(CannedAnswer.service_id == service_id)
        .order_by(CannedAnswer.name, CannedAnswer.id)
    ).all()


def all_of(session: Session, actor: Actor) -> Sequence[tuple[Service, CannedAnswer]]:
    """The answers of all services of the actor, by service and name."""
    rows = session.execute(
        visible_to(actor)
        .join(Service, Service.id == CannedAnswer.service_id)
        .add_columns(Service)
        .order_by(Service.id, CannedAnswer.name, CannedAnswer.id)
    )
    return [(service, answer) for answer, service in rows]


def get_for(session: Session, actor: Actor, answer_id: int) -> CannedAnswer:
    """One answer of a service of the actor.

    :raises NotFound: if there is none within reach.
    """
    found = session.scalar(visible_to(actor).where(CannedAnswer.id == answer_id))
    if found is None:
        raise NotFound
    return found
