"""One rep's month as plain data that anyone can read, and its verifier: no visitroute in it.

A month is a list of visits, each with the days and windows in which it may lie, on days with
a shift and a lunch. It is what every solver can say: cadence gaps have become allowed days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
Solution = dict[str, Any]

DROP_SECONDS = 7200
"""What one unit of weight left out costs, in seconds of travel."""


class Day(NamedTuple):
    """A working day: seconds after midnight; lunch begins inside ``(first, last)``."""

    date: str
    offset: int
    open: int
    close: int
    lunch: int
    lunch_begin: Span
    max_visits: int


class Visit(NamedTuple):
    """One visit that is wanted once, at ``node``, on one of ``days``, inside ``windows``.

    ``windows[day]`` are (start, end of service). ``worth`` is what dropping it costs where
    there are no tiers; in the full problem ``tier`` ranks it first, then ``weight``. ``index``
    counts a shop's cadence visits, -1 for a one-off.
    """

    id: str
    shop: str
    node: int
    service: int
    days: tuple[int, ...]
    windows: Mapping[int, tuple[Span, ...]]
    worth: int
    weight: int
    tier: int
    index: int


class Spacing(NamedTuple):
    """What a shop's cadence asks: day of the last visit (None: unknown), and gaps in days.

    ``late`` tells that the first visit is overdue when the month begins.
    """

    last: int | None
    min_gap: int
    max_gap: int
    ideal_gap: float
    late: bool


class Extras(NamedTuple):
    """What the full problem adds to travel, in seconds; visits are counted by day."""

    irregularity: float
    imbalance: float
    shortfall: float
    mean_visits: int
    min_visits: int


@dataclass(frozen=True, slots=True)
class Month:
    """A rep's month; rows of ``seconds`` are the shops, then the start, then the end place."""

    name: str
    nodes: tuple[str, ...]
    seconds: NDArray[np.int64]
    days: tuple[Day, ...]
    visits: tuple[Visit, ...]
    spacing: Mapping[str, Spacing]
    extras: Extras

    @property
    def start(self) -> int:
        """Row of the start place."""
        return len(self.nodes) - 2

    @property
    def end(self) -> int:
        """Row of the end place."""
        return len(self.nodes) - 1

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain lists and dicts."""
        return {
            "name": self.name,
            "drop_seconds": DROP_SECONDS,
            "nodes": list(self.nodes),
            "start": self.start,
            "end": self.end,
            "seconds": self.seconds.tolist(),
            "days": [day._asdict() for day in self.days],
            "visits": [
                {**v._asdict(), "windows": {str(d): list(w) for d, w in v.windows.items()}}
                for v in self.visits
            ],
            "spacing": {shop: s._asdict() for shop, s in self.spacing.items()},
            "extras": self.extras._asdict(),
        }


def plain_month(month: Month) -> Month:
    """Return the month for solvers that know no gaps: a shop's visits share no allowed day.

    Its name ends in ``-plain``, so that files of both are told apart. Days on which the shop's
    next visit may lie too are taken from the earlier one.
    """
    first: dict[tuple[str, int], int] = {}
    for visit in month.visits:
        if visit.index >= 0 and visit.days:
            first[visit.shop, visit.index] = min(visit.days)
    visits = []
    for visit in month.visits:
        until = first.get((visit.shop, visit.index + 1)) if visit.index >= 0 else None
        days = tuple(d for d in visit.days if until is None or d < until)
        visits.append(visit._replace(days=days, windows={d: visit.windows[d] for d in days}))
    return replace(month, name=f"{month.name}-plain", visits=tuple(visits))


class Timed(NamedTuple):
    """A day's clock: (arrival, begin, departure) of each visit, lunch, and the end."""

    stops: tuple[tuple[int, int, int], ...]
    lunch: int | None
    end: int


class _Mark(NamedTuple):
    """The earliest departure from a place in one state, and how it came about."""

    departure: int
    arrival: int
    begin: int
    lunch: int | None
    before: _Mark | None


def time_route(month: Month, day: int, route: Sequence[Visit]) -> Timed | None:
    """Return the earliest clock of a route with its lunch, None when there is none.

    Travel may be interrupted by lunch, service may not. Two states are followed: lunch
    still to come, and lunch taken.
    """
    frame = month.days[day]
    hungry: _Mark | None = _Mark(frame.open, frame.open, frame.open, None, None)
    fed: _Mark | None = None
    at = month.start
    for visit in route:
        way = int(month.seconds[at, visit.node])
        windows = visit.windows.get(day, ())
        options = _with_lunch(fed, hungry, _eat(hungry, way, frame), way)
        marks = [_serve(*option, windows, visit.service) for option in options]
        fed = min((m for m in marks if m), key=lambda m: m.departure, default=None)
        if hungry is not None:
            ready = hungry.departure + way
            hungry = _serve(hungry, ready, ready, None, windows, visit.service)
        if hungry is None and fed is None:
            return None
        at = visit.node
    way = int(month.seconds[at, month.end])
    ends = [(m.departure + way, m, None) for m in (fed if frame.lunch else hungry,) if m]
    if frame.lunch and hungry is not None:
        found = _eat(hungry, way, frame)
        if found is not None:
            ends.append((found[0], hungry, found[1]))
    if not ends:
        return None
    end, mark, lunch = min(ends, key=lambda e: e[0])
    if end > frame.close:
        return None
    stops = []
    step: _Mark | None = mark
    while step is not None and step.before is not None:
        stops.append((step.arrival, step.begin, step.departure))
        lunch = step.lunch if step.lunch is not None else lunch
        step = step.before
    return Timed(tuple(reversed(stops)), lunch, end)


