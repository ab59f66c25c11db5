"""Two administrators on the settings page of a service: nobody writes over what they have not seen (REL-05)."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import CaseSettings, ResponseTarget
from app.contracts.models import Service
from app.journal import JournalEvent
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases

PAGE = "/console/services/cs/desk"
STALE = {
    "ja": "他の担当者がこの設定を変更しました。内容をご確認ください。",
    "en": "Somebody else changed these settings in the meantime. Compare both; saving replaces theirs by yours.",
}
# The form, what the first one types, what the second one types, and how the first one's text is shown to the second.
FORMS: list[tuple[str, dict[str, str], dict[str, str], str]] = [
    ("hours", {"hours-opens": "07:15"}, {"hours-opens": "10:45"}, "07:15"),
    ("targets", {"reply-all": "12.5"}, {"reply-all": "99"}, "12.5"),
    ("files", {"files-largest": "512"}, {"files-largest": "33"}, "512"),
]


def values(session: Session) -> tuple[int, list[int | None], int | None]:
    row = session.scalars(select(CaseSettings).join(Service).where(Service.slug == "cs")).one()
    targets = select(ResponseTarget.reply_minutes).join(Service).where(Service.slug == "cs")
    limit = session.scalars(select(Service.largest_file).where(Service.slug == "cs")).one()
    return row.opens_minute, list(session.scalars(targets)), limit


def save(client: InspectingClient, page: Page, form: str, typed: dict[str, str]) -> Page:
    action = f"{PAGE}/{form}"
    return client.post(action, {**page.form(action), **typed})


@pytest.mark.req("REL-05")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("form", "first", "second", "shown"), FORMS)
def test_a_stale_form_shows_both_and_overwrites_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched, language: str, form: str,
    first: dict[str, str], second: dict[str, str], shown: str,
) -> None:  # fmt: skip
    given(cases.choose_language, "admin", language)
    one, other = signed_in("admin"), signed_in("admin")
    page = other.get(PAGE)
    assert save(one, one.get(PAGE), form, first).status == 303
    with untouched():
        refused = save(other, page, form, second)
    assert refused.status == 409
    assert refused.words().count(STALE[language]) == 1
    stored = refused.words(refused.one("section", aria_labelledby=f"stored-{form}"))
    assert shown in stored
    (name, typed), = second.items()  # fmt: skip
    assert refused.form(f"{PAGE}/{form}")[name] == typed


@pytest.mark.req("REL-05")
@pytest.mark.parametrize(("form", "first", "second", "_shown"), FORMS)
def test_whoever_has_seen_both_may_save(
    signed_in: SignedIn, stored: Stored, form: str, first: dict[str, str], second: dict[str, str], _shown: str
) -> None:
    admin = signed_in("admin")
    page = admin.get(PAGE)
    save(admin, admin.get(PAGE), form, first)
    before = stored(values)
    assert save(admin, save(admin, page, form, second), form, second).status == 303
    assert stored(values) != before


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "1.0", "９", "1" * 40])
@pytest.mark.parametrize(("form", "name"), [("hours", "hours-version"), ("targets", "version")])
def test_what_is_no_version_is_stale(
    signed_in: SignedIn, untouched: Untouched, form: str, name: str, version: str
) -> None:
    admin = signed_in("admin")
    page = admin.get(PAGE)
    with untouched():
        assert save(admin, page, form, {name: version}).status == 409


def test_the_parts_of_the_page_are_stale_each_by_itself(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    page = admin.get(PAGE)
    assert [save(admin, page, form, first).status for form, first, _second, _shown in FORMS] == [303] * 3
    assert [save(admin, page, form, first).status for form, first, _second, _shown in FORMS] == [409] * 3


@pytest.mark.parametrize("value", ["0", "-1", "2049", "x", "1.5", "８", "1" * 8])
def test_a_limit_is_a_number_within_what_the_installation_takes(
    signed_in: SignedIn, untouched: Untouched, value: str
) -> None:
    admin = signed_in("admin")
    page = admin.get(PAGE)
    with untouched():
        refused = save(admin, page, "files", {"files-largest": value})
    assert (refused.status, refused.error_at("files-largest") != "") == (422, True)
    assert refused.form(f"{PAGE}/files")["files-largest"] == value


@pytest.mark.req("SVC-02", "WR-05")
@pytest.mark.parametrize(("typed", "size"), [("1", 1024**2), ("2048", 2 * 1024**3), ("", None)])
def test_the_limit_is_kept_and_told(
    signed_in: SignedIn, stored: Stored, typed: str, size: int | None
) -> None:
    admin = signed_in("admin")
    assert save(admin, admin.get(PAGE), "files", {"files-largest": "7"}).status == 303
    assert save(admin, admin.get(PAGE), "files", {"files-largest": typed}).status == 303
    assert stored(values)[2] == size
    assert admin.get(PAGE).form(f"{PAGE}/files")["files-largest"] == typed
    newest = select(JournalEvent).order_by(JournalEvent.id.desc()).limit(1)
    event = stored(lambda session: session.scalars(newest).one())
    assert (event.kind, event.data) == ("service.largest_file_set", {"largest": size})


def other_service(session: Session) -> Any:
    return session.scalars(select(Service.largest_file).where(Service.slug == "fm")).one()


@pytest.mark.req("SVC-02")
def test_one_services_limit_is_none_of_the_others(signed_in: SignedIn, stored: Stored) -> None:
    admin = signed_in("admin")
    save(admin, admin.get(PAGE), "files", {"files-largest": "7"})
    assert stored(other_service) is None
