"""Trying a draft out: as customers will see it, checked like theirs, stored nowhere."""

import pytest

from tests.conftest import Given, SignedIn, Untouched
from tests.factories import catalog, editor

PAGE = "/console/catalog/cs/items/policy/try-out"


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
