"""What a text becomes: cleaned when it is stored, its pictures files of the version, plain without script."""

import io

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.files.models import Scan, StoredFile
from app.knowledge.actions.audience import set_audience
from app.knowledge.models import Article, ArticleFile, ArticleVersion
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import files, knowledge
from tests.files.clamd import EICAR

HERE = "/console/knowledge"
NEW = f"{HERE}/new"


def a_category(session: Session) -> str:
    return str(knowledge.category(session).id)


def version_of(session: Session) -> ArticleVersion:
    return session.scalars(select(ArticleVersion).order_by(ArticleVersion.id.desc()).limit(1)).one()


def tokens_of(session: Session, number: int) -> set[str]:
    """The tokens of the files that come with the version of that number."""
    of_version = select(StoredFile.token).join(ArticleFile, ArticleFile.file_id == StoredFile.id)
    return set(
        session.scalars(
            of_version.join(ArticleVersion, ArticleVersion.id == ArticleFile.version_id).where(
                ArticleVersion.number == number
            )
        )
    )


def publish(session: Session) -> str:
    """Publish the newest article for the users of cs; its number."""
    article = session.scalars(select(Article).order_by(Article.id.desc()).limit(1)).one()
    set_audience(session, article, actor=knowledge.MAKER, readers=[knowledge.readers(session, "cs")])
    knowledge.publish_all(session, article)
    return article.number


def pictures(given: Given, *names: str) -> list[str]:
    return [given(files.whole_of, "agent", name=name, content=files.picture()) for name in names]


def image(token: str, name: str) -> str:
    return f'<p><img data-file="{token}" alt="{name}"></p>'


def begin(client: InspectingClient, category: str, *uploads: str, **typed: str) -> Page:
    form = {**client.get(NEW).form(NEW), "title": "題", "category": category, "language": "ja", **typed}
    return client.post(NEW, {**form, "uploads": list(uploads)})


