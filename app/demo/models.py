"""What an installation knows about itself; the demo leaves its mark here."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

DEMO = "demo"


class Installation(Base):
    """One fact about this installation; ``demo`` holds the day on which the demo world was loaded."""

    __tablename__ = "installation"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
