"""Rows of the announcements: banners in the portal, and the desk's pages."""

from tests.whole_app.rows import CS_ALL, FM_ALL, KEY, act, console, portal

LIST = "/console/announcements"
LEADS, OTHERS = "lead admin", "agent cs_agent"
NOW = {
    "services": "cs",
    "in_panel": "y",
    "since": "2030-01-05T10:00",
    "until": "2030-01-06T10:00",
}
PORTAL = (
    act(portal("announcements.put_away", "/cs/announcements/{banner}/dismissal", done=CS_ALL)),
    act(portal("announcements.put_away", "/fm/announcements/{banner}/dismissal", gone=FM_ALL)),
    act(portal("announcements.put_away", "/cs/announcements/{past_banner}/dismissal", gone=CS_ALL)),
    act(portal("announcements.put_away", "/cs/announcements/999999/dismissal", gone=CS_ALL)),
)
DESK_PAGES = (
    console("announcements.index", f"{LIST}/", ok=LEADS, no=OTHERS),
    console("announcements.index", f"{LIST}/?page-past=2", ok=LEADS, no=OTHERS),
    console("announcements.new", f"{LIST}/new", ok=LEADS, no=OTHERS),
    console("announcements.maintenance", f"{LIST}/maintenance", ok=LEADS, no=OTHERS),
    console("announcements.show", f"{LIST}/{{banner}}", ok=LEADS, no=OTHERS),
    console("announcements.show", f"{LIST}/999999", gone=LEADS, no=OTHERS),
)
DESK_ACTS = (
    act(console("announcements.add", f"{LIST}/new", typed=LEADS, no=OTHERS), services="", form_key=KEY),
    act(
        console("announcements.add", f"{LIST}/new", done=LEADS, no=OTHERS),
        form_key=KEY, source="existing", article="{banner_article}", **NOW,
    ),
    act(console("announcements.fill_in", f"{LIST}/maintenance", typed=LEADS, no=OTHERS), since=""),
    act(console("announcements.save", f"{LIST}/{{banner}}", typed=LEADS, no=OTHERS), version="1", since=""),
    act(
        console("announcements.save", f"{LIST}/{{banner}}", late=LEADS, no=OTHERS),
        version="99", article="{banner_article}", **NOW,
    ),
    act(console("announcements.save", f"{LIST}/999999", gone=LEADS, no=OTHERS)),
    act(console("announcements.end_now", f"{LIST}/{{banner}}/end", done=LEADS, no=OTHERS)),
    act(console("announcements.end_now", f"{LIST}/999999/end", gone=LEADS, no=OTHERS)),
)  # fmt: skip

ROWS = PORTAL + DESK_PAGES + DESK_ACTS
