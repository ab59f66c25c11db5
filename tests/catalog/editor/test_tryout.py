"""Trying a draft out: as customers will see it, checked like theirs, and no request comes of it."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.catalog.fields import Choice, Condition, FieldDefinition, FieldKind
from app.catalog.models import WorkRequest
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import catalog, editor

PAGE = "/console/catalog/cs/items/policy/try-out"
PROOF = FieldDefinition(key="proof", kind=FieldKind.FILE, label_ja="証跡", label_en="Proof", is_required=True)
KIND = FieldDefinition(
    key="kind",
    kind=FieldKind.CHOICE,
    label_ja="種別",
    label_en="Kind",
    is_required=True,
    choices=(
        Choice(code="add", label_ja="追加", label_en="Add"),
        Choice(code="remove", label_ja="削除", label_en="Remove"),
    ),
)
REASON = FieldDefinition(
    key="reason",
    kind=FieldKind.TEXT,
    label_ja="削除の理由",
    label_en="Reason for removal",
    is_required=True,
    shown_if=Condition(field="kind", codes=("remove",)),
)


@pytest.mark.req("WR-03", "WR-03")
def test_a_draft_is_filled_in_checked_and_read_as_the_case_would_begin(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(catalog.item)
    given(editor.draft, "policy", points=3)
    admin = signed_in("admin")
    page = admin.get(f"{PAGE}?language=ja")
    assert "新しい名前" in page.words(page.one("h1"))
    action = f"{PAGE}?language=ja"
    with untouched():
        refused = admin.submit(page, action, number="X000000002", f__what="")
        assert refused.status == 422
        assert refused.error_at("f-what")
        taken = admin.submit(refused, action, f__what="off", f__why="  使わないため  ")
    assert taken.status == 200
    assert "件名 新しい名前" in taken.words()
    assert "変更内容 無効 理由 使わないため" in taken.words()


@pytest.mark.req("WR-03", "LANG-01")
def test_it_is_shown_in_both_languages_whatever_the_agent_speaks(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item)
    given(editor.draft, "policy")
    admin = signed_in("admin")
    japanese, english = admin.get(f"{PAGE}?language=ja"), admin.get(f"{PAGE}?language=en")
    assert (japanese.language, english.language) == ("ja", "en")
    assert "変更内容" in japanese.text
    assert "Switch off" in english.text
    assert "Change" in english.words()
    assert admin.get(f"{PAGE}?language=xx").language == "ja"
    refused = admin.submit(english, f"{PAGE}?language=en")
    assert refused.status == 422
    assert refused.error_at("f-what").endswith("Enter this field.")


@pytest.mark.req("WR-03", "SEC-26")
def test_it_names_no_customer(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item)
    page = signed_in("admin").get(PAGE)
    assert "X000000001" in page.text
    assert "株式会社サンプル（例）" in page.words()
    assert "N200000001" not in page.text


@pytest.mark.req("WR-03", "WR-04")
def test_without_script_a_required_file_is_sent_with_the_form(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(catalog.item, fields=(PROOF,), is_published=False)
    admin = signed_in("admin")
    page = admin.get(PAGE)
    action = f"{PAGE}?language=ja"
    missing = admin.submit(page, action, number="X000000001")
    assert missing.status == 422
    assert missing.error_at("f-proof").endswith("ファイルを選択してください。")
    sent = {
        **page.form(action),
        "number": "X000000001",
        "files-f-proof": (BytesIO("図".encode()), "構成図.txt"),
    }
    taken = admin.post(action, sent, content_type="multipart/form-data")
    assert taken.status == 200
    assert "証跡 構成図.txt" in taken.words()
    # The file stays chosen when the answers are checked once more.
    assert admin.submit(taken, action).status == 200
    assert stored(lambda session: session.scalar(select(func.count(WorkRequest.id)))) == 0


@pytest.mark.req("WR-03", "INQ-05")
def test_the_panel_asks_for_no_field_that_is_not_there(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item, fields=(KIND, REASON), is_published=False)
    admin = signed_in("admin")
    action = f"{PAGE}?language=ja"
    page = admin.get(PAGE)
    assert asked(page) == ["お客様番号", "種別"]
    other = admin.submit(page, action, number="", f__kind="add")
    assert other.status == 422
    assert asked(other) == ["お客様番号"]
    both = admin.submit(page, action, number="X000000001", f__kind="remove")
    assert both.status == 422
    assert both.error_at("f-reason")
    assert asked(both) == ["削除の理由"]


def asked(page: Page) -> list[str]:
    """The fields that the panel names, script or no script: what is required and still empty."""
    items = page.all("li", **{"data-required-panel-target": "item"})
    return [page.words(item) for item in items if item.get("hidden") is None]
