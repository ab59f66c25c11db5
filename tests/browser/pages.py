"""Every kind of page of the product, and how to come to it; for tests that look at all of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.scenes import NUMBERS
from tests.browser.words import Words

CUSTOMERS = {"ja": "hanako", "en": "alice"}
AGENTS = {"ja": "agent", "en": "emily"}
MANAGERS = {"ja": "admin", "en": "grace"}

Step = Callable[[Page, Words], None]


@dataclass(frozen=True)
class Place:
    """A kind of page: who goes there, the address with the scene of a case in it, what to do there first."""

    name: str
    who: dict[str, str] | None
    address: str
    step: Step | None = None

    def address_in(self, language: str, scenes: dict[str, str]) -> str:
        """The address in one language."""
        known = {f"{language}:number": NUMBERS[language], **scenes}
        return re.sub(r"<(\w+)>", lambda found: known[f"{language}:{found[1]}"], self.address)


def submit_empty(page: Page, words: Words) -> None:
    """Send a form with nothing in it, which shows all its errors."""
    page.get_by_role("button", name=words.submit, exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


def make_a_token(page: Page, _words: Words) -> None:
    """Make a signed token, which shows it this once."""
    page.locator("[name=label]").fill("detector")
    page.locator("[name=is_signed]").check()
    page.locator("form:has([name=label]) button[type=submit]").click()
    expect(page.locator("pre")).to_have_count(2)


def log_in_empty(page: Page, words: Words) -> None:
    """Send the sign-in form with nothing in it."""
    page.get_by_role("button", name=words.log_in, exact=True).click()
    expect(page.locator(".field-error")).to_have_count(2)


def save_empty(page: Page, _words: Words) -> None:
    """Send the desk's form with nothing in it."""
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()


def preview_bulk(page: Page, _words: Words) -> None:
    """Tick the whole page and look at what an act would do to it."""
    page.locator("[name=whole_page]").check()
    page.locator("#bulk select[name=act]").select_option("take_on")
    page.locator("#bulk button[type=submit]").click()
    expect(page.locator("tbody tr").first).to_be_visible()


def preview_to_children(page: Page, _words: Words) -> None:
    """Look at whom a text to the child cases would reach, with what the guard finds in it."""
    page.locator("summary:has(+ * [name=children-body])").click()
    page.locator("form:has([name=children-body]) [contenteditable=true]").fill("株式会社サンプル")
    page.locator("form:has([name=children-body]) button[type=submit]").click()
    expect(page.locator("fieldset.guard")).to_be_visible()


def fill_many(page: Page, _words: Words) -> None:
    """Fill in a case for two customer numbers and look at what would be opened."""
    page.locator("[name=numbers]").fill(" ".join(NUMBERS.values()))
    page.locator("[name=category]").select_option("other")
    page.locator("[name=subject]").fill("2026-12")
    page.locator("form:has([name=details]) [contenteditable=true]").fill("…")
    page.locator("form:has([name=numbers]) button[type=submit]").click()
    expect(page.locator("[name=again]")).to_be_visible()


def order_many(page: Page, words: Words) -> None:
    """Have the cases opened, and look at how far that has come."""
    fill_many(page, words)
    page.locator("form:has([name=again]) button:not([name])").click()
    expect(page.locator("progress")).to_be_visible()


def open_actions(page: Page, words: Words) -> None:
    """Open the menu of acts."""
    page.get_by_role("button", name=words.actions, exact=True).click()


def open_list_menu(page: Page, words: Words) -> None:
    """Open the menu at a list's title."""
    page.get_by_role("button", name=words.list_menu).click()


def open_filter(page: Page, _words: Words) -> None:
    """Open the panel of conditions."""
    page.locator("details.filter > summary").click()
    expect(page.locator(".filter-acts")).to_be_visible()


