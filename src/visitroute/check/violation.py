"""One broken rule of a plan, and the place where it is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from visitroute.units import HOUR, MINUTE


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a plan breaks.

    ``code`` is one of VR2xxx; the place fields are empty where they make no sense.
    """

    code: str
    message: str
    rep: str = ""
    date: date | None = None
    retailer: str = ""
    sequence: int | None = None

    def __str__(self) -> str:
        """Return the violation as one line, whatever line breaks the texts hold."""
        place = [self.code]
        if self.rep:
            place.append(self.rep)
        if self.date is not None:
            place.append(self.date.isoformat())
        if self.sequence is not None:
            place.append(f"stop {self.sequence}")
        if self.retailer:
            place.append(self.retailer)
        return " ".join(f"{' '.join(place)}: {self.message}".splitlines())

    def as_dict(self) -> dict[str, Any]:
        """Return the violation as plain values, for JSON."""
        return {
            "code": self.code,
            "rep": self.rep,
            "date": None if self.date is None else self.date.isoformat(),
            "sequence": self.sequence,
            "retailer": self.retailer,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the plan, from which violations are told."""

    rep: str = ""
    date: date | None = None
    retailer: str = ""
    sequence: int | None = None

    def tell(self, code: str, message: str) -> Violation:
        """Return the violation of a rule at this place."""
        return Violation(code, message, self.rep, self.date, self.retailer, self.sequence)


def sort_violations(found: set[Violation]) -> tuple[Violation, ...]:
    """Return violations in the order of the plan: general ones first, then day by day."""
    return tuple(
        sorted(
            found,
            key=lambda v: (
                v.rep,
                v.date.toordinal() if v.date else 0,
                0 if v.sequence is None else v.sequence,
                v.retailer,
                v.code,
                v.message,
            ),
        )
    )


def clock(seconds: int) -> str:
    """Return ``HH:MM:SS`` of a second of the day; rules are judged to the second."""
    return f"{seconds // HOUR:02d}:{seconds % HOUR // MINUTE:02d}:{seconds % MINUTE:02d}"


def span(start: int, end: int) -> str:
    """Return ``HH:MM:SS-HH:MM:SS`` of a stretch of the day."""
    return f"{clock(start)}-{clock(end)}"
