"""Rows of the announcements: banners in the portal, and the desk's pages."""

from tests.whole_app.rows import CS_ALL, FM_ALL, act, portal

PORTAL = (
    act(portal("announcements.put_away", "/cs/announcements/{banner}/dismissal", done=CS_ALL)),
    act(portal("announcements.put_away", "/fm/announcements/{banner}/dismissal", gone=FM_ALL)),
    act(portal("announcements.put_away", "/cs/announcements/{past_banner}/dismissal", gone=CS_ALL)),
    act(portal("announcements.put_away", "/cs/announcements/999999/dismissal", gone=CS_ALL)),
)

ROWS = PORTAL
