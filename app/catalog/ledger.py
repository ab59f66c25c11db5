"""The rules of the point ledger, apart from any storage (PT-04, PT-05, PT-07, PT-09).

A period of a customer number has eight accounts. Every movement takes an amount from one of them and gives it to
another, so entries balance by their form, and the sums of all entries are the balances. Points come into a period from
``CONTRACT`` and ``CARRIED_IN``, and from ``OVERDRAFT`` when the desk lets somebody use what is not there; they are
``FREE``, ``HELD`` for a waiting request or ``USED``, and at the end of the period ``EXPIRED`` or ``CARRIED_OUT``.

At all times: contract + carried in + overdraft = free + held + used + expired + carried out, no account is below zero,
and nothing is free while there is an overdraft. The database holds the same rules (migration 1795254018).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

# What a person can grant, order or correct at once; together with the next limit it keeps sums far from overflow.
MOST_POINTS = 1_000_000
# What an account can hold: a column of 32 bits on PostgreSQL.
HIGHEST_BALANCE = 2**31 - 1


class Account(StrEnum):
    """Where points can be."""

    CONTRACT = "contract"
    CARRIED_IN = "carried_in"
    OVERDRAFT = "overdraft"
    FREE = "free"
    HELD = "held"
    USED = "used"
    EXPIRED = "expired"
    CARRIED_OUT = "carried_out"


# The accounts that points come from; what has left them counts up there.
SOURCES = frozenset({Account.CONTRACT, Account.CARRIED_IN, Account.OVERDRAFT})


class EntryKind(StrEnum):
    """Why points move."""

    GRANT = "grant"
    HOLD = "hold"
    RELEASE = "release"
    USE = "use"
    OVERDRAFT = "overdraft"
    CORRECTION = "correction"
    EXPIRY = "expiry"
    CARRY = "carry"


# What each kind may move from where to where; whatever this does not hold is refused. What comes in settles an
# overdraft before any of it is free.
MOVES: dict[EntryKind, frozenset[tuple[Account, Account]]] = {
    EntryKind.GRANT: frozenset(
        {
            (Account.CONTRACT, Account.FREE),
            (Account.CONTRACT, Account.OVERDRAFT),
            (Account.FREE, Account.CONTRACT),
        }
    ),
    EntryKind.HOLD: frozenset({(Account.FREE, Account.HELD)}),
    EntryKind.RELEASE: frozenset({(Account.HELD, Account.FREE), (Account.HELD, Account.OVERDRAFT)}),
    EntryKind.USE: frozenset({(Account.HELD, Account.USED), (Account.FREE, Account.USED)}),
    EntryKind.OVERDRAFT: frozenset({(Account.OVERDRAFT, Account.USED)}),
    EntryKind.CORRECTION: frozenset(
        {
            (Account.FREE, Account.USED),
            (Account.USED, Account.FREE),
            (Account.USED, Account.OVERDRAFT),
        }
    ),
    EntryKind.EXPIRY: frozenset({(Account.FREE, Account.EXPIRED)}),
    EntryKind.CARRY: frozenset(
        {
            (Account.FREE, Account.CARRIED_OUT),
            (Account.CARRIED_IN, Account.FREE),
            (Account.CARRIED_IN, Account.OVERDRAFT),
        }
    ),
}


class LedgerRefusal(ValueError):
    """A movement that the rules do not allow."""


class NotEnough(LedgerRefusal):
    """Fewer points are free than the movement needs."""

    def __init__(self, *, needed: int, free: int) -> None:
        super().__init__(f"{needed} points are needed, {free} are free.")
        self.needed = needed
        self.free = free


class BookedBefore(LedgerRefusal):
    """The cause has its entries already; nothing is booked twice (REL-04)."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement of ``amount`` points, at least 1."""

    kind: EntryKind
    source: Account
    target: Account
    amount: int

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise LedgerRefusal(f"{self.amount} is no amount to move.")
        if (self.source, self.target) not in MOVES[self.kind]:
            raise LedgerRefusal(f"{self.kind} moves nothing from {self.source} to {self.target}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """How many points each account of a period has; for sources, how many have come from them."""

    contract: int = 0
    carried_in: int = 0
    overdraft: int = 0
    free: int = 0
    held: int = 0
    used: int = 0
    expired: int = 0
    carried_out: int = 0

    @property
    def total(self) -> int:
        """What the period has in all: plan, option, and what was carried in (PT-03)."""
        return self.contract + self.carried_in

    @property
    def left(self) -> int:
        """Total less used, as the guide has it; below zero only by an overdraft (PT-03, PT-05)."""
        return self.total - self.used

    @property
    def available(self) -> int:
        """What a new request can hold: left less held while the period runs; below zero by an overdraft (PT-04)."""
        return self.free - self.overdraft

    @property
    def is_sound(self) -> bool:
        """Tell whether the balances are as the rules want them."""
        values = [getattr(self, account.value) for account in Account]
        comes = self.contract + self.carried_in + self.overdraft
        goes = self.free + self.held + self.used + self.expired + self.carried_out
        is_in_range = min(values) >= 0 and max(values) <= HIGHEST_BALANCE
        return is_in_range and comes == goes and (self.free == 0 or self.overdraft == 0)

    def after(self, posting: Posting) -> "Balances":
        """The balances when ``posting`` is booked.

        :raises LedgerRefusal: if an account would then be below zero or too high, or points free beside an overdraft.
        """
        booked = self.moved(posting.source, posting.target, posting.amount)
        if not booked.is_sound:
            raise LedgerRefusal(f"{posting} does not go with {self}.")
        return booked

    def moved(self, source: Account, target: Account, amount: int) -> "Balances":
        """What a movement would make of the balances, allowed or not; for whoever looks for what is wrong."""
        has = {account.value: int(getattr(self, account.value)) for account in Account}
        for account, change in ((source, -amount), (target, amount)):
            has[account.value] += -change if account in SOURCES else change
        return Balances(**has)


def replay(postings: Iterable[Posting]) -> Balances:
    """The balances that these movements give, from the first one on.

    :raises LedgerRefusal: if one of them was not allowed when it came.
    """
    balances = Balances()
    for posting in postings:
        balances = balances.after(posting)
    return balances


def demand_points(*numbers: int) -> None:
    """Refuse what nobody gives or sets: fewer than no points, or more than ``MOST_POINTS``.

    :raises LedgerRefusal: if one of the numbers is out of that range.
    """
    for number in numbers:
        if not 0 <= number <= MOST_POINTS:
            raise LedgerRefusal(f"{number} is no number of points.")


def grant(balances: Balances, amount: int) -> Sequence[Posting]:
    """Give points of the contract; what is overdrawn is settled first."""
    return _come_in(balances, EntryKind.GRANT, Account.CONTRACT, amount)


def revoke(balances: Balances, amount: int) -> Sequence[Posting]:
    """Take granted points back.

    :raises NotEnough: if fewer are free.
    :raises LedgerRefusal: if fewer were granted; what was carried in is no grant.
    """
    _demand(balances, amount)
    if amount > balances.contract:
        raise LedgerRefusal(f"Only {balances.contract} points were granted.")
    return _some(EntryKind.GRANT, Account.FREE, Account.CONTRACT, amount)


def hold(balances: Balances, amount: int) -> Sequence[Posting]:
    """Put points aside for a request that waits.

    :raises NotEnough: if fewer are free; then nothing is held (PT-05).
    """
    _demand(balances, amount)
    return _some(EntryKind.HOLD, Account.FREE, Account.HELD, amount)


def release(balances: Balances, amount: int) -> Sequence[Posting]:
    """Give back what was put aside for a request."""
    return _come_in(balances, EntryKind.RELEASE, Account.HELD, amount)


def use_held(amount: int) -> Sequence[Posting]:
    """Use what was put aside for a request that is accepted now."""
    return _some(EntryKind.USE, Account.HELD, Account.USED, amount)


def use_free(balances: Balances, amount: int, *, may_overdraw: bool = False) -> Sequence[Posting]:
    """Use points for a request for which none were put aside.

    :param may_overdraw: whether what is missing is booked as an overdraft, which a person has confirmed (PT-05).
    :raises NotEnough: if fewer are free and that was not confirmed.
    """
    if not may_overdraw:
        _demand(balances, amount)
    free = min(amount, balances.free)
    return [
        *_some(EntryKind.USE, Account.FREE, Account.USED, free),
        *_some(EntryKind.OVERDRAFT, Account.OVERDRAFT, Account.USED, amount - free),
    ]


def correct(balances: Balances, difference: int) -> Sequence[Posting]:
    """Make the used points more or fewer by ``difference`` (PT-06).

    :raises NotEnough: if more are taken than are free.
    :raises LedgerRefusal: if more are given back than were used.
    """
    if difference > 0:
        _demand(balances, difference)
        return _some(EntryKind.CORRECTION, Account.FREE, Account.USED, difference)
    if -difference > balances.used:
        raise LedgerRefusal(f"Only {balances.used} points were used.")
    return _come_in(balances, EntryKind.CORRECTION, Account.USED, -difference)


def expire(balances: Balances) -> Sequence[Posting]:
    """Let everything that is free be lost at the end of the period."""
    return _some(EntryKind.EXPIRY, Account.FREE, Account.EXPIRED, balances.free)


def carry_out(balances: Balances) -> Sequence[Posting]:
    """Take everything that is free out of a period that has ended; :func:`carry_in` brings it into the next one."""
    return _some(EntryKind.CARRY, Account.FREE, Account.CARRIED_OUT, balances.free)


def carry_in(balances: Balances, amount: int) -> Sequence[Posting]:
    """Bring what was left of the period before into this one."""
    return _come_in(balances, EntryKind.CARRY, Account.CARRIED_IN, amount)


def _come_in(balances: Balances, kind: EntryKind, source: Account, amount: int) -> Sequence[Posting]:
    settled = min(amount, balances.overdraft)
    return [
        *_some(kind, source, Account.OVERDRAFT, settled),
        *_some(kind, source, Account.FREE, amount - settled),
    ]


def _some(kind: EntryKind, source: Account, target: Account, amount: int) -> Sequence[Posting]:
    """A movement, or none where there is nothing to move."""
    return [Posting(kind, source, target, amount)] if amount else []


def _demand(balances: Balances, amount: int) -> None:
    if balances.available < amount:
        raise NotEnough(needed=amount, free=balances.available)
