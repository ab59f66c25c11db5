"""Each field of an article's forms with what may not be in it: said at the field in both languages, all typed kept."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.knowledge.models import BODY_LENGTH, REMARK_LENGTH, TITLE_LENGTH, ArticleVersion
from app.richtext.cleaning import LARGEST_ARTICLE_BYTES, MOST_TAGS
from tests.cases.bad_texts import (
    CONTROL_MESSAGE,
    EMPTY_MESSAGE,
    INVISIBLE,
    ODD,
    TOO_LONG_MESSAGE,
    shown,
)
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import knowledge

NEW = "/console/knowledge/new"
# Who reads which language; both write for cs.
READERS = (("agent", 0), ("cs_agent", 1))
in_both_languages = pytest.mark.parametrize(("who", "language"), READERS, ids=("ja", "en"))
CHOICE_MESSAGE = ("選択肢が正しくありません。", "Not a valid choice.")
FORMATTING_MESSAGE = (
    "書式が多すぎます。書式を減らすか、記事を2つに分けてください。",
    "The text has too much formatting. Remove some of it, or make two articles of it.",
)


@dataclass(frozen=True)
class Refused:
    """What is typed into one field, and what is said of it."""

    field: str
    typed: str
    said: tuple[str, str]


def too_long(field: str, sign: str, length: int, excess: int) -> Refused:
    ja, en = (each.format(length=length, excess=excess) for each in TOO_LONG_MESSAGE)
    return Refused(field, sign * (length + excess), (ja, en))


ROWS = {
    "title empty": Refused("title", "", EMPTY_MESSAGE),
    "title blank": Refused("title", " \u3000 ", EMPTY_MESSAGE),
    "title one sign too long": too_long("title", "題", TITLE_LENGTH, 1),
    "title with a control": Refused("title", "題\x1b名", CONTROL_MESSAGE),
    "text empty": Refused("body", "", EMPTY_MESSAGE),
    "text of line breaks": Refused("body", "\r\n\r\n", EMPTY_MESSAGE),
    "text one sign too long": too_long("body", "文", BODY_LENGTH, 1),
    "text far too long": too_long("body", "x", BODY_LENGTH, 50_000),
    "text with a NUL": Refused("body", "本\0文", CONTROL_MESSAGE),
    "remark one sign too long": too_long("remark", "変", REMARK_LENGTH, 1),
    "remark with turned text": Refused("remark", "変\u202e更", CONTROL_MESSAGE),
    "no category": Refused("category", "", EMPTY_MESSAGE),
    "a category that is not there": Refused("category", "999999", CHOICE_MESSAGE),
    "a category that is no number": Refused("category", "1 OR 1=1", CHOICE_MESSAGE),
    "an unknown language": Refused("language", "fr", CHOICE_MESSAGE),
    "a language of another case": Refused("language", "JA", CHOICE_MESSAGE),
}
FREE = ("title", "body", "remark")
# One of each message, for the second language.
EACH_MESSAGE = (
    "title empty",
    "title one sign too long",
    "text with a NUL",
    "no category",
    "an unknown language",
)


def categories(session: Session) -> tuple[str, str]:
    """One category of cs, and one of fm."""
    return str(knowledge.category(session).id), str(knowledge.category(session, slug="fm").id)


def good(category: str) -> dict[str, str]:
    """What is accepted."""
    return {
        "title": "<b>VPN</b> の設定",
        "body": "一行目\n\n  三行目 & 最後",
        "remark": "初版",
        "category": category,
        "language": "en",
    }


def newest(session: Session) -> ArticleVersion:
    return session.scalars(select(ArticleVersion).order_by(ArticleVersion.id.desc()).limit(1)).one()


def send(client: InspectingClient, typed: dict[str, str]) -> Page:
    return client.submit(client.get(NEW), NEW, **typed)


@pytest.mark.req("KB-15", "SEC-40")
@in_both_languages
def test_what_may_not_be_is_said_at_its_field_alone_and_the_rest_stays(
    given: Given, signed_in: SignedIn, untouched: Untouched, who: str, language: int
) -> None:
    category, _foreign = given(categories)
    client = signed_in(who)
    page = client.get(NEW)
    typed = good(category)
    with untouched():
        for name in EACH_MESSAGE if language else ROWS:
            row = ROWS[name]
            answer = client.submit(page, NEW, **{**typed, row.field: row.typed})
            assert answer.status == 422, name
            assert answer.language == ("ja", "en")[language]
            assert answer.error_at(row.field).endswith(row.said[language]), name
            others = [field for field in typed if field != row.field]
            assert [field for field in others if answer.error_at(field)] == [], name
            assert {field: answer.value(field) for field in others} == {f: typed[f] for f in others}, name
            if row.field in FREE and row.said is not EMPTY_MESSAGE:
                assert answer.value(row.field) == shown(row.typed), name


@pytest.mark.req("KB-15", "SEC-40")
def test_several_faults_are_all_said_at_once_with_a_summary(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(categories)
    client = signed_in("agent")
    page = client.get(NEW)
    with untouched():
        answer = client.submit(page, NEW, title="", body="", remark="a\0b", category="", language="xx")
    said = [answer.error_at(field) for field in ("title", "body", "category")]
    assert all(each.endswith(EMPTY_MESSAGE[0]) for each in said)
    assert answer.error_at("remark").endswith(CONTROL_MESSAGE[0])
    assert answer.error_at("language").endswith(CHOICE_MESSAGE[0])
    links = {link.get("href") for link in answer.all("a")}
    assert {f"#{field}" for field in ("title", "body", "remark", "category", "language")} <= links


@pytest.mark.req("KB-15")
def test_the_longest_that_may_be_is_stored_whole(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    category, _foreign = given(categories)
    client = signed_in("agent")
    for title, body in (("題" * TITLE_LENGTH, "文" * BODY_LENGTH), ("🗾" * TITLE_LENGTH, "x" * BODY_LENGTH)):
        assert send(client, {**good(category), "title": title, "body": body}).status == 303
        version = stored(newest)
        assert (version.title, version.body) == (title, body)


@pytest.mark.req("KB-15")
def test_a_remark_of_the_longest_and_a_title_in_several_lines(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    category, _foreign = given(categories)
    remark = "変" * REMARK_LENGTH
    answer = send(
        signed_in("agent"), {**good(category), "title": "  一行目\r\n二行目 ", "remark": remark + "\n"}
    )
    assert answer.status == 303
    version = stored(newest)
    assert (version.title, version.remark) == ("一行目 二行目", remark)


@pytest.mark.req("KB-15", "SEC-40")
def test_no_field_takes_what_cannot_be_seen(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    category, _foreign = given(categories)
    client = signed_in("agent")
    page = client.get(NEW)
    with untouched():
        for typed in INVISIBLE.values():
            sent = {"title": typed, "body": typed, "remark": typed, "category": category, "language": "ja"}
            answer = client.submit(page, NEW, **sent)
            for field in FREE:
                assert answer.error_at(field).endswith(CONTROL_MESSAGE[0]), typed
                assert answer.value(field) == shown(typed)


@pytest.mark.req("KB-15", "SEC-34")
def test_odd_texts_are_stored_as_typed_and_shown_as_words(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    category, _foreign = given(categories)
    client = signed_in("agent")
    lines = "\n".join(ODD.values())
    for odd in (ODD["markup"], ODD["template"]):
        answer = send(client, {**good(category), "title": odd, "body": lines})
        version = stored(newest)
        assert (version.title, version.body) == (odd, lines)
        page = client.get(answer.location)
        assert " ".join(odd.split()) in page.words()
        assert not [each for each in page.all("script") if "alert" in (each.text or "")]


@pytest.mark.req("KB-15", "ROLE-05", "SEC-26")
def test_a_category_out_of_reach_is_the_same_as_one_that_is_not_there(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    own, foreign = given(categories)
    client = signed_in("cs_agent")
    page = client.get(NEW)
    offered = {option.get("value") for option in page.by_id("category").iter() if option.get("value")}
    assert own in offered
    assert foreign not in offered
    with untouched():
        answers = [
            client.submit(page, NEW, **{**good(own), "category": value}) for value in (foreign, "999999")
        ]
    assert [answer.status for answer in answers] == [422, 422]
    assert answers[0].kind() == answers[1].kind()


@pytest.mark.req("KB-15", "ROLE-05")
def test_customers_get_no_form_and_begin_nothing(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    category, _foreign = given(categories)
    client = signed_in("hanako")
    with untouched():
        for answer in (client.get(NEW), client.act(NEW, form_key="a" * 32, **good(category))):
            assert answer.status == 303
            assert answer.location.startswith("/console/login")


@pytest.mark.req("KB-15", "SEC-33")
@pytest.mark.parametrize(
    ("who", "language", "html"),
    [
        ("agent", 0, "<p>" + "字" * (LARGEST_ARTICLE_BYTES // 3) + "</p>"),
        ("cs_agent", 1, "<p><b>字</b></p>" * (MOST_TAGS // 4 + 1)),
    ],
    ids=("too many bytes", "too many tags"),
)
def test_too_much_formatting_is_said_at_the_text_and_comes_back(
    given: Given, signed_in: SignedIn, untouched: Untouched, who: str, language: int, html: str
) -> None:
    category, _foreign = given(categories)
    client = signed_in(who)
    page = client.get(NEW)
    with untouched():
        answer = client.submit(page, NEW, **{**good(category), "html": html})
    assert answer.status == 422
    assert answer.error_at("body").endswith(FORMATTING_MESSAGE[language])
    assert answer.value("html") == html
    assert answer.value("body") == good(category)["body"]


@pytest.mark.req("KB-15", "SEC-33")
def test_rich_text_counts_by_its_words(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    category, _foreign = given(categories)
    client = signed_in("agent")
    page = client.get(NEW)
    with untouched():
        for html, said in (
            ("<p><strong>x</strong>" + "x" * BODY_LENGTH + "</p>", TOO_LONG_MESSAGE[0]),
            ("<p> </p><p></p>", EMPTY_MESSAGE[0]),
            (f"<p>{INVISIBLE['bidi override']}</p>", CONTROL_MESSAGE[0]),
        ):
            typed = {**good(category), "body": "", "html": html}
            answer = client.submit(page, NEW, **typed)
            assert answer.status == 422
            assert answer.error_at("body").endswith(said.format(length=BODY_LENGTH, excess=1))
    # The markup itself counts for nothing.
    html = "<p><strong>" + "x" * (BODY_LENGTH - 1) + "</strong>y</p>"
    assert client.submit(page, NEW, **{**good(category), "body": "", "html": html}).status == 303
    assert len(stored(newest).body) == BODY_LENGTH


@pytest.mark.req("KB-15", "SEC-39")
@in_both_languages
def test_a_paste_beyond_all_bounds_is_answered_in_words(
    given: Given, signed_in: SignedIn, untouched: Untouched, who: str, language: int
) -> None:
    category, _foreign = given(categories)
    client = signed_in(who)
    form = client.get(NEW).form(NEW)
    with untouched():
        answer = client.post(NEW, {**form, **good(category), "body": "x" * 12_700_000})
    assert answer.status == 413
    told = ("入力した内容は残っています", "your text is still there")[language]
    assert told in answer.words()


@pytest.mark.req("KB-15")
def test_the_form_of_an_edition_says_the_same_and_readers_keep_what_they_have(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    article = given(knowledge.article)
    address = f"/console/knowledge/{article.number}/ja/edit"
    client = signed_in("cs_agent")
    page = client.get(address)
    typed = {field: value for field, value in good("").items() if field in FREE}
    with untouched():
        for name, row in ROWS.items():
            if row.field not in FREE or len(row.typed) > REMARK_LENGTH + 1:
                continue
            answer = client.submit(page, address, **{**typed, row.field: row.typed})
            assert answer.status == 422, name
            assert answer.error_at(row.field).endswith(row.said[1]), name
            others = [field for field in FREE if field != row.field]
            assert [answer.value(field) for field in others] == [typed[field] for field in others], name
            # What the form was made from stays with it: whoever mends the field is not stale by that.
            assert answer.value("version") == page.value("version")
