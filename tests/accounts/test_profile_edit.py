"""POST /<shell>/profile/about and …/settings: the own data and settings (PROF-03, PROF-04, LANG-01 to 04)."""

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.accounts.actions import profile as actions
from app.accounts.models import User
from app.authz import Forbidden
from app.journal import JournalEvent
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases

ABOUT, SETTINGS = "/cs/profile/about", "/cs/profile/settings"


def told(session: Session, name: str) -> list[dict[str, object]]:
    """What the history says of changes of a profile."""
    user = cast.person(session, name)
    chosen = session.query(JournalEvent).filter_by(subject_type="user", subject_id=user.id)
    return [row.data for row in chosen.filter_by(kind="user.profile_changed").order_by(JournalEvent.id)]


def about(client: InspectingClient, base: str = "/cs", **typed: str) -> Page:
    """Edit the group 関連情報 as its owner would."""
    action = f"{base}/profile/about"
    return client.submit(
        client.get(action), action, **{f"about__{name}": text for name, text in typed.items()}
    )


def settings(client: InspectingClient, base: str = "/cs", **typed: str) -> Page:
    """Choose settings as their owner would."""
    action = f"{base}/profile/settings"
    page = client.get(f"{base}/profile")
    return client.submit(page, action, **{f"settings__{name}": text for name, text in typed.items()})


def row_of(stored: Stored, name: str) -> User:
    found: User = stored(lambda session: cast.person(session, name))
    return found


@pytest.mark.req("PROF-03")
@pytest.mark.parametrize(("person", "base"), [("hanako", "/cs"), ("agent", "/console")])
def test_it_saves_what_was_typed_and_tells_the_history(
    signed_in: SignedIn, stored: Stored, person: str, base: str
) -> None:
    client = signed_in(person)
    answer = about(
        client, base, given_name="はな", family_name="さとう", job_title="課長", biography="一行目\n\n三行目",
        business_phone="03-1234-5678", mobile_phone="090 1234 5678", language="en", time_zone="Europe/London",
    )  # fmt: skip
    assert (answer.status, answer.location) == (303, f"{base}/profile")
    row = row_of(stored, person)
    assert (row.display_name, row.job_title, row.biography) == ("さとう はな", "課長", "一行目\n\n三行目")
    assert (row.business_phone, row.mobile_phone) == ("+81312345678", "+819012345678")
    assert (row.language, row.time_zone) == ("en", "Europe/London")
    page = client.get(answer.location)
    assert page.language == "en"
    assert "Your profile was saved." in page.words()
    assert "さとう はな" in page.words(), "first and last name make the displayed name"
    [event] = stored(lambda session: told(session, person))
    assert len(event["changes"]) == 8


@pytest.mark.req("PROF-03")
def test_a_name_in_latin_letters_is_turned_round(signed_in: SignedIn, stored: Stored) -> None:
    assert about(signed_in("alice"), given_name="Alicia", family_name="Smith").status == 303
    assert row_of(stored, "alice").display_name == "Alicia Smith"


@pytest.mark.req("PROF-03")
def test_saved_as_it_was_it_leaves_no_trace(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    page = client.get(ABOUT)
    with untouched():
        assert client.submit(page, ABOUT).status == 303
    with untouched():
        assert settings(client).status == 303


@pytest.mark.req("PROF-03")
@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("family_name", ""), ("family_name", " \u3000 "), ("family_name", "\u200b"), ("given_name", "\u2060"),
        ("family_name", "あ" * 61), ("given_name", "あ" * 61), ("given_name", "a\0b"),
        ("given_name", "\u202eabc"), ("family_name", "\x1b[31m"), ("job_title", "x" * 101), ("job_title", "\0"),
        ("biography", "x" * 1001), ("biography", "a\u2066b"), ("business_phone", "abc"), ("mobile_phone", "12"),
        ("business_phone", "0" * 40), ("language", "xx"), ("language", "\0"), ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"), ("time_zone", "Factory"), ("time_zone", "localtime"),
    ],
)  # fmt: skip
def test_what_does_not_hold_comes_back_with_a_message_at_its_field(
    signed_in: SignedIn, untouched: Untouched, field: str, typed: str
) -> None:
    client = signed_in("hanako")
    page = client.get(ABOUT)
    with untouched():
        answer = client.submit(
            page,
            ABOUT,
            **{f"about__{field}": typed, "about__job_title": "残る役職"} | {f"about__{field}": typed},
        )
    assert answer.status == 422
    assert answer.error_at(f"about-{field}")
    if field != "job_title":
        assert answer.value("about-job_title") == "残る役職", "what else was typed stays"
    assert answer.words(answer.one("title")).startswith("エラー")


