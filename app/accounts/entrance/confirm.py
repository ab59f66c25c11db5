"""A fresh proof before a sensitive act: password, and code if the account asks for one (SEC-10)."""

from datetime import timedelta

from flask import request

from app import clock
from app.accounts.session import current_row

FRESH_FOR = timedelta(minutes=10)


class ProofDue(Exception):
    """The last full proof is too old for this act; the person is asked again and the form is kept."""

    def __init__(self, fields: list[list[str]]) -> None:
        super().__init__()
        self.fields = fields


def demand_fresh(*names: str) -> None:
    """Ask for a fresh proof before a sensitive act; to be called after validation and before any write.

    :param names: the posted fields to keep until the proof is given, none of them secret.
    :raises ProofDue: if the last full proof of this session is older than ten minutes.
    """
    if clock.now() - current_row().proved_at < FRESH_FOR:
        return
    raise ProofDue([[name, value] for name in names for value in request.form.getlist(name)])
