"""What the desk does with versions and articles: who may, in which state, what readers see, who is told (KB-15)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal import JournalEvent
from app.knowledge.actions.reviewing import submit
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.lifecycle import ArticleState, VersionState
from app.knowledge.models import Article, ArticleVersion
from app.knowledge.standing import in_the_making
from tests import cast
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import knowledge

HERE = "/console/knowledge"


def version(session: Session) -> ArticleVersion | None:
    article = session.scalars(select(Article).order_by(Article.id.desc()).limit(1)).one()
    return in_the_making(session, article, "ja")


def state(session: Session) -> ArticleState:
    return session.scalars(select(Article.state).order_by(Article.id.desc()).limit(1)).one()


def agents_draft(session: Session, *, body: str = "新しい手順", to_review: bool = False) -> str:
    """A published article with a new draft by an agent; its number."""
    article = knowledge.article(session, title="手順", body="古い手順です。")
    agent = cast.actor_of(session, "agent")
    content = Content(title="手順 改", body=body, html=f"<p>{body}</p>", remark="直しました")
    written = write_version(session, article, actor=agent, language="ja", content=content)
    if to_review:
        submit(session, article, written, actor=agent)
    return article.number


def draft_alone(session: Session) -> str:
    return knowledge.article(session, is_published=False).number


def kinds(session: Session) -> list[str]:
    rows = select(JournalEvent.kind).where(JournalEvent.subject_type == "article")
    return list(session.scalars(rows.order_by(JournalEvent.id)))


@pytest.mark.req("KB-15", "ROLE-02")
def test_an_agent_may_not_decide_what_customers_see(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    number = given(agents_draft, to_review=True)
    agent = signed_in("agent")
    here = f"{HERE}/{number}"
    page = agent.get(here)
    with untouched():
        for act in ("ja/publication", "ja/return", "withdrawal", "offer", "readers"):
            assert not page.offers(f"{here}/{act}")
            assert agent.act(f"{here}/{act}", **{"return-remark": "x", "readers": "nobody"}).status == 403
        for address in (f"{here}/ja/publication", f"{here}/readers", f"{HERE}/bases/"):
            assert agent.get(address).status == 403
        assert agent.act(f"{HERE}/bases/").status == 403


@pytest.mark.req("KB-15", "MAIL-02")
def test_a_draft_goes_to_review_and_back_with_a_remark(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    number = given(agents_draft)
    here = f"{HERE}/{number}"
    agent, lead = signed_in("agent"), signed_in("lead")
    assert agent.submit(agent.get(here), f"{here}/ja/submission").status == 303
    assert stored(lambda s: version(s).state) is VersionState.REVIEW  # type: ignore[union-attr]  # It is there.
    sent = outbox()[-1]
    assert sent.to == "lead@desk.example"
    assert "レビューのお願い" in sent.subject
    assert "直しました" in sent.text
    assert [row["記事番号"] for row in lead.get(f"{HERE}/?view=review").rows()] == [number]
    assert lead.submit(lead.get(here), f"{here}/ja/return", return__remark="").status == 422
    assert lead.submit(lead.get(here), f"{here}/ja/return", return__remark="図を足してください").status == 303
    assert stored(lambda s: version(s).state) is VersionState.DRAFT  # type: ignore[union-attr]  # As above.
    back = outbox()[-1]
    assert back.to == "agent@desk.example"
    assert "図を足してください" in back.text
    assert "図を足してください" in agent.get(here).words()


@pytest.mark.req("KB-15", "REL-05")
def test_publishing_shows_what_changes_then_readers_have_it(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox, untouched: Untouched
) -> None:
    number = given(agents_draft, body="新しい手順です。", to_review=True)
    here, act = f"{HERE}/{number}", f"{HERE}/{number}/ja/publication"
    lead, hanako = signed_in("lead"), signed_in("hanako")
    page = lead.get(act)
    assert [page.words(item) for item in page.all("del")] == ["［削除: 古 ］"]
    assert [page.words(item) for item in page.all("ins")] == ["［追加: 改 ］", "［追加: 新し ］"]
    assert "古い手順です。" in hanako.get(f"/cs/knowledge/{number}").words()
    given(_write_again)
    with untouched():
        stale = lead.submit(page, act)
    assert stale.status == 409
    assert lead.submit(stale, act).location == f"{here}?language=ja"
    assert stored(state) is ArticleState.PUBLISHED
    shown = hanako.get(f"/cs/knowledge/{number}").words()
    assert "三つ目の手順です。" in shown
    assert "古い手順です。" not in shown
    assert "公開のお知らせ" in outbox()[-1].subject
    with untouched():
        assert lead.submit(stale, act).status == 409
        assert lead.get(act).status == 409


def _write_again(session: Session) -> None:
    found = version(session)
    assert found is not None
    article = session.get_one(Article, found.article_id)
    content = Content(title="手順 改", body="三つ目の手順です。", html="<p>三つ目の手順です。</p>")
    agent = cast.actor_of(session, "agent")
    write_version(session, article, actor=agent, language="ja", content=content)


@pytest.mark.req("KB-15", "DESK-04")
def test_what_names_a_customer_is_published_only_when_it_was_looked_at(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    number = given(agents_draft, body=f"{cast.HIKARI}様 {cast.CHARLIE_NUMBER} の件です。")
    act = f"{HERE}/{number}/ja/publication"
    lead = signed_in("lead")
    page = lead.get(act)
    assert cast.CHARLIE_NUMBER in page.words()
    with untouched():
        stopped = lead.submit(page, act)
    assert stopped.status == 422
    assert cast.HIKARI in stopped.words()
    box = next(item for item in stopped.all("input", name="confirmed"))
    assert lead.submit(stopped, act, confirmed=box.get("value")).status == 303
    assert "article.guard_overruled" in stored(kinds)


@pytest.mark.req("KB-15")
def test_a_draft_is_discarded_and_a_second_time_it_is_too_late(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    number = given(agents_draft)
    here = f"{HERE}/{number}"
    agent = signed_in("agent")
    page = agent.get(here)
    assert agent.submit(page, f"{here}/ja/removal").status == 303
    assert stored(version) is None
    with untouched():
        assert agent.submit(page, f"{here}/ja/removal").status == 409
        assert agent.submit(page, f"{here}/ja/submission").status == 409
    assert "古い手順です。" in signed_in("hanako").get(f"/cs/knowledge/{number}").words()


@pytest.mark.req("KB-03", "KB-15")
def test_withdrawn_it_is_gone_and_offered_again_it_is_as_it_was(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    number = given(agents_draft)
    here = f"{HERE}/{number}"
    lead, hanako = signed_in("lead"), signed_in("hanako")
    page = lead.get(here)
    assert lead.submit(page, f"{here}/withdrawal").status == 303
    assert hanako.get(f"/cs/knowledge/{number}").status == 404
    with untouched():
        assert lead.submit(page, f"{here}/withdrawal").status == 409
    assert lead.submit(lead.get(here), f"{here}/offer").status == 303
    assert stored(state) is ArticleState.PUBLISHED
    assert "古い手順です。" in hanako.get(f"/cs/knowledge/{number}").words()
    with untouched():
        assert lead.act(f"{here}/offer").status == 409


@pytest.mark.req("KB-15")
def test_versions_are_compared_and_an_old_one_is_a_draft_again(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    number = given(agents_draft, body="新しい手順です。")
    here, versions = f"{HERE}/{number}", f"{HERE}/{number}/ja/versions"
    agent = signed_in("agent")
    page = agent.get(f"{versions}?old=1&new=2")
    assert page.all("del")
    assert page.all("ins")
    assert agent.get(versions).words() == page.words()
    for wrong in ("?old=9", "?new=x", "?new=99999999"):
        assert agent.get(f"{versions}{wrong}").status == 404
    assert agent.get(f"{here}/en/versions").status == 404
    with untouched():
        # What is in the making would be lost.
        assert agent.act(f"{versions}/1/restoration").status == 409
        assert agent.act(f"{versions}/9/restoration").status == 404
    given(_publish)
    assert agent.submit(agent.get(here), f"{versions}/1/restoration").status == 303
    restored = stored(version)
    assert restored is not None
    assert (restored.number, restored.body, restored.state) == (3, "古い手順です。", VersionState.DRAFT)


def _publish(session: Session) -> None:
    found = version(session)
    assert found is not None
    knowledge.publish_all(session, session.get_one(Article, found.article_id))