@pytest.mark.req("PROF-03")
@pytest.mark.parametrize(
    ("field", "most"), [("family_name", 60), ("given_name", 60), ("job_title", 100), ("biography", 1000)]
)
def test_the_longest_texts_fit(signed_in: SignedIn, stored: Stored, field: str, most: int) -> None:
    assert about(signed_in("hanako"), **{field: "漢" * most}).status == 303
    assert getattr(row_of(stored, "hanako"), field) == "漢" * most


@pytest.mark.req("SEC-38")
def test_a_name_never_breaks_a_line(signed_in: SignedIn, stored: Stored) -> None:
    assert about(signed_in("hanako"), family_name="佐\u2028藤\u2029\n藤").status == 303
    assert row_of(stored, "hanako").family_name == "佐 藤  藤"


@pytest.mark.req("PROF-03", "SEC-27")
def test_the_user_id_is_shown_and_fixed_and_no_other_column_is_reached(
    signed_in: SignedIn, stored: Stored
) -> None:
    client = signed_in("taro")
    page = client.get(ABOUT)
    assert "taro@sample.example.cs" in page.words(page.by_id("about"))
    more = {
        "login_id": "boss", "about-login_id": "boss", "about-is_administrator": "y", "about-mail": "x@evil.example",
        "about-holder_id": "2", "about-password_hash": "x", "about-mfa_enabled": "y", "about-realm": "agent",
    }  # fmt: skip
    before = row_of(stored, "taro")
    answer = client.post(ABOUT, {**page.form(ABOUT), **more, "about-job_title": "新"})
    assert answer.status == 303
    after = row_of(stored, "taro")
    columns = set(User.__table__.columns.keys()) - {"job_title", "version", "updated_at"}
    assert {name: getattr(after, name) for name in columns} == {
        name: getattr(before, name) for name in columns
    }


