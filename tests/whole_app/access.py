"""Who gets what from which address: the whole matrix as data, put together from the rows of each part."""

from tests.whole_app import (
    access_accounts,
    access_announcements,
    access_approval,
    access_catalog,
    access_decisions,
    access_desk,
    access_files,
    access_filters,
    access_intake,
    access_knowledge,
    access_knowledge_desk,
    access_live,
    access_many_cases,
    access_points,
    access_requests,
    access_search,
    access_writing,
)
from tests.whole_app.rows import (
    CS_ALL,
    CS_OTHERS,
    CS_OWNERS,
    DESK,
    FM_ALL,
    FM_DESK,
    FM_OTHERS,
    FM_OWNERS,
    KEY,
    Row,
    act,
    console,
    portal,
    public,
)

OPEN_TO_ALL = (
    Row(endpoint="front_door.enter", address="/", otherwise="done", ok="anonymous kaito"),
    public("front_door.alive", "/healthz"),
    public("front_door.ready", "/readyz"),
    public("styleguide.show", "/styleguide"),
    public("demo.mails", "/demo/mail"),
    public("demo.formatted", "/demo/mail/{sent_mail}/formatted"),
    Row(endpoint="demo.formatted", address="/demo/mail/{missing_mail}/formatted", otherwise="gone"),
    Row(endpoint="demo.formatted", address="/demo/mail/{dead_mail}/formatted", otherwise="gone"),
    public("portal.accounts.sign_in", "/cs/login"),
    public("portal.accounts.sign_in", "/fm/login?next=/fm/cases"),
    public("console.accounts.sign_in", "/console/login"),
    Row(endpoint="portal.accounts.sign_in", address="/none/login", otherwise="gone"),
    public("console.accounts.reset", "/console/password/reset/{link}"),
    Row(endpoint="console.accounts.reset", address="/console/password/reset/none", otherwise="gone"),
    act(
        Row(
            endpoint="console.accounts.take_reset",
            address="/console/password/reset/{link}",
            otherwise="typed",
        ),
        password="too short",
        again="too short",
    ),
    *(
        act(
            Row(endpoint=endpoint, address=address, otherwise="typed", counts=True),
            login_id="nobody",
            password="wrong",
        )
        for endpoint, address in (
            ("portal.accounts.take_sign_in", "/cs/login"),
            ("console.accounts.take_sign_in", "/console/login"),
        )
    ),
)

