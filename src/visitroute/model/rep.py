"""Field reps and their working time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from visitroute.model.enums import TravelMode
from visitroute.model.places import Amounts, Extra, Place, Window

OFFICE_WEEK: tuple[Window | None, ...] = ((30_600, 63_000),) * 5 + (None, None)
"""08:30-17:30, Monday to Friday."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A block of time in which the rep neither travels nor visits.

    It falls on every ``weekday`` (0 = Monday), on one ``date``, or every working day
    when both are None.
    """

    window: Window
    weekday: int | None = None
    date: dt.date | None = None
    name: str = ""

    def is_on(self, day: dt.date) -> bool:
        """Tell whether the meeting takes place on a date."""
        if self.date is not None:
            return day == self.date
        return self.weekday is None or day.weekday() == self.weekday


@dataclass(frozen=True, slots=True)
class Rep:
    """A field rep 客户经理 with base, shifts and daily bounds.

    ``shifts`` holds one window or None for each weekday, Monday first. ``lunch_window``
    is None for no lunch; else ``lunch_minutes`` are taken inside it, between visits, on
    the way, or at the base. ``max_visits`` None means no bound. ``capacity`` is what the rep
    carries on a day; a dimension that is not named has no bound.
    """

    id: str
    start: Place
    end: Place
    name: str = ""
    shifts: tuple[Window | None, ...] = OFFICE_WEEK
    lunch_window: Window | None = None
    lunch_minutes: int = 0
    min_visits: int = 0
    target_visits: int | None = None
    max_visits: int | None = None
    mode: TravelMode = TravelMode.CAR
    leave: frozenset[dt.date] = frozenset()
    meetings: tuple[Meeting, ...] = ()
    review_minutes: int = 0
    max_driving_minutes: int | None = None
    extra: Extra = ()
    capacity: Amounts = ()

    def shift_on(self, day: dt.date, weekday: int | None = None) -> Window | None:
        """Return the shift on a date, None on leave or off days.

        ``weekday`` stands in for the date's own one on a make-up working day 调休.
        """
        if day in self.leave:
            return None
        return self.shifts[day.weekday() if weekday is None else weekday]