# What is sent, what is stored of it, and its words.
CLEANED = (
    ("<p>a<script>pwned()</script>b</p>", "<p>ab</p>", "ab"),
    (
        '<p onclick="pwned()"><strong style="color:red">至急</strong></p>',
        "<p><strong>至急</strong></p>",
        "至急",
    ),
    ("<p>a</p><iframe src=//evil.example></iframe>", "<p>a</p>", "a"),
    ('<p>図<img src="https://evil.example/pixel.png" alt="x">表</p>', "<p>図表</p>", "図表"),
    ("<!-- pwned --><p>a</p>", "<p>a</p>", "a"),
    ("<p>1 < 2 & 3</p>", "<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
)
LINKS = {
    "https://example.com/a?b=1&amp;c=2": True,
    "mailto:desk@example.com": True,
    "javascript:alert(1)": False,
    "JaVaScRiPt&colon;alert(1)": False,
    "data:text/html,x": False,
    "file:///etc/passwd": False,
}


@pytest.mark.req("KB-15", "SEC-33")
def test_what_may_not_be_in_a_text_is_gone_before_it_is_stored(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    client = signed_in("agent")
    where = begin(client, given(a_category), body="文").location
    edit = f"{where}/ja/edit"
    for sent, html, words in CLEANED:
        assert client.submit(client.get(edit), edit, html=sent, body="something else").status == 303, sent
        version = stored(version_of)
        assert (version.html, version.body) == (html, words), sent


@pytest.mark.req("KB-15", "SEC-33")
def test_links_lead_to_the_web_and_to_mail_alone(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    html = "".join(f'<p><a href="{address}" target="_blank">こちら</a></p>' for address in LINKS)
    done = begin(signed_in("agent"), given(a_category), html=html, body="")
    kept = stored(version_of).html
    assert [address for address in LINKS if f'href="{address}"' in kept] == [
        address for address, is_link in LINKS.items() if is_link
    ]
    assert kept.count("href=") == kept.count('rel="noopener nofollow"') == 2
    assert kept.count("こちら") == len(LINKS)
    assert "target" not in kept
    shown = signed_in("agent").get(done.location).all("a", rel="noopener nofollow")
    assert [each.get("href") for each in shown] == [
        "https://example.com/a?b=1&c=2",
        "mailto:desk@example.com",
    ]


@pytest.mark.req("KB-15", "KB-11")
def test_plain_text_keeps_its_lines_and_its_signs(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    text = "一行目\r\n\r\n三行目 <b>太字ではない</b> & https://example.com/?a=1&b=2\r\n  字下げ"
    begin(signed_in("agent"), given(a_category), body=text)
    version = stored(version_of)
    assert version.body == text.replace("\r\n", "\n")
    assert version.html == (
        "<p>一行目</p><p></p><p>三行目 &lt;b&gt;太字ではない&lt;/b&gt; &amp; https://example.com/?a=1&amp;b=2</p>"
        "<p>  字下げ</p>"
    )
    page = signed_in("hanako").get(f"/cs/knowledge/{given(publish)}")
    (shown,) = page.styled("div", "rich-text")
    assert [page.words(line) for line in shown] == [
        "一行目",
        "",
        "三行目 <b>太字ではない</b> & https://example.com/?a=1&b=2",
        "字下げ",
    ]


@pytest.mark.req("KB-15")
def test_without_script_an_untouched_text_keeps_its_looks_and_a_changed_one_is_plain(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    client = signed_in("agent")
    rich = "<p>至急<strong>確認</strong></p><ul><li>一</li><li>二</li></ul>"
    where = begin(client, given(a_category), html=rich, body="").location
    edit = f"{where}/ja/edit"
    assert client.submit(client.get(edit), edit, title="題 改").status == 303
    version = stored(version_of)
    assert (version.title, version.html) == ("題 改", rich)
    assert client.submit(client.get(edit), edit, body="平文\n二行目").status == 303
    assert stored(version_of).html == "<p>平文</p><p>二行目</p>"


@pytest.mark.req("KB-15", "SEC-44", "KB-03")
def test_pictures_are_shown_to_whom_the_article_is_and_while_it_is(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    agent, hanako = signed_in("agent"), signed_in("hanako")
    first, second = pictures(given, "旧.png", "新.png")
    where = begin(agent, given(a_category), first, html=image(first, "旧.png"), body="").location
    others = [signed_in("charlie"), signed_in("jiro")]

    def seen(number: str, token: str) -> list[int]:
        path = f"/cs/knowledge/{number}/files/{token}"
        return [hanako.get(f"{path}/picture").status, hanako.get(path).status]

    number = where.rsplit("/", 1)[1]
    assert seen(number, first) == [404, 404]
    given(publish)
    assert seen(number, first) == [200, 200]
    page = hanako.get(f"/cs/knowledge/{number}")
    assert page.one("img", alt="旧.png").get("src") == f"/cs/knowledge/{number}/files/{first}/picture"
    for other in others:
        assert other.get(f"/fm/knowledge/{number}/files/{first}/picture").status == 404
        assert other.get(f"/cs/knowledge/{number}/files/{first}/picture").status != 200
    # A picture of the next version is nobody's yet, and the readers' page does not change.
    edit = f"{where}/ja/edit"
    form = {**agent.get(edit).form(edit), "html": image(second, "新.png"), "uploads": second, "kept": []}
    assert agent.post(edit, form).status == 303
    assert seen(number, second) == [404, 404]
    assert seen(number, first) == [200, 200]
    given(publish)
    assert seen(number, second) == [200, 200]
    assert seen(number, first) == [404, 404]
    assert (stored(lambda s: tokens_of(s, 1)), stored(lambda s: tokens_of(s, 2))) == ({first}, {second})
    assert agent.get(f"{where}/files/{first}/picture").status == 200


@pytest.mark.req("KB-15", "SEC-41", "SEC-44")
def test_a_picture_that_is_not_the_articles_is_a_name_to_everybody(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    """A text may name any token; what it does not bring as a file of its own stays a word."""
    agent = signed_in("agent")
    category = given(a_category)
    (own,) = pictures(given, "別の記事.png")
    other = begin(agent, category, own, html=image(own, "別の記事.png"), body="")
    assert other.status == 303
    lead = given(files.whole_of, "lead", name="秘密.png")
    html = image(own, "甲") + image(lead, "乙") + image("f" * 32, "丙")
    where = begin(agent, category, html=html, body="").location
    number = given(publish)
    assert stored(lambda session: tokens_of(session, 1)) == {own}
    for page in (agent.get(where), signed_in("hanako").get(f"/cs/knowledge/{number}")):
        assert not [each for each in page.all("img") if "/files/" in each.get("src", "")]
        assert all(f"[{name}]" in page.words() for name in "甲乙丙")
    for token in (own, lead, "f" * 32):
        assert signed_in("hanako").get(f"/cs/knowledge/{number}/files/{token}/picture").status == 404
        assert agent.get(f"{where}/files/{token}").status == 404


@pytest.mark.req("KB-15", "SEC-44")
def test_of_the_files_that_stay_only_the_articles_own_are_taken(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    agent = signed_in("agent")
    category = given(a_category)
    foreign, first, second = (given(files.whole_of, "agent", name=f"{name}.txt") for name in "他甲乙")
    assert begin(agent, category, foreign, body="他").status == 303
    where = begin(agent, category, first, second, body="文").location
    edit = f"{where}/ja/edit"
    page = agent.get(edit)
    assert all(page.by_id(f"kept-{token}").get("checked") is not None for token in (first, second))
    form = page.form(edit)
    tokens = [second, second, foreign, "f" * 32, "\0", "' OR 1=1 --", ""]
    assert agent.post(edit, {**form, "kept": tokens}).status == 303
    assert stored(tokens_of_newest) == [second]


def tokens_of_newest(session: Session) -> list[str]:
    newest = version_of(session)
    of_version = select(ArticleFile.file_id).where(ArticleFile.version_id == newest.id)
    return list(session.scalars(select(StoredFile.token).where(StoredFile.id.in_(of_version))))


@pytest.mark.req("KB-15", "SEC-39")
def test_many_files_that_stay_cost_no_query_each(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    agent = signed_in("agent")
    category = given(a_category)
    tokens = [given(files.whole_of, "agent", name=f"{index}.txt") for index in range(5)]
    few = begin(agent, category, tokens[0], body="文").location
    many = begin(agent, category, *tokens[1:], body="文").location
    first, second = (agent.get(f"{where}/ja/edit") for where in (few, many))
    assert len(second.queries) == len(first.queries)
    with untouched():
        form = {**second.form(f"{many}/ja/edit"), "title": ""}
        stuffed = [f"{index:032x}" for index in range(900)]
        answer = agent.post(f"{many}/ja/edit", {**form, "kept": [*tokens[1:], *stuffed]})
    assert answer.status == 422
    assert len(answer.queries) <= len(second.queries) + 2
    assert [each.get("value") for each in answer.all("input", name="kept")] == tokens[1:]


@pytest.mark.req("KB-15", "SEC-45")
def test_a_refused_form_still_has_its_files_and_nothing_is_kept_of_them(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    agent = signed_in("agent")
    category = given(a_category)
    good, bad = (given(files.whole_of, "agent", name=f"{name}.png") for name in "良悪")
    given(_block, bad)
    with untouched():
        answer = begin(agent, category, good, bad, body="文", html=f"<p>文</p>{image(good, '良.png')}")
    assert answer.status == 422
    assert "悪.png" in answer.error_at("uploads")
    assert "良.png" not in answer.error_at("uploads")
    sent = [each.get("value") for each in answer.all("input", name="uploads")]
    assert good in sent
    assert image(good, "良.png") in answer.value("html")


def _block(session: Session, token: str) -> None:
    row = files.uploads(session)
    upload = next(each for each in row if each.token == token)
    session.execute(update(type(upload)).where(type(upload).id == upload.id).values(scan=Scan.BLOCKED))


@pytest.mark.req("KB-15", "SEC-43")
def test_without_script_attachments_come_with_the_form_and_go_out_as_downloads(
    given: Given, signed_in: SignedIn
) -> None:
    agent = signed_in("agent")
    form = agent.get(NEW).form(NEW)
    sent = {
        **form,
        "title": "添付",
        "body": "文",
        "category": given(a_category),
        "language": "ja",
        "files": [(io.BytesIO(b"<script>x</script>"), "手順.html"), (io.BytesIO(EICAR), "検査.txt")],
    }
    done = agent.post(NEW, sent, content_type="multipart/form-data")
    assert done.status == 303
    number = given(publish)
    page = signed_in("hanako").get(f"/cs/knowledge/{number}")
    links = {each.get("href") for each in page.all("a") if "/files/" in each.get("href", "")}
    assert len(links) == 2
    for link in links:
        answer = signed_in("hanako").get(link).answer
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "application/octet-stream"
