"""Moving-window limits kept in the database, so that all processes share one count (SEC-07, SEC-13).

A hit is charged before what it guards is tried, in the transaction that asks whether it may be tried, so that
parallel tries cannot slip through between the question and the count; a try that was right is refunded. The
libraries for this share their counts through servers that an installation need not have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import clock
from app.db import Base

# Rows that count in no window any more go on the way, so many with each charge.
SWEPT_AT_ONCE = 200
IPV6_SITE = 64
# A hit that lies further ahead was made before the clock was set back; it must not count for longer than its time
# (REL-10). The clocks of two hosts may differ by less.
AHEAD = timedelta(minutes=1)


class ThrottleHit(Base):
    """One try that counts against a bucket."""

    __tablename__ = "throttle_hit"
    __table_args__ = (Index(None, "bucket", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` hits within ``within``, counted back from now."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Charge:
    """What was charged, to be refunded if the try was right after all."""

    ids: tuple[int, ...]


def charge(session: Session, buckets: Mapping[str, Sequence[Limit]]) -> Charge | None:
    """Count one hit in each bucket, or ``None`` and nothing at all if any of their limits is reached."""
    moment = clock.now()
    if any(is_full(session, bucket, limits) for bucket, limits in buckets.items()):
        return None
    hits = [
        ThrottleHit(bucket=bucket, at=moment, expires_at=moment + max(limit.within for limit in limits))
        for bucket, limits in buckets.items()
    ]
    session.add_all(hits)
    session.flush()
    _sweep(session, moment)
    return Charge(tuple(hit.id for hit in hits))


def is_full(session: Session, bucket: str, limits: Sequence[Limit]) -> bool:
    """Tell whether one of the bucket's limits is reached."""
    moment = clock.now()
    return any(_count(session, bucket, moment, limit.within) >= limit.most for limit in limits)


def free_again(session: Session, bucket: str, limits: Sequence[Limit]) -> datetime:
    """From when on none of the bucket's limits is reached; now, if that is so already."""
    return max((clock.now(), *(_free_of(session, bucket, limit) for limit in limits)))


def refund(session: Session, charged: Charge) -> None:
    """Take a charge back: the try was right."""
    session.execute(delete(ThrottleHit).where(ThrottleHit.id.in_(charged.ids)))


def network_of(address: str | None) -> str:
    """The network whose tries are counted together: an IPv4 address, or the /64 that one site of IPv6 has."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, IPV6_SITE), strict=False))


def _free_of(session: Session, bucket: str, limit: Limit) -> datetime:
    """When the hit that fills a limit leaves its window: the oldest of the last ``limit.most``."""
    moment = clock.now()
    made = (ThrottleHit.bucket == bucket, ThrottleHit.at <= moment + AHEAD)
    newest_first = select(ThrottleHit.at).where(*made).order_by(ThrottleHit.at.desc())
    filling = session.scalar(newest_first.offset(limit.most - 1).limit(1))
    return moment if filling is None else filling + limit.within


def _count(session: Session, bucket: str, moment: datetime, within: timedelta) -> int:
    counted = select(func.count()).where(
        ThrottleHit.bucket == bucket, ThrottleHit.at > moment - within, ThrottleHit.at <= moment + AHEAD
    )
    return session.scalar(counted) or 0


def _sweep(session: Session, moment: datetime) -> None:
    old = select(ThrottleHit.id).where(ThrottleHit.expires_at <= moment).limit(SWEPT_AT_ONCE)
    session.execute(delete(ThrottleHit).where(ThrottleHit.id.in_(old)))
