"""Documents at the desk: one file each, checked before it is taken, replaced without losing number or views."""

import io

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.files.models import Scan, StoredFile, Upload
from app.knowledge.actions.audience import set_audience
from app.knowledge.models import Article, ArticleFile, ArticleKind, ArticleVersion, ArticleViews
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import files, knowledge

HERE = "/console/knowledge"
NEW = f"{HERE}/new?kind=document"
READERS = (("agent", 0), ("cs_agent", 1))
in_both_languages = pytest.mark.parametrize(("who", "language"), READERS, ids=("ja", "en"))
NO_FILE = ("先にファイルを選択してください。", "Choose a file first.")
TWO_FILES = ("文書のファイルは1つです。1つだけ選択してください。", "A document is one file. Choose one.")
GONE = (
    "保存期限が切れたファイルがあります。もう一度選択してください。",
    "A file is not there any more. Choose it again.",
)
BLOCKED = (
    "ファイル 手引き.pdf はウイルスチェックで検出されたため、受け付けられません。",
    "File 手引き.pdf was stopped by the virus check.",
)
EMPTY = "File 空.pdf is empty. Choose a file with content."


def a_category(session: Session) -> str:
    return str(knowledge.category(session).id)


def fields(category: str) -> dict[str, str]:
    return {"title": "手引き", "remark": "初版", "category": category, "language": "ja"}


def article_of(session: Session) -> Article:
    return session.scalars(select(Article).order_by(Article.id.desc()).limit(1)).one()


def versions(session: Session) -> list[ArticleVersion]:
    return list(session.scalars(select(ArticleVersion).order_by(ArticleVersion.id)))


def file_names(session: Session) -> list[str | None]:
    """The names of the versions' documents."""
    found = select(StoredFile.name).select_from(ArticleVersion).outerjoin(ArticleVersion.document)
    return list(session.scalars(found.order_by(ArticleVersion.id)))


def kept_files(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(StoredFile)) or 0


def views(session: Session) -> int:
    return session.scalar(select(ArticleViews.total)) or 0


def block(session: Session, token: str) -> None:
    session.execute(update(Upload).where(Upload.token == token).values(scan=Scan.BLOCKED))


def with_file(client: InspectingClient, page: Page, where: str, name: str, content: bytes) -> Page:
    """Send the form as a browser without script does: the file comes with it."""
    sent = {**page.form(where), "files": (io.BytesIO(content), name)}
    return client.post(where, sent, content_type="multipart/form-data")


def begin(client: InspectingClient, given: Given, who: str, *, name: str = "一版.pdf") -> str:
    """A document of cs as a draft; its address."""
    token = given(files.whole_of, who, name=name)
    typed = {**fields(given(a_category)), "uploads": token}
    return client.submit(client.get(NEW), NEW, **typed).location


def publish(session: Session) -> None:
    article = article_of(session)
    set_audience(session, article, actor=knowledge.MAKER, readers=[knowledge.readers(session, "cs")])
    knowledge.publish_all(session, article)


@pytest.mark.req("KB-10", "KB-15", "SEC-41", "SEC-45")
@in_both_languages
def test_a_document_is_one_whole_clean_file_of_ones_own(
    given: Given, signed_in: SignedIn, untouched: Untouched, who: str, language: int
) -> None:
    category = given(a_category)
    own, second, blocked = (given(files.whole_of, who, name="手引き.pdf") for _each in range(3))
    given(block, blocked)
    foreign = given(files.whole_of, "lead")
    half = given(files.begun, who, name="途中.pdf", content=b"01234")
    client = signed_in(who)
    page = client.get(NEW)
    typed = fields(category)
    with untouched():
        for tokens, said in (
            ([], NO_FILE),
            ([own, second], TWO_FILES),
            ([blocked], BLOCKED),
            ([foreign], GONE),
            (["0" * 32], GONE),
            (["../../etc/passwd"], GONE),
        ):
            answer = client.post(NEW, {**page.form(NEW), **typed, "uploads": tokens})
            assert answer.status == 422, tokens
            assert answer.error_at("uploads").endswith(said[language]), tokens
            assert {field: answer.value(field) for field in typed} == typed
            # One's own upload need not be chosen again; nobody learns the name of another's.
            assert (own in answer.text) == (own in tokens)
            assert "log.txt" not in answer.text
        answer = client.submit(page, NEW, uploads=half, **typed)
        assert answer.status == 422
        assert "途中.pdf" in answer.error_at("uploads")


