"""The maintenance notice: made by the pattern in both languages, editable before it is published (ANN-04)."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given as holds
from hypothesis import settings
from hypothesis import strategies as st

from app.announcements.maintenance import Maintenance, ServiceEffects, text_in, title_in
from app.announcements.wording import as_html
from app.richtext import clean, to_text
from tests.announcements.test_home import panel
from tests.announcements.typed import NEW, key_of
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import knowledge

pytestmark = pytest.mark.req("ANN-04")

TEMPLATE = "/console/announcements/maintenance"
TOKYO = ZoneInfo("Asia/Tokyo")
WORK = Maintenance(
    since=datetime(2030, 1, 5, 13, 0, tzinfo=UTC),
    until=datetime(2030, 1, 5, 20, 5, tzinfo=UTC),
    is_common=True,
    effects_ja="ログインできません。",
    effects_en="Nobody can sign in.",
    services=(
        ServiceEffects("マネージドCSPM", "Managed CSPM", "検知は続きます。", "Findings go on."),
        ServiceEffects("モバイルセキュリティ", "Mobile Security"),
    ),
)
TYPED: dict[str, Any] = {
    "since": "2030-01-05T22:00",
    "until": "2030-01-06T05:05",
    "services": ["*"],
    "effects_ja": "ログインできません。",
    "effects_en": "Nobody can sign in.",
    "effects-cs-ja": "検知は続きます。",
    "effects-cs-en": "Findings go on.",
}
TITLE_JA = "カスタマーポータルメンテナンスのお知らせ (2030年01月05日22時00分 - 2030年01月06日05時05分)"
TITLE_EN = "Portal maintenance (2030-01-05 22:00 – 2030-01-06 05:05)"


def test_title_and_text_follow_the_pattern(app: Flask) -> None:
    with app.test_request_context():
        assert title_in("ja", WORK, TOKYO) == TITLE_JA
        assert title_in("en", WORK, TOKYO) == TITLE_EN
        japanese, english = text_in("ja", WORK, TOKYO), text_in("en", WORK, TOKYO)
    for part in (
        "■ 日時",
        "(日本時間)",
        "■ 対象\nサービス共通",
        "ログインできません。",
        "・マネージドCSPM: 検知は続きます。",
    ):
        assert part in japanese
    for part in ("■ Scope\nAll services", "Nobody can sign in.", "・Mobile Security: No further effects."):
        assert part in english


@pytest.mark.req("KB-15")
def test_the_template_fills_the_form_which_is_then_published(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    category = given(lambda session: knowledge.category(session, slug=None, base="お知らせ").id)
    client = signed_in("lead")
    token = {"csrf_token": client.get(TEMPLATE).form(TEMPLATE)["csrf_token"]}
    with untouched():
        page = client.post(TEMPLATE, {**token, **TYPED})
    assert page.status == 200
    form = page.form(NEW)
    assert (form["title_ja"], form["title_en"], form["kind"]) == (TITLE_JA, TITLE_EN, "maintenance")
    edited = form["body_ja"].replace("ログインできません。", "ログインいただけません。")
    sent = {**form, "body_ja": edited, "services": ["cs", "fm"], "category": str(category)}
    assert client.post(NEW, sent).status == 303
    ((title, address),) = panel(signed_in("hanako").get("/fm/"))
    assert title == TITLE_JA
    assert "ログインいただけません。" in given(
        lambda session: knowledge.current_html(session, address.rpartition("/")[2])
    )
    assert key_of(client)["form_key"] != form["form_key"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"since": ""}, "since"),
        ({"until": "2030-01-05T22:00"}, "until"),
        ({"services": []}, "services"),
        ({"effects_ja": ""}, "effects_ja"),
        ({"effects_en": "x" * 4_001}, "effects_en"),
        ({"effects-cs-ja": "あ" * 4_001}, "effects-cs-ja"),
    ],
)
def test_what_does_not_hold_is_said_at_its_field(
    signed_in: SignedIn, changes: dict[str, Any], field: str
) -> None:
    client = signed_in("lead")
    token = {"csrf_token": client.get(TEMPLATE).form(TEMPLATE)["csrf_token"]}
    page = client.post(TEMPLATE, {**token, **TYPED, **changes})
    assert page.status == 422
    assert page.one("div", id=f"{field}-error") is not None
    assert page.form(TEMPLATE)["effects-cs-en"] == "Findings go on."


@pytest.mark.req("SEC-33")
@holds(st.text(alphabet="■・<>&\n a日", max_size=60))
@settings(max_examples=100, deadline=None)
def test_what_is_typed_is_words_whatever_it_holds(text: str) -> None:
    """Markup that is typed stays text; nothing of it is lost but marks and the blanks at the ends of lines."""
    html = clean(as_html(text))
    assert clean(html) == html
    kept = to_text(html)
    assert [sign for sign in kept if sign in "<>&a日"] == [sign for sign in text if sign in "<>&a日"]
