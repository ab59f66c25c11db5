"""GET /console/knowledge/: what the columns of the list are called."""

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Given, SignedIn
from tests.factories import knowledge

JAPANESE = ["記事番号", "タイトル", "状況", "ナレッジベース", "作成者", "ビュー", "見直し日", "公開日時"]
ENGLISH = [
    "Article number",
    "Title",
    "Status",
    "Knowledge base",
    "Author",
    "Views",
    "Review date",
    "Published on",
]


@pytest.mark.req("KB-15", "LANG-02")
@pytest.mark.parametrize(("language", "heads"), [("ja", JAPANESE), ("en", ENGLISH)])
def test_each_column_is_headed_by_what_it_holds_and_none_by_the_name_of_a_state(
    given: Given, signed_in: SignedIn, language: str, heads: list[str]
) -> None:
    given(_published)
    lead = signed_in("lead")
    lead.act("/console/profile/language", language=language, back="/console/")
    page = lead.get("/console/knowledge/")
    assert page.heads() == heads
    assert list(page.rows()[0]) == heads


def _published(session: Session) -> None:
    knowledge.article(session, title="題")
