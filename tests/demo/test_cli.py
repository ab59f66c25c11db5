"""The commands of the demo, as a person runs them."""

from flask import Flask
from sqlalchemy import select

from app.authz import system_actor
from app.contracts import actions as contracts
from app.contracts.models import Service
from app.demo.story import AUTHENTICATOR_SECRET, PASSWORD
from app.extensions import db


def test_load_keeps_the_world_and_says_when_it_is_there(empty_demo: Flask) -> None:
    runner = empty_demo.test_cli_runner()
    first = runner.invoke(args=["demo", "load"])
    assert (first.exit_code, first.output.splitlines()[-1]) == (0, "The demo world is loaded.")
    second = runner.invoke(args=["demo", "load"])
    assert (second.exit_code, second.output.splitlines()[-1]) == (0, "The demo world is already here.")
    with empty_demo.app_context():
        assert [service.slug for service in db.session.scalars(select(Service).order_by(Service.id))] == [
            "cs",
            "fm",
        ]


def test_load_refuses_another_database_with_a_plain_message(empty_demo: Flask) -> None:
    with empty_demo.app_context():
        contracts.add_contract_holder(db.session, actor=system_actor("tests"), name="株式会社本番")
        db.session.commit()
    answer = empty_demo.test_cli_runner().invoke(args=["demo", "load"])
    assert answer.exit_code == 1
    assert "contract_holder" in answer.output
    assert "MADOGUCHI_DEMO=off" in answer.output


def test_sheet_is_printed(empty_demo: Flask) -> None:
    answer = empty_demo.test_cli_runner().invoke(args=["demo", "sheet"])
    assert answer.exit_code == 0
    assert "https://desk.test/console/login" in answer.output
    assert PASSWORD in answer.output
    assert AUTHENTICATOR_SECRET in answer.output
