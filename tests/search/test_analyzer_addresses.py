"""Addresses in every way a desk writes them: defanged, with ports and paths, networks, hashes, names of files."""

import pytest

from app.search.analyzer import asked, tokens

pytestmark = pytest.mark.req("SEARCH-05")


def terms(text: str) -> list[str]:
    return [token.term for token in asked(text)]


def all_terms(text: str) -> set[str]:
    return {token.term for token in tokens(text)}


@pytest.mark.parametrize(
    "written",
    [
        "evil{.}example{.}com",
        "evil[dot]example[dot]com",
        "evil(dot)example(dot)com",
        "evil[.]example.com",
        "h**p://evil.example.com",
        "hxxp[s]://evil[.]example[.]com",
        "hxxps(:)//evil(.)example(.)com/",
        "https[:]//evil.example.com",
        "fxp://evil.example.com",
        "ftps://evil.example.com",
        "wss://evil.example.com",
        "HXXPS://EVIL[.]EXAMPLE[.]COM",
        "ｈｘｘｐ：／／ｅｖｉｌ［．］ｅｘａｍｐｌｅ［．］ｃｏｍ",
        "https://evil.example.com:8443",
    ],
)
def test_a_host_is_found_however_it_was_made_harmless(written: str) -> None:
    assert terms(written) == ["evil.example.com"]
    assert all_terms(written) == {"evil.example.com", "example.com"}


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("hxxps://evil[.]example[.]com/Drop[.]php", "evil.example.com/drop.php"),
        ("https://192.0.2.7:8443/a", "192.0.2.7/a"),
        ("http://localhost:8080/x", "localhost/x"),
        ("http://intranet/path/", "intranet/path"),
        ("http://[2001:db8::1]:443/x", "2001:db8::1/x"),
        ("https://example.com/?q=1", "example.com/?q=1"),
        ("https://example.com#top", "example.com#top"),
        ("evil[.]malware", "evil.malware"),
        ("user(at)example(.)org", "user@example.org"),
        ("user[@]example[.]org", "user@example.org"),
        ("First.Last+Tag@Example.co.jp", "first.last+tag@example.co.jp"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("xn--eckwd4c7c.xn--zckzah", "xn--eckwd4c7c.xn--zckzah"),
    ],
)
def test_an_address_has_one_form(written: str, plain: str) -> None:
    assert terms(written) == [plain]


def test_a_path_is_found_by_four_of_its_beginnings_and_without_its_question() -> None:
    assert all_terms("https://example.com/a/b/c/d/e/f?q=1#frag") == {
        "example.com",
        "example.com/a",
        "example.com/a/b",
        "example.com/a/b/c",
        "example.com/a/b/c/d",
        "example.com/a/b/c/d/e/f",
        "example.com/a/b/c/d/e/f?q=1#frag",
    }


@pytest.mark.parametrize(
    ("domain", "above"),
    [
        ("example.com", set()),
        ("a.co.jp", set()),
        ("x.a.co.jp", {"a.co.jp"}),
        ("x.y.example.com", {"y.example.com", "example.com"}),
        ("x.example.jp", {"example.jp"}),
        (
            ".".join("abcdefghijklmn") + ".com",
            {".".join("abcdefghijklmn"[first:]) + ".com" for first in range(5, 14)},
        ),
    ],
)
def test_the_domains_above_are_those_that_somebody_may_own(domain: str, above: set[str]) -> None:
    assert all_terms(domain) - {domain} == above


