"""The sign-in sheet: on the terminal for everybody, on a sign-in page for those who can use its door."""

from pathlib import Path

import pytest
from flask import Flask

from app.demo.sheet import as_text, sheet, sheet_for
from app.demo.story import AUTHENTICATOR_SECRET, PASSWORD
from app.i18n import speaking
from tests.client import InspectingClient
from tests.conftest import settings_for

EVERYBODY = [
    "hanako@sample.example.cs",
    "taro@sample.example.cs",
    "jiro@sample.example.fm",
    "alice@a-company.example.cs",
    "charlie@hikari.example.fm",
    "agent@desk.example",
    "lead@desk.example",
    "admin@desk.example",
]


def test_lists_everybody_with_the_addresses_of_their_doors(empty_demo: Flask) -> None:
    with empty_demo.app_context():
        rows = {row.login_id: row for row in sheet(empty_demo.config["SETTINGS"])}
    assert list(rows) == EVERYBODY
    assert all(row.password == PASSWORD for row in rows.values())
    assert rows["hanako@sample.example.cs"].doors == [
        "https://desk.test/cs/login",
        "https://desk.test/fm/login",
    ]
    assert rows["taro@sample.example.cs"].doors == ["https://desk.test/cs/login"]
    assert rows["jiro@sample.example.fm"].doors == ["https://desk.test/fm/login"]
    assert rows["admin@desk.example"].doors == ["https://desk.test/console/login"]
    assert rows["charlie@hikari.example.fm"].holder == "株式会社ひかり商事"
    assert rows["agent@desk.example"].holder == ""


@pytest.mark.parametrize(
    ("door", "people"),
    [
        ("cs", ["hanako@sample.example.cs", "taro@sample.example.cs", "alice@a-company.example.cs"]),
        (
            "fm",
            [
                "hanako@sample.example.cs",
                "jiro@sample.example.fm",
                "alice@a-company.example.cs",
                "charlie@hikari.example.fm",
            ],
        ),
        ("console", ["agent@desk.example", "lead@desk.example", "admin@desk.example"]),
        ("nowhere", []),
    ],
)
def test_a_door_shows_who_can_use_it(empty_demo: Flask, door: str, people: list[str]) -> None:
    with empty_demo.app_context():
        assert [row.login_id for row in sheet_for(empty_demo.config["SETTINGS"], door)] == people
        asked_by_template = empty_demo.jinja_env.from_string(
            "{{ demo_sheet(door)|map(attribute='login_id')|join(' ') }}"
        )
        assert asked_by_template.render(door=door) == " ".join(people)


def test_nobody_is_shown_while_the_demo_is_off(tmp_path: Path) -> None:
    assert sheet_for(settings_for(tmp_path), "cs") == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", ("ユーザーID", "管理者ユーザー", "システム管理者")),
        ("en", ("User ID", "Administrator", "System administrator")),
    ],
)
def test_the_table_is_aligned_whatever_the_width_of_the_signs(
    empty_demo: Flask, language: str, words: tuple[str, ...]
) -> None:
    with empty_demo.app_context(), speaking(language):
        text = as_text(empty_demo.config["SETTINGS"])
    assert all(word in text for word in words)
    assert all(login_id in text for login_id in EVERYBODY)
    assert [line.rpartition(" ")[2] for line in text.splitlines()[-3:]] == [
        PASSWORD,
        AUTHENTICATOR_SECRET,
        "/demo/mail",
    ]
    starts = {
        sum(2 if ord(sign) > 0x2E80 else 1 for sign in line[: line.index("https://")])
        for line in text.splitlines()
        if "https://" in line
    }
    assert len(starts) == 1


@pytest.mark.parametrize("door", ["cs", "fm", "console"])
def test_the_sign_in_page_shows_those_who_can_use_it(demo: Flask, door: str) -> None:
    page = InspectingClient(demo, language="ja").get(f"/{door}/login")
    with demo.app_context():
        entitled = {row.login_id for row in sheet_for(demo.config["SETTINGS"], door)}
    assert page.status == 200
    assert {login_id for login_id in EVERYBODY if login_id in page.text} == entitled
    assert PASSWORD in page.words()


def test_the_sign_in_page_shows_nobody_while_the_demo_is_off(client: InspectingClient) -> None:
    page = client.get("/cs/login")
    assert PASSWORD not in page.text
    assert not [login_id for login_id in EVERYBODY if login_id in page.text]
