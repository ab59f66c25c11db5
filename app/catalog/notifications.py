"""Who is told what by mail about a work request, and the telling (MAIL-02 to MAIL-06, WR-06, WR-10).

The requester is told at once what was sent, and later what became of it; the desk is told of what it has to decide.
Every mail is composed in its recipient's language and queued in the transaction of the act.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy.orm import Session

from app import mail, outbox
from app.accounts import queries as accounts
from app.accounts.models import User
from app.authz import Actor
from app.cases import queries as cases
from app.cases.letters import Written, letter
from app.cases.models import Case
from app.catalog import queries
from app.catalog.contents import content_in
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from app.catalog.request_files import files_of
from app.i18n import _, speaking
from app.mail import Circle, Readers
from app.outbox import Hold

FOLDER = "catalog/mail"
# How long the desk's mail about a change waits for further ones.
CHANGES_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address, the language to write in, and whether the console or the portal is the place to go.

    ``readers`` are those among whom the address must still be when the mail leaves; none for the service's own address.
    """

    address: str
    language: str | None
    at_desk: bool
    readers: Readers | None = None


def request_received(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Tell the requester at once what was sent, and who has to agree to it first, if somebody can (WR-06)."""
    is_stuck = request.state is RequestState.APPROVAL and not _approvers(session, request)
    kind = "request_received_stuck" if is_stuck else "request_received"
    _tell(session, request, kind, _requester(session, request), actor=actor, says=_content(session, request))


def request_waiting(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Tell the desk that a request awaits its decision: it was sent, or has been approved (MAIL-06)."""
    says = _content(session, request)
    _tell(session, request, "request_waiting", _desk(session, request), actor=actor, says=says)


def request_changed(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Tell the desk that what awaits its decision was changed; nobody has such a request assigned (MAIL-06).

    The mail waits ten minutes, so that several changes in a row make one mail, and none at all where the request was
    decided, withdrawn or sent back for an approval meanwhile.
    """
    hold = Hold(_change_of(request), CHANGES_WAIT)
    if not outbox.is_held(session, hold.cause):
        recipients = _desk(session, request)
        _tell(
            session, request, "request_changed", recipients, actor=actor, says=lambda _: Written(), hold=hold
        )


def request_accepted(session: Session, request: WorkRequest, case: Case, *, actor: Actor) -> None:
    """Tell the requester which case an accepted request has become (WR-10), and of an overdraft (PT-05)."""
    written = Written(request.overdraft_reason)
    recipients = _requester(session, request)
    _tell(session, request, "request_accepted", recipients, actor=actor, says=lambda _: written, case=case)


def request_rejected(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Tell the requester that a request was rejected, and why (WR-10)."""
    written = Written(request.reason)
    recipients = _requester(session, request)
    _tell(session, request, "request_rejected", recipients, actor=actor, says=lambda _: written)


def approval_asked(session: Session, request: WorkRequest, *, actor: Actor) -> bool:
    """Ask the administrators of the customer number for their approval, with the content.

    :returns: whether there is one who can give it.
    """
    approvers = _approvers(session, request)
    _tell(session, request, "approval_asked", approvers, actor=actor, says=_content(session, request))
    return bool(approvers)


def approval_asked_again(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Ask the administrators of the customer number once more, on behalf of the desk."""
    says, approvers = _content(session, request), _approvers(session, request)
    _tell(session, request, "approval_asked_again", approvers, actor=actor, says=says)


def approval_impossible(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Tell the desk that a request waits for an approval that nobody can give (docs/decisions/0022)."""
    recipients = _desk(session, request)
    _tell(session, request, "approval_impossible", recipients, actor=actor, says=lambda _: Written())


def request_approved(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Tell the requester that an administrator has approved the request."""
    recipients = _requester(session, request)
    _tell(session, request, "request_approved", recipients, actor=actor, says=lambda _: Written())


def request_refused(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Tell the requester that an administrator has not approved the request, and why."""
    written = Written(request.reason)
    recipients = _requester(session, request)
    _tell(session, request, "request_refused", recipients, actor=actor, says=lambda _: written)


def request_withdrawn(session: Session, request: WorkRequest, *, actor: Actor, was_at_desk: bool) -> None:
    """Tell the requester of a colleague's withdrawal, and the desk where the request had come to it."""
    recipients = list(_requester(session, request)) if actor.user_id != request.requester_id else []
    if was_at_desk:
        recipients += _desk(session, request)
    _tell(session, request, "request_withdrawn", recipients, actor=actor, says=lambda _: Written())


def _change_of(request: WorkRequest) -> str:
    """The cause of a mail about a change that still waits."""
    return f"work_request:{request.id}:changed"


def _content(session: Session, request: WorkRequest) -> Callable[[str], Written]:
    """What a request says and the names of its files, in the language of whoever reads it."""
    names = [row.file.name for row in files_of(session, request)]

    def says(language: str) -> Written:
        return Written(content_in(session, request, language), file_names=names)

    return says


def _requester(session: Session, request: WorkRequest) -> Sequence[Recipient]:
    """The requester; once that user is disabled or has left the number, all enabled users of it (MAIL-04)."""
    users = accounts.users_of_number(session, request.customer_number_id)
    requester = [user for user in users if user.id == request.requester_id]
    return _unique(requester or users, _users(request))


def _approvers(session: Session, request: WorkRequest) -> Sequence[Recipient]:
    return _unique(accounts.administrators_of_number(session, request.customer_number_id), _users(request))


def _desk(session: Session, request: WorkRequest) -> Sequence[Recipient]:
    """The service's own address, or else its agents (MAIL-06)."""
    address = cases.settings_of(session, request.service_id).desk_mail
    if address:
        return [Recipient(address, None, at_desk=True)]
    agents = accounts.agents_of_service(session, request.service_id)
    return _unique(agents, Readers(Circle.DESK, request.service_id))


def _users(request: WorkRequest) -> Readers:
    return Readers(Circle.NUMBER, request.customer_number_id)


def _unique(users: Iterable[User], readers: Readers) -> Sequence[Recipient]:
    # One address may serve several user IDs (CONTACT-07); its owner gets the mail once.
    at_desk = readers.circle is Circle.DESK
    by_address = {user.mail: Recipient(user.mail, user.language, at_desk, readers) for user in users}
    return list(by_address.values())


def _tell(
    session: Session,
    request: WorkRequest,
    kind: str,
    recipients: Sequence[Recipient],
    *,
    actor: Actor,
    says: Callable[[str], Written],
    case: Case | None = None,
    hold: Hold | None = None,
) -> None:
    """Write to each recipient; ``says`` gives what people have written, in the recipient's language.

    With a case the mail leads there, else to the request. A change that still waits to be told is out of date by now.
    """
    outbox.drop(session, _change_of(request))
    about = queries.names_for_mail(session, request)
    public_url = current_app.config["SETTINGS"].public_url
    for recipient in recipients:
        place = "console" if recipient.at_desk else about.service.slug
        own = "work-requests" if recipient.at_desk else "work-requests/sent"
        leads_to = f"cases/{case.number}" if case else f"{own}/{request.number}"
        with speaking(recipient.language) as language:
            told = {
                "case": case,
                "work_request": request,
                "item_name": about.version.name_in(language),
                "customer_number": about.customer_number,
                "actor_name": actor.name,
                "holder": about.holder,
                "service_name": about.service.name_in(language),
                "link": f"{public_url}/{place}/{leads_to}",
                "link_name": _("Open the case") if case else _("Open the work request"),
                "at_desk": recipient.at_desk,
            }
            made = letter(kind, language, says(language), told, folder=FOLDER)
        message = mail.Mail(
            to=recipient.address,
            language=language,
            subject=made.subject,
            text=made.text,
            html=made.html,
            thread=request.number,
            readers=recipient.readers,
        )
        mail.queue(session, message, service_id=request.service_id, hold=hold)
