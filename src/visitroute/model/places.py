"""Places and times of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Window = tuple[int, int]
"""(start, end) in seconds after midnight, start < end."""

Extra = tuple[tuple[str, str], ...]
"""(column, text) of the columns a table has beyond the known ones; they travel to the output."""

Amounts = tuple[tuple[str, float], ...]
"""(dimension, amount) of what is carried, each dimension once; "" is the one without name."""

ALL_DAY: Window = (0, 86_400)


@dataclass(frozen=True, slots=True)
class Place:
    """A point in WGS 84 degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a retailer can be visited: windows by weekday, and dates that differ.

    ``weekly`` holds seven tuples of windows, Monday first; ``dates`` overrides single
    dates (an empty tuple: closed that day). Windows of a day are sorted and disjoint.
    """

    weekly: tuple[tuple[Window, ...], ...] = ((ALL_DAY,),) * 7
    dates: tuple[tuple[date, tuple[Window, ...]], ...] = ()

    def on(self, day: date) -> tuple[Window, ...]:
        """Return the windows of a date, empty when closed."""
        for special, windows in self.dates:
            if special == day:
                return windows
        return self.weekly[day.weekday()]


ALWAYS_OPEN = OpeningHours()
