"""The main job, by hand of a browser: a customer asks, the Advisory Center answers, the customer closes."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.sides import CustomerSide, DeskSide
from tests.browser.words import WORDS

# A reply can be taken back for thirty seconds, and what is told after it waits behind it.
MAIL_WITHIN_MS = 50_000


@dataclass(frozen=True)
class Texts:
    """What is written in the course of one case."""

    customer: str
    agent: str
    category: str
    details: str
    reply: str
    note: str
    answer: str


TEXTS = {
    "ja": Texts(
        customer="hanako",
        agent="agent",
        category="サービスについて",
        details="昨夜、海外からの不審なログインがありました。\nご確認をお願いします。",
        reply="ご連絡ありがとうございます。該当の時刻をお知らせください。",
        note="前月にも同じ送信元から試行あり。リードに共有済み。",
        answer="午前2時14分です。よろしくお願いします。",
    ),
    "en": Texts(
        customer="alice",
        agent="emily",
        category="About the service",
        details="We saw a sign-in from abroad last night.\nPlease have a look.",
        reply="Thank you for telling us. At what time was it?",
        note="Same source tried last month, the lead knows about it.",
        answer="It was at 2:14 in the morning.",
    ),
}

IDS = (
    "AUTH-02", "INQ-01", "INQ-06", "INQ-09", "CASE-02", "CASE-03", "CASE-04", "CASE-05", "CASE-11", "CASE-12",
    "CASE-15", "CASE-16", "CASE-17", "DESK-03", "DESK-04", "MAIL-02", "MAIL-06", "UI-03",
)  # fmt: skip


AT_NIGHT = pytest.mark.nightly


@pytest.mark.req(*IDS)
@pytest.mark.parametrize(
    ("language", "width", "waits"),
    [
        # The last mails leave half a minute after the reply; by day one language waits for them.
        ("ja", 1280, True),
        ("en", 390, False),
        pytest.param("en", 1280, True, marks=AT_NIGHT),
        pytest.param("ja", 390, True, marks=AT_NIGHT),
    ],
)
def test_a_customer_asks_and_the_centre_answers(
    visit: Visit, language: str, width: int, *, waits: bool
) -> None:
    number = run_main_job(visit, language, width, has_script=True)
    if waits:
        assert_mails(visit, language, number, TEXTS[language])


@pytest.mark.req(*IDS)
@pytest.mark.parametrize(("language", "width"), [("ja", 390), pytest.param("en", 1280, marks=AT_NIGHT)])
def test_the_main_job_needs_no_script(visit: Visit, language: str, width: int) -> None:
    run_main_job(visit, language, width, has_script=False)


def run_main_job(visit: Visit, language: str, width: int, *, has_script: bool) -> str:
    """The whole way of a case; its number."""
    texts, words = TEXTS[language], WORDS[language]
    windows = {"language": language, "width": width, "java_script_enabled": has_script}
    customer = CustomerSide(visit(**windows), words, texts.customer)
    desk = DeskSide(visit(**windows), words, texts.agent)

    customer.sign_in()
    number = customer.inquire(texts.category, texts.details)
    expect(customer.page.get_by_role("heading", level=1)).to_have_text(words.inquiry)
    expect(customer.state()).to_have_text(words.state("new"))

    desk.sign_in()
    desk.open(number)
    desk.set_state("in_progress")
    desk.assign(desk.person.name)
    desk.reply(texts.reply)
    desk.note(texts.note)
    desk.set_state("awaiting_customer")

    customer.page.reload()
    expect(customer.page.get_by_text(words.message("M-22"))).to_be_visible()
    expect(customer.entry(texts.reply)).to_contain_text(desk.person.name)
    assert texts.note not in customer.page.content()
    customer.comment(texts.answer)
    expect(customer.state()).to_have_text(words.state("in_progress"))
    expect(customer.page.get_by_text(words.message("M-22"))).to_have_count(0)

    desk.page.reload()
    expect(desk.entry(texts.answer)).to_contain_text(customer.person.name)
    desk.set_state("resolved")

    customer.page.reload()
    expect(customer.page.get_by_text(words.message("M-23"))).to_be_visible()
    customer.act(words.accept)
    expect(customer.state()).to_have_text(words.state("closed"))
    for page in (customer.page, desk.page):
        page.reload()
        assert_is_over(page)
    assert texts.note not in customer.page.content()
    assert_order(customer.page, [texts.answer, texts.reply, texts.details.partition("\n")[0], number])
    return number


def assert_is_over(page: Page) -> None:
    """A closed case offers no act of the table to either side; only the desk may still note something."""
    left = page.locator("main form[action*='/cases/']")
    actions = [form.get_attribute("action") or "" for form in left.all()]
    is_desk = "/console/" in page.url
    names = {item.rpartition("/")[2] for item in actions}
    acts = {"comments", "closure", "acceptance", "rejection", "files", "watchers", "assignee"}
    acts |= {"start", "question", "resumption", "solution"}
    assert names & acts == set()
    assert ("notes" in names) == is_desk
    assert page.get_by_role("main").get_by_role("button", name=re.compile("アクション|Actions")).count() == 0
    assert page.locator("#close-case").count() == 0


def assert_order(page: Page, texts: list[str]) -> None:
    """The newest entry stands on top (CASE-11)."""
    told = " ".join(page.locator("ol.timeline > li").all_inner_texts())
    places = [told.index(text) for text in texts]
    assert places == sorted(places)


def assert_mails(visit: Visit, language: str, number: str, texts: Texts) -> None:
    words = WORDS[language]
    page = visit(address="/demo/mail", language=language)
    mails = page.locator("article").filter(has_text=number)
    to_customer = mails.filter(has_text=f"{texts.customer}@")
    wait_for(page, to_customer.filter(has_text=words.state("resolved")))
    for subject in (
        words.received,
        words.new_comment,
        *(words.status_mail + words.state(code) for code in ("in_progress", "awaiting_customer", "resolved")),
    ):
        heading = page.get_by_role("heading", name=f"[{number}] {subject}", exact=True)
        expect(to_customer.filter(has=heading)).to_have_count(1)
    to_agent = mails.filter(has_text=f"{texts.agent}@desk.example")
    wait_for(page, to_agent.filter(has_text=words.state("closed")))
    assert to_agent.filter(has_text=texts.answer).count() == 1
    assert texts.note not in page.content()


def wait_for(page: Page, mail: Locator) -> None:
    """Look again until a mail is there; the worker sends it within seconds."""
    page.context.set_default_timeout(MAIL_WITHIN_MS)
    for _ in range(MAIL_WITHIN_MS // 500):
        if mail.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(f"no such mail within {MAIL_WITHIN_MS} ms: {mail}")
