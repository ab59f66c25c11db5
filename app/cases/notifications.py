"""Who is told what by mail when something happens to a case (MAIL-02 to MAIL-06), and the telling.

Customers are told of what the desk does, the desk of what customers do; nobody is told of their own act, save
the receipt for an inquiry. An internal note tells nobody. Every mail is composed in its recipient's language
and queued in the transaction of the act.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from app import mail
from app.accounts import queries as accounts
from app.accounts.models import User
from app.authz import Actor
from app.cases import queries
from app.cases.alerts import AlertDetails
from app.cases.letters import Written, letter
from app.cases.lifecycle import Act, CaseState
from app.cases.models import Case
from app.cases.watching import watcher_ids
from app.i18n import speaking
from app.mail import Circle, Readers
from app.outbox import Hold


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address, the language to write in, and whether the console or the portal is the place to go.

    ``readers`` are those among whom the address must still be when the mail leaves; none for the service's own address.
    """

    address: str
    language: str | None
    at_desk: bool
    readers: Readers | None = None


def inquiry_opened(
    session: Session, case: Case, *, actor: Actor, details: str, file_names: Sequence[str] = ()
) -> None:
    """Send the inquirer a receipt with the case number and tell the desk (INQ-09)."""
    written = Written(details, file_names=file_names)
    _tell(session, case, "inquiry_received", _customers(session, case), actor=actor, written=written)
    _tell(session, case, "inquiry_opened", _desk(session, case), actor=actor, written=written)


def case_opened(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    details: str,
    html: str | None = None,
    file_names: Sequence[str] = (),
) -> None:
    """Tell the customer of a case that the desk opened for them."""
    written = Written(details, html, file_names)
    _tell(session, case, "case_opened", _customers(session, case), actor=actor, written=written)


def comment_added(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    body: str,
    html: str | None = None,
    file_names: Sequence[str] = (),
    hold: Hold | None = None,
) -> None:
    """Tell the other side of a comment; ``hold`` keeps the mails back as long as it can be taken back."""
    written = Written(body, html, file_names)
    recipients = _other_side(session, case, actor)
    _tell(session, case, "comment_added", recipients, actor=actor, written=written, hold=hold)


def files_added(session: Session, case: Case, *, actor: Actor, file_names: Sequence[str]) -> None:
    """Tell the other side of files that came with no text (CASE-10)."""
    written = Written(file_names=file_names)
    _tell(session, case, "files_added", _other_side(session, case, actor), actor=actor, written=written)


def state_changed(
    session: Session, case: Case, *, actor: Actor, act: Act, old: CaseState, reason: str = ""
) -> None:
    """Tell the other side of a transition, with the state before and after, and why where the act asks for it."""
    recipients = _other_side(session, case, actor)
    _tell(session, case, "state_changed", recipients, actor=actor, act=act, old=old, reason=reason)


def closure_announced(session: Session, case: Case, *, actor: Actor) -> None:
    """Tell the customer when a resolved case closes by itself (DESK-10)."""
    _tell(session, case, "closure_announced", _customers(session, case), actor=actor)


def case_merged(session: Session, case: Case, *, actor: Actor, into: Case, hold: Hold) -> None:
    """Tell the customer in which case of theirs a merged one goes on, once the time for undoing it is over."""
    _tell(
        session, case, "case_merged", _customers(session, case), actor=actor, hold=hold, goes_on=into.number
    )


def alert_received(session: Session, case: Case, *, actor: Actor, alert: AlertDetails) -> None:
    """Tell both sides of an alert that made a case (CASE-19)."""
    recipients = (*_customers(session, case), *_desk(session, case))
    _tell(session, case, "alert", recipients, actor=actor, written=Written(alert.description), alert=alert)


def alert_after_closure(session: Session, case: Case, *, actor: Actor, alert: AlertDetails) -> None:
    """Tell the desk that an alert came again although its case is closed."""
    _tell(session, case, "alert_after_closure", _desk(session, case), actor=actor, alert=alert)


def mentioned(session: Session, case: Case, users: Sequence[User], *, actor: Actor) -> None:
    """Tell colleagues that they are named in an internal note; what it says stays at the desk (DESK-04)."""
    _tell(session, case, "mentioned", _unique(users, _agents(case)), actor=actor)


def _other_side(session: Session, case: Case, actor: Actor) -> Sequence[Recipient]:
    return _desk(session, case) if actor.is_customer else _customers(session, case)


def _customers(session: Session, case: Case) -> Sequence[Recipient]:
    """The contact and the watch list; without an enabled contact, all enabled users of the number (MAIL-04)."""
    users = accounts.users_of_number(session, case.customer_number_id)
    readers = Readers(Circle.NUMBER, case.customer_number_id)
    if all(user.id != case.contact_id for user in users):
        return _unique(users, readers)
    wanted = {case.contact_id, *watcher_ids(session, case)}
    return _unique((user for user in users if user.id in wanted), readers)


def _desk(session: Session, case: Case) -> Sequence[Recipient]:
    """The assigned agent; while nobody is, the service's own address, or else its agents (MAIL-06)."""
    agents = accounts.agents_of_service(session, case.service_id)
    assigned = [agent for agent in agents if agent.id == case.assignee_id]
    if assigned:
        return _unique(assigned, _agents(case))
    address = queries.settings_of(session, case.service_id).desk_mail
    if address:
        return [Recipient(address, None, at_desk=True)]
    return _unique(agents, _agents(case))


def _agents(case: Case) -> Readers:
    return Readers(Circle.DESK, case.service_id)


def _unique(users: Iterable[User], readers: Readers) -> Sequence[Recipient]:
    # One address may serve several user IDs (CONTACT-07); its owner gets the mail once.
    at_desk = readers.circle is Circle.DESK
    by_address = {user.mail: Recipient(user.mail, user.language, at_desk, readers) for user in users}
    return list(by_address.values())


def _tell(
    session: Session,
    case: Case,
    kind: str,
    recipients: Sequence[Recipient],
    *,
    actor: Actor,
    written: Written | None = None,
    hold: Hold | None = None,
    **context: object,
) -> None:
    public_url = current_app.config["SETTINGS"].public_url
    service, holder = queries.names_for_mail(session, case)
    for recipient in recipients:
        place = "console" if recipient.at_desk else service.slug
        with speaking(recipient.language) as language:
            told = {
                **context,
                "case": case,
                "actor_name": actor.name,
                "holder": holder,
                "service_name": service.name_in(language),
                "link": f"{public_url}/{place}/cases/{case.number}",
                "at_desk": recipient.at_desk,
            }
            made = letter(kind, language, written or Written(), told)
        message = mail.Mail(
            to=recipient.address,
            language=language,
            subject=made.subject,
            text=made.text,
            html=made.html,
            thread=case.number,
            readers=recipient.readers,
        )
        mail.queue(session, message, service_id=case.service_id, hold=hold)
