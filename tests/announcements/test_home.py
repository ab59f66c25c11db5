"""Announcements on the home page: panel and banners, and the × that puts a banner away for good."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.announcements.actions.announcing import end
from app.announcements.models import AnnouncementDismissal
from app.announcements.queries import get_for
from app.knowledge.actions.publishing import withdraw
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.models import Article
from tests import cast
from tests.client import HTML, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import knowledge
from tests.factories.wording import message


def panel(page: Page) -> list[tuple[str, str]]:
    """The titles of the panel with where they lead."""
    section = next(
        item for item in page.styled("section", "section")
        if page.words(item).startswith(("お知らせ", "Announcements"))
    )  # fmt: skip
    return [(page.words(link), link.get("href")) for link in section.iter(HTML + "a")]


def banners(page: Page) -> list[tuple[str, str]]:
    """The titles of the banners with where their button leads."""
    return [
        (page.words(next(item.iter(HTML + "p"))), next(item.iter(HTML + "a")).get("href"))
        for item in page.styled("div", "banner")
    ]


def announced(session: Session, title: str, **placing: object) -> tuple[int, str]:
    """An announcement by its title; its id and the number of its article."""
    article = knowledge.article(session, title=title)
    made = knowledge.announcement(session, of=article, **placing)  # type: ignore[arg-type]  # Its own options.
    return made.id, article.number


@pytest.mark.req("ANN-01", "ANN-02")
def test_panel_and_banners_are_newest_first_and_lead_to_the_article(
    signed_in: SignedIn, given: Given
) -> None:
    _, older = given(announced, "古い方", since=timedelta(hours=-2))
    _, newer = given(announced, "新しい方", since=timedelta(hours=-1))
    _, quiet = given(announced, "パネルだけ", since=timedelta(hours=-3), has_banner=False)
    page = signed_in("hanako").get("/cs/")
    shown = [("新しい方", f"/cs/knowledge/{newer}"), ("古い方", f"/cs/knowledge/{older}")]
    assert banners(page) == shown
    assert panel(page) == [*shown, ("パネルだけ", f"/cs/knowledge/{quiet}")]
    words = page.words()
    assert words.index("詳細") < words.index(message("M-50", "ja"))
    assert message("M-39", "ja") not in words


@pytest.mark.req("ANN-01", "M-39")
def test_with_none_it_says_so_and_there_is_no_banner(signed_in: SignedIn, given: Given) -> None:
    given(announced, "終わったもの", until=timedelta(minutes=-1))
    page = signed_in("hanako").get("/cs/")
    assert message("M-39", "ja") in page.words()
    assert banners(page) == []
    assert not page.styled("section", "banners")


@pytest.mark.req("ANN-05")
def test_the_window_holds_from_its_first_moment_until_before_its_last(
    signed_in: SignedIn, given: Given
) -> None:
    moment = clock.now().replace(microsecond=0)
    with clock.at(moment):
        given(announced, "窓", since=timedelta(minutes=10), until=timedelta(minutes=20))
    client = signed_in("hanako")
    tick = timedelta(microseconds=1)
    for after, stands in (
        (timedelta(minutes=10) - tick, False),
        (timedelta(minutes=10), True),
        (timedelta(minutes=20) - tick, True),
        (timedelta(minutes=20), False),
    ):
        with clock.at(moment + after):
            page = client.get("/cs/")
            assert (bool(banners(page)), bool(panel(page))) == (stands, stands), after


@pytest.mark.req("ANN-05")
def test_what_was_ended_is_gone_from_both_places(signed_in: SignedIn, given: Given) -> None:
    announcement_id, _ = given(announced, "早く終わる")

    def end_it(session: Session) -> None:
        end(session, get_for(session, knowledge.MAKER, announcement_id), actor=knowledge.MAKER)

    given(end_it)
    page = signed_in("hanako").get("/cs/")
    assert (banners(page), panel(page)) == ([], [])


@pytest.mark.req("ANN-05", "SVC-04")
def test_it_stands_in_the_portals_of_its_services_alone(signed_in: SignedIn, given: Given) -> None:
    def both(session: Session) -> None:
        common = knowledge.article(session, slug=None, title="共通")
        knowledge.announcement(session, slugs=["cs", "fm"], of=common)

    given(both)
    given(announced, "csだけ")
    client = signed_in("hanako")
    assert {title for title, _ in banners(client.get("/cs/"))} == {"csだけ", "共通"}
    assert {title for title, _ in banners(client.get("/fm/"))} == {"共通"}


@pytest.mark.req("SEC-49", "KB-03")
def test_who_may_not_read_the_article_sees_no_announcement(signed_in: SignedIn, given: Given) -> None:
    def make(session: Session) -> None:
        for title, for_whom in (
            ("A会社だけ", [knowledge.readers(session, "cs", holder=cast.A_COMPANY)]),
            ("誰にも", []),
        ):
            knowledge.announcement(session, of=knowledge.article(session, title=title, for_whom=for_whom))
        gone = knowledge.article(session, title="取り下げ")
        knowledge.announcement(session, of=gone)
        withdraw(session, gone, actor=knowledge.MAKER)
        knowledge.announcement(session, of=knowledge.article(session, title="下書き", is_published=False))

    given(make)
    for name, expected in (("hanako", []), ("alice", ["A会社だけ"])):
        page = signed_in(name).get("/cs/")
        assert [title for title, _ in banners(page)] == [title for title, _ in panel(page)] == expected


@pytest.mark.req("ANN-01", "LANG-01")
def test_the_title_is_in_the_readers_language_else_as_it_was_written(
    signed_in: SignedIn, given: Given
) -> None:
    def make(session: Session) -> None:
        both = knowledge.article(session, title="両方", title_en="Both")
        knowledge.announcement(session, of=both)
        knowledge.announcement(session, of=knowledge.article(session, title="日本語だけ"))

    given(make)
    page = signed_in("alice").get("/cs/")
    assert [title for title, _ in banners(page)] == ["日本語だけ", "Both"]
    fallback, own = (next(item.iter(HTML + "p")) for item in page.styled("div", "banner"))
    assert (fallback.get("lang"), own.get("lang")) == ("ja", None)


@pytest.mark.req("ANN-03")
def test_the_x_puts_that_banner_away_for_that_user_for_good(signed_in: SignedIn, given: Given) -> None:
    first, _ = given(announced, "消すもの")
    given(announced, "残るもの")
    client = signed_in("hanako")
    answer = client.act(f"/cs/announcements/{first}/dismissal")
    assert (answer.status, answer.location) == (303, "/cs/")
    # In every later session, in another browser too; the panel keeps it, and other people keep the banner.
    for name, expected in (("hanako", ["残るもの"]), ("taro", ["残るもの", "消すもの"])):
        page = signed_in(name).get("/cs/")
        assert [title for title, _ in banners(page)] == expected
        assert [title for title, _ in panel(page)] == ["残るもの", "消すもの"]


@pytest.mark.req("ANN-02", "ANN-03")
@pytest.mark.parametrize(
    ("person", "names"), [("hanako", ("詳細", "閉じる")), ("alice", ("Details", "Close"))]
)
def test_the_controls_of_every_banner_have_their_plain_names_and_say_which_one_they_are_of(
    signed_in: SignedIn, given: Given, person: str, names: tuple[str, str]
) -> None:
    given(announced, "先のもの")
    given(announced, "後のもの")
    page = signed_in(person).get("/cs/")
    shown = page.styled("div", "banner")
    assert len(shown) == 2
    for title, banner in zip(("後のもの", "先のもの"), shown, strict=True):
        link, cross = next(banner.iter(HTML + "a")), next(banner.iter(HTML + "button"))
        assert (page.words(link), link.get("aria-label")) == (names[0], None)
        assert cross.get("aria-label") == names[1]
        for control in (link, cross):
            assert page.words(page.by_id(control.get("aria-describedby"))) == title


@pytest.mark.req("ANN-03")
def test_putting_away_twice_is_once_and_enhanced_it_takes_the_banner_alone(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    banner, _ = given(announced, "一度だけ")
    client = signed_in("hanako")
    address = f"/cs/announcements/{banner}/dismissal"
    assert client.act(address).status == 303
    token = {"csrf_token": client.token()}
    enhanced = client.post(address, token, headers={"HX-Request": "true"})
    assert (enhanced.status, enhanced.text) == (200, "")
    assert (
        stored(lambda session: session.scalar(select(func.count()).select_from(AnnouncementDismissal))) == 1
    )


@pytest.mark.req("ANN-03", "UI-09")
def test_the_page_says_what_the_script_tells_when_a_banner_goes(signed_in: SignedIn, given: Given) -> None:
    given(announced, 'Q&A "<b>"', has_banner=True)
    given(announced, "パネルだけ", has_banner=False)
    page = signed_in("hanako").get("/cs/")
    (banner,) = page.styled("div", "banner")
    assert banner.get("data-told") == '「Q&A "<b>"」を非表示にしました。'
    # It stands outside of what goes with the last banner, or nobody would hear it.
    told = next(item for item in page.all("p") if item.get("data-banners-target") == "told")
    assert (told.get("role"), page.words(told)) == ("status", "")
    (section,) = page.styled("section", "banners")
    assert told not in set(section.iter())


@pytest.mark.req("ANN-03", "SEC-26")
def test_past_foreign_absent_and_panel_only_are_alike_not_there(signed_in: SignedIn, given: Given) -> None:
    past, _ = given(announced, "過去", until=timedelta(minutes=-1))
    coming, _ = given(announced, "未来", since=timedelta(hours=1))
    quiet, _ = given(announced, "パネルだけ", has_banner=False)
    foreign = given(lambda session: knowledge.announcement(session, slugs=["fm"]).id)
    unread = given(
        lambda session: knowledge.announcement(session, of=knowledge.article(session, for_whom=[])).id
    )
    client = signed_in("hanako")
    pages = [
        client.act(f"/cs/announcements/{each}/dismissal")
        for each in (past, coming, quiet, foreign, unread, 999_999)
    ]
    answers = {(page.status, page.text) for page in pages}
    assert len(answers) == 1
    assert answers.pop()[0] == 404


@pytest.mark.req("ANN-05", "KB-15")
def test_a_new_version_of_the_article_is_what_both_places_say(signed_in: SignedIn, given: Given) -> None:
    _, number = given(announced, "前の題")

    def rename(session: Session) -> None:
        article = session.scalars(select(Article).where(Article.number == number)).one()
        write_version(session, article, actor=knowledge.MAKER, language="ja", content=Content(title="後の題"))
        knowledge.publish_all(session, article)

    given(rename)
    assert [title for title, _ in banners(signed_in("taro").get("/cs/"))] == ["後の題"]
