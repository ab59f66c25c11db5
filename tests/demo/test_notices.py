"""The demo world's announcements on any day of loading, and the marks in which its articles are written."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.demo import shelf
from app.demo.marking import as_html, pictures_of
from app.demo.moments import Calendar
from app.demo.notices import moment_of

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.req("ANN-05", "ANN-04")
def test_on_any_day_the_same_ones_stand_are_past_and_to_come() -> None:
    for day in range(0, 366, 5):
        for hour in (0, 23):
            now = (datetime(2027, 12, 31, tzinfo=UTC) + timedelta(days=day)).astimezone(TOKYO)
            calendar = Calendar(now.replace(hour=hour, minute=30), TOKYO)
            standing = []
            for told in shelf.announcements():
                since, until = moment_of(calendar, told.since), moment_of(calendar, told.until)
                assert since < until, (told, now)
                standing.append(
                    "past" if until <= calendar.now else "now" if since <= calendar.now else "coming"
                )
                if told.maintenance:
                    begins, ends = (
                        moment_of(calendar, told.maintenance[each]) for each in ("since", "until")
                    )
                    # The work is announced before it begins, and the notice stands until it is over.
                    assert since < begins < ends == until
            assert standing == ["now", "now", "now", "past", "coming"], now


@pytest.mark.req("ANN-05", "KB-03")
def test_what_is_announced_is_published_and_open_where_it_stands() -> None:
    by_key = {told.key: told for told in shelf.articles() if told.key}
    for told in shelf.announcements():
        assert bool(told.article) != bool(told.maintenance)
        if told.article:
            article = by_key[told.article]
            assert article.stage == "published"
            assert set(told.services) <= set(article.readers)
        else:
            assert told.maintenance is not None
            assert set(told.maintenance["each"]) == set(told.services)
            for said in (told.maintenance["effects"], *told.maintenance["each"].values()):
                assert set(said) == {"ja", "en"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一\n二", "<p>一<br>二</p>"),
        ("一\n\n二", "<p>一</p><p>二</p>"),
        ("## 題\n本文", "<h2>題</h2><p>本文</p>"),
        ("## 題", "<h2>題</h2>"),
        ("- 一\n- 二", "<ul><li><p>一</p></li><li><p>二</p></li></ul>"),
        ("1. 一\n2. 二", "<ol><li><p>一</p></li><li><p>二</p></li></ol>"),
        ("> 引用", "<blockquote><p>引用</p></blockquote>"),
        (
            "| 甲 |\n| 1 |",
            "<table><tbody><tr><th><p>甲</p></th></tr><tr><td><p>1</p></td></tr></tbody></table>",
        ),
        ("**強** と `code`", "<p><strong>強</strong> と <code>code</code></p>"),
        ("<b>&</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"),
    ],
)
def test_marks_become_what_the_editor_would_make(text: str, html: str) -> None:
    assert as_html(text, {}) == html


def test_a_picture_is_named_by_its_file_and_stands_by_its_token() -> None:
    text = "前\n\n![端末の一覧](端末一覧.png)\n\n後"
    assert pictures_of(text) == ["端末一覧.png"]
    html = as_html(text, {"端末一覧.png": "token"})
    assert html == '<p>前</p><p><img data-file="token" alt="端末の一覧"></p><p>後</p>'
