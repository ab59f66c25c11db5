"""Make the README's pictures from the running demo: ``make screenshots``."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pyotp
from playwright.sync_api import Page, sync_playwright

from app.accounts.authenticators import padded
from app.demo.story import AUTHENTICATOR_SECRET

CHECKOUT = Path(__file__).parents[1]
IMAGES = CHECKOUT / "docs" / "images"
PASSWORD = "Madoguchi#2026"  # noqa: S105 - the demo's, printed on its sign-in page
CHROMIUM = "/usr/bin/chromium"
START_SECONDS = 120


def main() -> None:
    """Start the demo on a fresh folder, sign in as a customer and as an agent, and keep two pictures."""
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="ja-JP")
        sign_in(page, f"{address}/cs/login", "hanako@sample.example.cs")
        page.goto(f"{address}/cs/cases")
        page.screenshot(path=IMAGES / "portal-case-list.png")
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="ja-JP")
        sign_in(page, f"{address}/console/login", "agent@desk.example")
        give_code(page)
        page.goto(f"{address}/console/cases/?view=mine")
        page.get_by_role("link", name=re.compile(r"CS\d{7}")).first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / "console-case.png")
        browser.close()


def sign_in(page: Page, door: str, login_id: str) -> None:
    """Sign a person of the demo in."""
    page.goto(door)
    page.get_by_label("ユーザーID").fill(login_id)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.wait_for_load_state("networkidle")


def give_code(page: Page) -> None:
    """Give the code of the app that the demo's agents have."""
    page.get_by_role("button", name="認証アプリから検証コードを取得").click()
    page.get_by_label("6桁の検証コード").fill(pyotp.TOTP(padded(AUTHENTICATOR_SECRET)).now())
    page.get_by_role("button", name="検証").click()
    page.wait_for_load_state("networkidle")


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo on a free port and a folder of its own, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PORT": str(port), "MADOGUCHI_DATA": folder}
        command = [sys.executable, str(CHECKOUT / "start.py"), "run"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"{address}/readyz")
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def wait_for(url: str) -> None:
    """Wait until ``url`` answers.

    :raises TimeoutError: if it does not within two minutes.
    """
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 - our own server on loopback
                return
        except (URLError, ConnectionError):
            time.sleep(0.3)
    raise TimeoutError(url)


if __name__ == "__main__":
    main()
