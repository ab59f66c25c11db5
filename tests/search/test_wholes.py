"""Addresses, hashes, numbers and names stand as one, however they are written, and are found by their parts."""

import pytest

from app.search.analyzer import asked, tokens


def terms(text: str) -> list[str]:
    return [token.term for token in asked(text)]


def parts(text: str) -> set[str]:
    return {token.term for token in tokens(text)} - set(terms(text))


@pytest.mark.req("SEARCH-05")
@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("192[.]0[.]2[.]7", "192.0.2.7"),
        ("１９２．０．２．７", "192.0.2.7"),
        ("192.000.002.007", "192.0.2.7"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001[:]db8[:][:]1", "2001:db8::1"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("::1", "::1"),
        ("D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"),
        ("da39a3ee5e6b4b0d3255bfef95601890afd80709", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("e3b0c44298fc1c149afbf4c8996fb924" * 2, "e3b0c44298fc1c149afbf4c8996fb924" * 2),
        ("CVE-2024-12345", "cve-2024-12345"),
        ("cve‑2024–12345", "cve-2024-12345"),
        ("CVE 2024-12345", "cve-2024-12345"),
        ("evil[.]example[.]com", "evil.example.com"),
        ("evil(.)example[dot]com", "evil.example.com"),
        ("EVIL.Example.COM", "evil.example.com"),
        ("hxxps://evil[.]example[.]com", "evil.example.com"),
        ("hxxp[:]//evil.example.com/", "evil.example.com"),
        ("hxxps[://]evil[.]example[.]com", "evil.example.com"),
        ("https://evil.example.com/a/b.php?x=1", "evil.example.com/a/b.php?x=1"),
        ("hxxps://evil[.]example[.]com/a/b[.]php?x=1", "evil.example.com/a/b.php?x=1"),
        ("evil.example.com:8443/a/", "evil.example.com/a"),
        ("http://[2001:db8::1]/x", "2001:db8::1/x"),
        ("abuse@example.org", "abuse@example.org"),
        ("abuse[at]example[.]org", "abuse@example.org"),
        ("ＣＳ００６７４１４", "cs0067414"),
        ("KB 0010932", "kb0010932"),
        ("WR-0000001", "wr0000001"),
        ("report_v1.2.pdf", "report_v1.2.pdf"),
        ("00-1A-2B-3C-4D-5E", "00:1a:2b:3c:4d:5e"),
        ("6F9619FF-8B86-D011-B42D-00CF4FC964FF", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
        ("v2.14.1", "2.14.1"),
        ("N200000001", "n200000001"),
    ],
)
def test_a_whole_has_one_plain_form(written: str, plain: str) -> None:
    assert terms(written) == [plain]
    assert terms(f"通信先は{written}です。") == ["通信", "先", plain] or plain in terms(
        f"通信先は{written}です。"
    )
    assert plain in terms(f"({written}), and more")


@pytest.mark.parametrize(
    ("written", "found_by"),
    [
        ("evil.example.com", {"example.com"}),
        ("a.b.example.co.jp", {"b.example.co.jp", "example.co.jp"}),
        ("taro@mail.example.com", {"taro", "mail.example.com", "example.com"}),
        ("192.0.2.7", {"192.0.2", "192.0"}),
        ("192.0.2.0/24", {"192.0.2.0", "192.0.2", "192.0"}),
        ("2001:db8::/32", {"2001:db8::"}),
        ("CVE-2024-12345", {"cve"}),
        ("CS0067414", {"0067414"}),
        ("2.14.1", {"2.14"}),
        ("invoice_2026.xlsm", {"invoice", "2026"}),
        (
            "https://evil.example.com/a/b.php?x=1",
            {"evil.example.com", "example.com", "evil.example.com/a", "evil.example.com/a/b.php"},
        ),
    ],
)
def test_a_whole_is_found_by_its_parts(written: str, found_by: set[str]) -> None:
    assert parts(written) == found_by


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is done.Then restart", ["done", "then", "restart"]),
        ("at 12:30:45", ["12", "30", "45"]),
        ("app.search.engine", ["app", "search", "engine"]),
        ("300.1.1.1 or 1.2.3.4.5", ["300.1.1.1", "1.2.3.4.5"]),
        ("CVE-2024-1", ["cve", "2024", "1"]),
        ("XCS0067414", ["xcs", "0067414"]),
        ("CS00674145", ["cs00674145"]),
        ("std::vector", ["std", "vector"]),
        ("g" * 32, ["g" * 32]),
        ("mail.log", ["mail.log"]),
        ("99.5%", ["99.5"]),
    ],
)
def test_what_looks_like_a_whole_and_is_none(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_what_closes_a_sentence_is_not_of_the_address() -> None:
    source = "「https://example.com/a」(http://example.com/b)。http://example.com/c."
    assert [source[token.start : token.end] for token in asked(source)] == [
        "https://example.com/a",
        "http://example.com/b",
        "http://example.com/c",
    ]


def test_an_address_does_not_take_the_japanese_after_it() -> None:
    assert terms("https://example.com/aを遮断") == ["example.com/a", "遮断"]
    assert terms("user@example.comへ返信") == ["user@example.com", "返信"]


def test_offsets_of_a_defanged_whole_and_its_parts() -> None:
    source = "先に hxxp://evil[.]example[.]com を"
    places = {token.term: source[token.start : token.end] for token in tokens(source)}
    assert places["evil.example.com"] == "hxxp://evil[.]example[.]com"
    assert places["example.com"] == "example[.]com"
