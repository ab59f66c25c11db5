"""The days of a period, named once and handed over by name."""

from datetime import date
from typing import TypedDict


class Days(TypedDict):
    """Both days belong to the period."""

    starts_on: date
    ends_on: date
