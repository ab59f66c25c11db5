"""Definitions for tests, and the form that somebody has sent for one of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.catalog.fields import Choice, Condition, FieldDefinition, FieldKind, FormDefinition
from app.catalog.forms.answering import AnswerForm, answer_form
from app.contracts.models import ContractHolder, CustomerNumber, Service

TODAY = date(2026, 11, 21)
OWN = ("N200000001", "N700000002")


def choice(code: str) -> Choice:
    """A choice with names in both languages."""
    return Choice(code=code, label_ja=f"選択{code}", label_en=f"Choice {code}")


def field(
    key: str, kind: FieldKind = FieldKind.TEXT, *, offers: str = "", after: str = "", **more: Any
) -> FieldDefinition:
    """A field; ``offers`` are its codes, ``after`` is the field and the codes on which it depends (``kind:a,b``)."""
    if after:
        other, _colon, codes = after.partition(":")
        more["shown_if"] = Condition(field=other, codes=tuple(codes.split(",")))
    return FieldDefinition(
        key=key,
        kind=kind,
        label_ja=f"項目{key}",
        label_en=f"Field {key}",
        choices=tuple(choice(code) for code in offers.split()),
        **more,
    )


def numbers(*known: str) -> Sequence[CustomerNumber]:
    """Customer numbers of a person, with holder and service."""
    service = Service(slug="cs", name_ja="マネージドCSPM", name_en="Managed CSPM")
    return [
        CustomerNumber(number=name, holder=ContractHolder(name="株式会社サンプル"), service=service)
        for name in known
    ]


def sent(
    fields: Sequence[FieldDefinition],
    *typed: tuple[str, str],
    known: Sequence[str] = OWN[:1],
    language: str = "en",
) -> AnswerForm:
    """The form of these fields as somebody has sent it, with a customer number, by the keys of its fields."""
    pairs = [("number", OWN[0]), *((f"f-{key}", value) for key, value in typed)]
    return answer_form(
        FormDefinition(tuple(fields)),
        language=language,
        numbers=numbers(*known),
        today=TODAY,
        formdata=MultiDict(pairs),
    )