@pytest.mark.parametrize(
    ("written", "found_by"),
    [
        ("198.51.100.0", {"198.51.100.0", "198.51.100", "198.51"}),
        ("255.255.255.255", {"255.255.255.255", "255.255.255", "255.255"}),
        ("192(.)0[.]2.7", {"192.0.2.7", "192.0.2", "192.0"}),
        ("192.0.2.7.", {"192.0.2.7", "192.0.2", "192.0"}),
        ("10.0.0.0/8", {"10.0.0.0/8", "10.0.0.0", "10.0.0", "10.0"}),
        # A port that no path follows is a number like any.
        ("evil.example.com:8443", {"evil.example.com", "example.com", "8443"}),
        ("192.0.2.7:443", {"192.0.2.7", "192.0.2", "192.0", "443"}),
        # No octet is that large, so nothing of it is a network.
        ("256.1.1.1", {"256.1.1.1"}),
        ("fe80::1", {"fe80::1"}),
        ("::", {"::"}),
        ("[2001:DB8::1]", {"2001:db8::1"}),
        ("2001:db8::1/64", {"2001:db8::1/64", "2001:db8::1"}),
        ("2001:db8:0:0:1:0:0:1", {"2001:db8::1:0:0:1"}),
        ("2001:0db8:0000:0000:0001:0000:0000:0001", {"2001:db8::1:0:0:1"}),
        ("1::2::3", {"1", "2", "3"}),
        ("2001:db8", {"2001", "db8"}),
        ("12:30", {"12", "30"}),
        ("00:1A:2B:3C:4D:5E", {"00:1a:2b:3c:4d:5e"}),
        ("00-1a-2b-3c-4d-5e-6f", {"00", "1a", "2b", "3c", "4d", "5e", "6f"}),
    ],
)
def test_numbers_of_machines_and_networks(written: str, found_by: set[str]) -> None:
    assert all_terms(written) == found_by


def test_two_addresses_beside_a_comma_are_two() -> None:
    assert terms("192.0.2.7,192.0.2.8、192.0.2.9") == ["192.0.2.7", "192.0.2.8", "192.0.2.9"]


@pytest.mark.parametrize("length", [32, 40, 64, 96, 128])
def test_a_hash_of_each_length_is_one_word_in_either_case(length: int) -> None:
    digest = ("AB-12CD34" * 20).replace("-", "")[:length]
    assert terms(f"SHA: {digest}、{digest.lower()}を検知")[1:3] == [digest.lower()] * 2
    # Digits alone, which would be a number elsewhere, and letters alone.
    assert terms("1" * length) == ["1" * length]
    assert terms("feed" * (length // 4)) == ["feed" * (length // 4)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("CVE-2024-123", ["cve", "2024", "123"]),
        ("CVE-2024-1234", ["cve-2024-1234"]),
        ("CVE-2024-1234567", ["cve-2024-1234567"]),
        ("CVE-2024-12345678", ["cve", "2024", "12345678"]),
        ("CVE_2024_12345", ["cve-2024-12345"]),
        ("CVE2024-12345", ["cve-2024-12345"]),
        ("CS 0067414", ["cs0067414"]),
        ("ｃｓ－００６７４１４", ["cs0067414"]),
        ("CS067414", ["cs067414"]),
        ("v1.0", ["1.0"]),
        ("TLS1.2", ["tls", "1.2"]),
        ("SHA-256", ["sha", "256"]),
        ("MD5", ["md5"]),
        ("Office365", ["office", "365"]),
    ],
)
def test_numbers_of_records_weaknesses_and_versions(written: str, expected: list[str]) -> None:
    assert terms(written) == expected


@pytest.mark.parametrize(
    ("written", "whole", "found_by"),
    [
        ("a.txt", "a.txt", {"a"}),
        ("invoice.pdf.exe", "invoice.pdf.exe", {"invoice", "pdf"}),
        ("report-final_2.docx", "report-final_2.docx", {"report", "final", "2"}),
        # Endings that are countries as well: two parts make a file, more make a domain.
        ("deploy.sh", "deploy.sh", {"deploy"}),
        ("run.deploy.sh", "run.deploy.sh", {"deploy.sh"}),
        ("main.py", "main.py", {"main"}),
        ("bit.ly", "bit.ly", set()),
    ],
)
def test_names_of_files_and_domains_that_look_like_them(written: str, whole: str, found_by: set[str]) -> None:
    assert terms(written) == [whole]
    assert all_terms(written) - {whole} == found_by


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"C:\Users\taro\report.docx", ["c", "user", "taro", "report.docx"]),
        (r"\\server\share\file.xlsx", ["server", "share", "file.xlsx"]),
        ("/etc/nginx/nginx.conf", ["etc", "nginx", "nginx.conf"]),
        ("/var/log/syslog", ["var", "log", "syslog"]),
    ],
)
def test_a_path_on_a_machine_is_its_steps(path: str, expected: list[str]) -> None:
    assert terms(path) == expected
