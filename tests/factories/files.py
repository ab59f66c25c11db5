"""Files of cases and uploads on their way, made as the product makes them: the blob first, then its row."""

import io

from flask import current_app
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import storage
from app.authz import Actor
from app.cases import actions as cases
from app.cases.actions.attaching import add_files
from app.cases.models import CaseFile
from app.files import actions
from app.files.models import StoredFile, Upload
from app.files.queries import upload_of
from app.files.whole import make_whole
from tests import cast
from tests.factories.cases import actor_for, case_of

MOST = 2_147_483_648


def begun(
    session: Session,
    who: str,
    *,
    name: str = "log.txt",
    size: int = 10,
    content: bytes = b"",
    service: str = "cs",
) -> str:
    """An upload of somebody that has got as far as ``content``; its token."""
    actor = _actor(session, who, service)
    upload = actions.begin(session, actor=actor, name=name, size=size, most=MOST)
    _receive(session, actor, upload, content)
    return upload.token


def whole(session: Session, actor: Actor, *, name: str = "log.txt", content: bytes = b"0123456789") -> Upload:
    """An upload that is there whole."""
    upload = actions.begin(session, actor=actor, name=name, size=len(content), most=MOST)
    _receive(session, actor, upload, content)
    return upload_of(session, actor, upload.token)


def whole_of(session: Session, who: str, *, name: str = "log.txt", content: bytes = b"0123456789") -> str:
    """The token of a whole upload of a member of the cast."""
    return whole(session, _actor(session, who, "cs"), name=name, content=content).token


def on_case(
    session: Session,
    case_number: str,
    *,
    by: str = "agent",
    name: str = "log.txt",
    content: bytes = b"0123456789",
) -> str:
    """A file added to a case on its own; its token."""
    case = case_of(session, case_number)
    actor = actor_for(session, by, case)
    (row,) = add_files(
        session, case, actor=actor, uploads=[whole(session, actor, name=name, content=content)]
    )
    return row.file.token


def on_comment(
    session: Session,
    case_number: str,
    *,
    by: str = "agent",
    name: str = "log.txt",
    content: bytes = b"0123456789",
) -> str:
    """A file that came with a comment; its token."""
    case = case_of(session, case_number)
    actor = actor_for(session, by, case)
    upload = whole(session, actor, name=name, content=content)
    cases.add_comment(session, case, actor=actor, body="添付します。", uploads=[upload])
    return upload.token


def on_note(
    session: Session,
    case_number: str,
    *,
    by: str = "agent",
    name: str = "desk.txt",
    content: bytes = b"desk only",
) -> str:
    """A file that came with an internal note; its token."""
    case = case_of(session, case_number)
    actor = actor_for(session, by, case)
    upload = whole(session, actor, name=name, content=content)
    cases.add_note(session, case, actor=actor, body="社内の記録です。", uploads=[upload])
    return upload.token


def many_on_case(session: Session, case_number: str, count: int) -> None:
    """Several files, each on its own."""
    for index in range(count):
        on_case(session, case_number, name=f"log-{index}.txt")


def count_files(session: Session) -> int:
    """How many files belong to cases."""
    return session.scalar(select(func.count()).select_from(CaseFile)) or 0


def uploads(session: Session) -> list[Upload]:
    """All uploads on their way."""
    return list(session.scalars(select(Upload).order_by(Upload.id)))


def file_of(session: Session, token: str) -> StoredFile:
    """The row of a file."""
    return session.scalars(select(StoredFile).where(StoredFile.token == token)).one()


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30)) -> bytes:
    """A small picture in one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, (20, 90, 160)).save(file, kind)
    return file.getvalue()


def _actor(session: Session, who: str, service: str) -> Actor:
    return cast.actor_of(session, who, None if cast.ROLES[who].desk_role else service)


def _receive(session: Session, actor: Actor, upload: Upload, content: bytes) -> None:
    blobs = storage.current()
    if not content:
        return
    with blobs.receiving(upload.scope, upload.token, taken=0) as part:
        blobs.append(part, [content], taken=0)
    done = None
    if len(content) == upload.size:
        clamd = current_app.config["SETTINGS"].clamd
        done = make_whole(blobs, scope=upload.scope, token=upload.token, name=upload.name, clamd=clamd)
    assert actions.advance(session, upload, actor=actor, received=len(content), whole=done)
    session.expire(upload)
