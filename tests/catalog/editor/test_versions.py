"""Versions of an item: what differs, publishing what was shown, taking it out and putting it back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.catalog.differences import differences
from app.catalog.models import ItemState
from app.journal import JournalEvent
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import catalog, editor

ITEM = "/console/catalog/cs/items/policy"
CUSTOMERS = "/cs/work-requests/policy"


def state(session: Session) -> ItemState:
    return editor.item_called(session, "policy").state


@pytest.mark.req("WR-03")
def test_the_confirmation_shows_what_customers_will_see_differently(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(catalog.item)
    given(editor.draft, "policy", points=4)
    admin, hanako = signed_in("admin"), signed_in("hanako")
    page = admin.get(f"{ITEM}/publication")
    rows = {row["対象"]: (row["変更前"], row["変更後"]) for row in page.rows()}
    assert rows["名称（日本語）"] == ("1. CSPM 検知ポリシー変更", "新しい名前")
    assert rows["ポイント"] == ("0", "4")
    assert rows["項目「details」"] == ("依頼内容 / Details (長いテキスト)", "–")
    assert "新しい名前" not in hanako.get(CUSTOMERS).text
    assert admin.submit(page, f"{ITEM}/publication").location == f"{ITEM}/versions"
    assert "新しい名前" in hanako.get(CUSTOMERS).text
    assert stored(lambda session: editor.versions(session, "policy")[1]).published_by_id is not None
    shown = admin.get(f"{ITEM}/versions").words()
    assert "第 2 版" in shown
    assert "渡辺 明 が公開" in shown


@pytest.mark.req("WR-03", "REL-05")
def test_a_draft_changed_after_it_was_shown_is_shown_again(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(catalog.item)
    given(editor.draft, "policy", points=4)
    admin = signed_in("admin")
    page = admin.get(f"{ITEM}/publication")
    given(editor.draft, "policy", points=40)
    with untouched():
        again = admin.submit(page, f"{ITEM}/publication")
    assert again.status == 409
    assert "40" in again.words()
    assert admin.submit(again, f"{ITEM}/publication").status == 303
    with untouched():
        assert admin.submit(page, f"{ITEM}/publication").status == 409


@pytest.mark.req("WR-03")
def test_an_item_is_withdrawn_and_offered_again_as_it_was(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(catalog.item)
    admin, hanako = signed_in("admin"), signed_in("hanako")
    with untouched():
        assert admin.act(f"{ITEM}/offer").status == 409
    assert admin.act(f"{ITEM}/withdrawal").status == 303
    assert stored(state) is ItemState.WITHDRAWN
    assert hanako.get(CUSTOMERS).status == 404
    with untouched():
        assert admin.act(f"{ITEM}/withdrawal").status == 409
    assert admin.act(f"{ITEM}/offer").status == 303
    assert hanako.get(CUSTOMERS).status == 200


@pytest.mark.req("WR-03")
def test_a_draft_is_discarded_and_an_unpublished_item_goes_with_it(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(catalog.item)
    given(editor.draft, "policy")
    given(editor.places)
    admin = signed_in("admin")
    assert admin.act(f"{ITEM}/draft/removal").location == f"{ITEM}/versions"
    assert len(stored(lambda session: editor.versions(session, "policy"))) == 1
    with untouched():
        assert admin.act(f"{ITEM}/draft/removal").status == 409
    draft = "/console/catalog/cs/items/draft-item"
    assert admin.act(f"{draft}/draft/removal").location == "/console/catalog/cs/"
    assert admin.get(f"{draft}/").status == 404
    kinds = stored(lambda session: [row.kind for row in session.query(JournalEvent)])
    assert {"catalog_item.draft_discarded", "catalog_item.removed"} <= set(kinds)


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    "change", ["UPDATE catalog_item_version SET points = 1", "DELETE FROM catalog_item_version"]
)
def test_a_published_version_never_changes(session: Session, change: str) -> None:
    catalog.item(session)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(change))


@pytest.mark.req("WR-03")
def test_differences_name_fields_their_parts_and_their_order(session: Session) -> None:
    catalog.item(session, fields=(editor.WHAT, editor.WHY))
    before = editor.latest(session, "policy")
    editor.draft(session, "policy", fields=(editor.WHY, editor.WHAT))
    said = [item.what for item in differences(before, editor.latest(session, "policy"))]
    assert "項目の順序" in said
    assert differences(before, before) == []
    first = differences(None, before)
    assert [item.before for item in first] == [""] * len(first)
