"""The editor of an item: what its buttons make of the form, what is refused, and what is saved as a draft."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.catalog.fields import FieldKind, FormDefinition
from app.catalog.forms.typed import as_data, read_typed, typed_of
from app.catalog.models import CatalogItem, ItemState
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import catalog, editor

ITEM = "/console/catalog/cs/items/policy/"
NEW = "/console/catalog/cs/new-item"


def opened(signed_in: SignedIn, given: Given) -> tuple[InspectingClient, Page]:
    """The form of a published item with a draft of two fields, the second one shown only sometimes."""
    given(catalog.item)
    given(editor.draft, "policy")
    admin = signed_in("admin")
    return admin, admin.get(ITEM)


def press(browser: InspectingClient, page: Page, do: str, action: str = ITEM, **typed: str) -> Page:
    """Press a button of the form after typing something (names with ``__`` for ``-``)."""
    return browser.submit(page, action, do=do, **typed)


def keys(page: Page, action: str = ITEM) -> list[str]:
    """The keys of the fields in the form, in order."""
    return [value for name, value in page.form(action).items() if name.endswith("-key")]


def codes(page: Page) -> list[str]:
    return [value for name, value in page.form(ITEM).items() if name.endswith("-code")]


@pytest.mark.req("WR-03", "WR-03")
def test_an_item_is_added_with_its_fields_and_nobody_sees_it(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(catalog.category)
    admin = signed_in("admin")
    page = press(admin, admin.get(NEW), "add", NEW, name_ja="新しい作業")
    assert page.status == 200
    assert page.value("name_ja") == "新しい作業"
    typed: dict[str, str] = {
        "name_en": "New work", "slug": "new-work", "points": "3",
        "fields__0__key": "until", "fields__0__label_ja": "期限", "fields__0__label_en": "Until",
        "fields__0__kind": "date", "fields__0__most": "30", "fields__0__required": "y",
    }  # fmt: skip
    saved = press(admin, page, "save", NEW, **typed)
    assert saved.location == "/console/catalog/cs/items/new-work/"
    content = stored(lambda session: editor.latest(session, "new-work"))
    assert (content.name_ja, content.points) == ("新しい作業", 3)
    until = content.form.fields[0]
    assert (until.key, until.kind, until.most, until.is_required) == ("until", FieldKind.DATE, 30, True)
    assert stored(lambda session: editor.item_called(session, "new-work").state) is ItemState.DRAFT
    # The same press again leads to the same item.
    assert press(admin, page, "save", NEW, **typed).location == saved.location
    assert stored(lambda session: session.scalar(select(func.count()).select_from(CatalogItem))) == 1
    assert signed_in("hanako").get("/cs/work-requests/new-work").status == 404


@pytest.mark.req("WR-03")
def test_buttons_rearrange_and_store_nothing(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    admin, page = opened(signed_in, given)
    with untouched():
        assert keys(page) == ["what", "why"]
        page = press(admin, page, "add", fields__0__label_en="Typed meanwhile")
        assert page.value("fields-0-label_en") == "Typed meanwhile"
        page = press(admin, page, "up:2", fields__2__key="first")
        assert keys(page) == ["what", "first", "why"]
        page = press(admin, press(admin, page, "down:1"), "remove:0")
        assert keys(page) == ["why", "first"]


@pytest.mark.req("WR-03")
def test_choices_come_go_and_move(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    admin, page = opened(signed_in, given)
    with untouched():
        page = press(admin, page, "choice:0")
        assert codes(page) == ["on", "off", ""]
        page = press(admin, page, "choice-up:0:2", fields__0__choices__2__code="pause")
        assert codes(page) == ["on", "pause", "off"]
        page = press(admin, press(admin, page, "choice-down:0:0"), "choice-remove:0:2")
        assert codes(page) == ["pause", "on"]


@pytest.mark.req("WR-03")
def test_a_button_that_is_not_there_changes_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    admin, page = opened(signed_in, given)
    with untouched():
        for do in ("up:9", "choice:77", "remove:999", "choice-up:0:50", "fly", "up:", "", "up:-1"):
            again = press(admin, page, do)
            assert (again.status, keys(again)) == (200, ["what", "why"]), do


@pytest.mark.req("WR-03")
def test_the_choices_of_a_condition_follow_its_field(signed_in: SignedIn, given: Given) -> None:
    admin, page = opened(signed_in, given)
    assert page.form(ITEM)["fields-1-shown_codes"] == "off"
    shown = press(admin, page, "show:1", fields__1__shown_field="")
    assert "fields-1-shown_codes" not in shown.form(ITEM)
    assert "Switch off" in press(admin, shown, "show:1", fields__1__shown_field="what").text


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"points": "many"}, "points", "0 から 1000000"),
    ({"points": "-1"}, "points", "0 から 1000000"),
    ({"points": "1000001"}, "points", "0 から 1000000"),
    ({"points": "9" * 400}, "points", "整数"),
    ({"name_ja": ""}, "name_ja", "入力してください"),
    ({"name_en": "x" * 101}, "name_en", "100"),
    ({"description_ja": "x" * 2001}, "description_ja", "2000"),
    ({"category": "none"}, "category", ""),
    ({"fields__0__key": ""}, "fields-0-key", "入力してください"),
    ({"fields__0__key": "Not a key"}, "fields-0-key", "英小文字"),
    ({"fields__0__key": "why"}, "fields-1-key", ""),
    ({"fields__0__kind": "essay"}, "fields-0-kind", ""),
    ({"fields__1__most": "some"}, "fields-1-most", "整数を入力"),
    ({"fields__1__least": "200", "fields__1__most": "10"}, "fields-1-most", ""),
    ({"fields__0__label_en": "x\u202e"}, "fields-0-label_en", "制御文字"),
    ({"fields__0__choices__0__code": ""}, "fields-0-choices-0-code", "入力してください"),
    ({"fields__0__choices__0__code": "off"}, "fields-0-choices-1-code", ""),
    ({"fields__0__kind": "text"}, "fields-0-key", ""),
    ({"fields__1__shown_field": "nowhere"}, "fields-1-shown_field", ""),
]


@pytest.mark.req("WR-03", "WR-03")
def test_each_problem_stands_at_its_control_and_all_is_kept(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    admin, page = opened(signed_in, given)
    with untouched():
        for typed, field, message in WRONG:
            refused = press(admin, page, "save", **typed)
            assert refused.status == 422, typed
            assert f'href="#{field}"' in refused.text, (typed, refused.alerts())
            assert message in refused.error_at(field), typed
            for name, value in typed.items():
                if name not in {"category", "fields__0__kind"} and "\u202e" not in value:
                    assert refused.value(name.replace("__", "-")) == value


@pytest.mark.req("WR-03", "REL-05")
def test_a_form_made_before_a_change_is_told_and_may_be_saved_again(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    admin, page = opened(signed_in, given)
    given(editor.draft, "policy", points=9)
    with untouched():
        stale = press(admin, page, "save", name_ja="私の名前")
    assert stale.status == 409
    assert stale.value("name_ja") == "私の名前"
    assert press(admin, stale, "save").status == 303
    assert stored(lambda session: editor.latest(session, "policy")).name_ja == "私の名前"
    with untouched():
        assert press(admin, stale, "save", version="x").status == 409


@pytest.mark.req("WR-03")
def test_saving_changes_the_draft_and_never_what_is_published(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    given(catalog.item)
    admin = signed_in("admin")
    page = admin.get(ITEM)
    with untouched():
        assert press(admin, page, "save").status == 303
    assert press(admin, page, "tryout", points="7").location == f"{ITEM}try-out"
    numbers = stored(lambda session: [(row.number, row.points) for row in editor.versions(session, "policy")])
    assert numbers == [(1, 0), (2, 7)]
    hanako = signed_in("hanako").get("/cs/work-requests/policy")
    assert "1. CSPM" in hanako.text


@pytest.mark.req("WR-03")
def test_the_place_is_fixed_once_published_and_each_is_there_once(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    admin, page = opened(signed_in, given)
    with untouched():
        refused = press(admin, page, "save", slug="other")
    assert (refused.status, "変更できません" in refused.alerts()) == (422, True)
    given(editor.places)
    draft = "/console/catalog/cs/items/draft-item/"
    shown = admin.get(draft)
    with untouched():
        taken = press(admin, shown, "save", draft, slug="policy")
    assert "すでにあります" in taken.error_at("slug")
    assert press(admin, shown, "save", draft, slug="drafted").location == "/console/catalog/cs/items/drafted/"
    assert stored(lambda session: editor.item_called(session, "drafted").slug) == "drafted"
    with untouched():
        again: dict[str, Any] = {"slug": "policy", "name_ja": "x", "name_en": "x", "points": "0"}
        assert "すでにあります" in press(admin, admin.get(NEW), "save", NEW, **again).error_at("slug")


@pytest.mark.req("WR-03")
def test_a_form_of_sixty_fields_is_saved_and_of_more_not(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(catalog.item)
    admin = signed_in("admin")
    head = admin.get(ITEM).form(ITEM)
    head = {name: value for name, value in head.items() if not name.startswith("fields-")}
    names = {
        "kind": "long_text",
        "label_ja": "項目",
        "label_en": "Field",
        "help_ja": "",
        "help_en": "",
        "most": "9",
    }
    rows = {f"fields-{at}-{name}": value for at in range(70) for name, value in names.items()}
    rows |= {f"fields-{at}-key": f"key_{at}" for at in range(70)}
    assert admin.post(ITEM, {**head, **rows, "do": "save"}).status == 303
    assert len(stored(lambda session: editor.latest(session, "policy")).form.fields) == 60


@pytest.mark.req("WR-03")
def test_a_definition_survives_the_form() -> None:
    form = FormDefinition((editor.WHAT, editor.WHY, catalog.DETAILS))
    again = read_typed(typed_of(form).formdata({"points": ["1"]}))
    assert FormDefinition.from_data(as_data(again)) == form
