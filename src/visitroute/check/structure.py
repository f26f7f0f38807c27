"""Rules on the plan's build-up: ids, numbers, coordinates and working days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from visitroute.check.facts import Facts, PlacedStop
from visitroute.check.violation import Spot, Violation
from visitroute.model import RouteDay, Schedule

_DEGREES = 1e-6
"""Coordinates may differ by this much: files hold seven decimals."""


def check_structure(facts: Facts, schedule: Schedule) -> Iterator[Violation]:
    """Yield what is wrong with ids, sequence numbers, coordinates and dates."""
    days = Counter((route.rep, route.date) for route in schedule.routes)
    for (rep, day), count in days.items():
        if count > 1:
            yield Spot(rep, day).tell("VR2008", f"the plan has {count} route days of this rep")
    for route in schedule.routes:
        yield from _check_numbers(route)
        yield from _check_date(facts, route)
    for placed in facts.placed:
        yield from _check_stop(facts, placed)
    visits = Counter((p.stop.retailer, p.route.date) for p in facts.placed)
    for placed in facts.placed:
        key = (placed.stop.retailer, placed.route.date)
        if visits.pop(key, 0) > 1:
            reps = sorted(
                {p.route.rep for p in facts.placed if (p.stop.retailer, p.route.date) == key}
            )
            yield Spot(placed.route.rep, key[1], key[0]).tell(
                "VR2006", f"the retailer has several stops on this date (reps {', '.join(reps)})"
            )


def _check_numbers(route: RouteDay) -> Iterator[Violation]:
    numbers = sorted(stop.sequence for stop in route.stops)
    if numbers != list(range(1, len(numbers) + 1)):
        shown = ", ".join(map(str, numbers))
        yield Spot(route.rep, route.date).tell(
            "VR2001", f"{len(numbers)} stops are numbered {shown}, not 1 to {len(numbers)}"
        )


def _check_date(facts: Facts, route: RouteDay) -> Iterator[Violation]:
    spot, horizon = Spot(route.rep, route.date), facts.inputs.horizon
    rep = facts.reps.get(route.rep)
    if rep is None:
        yield spot.tell("VR2002", f"no rep has the id '{route.rep}'")
    if not horizon.holds(route.date):
        yield spot.tell("VR2101", f"the horizon is {horizon.start} to {horizon.end}")
    elif rep is not None and facts.calendar.shift(rep, route.date) is None:
        if route.date in rep.leave:
            why = "the rep is on leave"
        elif rep.shifts[route.date.weekday()] is None:
            why = f"the rep has no shift on a {route.date:%A}"
        else:
            why = "a day off in the calendar"
        yield spot.tell("VR2102", f"not a working day: {why}")


def _check_stop(facts: Facts, placed: PlacedStop) -> Iterator[Violation]:
    stop, spot = placed.stop, placed.spot
    retailer = facts.retailers.get(stop.retailer)
    if retailer is None:
        yield spot.tell("VR2003", f"no retailer has the id '{stop.retailer}'")
        return
    if retailer.id in facts.excluded:
        yield spot.tell("VR2004", "the plan lists this retailer as excluded")
    near = abs(stop.lon - retailer.lon) <= _DEGREES and abs(stop.lat - retailer.lat) <= _DEGREES
    if not near:
        yield spot.tell(
            "VR2005",
            f"the stop lies at {stop.lon}, {stop.lat}, its retailer at "
            f"{retailer.lon}, {retailer.lat}",
        )
    segment = facts.segments[retailer.id]
    if stop.segment != segment:
        yield spot.tell("VR2009", f"the segment is '{stop.segment}', but must be '{segment}'")
