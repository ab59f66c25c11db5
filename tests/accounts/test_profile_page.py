"""GET /<shell>/profile: the own profile as it is shown (S28)."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import User
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories.own_account import set_own_picture
from tests.factories.wording import message

SHELLS = [
    ("hanako", "/cs", "ja"),
    ("alice", "/fm", "en"),
    ("agent", "/console", "ja"),
    ("cs_agent", "/console", "en"),
]

WORDS = {
    "ja": (
        "アクセシビリティを有効にする", "タイムゾーン", "言語", "変更を確認するには更新します",
        "多要素認証を構成します。", "パスワードの変更",
    ),
    "en": (
        "Enable accessibility", "Time zone", "Language", "Refresh to see the changes",
        "Set up multi-factor authentication", "Change password",
    ),
}  # fmt: skip


def change(session: Session, name: str, **values: object) -> None:
    """Set columns of somebody, as the actions would."""
    session.execute(update(User).where(User.id == cast.person(session, name).id).values(**values))


def facts(page: Page) -> dict[str, str]:
    """What the page tells, by its names."""
    return {
        page.words(pair[0]): page.words(pair[1])
        for pair in (list(item) for item in page.all("div"))
        if _is_fact(pair)
    }


def _is_fact(pair: list[object]) -> bool:
    return [str(getattr(item, "tag", ""))[-2:] for item in pair] == ["dt", "dd"]


@pytest.mark.req("PROF-01", "UI-02")
@pytest.mark.parametrize(("person", "base", "language"), SHELLS)
def test_the_user_menu_leads_to_it_and_the_breadcrumb_back(
    signed_in: SignedIn, person: str, base: str, language: str
) -> None:
    client = signed_in(person)
    home = client.get(f"{base}/")
    (link,) = home.all("a", href=f"{base}/profile")
    assert home.words(link) == ("プロフィール" if language == "ja" else "Profile")
    page = client.get(f"{base}/profile")
    assert page.words(page.one("h1")) == (
        "自分のサポートプロファイル" if language == "ja" else "My support profile"
    )
    (trail,) = page.all("nav", class_="breadcrumb")
    assert page.words(trail) == ("ホーム ユーザープロファイル" if language == "ja" else "Home User profile")


@pytest.mark.req("PROF-02", "PROF-03")
@pytest.mark.parametrize(
    ("person", "base", "told"),
    [
        (
            "hanako",
            "/cs",
            {
                "名": "花子", "姓": "佐藤", "メール": "hanako@sample.example", "ユーザーID": "hanako@sample.example.cs",
                "役職": "(空)", "略歴": "(空)", "勤務先電話": "(空)", "携帯": "(空)", "言語": "日本語",
                "タイムゾーン": "System (Asia/Tokyo)",
            },
        ),
        (
            "alice",
            "/cs",
            {
                "First name": "Alice", "Last name": "Adams", "E-mail": "alice@a-company.example",
                "User ID": "alice@a-company.example.cs", "Job title": "(empty)", "Biography": "(empty)",
                "Business phone": "(empty)", "Mobile": "(empty)", "Language": "English",
                "Time zone": "System (Asia/Tokyo)",
            },
        ),
    ],
)  # fmt: skip
def test_it_tells_everything_about_its_owner(
    signed_in: SignedIn, person: str, base: str, told: dict[str, str]
) -> None:
    page = signed_in(person).get(f"{base}/profile")
    assert facts(page) == told
    (name,) = page.all("h2", id="profile-name")
    assert page.words(name) == ("佐藤 花子" if person == "hanako" else "Alice Adams")


@pytest.mark.req("PROF-03", "LANG-03")
def test_what_was_told_is_shown_as_people_read_it(signed_in: SignedIn, given: Given) -> None:
    given(
        change, "hanako", job_title="部長", biography="一行目\n二行目", business_phone="+81312345678;ext=5",
        mobile_phone="+14155552671", language=None, time_zone="Europe/Berlin",
    )  # fmt: skip
    told = facts(signed_in("hanako").get("/cs/profile"))
    assert (told["役職"], told["略歴"]) == ("部長", "一行目 二行目")
    assert (told["勤務先電話"], told["携帯"]) == ("03-1234-5678 内線 5", "+1 415-555-2671")
    assert (told["言語"], told["タイムゾーン"]) == ("System (日本語)", "Europe/Berlin")


@pytest.mark.req("PROF-02", "UI-09")
def test_the_initials_stand_in_the_circle_until_there_is_a_picture(signed_in: SignedIn, given: Given) -> None:
    client = signed_in("alice")
    page = client.get("/cs/profile")
    assert {page.words(item) for item in page.styled("span", "avatar")} == {"AA"}
    found = given(set_own_picture, "alice")
    for path in ("/cs/profile", "/cs/"):
        shown = client.get(path)
        pictures = shown.styled("img", "avatar")
        assert {item.get("src") for item in pictures} == {f"/cs/profile/picture?v={found}"}
        assert all(item.get("alt") == "" for item in pictures), "the name stands beside it"
        assert not shown.styled("span", "avatar")


@pytest.mark.req("PROF-04", "MFA-13", "M-42")
@pytest.mark.parametrize(("person", "base", "language"), SHELLS)
def test_the_settings_and_what_protects_the_account_are_at_hand(
    signed_in: SignedIn, person: str, base: str, language: str
) -> None:
    page = signed_in(person).get(f"{base}/profile")
    labels = WORDS[language]
    section = page.by_id("settings")
    assert all(label in page.words(section) for label in labels)
    links = {item.get("href"): page.words(item) for item in page.all("a")}
    assert links[f"{base}/profile/mfa"] == labels[4]
    assert links[f"{base}/profile/password"] == labels[5]
    assert {f"{base}/profile/{name}" for name in ("passkeys", "recovery-codes", "sessions")} <= set(links)
    # Agents always give a code, so there is nothing to recommend.
    assert (message("M-42", language) in page.words()) is (base != "/console")


@pytest.mark.req("MFA-13", "M-42")
def test_who_has_switched_codes_on_is_not_told_to(signed_in: SignedIn, given: Given) -> None:
    given(change, "hanako", mfa_enabled=True)
    assert message("M-42", "ja") not in signed_in("hanako").get("/cs/profile").words()


@pytest.mark.req("PROF-08")
@pytest.mark.parametrize(("person", "base"), [("hanako", "/cs"), ("agent", "/console")])
def test_enabled_accessibility_marks_every_page_of_this_person_alone(
    signed_in: SignedIn, given: Given, person: str, base: str
) -> None:
    given(change, person, has_accessibility=True)
    client = signed_in(person)
    for path in (f"{base}/", f"{base}/profile", f"{base}/profile/mail"):
        assert client.get(path).one("html").get("data-accessible") is not None
    other = signed_in("taro" if person == "hanako" else "lead")
    assert other.get(f"{base}/").one("html").get("data-accessible") is None


@pytest.mark.req("PROF-02", "PROF-03", "SEC-34")
@pytest.mark.parametrize(
    ("given_name", "family_name"),
    [
        ("あ" * 60, "漢" * 60),
        ("W" * 60, "M" * 60),
        ("<b>x</b>", "{{ 7*7 }}"),
        ("", "𠮷田"),
        ("عمر", "الفاروق"),
        ("x'\"`&", "\\ \u200d 👩‍👩‍👧"),
    ],
)
def test_any_name_is_shown_as_it_is(
    signed_in: SignedIn, given: Given, given_name: str, family_name: str
) -> None:
    given(change, "hanako", given_name=given_name, family_name=family_name)
    page = signed_in("hanako").get("/cs/profile")
    told = facts(page)
    assert told["姓"] == " ".join(family_name.split())
    assert told["名"] == (given_name or "(空)")


@pytest.mark.req("PROF-03")
@pytest.mark.parametrize(
    "path", ["/cs/profile", "/cs/profile/about", "/cs/profile/mail", "/cs/profile/sessions"]
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_wrong_method(signed_in: SignedIn, path: str, method: str) -> None:
    client = signed_in("hanako")
    assert client.fetch(method, path, data={"csrf_token": client.token()}).status == 405
