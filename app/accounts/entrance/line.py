"""Which sign-ins stand in the shorter line: those from a browser in which an agent has proved themselves (T02)."""

from flask import request

from app.accounts import marks, sign_in
from app.accounts.entrance.sign_in import settings
from app.accounts.models import MarkKind, User
from app.db import reset_reading, set_reading
from app.extensions import db


def is_recognised() -> bool:
    """Tell whether the browser's mark is genuine; asked before the request's own transaction begins."""
    token = request.cookies.get(marks.COOKIES[MarkKind.KNOWN], "")
    if not token:
        return False
    reading = set_reading(True)
    try:
        with db.sessionmaker() as session:
            mark = marks.find(session, token, MarkKind.KNOWN)
            user = session.get(User, mark.user_id) if mark is not None else None
            return user is not None and sign_in.counts_apart(user, settings())
    finally:
        reset_reading(reading)
