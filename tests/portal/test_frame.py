"""What stands around every page: header, menus, breadcrumb, footer, and the installation's own names."""

import pytest
from flask import Flask

from app import create_app
from app.cases.lifecycle import CaseState
from app.extensions import db
from tests.client import HTML, Element, InspectingClient, Page
from tests.conftest import Given, SignedIn, settings_for
from tests.factories import cases
from tests.factories.wording import message

PATHS = ["/cs/", "/cs/cases", "/cs/inquiries/new", "/cs/cases/{case}"]


def _pages(signed_in: SignedIn, given: Given, person: str = "hanako") -> list[Page]:
    case = given(
        cases.in_state, CaseState.RESOLVED, number="N200000001" if person == "hanako" else "P910000001"
    )
    client = signed_in(person)
    return [client.get(path.format(case=case)) for path in PATHS]


def _entries(page: Page) -> list[Element]:
    return [item for item in page.by_id("site-nav").iter(HTML + "a") if "nav-entry" in item.get("class", "")]


@pytest.mark.req("UI-01", "UI-02")
@pytest.mark.parametrize(
    ("person", "entries", "name", "out"),
    [
        ("hanako", ["お問い合わせ", "作業依頼", "ケース一覧", "ナレッジ"], "佐藤 花子", "ログアウト"),
        ("alice", ["Inquiry", "Work request", "Case list", "Knowledge"], "Alice Adams", "Log out"),
    ],
)
def test_the_header_has_logo_entries_and_user_menu(
    signed_in: SignedIn, given: Given, person: str, entries: list[str], name: str, out: str
) -> None:
    for page in _pages(signed_in, given, person):
        header = page.styled("header", "site-header")[0]
        assert page.styled("a", "brand")[0].get("href") == "/cs/"
        assert [page.words(item) for item in _entries(page)] == entries
        menu = page.styled("details", "user-menu")[0]
        assert name in page.words(next(menu.iter(HTML + "summary")))
        forms = [item for item in menu.iter(HTML + "form") if item.get("action") == "/cs/logout"]
        assert [page.words(item) for item in forms] == [out]
        assert name in page.words(header)


