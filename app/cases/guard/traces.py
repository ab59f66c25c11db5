"""Numbers, mail addresses, user IDs and phone numbers in a text: taken out by their shape and looked up."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts import phones
from app.accounts.models import Realm, User
from app.cases.guard.findings import Finding, Found
from app.cases.models import Case
from app.contracts.models import CustomerNumber

_TOKEN = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)*")
_SHORTEST_NUMBER, _LONGEST_NUMBER = 3, 20
_MAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,254}")
_PHONE = re.compile(r"(?<![0-9])(?:\+|\(?0)[0-9() .\-]{7,22}[0-9](?![0-9])")
_HYPHENS = re.compile(r"[‐-―−ー]")
_LENGTHS = range(9, 16)
_EXTENSION = ";ext="
# How many are looked up in one question, and of each kind at most; no letter to a customer holds more.
_AT_ONCE = 400
_MOST = 2_000


def traces(session: Session, typed: str, holder_id: int) -> Iterator[Finding]:
    """What in a text leads to another contract holder, as it was typed but for its width."""
    text = unicodedata.normalize("NFKC", typed)
    tokens = _tokens(text.upper())
    foreign = CustomerNumber.holder_id != holder_id
    of_case = select(Case.number).join(CustomerNumber, CustomerNumber.id == Case.customer_number_id)
    yield from _numbers(session, Found.CUSTOMER_NUMBER, tokens, select(CustomerNumber.number).where(foreign))
    yield from _numbers(session, Found.CASE_NUMBER, tokens, of_case.where(foreign))
    yield from _people(session, text, holder_id)


def _tokens(text: str) -> dict[str, str]:
    """What could be a number, in the way numbers are kept, and how it stands in the text."""
    tokens: dict[str, str] = {}
    for match in islice(_TOKEN.finditer(text), _MOST * 2):
        whole = match.group()
        joined = whole.replace("-", "")
        for token in {whole, joined, *whole.split("-")}:
            is_number = any(sign.isdigit() for sign in token)
            if is_number and _SHORTEST_NUMBER <= len(token) <= _LONGEST_NUMBER:
                tokens.setdefault(token, whole if token == joined else token)
    return tokens


def _numbers(
    session: Session, kind: Found, tokens: dict[str, str], foreign: Select[str]
) -> Iterator[Finding]:
    column = foreign.selected_columns[0]
    for part in _parts(tokens):
        for number in session.scalars(foreign.where(column.in_(part)).order_by(column)):
            yield Finding(kind, tokens[number])


def _people(session: Session, text: str, holder_id: int) -> Iterator[Finding]:
    """Users of other holders; what somebody of the own company has as well is theirs."""
    mails = {found.rstrip("."): found.rstrip(".") for found in islice(_mails(text), _MOST)}
    numbers = _phones(text)
    yield from _of_users(session, Found.MAIL, mails, holder_id, (func.lower(User.mail), User.login_key))
    yield from _of_users(
        session,
        Found.PHONE,
        numbers,
        holder_id,
        (_without_extension(User.business_phone), _without_extension(User.mobile_phone)),
    )


def _mails(text: str) -> Iterator[str]:
    return (found.group() for found in _MAIL.finditer(text.casefold()))


def _phones(text: str) -> dict[str, str]:
    """What can be read as a phone number, as it is kept, and how it stands in the text."""
    found: dict[str, str] = {}
    for match in islice(_PHONE.finditer(_HYPHENS.sub("-", text)), _MOST):
        digits = sum(sign.isdigit() for sign in match.group())
        if digits not in _LENGTHS:
            continue
        kept = phones.kept_or_typed(match.group())
        if phones.KEPT.fullmatch(kept):
            found.setdefault(kept.partition(_EXTENSION)[0], match.group())
    return found


def _without_extension(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """A kept phone number without its extension: the digits behind ``;ext=`` are taken off, then the mark itself."""
    taken_off = func.replace(func.rtrim(column, "0123456789"), _EXTENSION, "")
    return case((column.contains(_EXTENSION), taken_off), else_=column)


def _of_users(
    session: Session,
    kind: Found,
    candidates: dict[str, str],
    holder_id: int,
    columns: Sequence[ColumnElement[str] | InstrumentedAttribute[str]],
) -> Iterator[Finding]:
    for part in _parts(candidates):
        rows = session.execute(
            select(User.holder_id, *columns)
            .where(User.realm == Realm.CUSTOMER, or_(*(column.in_(part) for column in columns)))
            .order_by(User.id)
        ).all()
        own = {value for row in rows if row[0] == holder_id for value in row[1:]}
        foreign = {value for row in rows if row[0] != holder_id for value in row[1:]}
        for value in sorted((foreign - own) & set(part)):
            yield Finding(kind, candidates[value])


def _parts(candidates: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(candidates)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
