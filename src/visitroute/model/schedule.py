"""The visit plan as data: route days with their stops, and everything left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import date

from visitroute.model.enums import DueState, Segment, Tier, Verdict

Line = tuple[tuple[float, float], ...]
"""(lon, lat) in WGS 84 degrees, in order of travel."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit on a route day; times in seconds after midnight, durations in seconds.

    ``arrival`` is when the rep gets there, service runs from ``begin`` to ``departure``.
    ``request`` is the id of the leading visit request it serves, ``due``, ``tier`` and
    ``state`` are that request's; ``also`` names the other requests it serves. ``checklist`` holds
    what is to be gone through, tasks first; None where a plan says nothing of checklists.
    """

    retailer: str
    request: str
    sequence: int
    arrival: int
    begin: int
    departure: int
    due: date
    tier: Tier
    state: DueState
    segment: Segment
    lon: float
    lat: float
    name: str = ""
    snap_m: float = 0.0
    purpose: str = ""
    checklist: tuple[str, ...] | None = None
    tasks: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    travel_from_previous: int = 0
    distance_from_previous: int = 0


@dataclass(frozen=True, slots=True)
class RouteDay:
    """One rep's day 日线路: leaves the start at ``start``, is at the end place at ``end``.

    ``travel`` in seconds and ``distance`` in metres cover all legs with the way back;
    ``lunch`` is the second at which lunch begins, None without lunch. ``roads`` says
    whether times come from streets, a given matrix or straight lines.
    """

    rep: str
    date: date
    start: int
    end: int
    stops: tuple[Stop, ...]
    travel: int
    distance: int
    travel_back: int = 0
    distance_back: int = 0
    lunch: int | None = None
    lunch_seconds: int = 0
    line: Line = ()
    roads: str = "streets"

    @property
    def service(self) -> int:
        """Seconds spent in shops."""
        return sum(stop.departure - stop.begin for stop in self.stops)

    @property
    def waiting(self) -> int:
        """Seconds spent waiting for shops to open."""
        return sum(stop.begin - stop.arrival for stop in self.stops)


@dataclass(frozen=True, slots=True)
class DroppedVisit:
    """A requested visit that is not in the plan, with the reason and what would let it in.

    ``call`` is the date of the call that stands in for it, None where none does.
    """

    retailer: str
    request: str
    due: date
    tier: Tier
    verdict: Verdict
    code: str
    reason: str
    fix: str = ""
    rep: str | None = None
    task: str | None = None
    call: date | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call 电话拜访 to be made.

    ``date`` is the rep's day, None where no allowed day has time left. ``why`` is task, cadence
    or overload; ``request`` is the visit request the call stands in for, empty for what is done
    by phone in any case. The length is in seconds.
    """

    rep: str
    date: dt.date | None
    retailer: str
    due: dt.date
    seconds: int
    why: str
    tasks: tuple[str, ...] = ()
    purpose: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """What became of a task.

    ``status`` is done (at a stop), call (by a call instead of a visit), phone (never asked for a
    visit), or dropped.
    """

    task: str
    retailer: str
    status: str
    due: date
    rep: str | None = None
    date: date | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A record that could not take part in planning, quarantined with its reason."""

    retailer: str
    code: str
    reason: str
    lon: float | None = None
    lat: float | None = None
    name: str = ""
    table: str = "retailers"
    row: int | None = None
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Base:
    """Where a rep's days begin.

    ``slack_minutes`` are those kept free at the end of each of them, None where the policy has
    none for this rep alone.
    """

    rep: str
    lon: float
    lat: float
    name: str = ""
    slack_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything a plan says, sorted: routes by rep and date, the rest by retailer and due date.

    Calls are sorted by rep and date.
    """

    routes: tuple[RouteDay, ...]
    dropped: tuple[DroppedVisit, ...] = ()
    tasks: tuple[TaskOutcome, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    bases: tuple[Base, ...] = ()
    warnings: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
