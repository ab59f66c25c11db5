"""The gate for rich text (CASE-07, SEC-33): what gets through, and that nothing else does."""

import re
import time
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given as examples
from hypothesis import settings as effort
from hypothesis import strategies as st

from app.richtext import TooMuch, clean, for_mail, from_text, is_empty, show, to_text
from app.richtext.cleaning import LARGEST_BYTES, MOST_TAGS
from app.richtext.palette import LINK_REL, LOOKS, TAGS, VOID
from app.richtext.tree import MOST_DEEP
from tests.richtext.payloads import known, mutations

TOKEN = "0123456789abcdef0123456789abcdef"
MUTATIONS = 1_600
KNOWN = known()
GROUPS = 40

ALLOWED = {
    "a": {"href", "rel"},
    "span": {"class"},
    "img": {"data-file", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}


class _Inspector(HTMLParser):
    """Fails on anything that is not on the list; a reading of its own, apart from the cleaner's."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ALLOWED.get(tag, set()), (tag, name)
            assert value is not None
            if name == "href":
                assert re.match(r"(https?://|mailto:)", value, re.IGNORECASE), value
            if name == "class":
                assert set(value.split()) <= set(LOOKS), value
            if name == "data-file":
                assert re.fullmatch(r"[0-9a-f]{32}", value), value
        if tag not in VOID:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def _inspect(cleaned: str) -> None:
    inspector = _Inspector()
    inspector.feed(cleaned)
    inspector.close()
    assert inspector.open == []
    assert inspector.deepest <= MOST_DEEP


@pytest.mark.req("SEC-33", "CASE-07")
@pytest.mark.parametrize("group", range(GROUPS))
def test_no_known_way_of_evasion_gets_through(group: int) -> None:
    for payload in KNOWN[group::GROUPS]:
        cleaned = clean(payload)
        _inspect(cleaned)
        assert clean(cleaned) == cleaned, payload


@pytest.mark.req("SEC-33", "CASE-07")
@pytest.mark.parametrize("seed", range(GROUPS))
def test_no_mutation_of_them_gets_through(seed: int) -> None:
    for payload in mutations(MUTATIONS // GROUPS, seed):
        cleaned = clean(payload)
        _inspect(cleaned)
        assert clean(cleaned) == cleaned, payload


@pytest.mark.req("SEC-33")
def test_there_are_at_least_two_thousand_payloads() -> None:
    assert len(KNOWN) + MUTATIONS >= 2_000


@pytest.mark.req("SEC-33", "CASE-06")
@pytest.mark.parametrize(
    "html",
    [
        "<p>一行目<br>二行目</p><p></p><p><strong>太字</strong> <em>斜体</em> <u>下線</u> <s>取消</s></p>",
        "<h2>A</h2><h3>B</h3><h4>C</h4><hr><blockquote><p>q</p></blockquote>",
        "<ul><li><p>1</p><ul><li><p>2</p></li></ul></li></ul><ol><li><p>x</p></li></ol>",
        '<p><span class="rt-color-red rt-back-yellow rt-font-mono rt-size-l">x</span></p>',
        f'<p><a href="https://x.example/?a=1&amp;b=2" rel="{LINK_REL}">x</a></p>',
        f'<p><a href="mailto:a@x.example" rel="{LINK_REL}">x</a></p>',
        "<pre><code>a &lt; b\n  c</code></pre>",
        '<table><tbody><tr><th><p>A</p></th><td colspan="2" rowspan="3"><p>B</p></td></tr></tbody></table>',
        f'<p><img data-file="{TOKEN}" alt="Pasted image.png"></p>',
    ],
)
def test_what_the_editor_writes_stays_as_it_is(html: str) -> None:
    assert clean(html) == html


@pytest.mark.req("SEC-33")
@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ('<p style="color:red" id="x" class="y">a</p>', "<p>a</p>"),
        ('<span class="rt-color-red rt-color-blue evil">a</span>', '<span class="rt-color-red">a</span>'),
        ('<span class="evil">a</span>', "a"),
        ('<a href="/cases/1">a</a>', "a"),
        ('<a href="ftp://x.example">a</a>', "a"),
        ('<img src="data:image/png;base64,AAAA">', ""),
        ('<img src="https://x.example/p.png" alt="p">', ""),
        ('<td colspan="2">a</td>', "a"),
        (
            '<table><tr><td colspan="99">a</td></tr></table>',
            '<table><tbody><tr><td colspan="50">a</td></tr></tbody></table>',
        ),
        ("<h1>a</h1><h6>b</h6><div>c</div><del>d</del>", "<h2>a</h2><h4>b</h4><p>c</p><s>d</s>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<script>a</script>b<style>c</style>", "b"),
    ],
)
def test_what_is_not_allowed_goes_and_its_words_stay(html: str, cleaned: str) -> None:
    assert clean(html) == cleaned


@pytest.mark.req("SEC-33")
def test_256_kib_are_taken_and_one_byte_more_is_not() -> None:
    frame = len("<p></p>")
    full = f"<p>{'x' * (LARGEST_BYTES - frame)}</p>"
    assert clean(full) == full
    with pytest.raises(TooMuch):
        clean(full.replace("x", "xx", 1))
    # Bytes are meant, not signs.
    with pytest.raises(TooMuch):
        clean("字" * (LARGEST_BYTES // 3 + 1))


@pytest.mark.req("SEC-33")
def test_more_formatting_than_a_letter_has_is_refused() -> None:
    with pytest.raises(TooMuch):
        clean("<b>x</b>" * (MOST_TAGS // 2 + 1))


@pytest.mark.req("SEC-33")
def test_nesting_is_bounded_and_the_words_stay() -> None:
    html = "<blockquote>" * 500 + "deep" + "</blockquote>" * 500
    cleaned = clean(html)
    _inspect(cleaned)
    assert "deep" in cleaned


@pytest.mark.req("SEC-33", "REL-08")
@pytest.mark.parametrize(
    "nasty",
    [
        "<" * 7_999 + "x" * 200_000,
        "<a " + "a" * 250_000 + ">",
        "<a " + "a=   " * 50_000 + ">",
        '<a "' * 7_000,
        "<!--" * 7_000,
        "".join(f"<b id={number}>" for number in range(3_900)) + "<p>" * 4_000,
        "<i></p>" * 3_900,
        "<table><tr><td>" * 2_600,
        "&" * 50_000,
    ],
    ids=["signs", "name", "values", "quotes", "comments", "formatting", "ends", "tables", "references"],
)
def test_text_made_to_keep_the_server_busy_is_done_with_soon(nasty: str) -> None:
    begun = time.process_time()
    with suppress(TooMuch):
        clean(nasty)
    assert time.process_time() - begun < 3


@effort(max_examples=300, deadline=None)
@examples(
    st.lists(
        st.sampled_from(
            [*"<>&\"'/=! -ab\n\0\t", "<p>", "<td>", "<table>", "</", "<pre>\n", "<li>", "<b>", "<a "]
        ),
        max_size=60,
    ).map("".join)
)
@pytest.mark.req("SEC-33")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned = clean(text)
    _inspect(cleaned)
    assert clean(cleaned) == cleaned


@effort(max_examples=200, deadline=None)
@examples(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=80))
@pytest.mark.req("SEC-33", "CASE-05")
def test_plain_words_survive_the_way_there_and_back(text: str) -> None:
    lines = [line.rstrip() for line in text.split("\n")]
    assert to_text(clean(from_text(text))) == "\n".join(lines).strip("\n")


@pytest.mark.req("CASE-05")
@pytest.mark.parametrize(
    "html", ["", "<p></p>", "<p><br></p>", "<p> \u00a0\u3000</p>", "<ul></ul>", "<script>x</script>"]
)
def test_what_says_nothing_is_empty(html: str) -> None:
    assert is_empty(clean(html))


@pytest.mark.req("CASE-08")
def test_a_picture_alone_is_not_empty() -> None:
    assert not is_empty(f'<p><img data-file="{TOKEN}" alt="Pasted image.png"></p>')


@pytest.mark.req("CASE-05")
def test_words_are_readable_without_their_looks() -> None:
    html = (
        "<h2>見出し</h2><p>本文<br>続き</p><p></p><ul><li><p>一</p><ol><li><p>二</p></li></ol></li></ul>"
        "<blockquote><p>引用</p></blockquote><pre><code>a\n  b</code></pre>"
        "<table><tbody><tr><th><p>A</p></th><td><p>B</p><p>C</p></td></tr></tbody></table>"
        '<p><a href="https://x.example/">案内</a> <a href="https://y.example/">https://y.example/</a></p>'
        f'<p><img data-file="{TOKEN}" alt="Pasted image.png"></p>'
    )
    assert to_text(html).split("\n") == [
        *("見出し", "本文", "続き", "", "- 一", "  1. 二", "> 引用", "a", "  b", "A | B C"),
        *("案内 (https://x.example/) https://y.example/", "[Pasted image.png]"),
    ]


@pytest.mark.req("CASE-08", "SEC-33")
def test_pages_show_pictures_of_the_case_and_name_the_others() -> None:
    html = f'<p><img data-file="{TOKEN}" alt="a&quot;b"><img data-file="{"f" * 32}" alt="c&lt;d"></p>'
    shown = str(show(html, lambda token: "/picture" if token == TOKEN else None))
    assert f'<img data-file="{TOKEN}" alt="a&quot;b" src="/picture" loading="lazy">' in shown
    assert "[c&lt;d]" in shown
    assert "f" * 32 not in shown


@pytest.mark.req("SEC-33")
def test_what_stands_in_the_database_is_cleaned_again_when_it_is_shown() -> None:
    for dressed in (
        show("<p onclick=x>a<script>b</script></p>", lambda _token: None),
        for_mail("<p onclick=x>a</p>"),
    ):
        assert "onclick" not in dressed
        assert "script" not in dressed


@pytest.mark.req("MAIL-02", "SEC-33")
def test_a_mail_has_inline_styles_of_the_palette_and_loads_nothing() -> None:
    html = f'<p><span class="rt-color-red rt-size-l">赤</span><img data-file="{TOKEN}" alt="P.png"></p>'
    mailed = str(for_mail(html))
    assert 'style="color:#b3261e;font-size:1.25em"' in mailed
    assert "[P.png]" in mailed
    assert "img" not in mailed
    assert "class" not in mailed
