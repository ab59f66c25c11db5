"""New announcements: of an article that there is or of one written at once, and everything that is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.announcements.models import Announcement
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import Article, ArticleAudience
from tests import cast
from tests.announcements.test_home import banners, panel
from tests.announcements.typed import NEW, NOTICE, key_of, placing
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import knowledge

pytestmark = pytest.mark.req("ANN-05")


def announcements(session: Session) -> list[Announcement]:
    return list(session.scalars(select(Announcement).order_by(Announcement.id)))


def test_an_article_that_there_is_stands_where_and_when_it_was_said(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(lambda session: knowledge.article(session, title="既存の記事").number)
    client = signed_in("lead")
    typed = {**key_of(client), "source": "existing", "article": number.lower(), **placing(has_banner=None)}
    assert client.post(NEW, typed).location == "/console/announcements/"
    # A second click makes none.
    assert client.post(NEW, typed).location == "/console/announcements/"
    (made,) = stored(announcements)
    assert (made.in_panel, made.has_banner, made.is_mailed) == (True, False, False)
    page = signed_in("hanako").get("/cs/")
    assert [title for title, _ in panel(page)] == ["既存の記事"]
    assert banners(page) == []


@pytest.mark.req("KB-15", "SEC-49")
def test_an_article_written_at_once_is_published_for_the_chosen_services(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    category = given(lambda session: knowledge.category(session, slug=None, base="お知らせ").id)
    client = signed_in("lead")
    typed = {**key_of(client), **NOTICE, "category": str(category), **placing(services=["*"])}
    assert client.post(NEW, typed).status == 303

    def look(session: Session) -> tuple[ArticleState, str, set[str]]:
        article = session.scalars(select(Article)).one()
        chosen = select(ArticleAudience.service_id).where(ArticleAudience.article_id == article.id)
        slugs = {
            slug
            for slug in ("cs", "fm")
            if knowledge.service(session, slug).id in set(session.scalars(chosen))
        }
        return article.state, article.number, slugs

    state, number, slugs = stored(look)
    assert (state, slugs) == (ArticleState.PUBLISHED, {"cs", "fm"})
    assert panel(signed_in("taro").get("/cs/")) == [("夜間停止のお知らせ", f"/cs/knowledge/{number}")]
    assert panel(signed_in("alice").get("/fm/")) == [("Closed tonight", f"/fm/knowledge/{number}")]
    body = stored(lambda session: knowledge.current_html(session, number))
    assert body.startswith("<h2>日時</h2>")
    assert "<li><p>ログインできません</p></li>" in body


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"services": []}, "サービスを1つ以上選択してください。"),
    ({"services": ["none"]}, "サービスを1つ以上選択してください。"),
    ({"in_panel": None, "has_banner": None}, "「お知らせ」、バナー、またはその両方を選択してください。"),
    ({"since": ""}, "この項目を入力してください。"),
    ({"since": "今夜"}, "2026-12-29 22:00 のように日時を入力してください。"),
    ({"since": "2026-02-30T10:00"}, "2026-12-29 22:00 のように日時を入力してください。"),
    ({"since": "2199-01-01T10:00"}, "2026-12-29 22:00 のように日時を入力してください。"),
    ({"since": "2030-01-02T10:00", "until": "2030-01-02T10:00"}, "開始日時より後の日時を入力してください。"),
    ({"since": "2030-01-02T10:00", "until": "2030-01-02T09:59"}, "開始日時より後の日時を入力してください。"),
    ({"since": "2020-01-01T10:00", "until": "2020-01-02T10:00"}, "これからの日時を入力してください。"),
    ({"article": ""}, "この項目を入力してください。"),
    ({"article": "KB9999999"}, "この番号の記事はありません。"),
    ({"article": "x\0"}, ""),
    ({"source": "neither"}, ""),
    (
        {"source": "written", "title_ja": "", "body_ja": ""},
        "少なくとも1つの言語でタイトルと本文を入力してください。",
    ),
    ({"source": "written", "title_ja": "題だけ"}, "この項目を入力してください。"),
    ({"source": "written", "title_ja": "あ" * 201, "body_ja": "本文"}, "1文字超過"),
    ({"source": "written", "body_ja": "本文だけ"}, "少なくとも1つの言語でタイトルと本文を入力してください。"),
    (
        {"source": "written", "title_ja": "題", "body_ja": "文", "category": "0"},
        "この項目を入力してください。",
    ),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_what_does_not_hold_is_said_at_its_field_and_nothing_is_lost(
    signed_in: SignedIn, given: Given, stored: Stored, changes: dict[str, Any], said: str
) -> None:
    category = given(lambda session: knowledge.category(session, slug=None, base="お知らせ").id)
    number = given(lambda session: knowledge.article(session).number)
    client = signed_in("lead")
    typed = {"source": "existing", "article": number, "category": str(category), **placing(), **changes}
    typed = {name: value for name, value in typed.items() if value is not None}
    page = client.post(NEW, {**key_of(client), **typed})
    assert page.status == 422
    wrong = " ".join(page.words(item) for item in page.styled("div", "field-error"))
    assert wrong
    if "超過" not in said:
        assert said in wrong
    shown = page.form(NEW)
    for name in ("title_ja", "until", "article"):
        if name in typed and "\0" not in typed[name]:
            assert shown[name] == typed[name]
    assert stored(announcements) == []


@pytest.mark.req("SEC-49")
def test_an_article_that_customers_of_a_chosen_service_may_not_read_is_refused(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    client = signed_in("lead")
    closed = given(lambda session: knowledge.article(session, for_whom=[]).number)
    of_fm = given(lambda session: knowledge.article(session, slug="fm").number)
    draft = given(lambda session: knowledge.article(session, is_published=False).number)
    for number, said in (
        (closed, "マネージドCSPMのお客様はこの記事を閲覧できません。"),
        (of_fm, "マネージドCSPMのお客様はこの記事を閲覧できません。"),
        (draft, "この記事は公開されていません。"),
    ):
        typed = {**key_of(client), "source": "existing", "article": number, **placing()}
        page = client.post(NEW, typed)
        assert page.status == 422
        assert said in page.words(page.one("div", id="article-error"))
    assert stored(announcements) == []


def test_a_base_of_one_service_takes_no_article_for_all(signed_in: SignedIn, given: Given) -> None:
    of_cs = given(lambda session: knowledge.category(session, base="お知らせ").id)
    client = signed_in("lead")
    typed = {**key_of(client), **NOTICE, "category": str(of_cs), **placing(services=["cs", "fm"])}
    page = client.post(NEW, typed)
    assert page.status == 422
    assert page.one("div", id="category-error") is not None
    assert client.post(NEW, {**typed, **key_of(client), "services": ["cs"]}).status == 303


@pytest.mark.req("SEC-49")
def test_a_text_that_names_a_customer_is_stopped_until_it_was_looked_at(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    category = given(lambda session: knowledge.category(session, slug=None, base="お知らせ").id)
    client = signed_in("lead")
    body = f"{cast.A_COMPANY}様の環境で障害がありました。"
    typed = {**key_of(client), **NOTICE, "body_ja": body, "category": str(category), **placing()}
    with untouched():
        page = client.post(NEW, typed)
    assert page.status == 422
    box = page.one("input", type="checkbox", name="confirmed")
    again = {**typed, **{name: page.form(NEW)[name] for name in ("form_key",)}, "confirmed": box.get("value")}
    assert client.post(NEW, again).status == 303
    assert len(stored(announcements)) == 1


def test_the_preview_shows_the_banner_and_keeps_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(lambda session: knowledge.article(session, title="題", title_en="Title").number)
    client = signed_in("lead")
    typed = {**key_of(client), "source": "existing", "article": number, **placing(), "do": "preview"}
    with untouched():
        page = client.post(NEW, typed)
    assert page.status == 200
    assert [title for title, _ in banners(page)] == ["題", "Title"]
    assert page.form(NEW)["until"] == typed["until"]
    written = client.post(NEW, {**key_of(client), **NOTICE, **placing(), "do": "preview"})
    assert [title for title, _ in banners(written)] == ["夜間停止のお知らせ", "Closed tonight"]


@pytest.mark.req("ROLE-05")
def test_agents_who_are_no_leads_do_not_come_in(signed_in: SignedIn) -> None:
    for name in ("agent", "cs_agent"):
        client = signed_in(name)
        assert client.get(NEW).status == client.get("/console/announcements/").status == 403
        assert client.act(NEW, **placing()).status == 403


def test_moments_are_those_of_the_agents_zone(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(lambda session: knowledge.article(session).number)
    client = signed_in("lead")
    page = client.get(f"{NEW}?article={number}")
    assert page.form(NEW)["article"] == number
    assert "日本時間" in page.words()
    typed = {"since": "２０３０－０１－０２ ２２：００".replace("－", "-"), "until": "2030/01/03 05:00"}
    sent = {**key_of(client), "source": "existing", "article": number, **placing(**typed)}
    assert client.post(NEW, sent).status == 303
    (made,) = stored(announcements)
    assert (made.since.isoformat(), made.until - made.since) == (
        "2030-01-02T13:00:00+00:00",
        timedelta(hours=7),
    )
