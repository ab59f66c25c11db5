"""Numbers that people read aloud: rising, unique in the installation, never given twice."""

from sqlalchemy import String, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base


class NumberSequence(Base):
    """The last number given of each sequence."""

    __tablename__ = "number_sequence"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    last: Mapped[int]


def next_number(session: Session, name: str, *, prefix: str, digits: int) -> str:
    """Give the next number of a sequence, such as ``CS0067414`` (CASE-02).

    One conditional update takes the number, so two transactions never get the same; a rolled-back transaction
    gives its number back.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(NumberSequence).values(name=name, last=0).on_conflict_do_nothing())
    taken = update(NumberSequence).where(NumberSequence.name == name)
    last = session.scalar(taken.values(last=NumberSequence.last + 1).returning(NumberSequence.last))
    return f"{prefix}{last:0{digits}d}"