@pytest.mark.req("UI-01")
def test_the_entry_of_the_present_page_is_marked(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    for path, name in (
        ("/cs/cases", "ケース一覧"),
        ("/cs/inquiries/new", "お問い合わせ"),
        ("/cs/work-requests/", "作業依頼"),
    ):
        page = client.get(path)
        marked = [page.words(item) for item in _entries(page) if item.get("aria-current")]
        assert marked == [name]


ACCOUNT = {
    "ja": ["連絡先を作成", "連絡先一覧", "ログイン履歴", "ポイント管理"],
    "en": ["Create contact", "Contact list", "Login history", "Point management"],
}


def _account_menu(page: Page) -> list[tuple[str, str]]:
    (menu,) = [
        item
        for item in page.by_id("site-nav").iter(HTML + "details")
        if "site-nav-more" not in item.get("class", "")
    ]
    return [(page.words(link), link.get("href")) for link in menu.iter(HTML + "a")]


@pytest.mark.req("ROLE-04", "ROLE-02", "UI-02", "HIST-01")
@pytest.mark.parametrize(
    ("person", "service", "language", "first", "last"),
    [
        ("hanako", "cs", "ja", 0, 4),
        # Only cs has points, and there not in every contract (SVC-06).
        ("hanako", "fm", "ja", 0, 3),
        ("taro", "cs", "ja", 2, 4),
        ("charlie", "fm", "ja", 2, 3),
        ("alice", "cs", "en", 2, 3),
    ],
)
def test_the_account_menu_holds_what_the_role_allows(
    signed_in: SignedIn, person: str, service: str, language: str, first: int, last: int
) -> None:
    client = signed_in(person)
    entries = _account_menu(client.get(f"/{service}/"))
    assert [name for name, _ in entries] == ACCOUNT[language][first:last]
    assert {client.get(address).status for _, address in entries} == {200}
    # The page of the same entries is the way without script and on a phone.
    page = client.get(f"/{service}/account/")
    assert [card.get("href") for card in page.styled("a", "menu-card")] == [href for _, href in entries]


@pytest.mark.req("UI-04")
@pytest.mark.parametrize(("person", "home"), [("hanako", "ホーム"), ("alice", "Home")])
def test_every_page_but_home_has_a_breadcrumb_from_home(
    signed_in: SignedIn, given: Given, person: str, home: str
) -> None:
    first, *others = _pages(signed_in, given, person)
    assert not first.styled("nav", "breadcrumb")
    for page in others:
        (trail,) = page.styled("nav", "breadcrumb")
        links = [(page.words(link), link.get("href")) for link in trail.iter(HTML + "a")]
        assert links[0] == (home, "/cs/")
        current = [item for item in trail.iter() if item.get("aria-current") == "page"]
        assert len(current) == 1


@pytest.mark.req("UI-05", "UI-10")
def test_the_footer_names_the_operator(signed_in: SignedIn, given: Given, client: InspectingClient) -> None:
    for page in (
        *_pages(signed_in, given),
        client.get("/cs/login"),
        client.get("/"),
        signed_in("agent").get("/console/"),
    ):
        (footer,) = page.styled("footer", "site-footer")
        assert "© Madoguchi, All Rights Reserved" in page.words(footer)


@pytest.mark.req("UI-05", "UI-10", "M-58")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_names_logo_link_and_colour_are_settings(
    tmp_path_factory: pytest.TempPathFactory, language: str
) -> None:
    settings = settings_for(
        tmp_path_factory.mktemp("brand"),
        MADOGUCHI_PRODUCT_NAME="まどぐち工房",
        MADOGUCHI_OPERATOR_NAME="試験運用株式会社",
        MADOGUCHI_PRIVACY_URL="https://operator.example/privacy",
        MADOGUCHI_ACCENT="#123456",
    )
    app = create_app(settings)
    page = InspectingClient(app, language=language).get("/console/login")
    assert page.words(page.one("title")).endswith("まどぐち工房")
    assert "まどぐち工房" in page.words(page.styled("a", "brand")[0])
    footer = page.styled("footer", "site-footer")[0]
    assert "© 試験運用株式会社, All Rights Reserved" in page.words(footer)
    (link,) = footer.iter(HTML + "a")
    assert (page.words(link), link.get("href")) == (
        message("M-58", language),
        "https://operator.example/privacy",
    )
    assert "#123456" in page.words(page.one("style"))
    with app.app_context():
        db.engine.dispose()


@pytest.mark.req("UI-10")
def test_a_logo_takes_the_place_of_the_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = settings_for(tmp_path_factory.mktemp("logo"), MADOGUCHI_LOGO_URL="/static/dist/logo.svg")
    app = create_app(settings)
    page = InspectingClient(app).get("/console/login")
    assert [(item.get("src"), item.get("alt")) for item in page.all("img")] == [
        ("/static/dist/logo.svg", "Madoguchi")
    ]
    with app.app_context():
        db.engine.dispose()


@pytest.mark.req("UI-06", "M-48")
@pytest.mark.parametrize("person", ["hanako", "alice"])
def test_required_fields_carry_a_star_that_the_form_explains(signed_in: SignedIn, person: str) -> None:
    page = signed_in(person).get("/cs/inquiries/new")
    starred = [item for item in page.styled("label", "field-label") if "*" in page.words(item)]
    fields = {page.by_id(label.get("for")).get("name") for label in starred}
    assert fields == {"number", "category"}
    assert all(page.by_id(label.get("for")).get("aria-required") == "true" for label in starred)
    assert message("M-48", page.language) in [page.words(item) for item in page.styled("p", "required-note")]


@pytest.mark.req("UI-06", "M-48")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_wherever_a_star_stands_its_meaning_stands_too(app: Flask, given: Given, language: str) -> None:
    case = given(cases.open_inquiry)
    for name in ("hanako", "agent"):
        given(cases.choose_language, name, language)
    customer = InspectingClient(app).sign_in("hanako")
    agent = InspectingClient(app).sign_in("agent")
    pages = [
        InspectingClient(app, language=language).get("/cs/login"),
        InspectingClient(app, language=language).get("/console/login"),
        *(customer.get(path.format(case=case)) for path in PATHS),
        *(
            agent.get(f"/console/cases/{path}")
            for path in ("new", "new?number=N200000001", case, f"{case}/details")
        ),
    ]
    for page in pages:
        has_star = bool(page.styled("span", "required-mark"))
        notes = [page.words(item) for item in page.styled("p", "required-note")]
        assert (message("M-48", language) in notes) is has_star, page.words(page.one("title"))


@pytest.mark.req("UI-07")
@pytest.mark.parametrize(("person", "close"), [("hanako", "閉じる"), ("alice", "Close")])
def test_messages_that_stay_can_be_closed(signed_in: SignedIn, given: Given, person: str, close: str) -> None:
    for page in _pages(signed_in, given, person):
        for shown in page.styled("div", "message"):
            (button,) = list(shown.iter(HTML + "button"))
            names = [item.get("aria-label") for item in button.iter() if item.get("aria-label")]
            assert names == [close]


@pytest.mark.req("UI-09")
@pytest.mark.parametrize("person", ["hanako", "agent"])
def test_what_can_be_pressed_has_a_name_in_words(signed_in: SignedIn, given: Given, person: str) -> None:
    case = given(cases.in_state, CaseState.IN_PROGRESS)
    client = signed_in(person)
    paths = ["/cs/", "/cs/cases", f"/cs/cases/{case}"]
    if person == "agent":
        paths = ["/console/", "/console/cases/", f"/console/cases/{case}", "/console/mail/"]
    for path in paths:
        page = client.get(path)
        for item in (*page.all("a"), *page.all("button"), *page.all("summary")):
            names = [part.get("aria-label") for part in item.iter() if part.get("aria-label")]
            assert page.words(item) or names, f"a nameless <{item.tag}> on {path}"
        for dialog in page.all("dialog"):
            assert dialog.get("aria-labelledby")
            assert [item for item in dialog.iter(HTML + "button") if item.get("command") == "close"]


@pytest.mark.req("UI-03")
def test_the_layout_is_told_to_follow_the_width(signed_in: SignedIn) -> None:
    """How it follows is for the browser's tests; here, that the parts it needs are in every page."""
    page = signed_in("hanako").get("/cs/")
    assert page.one("meta", name="viewport").get("content") == "width=device-width, initial-scale=1"
    (toggle,) = page.styled("button", "nav-toggle")
    assert page.words(toggle) == "メニュー"
    assert page.by_id(toggle.get("popovertarget")) is not None
    assert page.styled("details", "site-nav-more")


@pytest.mark.req("SVC-01", "SVC-05")
def test_the_front_door_leads_everyone_to_their_own(signed_in: SignedIn, client: InspectingClient) -> None:
    page = client.get("/")
    assert [item.get("href") for item in page.one("ul").iter(HTML + "a")] == ["/cs/", "/fm/"]
    assert signed_in("hanako").get("/").location == "/cs/"
    assert signed_in("jiro").get("/").location == "/fm/"
    assert signed_in("agent").get("/").location == "/console/"
