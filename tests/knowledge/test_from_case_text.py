"""What of a case goes into an article and from which cases; bases and categories by their actions (KB-15)."""

import pytest
from sqlalchemy.orm import Session

from app.authz import Forbidden
from app.cases.lifecycle import CaseState
from app.cases.queries import get_for
from app.knowledge.actions import bases
from app.knowledge.from_case import can_be_made_of, text_of
from app.knowledge.lifecycle import NotPossible
from app.knowledge.models import KnowledgeBase
from app.knowledge.standing import StaleVersion, categories_of
from tests import cast
from tests.conftest import Given, SignedIn
from tests.factories import cases, knowledge

HERE = "/console/knowledge"
POSSIBLE = (CaseState.RESOLVED, CaseState.CLOSED)


@pytest.mark.req("KB-15")
@pytest.mark.parametrize("state", list(CaseState))
def test_only_what_is_resolved_or_closed_is_worth_telling(session: Session, state: CaseState) -> None:
    case = cases.case_of(session, cases.in_state(session, state))
    assert can_be_made_of(case) is (state in POSSIBLE)


@pytest.mark.req("KB-15", "SEC-26")
def test_open_foreign_and_absent_cases_look_the_same(given: Given, signed_in: SignedIn) -> None:
    opened = given(cases.in_state, CaseState.IN_PROGRESS)
    foreign = given(cases.in_state, CaseState.CLOSED, number=cast.CHARLIE_NUMBER)
    ichika = signed_in("cs_agent")
    answers = [ichika.get(f"{HERE}/from-case/{number}") for number in (opened, foreign, "CS9999999")]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.words() for answer in answers}) == 1


@pytest.mark.req("KB-15", "DESK-04")
def test_public_texts_alone_come_in_their_order_without_names(session: Session) -> None:
    number = cases.in_state(session, CaseState.IN_PROGRESS)
    cases.comment(session, number, f"佐藤 花子様\n一つ目: {cast.SAMPLE} の {number}")
    cases.note(session, number, "社内だけの話")
    cases.comment(session, number, f"Dear Hanako,\n二つ目: {cast.CS_NUMBER}")
    text = text_of(session, get_for(session, cast.actor_of(session, "agent"), number))
    assert text.index("一つ目") < text.index("二つ目")
    for left_out in ("社内だけの話", "佐藤", "Hanako", cast.SAMPLE, cast.CS_NUMBER, number):
        assert left_out not in text


def a_base(session: Session, slug: str | None = "cs") -> KnowledgeBase:
    owner = knowledge.service(session, slug) if slug else None
    return bases.add_base(session, actor=knowledge.MAKER, service=owner, name_ja="手引き", name_en="Guides")


@pytest.mark.req("KB-15", "ROLE-05")
@pytest.mark.parametrize(
    ("name", "slug"), [("agent", "cs"), ("cs_agent", "fm"), ("hanako", "cs"), ("agent", None)]
)
def test_only_leads_keep_bases_and_categories(session: Session, name: str, slug: str | None) -> None:
    who, base = cast.actor_of(session, name), a_base(session, slug)
    with pytest.raises(Forbidden):
        bases.edit_base(session, base, actor=who, name_ja="x", name_en="x")
    with pytest.raises(Forbidden):
        bases.add_category(session, actor=who, base=base, name_ja="x", name_en="x")
    with pytest.raises(Forbidden):
        bases.remove_base(session, base, actor=who)
    assert (base.name_ja, categories_of(session, base)) == ("手引き", [])


@pytest.mark.req("KB-15", "KB-13")
def test_categories_are_put_in_order_and_stop_at_both_ends(session: Session) -> None:
    lead, base = cast.actor_of(session, "lead"), a_base(session)
    made = [
        bases.add_category(
            session, actor=lead, base=base, code=code, name_ja="章", name_en="Part", position=place
        )
        for place, code in enumerate(("01", "02", "03"))
    ]
    for moved, by, expected in ((0, -1, "010203"), (0, 1, "020103"), (2, 1, "020103"), (2, -2, "030201")):
        bases.move_category(session, made[moved], actor=lead, by=by)
        session.flush()
        assert "".join(each.code for each in categories_of(session, base)) == expected


@pytest.mark.req("KB-15", "REL-05")
def test_names_of_before_are_refused_and_what_holds_articles_stays(session: Session) -> None:
    lead = cast.actor_of(session, "lead")
    category = knowledge.category(session)
    base = session.get_one(KnowledgeBase, category.base_id)
    seen = base.version
    bases.edit_base(session, base, actor=lead, name_ja="新", name_en="New", version=seen)
    with pytest.raises(StaleVersion):
        bases.edit_base(session, base, actor=lead, name_ja="旧", name_en="Old", version=seen)
    assert base.name_ja == "新"
    knowledge.article(session, of=category, is_published=False)
    with pytest.raises(NotPossible):
        bases.remove_category(session, category, actor=lead)
    with pytest.raises(NotPossible):
        bases.remove_base(session, base, actor=lead)
    assert list(categories_of(session, base)) == [category]
