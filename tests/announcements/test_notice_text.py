"""The maintenance notice to the letter, moments as they are typed, and the signs that make headings and items."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.announcements.forms.fields import TYPED_LENGTH, MomentField
from app.announcements.maintenance import Maintenance, ServiceEffects, text_in, title_in
from app.announcements.wording import as_html
from app.richtext import clean
from app.web.forms import PlainForm

TOKYO = ZoneInfo("Asia/Tokyo")
CS = ServiceEffects("マネージドCSPM", "Managed CSPM", "検知は続きます。", "Findings go on.")
FM = ServiceEffects("モバイルセキュリティ", "Mobile Security")


def work(since: str = "2030-01-05T13:00", until: str = "2030-01-05T20:05", **changes: Any) -> Maintenance:
    """Work between two moments of UTC."""
    told: dict[str, Any] = {
        "is_common": True,
        "effects_ja": "ログインできません。",
        "effects_en": "Nobody can sign in.",
        "services": (CS, FM),
        **changes,
    }
    first, last = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (since, until))
    return Maintenance(since=first, until=last, **told)


@pytest.mark.req("ANN-04")
@pytest.mark.parametrize(
    ("since", "until", "from_ja", "to_ja", "from_en", "to_en"),
    [
        # Midnight in Japan is the afternoon of the day before in UTC.
        ("2026-12-31T14:59", "2026-12-31T15:00", "2026年12月31日23時59分", "2027年01月01日00時00分",
         "2026-12-31 23:59", "2027-01-01 00:00"),
        ("2028-02-28T15:00", "2028-02-29T15:00", "2028年02月29日00時00分", "2028年03月01日00時00分",
         "2028-02-29 00:00", "2028-03-01 00:00"),
        ("2027-02-27T15:30", "2027-02-28T15:30", "2027年02月28日00時30分", "2027年03月01日00時30分",
         "2027-02-28 00:30", "2027-03-01 00:30"),
        ("2026-09-30T13:05", "2026-09-30T20:09", "2026年09月30日22時05分", "2026年10月01日05時09分",
         "2026-09-30 22:05", "2026-10-01 05:09"),
        # No other clock is put forward here when those of elsewhere are.
        ("2026-03-29T00:30", "2026-03-29T02:30", "2026年03月29日09時30分", "2026年03月29日11時30分",
         "2026-03-29 09:30", "2026-03-29 11:30"),
    ],
)  # fmt: skip
def test_the_title_is_by_the_pattern_in_japanese_time(
    app: Flask, since: str, until: str, from_ja: str, to_ja: str, from_en: str, to_en: str
) -> None:
    told = work(since, until)
    with app.test_request_context():
        japanese, english = (title_in(each, told, TOKYO) for each in ("ja", "en"))
        texts = [text_in(each, told, TOKYO) for each in ("ja", "en")]
    assert japanese == f"カスタマーポータルメンテナンスのお知らせ ({from_ja} - {to_ja})"
    assert english == f"Portal maintenance ({from_en} – {to_en})"
    assert f"■ 日時\n{from_ja} - {to_ja} (日本時間)\n" in texts[0]
    assert f"■ Date and time\n{from_en} - {to_en} (Japan Time)\n" in texts[1]


@pytest.mark.req("ANN-04")
@pytest.mark.parametrize(
    ("changes", "scope_ja", "scope_en", "each_ja", "each_en"),
    [
        (
            {}, "サービス共通", "All services",
            "・マネージドCSPM: 検知は続きます。\n・モバイルセキュリティ: 共通の影響のほかはございません。",
            "・Managed CSPM: Findings go on.\n・Mobile Security: No further effects.",
        ),
        # Chosen in another order than they are offered in, they stand as they were given.
        (
            {"is_common": False, "services": (FM, CS)},
            "モバイルセキュリティ、マネージドCSPM", "Mobile Security, Managed CSPM",
            "・モバイルセキュリティ: 共通の影響のほかはございません。\n・マネージドCSPM: 検知は続きます。",
            "・Mobile Security: No further effects.\n・Managed CSPM: Findings go on.",
        ),
        (
            {"is_common": False, "services": (CS,)}, "マネージドCSPM", "Managed CSPM",
            "・マネージドCSPM: 検知は続きます。", "・Managed CSPM: Findings go on.",
        ),
        # Said in one language alone: the other one says that there is nothing further, not the foreign words.
        (
            {"is_common": False, "services": (ServiceEffects("甲", "A", "遅れます。", ""),)}, "甲", "A",
            "・甲: 遅れます。", "・A: No further effects.",
        ),
    ],
)  # fmt: skip
def test_the_text_names_time_scope_common_effects_and_those_of_each_service(
    app: Flask, changes: dict[str, Any], scope_ja: str, scope_en: str, each_ja: str, each_en: str
) -> None:
    with app.test_request_context():
        japanese, english = (text_in(each, work(**changes), TOKYO) for each in ("ja", "en"))
    assert japanese == (
        "平素よりご利用いただき、誠にありがとうございます。下記のとおり、"
        "カスタマーポータルのメンテナンスを実施いたします。\n"
        "■ 日時\n2030年01月05日22時00分 - 2030年01月06日05時05分 (日本時間)\n"
        f"■ 対象\n{scope_ja}\n■ 共通の影響\nログインできません。\n■ サービスごとの影響\n{each_ja}\n"
        "ご不便をおかけいたしますが、ご理解とご協力をお願い申し上げます。"
    )
    assert english == (
        "Thank you for using our services. The customer portal is maintained as follows.\n"
        "■ Date and time\n2030-01-05 22:00 - 2030-01-06 05:05 (Japan Time)\n"
        f"■ Scope\n{scope_en}\n■ Common effects\nNobody can sign in.\n■ Effects per service\n{each_en}\n"
        "We apologise for the inconvenience and thank you for your understanding."
    )


@pytest.mark.req("SEC-33", "ANN-04")
@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("", ""),
        (" \n　\n", ""),
        ("一行", "<p>一行</p>"),
        ("一\r\n二\r三", "<p>一</p><p>二</p><p>三</p>"),
        ("■ 日時\n今夜", "<h2>日時</h2><p>今夜</p>"),
        ("■日時", "<h2>日時</h2>"),
        ("・一\n・ 二", "<ul><li><p>一</p></li><li><p>二</p></li></ul>"),
        ("・一\n間\n・二", "<ul><li><p>一</p></li></ul><p>間</p><ul><li><p>二</p></li></ul>"),
        # A blank line parts paragraphs; a list goes on over it.
        ("・一\n\n・二", "<ul><li><p>一</p></li><li><p>二</p></li></ul>"),
        ("途中の■と・は字のまま", "<p>途中の■と・は字のまま</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("■ <b>題</b> & 他", "<h2>&lt;b&gt;題&lt;/b&gt; &amp; 他</h2>"),
        ('・<img src=x onerror="x">', '<ul><li><p>&lt;img src=x onerror="x"&gt;</p></li></ul>'),
    ],
)
def test_signs_at_the_beginning_of_a_line_are_all_that_is_no_text(typed: str, html: str) -> None:
    assert as_html(typed) == html
    assert clean(html) == html


class OneMoment(PlainForm):
    """A form that asks for a moment."""

    at = MomentField("at", most=TYPED_LENGTH, required=True)


@pytest.mark.req("ANN-05")
@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-12-29T22:00", "2026-12-29T13:00"),
        ("2026-12-29 22:00", "2026-12-29T13:00"),
        ("2026/12/29 22:00", "2026-12-29T13:00"),
        ("  2026-12-29 22:00  ", "2026-12-29T13:00"),
        ("２０２６/１２/２９ ２２：００", "2026-12-29T13:00"),
        ("2026-12-29T22:00:30", "2026-12-29T13:00:30"),
        # The first hours of a day in Japan are those of the day, month and year before in UTC.
        ("2027-01-01T08:59", "2026-12-31T23:59"),
        ("2027-01-01T09:00", "2027-01-01T00:00"),
        ("2028-02-29T00:00", "2028-02-28T15:00"),
        ("2000-01-01T00:00", "1999-12-31T15:00"),
        ("2100-12-31T23:59", "2100-12-31T14:59"),
        ("1999-12-31T23:59", None),
        ("2101-01-01T00:00", None),
        ("2027-02-29T00:00", None),
        ("2026-13-01T00:00", None),
        ("2026-12-29T24:00", None),
        ("2026-12-29T22:60", None),
        ("2026-12-29", None),
        ("22:00", None),
        ("2026-12-29T22:00Z", None),
        ("2026-12-29T22:00+09:00", None),
        ("明日", None),
    ],
)
def test_a_moment_is_typed_in_japanese_time_and_kept_as_it_was_typed(
    app: Flask, typed: str, moment: str | None
) -> None:
    with app.test_request_context():
        form = OneMoment(formdata=MultiDict({"at": typed}))
        assert form.validate() is (moment is not None)
        found = form.at.moment
        assert form.at.data == typed.strip()
    assert found == (datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None)


def test_a_moment_is_shown_as_it_would_be_typed(app: Flask) -> None:
    with app.test_request_context():
        form = OneMoment(formdata=None)
        moment = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
        form.at.show(moment)
        assert form.at.data == "2027-01-01T00:00"
        assert form.at.moment == moment