@pytest.mark.req("REL-05", "PROF-03")
def test_overtaken_by_another_change_it_shows_both_texts(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    here, there = signed_in("hanako"), signed_in("hanako")
    page = here.get(ABOUT)
    about(there, job_title="部長")
    with untouched():
        answer = here.submit(page, ABOUT, about__job_title="課長")
    assert answer.status == 409
    group = answer.words(answer.by_id("about"))
    assert "部長" in group
    assert answer.value("about-job_title") == "課長"
    assert here.submit(answer, ABOUT).status == 303, "who has read both may save over the other"
    assert row_of(stored, "hanako").job_title == "課長"


@pytest.mark.req("REL-05", "PROF-04")
def test_so_do_the_settings(signed_in: SignedIn, stored: Stored) -> None:
    here, there = signed_in("hanako"), signed_in("hanako")
    page = here.get("/cs/profile")
    settings(there, time_zone="Asia/Seoul")
    answer = here.submit(page, SETTINGS, settings__time_zone="UTC")
    assert answer.status == 409
    assert "Asia/Seoul" in answer.words(answer.by_id("settings"))
    assert here.submit(answer, SETTINGS).status == 303
    assert row_of(stored, "hanako").time_zone == "UTC"


@pytest.mark.parametrize("version", ["", "0", "99", "-1", "x", "1" * 5000, "\0"])
def test_a_version_that_is_none_is_stale(signed_in: SignedIn, untouched: Untouched, version: str) -> None:
    client = signed_in("hanako")
    fields = {**client.get(ABOUT).form(ABOUT), "about-version": version, "about-job_title": "新"}
    with untouched():
        assert client.post(ABOUT, fields).status == 409


@pytest.mark.req("LANG-01", "PROF-04")
@pytest.mark.parametrize(
    ("person", "base", "to", "words"),
    [
        ("hanako", "/cs", "en", ("My support profile", "Your profile was saved.")),
        ("cs_agent", "/console", "ja", ("自分のサポートプロファイル", "プロファイルを保存しました。")),
    ],
)
def test_the_button_reloads_in_the_language_and_it_stays_for_later_logins(
    app: Flask, signed_in: SignedIn, person: str, base: str, to: str, words: tuple[str, str]
) -> None:
    client = signed_in(person)
    answer = settings(client, base, language=to)
    assert (answer.status, answer.location) == (303, f"{base}/profile")
    page = client.get(answer.location)
    assert page.language == to
    assert all(text in page.words() for text in words), "the message is in the new language too"
    assert InspectingClient(app, language="ja").enter(person).get(f"{base}/").language == to


@pytest.mark.req("LANG-01", "LANG-03")
def test_system_follows_the_installation_again(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("alice")
    settings(client, language="", time_zone="UTC")
    assert row_of(stored, "alice").language is None
    assert client.get("/cs/profile").language == "ja"
    settings(client, time_zone="")
    assert row_of(stored, "alice").time_zone is None


@pytest.mark.req("LANG-03", "LANG-04")
def test_the_zone_changes_every_time_on_every_page(signed_in: SignedIn, given: Given) -> None:
    with clock.at(datetime(2026, 7, 1, 15, 30, tzinfo=UTC)):
        number = given(cases.open_inquiry)
    client = signed_in("hanako")
    shown = {
        "": "2026-07-02 00:30:00",
        "Europe/Berlin": "2026-07-01 17:30:00",
        "America/St_Johns": "2026-07-01 13:00:00",
    }
    for zone, moment in shown.items():
        assert settings(client, time_zone=zone).status == 303
        assert client.get("/cs/cases").rows()[0]["更新日時"] == moment
        exact = moment.rpartition(" ")[2]
        assert exact in client.get(f"/cs/cases/{number}").text


@pytest.mark.req("LANG-03")
def test_every_zone_is_offered_and_the_common_ones_come_first(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get("/cs/profile")
    select = page.by_id("settings-time_zone")
    options = [item.get("value") for item in page.all("option") if item in list(select.iter())]
    assert options[:3] == ["", "Asia/Tokyo", "Asia/Seoul"]
    assert page.words(next(iter(page.all("option", value="")))) == "System (Asia/Tokyo)"
    assert set(options[1:]) == available_timezones() - {"Factory", "localtime", "posixrules"}
    assert len(options) == len(set(options))
    groups = [item.get("label") for item in select if str(item.tag).endswith("optgroup")]
    assert groups == ["よく使うタイムゾーン", "すべてのタイムゾーン"]


@pytest.mark.req("PROF-04", "PROF-08")
def test_accessibility_is_switched_on_and_off(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    settings(client, has_accessibility="y")
    assert row_of(stored, "hanako").has_accessibility is True
    page = client.get("/cs/profile")
    assert page.by_id("settings-has_accessibility").get("checked") is not None
    fields = page.form(SETTINGS)
    fields.pop("settings-has_accessibility")
    assert client.post(SETTINGS, fields).status == 303
    assert row_of(stored, "hanako").has_accessibility is False


@pytest.mark.req("PROF-04")
@pytest.mark.parametrize(
    ("field", "value"), [("language", "de"), ("time_zone", "Asia/Nowhere"), ("time_zone", "\0")]
)
def test_settings_that_are_none_come_back(
    signed_in: SignedIn, untouched: Untouched, field: str, value: str
) -> None:
    client = signed_in("hanako")
    page = client.get("/cs/profile")
    with untouched():
        answer = client.submit(page, SETTINGS, **{f"settings__{field}": value})
    assert answer.status == 422
    assert answer.error_at(f"settings-{field}")


@pytest.mark.req("PROF-03", "ROLE-04")
def test_nobody_edits_another(session: Session) -> None:
    wanted = actions.Settings(has_accessibility=True, language=None, time_zone=None)
    for who, whom in (("hanako", "taro"), ("admin", "hanako"), ("admin", "agent"), ("agent", "hanako")):
        user = cast.person(session, whom)
        actor = cast.actor_of(session, who)
        with pytest.raises(Forbidden):
            actions.edit(session, user, actor=actor, version=user.version, to=wanted)
        with pytest.raises(Forbidden):
            actions.change_mail(session, user, actor=actor, mail="x@sample.example")
