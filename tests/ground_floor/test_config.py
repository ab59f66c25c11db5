"""Settings are read once and checked at start; a wrong one stops the start and names itself (SEC-08)."""

import json
import os
import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import SAMPLE_SECRETS, ConfigError, Settings, read_settings
from tests.ground_floor.processes import SECRET, environment, run_python

START = "import wsgi; print('started', wsgi.app.debug, wsgi.app.testing)"
TRY_ALL = """
import json, os
from app import create_app
from app.config import ConfigError
told = {}
for name, changes in TRIALS.items():
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        create_app()
    except ConfigError as refusal:
        told[name] = str(refusal)
    os.environ.clear()
    os.environ.update(before)
print(json.dumps(told))
"""
GOOD = {"MADOGUCHI_SECRET_KEY": SECRET}

WRONG = {
    "DATABASE_URL": ["nonsense", "://"],
    "SEARCH_URL": ["whoosh", "postgresql://host/name", "PostgreSQL"],
    "MADOGUCHI_PUBLIC_URL": ["desk.example", "ftp://desk.example", "https://", "https://desk.example/?a=b"],
    "MADOGUCHI_SMTP_URL": [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://host:port",
        "smtp://host:99999",
    ],
    "MADOGUCHI_SMTP_TIMEOUT": ["0", "-1", "soon", "1.5", "٣"],
    "MADOGUCHI_MAIL_FROM": ["desk", "desk@a b", "desk@a\r\nBcc: x@y", "a@b@c"],
    "MADOGUCHI_MAIL_SENDER_JA": ["窓口\r\nBcc: x@y.example"],
    "MADOGUCHI_MAIL_SENDER_EN": ["Desk\nBcc: x@y.example"],
    "MADOGUCHI_PRODUCT_NAME": ["a\0b"],
    "MADOGUCHI_OPERATOR_NAME": ["a\u2028b"],
    "MADOGUCHI_LOGO_URL": ["/a\nb"],
    "MADOGUCHI_PRIVACY_URL": ["javascript:alert(1)"],
    "MADOGUCHI_ACCENT": ["red", "#12345", "#12345g", "#123456;}"],
    "MADOGUCHI_LANGUAGE": ["de", "JA", ""],
    "MADOGUCHI_TIME_ZONE": ["Mars/Olympus", "../../etc/passwd", ""],
    "MADOGUCHI_IDLE_MINUTES": ["0", "half an hour", "-30"],
    "MADOGUCHI_SESSION_HOURS": ["0", "twelve"],
    "MADOGUCHI_SEALING_KEYS": ["too short", "0123456789abcdef0123456789abcdef,short"],
    "MADOGUCHI_PASSWORD_PROFILE": ["MANUAL", "none", ""],
    "MADOGUCHI_OWN_COUNT_FOR": ["customers", ""],
    "MADOGUCHI_LARGEST_FILE": ["0", "2 GB", "-1"],
    "MADOGUCHI_DISK_FLOOR": ["5%", "-1", "96"],
    "MADOGUCHI_CLAMD": [
        "clamd",
        "http://clamd:3310",
        "tcp://",
        "tcp://host:port",
        "unix://run/clamd",
        "unix:",
    ],
    "MADOGUCHI_EXEMPTION_HOURS": ["-1", "eight"],
    "MADOGUCHI_TOTP_WINDOW": ["-1", "one"],
    "MADOGUCHI_MAIL_CODE_AFTER_PAIRING": ["perhaps"],
    "MADOGUCHI_RESET_ANSWER": ["silent", ""],
    "MADOGUCHI_REMOVED_ROWS": ["on", "some", ""],
    "MADOGUCHI_FIRST_PASSWORD_COUNTS": ["perhaps"],
    "MADOGUCHI_HISTORY_DAYS": ["0", "-1", "a year"],
    "MADOGUCHI_NUMBER_PATTERN": ["[A-Z", "(", "*"],
    "MADOGUCHI_CHEAP_HASHES": ["maybe"],
    "MADOGUCHI_TESTING": ["2"],
    "MADOGUCHI_DEMO": ["y", "full"],
    "MADOGUCHI_THROTTLE": ["-"],
    "MADOGUCHI_TRUSTED_PROXIES": ["-1", "two", "1.5"],
}


UNSAFE = {
    "no secret": ({"MADOGUCHI_SECRET_KEY": ""}, "MADOGUCHI_SECRET_KEY is missing"),
    "short secret": ({"MADOGUCHI_SECRET_KEY": "k" * 31}, "MADOGUCHI_SECRET_KEY must be"),
    "sample secret": ({"MADOGUCHI_SECRET_KEY": min(SAMPLE_SECRETS)}, "MADOGUCHI_SECRET_KEY must be"),
    "debugger": ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
    "search elsewhere": ({"SEARCH_URL": "postgresql"}, "SEARCH_URL is postgresql, but"),
    "cheap hashes": ({"MADOGUCHI_CHEAP_HASHES": "on"}, "MADOGUCHI_CHEAP_HASHES is for"),
}


