"""A case about which the desk has written down everything it can, each time with a word that no customer may meet."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.authz import Actor
from app.cases import actions
from app.cases.actions import bulk, guarding, mentioning, withdrawing
from app.cases.actions import presence as presence_actions
from app.cases.actions.bulk import Kind, Order, Wanted
from app.cases.actions.saving import save_filter
from app.cases.guard.outgoing import Outgoing, Stopped, look_through
from app.cases.lifecycle import Act
from app.cases.models import (
    Case,
    CaseBatch,
    CaseBatchItem,
    CaseComment,
    CaseFile,
    CaseSettings,
    LinkKind,
    Visibility,
)
from app.files.models import StoredFile
from tests import cast
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER
from tests.factories import cases, files, related
from tests.factories.writing import answer

WORD = "kanariya"
# A due time that no other moment of the world comes near, as lists and facts would show it.
DUE = datetime(2031, 7, 9, 1, 23, 45, tzinfo=UTC)
PUBLIC = "お客様にお見せする返信です。"


@dataclass
class Planted:
    """The case, and each word with where it was planted."""

    number: str = ""
    second: str = ""
    words: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def word(self, where: str, text: str = "") -> str:
        """A word of its own for a place; ``text`` is what it looks like where it must look like something."""
        chosen = text or f"{WORD}{len(self.words):02}{where.replace(' ', '')}内緒"
        self.words[chosen] = where
        return chosen


def plant(session: Session) -> Planted:
    """Write down everything; the lead does what leaves a name, the agent what the customer may see."""
    world = Planted()
    lead = cast.person(session, "lead")
    lead.family_name = world.word("name of the lead")[:60]
    _rename(session, lead)
    world.number = cases.open_inquiry(session, details="お客様の質問です。")
    world.second = cases.open_inquiry(session, details="もう一つの質問です。")
    for act in (Act.TAKE_ON, Act.ASK):
        cases.move(session, world.number, act, by="agent")
    case = cases.case_of(session, world.number)
    actor = cast.actor_of(session, "lead")
    _notes(session, world, case, actor)
    _relations(session, world)
    _settings(session, world, actor)
    _replies(session, world, case)
    presence_actions.be_present(session, case, actor=actor, is_typing=True)
    session.flush()
    session.execute(
        update(Case)
        .where(Case.id == case.id)
        .values(due_at=DUE, reply_due_at=DUE, solution_due_at=DUE)
        .execution_options(synchronize_session=False)
    )
    world.word("time of a target", "2031-07-09")
    session.expire_all()
    return world


def _rename(session: Session, user: User) -> None:
    """The name alone: how agents are renamed is another matter."""
    name = user.family_name
    session.expire(user)
    session.execute(update(User).where(User.id == user.id).values(family_name=name))


def _notes(session: Session, world: Planted, case: Case, actor: Actor) -> None:
    rich = f"<p>{world.word('rich note')}</p>"
    upload = files.whole(
        session,
        actor,
        name=f"{world.word('name of a note file')}.txt",
        content=world.word("bytes of a note file").encode(),
    )
    note = mentioning.add_note_for(
        session, case, actor=actor, body=world.word("note"), html=rich, uploads=[upload], told=_ids(session)
    )
    world.files += files_of(session, note)
    actions.assign(session, case, actor=actor, assignee=cast.person(session, "lead"))
    order = Order(kind=Kind.NOTE, note=world.word("bulk note"))
    bulk.carry_out(session, [Wanted(world.number), Wanted(world.second)], order, actor=actor)


def _ids(session: Session) -> list[int]:
    return [cast.person(session, name).id for name in ("agent", "cs_agent")]


def files_of(session: Session, comment: CaseComment) -> list[str]:
    """The tokens of the files of a text."""
    chosen = select(StoredFile.token).join(CaseFile, CaseFile.file_id == StoredFile.id)
    return list(session.scalars(chosen.where(CaseFile.comment_id == comment.id).order_by(CaseFile.id)))


def _relations(session: Session, world: Planted) -> None:
    """A linked case of a stranger, a parent and a sibling of other customers, a merge that was undone."""
    stranger = cases.open_case(
        session, number=ALICE_CS_NUMBER, subject=world.word("subject of a linked case")
    )
    world.word("number of a linked case", stranger)
    related.link(session, world.number, stranger, LinkKind.DUPLICATE, by="lead")
    parent = cases.open_case(session, number=ALICE_CS_NUMBER, subject=world.word("subject of a parent"))
    world.word("number of a parent", parent)
    sibling = cases.open_case(session, number=ALICE_CS_NUMBER, subject=world.word("subject of a sibling"))
    world.word("number of a sibling", sibling)
    for child in (world.number, sibling):
        related.put_under(session, child, parent, by="lead")
    related.merge(session, world.second, world.number, by="lead")
    related.undo_merge(session, world.second, by="lead")


def _settings(session: Session, world: Planted, actor: Actor) -> None:
    service = cast.number(session, CS_NUMBER).service_id
    mail = world.word("desk mail", f"{WORD}-desk@desk.example")
    session.execute(update(CaseSettings).where(CaseSettings.service_id == service).values(desk_mail=mail))
    answer(session, world.word("name of an answer"), ja=world.word("text of an answer"))
    save_filter(
        session, actor=actor, service_id=None, name=world.word("name of a desk view"), visibility=Visibility.DESK,
        conditions="", order="-updated",
    )  # fmt: skip
    batch = CaseBatch(
        token="0" * 32, user_id=actor.user_id, service_id=service, category="other",
        subject=world.word("subject of a batch"), body=world.word("text of a batch"), created_at=clock.now(),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    number = cast.number(session, CS_NUMBER).id
    failure = world.word("failure of a batch")
    session.add(CaseBatchItem(batch_id=batch.id, customer_number_id=number, failure=failure))
    session.flush()


def _replies(session: Session, world: Planted, case: Case) -> None:
    """A reply that stays, one that was confirmed against the guard, one that was taken back with its file."""
    agent = cast.actor_of(session, "agent")
    actions.add_comment(session, case, actor=agent, body=PUBLIC)
    guarded = "差し込み項目 {contact} が残る返信です。"
    try:
        look_through(session, _outgoing(case, guarded))
    except Stopped as stop:
        guarding.reply(session, case, actor=agent, body=guarded, confirmed=stop.digest)
    world.word("event of the guard", "警告を確認して送信")
    upload = files.whole(
        session,
        agent,
        name=f"{world.word('name of a file taken back')}.txt",
        content=world.word("bytes of a file taken back").encode(),
    )
    reply = actions.add_comment(
        session,
        case,
        actor=agent,
        body=world.word("reply taken back"),
        html=f"<p>{world.word('rich reply taken back')}</p>",
        uploads=[upload],
    )
    world.files += files_of(session, reply)
    withdrawing.take_back(session, case, actor=agent, comment=reply)
    world.word("event of taking back", "返信の取り消し")


def _outgoing(case: Case, body: str) -> Outgoing:
    return Outgoing(holder_id=case.customer_number.holder_id, case_id=case.id, body=body)
