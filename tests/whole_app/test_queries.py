"""What a page may ask of the database: a number of queries that does not grow with the number of rows."""

import pytest
from flask import Flask

from app.extensions import db
from tests import cast
from tests.factories import announcements, cases, contacts, files, logins, points, requests
from tests.whole_app.access import MATRIX
from tests.whole_app.town import Town

STAMP = "UPDATE auth_session SET last_seen_at"
# Endpoint: whose page, address, most queries. Session and service are among them.
BUDGETS = {
    "front_door.enter": ("anonymous", "/", 3),
    "front_door.alive": ("anonymous", "/healthz", 0),
    "front_door.ready": ("anonymous", "/readyz", 1),
    "styleguide.show": ("anonymous", "/styleguide", 0),
    "demo.mails": ("anonymous", "/demo/mail", 3),
    "demo.formatted": ("anonymous", "/demo/mail/{sent_mail}/formatted", 1),
    "portal.accounts.sign_in": ("anonymous", "/cs/login", 3),
    "console.accounts.sign_in": ("anonymous", "/console/login", 2),
    "portal.accounts.reset": ("anonymous", "/cs/password/reset/{portal_link}", 6),
    "console.accounts.reset": ("anonymous", "/console/password/reset/{link}", 6),
    "portal.accounts.forgot": ("anonymous", "/cs/password/forgot", 2),
    "console.accounts.forgot": ("anonymous", "/console/password/forgot", 1),
    "portal.accounts.verify": ("forgetful", "/cs/password/verify", 2),
    "console.accounts.verify": ("forgetful", "/console/password/verify", 1),
    "portal.accounts.sent": ("anonymous", "/cs/password/sent", 2),
    "console.accounts.sent": ("anonymous", "/console/password/sent", 1),
    "portal.accounts.not_me": ("anonymous", "/cs/account/not-me/{brake}", 3),
    "console.accounts.not_me": ("anonymous", "/console/account/not-me/{brake}", 3),
    "portal.accounts.setup": ("anonymous", "/cs/login/setup", 2),
    "console.accounts.setup": ("setting_up", "/console/login/setup", 3),
    "portal.accounts.confirm": ("asked", "/cs/confirm", 6),
    "console.accounts.confirm": ("asked_agent", "/console/confirm", 6),
    "portal.accounts.go_on": ("confirmed", "/cs/confirm/continue", 6),
    "console.accounts.go_on": ("agent", "/console/confirm/continue", 4),
    "portal.own.mfa": ("hanako", "/cs/profile/mfa", 6),
    "console.own.mfa": ("agent", "/console/profile/mfa", 6),
    "portal.home.show": ("hanako", "/cs/", 10),
    "portal.home.account": ("hanako", "/cs/account/", 4),
    "portal.people.contacts": ("hanako", "/cs/contacts/", 6),
    "portal.people.new_contact": ("hanako", "/cs/contacts/new", 6),
    "portal.people.contact": ("hanako", "/cs/contacts/{taro_id}", 9),
    "portal.people.logins": ("hanako", "/fm/account/logins", 6),
    "portal.people.logins_file": ("hanako", "/fm/account/logins.csv", 6),
    "portal.cases.index": ("hanako", "/cs/cases", 8),
    "portal.cases.index_file": ("hanako", "/cs/cases.csv?f=contact:is:me", 8),
    "portal.cases.filter_panel": ("hanako", "/cs/cases/filter?c-0-0-field=category&do=show", 9),
    "portal.cases.load_filter": ("hanako", "/cs/filters/{own_filter}", 6),
    "console.search.show": ("agent", "/console/search?q=ご返答です", 15),
    "console.search.list_synonyms": ("lead", "/console/search/words", 6),
    "console.search.synonyms": ("lead", "/console/search/words/{synonyms}", 6),
    "console.search.list_dictionary": ("lead", "/console/search/dictionary", 6),
    "console.search.list_misses": ("lead", "/console/search/misses", 8),
    "portal.search.show": ("hanako", "/cs/search?q=ご返答です", 14),
    "portal.cases.show": ("hanako", "/cs/cases/{in_progress}", 10),
    "portal.cases.new_inquiry": ("hanako", "/cs/inquiries/new", 9),
    "portal.catalog.show_catalog": ("hanako", "/cs/work-requests/?page=2", 9),
    "portal.catalog.show_item": ("hanako", "/cs/work-requests/item-8", 9),
    "portal.catalog.show_sent_request": ("hanako", "/cs/work-requests/sent/{wr_accepted}", 9),
    "portal.catalog.change_request": ("hanako", "/cs/work-requests/sent/{wr_approval}/change", 9),
    "portal.catalog.download_sent_file": ("hanako", "/cs/work-requests/sent/{wr_waiting}/files/{wr_file}", 5),
    "portal.knowledge.home": ("hanako", "/cs/knowledge/", 5),
    "portal.knowledge.search": ("hanako", "/cs/knowledge/search?q={kb}&base=1&sort=-newest", 16),
    "portal.knowledge.show": ("hanako", "/cs/knowledge/{kb}", 14),
    "portal.knowledge.download": ("hanako", "/cs/knowledge/{kb_document}/files/{kb_document_file}", 9),
    "portal.knowledge.picture": ("hanako", "/cs/knowledge/{kb}/files/{kb_file}/picture", 5),
    "portal.catalog.points": ("hanako", "/cs/account/points", 6),
    "portal.catalog.points_file": ("hanako", "/cs/account/points.csv", 6),
    "portal.catalog.point_statement": ("hanako", "/cs/account/points/N200000001/{points_start}", 6),
    "portal.catalog.point_statement_file": ("hanako", "/cs/account/points/N200000001/{points_start}.csv", 6),
    "console.catalog.accounts": ("agent", "/console/accounts/", 11),
    "console.catalog.account": ("lead", "/console/accounts/N200000001/points", 15),
    "console.catalog.account_statement": ("lead", "/console/accounts/N200000001/points/{points_start}", 12),
    "console.catalog.account_statement_file": (
        "agent",
        "/console/accounts/N200000001/points/{points_start}.csv",
        8,
    ),
    "portal.accounts.choose_method": ("halfway", "/cs/login/method", 6),
    "portal.accounts.app_code": ("halfway", "/cs/login/app", 6),
    "portal.accounts.mail_code": ("halfway", "/cs/login/mail", 6),
    "portal.accounts.passkey": ("halfway", "/cs/login/passkey", 6),
    "portal.accounts.recovery_code": ("halfway", "/cs/login/recovery", 6),
    "console.accounts.choose_method": ("halfway_agent", "/console/login/method", 6),
    "console.accounts.app_code": ("halfway_agent", "/console/login/app", 6),
    "console.accounts.mail_code": ("unlocking_agent", "/console/login/mail", 6),
    "console.accounts.passkey": ("halfway_agent", "/console/login/passkey", 6),
    "console.accounts.recovery_code": ("halfway_agent", "/console/login/recovery", 6),
    "portal.own.passkeys": ("hanako", "/cs/profile/passkeys", 6),
    "portal.own.new_passkey": ("hanako", "/cs/profile/passkeys/new", 6),
    "portal.own.show_recovery_codes": ("hanako", "/cs/profile/recovery-codes", 6),
    "console.own.passkeys": ("agent", "/console/profile/passkeys", 7),
    "console.own.new_passkey": ("agent", "/console/profile/passkeys/new", 6),
    "console.own.show_recovery_codes": ("agent", "/console/profile/recovery-codes", 6),
    "portal.own.profile": ("taro", "/cs/profile", 5),
    "portal.own.about": ("taro", "/cs/profile/about", 5),
    "portal.own.mail": ("taro", "/cs/profile/mail", 5),
    "portal.own.password": ("taro", "/cs/profile/password", 5),
    "portal.own.picture": ("taro", "/cs/profile/picture", 5),
    "portal.own.own_sessions": ("taro", "/cs/profile/sessions", 6),
    "console.own.profile": ("agent", "/console/profile", 5),
    "console.own.about": ("agent", "/console/profile/about", 5),
    "console.own.mail": ("agent", "/console/profile/mail", 5),
    "console.own.password": ("agent", "/console/profile/password", 5),
    "console.own.picture": ("agent", "/console/profile/picture", 5),
    "console.own.own_sessions": ("agent", "/console/profile/sessions", 6),
    "console.overview.show": ("agent", "/console/", 22),
    "console.cases.index": ("agent", "/console/cases/", 10),
    # With nothing new, a pulse asks four questions: tests/cases/test_pulse.py; these answer with the whole part.
    "portal.cases.pulse": ("hanako", "/cs/cases/{in_progress}/pulse", 12),
    "console.cases.pulse": ("agent", "/console/cases/{in_progress}/pulse", 23),
    "console.cases.index_file": ("agent", "/console/cases.csv?f=assignee:is:me", 10),
    "console.cases.filter_panel": ("agent", "/console/cases/filter?c-0-0-field=holder&do=show", 11),
    "console.cases.load_filter": ("agent", "/console/cases/views/{desk_view}", 6),
    "console.cases.show": ("agent", "/console/cases/{in_progress}", 23),
    "console.cases.bulk_done": ("agent", "/console/cases/bulk/{bulk}", 6),
    "console.cases.new_many": ("agent", "/console/cases/new/many?service=cs", 8),
    "console.cases.show_batch": ("agent", "/console/cases/batches/{batch}", 7),
    "console.cases.batch_progress": ("agent", "/console/cases/batches/{batch}/progress", 7),
    "console.cases.details": ("agent", "/console/cases/{new}/details", 8),
    "console.cases.new": ("agent", "/console/cases/new?number=N200000001", 8),
    "console.people.index": ("agent", "/console/people/", 8),
    "console.people.agents": ("admin", "/console/people/agents", 9),
    "console.people.list_removals": ("agent", "/console/people/removals", 6),
    "console.people.show": ("agent", "/console/people/{hanako_id}", 18),
    "console.people.new": ("admin", "/console/people/new?number=N200000001", 7),
    "console.people.new_agent": ("admin", "/console/people/agents/new", 6),
    "console.people.notice": ("admin", "/console/people/{hanako_id}/notice", 7),
    "console.people.rights": ("admin", "/console/people/{agent_id}/rights", 8),
    "console.people.show_posture": ("lead", "/console/posture", 8),
    "portal.cases.download": ("hanako", "/cs/cases/{in_progress}/files/{file}", 5),
    "portal.cases.picture": ("hanako", "/cs/cases/{in_progress}/files/{file}/picture", 5),
    "portal.files.preview": ("hanako", "/cs/uploads/{hanakos_upload}/picture", 5),
    "console.cases.download": ("agent", "/console/cases/{in_progress}/files/{file}", 5),
    "console.cases.picture": ("agent", "/console/cases/{in_progress}/files/{file}/picture", 5),
    "console.files.preview": ("agent", "/console/uploads/{agents_upload}/picture", 5),
    "console.cases.services": ("admin", "/console/services/", 6),
    "console.cases.desk_settings": ("admin", "/console/services/cs/desk", 10),
    "console.cases.ask_closing_reason": ("agent", "/console/cases/{missing}/unconfirmed-closure", 4),
    "console.cases.intake": ("admin", "/console/services/fm/intake", 8),
    "console.announcements.index": ("lead", "/console/announcements/", 22),
    "console.announcements.new": ("lead", "/console/announcements/new", 8),
    "console.announcements.maintenance": ("lead", "/console/announcements/maintenance", 6),
    "console.announcements.show": ("lead", "/console/announcements/{banner}", 10),
    "console.cases.list_answers": ("lead", "/console/answers/", 6),
    "console.cases.new_answer": ("lead", "/console/answers/new", 6),
    "console.cases.answer": ("lead", "/console/answers/{answer}", 9),
    "console.cases.filled_answer": ("agent", "/console/cases/{new}/answers/{answer}", 7),
    "console.cases.list_mentions": ("agent", "/console/mentions/", 7),
    "console.knowledge.index": ("lead", "/console/knowledge/?q={kb}&base=1", 18),
    "console.knowledge.show": ("lead", "/console/knowledge/{kb}", 20),
    "console.knowledge.download": ("agent", "/console/knowledge/{kb}/files/{kb_file}", 7),
    "console.knowledge.picture": ("agent", "/console/knowledge/{kb}/files/{kb_file}/picture", 7),
    "console.knowledge.compare_versions": ("lead", "/console/knowledge/{kb}/ja/versions", 14),
    "console.knowledge.new_article": ("lead", "/console/knowledge/new", 16),
    "console.knowledge.edit": ("lead", "/console/knowledge/{kb}/ja/edit", 14),
    "console.knowledge.ask_publication": ("lead", "/console/knowledge/{kb}/ja/publication", 24),
    "console.knowledge.ask_place": ("lead", "/console/knowledge/{kb}/place", 18),
    "console.knowledge.ask_readers": ("lead", "/console/knowledge/{kb}/readers", 14),
    "console.knowledge.preview": ("lead", "/console/knowledge/{kb}/preview?number=N200000001", 16),
    "console.knowledge.list_bases": ("lead", "/console/knowledge/bases/", 12),
    "console.knowledge.base": ("lead", "/console/knowledge/bases/{kb_base}", 12),
    "console.knowledge.category": ("lead", "/console/knowledge/categories/{kb_category}", 11),
    "console.knowledge.ask_from_case": ("lead", "/console/knowledge/from-case/{resolved}", 20),
    "console.knowledge.find_for_case": ("lead", "/console/knowledge/for-case/{new}?q={kb}", 14),
    "console.mails.index": ("agent", "/console/mail/", 6),
    "console.catalog.catalogs": ("admin", "/console/catalog/", 6),
    "console.catalog.catalog": ("admin", "/console/catalog/cs/", 11),
    "console.catalog.category": ("admin", "/console/catalog/cs/categories/support", 7),
    "console.catalog.new_item": ("admin", "/console/catalog/cs/new-item", 7),
    "console.catalog.item": ("admin", "/console/catalog/cs/items/draft-item/", 10),
    "console.catalog.item_versions": ("admin", "/console/catalog/cs/items/draft-item/versions", 10),
    "console.catalog.ask_publication": ("admin", "/console/catalog/cs/items/draft-item/publication", 9),
    "console.catalog.availability": ("admin", "/console/catalog/cs/items/draft-item/availability?q=N", 11),
    "console.catalog.try_out": ("admin", "/console/catalog/cs/items/draft-item/try-out", 10),
    "console.catalog.ask_import": ("admin", "/console/catalog/cs/import", 6),
    "console.catalog.export_catalog": ("admin", "/console/catalog/cs/export.yaml", 9),
    "console.catalog.list_requests": ("agent", "/console/work-requests/", 9),
    "console.catalog.show_request": ("agent", "/console/work-requests/{wr_waiting}", 16),
    # Of a request that was not changed, a pulse asks the one question: tests/catalog/console/test_pulse.py.
    "console.catalog.pulse": ("agent", "/console/work-requests/{wr_waiting}/pulse", 14),
    "console.catalog.download_request_file": (
        "agent",
        "/console/work-requests/{wr_waiting}/files/{wr_file}",
        5,
    ),
}


