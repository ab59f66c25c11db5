"""Cases to be looked at only, one in each state for a customer of each language, and a mail given up."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.cases.lifecycle import CaseState
from app.contracts.models import Service
from app.outbox import MessageState, OutboxMessage
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER
from tests.factories import cases, knowledge, related, shelf

NUMBERS = {"ja": CS_NUMBER, "en": ALICE_CS_NUMBER}
LONG = {
    "ja": ("管理コンソールへの不審なログインに関する調査結果と今後の設定変更のお願いについて" * 4)[:160],
    "en": ("Investigation of the unexpected sign-ins and the settings to be changed " * 3)[:160].strip(),
}
UNBROKEN = "https://console.example/" + "investigation/" * 12 + "?token=" + "0123456789abcdef" * 8


def set_scenes(session: Session) -> dict[str, str]:
    """Make them; the numbers of the cases by language and state, and of the one with long texts."""
    numbers: dict[str, str] = {}
    for language, number in NUMBERS.items():
        for state in CaseState:
            numbers[f"{language}:{state.value}"] = cases.in_state(
                session, state, number=number, details=UNBROKEN
            )
        long = cases.open_case(session, number=number, subject=LONG[language], details=UNBROKEN)
        cases.comment(session, long, f"{LONG[language]}\n\n{UNBROKEN}")
        cases.note(session, long, f"{LONG[language]}\n\n{UNBROKEN}")
        numbers[f"{language}:long"] = long
        numbers[f"{language}:merged"], numbers[f"{language}:parent"] = _related(session, number, long)
    numbers |= _articles(session)
    _give_up_a_mail(session)
    return numbers


def _articles(session: Session) -> dict[str, str]:
    """An article of the Japanese reader with files and long words, one that is there in Japanese alone, a document."""
    both = knowledge.article(session, title=LONG["ja"], title_en=LONG["en"], body_en=UNBROKEN)
    shelf.attached(session, both, shelf.file(session, name=f"{'long-name-' * 12}.txt", content=b"text"))
    document, _token = shelf.document(session)
    return {
        f"{language}:{name}": number
        for language in NUMBERS
        for name, number in (("article", both.number), ("document", document))
    }


def _related(session: Session, number: str, long: str) -> tuple[str, str]:
    """A case that was merged into another one, and that other one, linked, with a child."""
    merged, parent, child = (cases.open_case(session, number=number, subject=UNBROKEN) for _ in range(3))
    related.merge(session, merged, parent)
    related.put_under(session, child, parent)
    related.link(session, parent, long)
    return merged, parent


def _give_up_a_mail(session: Session) -> None:
    service = session.scalars(select(Service).where(Service.slug == "cs")).one()
    lost = mail.Mail(
        to="nobody@a-company.example",
        language="ja",
        subject="[CS0000001] 状況：対応中",
        text="…",
        thread="lost",
    )
    mail.queue(session, lost, service_id=service.id)
    session.flush()
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.order_key.startswith("lost:"))).one()
    row.state, row.attempts = MessageState.DEAD, 3
    row.last_error = "550 5.1.1 <nobody@a-company.example>: Recipient address rejected"
