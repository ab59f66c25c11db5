"""What stands as one: addresses, hashes, CVE numbers, domains, URLs, mail addresses, numbers of records, file names.

Each is folded to one plain form, however it was written: ``hxxps://evil[.]example[.]com/`` is ``evil.example.com``.
Beside the whole stand its parts, so that a domain is found by the domain above it. The patterns begin at a border and
take what they take without giving it back, so that a text is read in linear time whatever is in it.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import accumulate

from app.search.analyzer.names import is_domain, is_file_name, parents
from app.search.analyzer.token import Token

_DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\))"
_AT = r"(?:@|\[@\]|\(@\)|\[at\]|\(at\))"
_COLON = r"(?::|\[:\]|\(:\))"
_NAME = rf"[a-z0-9_][a-z0-9_-]*+(?:{_DOT}[a-z0-9_][a-z0-9_-]*+)++"
_PATH = r"[!#-&(-;=?-~]*+"

_WHOLE = re.compile(
    rf"""
    (?P<url>(?<![a-z0-9])(?:h(?:tt|xx|\*\*)p(?:s|\[s\])?|ftps?|fxps?|wss?)(?:{_COLON}//|\[://\])
        (?P<host>{_NAME}|[a-z0-9_-]++|\[[0-9a-f:.]{{2,45}}\])(?::\d{{1,5}})?(?P<path>(?:[/?\#]{_PATH})?))
  | (?P<mail>(?<![a-z0-9._%+'-])(?P<user>[a-z0-9_%+][a-z0-9._%+'-]{{0,63}}+){_AT}(?P<mailhost>{_NAME}))
  | (?P<plain>(?<![a-z0-9-])[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}(?![a-z0-9-])
      | (?<![a-z0-9])(?:[0-9a-f]{{128}}|[0-9a-f]{{96}}|[0-9a-f]{{64}}|[0-9a-f]{{40}}|[0-9a-f]{{32}})(?![a-z0-9]))
  | (?P<cve>(?<![a-z0-9])cve[-_ ]?(?P<year>\d{{4}})[-_](?P<serial>\d{{4,7}})(?![a-z0-9]))
  | (?P<record>(?<![a-z0-9])(?P<sort>cs|kb|wr)[- ]?(?P<number>\d{{7}})(?![a-z0-9]))
  | (?P<mac>(?<![a-z0-9:-])[0-9a-f]{{2}}(?P<gap>[:-])[0-9a-f]{{2}}(?:(?P=gap)[0-9a-f]{{2}}){{4}}(?![a-z0-9:-]))
  | (?P<ipv4>(?<![a-z0-9.])(?P<octets>\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3}})(?P<bits>/\d{{1,2}}(?![\d/]))?
        (?![a-z0-9_])(?!\.\d))
  | (?P<ipv6>(?<![a-z0-9:.])(?P<groups>(?:[0-9a-f]{{0,4}}{_COLON}){{2,8}}
        (?:(?:\d{{1,3}}\.){{3}}\d{{1,3}}|[0-9a-f]{{0,4}}))
        (?P<length>/\d{{1,3}})?(?![a-z0-9:]))
  | (?P<version>(?<![a-z0-9.])v?(?P<digits>\d{{1,9}}(?:\.\d{{1,9}}){{1,7}})(?![a-z0-9_])(?!\.\d))
  | (?P<name>(?P<dotted>(?<![a-z0-9_-]){_NAME})(?:(?::\d{{1,5}}(?!\d))?(?P<rest>/{_PATH}))?)
    """,
    re.VERBOSE,
)
_WRITTEN_DOT = re.compile(_DOT)
# What closes a sentence or a bracket after an address is not of the address.
_CLOSING = ".,;:!?)]}*_"
# A path is found by what it begins with, down to so many steps.
_MOST_STEPS = 4
_OCTETS = 4
_LARGEST_OCTET = 255

# A plain form, and where it begins and ends.
Span = tuple[str, int, int]


def wholes(text: str) -> Iterator[list[Token]]:
    """The wholes of a folded text with their parts, by where they stand in it: the whole first, then its parts."""
    place = 0
    while found := _WHOLE.search(text, place):
        spans = _READERS[next(kind for kind in _READERS if found[kind] is not None)](found)
        if spans:
            yield [Token(*span) for span in sorted(set(spans), key=lambda span: (span[1], -span[2]))]
        # What looks like a name and is none leaves its words to others, all of it at once.
        place = spans[0][2] if spans else found.end()


def _host(written: str, start: int) -> list[Span]:
    """A host and the domains above it."""
    if written.startswith("["):
        return [(_address(written[1:-1]) or written[1:-1], start, start + len(written))]
    labels = _WRITTEN_DOT.split(written)
    end = start + len(written)
    begins = [start, *(start + dot.end() for dot in _WRITTEN_DOT.finditer(written))]
    above = [] if labels[-1].isdigit() else parents(labels)
    return [(".".join(labels), start, end), *((domain, begins[left_out], end) for domain, left_out in above)]


def _url(found: re.Match[str]) -> list[Span]:
    return _located(found["host"], found.start("host"), found.start(), found["path"], found.start("path"))


def _located(host: str, host_start: int, start: int, path: str, path_start: int) -> list[Span]:
    """An address of the web without its scheme; found by its host, and by what its path begins with."""
    hosts = _host(host, host_start)
    plain = hosts[0][0]
    steps = _WRITTEN_DOT.sub(".", path.rstrip(_CLOSING)).rstrip("/")
    if not steps:
        hosts[0] = (plain, start, max(hosts[0][2], path_start))
        return hosts
    end = path_start + len(path.rstrip(_CLOSING))
    named = steps.partition("?")[0].partition("#")[0].rstrip("/")
    beginnings = {named, *accumulate(f"/{segment}" for segment in named.split("/")[1 : _MOST_STEPS + 1])}
    parts = [(plain + part, start, min(path_start + len(part), end - 1)) for part in beginnings - {steps, ""}]
    return [(plain + steps, start, end), *hosts, *parts]


def _mail(found: re.Match[str]) -> list[Span]:
    hosts = _host(found["mailhost"], found.start("mailhost"))
    user = found["user"]
    return [
        (f"{user}@{hosts[0][0]}", found.start(), found.end()),
        (user, found.start(), found.end("user")),
        *hosts,
    ]


def _plain(found: re.Match[str]) -> list[Span]:
    return [(found[0], found.start(), found.end())]


def _cve(found: re.Match[str]) -> list[Span]:
    start = found.start()
    return [
        (f"cve-{found['year']}-{found['serial']}", start, found.end()),
        ("cve", start, start + len("cve")),
    ]


def _record(found: re.Match[str]) -> list[Span]:
    number = (found["number"], found.start("number"), found.end())
    return [(found["sort"] + found["number"], found.start(), found.end()), number]


def _mac(found: re.Match[str]) -> list[Span]:
    return [(found[0].replace("-", ":"), found.start(), found.end())]


def _ipv4(found: re.Match[str]) -> list[Span]:
    """An address without its leading zeros, and the networks that it lies in, by whole octets."""
    octets = [str(int(octet)) for octet in _WRITTEN_DOT.split(found["octets"])]
    start, bits = found.start(), found["bits"] or ""
    ends = [*(start + dot.start() for dot in _WRITTEN_DOT.finditer(found["octets"])), found.end("octets")]
    if any(int(octet) > _LARGEST_OCTET for octet in octets):
        return [(".".join(octets), start, found.end("octets"))]
    shorter = [(".".join(octets[:count]), start, ends[count - 1]) for count in range(_OCTETS, 1, -1)]
    return [(".".join(octets) + bits, start, found.end()), *(shorter if bits else shorter[1:])]


def _ipv6(found: re.Match[str]) -> list[Span]:
    address = _address(found["groups"])
    if address is None:
        return []
    whole = (address + (found["length"] or ""), found.start(), found.end())
    return [whole, (address, found.start(), found.end("groups"))] if found["length"] else [whole]


def _address(written: str) -> str | None:
    try:
        return str(ip_address(re.sub(r"[\[\]()]", "", written)))
    except ValueError:
        return None


def _version(found: re.Match[str]) -> list[Span]:
    """A version or a decimal number; a longer one is found by its first two steps and more."""
    steps = found["digits"].split(".")
    start, first = found.start(), found.start("digits")
    shorter = [".".join(steps[:count]) for count in range(len(steps) - 1, 1, -1)]
    return [(found["digits"], start, found.end()), *((one, start, first + len(one)) for one in shorter)]


def _name(found: re.Match[str]) -> list[Span]:
    """A domain with what follows it, or the name of a file with its words."""
    written, start = found["dotted"], found.start()
    labels = _WRITTEN_DOT.split(written)
    if is_file_name(labels):
        words = [word.span() for word in re.finditer(r"[a-z]++|\d++", written)]
        return [
            (".".join(labels), start, start + len(written)),
            *((written[a:b], start + a, start + b) for a, b in words[:-1]),
        ]
    if is_domain(labels, is_defanged="." not in written or len(written) > len(".".join(labels))):
        rest = found["rest"] or ""
        return _located(written, start, start, rest, found.start("rest") if rest else found.end("dotted"))
    return []


_READERS = {
    "url": _url,
    "mail": _mail,
    "plain": _plain,
    "cve": _cve,
    "record": _record,
    "mac": _mac,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "version": _version,
    "name": _name,
}
