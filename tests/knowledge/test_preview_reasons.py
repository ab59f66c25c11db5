"""The preview as one customer: each reason why an article is not visible, and nothing written by looking (KB-15)."""

import pytest
from sqlalchemy.orm import Session

from app.knowledge.actions.publishing import withdraw
from tests import cast
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import knowledge

HERE = "/console/knowledge"
BODY = "接続してください。"


def made(session: Session, kind: str) -> str:
    """An article of fm that stands as ``kind`` says; its number."""
    sample = knowledge.readers(session, "fm", holder=cast.SAMPLE)
    readers = {"nobody": [], "sample": [sample]}.get(kind)
    article = knowledge.article(session, slug="fm", body=BODY, for_whom=readers, is_published=kind != "draft")
    if kind == "withdrawn":
        withdraw(session, article, actor=knowledge.MAKER)
    return article.number


def id_of(session: Session, name: str) -> int:
    return cast.person(session, name).id


@pytest.mark.req("KB-15", "SEC-26")
def test_foreign_and_absent_articles_have_no_preview(given: Given, signed_in: SignedIn) -> None:
    number = given(made, "sample")
    ichika, hanako = signed_in("cs_agent"), signed_in("hanako")
    foreign = ichika.get(f"{HERE}/{number}/preview")
    absent = ichika.get(f"{HERE}/KB9999999/preview")
    assert (foreign.status, foreign.words()) == (absent.status, absent.words())
    assert foreign.status == 404
    # A customer is led to the desk's door, as for any of its addresses.
    led = hanako.get(f"{HERE}/{number}/preview?number={cast.FM_NUMBER}")
    assert led.status == 303
    assert led.location.startswith("/console/login")


@pytest.mark.req("KB-15", "KB-12", "SEC-49")
@pytest.mark.parametrize(
    ("kind", "number", "said"),
    [
        ("draft", cast.FM_NUMBER, "まだ公開されていません"),
        ("withdrawn", cast.FM_NUMBER, "取り下げ"),
        ("nobody", cast.FM_NUMBER, "閲覧者が設定されていません"),
        ("sample", cast.CHARLIE_NUMBER, "閲覧者に含まれていません"),
        ("sample", cast.CS_NUMBER, "閲覧者に含まれていません"),
        ("sample", cast.FM_NUMBER, BODY),
    ],
)
def test_each_reason_is_said_and_looking_writes_nothing(
    given: Given, signed_in: SignedIn, untouched: Untouched, kind: str, number: str, said: str
) -> None:
    article = given(made, kind)
    agent = signed_in("agent")
    with untouched():
        shown = agent.get(f"{HERE}/{article}/preview?number={number.lower()}")
    assert shown.status == 200
    assert said in shown.words()
    assert (BODY in shown.words()) is (said == BODY)


@pytest.mark.req("KB-15", "KB-12")
def test_one_user_of_a_number_is_looked_at_and_nobody_of_another(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    article = given(made, "sample")
    agent = signed_in("agent")
    here = f"{HERE}/{article}/preview?number={cast.FM_NUMBER}"
    jiro, charlie = given(id_of, "jiro"), given(id_of, "charlie")
    with untouched():
        assert BODY in agent.get(f"{here}&user={jiro}").words()
        # Who does not belong to the number is nobody here; any of its users is shown instead.
        other = agent.get(f"{here}&user={charlie}")
    assert BODY in other.words()
    assert "光 一郎" not in other.words()