def open_dialog(page: Page, words: Words) -> None:
    """Open the dialog that asks before a case is closed."""
    open_actions(page, words)
    page.get_by_role("button", name=words.close_case).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_key_help(page: Page, _words: Words) -> None:
    """Open the list of keys."""
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def open_mail_dialog(page: Page, _words: Words) -> None:
    """Click on the own address."""
    page.locator("#about").get_by_role("link", name="@").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def save_without_a_name(page: Page, _words: Words) -> None:
    """Send the own data with nothing in the one field that is required."""
    page.locator("#about-family_name").fill("")
    page.locator("#about button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()


def type_half_a_password(page: Page, _words: Words) -> None:
    """Type what keeps some of the rules, and show it."""
    page.locator("#password").fill("kx7 ")
    page.locator(".secret:has(#password) .secret-eye").click()
    expect(page.locator(".check[data-met]")).to_have_count(3)


def open_first_row(page: Page, _words: Words) -> None:
    """Open what the first row of a list leads to."""
    page.locator("tbody a").first.click()
    expect(page.locator("main form.card")).to_be_visible()


def open_sent(page: Page, _words: Words) -> None:
    """Open the newest of the own requests."""
    page.locator("#own-requests tbody a").first.click()
    expect(page.locator("#content-title")).to_be_visible()


def open_person(page: Page, _words: Words) -> None:
    """Open the page of the first person of the list."""
    page.locator("tbody a").first.click()
    expect(page.locator("#facts-title")).to_be_visible()


def refuse_help(page: Page, words: Words) -> None:
    """Send the dialog of an act of help with nothing in it."""
    open_person(page, words)
    page.locator("[commandfor=act-sign-out]").first.click()
    page.locator("#act-sign-out button[type=submit]").click()
    expect(page.locator("#act-sign-out .field-error")).to_be_visible()


def open_notice(page: Page, words: Words) -> None:
    """Go on from the first person to the text of the activation notice."""
    open_person(page, words)
    page.locator(".page-header-acts a").last.click()
    expect(page.locator("#notice-text")).to_be_visible()


def open_rights(page: Page, words: Words) -> None:
    """Go on from the first agent to the form of role and services."""
    open_person(page, words)
    page.locator(".page-header-acts a").first.click()
    expect(page.locator("#role")).to_be_visible()


def open_attachments(page: Page, _words: Words) -> None:
    """Go to the second tab."""
    page.get_by_role("tab").nth(1).click()


def open_filters(page: Page, _words: Words) -> None:
    """Open the filters of the knowledge search where they are folded away."""
    summary = page.locator(".knowledge-filters > summary")
    if summary.is_visible() and page.locator(".knowledge-filters[open]").count() == 0:
        summary.click()
    expect(page.locator(".knowledge-facet").first).to_be_visible()


def say_nothing(page: Page, _words: Words) -> None:
    """Send the question below an article with nothing in it."""
    page.locator("#feedback button[type=submit]").click()
    expect(page.locator("#feedback .field-error")).to_be_visible()


PLACES = (
    Place("services", None, "/"),
    Place("login", None, "/cs/login?reason=timeout"),
    Place("login-refused", None, "/cs/login", log_in_empty),
    Place("console-login", None, "/console/login?reason=logout"),
    Place("mail", None, "/demo/mail"),
    Place("styleguide", None, "/styleguide"),
    Place("styleguide-console", None, "/styleguide?shell=console"),
    Place("not-found", None, "/nothing/here"),
    Place("home", CUSTOMERS, "/cs/"),
    Place("profile", CUSTOMERS, "/fm/profile"),
    Place("profile-mail", CUSTOMERS, "/fm/profile", open_mail_dialog),
    Place("profile-about", CUSTOMERS, "/cs/profile/about"),
    Place("profile-refused", CUSTOMERS, "/cs/profile/about", save_without_a_name),
    Place("profile-mail-alone", CUSTOMERS, "/fm/profile/mail"),
    Place("profile-sessions", CUSTOMERS, "/cs/profile/sessions"),
    Place("desk-profile", AGENTS, "/console/profile"),
    Place("password", CUSTOMERS, "/cs/profile/password", type_half_a_password),
    Place("desk-password", AGENTS, "/console/profile/password"),
    Place("passkeys", CUSTOMERS, "/cs/profile/passkeys"),
    Place("recovery-codes", CUSTOMERS, "/cs/profile/recovery-codes"),
    Place("account", CUSTOMERS, "/cs/account/"),
    Place("logins", CUSTOMERS, "/fm/account/logins", open_list_menu),
    Place("contacts", CUSTOMERS, "/cs/contacts/"),
    Place("contact", CUSTOMERS, "/cs/contacts/", open_first_row),
    Place("contact-new", CUSTOMERS, "/fm/contacts/new"),
    Place("contact-refused", CUSTOMERS, "/cs/contacts/new", submit_empty),
    Place("cases", CUSTOMERS, "/cs/cases"),
    Place("search", CUSTOMERS, "/cs/search?q=アラート"),
    Place("cases-filter", CUSTOMERS, "/cs/cases?f=status:any-of:new/updated:on:2026-04-01", open_filter),
    Place("cases-filter-refused", CUSTOMERS, "/cs/cases?f=updated:on:never;subject:contains:x"),
    Place("cases-filter-save", CUSTOMERS, "/cs/cases/filter?do=save"),
    Place("cases-filter-load", CUSTOMERS, "/cs/cases/filter?do=load"),
    Place("desk-cases-filter", AGENTS, "/console/cases/?f=assignee:is:me&sort=due,-updated", open_filter),
    Place("cases-empty", CUSTOMERS, "/fm/cases?view=third&page=99"),
    Place("inquiry", CUSTOMERS, "/cs/inquiries/new"),
    Place("inquiry-refused", CUSTOMERS, "/cs/inquiries/new", submit_empty),
    Place("inquiry-notice", CUSTOMERS, "/fm/inquiries/new"),
    Place("catalog", CUSTOMERS, "/cs/work-requests/"),
    Place("item-refused", CUSTOMERS, "/cs/work-requests/detection-policy", submit_empty),
    Place("sent-request", CUSTOMERS, "/cs/work-requests/", open_sent),
    Place("knowledge", CUSTOMERS, "/cs/knowledge/"),
    Place("knowledge-search", CUSTOMERS, "/cs/knowledge/search?language=ja&sort=-newest", open_filters),
    Place("knowledge-nothing", CUSTOMERS, "/fm/knowledge/search?q=KB9999999"),
    Place("article", CUSTOMERS, "/cs/knowledge/<article>"),
    Place("article-document", CUSTOMERS, "/cs/knowledge/<document>", say_nothing),
    Place("desk-knowledge", AGENTS, "/console/knowledge/"),
    Place("desk-article", AGENTS, "/console/knowledge/<article>"),
    Place("desk-article-edit", AGENTS, "/console/knowledge/<article>/ja/edit"),
    Place("desk-article-versions", AGENTS, "/console/knowledge/<article>/ja/versions"),
    Place("desk-article-preview", AGENTS, "/console/knowledge/<article>/preview?number=<number>"),
    Place("desk-article-new", AGENTS, "/console/knowledge/new", save_empty),
    Place("desk-bases", MANAGERS, "/console/knowledge/bases/"),
    Place("case-new", CUSTOMERS, "/cs/cases/<new>", open_actions),
    Place("case-dialog", CUSTOMERS, "/cs/cases/<in_progress>", open_dialog),
    Place("case-awaiting", CUSTOMERS, "/cs/cases/<awaiting_customer>"),
    Place("case-resolved", CUSTOMERS, "/cs/cases/<resolved>", open_actions),
    Place("case-closed", CUSTOMERS, "/cs/cases/<closed>", open_attachments),
    Place("case-long", CUSTOMERS, "/cs/cases/<long>"),
    Place("case-merged", CUSTOMERS, "/cs/cases/<merged>"),
    Place("case-strange", CUSTOMERS, "/cs/cases/CS9999999"),
    Place("overview", AGENTS, "/console/"),
    Place("queue", AGENTS, "/console/cases/"),
    Place("desk-case", AGENTS, "/console/cases/<in_progress>"),
    Place("desk-long", AGENTS, "/console/cases/<long>"),
    Place("desk-closed", AGENTS, "/console/cases/<closed>"),
    Place("desk-keys", AGENTS, "/console/cases/<awaiting_customer>", open_key_help),
    Place("details", AGENTS, "/console/cases/<in_progress>/details"),
    Place("choose-number", AGENTS, "/console/cases/new?number=X"),
    Place("open-case", AGENTS, "/console/cases/new?number=<number>"),
    Place("open-refused", AGENTS, "/console/cases/new?number=<number>", save_empty),
    Place("desk-merged", AGENTS, "/console/cases/<merged>"),
    Place("desk-parent", AGENTS, "/console/cases/<parent>"),
    Place("desk-children", AGENTS, "/console/cases/<parent>", preview_to_children),
    Place("desk-bulk", AGENTS, "/console/cases/", preview_bulk),
    Place("desk-many-service", AGENTS, "/console/cases/new/many"),
    Place("desk-many", AGENTS, "/console/cases/new/many?service=cs"),
    Place("desk-many-refused", AGENTS, "/console/cases/new/many?service=cs", save_empty),
    Place("desk-many-preview", AGENTS, "/console/cases/new/many?service=cs", fill_many),
    Place("desk-batch", AGENTS, "/console/cases/new/many?service=cs", order_many),
    Place("people", AGENTS, "/console/people/"),
    Place("people-nobody", AGENTS, "/console/people/?q=nobody"),
    Place("person", AGENTS, "/console/people/?q=hanako", open_person),
    Place("person-refused", AGENTS, "/console/people/?q=hanako", refuse_help),
    Place("removals", AGENTS, "/console/people/removals"),
    Place("agents", MANAGERS, "/console/people/agents"),
    Place("agent-rights", MANAGERS, "/console/people/agents?q=lead", open_rights),
    Place("agent-new", MANAGERS, "/console/people/agents/new", save_empty),
    Place("person-new", MANAGERS, "/console/people/new?number=<number>"),
    Place("person-new-refused", MANAGERS, "/console/people/new?number=<number>", save_empty),
    Place("notice", MANAGERS, "/console/people/?q=hanako", open_notice),
    Place("posture", MANAGERS, "/console/posture"),
    Place("announcements", MANAGERS, "/console/announcements/"),
    Place("announcement-new", MANAGERS, "/console/announcements/new"),
    Place("maintenance-notice", MANAGERS, "/console/announcements/maintenance"),
    Place("desk-services", MANAGERS, "/console/services/"),
    Place("desk-intake", MANAGERS, "/console/services/fm/intake"),
    Place("desk-intake-token", MANAGERS, "/console/services/cs/intake", make_a_token),
    Place("undelivered", AGENTS, "/console/mail/"),
    Place("desk-search", AGENTS, "/console/search?q=アラート"),
    Place("synonyms", MANAGERS, "/console/search/words", save_empty),
    Place("dictionary", MANAGERS, "/console/search/dictionary"),
    Place("searches-in-vain", MANAGERS, "/console/search/misses"),
    Place("desk-strange", AGENTS, "/console/cases/CS9999999"),
)
