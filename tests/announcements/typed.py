"""What the desk types into the forms of announcements."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app import clock
from tests.client import InspectingClient

NEW = "/console/announcements/new"
TOKYO = ZoneInfo("Asia/Tokyo")
NOTICE = {
    "source": "written",
    "title_ja": "夜間停止のお知らせ",
    "body_ja": "■ 日時\n今夜です。\n・ログインできません",
    "title_en": "Closed tonight",
    "body_en": "The portal is closed tonight.",
}


def in_tokyo(span: timedelta) -> str:
    """A moment so long from now, as a browser's control sends it."""
    return (clock.now() + span).astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M")


def placing(**changes: Any) -> dict[str, Any]:
    """Services, places and window of a form that holds; ``None`` leaves a field out."""
    typed = {
        "services": ["cs"],
        "in_panel": "y",
        "has_banner": "y",
        "since": in_tokyo(timedelta(minutes=-5)),
        "until": in_tokyo(timedelta(days=2)),
        **changes,
    }
    return {name: value for name, value in typed.items() if value is not None}


def key_of(client: InspectingClient, page: str = NEW) -> dict[str, str]:
    """The form's own key and token."""
    form = client.get(page).form(NEW)
    return {name: form[name] for name in ("csrf_token", "form_key")}


def window(since: datetime, until: datetime) -> dict[str, str]:
    """A window as typed in Tokyo."""
    return {
        "since": since.astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M"),
        "until": until.astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M"),
    }
