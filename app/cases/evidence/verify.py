"""Checking a pack: every part against the manifest, nothing missing, nothing added, nothing that plays tricks.

It needs Python alone, so that an auditor can run this very file: ``python verify.py PACK.zip``. What is in a pack is
read piece by piece and never unpacked.
"""

import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

FORMAT = "madoguchi-evidence/1"
MANIFEST, SUMS = "manifest.json", "manifest.sha256"
# What every pack has.
ALWAYS = frozenset({"README.txt", "case.json", "thread.pdf", "approvals.json"})
MOST_PARTS = 20_000
# The largest manifest, and what is read at once, in bytes.
LARGEST_MANIFEST = 16 * 1024 * 1024
PIECE = 1024 * 1024
HASH = re.compile(r"[0-9a-f]{64}")
SUM = re.compile(r"([0-9a-f]{64})  (.+)")
# The kinds of a Unix file, as an archive's entry says them; only a regular one, or none at all, is one of ours.
KINDS, REGULAR = 0o170000, 0o100000


@dataclass(frozen=True, slots=True)
class Report:
    """What the check came to; no findings means that the pack is whole."""

    findings: Sequence[str]
    manifest: dict[str, Any] = field(default_factory=dict)


def verify(path: Path) -> Report:
    """Check the pack in a file."""
    try:
        with ZipFile(path) as archive:
            return _verify(archive, path.stat().st_size)
    except (BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        return Report([f"{path.name}: cannot be read as a ZIP ({error})"])


def read_part(path: Path, name: str) -> bytes:
    """The bytes of a small part, such as ``case.json``, of a pack that was found whole."""
    with ZipFile(path) as archive:
        return archive.read(name)


def _verify(archive: ZipFile, file_size: int) -> Report:
    entries = archive.infolist()
    tricks = list(_tricks(entries, file_size))
    if tricks:
        # Nothing is read of an archive that is built to mislead whoever unpacks it.
        return Report(tricks)
    manifest, faults = _read_manifest(archive)
    if faults:
        return Report(faults)
    stated: dict[str, dict[str, Any]] = {part["name"]: part for part in manifest["parts"]}
    findings = [f"{name}: missing" for name in sorted((set(stated) | ALWAYS) - set(archive.namelist()))]
    findings += [f"{name}: not in the manifest" for name in sorted(ALWAYS - set(stated))]
    findings += [
        f"{entry.filename}: not in the manifest"
        for entry in entries
        if entry.filename not in stated and entry.filename not in {MANIFEST, SUMS, *ALWAYS}
    ]
    findings += [
        fault
        for entry in entries
        if entry.filename in stated
        for fault in _part_faults(archive, entry, stated)
    ]
    findings += _sum_faults(archive, stated)
    return Report(findings, manifest)


def _tricks(entries: Sequence[ZipInfo], file_size: int) -> Iterator[str]:
    if len(entries) > MOST_PARTS:
        yield f"{len(entries)} parts; a pack has at most {MOST_PARTS}"
        return
    if sum(entry.file_size for entry in entries) > file_size:
        # Parts are stored as they are, so together they are smaller than the file: anything else is a bomb.
        yield "the parts are larger than the file that holds them"
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if name.casefold() in seen:
            yield f"{_shown(name)}: stands twice in the ZIP"
        seen.add(name.casefold())
        if _is_path_trick(name):
            yield f"{_shown(name)}: the name leads out of the folder"
        if entry.compress_type != ZIP_STORED or entry.compress_size != entry.file_size:
            yield f"{_shown(name)}: is compressed, which no part of a pack is"
        if (entry.external_attr >> 16) & KINDS not in {0, REGULAR}:
            yield f"{_shown(name)}: is no regular file"


def _is_path_trick(name: str) -> bool:
    steps = name.split("/")
    return (
        not name
        or any(step in {"", ".", ".."} for step in steps)
        or "\\" in name
        or ":" in name
        or any(not sign.isprintable() for sign in name)
    )


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:200]


def _read_manifest(archive: ZipFile) -> tuple[dict[str, Any], list[str]]:
    if MANIFEST not in archive.namelist() or SUMS not in archive.namelist():
        return {}, [f"{name}: missing" for name in (MANIFEST, SUMS) if name not in archive.namelist()]
    if (
        archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST
        or archive.getinfo(SUMS).file_size > LARGEST_MANIFEST
    ):
        return {}, [f"{MANIFEST}: too large"]
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (ValueError, RecursionError, BadZipFile):
        return {}, [f"{MANIFEST}: is no JSON"]
    if not _is_manifest(manifest):
        return {}, [f"{MANIFEST}: is not of the form {FORMAT}"]
    names = [part["name"] for part in manifest["parts"]]
    doubles = (
        sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    )
    return manifest, [f"{_shown(name)}: stands twice in the manifest" for name in doubles]


def _is_manifest(manifest: object) -> bool:
    return (
        isinstance(manifest, dict)
        and manifest.get("format") == FORMAT
        and isinstance(manifest.get("case"), str)
        and isinstance(manifest.get("parts"), list)
        and len(manifest["parts"]) <= MOST_PARTS
        and all(_is_part(part) for part in manifest["parts"])
    )


def _is_part(part: object) -> bool:
    return (
        isinstance(part, dict)
        and isinstance(part.get("name"), str)
        and isinstance(part.get("sha256"), str)
        and HASH.fullmatch(part["sha256"]) is not None
        and type(part.get("size")) is int
    )


def _part_faults(archive: ZipFile, entry: ZipInfo, stated: dict[str, dict[str, Any]]) -> Iterator[str]:
    part = stated[entry.filename]
    if entry.file_size != part["size"]:
        yield f"{_shown(entry.filename)}: has {entry.file_size} bytes, not {part['size']}"
        return
    try:
        with archive.open(entry) as file:
            found = _sha256(file)
    except (BadZipFile, zlib.error, EOFError, OSError):
        yield f"{_shown(entry.filename)}: is damaged"
        return
    if found != part["sha256"]:
        yield f"{_shown(entry.filename)}: has another SHA-256 than the manifest says"


def _sum_faults(archive: ZipFile, stated: dict[str, dict[str, Any]]) -> list[str]:
    """The second form of the manifest, for ``sha256sum``, says the same as the first one."""
    try:
        lines = archive.read(SUMS).decode().splitlines()
        own = hashlib.sha256(archive.read(MANIFEST)).hexdigest()
    except (BadZipFile, UnicodeDecodeError):
        return [f"{SUMS}: is damaged"]
    found = [SUM.fullmatch(line) for line in lines]
    said = {line[2]: line[1] for line in found if line is not None}
    expected = {name: part["sha256"] for name, part in stated.items()} | {MANIFEST: own}
    if None in found or len(said) != len(lines) or said != expected:
        return [f"{SUMS}: does not say the same as {MANIFEST}"]
    return []


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def main(arguments: Sequence[str]) -> int:
    """Check the packs named on the command line; 1 if anything was found."""
    code = 0
    for name in arguments:
        report = verify(Path(name))
        for finding in report.findings:
            print(f"{name}: {finding}")  # noqa: T201 - this is a command
        if not report.findings:
            print(f"{name}: whole, {len(report.manifest['parts'])} parts of {report.manifest['case']}")  # noqa: T201 - likewise
        code = code or bool(report.findings)
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