def test_every_page_has_a_budget() -> None:
    assert {row.endpoint for row in MATRIX if row.method == "GET"} == set(BUDGETS)


def count(town: Town, endpoint: str) -> int:
    name, address, _ = BUDGETS[endpoint]
    page = town.browser(name).get(town.address(address))
    # Some doors open only for who is on the way through them; the others are led back, or see nothing.
    assert page.status in {200, 204, 303, 404}
    # The stamp of last use, at most once a minute, is no question of the page.
    return sum(STAMP not in query for query in page.queries)


@pytest.fixture(scope="module")
def few(built_town: Town) -> dict[str, int]:
    """What each page asks of a small database."""
    built_town.restore()
    for endpoint in BUDGETS:
        count(built_town, endpoint)
    return {endpoint: count(built_town, endpoint) for endpoint in BUDGETS}


@pytest.fixture(scope="module")
def many(built_town: Town, few: dict[str, int]) -> dict[str, int]:
    """What each page asks of a database with more rows than any page shows."""
    assert few
    built_town.restore()
    _fill(built_town.app, built_town.places["in_progress"])
    asked = {endpoint: count(built_town, endpoint) for endpoint in BUDGETS}
    built_town.restore()
    return asked


def _fill(app: Flask, case_number: str) -> None:
    with app.test_request_context():
        cases.many(db.session, 45)
        cases.many(db.session, 15, number=cast.FM_NUMBER)
        cases.comments(db.session, case_number, [f"{index} 件目" for index in range(60)])
        cases.comments(db.session, case_number, [f"社内 {index}" for index in range(20)], by="lead")
        files.many_on_case(db.session, case_number, 15)
        logins.many(db.session, "jiro", 40)
        for _ in range(25):
            requests.waiting(db.session, points=1)
        contacts.many(db.session, 45)
        announcements.many(db.session, 12)
        points.many(db.session, 25)
        requests.many(db.session, 25)
        for index in range(5):
            cases.add_number(
                db.session, f"N21000000{index}", holder=cast.SAMPLE, service="cs", people=["hanako"]
            )
        db.session.commit()


@pytest.mark.parametrize("endpoint", BUDGETS)
def test_a_page_keeps_to_its_budget(few: dict[str, int], endpoint: str) -> None:
    assert few[endpoint] <= BUDGETS[endpoint][2]


@pytest.mark.parametrize("endpoint", BUDGETS)
def test_more_rows_need_no_more_queries(few: dict[str, int], many: dict[str, int], endpoint: str) -> None:
    # A list that has more than one page may count them, and a timeline may look for older entries.
    assert many[endpoint] <= few[endpoint] + 1
    assert many[endpoint] <= BUDGETS[endpoint][2]
