"""The desk's page of an article: both editions, versions, old translations, readers, what readers say (D08)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.files.actions import keep
from app.files.models import StoredFile
from app.i18n import speaking
from app.journal import JournalEvent
from app.knowledge import desk_page, history, queries
from app.knowledge.actions import feedback
from app.knowledge.actions.audience import set_audience
from app.knowledge.actions.publishing import publish, withdraw
from app.knowledge.actions.reviewing import discard, send_back, submit
from app.knowledge.actions.writing import Content, restore, write_version
from app.knowledge.desk_page import EditionView
from app.knowledge.lifecycle import NotPossible, VersionState
from app.knowledge.models import Article, ArticleVersion
from app.knowledge.readings import note_reader
from app.knowledge.standing import audience_of, files_of, in_the_making, newest_version
from app.search.models import FileText, Reading
from tests import cast
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import files, knowledge

HERE = "/console/knowledge"
REVIEW_DAY = date(2026, 4, 1)
DAY_BEGINS = datetime(2026, 3, 31, 15, tzinfo=UTC)


def write(
    session: Session, made: Article, language: str, body: str, *, translates: ArticleVersion | None = None
) -> ArticleVersion:
    """A draft by the agent of both services."""
    content = Content(title="題 " + body, body=body, html=f"<p>{body}</p>", translates=translates)
    actor = cast.actor_of(session, "agent")
    return write_version(session, made, actor=actor, language=language, content=content)


def release(
    session: Session, made: Article, language: str, body: str, *, translates: ArticleVersion | None = None
) -> ArticleVersion:
    """The same, published."""
    version = write(session, made, language, body, translates=translates)
    publish(session, made, version, actor=knowledge.MAKER)
    return version


def seen(session: Session, made: Article) -> dict[str, EditionView]:
    """The editions as the page loads them."""
    session.flush()
    session.expire_all()
    loaded = queries.get_for(session, cast.actor_of(session, "agent"), made.number)
    return {edition.language: edition for edition in desk_page.editions_of(session, loaded)}


@pytest.mark.req("SEC-26", "ROLE-05")
def test_foreign_and_absent_articles_have_no_page_no_versions_and_no_restoration(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    foreign = given(knowledge.article, slug="fm").number
    agent, hanako, admin = (signed_in(name) for name in ("cs_agent", "hanako", "admin"))
    with untouched():
        for path in ("", "/ja/versions", "/ja/versions?old=1&new=1", "/files/" + "a" * 43):
            theirs = agent.get(f"{HERE}/{foreign}{path}")
            nobodys = agent.get(f"{HERE}/KB9999999{path}")
            assert theirs.status == nobodys.status == 404
            assert theirs.text == nobodys.text
        theirs = agent.act(f"{HERE}/{foreign}/ja/versions/1/restoration")
        nobodys = agent.act(f"{HERE}/KB9999999/ja/versions/1/restoration")
        assert (theirs.status, theirs.text) == (404, nobodys.text)
        # A customer has no console, whatever is open to the customer in the portal.
        doors = {
            hanako.get(f"{HERE}/{number}").location.partition("?")[0] for number in (foreign, "KB9999999")
        }
        assert doors == {"/console/login"}
        assert admin.get(f"{HERE}/{foreign}").status == 200


@pytest.mark.req("KB-12", "SEC-36", "SEC-34")
def test_the_page_writes_nothing_and_shows_what_was_typed_as_text(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    number = given(lambda s: knowledge.article(s, title='<b>"題"</b> & <script>', body="x < y && z").number)
    agent = signed_in("cs_agent")
    with untouched():
        for path in ("", "?language=ja", "/ja/versions"):
            page = agent.get(f"{HERE}/{number}{path}")
            assert '<b>"題"</b> & <script>' in page.words()
            assert not page.all("b")
    # An agent's opening is no view (KB-12).
    assert [row["Views"] for row in agent.get(f"{HERE}/?q={number}").rows()] == ["0"]


@pytest.mark.req("KB-15")
def test_a_language_that_nobody_has_written_in_says_so_and_offers_the_translation(
    given: Given, signed_in: SignedIn
) -> None:
    number = given(lambda s: knowledge.article(s, title="原文だけ").number)
    here = f"{HERE}/{number}"
    page = signed_in("agent").get(f"{here}?language=en")
    assert "この言語の版はまだありません" in page.words()
    assert [page.words(item) for item in page.all("a", href=f"{here}/en/edit")] == ["翻訳する"]
    assert not page.offers(f"{here}/en/submission")
    tabs = [
        item.get("lang") for item in page.all("a", aria_current="page") if "language=" in item.get("href")
    ]
    assert tabs == ["en"]
    # Any other word is the source.
    for asked in ("", "?language=ja", "?language=fr"):
        assert "この言語の版はまだありません" not in signed_in("agent").get(here + asked).words()
    # In a discarded first translation there is nothing again.
    given(_begin_and_discard, number)
    assert "There is nothing in this language yet" in signed_in("cs_agent").get(f"{here}?language=en").words()


def _article(session: Session, number: str) -> Article:
    return session.scalars(select(Article).where(Article.number == number)).one()


def _begin_and_discard(session: Session, number: str) -> None:
    made = _article(session, number)
    write(session, made, "en", "thrown away")
    discard(session, made, in_the_making(session, made, "en"), actor=knowledge.MAKER)


@pytest.mark.req("KB-15")
def test_an_edition_shows_what_is_in_the_making_before_what_readers_see(session: Session) -> None:
    made = knowledge.article(session, body="一", is_published=False)
    draft = seen(session, made)["ja"]
    assert (draft.current, draft.making, draft.shown) == (None, draft.versions[0], draft.versions[0])
    knowledge.publish_all(session, made)
    public = seen(session, made)["ja"]
    assert (public.current, public.making, public.shown) == (public.versions[0], None, public.versions[0])
    write(session, made, "ja", "二")
    both = seen(session, made)["ja"]
    assert [version.number for version in both.versions] == [2, 1]
    assert (both.current, both.making, both.shown) == (both.versions[1], both.versions[0], both.versions[0])
    assert list(seen(session, made)) == ["ja", "en"]
    made.source_language = "en"
    assert list(seen(session, made)) == ["en", "ja"]


@pytest.mark.req("KB-15")
def test_a_translation_is_old_once_readers_see_another_source_and_until_it_follows(session: Session) -> None:
    made = knowledge.article(session, body="一")
    first = newest_version(session, made, "ja")
    release(session, made, "en", "one", translates=first)
    assert not seen(session, made)["en"].is_outdated
    # A draft of the source is nobody's reading yet.
    write(session, made, "ja", "二")
    assert not seen(session, made)["en"].is_outdated
    knowledge.publish_all(session, made)
    told = seen(session, made)
    assert (told["en"].is_outdated, told["ja"].is_outdated) == (True, False)
    # The new draft translates the new source: what the page shows is no longer old.
    second = newest_version(session, made, "ja")
    write(session, made, "en", "two", translates=second)
    assert not seen(session, made)["en"].is_outdated
    discard(session, made, in_the_making(session, made, "en"), actor=knowledge.MAKER)
    assert seen(session, made)["en"].is_outdated
    # Who writes in both languages at once translates nothing.
    release(session, made, "en", "two, freely")
    assert not seen(session, made)["en"].is_outdated


@pytest.mark.req("KB-15", "KB-03")
def test_the_version_that_customers_see_is_named_and_after_a_withdrawal_it_was_the_last(
    given: Given, signed_in: SignedIn
) -> None:
    number = given(_three_versions)
    lead = signed_in("lead")
    rows = {row["版"]: row for row in lead.get(f"{HERE}/{number}").rows()}
    assert {key: "お客様に表示中" in " ".join(row.values()) for key, row in rows.items()} == {
        "3": False,
        "2": True,
        "1": False,
    }
    given(lambda s: withdraw(s, _article(s, number), actor=knowledge.MAKER))
    words = lead.get(f"{HERE}/{number}").words()
    assert "お客様に表示中" not in words
    assert words.count("最後に公開した版") == 1


def _three_versions(session: Session) -> str:
    """Two published ones and a draft."""
    made = knowledge.article(session, body="画面を開く。")
    release(session, made, "ja", "画面が開く。")
    write(session, made, "ja", "窓が開く。")
    return made.number


# What the address asks for, what was removed by it, what was added.
COMPARED = (
    ("?old=1&new=2", "を", "が"),
    ("?old=2&new=1", "が", "を"),
    ("?old=2&new=3", "画面", "窓"),
    ("?new=2", "を", "が"),
    ("", "画面", "窓"),
)


@pytest.mark.req("KB-15")
def test_any_two_versions_are_compared_in_words_that_can_be_heard(given: Given, signed_in: SignedIn) -> None:
    number = given(_three_versions)
    agent = signed_in("cs_agent")
    for address, removed, added in COMPARED:
        page = agent.get(f"{HERE}/{number}/ja/versions{address}")
        words = page.words(page.styled("div", "difference")[0])
        assert f"[removed: {removed} ]" in words
        assert f"[added: {added} ]" in words
        assert words.count("[removed:") == words.count("[added:") == 1


@pytest.mark.req("KB-15")
def test_a_version_against_itself_and_a_first_one_have_nothing_removed(
    given: Given, signed_in: SignedIn
) -> None:
    number = given(_three_versions)
    agent = signed_in("agent")
    same = agent.get(f"{HERE}/{number}/ja/versions?old=2&new=2")
    assert not same.all("del")
    assert not same.all("ins")
    first = agent.get(f"{HERE}/{number}/ja/versions?new=1")
    assert not first.all("del")
    assert "画面を開く。" in " ".join(first.words(item) for item in first.all("ins"))
    for wrong in ("?old=0", "?new=4", "?old=-1", "?new=1.0", "?old=" + "1" * 7, "?new=２"):
        assert agent.get(f"{HERE}/{number}/ja/versions{wrong}").status == 404


@pytest.mark.req("KB-15", "SEC-44")
def test_a_restored_version_brings_its_files_and_what_it_translates_back(session: Session) -> None:
    made = knowledge.article(session, body="一")
    source = newest_version(session, made, "ja")
    first = release(session, made, "en", "one", translates=source)
    file = _file(session, "old.txt")
    with_file = Content(
        title="with", body="file", html="<p>file</p>", files=[file], translates=source, remark="図"
    )
    agent = cast.actor_of(session, "agent")
    second = write_version(session, made, actor=agent, language="en", content=with_file)
    publish(session, made, second, actor=knowledge.MAKER)
    release(session, made, "en", "three")
    restored = restore(session, made, second, actor=agent)
    assert (restored.number, restored.state) == (4, VersionState.DRAFT)
    assert (restored.title, restored.body, restored.html) == ("with", "file", "<p>file</p>")
    assert [each.id for each in files_of(session, restored)] == [file.id]
    assert restored.translates_id == source.id  # type: ignore[union-attr]  # The article has a source.
    # What was said about that change is not said of this one.
    assert restored.remark == ""
    assert seen(session, made)["en"].current is not restored
    with pytest.raises(NotPossible):
        restore(session, made, first, actor=agent)
    submit(session, made, restored, actor=agent)
    with pytest.raises(NotPossible):
        restore(session, made, first, actor=agent)
    told = session.scalars(
        select(JournalEvent)
        .where(JournalEvent.kind == "article.version_written")
        .order_by(JournalEvent.id.desc())
    ).first()
    assert told is not None
    assert told.actor_name == agent.name


def _file(session: Session, name: str) -> StoredFile:
    """A file of the desk that is whole."""
    agent = cast.actor_of(session, "agent")
    return keep(session, files.whole(session, agent, name=name), actor=agent)


@pytest.mark.req("KB-15", "KB-03")
def test_a_restoration_is_offered_for_what_is_not_shown_and_changes_nothing_for_readers(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    number = given(lambda s: _published_twice(s).number)
    here = f"{HERE}/{number}"
    agent, hanako = signed_in("agent"), signed_in("hanako")
    page = agent.get(here)
    assert page.offers(f"{here}/ja/versions/1/restoration")
    assert not page.offers(f"{here}/ja/versions/2/restoration")
    outbox()
    before = hanako.get(f"/cs/knowledge/{number}").words()
    assert agent.submit(page, f"{here}/ja/versions/1/restoration").status == 303
    # Nobody is told of a draft; a second click, from a page that is old by now, makes no second one.
    assert outbox() == []
    assert agent.submit(page, f"{here}/ja/versions/1/restoration").status == 409
    assert stored(lambda s: s.scalar(select(func.count()).select_from(ArticleVersion))) == 3
    assert "新しい文" in before
    assert "新しい文" in hanako.get(f"/cs/knowledge/{number}").words()
    again = agent.get(here)
    assert not again.offers(f"{here}/ja/versions/1/restoration")
    assert f"{here}/ja/versions?old=2&new=3" in {item.get("href") for item in again.all("a")}


def _published_twice(session: Session) -> Article:
    made = knowledge.article(session, body="古い文")
    release(session, made, "ja", "新しい文")
    return made


@pytest.mark.req("SEC-49", "KB-15")
def test_readers_are_named_in_both_languages_and_nobody_is_warned_of(session: Session) -> None:
    made = knowledge.article(session)
    wanted = [
        knowledge.readers(session, "cs", number=cast.ALICE_CS_NUMBER),
        knowledge.readers(session, "cs", holder=cast.SAMPLE),
        knowledge.readers(session, "cs"),
    ]
    set_audience(session, made, actor=knowledge.MAKER, readers=wanted)
    rows = audience_of(session, made)
    with speaking("ja"):
        japanese = desk_page.readers_in_words(session, rows, "ja")
    with speaking("en"):
        english = desk_page.readers_in_words(session, rows, "en")
    assert set(japanese) == {
        "マネージドCSPM のすべてのお客様",
        "株式会社サンプル（マネージドCSPM）",
        f"お客様番号 {cast.ALICE_CS_NUMBER}（マネージドCSPM）",
    }
    assert set(english) == {
        "All customers of Managed CSPM",
        f"{cast.SAMPLE} (Managed CSPM)",
        f"Customer number {cast.ALICE_CS_NUMBER} (Managed CSPM)",
    }
    set_audience(session, made, actor=knowledge.MAKER, readers=[])
    assert desk_page.readers_in_words(session, audience_of(session, made), "ja") == []


@pytest.mark.req("SEC-49", "ROLE-02")
def test_only_who_may_choose_readers_gets_a_way_to_it_from_the_warning(
    given: Given, signed_in: SignedIn
) -> None:
    number = given(lambda s: knowledge.article(s, for_whom=[]).number)
    for name, is_offered in (("agent", False), ("lead", True)):
        page = signed_in(name).get(f"{HERE}/{number}")
        assert "閲覧者が設定されていないため" in page.words()
        ways = {item.get("href") for item in page.all("a")}
        assert (f"{HERE}/{number}/readers" in ways) is is_offered


@pytest.mark.req("KB-15")
def test_what_readers_say_is_counted_and_the_newest_remark_comes_first(session: Session) -> None:
    made = knowledge.article(session)
    other = knowledge.article(session, title="別の記事")
    version = newest_version(session, made, "ja")
    assert version is not None
    said = [("hanako", True, "助かりました"), ("taro", False, ""), ("alice", False, "Screens are missing")]
    agent = cast.actor_of(session, "agent")
    assert desk_page.said_of(session, agent, made) == desk_page.Said(0, 0, [])
    for index, (name, has_helped, remark) in enumerate(said):
        with clock.at(DAY_BEGINS + timedelta(days=index)):
            actor = cast.actor_of(session, name, "cs")
            feedback.give_feedback(session, made, version, actor=actor, has_helped=has_helped, remark=remark)
            note_reader(session, actor, made.id)
            note_reader(session, actor, made.id)
    told = desk_page.said_of(session, agent, made)
    assert (told.helped, told.not_helped) == (1, 2)
    assert [(row.remark, row.has_helped) for row, _name in told.remarks] == [
        ("Screens are missing", False),
        ("助かりました", True),
    ]
    assert [name for _row, name in told.remarks][1] == cast.person(session, "hanako").display_name
    # Who thinks again is counted once, with the last word.
    again = cast.actor_of(session, "alice", "cs")
    feedback.give_feedback(session, made, version, actor=again, has_helped=True, remark="")
    told = desk_page.said_of(session, agent, made)
    assert (told.helped, told.not_helped, len(told.remarks)) == (2, 1, 1)
    assert desk_page.counts_of(session, made) == (0, 3)
    assert desk_page.counts_of(session, other) == (0, 0)
    assert desk_page.said_of(session, agent, other).remarks == []


@pytest.mark.req("KB-08", "KB-15")
def test_the_page_says_what_the_search_could_read_of_each_file(given: Given, signed_in: SignedIn) -> None:
    number = given(_with_files)
    page = signed_in("cs_agent").get(f"{HERE}/{number}")
    shown = [page.words(item) for item in page.styled("li", "file")]
    said = {line.split()[0]: line for line in shown}
    assert "text is found by the search" in said["taken.txt"]
    assert "encrypted: not read by the search" in said["encrypted.txt"]
    assert "cannot be read by the search" in said["unreadable.txt"]
    assert "too large to be read by the search" in said["too_large.txt"]
    assert "no text for the search" in said["none.txt"]
    assert "not yet read by the search" in said["waiting.txt"]


def _with_files(session: Session) -> str:
    """An article with a file of each reading, and one that was not looked at yet."""
    made = knowledge.article(session)
    rows = {reading.value: _file(session, f"{reading.value}.txt") for reading in Reading}
    rows["waiting"] = _file(session, "waiting.txt")
    content = Content(title="ファイル", body="文", html="<p>文</p>", files=list(rows.values()))
    write_version(session, made, actor=knowledge.MAKER, language="ja", content=content)
    session.add_all(FileText(file_id=rows[reading.value].id, reading=reading) for reading in Reading)
    assert desk_page.readings_of(session, []) == {}
    return made.number


@pytest.mark.req("KB-15", "DESK-09")
def test_the_history_tells_who_did_what_newest_first(session: Session) -> None:
    made = knowledge.article(session)
    agent, lead = cast.actor_of(session, "agent"), cast.actor_of(session, "lead")
    version = write(session, made, "en", "Text")
    submit(session, made, version, actor=agent)
    send_back(session, made, version, actor=lead, remark="図を足してください")
    publish(session, made, version, actor=lead)
    withdraw(session, made, actor=lead)
    knowledge.article(session, title="別の記事")
    with speaking("en"):
        entries = history.history_of(session, cast.actor_of(session, "agent"), made)
    top = [(entry.title, entry.author) for entry in entries[:5]]
    assert top == [
        ("Article withdrawn", lead.name),
        ("Version published", lead.name),
        ("Sent back from review", lead.name),
        ("Sent to review", agent.name),
        ("Draft written", agent.name),
    ]
    assert entries[2].told == "Version 1 (English) · 図を足してください"
    assert entries[1].told == "Version 1 (English) · 題 Text"
    assert entries[-1].title == "Article started"
    assert len({entry.id for entry in entries}) == len(entries)


@pytest.mark.req("KB-15")
@pytest.mark.parametrize(
    ("moment", "is_warned"), [(DAY_BEGINS - timedelta(seconds=1), False), (DAY_BEGINS, True)]
)
def test_a_review_that_is_due_is_said_on_the_page_from_the_first_second_of_its_day(
    given: Given, signed_in: SignedIn, moment: datetime, *, is_warned: bool
) -> None:
    with clock.at(moment):
        number = given(_due)
        words = signed_in("agent").get(f"{HERE}/{number}").words()
    assert ("この記事の見直し日（2026-04-01）を過ぎています" in words) is is_warned


def _due(session: Session) -> str:
    made = knowledge.article(session)
    made.review_on = REVIEW_DAY
    session.flush()
    return made.number


@pytest.mark.req("ROLE-05", "SEC-28", "KB-15")
def test_of_an_article_for_all_services_the_other_services_customers_say_nothing_to_an_agent(
    given: Given, signed_in: SignedIn
) -> None:
    """Ichika works for cs alone: what Charlie of fm says is neither hers to read nor to count."""

    def told(session: Session) -> str:
        made = knowledge.article(session, slug=None)
        version = newest_version(session, made, "ja")
        assert version is not None
        for name, service, remark in (("taro", "cs", "助かりました"), ("charlie", "fm", "機密の構成です")):
            actor = cast.actor_of(session, name, service)
            feedback.give_feedback(session, made, version, actor=actor, has_helped=True, remark=remark)
        return made.number

    number = given(told)
    for name, sees in (("agent", True), ("cs_agent", False)):
        words = signed_in(name, language="ja").get(f"{HERE}/{number}").words()
        assert "助かりました" in words
        assert ("機密の構成です" in words, "光 一郎" in words) == (sees, sees)
