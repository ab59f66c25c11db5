"""The rules of the ledger: whatever is done in whatever order, they keep what they promise."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.catalog import ledger
from app.catalog.ledger import (
    HIGHEST_BALANCE,
    MOVES,
    SOURCES,
    Account,
    Balances,
    EntryKind,
    LedgerRefusal,
    NotEnough,
    Posting,
)

AMOUNTS = st.integers(min_value=1, max_value=40)


class Period(RuleBasedStateMachine):
    """A period to which anything happens: what is refused changes nothing, what is booked keeps the rules."""

    def __init__(self) -> None:
        super().__init__()
        self.postings: list[Posting] = []
        self.balances = Balances()
        self.waiting: list[int] = []

    def book(self, postings: Sequence[Posting]) -> None:
        for posting in postings:
            self.balances = self.balances.after(posting)
        self.postings += postings

    @rule(amount=AMOUNTS)
    def grant(self, amount: int) -> None:
        self.book(ledger.grant(self.balances, amount))

    @rule(amount=AMOUNTS)
    def revoke(self, amount: int) -> None:
        if amount > self.balances.available:
            with pytest.raises(NotEnough):
                ledger.revoke(self.balances, amount)
        elif amount > self.balances.contract:
            with pytest.raises(LedgerRefusal):
                ledger.revoke(self.balances, amount)
        else:
            self.book(ledger.revoke(self.balances, amount))

    @rule(amount=AMOUNTS)
    def submit(self, amount: int) -> None:
        if amount > self.balances.available:
            with pytest.raises(NotEnough) as refusal:
                ledger.hold(self.balances, amount)
            assert (refusal.value.needed, refusal.value.free) == (amount, self.balances.available)
        else:
            self.book(ledger.hold(self.balances, amount))
            self.waiting.append(amount)

    @precondition(lambda self: self.waiting)
    @rule()
    def accept(self) -> None:
        self.book(ledger.use_held(self.waiting.pop(0)))

    @precondition(lambda self: self.waiting)
    @rule()
    def reject(self) -> None:
        self.book(ledger.release(self.balances, self.waiting.pop()))

    @rule(amount=AMOUNTS, may_overdraw=st.booleans())
    def accept_what_is_not_held(self, amount: int, *, may_overdraw: bool) -> None:
        if not may_overdraw and amount > self.balances.available:
            with pytest.raises(NotEnough):
                ledger.use_free(self.balances, amount)
        else:
            self.book(ledger.use_free(self.balances, amount, may_overdraw=may_overdraw))

    @rule(difference=st.integers(min_value=-40, max_value=40))
    def correct(self, difference: int) -> None:
        if difference > max(self.balances.available, 0) or -difference > self.balances.used:
            with pytest.raises(LedgerRefusal):
                ledger.correct(self.balances, difference)
        else:
            self.book(ledger.correct(self.balances, difference))

    @rule()
    def expire(self) -> None:
        self.book(ledger.expire(self.balances))
        assert self.balances.free == 0

    @rule()
    def carry_on(self) -> None:
        self.book(ledger.carry_out(self.balances))
        assert self.balances.free == 0

    @rule(amount=AMOUNTS)
    def carry_in(self, amount: int) -> None:
        self.book(ledger.carry_in(self.balances, amount))

    @invariant()
    def the_rules_hold(self) -> None:
        assert self.balances.is_sound
        assert self.balances.held == sum(self.waiting)
        if self.balances.left < 0:
            assert self.balances.overdraft > 0
            assert any(posting.kind is EntryKind.OVERDRAFT for posting in self.postings)

    def teardown(self) -> None:
        assert self.balances == ledger.replay(self.postings)


Period.TestCase.settings = settings(max_examples=60, stateful_step_count=20)


# Hypothesis makes the class that pytest finds and runs.
TestAnySequence = pytest.mark.req("PT-04", "PT-05", "PT-06", "PT-07", "PT-09", "REL-06", "F12")(
    Period.TestCase
)


@pytest.mark.req("PT-05", "REL-06")
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(sorted((kind, *move) for kind in EntryKind for move in MOVES[kind])), AMOUNTS
        ),
        max_size=20,
    )
)
@settings(max_examples=100)
def test_no_legal_movement_leaves_the_rules(
    moves: list[tuple[tuple[EntryKind, Account, Account], int]],
) -> None:
    """Movements in any order, not those that the functions choose: each is sound or refused."""
    balances = Balances()
    for (kind, source, target), amount in moves:
        try:
            balances = balances.after(Posting(kind, source, target, amount))
        except LedgerRefusal:
            continue
        assert balances.is_sound


@pytest.mark.req("PT-07", "REL-06")
def test_what_no_kind_moves_is_no_movement() -> None:
    refused = 0
    for kind, source, target in product(EntryKind, Account, Account):
        if (source, target) not in MOVES[kind]:
            refused += 1
            with pytest.raises(LedgerRefusal):
                Posting(kind, source, target, 1)
    assert refused == len(EntryKind) * len(Account) ** 2 - sum(map(len, MOVES.values()))
    assert not any(
        target in SOURCES and kind is EntryKind.USE for kind in EntryKind for _, target in MOVES[kind]
    )


@pytest.mark.req("PT-07")
@pytest.mark.parametrize("amount", [0, -1, -(10**9)])
def test_nothing_and_less_is_no_amount(amount: int) -> None:
    with pytest.raises(LedgerRefusal):
        Posting(EntryKind.HOLD, Account.FREE, Account.HELD, amount)
    assert ledger.hold(Balances(contract=5, free=5), 0) == []
    for act in (ledger.hold, ledger.revoke, ledger.grant, ledger.carry_in):
        if amount < 0:
            with pytest.raises(LedgerRefusal):
                act(Balances(contract=5, free=5), amount)


@pytest.mark.req("REL-06")
def test_no_account_outgrows_its_column() -> None:
    full = Balances(contract=HIGHEST_BALANCE, free=HIGHEST_BALANCE)
    assert full.is_sound
    with pytest.raises(LedgerRefusal):
        full.after(*ledger.grant(full, 1))


@pytest.mark.req("PT-03", "PT-04")
def test_left_and_free_as_the_customer_reads_them() -> None:
    balances = ledger.replay(
        [
            *ledger.grant(Balances(), 55),
            *ledger.hold(Balances(contract=55, free=55), 8),
            *ledger.use_held(8),
            *ledger.hold(Balances(contract=55, free=47), 5),
        ]
    )
    assert (balances.total, balances.used, balances.left) == (55, 8, 47)
    assert (balances.held, balances.available) == (5, 42)


@pytest.mark.req("PT-05")
def test_what_comes_in_settles_an_overdraft_first() -> None:
    owing = ledger.replay(ledger.use_free(Balances(), 8, may_overdraw=True))
    assert (owing.left, owing.available) == (-8, -8)
    granted = owing
    for posting in ledger.grant(owing, 10):
        granted = granted.after(posting)
    assert granted == Balances(contract=10, free=2, used=8)
    # Points that are overdrawn are never free beside it, in whatever way somebody writes them.
    with pytest.raises(LedgerRefusal):
        owing.after(Posting(EntryKind.GRANT, Account.CONTRACT, Account.FREE, 10))


@pytest.mark.req("PT-06")
def test_a_correction_takes_no_more_than_is_free_and_gives_no_more_than_was_used() -> None:
    balances = Balances(contract=10, free=3, held=3, used=4)
    assert balances.after(*ledger.correct(balances, 3)).used == 7
    with pytest.raises(NotEnough):
        ledger.correct(balances, 4)
    assert balances.after(*ledger.correct(balances, -4)).free == 7
    with pytest.raises(LedgerRefusal):
        ledger.correct(balances, -5)
    assert ledger.correct(balances, 0) == []


@pytest.mark.req("PT-05", "PT-06")
def test_a_correction_gives_back_what_was_overdrawn_first() -> None:
    owing = Balances(contract=10, used=13, overdraft=3)
    postings = ledger.correct(owing, -5)
    assert [(item.target, item.amount) for item in postings] == [(Account.OVERDRAFT, 3), (Account.FREE, 2)]
    with pytest.raises(NotEnough) as refusal:
        ledger.correct(owing, 1)
    assert refusal.value.free == -3
