"""The demo world's knowledge and announcements: what design/demo.md asks of them, in the data files and as loaded."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.accounts.models import User
from app.accounts.queries import actor_for
from app.announcements.current import current_announcements
from app.announcements.models import Announcement
from app.announcements.queries import is_current
from app.authz import Audience
from app.cases.models import Case, CaseComment
from app.contracts.models import CustomerNumber, Service
from app.demo import shelf, story
from app.demo.knowledge import READ_WITHIN
from app.demo.moments import Calendar
from app.extensions import db
from app.files.models import StoredFile
from app.knowledge import editions, queries
from app.knowledge.lifecycle import ArticleState, VersionState
from app.knowledge.models import Article, ArticleEdition, ArticleFile, ArticleVersion, KnowledgeCategory

TOKYO = ZoneInfo("Asia/Tokyo")


def texts(language: str) -> list[str]:
    """All that is written in a language, in every version."""
    said = []
    for told in shelf.articles():
        versions = [told.editions, *(shelf.editions_of(step) for step in told.later)]
        said += [f"{each[language].title}\n{each[language].text}" for each in versions if language in each]
    return said


@pytest.mark.req("KB-01")
def test_there_are_enough_articles_in_both_languages_and_every_category() -> None:
    articles = shelf.articles()
    published = [told for told in articles if told.stage == "published"]
    assert len(published) >= 44
    both = [told for told in published if told.ja and told.en]
    assert len(both) >= 44
    assert len(both) < len(published)
    categories = {f"{base.key}/{each.key}" for base in shelf.bases() for each in base.shelves}
    used = {told.category for told in published} | {
        told.maintenance["category"] for told in shelf.announcements() if told.maintenance
    }
    assert used == categories
    assert Counter(told.stage for told in articles) >= Counter(draft=1, review=1, withdrawn=1)


@pytest.mark.req("KB-13", "KB-14", "KB-02")
def test_the_categories_are_those_of_the_manuals() -> None:
    by_key = {base.key: [f"{each.code} {each.ja}" for each in base.shelves] for base in shelf.bases()}
    assert by_key["cs-docs"] == [
        "1 サービス仕様書",
        "2 カスタマーポータルご利用ガイド",
        "3 ツールご利用ガイド",
        "4 クラウドアカウント情報記入シート",
    ]
    assert [name[:2] for name in by_key["fm-docs"]] == ["01", "02", "03", "04", "06", "07", "08"]
    names = {base.ja for base in shelf.bases() if base.service == "fm"}
    assert names == {"お客様向けドキュメント", "お知らせ", "よくあるご質問", "メンテナンス"}


@pytest.mark.req("SEARCH-05")
def test_server_is_written_with_its_long_vowel_alone() -> None:
    japanese = " ".join(texts("ja"))
    assert "サーバー" in japanese
    assert re.findall(r".{8}サーバ(?!ー)", japanese) == []
    files = [path.name for path in (story.DATA / "files").iterdir()]
    assert not [name for name in files if re.search(r"サーバ(?!ー)", name)]


def test_texts_say_something_and_no_article_is_another_one() -> None:
    said = [text for language in ("ja", "en") for text in texts(language)]
    assert len(said) == len(set(said))
    titles = [edition.title for told in shelf.articles() for edition in told.editions.values()]
    assert len(titles) == len(set(titles))
    for told in shelf.articles():
        for edition in told.editions.values():
            assert bool(edition.text) != bool(edition.file), edition.title
            assert edition.file or told.stage == "draft" or len(edition.text) > 100, edition.title


def test_nothing_is_written_after_the_loading_on_any_day() -> None:
    for day in range(0, 366, 3):
        first = (datetime(2027, 12, 31, tzinfo=UTC) + timedelta(days=day)).astimezone(TOKYO)
        calendar = Calendar(first.replace(hour=0, minute=0), TOKYO)
        for told in shelf.articles():
            moments = list(told.moments(calendar))
            assert max(moments) + READ_WITHIN <= calendar.now, told.at
            assert all(one < other for one, other in pairwise(moments[: 1 + len(told.later)]))


@pytest.mark.req("ANN-01", "ANN-04", "ANN-05")
def test_three_announcements_stand_one_is_past_and_one_is_to_come(demo: Flask) -> None:
    with demo.test_request_context():
        rows = db.session.scalars(select(Announcement).order_by(Announcement.id)).all()
        now = clock.now()
        current = set(db.session.scalars(select(Announcement.id).where(is_current(now))))
        assert sum(row.id in current for row in rows) == 3
        assert sum(row.has_banner for row in rows if row.id in current) == 2
        assert sum(row.until <= now for row in rows) == 1
        assert sum(row.since > now for row in rows) == 1
        hanako = db.session.scalars(select(User).where(User.login_key.like("hanako@%"))).one()
        day = r"\d{4}年\d\d月\d\d日"
        pattern = rf"カスタマーポータルメンテナンスのお知らせ \({day}22時00分 - {day}05時00分\)"
        # Both portals show all of them, whichever a visitor opens first.
        for service in db.session.scalars(select(Service)):
            actor = actor_for(db.session, hanako).within(service.id)
            shown = current_announcements(db.session, actor, slug=service.slug, language="ja")
            assert (len(shown), sum(item.has_banner for item in shown)) == (3, 2), service.slug
            (notice,) = [item for item in shown if re.fullmatch(pattern, item.title)]
            assert notice.has_banner


@pytest.mark.req("KB-03", "SEC-49")
def test_what_the_world_holds_as_loaded(demo: Flask) -> None:
    with demo.test_request_context():
        session = db.session
        states = Counter(session.scalars(select(Article.state)))
        assert states[ArticleState.PUBLISHED] >= 44
        assert (states[ArticleState.WITHDRAWN], states[ArticleState.DRAFT]) == (1, 2)
        in_review = select(func.count()).where(ArticleVersion.state == VersionState.REVIEW)
        assert session.scalar(in_review) == 2
        names = set(session.scalars(select(StoredFile.name)))
        assert {name.rpartition(".")[2] for name in names} >= {"pdf", "xlsx", "docx", "txt", "png"}
        assert (session.scalar(select(func.count()).select_from(ArticleFile)) or 0) >= 6
        used = set(
            session.scalars(select(Article.category_id).where(Article.state == ArticleState.PUBLISHED))
        )
        assert used == set(session.scalars(select(KnowledgeCategory.id)))
        # One article has a translation that is older than its source.
        scan = session.scalars(
            select(Article)
            .join(ArticleEdition, ArticleEdition.article_id == Article.id)
            .join(ArticleVersion, ArticleVersion.id == ArticleEdition.current_id)
            .where(ArticleVersion.number > 1)
        ).one()
        article = queries.get_for(session, actor_for(session, lead()), scan.number)
        english = next(edition.current for edition in article.editions if edition.language == "en")
        assert english is not None
        assert editions.is_outdated(article, english)


@pytest.mark.req("KB-03", "SEC-49")
def test_some_articles_are_for_one_customer_alone(demo: Flask) -> None:
    with demo.test_request_context():
        seen = {}
        for key, slug in (("taro", "cs"), ("alice", "cs"), ("jiro", "fm"), ("charlie", "fm")):
            user = db.session.scalars(select(User).where(User.login_key.like(f"{key}@%"))).one()
            service = db.session.scalars(select(Service.id).where(Service.slug == slug)).one()
            actor = actor_for(db.session, user).within(service)
            seen[key] = set(db.session.scalars(select(Article.id).where(queries.within_reach(actor))))
        assert len(seen["alice"] - seen["taro"]) == 1
        assert seen["taro"] <= seen["alice"]
        assert len(seen["charlie"] - seen["jiro"]) == 1
        assert seen["jiro"] <= seen["charlie"]


@pytest.mark.req("FILTER-08", "FILTER-09")
def test_suspicious_sign_ins_are_spoken_of_at_three_customers(demo: Flask) -> None:
    with demo.test_request_context():
        found = db.session.scalars(
            select(CustomerNumber.number)
            .join(Case, Case.customer_number_id == CustomerNumber.id)
            .join(CaseComment, CaseComment.case_id == Case.id)
            .where(CaseComment.body.contains("不審なログイン"), CaseComment.audience == Audience.CUSTOMER)
        )
        assert {"N200000001", "N700000002", "P910000001"} <= set(found)


def lead() -> User:
    """The demo's lead."""
    return db.session.scalars(select(User).where(User.login_key == "lead@desk.example")).one()
