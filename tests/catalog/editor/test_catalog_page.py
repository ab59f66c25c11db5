"""The catalogue of a service: its settings, categories, and items in their order with where they stand."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.categories import move_item
from app.catalog.models import CatalogCategory, CatalogItem
from app.catalog.queries import settings_of
from app.journal import JournalEvent
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import catalog, editor, requests

PAGE = "/console/catalog/cs/"


def three(session: Session) -> None:
    for position, slug in enumerate(("one", "two", "three"), start=1):
        catalog.item(session, slug=slug, name=slug, position=position)


def order(session: Session) -> list[str]:
    rows = session.scalars(select(CatalogItem).order_by(CatalogItem.position, CatalogItem.id))
    return [row.slug for row in rows if row.slug in {"one", "two", "three"}]


def told(session: Session) -> list[str]:
    return list(session.scalars(select(JournalEvent.kind).order_by(JournalEvent.id.desc()).limit(1)))


@pytest.mark.req("WR-03", "SVC-06")
def test_items_stand_with_state_points_and_requests(given: Given, signed_in: SignedIn) -> None:
    given(three)
    given(editor.places)
    given(editor.draft, "two", points=12)
    given(requests.waiting, points=0)
    page = signed_in("admin", language="ja").get(PAGE)
    rows = {row["名前"]: row for row in page.rows() if "名前" in row}
    assert rows["one"]["状況"] == "公開中"
    assert rows["新しい名前"]["状況"] == "公開中（未公開の変更あり）"
    assert rows["新しい名前"]["ポイント"] == "12"
    assert [row["状況"] for row in page.rows() if row.get("作業依頼") == "1"] == ["公開中"]
    assert {"下書き", "公開終了"} <= {row["状況"] for row in page.rows() if "状況" in row}


@pytest.mark.req("WR-03")
def test_items_move_up_and_down_one_place_and_stop_at_the_ends(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(three)
    admin = signed_in("admin")
    assert not admin.get(PAGE).offers(f"{PAGE}items/one/move/up")
    assert admin.act(f"{PAGE}items/three/move/up").location.startswith(PAGE)
    assert stored(order) == ["one", "three", "two"]
    assert stored(told) == ["service.catalog_ordered"]
    admin.act(f"{PAGE}items/one/move/down")
    assert stored(order) == ["three", "one", "two"]
    admin.act(f"{PAGE}items/three/move/up")
    admin.act(f"{PAGE}items/two/move/down")
    assert stored(order) == ["three", "one", "two"]
    assert admin.act(f"{PAGE}items/two/move/aside").status == 404


@pytest.mark.req("WR-03", "REL-05")
def test_moving_makes_nobodys_form_out_of_date(session: Session) -> None:
    three(session)
    before = editor.item_called(session, "one").version
    service, item = editor.service(session), editor.item_called(session, "one")
    move_item(session, service, item, actor=catalog.MAKER, by=1)
    session.commit()
    assert editor.item_called(session, "one").version == before


@pytest.mark.req("SVC-06")
def test_settings_are_saved_and_refused(signed_in: SignedIn, stored: Stored, untouched: Untouched) -> None:
    admin = signed_in("admin")
    with untouched():
        page = admin.act(f"{PAGE}settings", **{"settings-requests": "everything"})
    assert page.status == 422
    assert admin.act(f"{PAGE}settings", **{"settings-requests": "all"}).status == 303
    assert stored(lambda session: settings_of(session, editor.service(session).id)).is_by_contract is False
    assert stored(lambda session: settings_of(session, editor.service(session).id)).has_points is False
    shown = admin.get(PAGE)
    assert shown.form(f"{PAGE}settings")["settings-requests"] == "all"


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"slug": "Bad Slug"}, "new-slug", "change-policy"),
        ({"slug": "a" * 41}, "new-slug", "40"),
        ({"slug": "support"}, "new-slug", "すでにあります"),
        ({"name_ja": " "}, "new-name_ja", "入力してください"),
        ({"name_en": "x" * 101}, "new-name_en", "100"),
        ({"name_en": "x\x00"}, "new-name_en", "制御文字"),
    ],
)
def test_a_category_that_is_refused_keeps_what_was_typed(
    given: Given, signed_in: SignedIn, untouched: Untouched, typed: dict[str, str], field: str, message: str
) -> None:
    given(catalog.category)
    good = {"slug": "reports", "name_ja": "レポート", "name_en": "Reports"}
    fields = {f"new-{name}": value for name, value in {**good, **typed}.items()}
    admin = signed_in("admin", language="ja")
    with untouched():
        page = admin.act(f"{PAGE}categories", **fields)
    assert page.status == 422
    assert message in page.error_at(field)
    assert page.value("new-name_ja") == fields["new-name_ja"].strip()


@pytest.mark.req("WR-03", "REL-05")
def test_a_category_is_added_renamed_moved_and_removed(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(catalog.item)
    admin, spare = signed_in("admin"), f"{PAGE}categories/reports"
    new = {"new-slug": "reports", "new-name_ja": "レポート", "new-name_en": "Reports"}
    assert admin.act(f"{PAGE}categories", **new).status == 303
    page = admin.get(spare)
    assert admin.submit(page, spare, name_ja="報告", name_en="Reporting").status == 303
    with untouched():
        stale = admin.submit(page, spare, name_ja="別", name_en="Other")
    assert stale.status == 409
    assert "報告" in stale.words()
    assert stale.value("name_ja") == "別"
    assert admin.submit(stale, spare, name_ja="別", name_en="Other").status == 303
    admin.act(f"{spare}/move/up")
    names = [
        row.slug for row in stored(lambda s: list(s.scalars(select(CatalogCategory).order_by("position"))))
    ]
    assert names == ["reports", "support"]
    with untouched():
        assert admin.act(f"{PAGE}categories/support/removal").status == 409
    assert admin.act(f"{spare}/removal").status == 303
    assert admin.get(spare).status == 404


@pytest.mark.req("WR-03", "ROLE-05")
def test_the_rail_leads_to_it_for_administrators_alone(signed_in: SignedIn) -> None:
    link = "/console/catalog/"
    assert [item for item in signed_in("admin").get("/console/").all("a") if item.get("href") == link]
    assert not [item for item in signed_in("lead").get("/console/").all("a") if item.get("href") == link]
    assert "/console/catalog/cs/" in signed_in("admin").get("/console/services/").text
