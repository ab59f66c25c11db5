"""The rows of the matrix: who gets what from which address.

A row names a route, an address of it, the fields it takes, and the answer for everybody. Whoever is not named
gets ``otherwise``. The answers:

- ``ok``: the page (200);
- ``done``: the act is done and leads on (303);
- ``typed``: the form comes back with what was wrong (422);
- ``login``: first sign in (303 to the shell's own door);
- ``no``: a known person without the right (403);
- ``gone``: nothing here, foreign and absent alike (404);
- ``late``: the state does not allow it (409);
- ``kept``: what the page sends by itself was taken, or there is nothing new (204);
- ``out``: it was sent by the page of somebody who is signed out (401, without a word).

The people are those of ``tests/cast.py``: hanako and taro own the cs cases, hanako and jiro those of fm, alice
and charlie are strangers of other companies, kaito was disabled with his session still in his browser.
"""

from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

DESK = "agent cs_agent lead admin"
FM_DESK = "agent lead admin"
KEY = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One address and everybody's answer."""

    endpoint: str
    method: str = "GET"
    address: str
    otherwise: str
    ok: str = ""
    done: str = ""
    no: str = ""
    gone: str = ""
    typed: str = ""
    late: str = ""
    kept: str = ""
    # A failed try is a fact of its own: it is counted although the answer is a refusal.
    counts: bool = False
    fields: dict[str, str] = field(default_factory=dict)

    def answer_for(self, name: str) -> str:
        """The answer a person gets."""
        named = {name: getattr(self, name) for name in ("ok", "done", "no", "gone", "typed", "late", "kept")}
        return next((answer for answer, names in named.items() if name in names.split()), self.otherwise)


class Answers(TypedDict, total=False):
    """Who gets which answer; names with a blank between them."""

    ok: str
    done: str
    no: str
    gone: str
    typed: str
    late: str
    kept: str


def public(endpoint: str, address: str) -> Row:
    """A page that is the same for all."""
    return Row(endpoint=endpoint, address=address, otherwise="ok")


def portal(endpoint: str, address: str, **answers: Unpack[Answers]) -> Row:
    """A page of a portal; whoever is no customer of the service is sent to its door."""
    return Row(endpoint=f"portal.{endpoint}", address=address, otherwise="login", **answers)


def console(endpoint: str, address: str, **answers: Unpack[Answers]) -> Row:
    """A page of the console; whoever is no agent is sent to its door."""
    return Row(endpoint=f"console.{endpoint}", address=address, otherwise="login", **answers)


def quiet(row: Row) -> Row:
    """The row of a request that the page sends by itself: whoever is signed out is led nowhere."""
    return replace(row, otherwise="out")


def act(row: Row, **fields: str) -> Row:
    """The row as an act with these fields."""
    return replace(row, method="POST", fields=fields)


CS_OWNERS, CS_OTHERS = "hanako taro", "alice"
FM_OWNERS, FM_OTHERS = "hanako jiro", "alice charlie"
CS_ALL, FM_ALL = f"{CS_OWNERS} {CS_OTHERS}", f"{FM_OWNERS} {FM_OTHERS}"
