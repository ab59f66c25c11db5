"""What a reader would call an answer: questions and documents judged by reading, asked on the way that people ask."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from flask import Flask

from app import clock
from app.search import synonyms
from app.search.analyzer import tokens, use_words
from app.search.documents import AnalyzedDocument, Document, TextField
from app.search.engine import Engine
from app.search.language import parse
from app.search.reach import OPEN_FIELDS

HERE = Path(__file__).parent / "judged"
# As measured; what falls below was found before. The goals of the issue are 0.98 and 0.97.
LEAST_PRECISION = 0.995
LEAST_RECALL = 0.98
LEAST_JUDGEMENTS = 160
MOST_FOUND = 100


@dataclass(frozen=True)
class Question:
    kind: str
    asked: str
    answers: frozenset[str]
    traps: frozenset[str]


def questions() -> Iterator[Question]:
    written = yaml.safe_load((HERE / "questions.yaml").read_text(encoding="utf-8"))
    for kind, asked in written.items():
        for each in asked:
            yield Question(kind, each["ask"], frozenset(each["finds"]), frozenset(each.get("not", ())))


def documents() -> Iterator[AnalyzedDocument]:
    written = yaml.safe_load((HERE / "documents.yaml").read_text(encoding="utf-8"))
    for number, (key, texts) in enumerate(written.items()):
        said = {TextField.TITLE: texts["title"], TextField.TEXT: texts["text"]}
        document = Document(key, ("article", number), said, {}, clock.now())
        yield AnalyzedDocument(document, {place: tokens(text) for place, text in said.items()})


def fill(engine: Engine) -> None:
    use_words(())
    known = list(documents())
    with engine.writer() as writer:
        writer.replace([each.document.subject for each in known], known)


def found(engine: Engine, asked: str) -> frozenset[str]:
    parsed = parse(asked, fields=OPEN_FIELDS, widening=lambda terms: synonyms.alternatives(None, terms))
    return frozenset(engine.keys(parsed.query, most=MOST_FOUND)) if parsed.query is not None else frozenset()


@pytest.mark.req("SEARCH-05", "KB-07")
def test_what_is_found_is_what_a_reader_would_find(app: Flask, engine: Engine) -> None:
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    due: Counter[str] = Counter()
    wrong = []
    fill(engine)
    with app.test_request_context():
        for each in questions():
            answer = found(engine, each.asked)
            right[each.kind] += len(answer & each.answers)
            given[each.kind] += len(answer)
            due[each.kind] += len(each.answers)
            if answer != each.answers:
                wrong.append(
                    f"{each.asked}: too many {answer - each.answers}, missed {each.answers - answer}"
                )
    for kind, number in due.items():
        print(f"{kind:18} right {right[kind]:3} of {given[kind]:3} found, of {number:3} due")  # noqa: T201 - the figures
    precision, recall = right.total() / given.total(), right.total() / due.total()
    print(f"precision {precision:.3f}, recall {recall:.3f}", *wrong, sep="\n  ")  # noqa: T201 - likewise
    assert precision >= LEAST_PRECISION, wrong
    assert recall >= LEAST_RECALL, wrong


def test_the_set_is_large_and_names_documents_that_are_there() -> None:
    known = {each.document.key for each in documents()}
    judged = sum(len(each.answers | each.traps) or 1 for each in questions())
    assert judged >= LEAST_JUDGEMENTS
    assert all(each.answers | each.traps <= known and not each.answers & each.traps for each in questions())
    assert len(known) >= 40