def _eat(mark: _Mark | None, way: int, frame: Day) -> tuple[int, int] | None:
    """Return (end of way and lunch, begin of lunch) when lunch is taken on a leg."""
    if mark is None or not frame.lunch:
        return None
    begin = max(mark.departure, frame.lunch_begin[0])
    if begin > frame.lunch_begin[1]:
        return None
    return max(mark.departure + way, begin) + frame.lunch, begin


def _with_lunch(
    fed: _Mark | None, hungry: _Mark | None, eaten: tuple[int, int] | None, way: int
) -> list[tuple[_Mark, int, int, int | None]]:
    """Return the ways to be at the next place with lunch taken."""
    options: list[tuple[_Mark, int, int, int | None]] = []
    if fed is not None:
        options.append((fed, fed.departure + way, fed.departure + way, None))
    if hungry is not None and eaten is not None:
        ready, begin = eaten
        arrival = hungry.departure + way
        options.append((hungry, arrival if arrival <= begin else ready, ready, begin))
    return options


def _serve(
    mark: _Mark, arrival: int, ready: int, lunch: int | None, windows: Sequence[Span], service: int
) -> _Mark | None:
    """Return the earliest service in one of the windows, None when there is none."""
    for start, end in windows:
        begin = max(ready, start)
        if begin + service <= end:
            return _Mark(begin + service, arrival, begin, lunch, mark)
    return None


class Verdict(NamedTuple):
    """What a solution costs, and the rules it breaks.

    ``left_out`` is weight by tier, ``worth`` what is left out without tiers, ``cost`` travel
    and everything the full problem adds. ``spacing`` are broken cadence gaps, which only the
    full problem knows.
    """

    left_out: tuple[int, ...]
    worth: int
    travel: int
    cost: float
    faults: list[str]
    spacing: list[str]


def verify_month(month: Month, solution: Solution) -> Verdict:
    """Judge a solution by its days and stops alone; the clock is worked out here."""
    known = {v.id: v for v in month.visits}
    faults: list[str] = []
    placed: dict[str, int] = {}
    count = dict.fromkeys(range(len(month.days)), 0)
    travel = 0
    for line in solution["routes"]:
        day, names = line["day"], line["stops"]
        if day not in count or any(name not in known for name in names):
            faults.append(f"day {day}: unknown day or visits")
            continue
        route = [known[name] for name in names]
        if count[day]:
            faults.append(f"day {day}: more than one route")
        count[day] += len(route)
        for visit in route:
            if visit.id in placed:
                faults.append(f"{visit.id}: visited twice")
            if day not in visit.days:
                faults.append(f"{visit.id}: not allowed on day {day}")
            placed[visit.id] = day
        if len({v.shop for v in route}) < len(route):
            faults.append(f"day {day}: a shop twice")
        if len(route) > month.days[day].max_visits:
            faults.append(f"day {day}: {len(route)} visits")
        nodes = [month.start, *(v.node for v in route), month.end] if route else []
        travel += sum(int(month.seconds[a, b]) for a, b in pairwise(nodes))
        if route and time_route(month, day, route) is None:
            faults.append(f"day {day}: no clock keeps shift, lunch and windows")
    dropped = set(solution["dropped"])
    faults += [
        f"{name}: planned and dropped, neither, or unknown"
        for name in sorted({*known, *dropped})
        if (name in placed) == (name in dropped) or name not in known
    ]
    left = [0] * 6
    missing = [v for v in month.visits if v.id not in placed]
    for visit in missing:
        left[visit.tier] += visit.weight
    off, spacing = _judge_spacing(month, placed)
    extras = month.extras
    cost = travel + extras.irregularity * off
    for visits in count.values():
        cost += extras.imbalance * abs(visits - extras.mean_visits)
        cost += extras.shortfall * max(0, extras.min_visits - visits)
    worth = sum(v.worth for v in missing)
    return Verdict(tuple(left), worth, travel, cost, faults, spacing)


def _judge_spacing(month: Month, placed: Mapping[str, int]) -> tuple[float, list[str]]:
    """Return the days off the ideal gaps, and the gaps that are too short or too long."""
    faults = []
    off = 0.0
    shops: dict[str, list[tuple[int, int]]] = {}
    for visit in month.visits:
        if visit.id in placed and visit.index >= 0:
            at = month.days[placed[visit.id]].offset
            shops.setdefault(visit.shop, []).append((visit.index, at))
    for shop, visits in shops.items():
        last, least, most, ideal, late = month.spacing[shop]
        visits.sort()
        index, first = visits[0]
        if last is not None:
            if first - last < least:
                faults.append(f"spacing: {shop} {first - last} days after the last visit")
            # What is late already counts from the first day on; all else from its due date.
            due = index * ideal if late else last + (index + 1) * ideal
            off += first if late and index == 0 else abs(first - due)
        for (i, before), (j, after) in pairwise(visits):
            gap, intervals = after - before, j - i
            off += abs(gap - intervals * ideal)
            if not least <= gap <= intervals * most:
                faults.append(f"spacing: {shop} {gap} days between visits {i} and {j}")
    return off, faults
