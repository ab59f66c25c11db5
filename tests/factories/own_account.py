"""What people have of their own: further browsers, pictures, browsers that skip the code."""

import hashlib
import io
from datetime import timedelta

from PIL import Image
from sqlalchemy.orm import Session

from app import clock
from app.accounts import marks, pictures
from app.accounts.actions.picture import set_picture
from app.accounts.models import AuthSession, MarkKind
from tests import cast

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def another_browser(session: Session, name: str, *, token: str = "", ago: timedelta = timedelta()) -> str:
    """An open session in another browser, and a picture to tell its owner by; the session's id."""
    moment = clock.now() - ago
    row = AuthSession(
        token_hash=hashlib.sha256((token or f"another browser of {name}").encode()).hexdigest(),
        user_id=cast.person(session, name).id, created_at=moment, last_seen_at=moment, proved_at=moment,
        door="cs", address="192.0.2.7", browser=FIREFOX,
    )  # fmt: skip
    session.add(row)
    set_own_picture(session, name)
    session.flush()
    return str(row.id)


def set_own_picture(session: Session, name: str) -> str:
    """Give somebody a picture of a colour of their own; its hash."""
    user = cast.person(session, name)
    content = pictures.square(image_file(colour=(user.id * 40 % 256, 90, 120)), "a.png")
    set_picture(session, user, actor=cast.actor_of(session, name), content=content)
    return hashlib.sha256(content).hexdigest()


def mark_browser(session: Session, name: str, kind: MarkKind, *, hours: int = 8) -> str:
    """Let a browser of somebody be known; the value of its cookie."""
    user = cast.person(session, name)
    return marks.grant(session, user, kind, valid_for=timedelta(hours=hours), browser=FIREFOX)


def image_file(
    kind: str = "PNG", *, colour: tuple[int, int, int] = (200, 30, 30), size: tuple[int, int] = (40, 30)
) -> bytes:
    """An image of one colour as a file."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()
