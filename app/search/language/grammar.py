"""Signs joined into a tree: OR binds least, then AND and mere neighbourhood, then NOT and prefixes; never an error.

An operator with nothing to join joins nothing; if there is nothing but operators, they are words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.search.language.signs import OPERANDS, Kind, Sign


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word or a phrase, with the prefix that stood before it, or ``""``."""

    sign: Sign
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class All:
    """Everything in it is asked for."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of what is in it is asked for."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What is in it is to be left out."""

    part: "Node"


Node = Leaf | All | Any | Not


def tree_of(signs: Sequence[Sign]) -> Node | None:
    """The tree of balanced signs, or ``None`` where there is no word at all."""
    if not any(sign.kind in OPERANDS for sign in signs):
        # Whoever types OR alone looks for the word.
        spelled = [sign for sign in signs if sign.text.isalpha()]
        signs = [replace(sign, kind=Kind.WORD) for sign in spelled]
    return _Reader(signs).alternatives()


def _joined(parts: Sequence[Node | None], join: type[All] | type[Any]) -> Node | None:
    found = tuple(part for part in parts if part is not None)
    if len(found) < 2:  # noqa: PLR2004 - one part needs no joining
        return found[0] if found else None
    return join(found)


class _Reader:
    """Reads signs from left to right; how deep it calls itself is bounded by the depth of parentheses."""

    def __init__(self, signs: Sequence[Sign]) -> None:
        self._signs = signs
        self._at = 0

    def alternatives(self) -> Node | None:
        parts = [self._neighbours()]
        while self._next is Kind.OR:
            self._take()
            parts.append(self._neighbours())
        return _joined(parts, Any)

    @property
    def _next(self) -> Kind | None:
        return self._signs[self._at].kind if self._at < len(self._signs) else None

    def _take(self) -> Sign:
        self._at += 1
        return self._signs[self._at - 1]

    def _neighbours(self) -> Node | None:
        parts: list[Node | None] = []
        while self._next not in {None, Kind.OR, Kind.CLOSE}:
            parts.append(self._one())
        return _joined(parts, All)

    def _one(self) -> Node | None:
        is_left_out, prefix = False, ""
        while self._next in {Kind.NOT, Kind.AND, Kind.PREFIX}:
            sign = self._take()
            is_left_out ^= sign.kind is Kind.NOT
            prefix = sign.text if sign.kind is Kind.PREFIX else prefix
        if self._next in {None, Kind.OR, Kind.CLOSE}:
            return None
        sign = self._take()
        if sign.kind is Kind.OPEN:
            found = self.alternatives()
            self._take()
        else:
            found = Leaf(sign)
        if found is None:
            return None
        found = _within(found, prefix)
        return Not(found) if is_left_out else found


def _within(node: Node, prefix: str) -> Node:
    """The node with a prefix for all words in it that have none of their own."""
    if not prefix:
        return node
    if isinstance(node, Leaf):
        return node if node.prefix else replace(node, prefix=prefix)
    if isinstance(node, Not):
        return Not(_within(node.part, prefix))
    return replace(node, parts=tuple(_within(part, prefix) for part in node.parts))
