"""Work requests in their states, made through the acts."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.catalog import events
from app.catalog.actions import deciding
from app.catalog.actions.submitting import add_request_files
from app.catalog.lifecycle import PENDING_STATES, RequestState
from app.catalog.models import CatalogItem, PointPeriod, RequestFile, WorkRequest
from app.files.models import StoredFile
from app.journal import record
from tests import cast
from tests.factories import catalog, files

REASON = "対象のサーバーが契約に含まれていないため。"


def item_of(session: Session, *, service: str = "cs", slug: str = "policy", points: int = 0) -> CatalogItem:
    """The published item of that slug, made if it is not there; its points count when it is made."""
    known = select(CatalogItem).where(CatalogItem.slug == slug, CatalogItem.service.has(slug=service))
    found = session.scalar(known.order_by(CatalogItem.id))
    return found or catalog.item(session, service=service, slug=slug, points=points)


def waiting(
    session: Session,
    *,
    number: str = cast.CS_NUMBER,
    who: str = "hanako",
    points: int = 0,
    details: str = "ポリシーの変更をお願いします。",
    file_names: Sequence[str] = (),
) -> str:
    """The number of a request that awaits a decision; one item for each price."""
    service = cast.number(session, number).service_id
    slug = "cs" if service == cast.number(session, cast.CS_NUMBER).service_id else "fm"
    item = item_of(session, service=slug, slug=f"item-{points}", points=points)
    made = catalog.request(session, item, who=who, number=number, answers={"details": details})
    if file_names:
        actor = cast.actor_of(session, who, slug)
        uploads = [files.whole(session, actor, name=name) for name in file_names]
        add_request_files(session, made, {"": uploads}, actor=actor)
        resubmitted(session, made)
    return made.number


def in_approval(session: Session) -> str:
    """The number of a request of Taro's that awaits the approval of his administrator."""
    item = catalog.item(session, slug="approved", needs_approval=True, position=9)
    return catalog.request(session, item, who="taro").number


def resubmitted(session: Session, request: WorkRequest) -> None:
    """Tell of what a test changed past the acts."""
    told = events.RequestSubmitted(request.number, request.points, request.held)
    record(session, actor=catalog.MAKER, subject=request, happened=told)


def many(session: Session, count: int) -> None:
    """So many items, and as many requests of Hanako that await a decision."""
    for index in range(count):
        item_of(session, slug=f"item-no-{index}")
        waiting(session)


def request_of(session: Session, number: str) -> WorkRequest:
    """The row of a request, read anew."""
    chosen = select(WorkRequest).where(WorkRequest.number == number)
    return session.scalars(chosen.execution_options(populate_existing=True)).one()


def accept(session: Session, number: str, *, by: str = "agent", overdraft_reason: str = "") -> str:
    """Accept a request; the number of its case."""
    request = request_of(session, number)
    case = deciding.accept(
        session,
        request,
        actor=cast.actor_of(session, by),
        version=request.version,
        overdraft_reason=overdraft_reason,
    )
    return case.number


def reject(session: Session, number: str, *, by: str = "agent", reason: str = REASON) -> None:
    """Reject a request."""
    request = request_of(session, number)
    actor = cast.actor_of(session, by)
    deciding.reject(session, request, actor=actor, version=request.version, reason=reason)


def put(session: Session, number: str, state: RequestState) -> None:
    """Set a state that acts of customers lead to, for tests of what follows; rows that are loaded do not know of it."""
    decided = None if state in PENDING_STATES else clock.now()
    changed = update(WorkRequest).where(WorkRequest.number == number).values(state=state, decided_at=decided)
    session.execute(changed, execution_options={"synchronize_session": False})


def file_token(session: Session, number: str) -> str:
    """The token of the first file of a request."""
    chosen = select(StoredFile.token).join(RequestFile, RequestFile.file_id == StoredFile.id)
    mine = chosen.join(WorkRequest, WorkRequest.id == RequestFile.request_id).where(
        WorkRequest.number == number
    )
    return session.scalars(mine.order_by(RequestFile.id)).first() or ""


def period(session: Session, *, plan_points: int = 50, option_points: int = 5) -> int:
    """The id of a period of points of this year for Hanako's number."""
    made: PointPeriod = catalog.period(session, plan_points=plan_points, option_points=option_points)
    return made.id


def places(session: Session) -> dict[str, str]:
    """Requests of an installation: waiting at both services, for an approval, a stranger's; decided; a file."""
    period(session)
    found = {
        "wr_waiting": waiting(session, points=8, file_names=["構成図.txt"]),
        "wr_fm_waiting": waiting(session, number=cast.FM_NUMBER),
        "wr_alices": waiting(session, number=cast.ALICE_CS_NUMBER, who="alice"),
        "wr_accepted": waiting(session),
        "wr_rejected": waiting(session),
        "wr_approval": in_approval(session),
    }
    found["wr_case"] = accept(session, found["wr_accepted"])
    reject(session, found["wr_rejected"])
    versions = {
        f"{place}_version": str(request_of(session, found[place]).version)
        for place in ("wr_waiting", "wr_fm_waiting", "wr_approval")
    }
    shown = {"item_version": str(item_of(session, slug="item-0").current_id)}
    return found | versions | shown | {"wr_file": file_token(session, found["wr_waiting"])}
