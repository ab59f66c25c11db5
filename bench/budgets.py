"""Count the statements that each measured page sends, so that the bare page can send as many."""

import re

from flask import Flask
from sqlalchemy import event

from app.extensions import db


def count(app: Flask) -> tuple[int, int]:
    """The statements of the case list and of one case page, signed in."""
    statements: list[str] = []
    with app.app_context():
        engine = db.engine
    client = app.test_client()
    page = client.get("/cs/login", base_url="https://127.0.0.1").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    fields = {
        "csrf_token": token,
        "login_id": "hanako@sample.example.cs",
        "password": "Madoguchi#2026",
        "next": "",
    }
    client.post("/cs/login", data=fields, base_url="https://127.0.0.1")

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    listed = client.get("/cs/cases", base_url="https://127.0.0.1").text
    in_list = len(statements)
    client.get(f"/cs/cases/{re.findall(r'CS[0-9]{7}', listed)[0]}", base_url="https://127.0.0.1")
    return in_list, len(statements) - in_list
