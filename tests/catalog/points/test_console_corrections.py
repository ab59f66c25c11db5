"""Corrections at the desk: one person proposes, another one books or refuses (PT-06)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.ledger import Balances
from app.catalog.models import CorrectionState, PointCorrection
from tests import cast
from tests.catalog.points.test_console_accounts import ACCOUNT, PERIOD, balances, november, post
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import points
from tests.whole_app.rows import KEY

pytestmark = pytest.mark.req("PT-06")

CORRECTIONS = f"{PERIOD}/corrections"
PROPOSED = {
    "correction-form_key": KEY,
    "correction-difference": "＋３",
    "correction-reason": "計上漏れのため",
}


def states(session: Session) -> list[CorrectionState]:
    return list(session.scalars(select(PointCorrection.state).order_by(PointCorrection.id)))


def test_nobody_is_offered_to_decide_on_the_own_proposal(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(november)
    given(points.correction, by="agent")
    [identity] = stored(lambda session: session.scalars(select(PointCorrection.id)).all())
    own = signed_in("agent")
    page = own.get(PERIOD)
    assert "別の担当者の確認待ち" in page.words()
    assert not page.offers(f"{CORRECTIONS}/{identity}/booking")
    with untouched():
        for act in ("booking", "refusal"):
            refused = post(own, f"{CORRECTIONS}/{identity}/{act}", {})
            assert refused.status == 403
            assert "ご自身が起案した訂正です" in refused.alerts()


def test_a_second_person_books_and_the_customer_reads_why(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(november)
    proposer, other = signed_in("agent"), signed_in("lead")
    assert post(proposer, CORRECTIONS, PROPOSED).location == PERIOD
    assert stored(balances) == Balances(contract=55, free=47, held=8)
    assert "計上漏れのため" in other.get(ACCOUNT).words()
    [identity] = stored(lambda session: session.scalars(select(PointCorrection.id)).all())
    assert other.get(PERIOD).offers(f"{CORRECTIONS}/{identity}/booking")
    assert post(other, f"{CORRECTIONS}/{identity}/booking", {}).status == 303
    assert stored(balances) == Balances(contract=55, free=44, held=8, used=3)
    row = signed_in("taro").get(f"/cs/account/points/{cast.CS_NUMBER}/2026-11-01").rows()[-1]
    assert (row["内容"], row["増減"], row["残数"], row["利用可能"], row["理由"]) == (
        "訂正",
        "−3",
        "52",
        "44",
        "計上漏れのため",
    )
    # Booked is booked.
    again = post(other, f"{CORRECTIONS}/{identity}/refusal", {})
    assert again.status == 409
    assert stored(states) == [CorrectionState.BOOKED]


def test_a_second_person_refuses_and_nothing_is_booked(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(november)
    identity = given(points.correction, by="agent")
    assert post(signed_in("lead"), f"{CORRECTIONS}/{identity}/refusal", {}).status == 303
    assert stored(states) == [CorrectionState.REFUSED]
    assert stored(balances) == Balances(contract=55, free=47, held=8)


def test_who_proposed_it_withdraws_it_and_nobody_else_is_offered_that(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(november)
    identity = given(points.correction, by="agent")
    withdrawal = f"{CORRECTIONS}/{identity}/withdrawal"
    lead, own = signed_in("lead"), signed_in("agent")
    assert not lead.get(PERIOD).offers(withdrawal)
    with untouched():
        refused = post(lead, withdrawal, {})
        assert refused.status == 403
        assert "起案した本人だけが取り下げられます" in refused.alerts()
    page = own.get(PERIOD)
    assert own.submit(page, withdrawal).location == PERIOD
    assert stored(states) == [CorrectionState.WITHDRAWN]
    shown = own.get(PERIOD)
    assert not shown.offers(withdrawal)
    assert "取り下げ" in shown.words()
    # A second click, and another person who still has the older page, read what became of it.
    for browser, act in ((own, "withdrawal"), (own, "booking"), (lead, "booking"), (lead, "refusal")):
        late = post(browser, f"{CORRECTIONS}/{identity}/{act}", {})
        assert late.status == 409
        assert "すでに取り下げられています" in late.alerts()
    assert "確認待ちの訂正" not in lead.get("/console/").words()


@pytest.mark.req("REL-04")
def test_a_second_click_proposes_nothing(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    given(november)
    browser = signed_in("agent")
    page = browser.get(PERIOD)
    typed = {"correction__difference": "2", "correction__reason": "計上漏れのため"}
    for _ in range(2):
        assert browser.submit(page, CORRECTIONS, **typed).location == PERIOD
    assert stored(states) == [CorrectionState.PROPOSED]
    other = browser.submit(page, CORRECTIONS, **{**typed, "correction__difference": "3"})
    assert other.status == 422
    assert "別の内容で送信済み" in other.alerts()
    # The form that comes back has a key of its own.
    assert browser.submit(other, CORRECTIONS).location == PERIOD
    assert stored(states) == [CorrectionState.PROPOSED] * 2


def test_who_reads_english_withdraws_in_english(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    given(november)
    identity = given(points.correction, by="cs_agent")
    own = signed_in("cs_agent")
    page = own.get(PERIOD)
    assert "Withdraw" in page.words()
    own.submit(page, f"{CORRECTIONS}/{identity}/withdrawal")
    assert "The correction was withdrawn." in own.get(PERIOD).words()
    assert stored(states) == [CorrectionState.WITHDRAWN]


def test_what_is_no_longer_free_is_not_booked(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    given(november)
    identities = [given(points.correction, by="agent", difference=30) for _ in range(2)]
    lead = signed_in("lead")
    assert post(lead, f"{CORRECTIONS}/{identities[0]}/booking", {}).status == 303
    page = post(lead, f"{CORRECTIONS}/{identities[1]}/booking", {})
    assert page.status == 409
    assert "利用可能なポイントは 17 です" in page.alerts()
    assert stored(states) == [CorrectionState.BOOKED, CorrectionState.PROPOSED]


def test_a_correction_that_cannot_be_is_told_at_its_field(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(november)
    browser = signed_in("agent")
    with untouched():
        for typed, reason, field, says in (
            ("0", "理由", "difference", "0 を除く"),
            ("三", "理由", "difference", "0 を除く"),
            ("1000001", "理由", "difference", "0 を除く"),
            ("48", "理由", "difference", "利用可能なポイントは 47"),
            ("-1", "理由", "difference", "消化したポイントを超えて"),
            ("1", "", "reason", "入力"),
            ("1", "あ" * 501, "reason", "500"),
        ):
            told = {**PROPOSED, "correction-difference": typed, "correction-reason": reason}
            page = post(browser, CORRECTIONS, told)
            assert page.status == 422
            assert says in page.error_at(f"correction-{field}")
            assert page.value("correction-difference") == typed
