"""Phone numbers: taken as people type them, kept in one form, shown as people of the country read them."""

import pytest
from sqlalchemy.orm import Session

from app.accounts import phones

pytestmark = pytest.mark.req("CONTACT-02", "PROF-03")

TAKEN = {
    "03-1234-5678": ("+81312345678", "03-1234-5678"),
    "０３－１２３４－５６７８": ("+81312345678", "03-1234-5678"),
    "03(1234)5678": ("+81312345678", "03-1234-5678"),
    " 03 1234 5678 ": ("+81312345678", "03-1234-5678"),
    "03−1234−5678": ("+81312345678", "03-1234-5678"),
    "０９０ー１２３４ー５６７８": ("+819012345678", "090-1234-5678"),
    "+81 3 1234 5678": ("+81312345678", "03-1234-5678"),
    "0120-444-444": ("+81120444444", "0120-444-444"),
    "03-0000-0000": ("+81300000000", "03-0000-0000"),
    "+1 415 555 2671": ("+14155552671", "+1 415-555-2671"),
    "+44 20 7946 0958": ("+442079460958", "+44 20 7946 0958"),
    "010-1-415-555-2671": ("+14155552671", "+1 415-555-2671"),
    "03-1234-5678 内線123": ("+81312345678;ext=123", "03-1234-5678 内線 123"),
    "03-1234-5678（内線 123）": ("+81312345678;ext=123", "03-1234-5678 内線 123"),
    "03-1234-5678 ext. 12": ("+81312345678;ext=12", "03-1234-5678 内線 12"),
    "": ("", ""),
    "   ": ("", ""),
}
REFUSED = [
    "123",
    "abc",
    "call 03-1234-5678",
    "03-1234-5678 / 090-1234-5678",
    "0081-3-1234-5678",
    "090-1234-56789012",
    "0120-FLOWER",
    "03\0-1234-5678",
    "\u202e03-1234-5678",
    "مرحبا",
    "1" * 61,
    "(" * 5_000,
    " " * 5_000 + "内線",
]


@pytest.mark.parametrize("typed", TAKEN)
def test_it_is_kept_in_one_form_and_shown_as_in_its_country(session: Session, typed: str) -> None:
    kept, shown = TAKEN[typed]
    del session
    assert phones.normalise(typed) == phones.kept_or_typed(typed) == kept
    assert phones.shown(kept) == shown
    assert phones.normalise(kept) == kept
    assert phones.normalise(shown) == kept
    assert len(kept) <= phones.LONGEST


@pytest.mark.parametrize("typed", REFUSED, ids=lambda typed: repr(typed)[:20])
def test_what_is_no_number_is_refused_and_left_as_typed(typed: str) -> None:
    with pytest.raises(phones.NoPhoneNumber):
        phones.normalise(typed)
    assert phones.kept_or_typed(typed) == typed
    assert phones.shown(typed) == typed
    assert not phones.is_kept(typed)