@pytest.mark.req("SEC-08")
def test_no_unsafe_installation_starts(tmp_path: Path) -> None:
    """One process tries them all: to start one costs seconds, to refuse one nothing."""
    trials = {name: changes for name, (changes, _) in UNSAFE.items()}
    ended = run_python(f"TRIALS = {trials!r}\n{TRY_ALL}", environment(tmp_path / "data"))

    refusals = json.loads(ended.stdout)
    for name, (_, reason) in UNSAFE.items():
        assert refusals[name].startswith(reason), name
    assert not (tmp_path / "data").exists(), "an installation that may not start has left files"


@pytest.mark.req("SEC-08")
def test_a_server_without_a_secret_ends_with_the_reason(tmp_path: Path) -> None:
    ended = run_python(START, environment(tmp_path, MADOGUCHI_SECRET_KEY=""))

    assert ended.returncode != 0
    assert ended.stderr.strip().splitlines()[-1].startswith("app.config.ConfigError: MADOGUCHI_SECRET_KEY ")


@pytest.mark.req("SEC-08")
def test_a_safe_installation_starts_with_its_secret_alone(tmp_path: Path) -> None:
    ended = run_python(START, environment(tmp_path))

    assert ended.stdout.strip() == "started False False", ended.stderr


@pytest.mark.req("SEC-08")
@pytest.mark.parametrize("sample", sorted(SAMPLE_SECRETS))
def test_no_sample_secret_is_taken(sample: str) -> None:
    with pytest.raises(ConfigError, match=r"^MADOGUCHI_SECRET_KEY .*sample"):
        read_settings({"MADOGUCHI_SECRET_KEY": sample})


@pytest.mark.req("SEC-08")
def test_the_length_of_a_secret_is_counted_in_bytes() -> None:
    assert read_settings({"MADOGUCHI_SECRET_KEY": "鍵" * 11}).secret_key == "鍵" * 11
    with pytest.raises(ConfigError, match="32 bytes"):
        read_settings({"MADOGUCHI_SECRET_KEY": "鍵" * 10})


@pytest.mark.req("SEC-08")
@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_names_its_variable_and_the_reason(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{name} \S.{{5,}}"):
        read_settings({**GOOD, name: value})


def test_every_setting_that_has_a_wrong_value_is_tried_with_one() -> None:
    names = {item.metadata["name"] for item in fields(Settings)}
    tried_elsewhere_or_any_path = {"MADOGUCHI_SECRET_KEY", "MADOGUCHI_DATA"}

    assert names - tried_elsewhere_or_any_path == set(WRONG)


def test_every_setting_says_what_it_means_and_has_a_default_that_holds() -> None:
    for item in fields(Settings):
        assert re.fullmatch(r"(MADOGUCHI_[A-Z_]+|DATABASE_URL|SEARCH_URL)", item.metadata["name"])
        assert item.metadata["meaning"][0].isupper()
    settings = read_settings(GOOD)
    assert (settings.language, settings.time_zone, settings.idle_minutes) == ("ja", "Asia/Tokyo", 30)
    assert (settings.session_hours, settings.trusted_proxies, settings.throttle) == (12, 0, True)
    assert not settings.demo
    assert not settings.testing


def test_the_database_lies_in_the_data_folder_unless_it_is_named(tmp_path: Path) -> None:
    assert (
        read_settings({**GOOD, "MADOGUCHI_DATA": str(tmp_path)}).database
        == f"sqlite:///{tmp_path}/madoguchi.sqlite3"
    )
    named = read_settings({**GOOD, "DATABASE_URL": "postgresql://db.example/desk"})
    assert named.database == "postgresql://db.example/desk"


def test_settings_cannot_be_changed_after_the_start() -> None:
    with pytest.raises(AttributeError):
        read_settings(GOOD).secret_key = "another"  # type: ignore[misc]  # The fault.


@given(st.sampled_from(sorted(WRONG)), st.text(max_size=60))
def test_whatever_stands_in_a_variable_is_taken_or_refused_by_name(name: str, value: str) -> None:
    refusal = ""
    try:
        read_settings({**GOOD, name: value})
    except ConfigError as error:
        refusal = str(error)
    assert not refusal or refusal.startswith(f"{name} ")


def test_nothing_reads_the_environment_when_settings_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "MADOGUCHI_LANGUAGE", "nonsense")
    assert read_settings(GOOD).language == "ja"
