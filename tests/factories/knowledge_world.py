"""A random world of articles from a seed, and a plain oracle of who may read which of them (KB-03, SEC-49)."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from app.files.models import StoredFile
from app.knowledge.actions.audience import Readers, set_audience
from app.knowledge.actions.publishing import offer_again, withdraw
from app.knowledge.actions.writing import Content, start_article, write_version
from app.knowledge.models import Article, ArticleKind
from tests import cast
from tests.factories import knowledge, shelf

# The word that every text of the world holds.
COMMON = "共通手順"
NUMBERS = {
    "cs": (cast.CS_NUMBER, cast.ALICE_CS_NUMBER),
    "fm": (cast.FM_NUMBER, cast.ALICE_FM_NUMBER, cast.CHARLIE_NUMBER),
}
STATES = ("published", "published", "published", "redrafted", "offered", "draft", "withdrawn")
# Each person in each portal, those who have nothing to look for in it included.
VISITS = tuple(
    (name, slug) for name in ("hanako", "taro", "jiro", "alice", "charlie") for slug in ("cs", "fm")
)


@dataclass(frozen=True, slots=True)
class Opened:
    """One line of an audience: a service, perhaps one holder or one number there."""

    slug: str
    holder: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the oracle knows of one article."""

    id: int
    number: str
    word: str
    state: str
    languages: tuple[str, ...]
    base: int
    category: int
    token: str | None
    draft_token: str | None
    announced: tuple[str, ...]
    audience: tuple[Opened, ...]

    def is_for(self, name: str, slug: str) -> bool:
        """Tell whether a person reads it in the portal of a service, by the words of the specification alone."""
        role = cast.ROLES[name]
        own = set(role.numbers) & set(NUMBERS[slug])
        return (
            self.state in {"published", "redrafted", "offered"}
            and bool(own)
            and any(
                line.slug == slug
                and line.holder in {None, role.holder}
                and (line.number is None or line.number in own)
                for line in self.audience
            )
        )


def build(session: Session, seed: int, *, articles: int) -> list[Told]:
    """So many articles whose base, kind, languages, state, audience and announcement chance has chosen."""
    chance = Random(seed)  # noqa: S311 - a world to test in, no secret
    return [_article(session, chance, index) for index in range(articles)]


def seen_by(world: Sequence[Told], name: str, slug: str) -> list[Told]:
    """The articles that somebody reads in the portal of a service."""
    return [told for told in world if told.is_for(name, slug)]


def _article(session: Session, chance: Random, index: int) -> Told:
    slug = chance.choice(["cs", "cs", "fm", "fm", None])
    of = knowledge.category(
        session, slug=slug, base=chance.choice(["質問", "資料"]), name=chance.choice(["一", "二"])
    )
    word = "zq" + "".join(chr(ord("a") + int(digit)) for digit in f"{index:03}")
    is_document = chance.random() < 0.3
    document = shelf.file(session, name=f"{word}.pdf") if is_document else None
    made = start_article(
        session,
        actor=knowledge.MAKER,
        category=of,
        kind=ArticleKind.DOCUMENT if is_document else ArticleKind.TEXT,
        language="ja",
        content=_content(word, "", document),
    )
    is_double = not is_document and chance.random() < 0.4
    if is_double:
        english = _content(word, " in English", None)
        write_version(session, made, actor=knowledge.MAKER, language="en", content=english)
    audience = tuple(_audience(chance, slug))
    set_audience(session, made, actor=knowledge.MAKER, readers=[_readers(session, line) for line in audience])
    state = chance.choice(STATES)
    draft_token = _bring_to(session, made, state, word, document)
    announced = tuple(each for each in ("cs", "fm") if chance.random() < 0.3)
    if announced:
        knowledge.announcement(session, slugs=announced, of=made)
    return Told(
        id=made.id,
        number=made.number,
        word=word,
        state=state,
        languages=("en", "ja") if is_double else ("ja",),
        base=of.base_id,
        category=of.id,
        token=document.token if document else None,
        draft_token=draft_token,
        announced=announced,
        audience=audience,
    )


def _content(word: str, more: str, document: StoredFile | None) -> Content:
    title = f"{COMMON} {word}{more}"
    body = "" if document else f"{COMMON}の説明 {word}"
    return Content(title=title, body=body, html=f"<p>{body}</p>" if body else "", document=document)


def _audience(chance: Random, slug: str | None) -> list[Opened]:
    """Between nobody and two lines; a common base is for whole services alone."""
    lines = []
    for _ in range(chance.choice([0, 1, 1, 2])):
        service = slug or chance.choice(["cs", "fm"])
        kind = "all" if slug is None else chance.choice(["all", "holder", "number"])
        holder = chance.choice([cast.SAMPLE, cast.A_COMPANY, cast.HIKARI]) if kind == "holder" else None
        number = chance.choice(NUMBERS[service]) if kind == "number" else None
        lines.append(Opened(service, holder, number))
    return list(dict.fromkeys(lines))


def _readers(session: Session, line: Opened) -> Readers:
    return knowledge.readers(session, line.slug, holder=line.holder, number=line.number)


def _bring_to(
    session: Session, made: Article, state: str, word: str, document: StoredFile | None
) -> str | None:
    """Lead an article to its state; the token of the file that only a draft has."""
    if state == "draft":
        return None
    knowledge.publish_all(session, made)
    if state == "redrafted":
        kept = shelf.file(session, name=f"draft-{word}.pdf")
        content = Content(
            title=f"{COMMON} 改訂前", document=kept if document else None, files=() if document else (kept,)
        )
        write_version(session, made, actor=knowledge.MAKER, language="ja", content=content)
        return kept.token
    if state in {"withdrawn", "offered"}:
        withdraw(session, made, actor=knowledge.MAKER)
    if state == "offered":
        offer_again(session, made, actor=knowledge.MAKER)
    return None
