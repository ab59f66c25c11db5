"""Every setting of an installation: name, type, default, what it means.

Settings come from the environment and are validated once, at start: a wrong one stops the start with its
name and the reason (SEC-08), never a request later on.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SECRET_KEY_BYTES = 32
MOST_PERCENT = 95
SAMPLE_SECRETS = frozenset(
    {
        "change-me" * 4,
        "secret" * 6,
        "0" * 32,
        "development-secret-key-not-for-production",
    }
)


class ConfigError(ValueError):
    """A setting that this installation cannot start with."""


def _text(value: str) -> str:
    line = value.strip()
    if not line.isprintable():
        raise ConfigError("must be one line of printable text")
    return line


def _path(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _switch(value: str) -> bool:
    if value.lower() in {"1", "on", "true", "yes"}:
        return True
    if value.lower() in {"", "0", "off", "false", "no"}:
        return False
    raise ConfigError("must be on or off")


def _whole_number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise ConfigError("must be a whole number above zero")
    return int(value)


def _count(value: str) -> int:
    return _whole_number(value) if value.strip("0") else 0


def _percent(value: str) -> int:
    percent = _count(value)
    if percent > MOST_PERCENT:
        raise ConfigError(f"must be a whole number up to {MOST_PERCENT}")
    return percent


def _scanner(value: str) -> str:
    wanted = "must look like tcp://host:3310 or unix:///run/clamav/clamd.ctl"
    parts = urlsplit(value)
    is_tcp = parts.scheme == "tcp" and parts.hostname
    is_file = parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
    try:
        _ = parts.port
    except ValueError as error:
        raise ConfigError(f"{wanted}: {error}") from error
    if value and not is_tcp and not is_file:
        raise ConfigError(wanted)
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ConfigError(f"must be a regular expression: {error}") from error
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ConfigError("must be a time zone name such as Asia/Tokyo")
    return ZoneInfo(value).key


def _language(value: str) -> str:
    if value not in {"ja", "en"}:
        raise ConfigError("must be ja or en")
    return value


def _web_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment):
        raise ConfigError("must be an http or https address without query")
    return value.rstrip("/")


def _smtp_url(value: str) -> str:
    wanted = "must look like smtp://host:25, smtp+starttls://user:password@host:587 or smtps://…"
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ConfigError(wanted)
    try:
        _ = parts.port
    except ValueError as error:
        raise ConfigError(f"{wanted}: {error}") from error
    return value


def _database_url(value: str) -> str:
    if value:
        try:
            make_url(value)
        except ArgumentError as error:
            raise ConfigError("must be a database address such as postgresql://host/name") from error
    return value


def _colour(value: str) -> str:
    if value and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ConfigError("must be a colour such as #264a8a")
    return value


def _secret(value: str) -> str:
    if value and (len(value.encode()) < SECRET_KEY_BYTES or value in SAMPLE_SECRETS):
        raise ConfigError(f"must be a random secret of at least {SECRET_KEY_BYTES} bytes, not a sample")
    return value


def _secrets(value: str) -> tuple[str, ...]:
    return tuple(_secret(part.strip()) for part in value.split(",") if part.strip())


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in names:
            raise ConfigError(f"must be one of {', '.join(names)}")
        return value

    return parse


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+", value):
        raise ConfigError("must be a mail address")
    return value


def setting(name: str, default: str, meaning: str, parse: Callable[[str], Any] = _text) -> Any:  # noqa: ANN401 - like dataclasses.field, it stands for whatever type the field has
    """Declare one setting: the environment variable's name, its default as text, and what it means."""
    return field(metadata={"name": name, "default": default, "meaning": meaning, "parse": parse})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one installation, parsed and valid."""

    data_dir: Path = setting(
        "MADOGUCHI_DATA",
        "./var",
        "Folder that holds everything this installation keeps",
        _path,
    )
    database_url: str = setting(
        "DATABASE_URL", "", "Database; empty: SQLite in the data folder", _database_url
    )
    search_url: str = setting(
        "SEARCH_URL",
        "",
        "Index of the search; empty: in the data folder; postgresql: in the database, if it is one",
        _one_of("", "postgresql"),
    )
    secret_key: str = setting(
        "MADOGUCHI_SECRET_KEY",
        "",
        "Signs form tokens; at least 32 random bytes",
        _secret,
    )
    sealing_keys: tuple[str, ...] = setting(
        "MADOGUCHI_SEALING_KEYS",
        "",
        "Seal authenticator secrets and codes; comma between old and new, newest first; empty: the secret key",
        _secrets,
    )
    public_url: str = setting(
        "MADOGUCHI_PUBLIC_URL",
        "http://127.0.0.1:8000",
        "Address that mails link to",
        _web_url,
    )
    smtp_url: str = setting(
        "MADOGUCHI_SMTP_URL",
        "smtp://127.0.0.1:25",
        "Mail server that takes our mails",
        _smtp_url,
    )
    smtp_timeout: int = setting(
        "MADOGUCHI_SMTP_TIMEOUT",
        "20",
        "Seconds a mail server may be silent",
        _whole_number,
    )
    mail_from: str = setting(
        "MADOGUCHI_MAIL_FROM",
        "desk@madoguchi.example",
        "Sender of all mails",
        _mail_address,
    )
    mail_sender_ja: str = setting(
        "MADOGUCHI_MAIL_SENDER_JA",
        "アドバイザリーセンター",
        "Sender's name in Japanese",
    )
    mail_sender_en: str = setting("MADOGUCHI_MAIL_SENDER_EN", "Advisory Center", "Sender's name in English")
    product_name: str = setting("MADOGUCHI_PRODUCT_NAME", "Madoguchi", "Name in titles, header and mails")
    operator_name: str = setting("MADOGUCHI_OPERATOR_NAME", "Madoguchi", "Operator named in the footer")
    privacy_url: str = setting("MADOGUCHI_PRIVACY_URL", "", "Privacy policy; empty: no link", _web_url)
    logo_url: str = setting(
        "MADOGUCHI_LOGO_URL",
        "",
        "Logo under this installation's own address; empty: the sign",
    )
    accent: str = setting("MADOGUCHI_ACCENT", "", "Accent colour; empty: indigo", _colour)
    language: str = setting(
        "MADOGUCHI_LANGUAGE",
        "ja",
        "Language where neither user nor browser says",
        _language,
    )
    time_zone: str = setting(
        "MADOGUCHI_TIME_ZONE",
        "Asia/Tokyo",
        "Time zone where the user does not say",
        _zone,
    )
    idle_minutes: int = setting(
        "MADOGUCHI_IDLE_MINUTES", "30", "Minutes an unused session lives", _whole_number
    )
    session_hours: int = setting(
        "MADOGUCHI_SESSION_HOURS",
        "12",
        "Hours any session lives at most",
        _whole_number,
    )
    password_profile: str = setting(
        "MADOGUCHI_PASSWORD_PROFILE",
        "manual",
        "Password rules of customers: manual (12-40, four classes) or modern (15-128)",
        _one_of("manual", "modern"),
    )
    own_count_for: str = setting(
        "MADOGUCHI_OWN_COUNT_FOR",
        "agents",
        "Whose known browsers count failed sign-ins apart: nobody, agents or everybody",
        _one_of("nobody", "agents", "everybody"),
    )
    exemption_hours: int = setting(
        "MADOGUCHI_EXEMPTION_HOURS",
        "8",
        "Hours a customer's browser may skip the code; 0: never",
        _count,
    )
    totp_window: int = setting(
        "MADOGUCHI_TOTP_WINDOW", "1", "Time steps an app's clock may be off, either side", _count
    )
    mail_code_after_pairing: bool = setting(
        "MADOGUCHI_MAIL_CODE_AFTER_PAIRING",
        "on",
        "Offer codes by mail to customers who have paired an app",
        _switch,
    )
    reset_answer: str = setting(
        "MADOGUCHI_RESET_ANSWER",
        "manual",
        "After a reset's second question: manual says whether it matched, neutral never does",
        _one_of("manual", "neutral"),
    )
    first_password_counts: bool = setting(
        "MADOGUCHI_FIRST_PASSWORD_COUNTS",
        "on",
        "The 24 hours between resets also run from the first password",
        _switch,
    )
    history_days: int = setting(
        "MADOGUCHI_HISTORY_DAYS", "365", "Days the login history is kept", _whole_number
    )
    number_pattern: str = setting(
        "MADOGUCHI_NUMBER_PATTERN",
        r"[A-Z][0-9]{9}",
        "Pattern of customer numbers (SVC-07)",
        _pattern,
    )
    removed_rows: str = setting(
        "MADOGUCHI_REMOVED_ROWS",
        "exact",
        "Rows of a keyword that a customer may not see: exact says how many, plain that there are some, off nothing",
        _one_of("exact", "plain", "off"),
    )
    largest_file: int = setting(
        "MADOGUCHI_LARGEST_FILE", "2147483648", "Bytes a file may have (WR-05)", _whole_number
    )
    disk_floor: int = setting(
        "MADOGUCHI_DISK_FLOOR", "5", "Percent of the disk that files leave free", _percent
    )
    clamd: str = setting(
        "MADOGUCHI_CLAMD",
        "",
        "Virus scanner, tcp://host:3310 or unix:///path; empty: none",
        _scanner,
    )
    cheap_hashes: bool = setting(
        "MADOGUCHI_CHEAP_HASHES", "off", "Weak password hashes, for tests only", _switch
    )
    testing: bool = setting("MADOGUCHI_TESTING", "off", "Run by the test suite", _switch)
    demo: bool = setting("MADOGUCHI_DEMO", "off", "Open the demo world on an empty database", _switch)
    throttle: bool = setting(
        "MADOGUCHI_THROTTLE",
        "on",
        "Network throttles; off only while the demo is on",
        _switch,
    )
    trusted_proxies: int = setting(
        "MADOGUCHI_TRUSTED_PROXIES", "0", "Proxies in front whose headers count", _count
    )

    @property
    def sealing_secrets(self) -> tuple[str, ...]:
        """What seals, newest first."""
        return self.sealing_keys or (self.secret_key,)

    @property
    def is_throttled(self) -> bool:
        """Tell whether the network throttles work; only a demo may go without (SEC-07)."""
        return self.throttle or not self.demo

    @property
    def database(self) -> str:
        """The address of the database in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'madoguchi.sqlite3'}"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings.

    :raises ConfigError: naming the variable and the reason, for the first setting that does not hold.
    """
    values: dict[str, Any] = {}
    for item in fields(Settings):
        about = item.metadata
        raw = environ.get(about["name"], about["default"])
        try:
            values[item.name] = about["parse"](raw)
        except ValueError as error:
            raise ConfigError(f"{about['name']} {error}") from error
    settings = Settings(**values)
    _refuse_unsafe(settings, environ)
    return settings


def _refuse_unsafe(settings: Settings, environ: Mapping[str, str]) -> None:
    """Refuse combinations that would open the installation (SEC-08)."""
    if not settings.secret_key:
        raise ConfigError("MADOGUCHI_SECRET_KEY is missing: set it to at least 32 random bytes")
    if environ.get("FLASK_DEBUG", "0") not in {"", "0"}:
        raise ConfigError("FLASK_DEBUG is on: the debugger runs code for whoever reaches it")
    if settings.search_url and not settings.database.startswith(settings.search_url):
        raise ConfigError("SEARCH_URL is postgresql, but DATABASE_URL names no such database")
    if settings.cheap_hashes and not settings.testing:
        raise ConfigError("MADOGUCHI_CHEAP_HASHES is for the test suite (MADOGUCHI_TESTING) only")
