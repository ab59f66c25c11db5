"""Bringing a file in by the page: first the preview, then all of it or nothing."""

from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import CatalogItem
from app.journal import JournalEvent
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import catalog, editor

PAGE = "/console/catalog/cs/"
IMPORT, APPLY = f"{PAGE}import", f"{PAGE}import/application"
FILE = """format: 1
categories:
  - {slug: support, name_ja: サポート, name_en: Support}
  - {slug: reports, name_ja: レポート, name_en: Reports}
items:
  - slug: policy
    category: reports
    name_ja: 1. CSPM 検知ポリシー変更
    name_en: 1. Change detection policy
    points: 6
  - slug: report
    category: reports
    name_ja: 4. レポート
    name_en: 4. Report
"""


def send(browser: InspectingClient, content: bytes | str) -> Page:
    raw = content.encode() if isinstance(content, str) else content
    return browser.post(IMPORT, {"csrf_token": browser.token(), "file": (BytesIO(raw), "catalog.yaml")})


def slugs(session: Session) -> list[str]:
    return [row.slug for row in session.scalars(select(CatalogItem).order_by(CatalogItem.position))]


@pytest.mark.req("WR-03")
def test_the_preview_writes_nothing_and_the_second_press_does(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(catalog.item)
    admin = signed_in("admin")
    with untouched():
        preview = send(admin, FILE)
    assert preview.status == 200
    rows = {row["対象"]: (row["変更前"], row["変更後"]) for row in preview.rows()}
    assert rows["ポイント"] == ("0", "6")
    assert rows["カテゴリ"] == ("support", "reports")
    done = admin.submit(preview, APPLY)
    assert done.location == PAGE
    assert "追加 2 件、変更 1 件" in admin.get(PAGE).text
    assert stored(slugs) == ["policy", "report"]
    numbers = stored(
        lambda session: [(row.number, row.published_at is None) for row in editor.versions(session, "policy")]
    )
    assert numbers == [(1, False), (2, True)]
    kinds = stored(lambda session: list(session.scalars(select(JournalEvent.kind))))
    assert kinds[-1] == "service.catalog_imported"
    assert "catalog_item.published" not in kinds[-6:]
    # The same page sent again would do nothing that its preview said: it is shown anew.
    with untouched():
        assert admin.submit(preview, APPLY).status == 409


@pytest.mark.req("WR-03", "REL-05")
def test_what_changed_since_the_preview_is_shown_first(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(catalog.item)
    admin = signed_in("admin")
    preview = send(admin, FILE)
    given(editor.draft, "policy", points=77)
    with untouched():
        again = admin.submit(preview, APPLY)
    assert again.status == 409
    assert "77" in again.words()
    assert admin.submit(again, APPLY).status == 303


@pytest.mark.req("WR-03", "SEC-41")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("format: 1\nitems: [{slug: x}]", "items[0].category"),
        (FILE + "  - {slug: report, category: reports, name_ja: a, name_en: b}\n", "items[2].slug"),
        (FILE.replace("points: 6", "only_for: [N700000002]"), "items[0].only_for[0]"),
        ("a: &a [1]\nb: [*a, *a]", "アンカー"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"\x00" * 50, "YAML"),
        ("# " + "x" * 400_000, "300 KB"),
        ("", "空"),
    ],
    ids=["missing", "twice", "foreign number", "alias", "bytes", "nul", "large", "empty"],
)
def test_a_bad_file_is_told_where_and_changes_nothing(
    given: Given, signed_in: SignedIn, untouched: Untouched, content: bytes | str, said: str
) -> None:
    given(catalog.item)
    admin = signed_in("admin")
    with untouched():
        refused = send(admin, content)
    assert refused.status == 422
    assert said in refused.alerts()


@pytest.mark.req("WR-03")
def test_nothing_sent_and_a_text_that_was_changed_on_the_way(
    signed_in: SignedIn, untouched: Untouched
) -> None:
    admin = signed_in("admin")
    with untouched():
        assert "選択してください" in admin.act(IMPORT).error_at("file")
        assert admin.act(APPLY, text="format: 1\nitems: 5").status == 422
        assert admin.act(APPLY, text="format: 1", seen="made up").status == 409
        assert admin.act(APPLY).status == 422


@pytest.mark.req("WR-03")
def test_an_export_is_a_file_and_shows_drafts_or_what_is_published(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item)
    given(editor.draft, "policy")
    admin = signed_in("admin")
    page = admin.get(f"{PAGE}export.yaml")
    assert page.answer.headers["Content-Type"] == "application/yaml; charset=utf-8"
    assert page.answer.headers["Content-Disposition"] == 'attachment; filename="catalog-cs.yaml"'
    assert "新しい名前" in page.text
    assert "新しい名前" not in admin.get(f"{PAGE}export.yaml?content=published").text
    preview = send(admin, page.text)
    assert "現在のカタログと同じ" in preview.words()
    assert not preview.all("button", class_="button button-primary")