PORTAL_PAGES = (
    portal("home.show", "/cs/", ok=CS_ALL),
    portal("home.show", "/fm/", ok=FM_ALL),
    Row(endpoint="portal.home.show", address="/none/", otherwise="gone"),
    portal("cases.index", "/cs/cases", ok=CS_ALL),
    portal("search.show", "/cs/search?q=CS0000001", ok=CS_ALL),
    portal("cases.index", "/fm/cases?view=action&sort=-number&page=2", ok=FM_ALL),
    portal("people.logins", "/cs/account/logins", ok=CS_ALL),
    portal("people.logins", "/fm/account/logins?sort=user-id&page=2", ok=FM_ALL),
    portal("people.logins_file", "/cs/account/logins.csv", ok=CS_ALL),
    portal("people.logins_file", "/fm/account/logins.xlsx", ok=FM_ALL),
    portal("people.logins_file", "/fm/account/logins.pdf", ok=FM_ALL),
    portal("cases.new_inquiry", "/cs/inquiries/new", ok=CS_ALL),
    portal("cases.new_inquiry", "/fm/inquiries/new", ok=FM_ALL),
    portal("cases.show", "/cs/cases/{in_progress}", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("cases.show", "/cs/cases/{closed}", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("cases.show", "/cs/cases/{alices}", ok="alice", gone=CS_OWNERS),
    portal("cases.show", "/fm/cases/{fm_resolved}", ok=FM_OWNERS, gone=FM_OTHERS),
    # A case of one service does not exist in the portal of another, not even for its owner.
    portal("cases.show", "/cs/cases/{fm_new}", gone=CS_ALL),
    portal("cases.show", "/fm/cases/{new}", gone=FM_ALL),
    portal("cases.show", "/cs/cases/{missing}", gone=CS_ALL),
)

PORTAL_ACTS = (
    *(
        act(portal(f"cases.{endpoint}", f"/cs/cases/{{{state}}}/{resource}", done=CS_OWNERS, gone=CS_OTHERS), **fields)
        for endpoint, state, resource, fields in (
            ("comment", "in_progress", "comments", {"body": "追記です。", "form_key": KEY}),
            ("accept", "resolved", "acceptance", {}),
            ("reject", "resolved", "rejection", {}),
            ("close", "new", "closure", {}),
        )
    ),
    *(
        act(portal(f"cases.{endpoint}", f"/cs/cases/{{{place}}}/{resource}", gone=CS_ALL), body="x", form_key=KEY)
        for place in ("fm_resolved", "missing")
        for endpoint, resource in (
            ("comment", "comments"), ("accept", "acceptance"), ("reject", "rejection"), ("close", "closure"),
        )
    ),
    # The number of another company is no choice of the form.
    act(
        portal("cases.send_inquiry", "/cs/inquiries/new", done=CS_OWNERS, typed="alice"),
        number="N200000001", category="service", details="質問です。", form_key=KEY,
    ),
    act(portal("accounts.choose_language", "/cs/profile/language", done=CS_ALL), language="en", back="/cs/cases"),
    act(portal("accounts.sign_out", "/cs/logout", done=CS_ALL)),
    act(portal("accounts.sign_out", "/fm/logout", done=FM_ALL)),
)  # fmt: skip

CONSOLE_PAGES = (
    console("overview.show", "/console/", ok=DESK),
    console("cases.index", "/console/cases/", ok=DESK),
    console("cases.index", "/console/cases/?view=mine&sort=assignee", ok=DESK),
    console("cases.show", "/console/cases/{new}", ok=DESK),
    console("cases.show", "/console/cases/{alices}", ok=DESK),
    console("cases.show", "/console/cases/{fm_new}", ok=FM_DESK, gone="cs_agent"),
    console("cases.show", "/console/cases/{missing}", gone=DESK),
    console("cases.details", "/console/cases/{new}/details", ok=DESK),
    console("cases.details", "/console/cases/{fm_new}/details", ok=FM_DESK, gone="cs_agent"),
    console("cases.new", "/console/cases/new", ok=DESK),
    console("cases.new", "/console/cases/new?number=N200000001", ok=DESK),
    console("cases.new", "/console/cases/new?number=N700000002", ok=FM_DESK, gone="cs_agent"),
    console("mails.index", "/console/mail/", ok=DESK),
)

DETAILS = {"version": "1", "subject": "件名", "category": "other", "contact": ""}
CONSOLE_ACTS = (
    *(
        act(console(f"cases.{endpoint}", f"/console/cases/{{{place}}}/{resource}", **answers), **fields)
        for endpoint, state, resource, fields in (
            ("reply", "in_progress", "comments", {"reply-body": "回答です。", "reply-form_key": KEY}),
            ("note", "closed", "notes", {"note-body": "メモです。", "note-form_key": KEY}),
            ("assign", "new", "assignee", {"assignee": ""}),
            ("save_details", "new", "details", DETAILS),
            ("take_on", "new", "start", {}),
            ("ask", "in_progress", "question", {}),
            ("resume", "awaiting_customer", "resumption", {}),
            ("resolve", "in_progress", "solution", {}),
        )
        for place, answers in (
            (state, {"done": DESK}),
            (f"fm_{state}", {"done": FM_DESK, "gone": "cs_agent"}),
            ("missing", {"gone": DESK}),
        )
    ),
    act(
        console("cases.open_one", "/console/cases/new?number=N200000001", done=DESK),
        category="other", subject="件名", contact="", details="", form_key=KEY,
    ),
    act(
        console("cases.open_one", "/console/cases/new?number=N700000002", done=FM_DESK, gone="cs_agent"),
        category="other", subject="件名", contact="", details="", form_key=KEY,
    ),
    act(console("cases.open_one", "/console/cases/new?number=N999999999", gone=DESK), form_key=KEY),
    act(console("mails.retry", "/console/mail/{dead_mail}/retry", done="lead admin", no="agent cs_agent")),
    act(console("mails.retry", "/console/mail/{dead_fm_mail}/retry", done="lead admin", no="agent cs_agent")),
    act(console("mails.retry", "/console/mail/{missing_mail}/retry", gone="lead admin", no="agent cs_agent")),
    act(console("accounts.choose_language", "/console/profile/language", done=DESK), language="en", back="/console/"),
    act(console("accounts.sign_out", "/console/logout", done=DESK)),
)  # fmt: skip

MATRIX: tuple[Row, ...] = (
    *OPEN_TO_ALL, *PORTAL_PAGES, *PORTAL_ACTS, *CONSOLE_PAGES, *CONSOLE_ACTS,
    *access_accounts.ROWS,
    *access_approval.ROWS,
    *access_catalog.ROWS,
    *access_decisions.ROWS,
    *access_writing.ROWS,
    *access_desk.ROWS,
    *access_intake.ROWS,
    *access_files.ROWS,
    *access_filters.ROWS,
    *access_live.ROWS,
    *access_many_cases.ROWS,
    *access_points.ROWS,
    *access_announcements.ROWS,
    *access_knowledge.ROWS,
    *access_knowledge_desk.ROWS,
    *access_requests.ROWS,
    *access_search.ROWS,
)  # fmt: skip