@pytest.mark.req("KB-15", "SEC-41")
def test_an_upload_of_a_colleague_is_the_same_as_one_that_never_was(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    category, foreign = given(a_category), given(files.whole_of, "lead", name="秘密.pdf")
    client = signed_in("agent")
    page = client.get(NEW)
    with untouched():
        answers = [
            client.submit(page, NEW, uploads=token, **fields(category)) for token in (foreign, "f" * 32)
        ]
    assert answers[0].kind() == answers[1].kind()


@pytest.mark.req("KB-10", "KB-15")
def test_without_script_the_file_comes_with_the_form(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    category = given(a_category)
    client = signed_in("cs_agent")
    page = client.get(NEW)
    bare = with_file(client, page, NEW, "空.pdf", b"")
    assert bare.status == 422
    assert bare.error_at("uploads").endswith(EMPTY)
    # The title is missing: the file has arrived all the same, and the form names it instead of asking again.
    half = with_file(client, page, NEW, "手引き.pdf", b"%PDF-1.7 one")
    assert half.status == 422
    assert half.error_at("title")
    assert "手引き.pdf" in half.text
    token = half.value("uploads")
    assert client.submit(half, NEW, **fields(category)).status == 303
    assert stored(file_names) == ["手引き.pdf"]
    assert stored(lambda session: files.file_of(session, token).sha256)


@pytest.mark.req("KB-10", "KB-15")
def test_what_a_document_holds_is_its_file_and_no_text(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    token = given(files.whole_of, "agent", name="手引き.pdf")
    client = signed_in("agent")
    page = client.get(NEW)
    assert not [each for each in page.all("textarea") if each.get("name") in {"body", "html"}]
    typed = {**fields(given(a_category)), "body": "余分", "html": "<p>余分</p>", "kept": "f" * 32}
    assert client.submit(page, NEW, uploads=token, **typed).status == 303
    (version,) = stored(versions)
    assert (version.body, version.html, version.number) == ("", "", 1)
    assert version.document_id is not None
    assert stored(article_of).kind is ArticleKind.DOCUMENT
    assert stored(lambda session: session.scalars(select(ArticleFile.file_id)).all()) == []


@pytest.mark.req("KB-10", "KB-12", "KB-15", "SEC-44")
def test_a_replaced_file_keeps_number_and_views_and_the_old_one_is_gone_for_readers(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    agent, hanako = signed_in("agent"), signed_in("hanako")
    where = begin(agent, given, "agent")
    number = stored(article_of).number
    given(publish)
    first = stored(lambda session: session.scalars(select(StoredFile.token)).one())
    old = f"/cs/knowledge/{number}/files/{first}"
    assert hanako.get(old).status == 200
    assert stored(views) == 1
    token = given(files.whole_of, "agent", name="二版.pdf", content=b"the second one")
    edit = f"{where}/ja/edit"
    assert agent.submit(agent.get(edit), edit, uploads=token, remark="差し替え").status == 303
    new = f"/cs/knowledge/{number}/files/{token}"
    # Until somebody publishes it, readers have the first one, and the second one is nothing.
    assert [hanako.get(new).status, hanako.get(old).status] == [404, 200]
    assert agent.get(f"{where}/files/{token}").status == 200
    given(publish)
    assert [hanako.get(new).status, hanako.get(old).status] == [200, 404]
    # The desk keeps the old one, and its downloads count for nothing.
    assert agent.get(f"{where}/files/{first}").status == 200
    assert stored(views) == 3
    assert [(each.number, each.remark) for each in stored(versions)] == [(1, "初版"), (2, "差し替え")]
    assert stored(file_names) == ["一版.pdf", "二版.pdf"]
    assert stored(article_of).number == number


@pytest.mark.req("KB-15", "SEC-45")
def test_a_file_that_is_refused_leaves_the_document_as_it_is(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    client = signed_in("cs_agent")
    where = begin(client, given, "cs_agent")
    edit = f"{where}/ja/edit"
    blocked = given(files.whole_of, "cs_agent", name="手引き.pdf")
    others = [given(files.whole_of, "cs_agent") for _each in range(2)]
    given(block, blocked)
    page = client.get(edit)
    with untouched():
        for tokens, said in (([blocked], BLOCKED), (others, TWO_FILES), (["f" * 32], GONE)):
            answer = client.post(edit, {**page.form(edit), "title": "改", "uploads": tokens})
            assert answer.status == 422
            assert answer.error_at("uploads").endswith(said[1])
            assert answer.value("title") == "改"
            assert "一版.pdf" in answer.words()


@pytest.mark.req("KB-15")
def test_a_document_in_the_other_language_needs_a_file_of_its_own(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    agent = signed_in("agent")
    where = begin(agent, given, "agent")
    edit = f"{where}/en/edit"
    page = agent.get(edit)
    assert "一版.pdf" not in page.form(edit).values()
    with untouched():
        assert agent.submit(page, edit, title="Guide").error_at("uploads").endswith(NO_FILE[0])
    token = given(files.whole_of, "agent", name="guide.pdf")
    assert agent.submit(page, edit, title="Guide", uploads=token).status == 303
    source, translation = stored(versions)
    assert (translation.language, translation.translates_id) == ("en", source.id)
    assert stored(file_names) == ["一版.pdf", "guide.pdf"]


@pytest.mark.req("KB-15", "REL-05")
def test_a_stale_form_keeps_no_file_and_the_second_try_does(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    agent, lead = signed_in("agent"), signed_in("lead")
    where = begin(agent, given, "agent")
    edit = f"{where}/ja/edit"
    mine, theirs = agent.get(edit), lead.get(edit)
    assert lead.submit(theirs, edit, uploads=given(files.whole_of, "lead", name="上長.pdf")).status == 303
    token = given(files.whole_of, "agent", name="私.pdf")
    with untouched():
        stale = agent.submit(mine, edit, uploads=token)
    assert stale.status == 409
    assert "上長.pdf" in stale.words()
    assert stale.value("uploads") == token
    assert agent.submit(stale, edit).status == 303
    assert stored(file_names) == ["私.pdf"]


@pytest.mark.req("KB-15", "REL-04")
def test_a_second_click_keeps_the_file_once(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    agent = signed_in("agent")
    token = given(files.whole_of, "agent", name="一版.pdf")
    typed = {**fields(given(a_category)), "uploads": token}
    page = agent.get(NEW)
    places = {agent.submit(page, NEW, **typed).location for _click in range(3)}
    assert len(places) == 1
    assert stored(kept_files) == 1
    # The upload was taken: another article cannot take it too.
    assert agent.submit(agent.get(NEW), NEW, **typed).error_at("uploads").endswith(GONE[0])
    assert len(stored(versions)) == 1
