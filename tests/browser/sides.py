"""The two sides of the counter as they use the screens: by the names of fields and buttons alone."""

import re

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.browser.people import PASSWORD, PEOPLE
from tests.browser.words import Words
from tests.cast import next_codes

NARROW = 1024


def write(field: Locator, text: str) -> None:
    """Put a text into a field where the editor may take the place of the plain one at that very moment."""
    try:
        field.fill(text, timeout=3_000)
    except TookTooLong:
        field.fill(text)


class Side:
    """Somebody in front of a window."""

    def __init__(self, page: Page, words: Words, name: str) -> None:
        self.page = page
        self.words = words
        self.person = PEOPLE[name]

    def sign_in(self) -> None:
        """Sign in at the own door by the form."""
        self.page.goto(f"/{self.person.door}/login")
        self.page.get_by_label(self.words.user_id).fill(self.person.login_id)
        self.page.get_by_label(self.words.password).fill(PASSWORD)
        self.press(self.words.log_in)
        if self.person.door == "console":
            self._give_code()
        expect(self.page).to_have_url(re.compile(f"/{self.person.door}/$"))

    def _give_code(self) -> None:
        """Give the code of the app; the next one where another sign-in has just used this one up."""
        self.press(self.words.app_method)
        for code in next_codes():
            self.page.get_by_label(self.words.verification_code).fill(code)
            self.press(self.words.verify)
            self.page.wait_for_load_state()
            if not self.page.url.endswith("/login/app"):
                return

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press the button of that name."""
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def go(self, entry: str) -> None:
        """Follow an entry of the main navigation, which is behind ≡ on a narrow screen."""
        viewport = self.page.viewport_size
        if viewport and viewport["width"] < NARROW:
            self.press(self.words.menu)
        self.page.locator("#site-nav").get_by_role("link", name=entry, exact=True).click()

    def entry(self, text: str) -> Locator:
        """The entry of the timeline that holds a text."""
        return self.page.get_by_role("listitem").filter(has_text=text)


class CustomerSide(Side):
    """A customer in the portal."""

    def inquire(self, category: str, details: str) -> str:
        """Send an inquiry; the number of the case that it became."""
        self.go(self.words.inquiry)
        self.page.get_by_label(self.words.inquiry_type).select_option(label=category)
        self.page.get_by_label(self.words.details).fill(details)
        self.press(self.words.submit)
        expect(self.page).to_have_url(re.compile(r"/cases/CS\d{7}$"))
        return self.page.url.rpartition("/")[2]

    def comment(self, text: str) -> None:
        """Write a comment and wait until it stands in the timeline."""
        write(self.page.get_by_label(self.words.comment), text)
        self.press(self.words.send)
        expect(self.entry(text)).to_be_visible()

    def state(self) -> Locator:
        """Where the page says the case stands."""
        line = self.page.locator("dl > div").filter(has=self.page.locator("dt", has_text=self.words.status))
        return line.locator("dd")

    def act(self, name: str) -> None:
        """Choose something from the menu of acts."""
        self.press(self.words.actions)
        self.press(name)


class DeskSide(Side):
    """An agent in the console."""

    def open(self, number: str) -> None:
        """Open a case's page."""
        self.page.goto(f"/console/cases/{number}")

    def reply(self, text: str) -> None:
        """Write to the customer."""
        write(self.page.get_by_label(self.words.reply, exact=False), text)
        self.press(self.words.send_reply)
        expect(self.entry(text)).to_be_visible()

    def note(self, text: str) -> None:
        """Write an internal note."""
        write(self.page.get_by_label(self.words.note, exact=False), text)
        self.press(self.words.save_note)
        expect(self.entry(text)).to_be_visible()

    def assign(self, name: str) -> None:
        """Give the case to an agent."""
        chosen = self.page.get_by_role("combobox", name=self.words.assignee)
        chosen.select_option(label=name)
        self.press(self.words.assign)
        expect(self.entry(f"→ {name}")).to_be_visible()

    def set_state(self, code: str) -> None:
        """Set the case's state by its button."""
        name = self.words.state(code)
        self.press(name, self.page.get_by_role("group", name=self.words.set_status))
        expect(self.state()).to_have_text(name)

    def state(self) -> Locator:
        """Where the page says the case stands."""
        return self.page.locator(".case-head .badge")
