"""Rules on one route day: arrivals, opening hours, lunch, shift, travel and its sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from visitroute.check.facts import Facts, Leg, Legs, PlacedStop, in_order
from visitroute.check.violation import Spot, Violation, clock, span
from visitroute.model import Rep, RouteDay, Stop, Window
from visitroute.units import MINUTE


def advance(start: int, travel: int, blocks: Sequence[Window]) -> int:
    """Return the earliest second at which travel begun at ``start`` is over.

    ``travel`` is in seconds; it stands still in ``blocks`` (meetings and lunch, sorted by
    their beginning) and goes on afterwards.
    """
    now, left = start, travel
    for begin, end in blocks:
        if end <= now:
            continue
        free = max(begin - now, 0)
        if left <= free:
            break
        left -= free
        now = end
    return now + left


def check_times(facts: Facts, route: RouteDay, legs: Legs | None) -> Iterator[Violation]:
    """Yield what is wrong with the times of one route day.

    ``legs`` is the travel of the day's rep, None when no matrix is known. After a broken
    rule the judgement goes on from the written times, so one fault is told once.
    """
    rep = facts.reps.get(route.rep)
    if rep is None:
        return
    stops = in_order(route)
    meetings = sorted(m.window for m in rep.meetings if m.is_on(route.date))
    blocks = sorted([*meetings, *_lunch_block(route)])
    ways: list[Leg | None] = []
    yield from _check_travel(facts, route, stops, legs, ways)
    now, previous = route.start, None
    for stop, way in zip(stops, ways, strict=False):
        travel = stop.travel_from_previous if way is None else way.seconds
        yield from _check_arrival(route, stop, previous, advance(now, travel, blocks))
        yield from _check_service(facts, PlacedStop(route, stop), meetings)
        now, previous = stop.departure, stop
    if stops:
        back = route.travel_back if ways[-1] is None else ways[-1].seconds
        earliest = advance(now, back, blocks)
        if route.end < earliest:
            yield Spot(route.rep, route.date).tell(
                "VR2303",
                f"the day ends at {clock(route.end)}, but after {_minutes(back)} of travel "
                f"from the last stop the rep is back at {clock(earliest)}",
            )
        yield from _check_lunch(rep, route, stops, meetings)
    yield from _check_bounds(facts, rep, route)


def _lunch_block(route: RouteDay) -> list[Window]:
    if route.lunch is None or route.lunch_seconds <= 0:
        return []
    return [(route.lunch, route.lunch + route.lunch_seconds)]


def _overlaps(first: Window, second: Window) -> bool:
    return first[0] < second[1] and second[0] < first[1]


def _minutes(seconds: int) -> str:
    return f"{seconds / MINUTE:.1f} minutes"


def _check_travel(
    facts: Facts,
    route: RouteDay,
    stops: Sequence[Stop],
    legs: Legs | None,
    ways: list[Leg | None],
) -> Iterator[Violation]:
    """Yield faults of legs and sums; fill ``ways`` with every leg and the way back."""
    whole = Spot(route.rep, route.date)
    if legs is None:
        ways += [None] * (len(stops) + 1)
        yield whole.tell("VR2311", "no travel matrix of this rep is given")
        return
    places = [f"@start/{route.rep}", *(s.retailer for s in stops), f"@end/{route.rep}"]
    written = [(s.travel_from_previous, s.distance_from_previous) for s in stops]
    written.append((route.travel_back, route.distance_back))
    spots = [PlacedStop(route, s).spot for s in stops]
    spots.append(whole)
    for i, ((travel, metres), spot) in enumerate(zip(written, spots, strict=True)):
        origin, target = places[i], places[i + 1]
        way = legs.find(origin, target) if stops else Leg(0, 0, reachable=True)
        if way is None:
            if _is_plain(facts, origin) and _is_plain(facts, target):
                yield spot.tell("VR2311", f"no travel time known from {origin} to {target}")
        elif not way.reachable:
            yield spot.tell("VR2312", f"no way leads from {origin} to {target}")
            way = None
        elif (travel, metres) != (way.seconds, way.metres):
            yield spot.tell(
                "VR2304",
                f"{origin} to {target} is written as {travel} s, {metres} m, "
                f"but takes {way.seconds} s, {way.metres} m",
            )
        ways.append(way)
    known = [way for way in ways if way is not None]
    if len(known) < len(ways):
        return
    travel, metres = sum(w.seconds for w in known), sum(w.metres for w in known)
    if (route.travel, route.distance) != (travel, metres):
        yield whole.tell(
            "VR2305",
            f"the day is written as {route.travel} s, {route.distance} m of travel, "
            f"but its legs are {travel} s, {metres} m",
        )
    rep = facts.reps[route.rep]
    if rep.max_driving_minutes is not None and travel > rep.max_driving_minutes * MINUTE:
        yield whole.tell(
            "VR2310",
            f"travel takes {_minutes(travel)}, the rep may drive {rep.max_driving_minutes} minutes",
        )


def _is_plain(facts: Facts, place: str) -> bool:
    """Tell whether a missing travel time is a fault of its own, told nowhere else."""
    return place.startswith("@") or (place in facts.retailers and place not in facts.excluded)


def _check_arrival(
    route: RouteDay, stop: Stop, previous: Stop | None, earliest: int
) -> Iterator[Violation]:
    spot = PlacedStop(route, stop).spot
    if previous is not None and stop.arrival < previous.arrival:
        yield spot.tell(
            "VR2007",
            f"arrival at {clock(stop.arrival)} lies before the arrival at stop "
            f"{previous.sequence} {previous.retailer} at {clock(previous.arrival)}",
        )
    elif stop.arrival < earliest:
        origin = "the start" if previous is None else previous.retailer
        left = route.start if previous is None else previous.departure
        yield spot.tell(
            "VR2201",
            f"arrival at {clock(stop.arrival)}, but leaving {origin} at {clock(left)} "
            f"the rep is there at {clock(earliest)} at the earliest",
        )
    if stop.begin < stop.arrival:
        yield spot.tell(
            "VR2202", f"begin at {clock(stop.begin)}, but arrival at {clock(stop.arrival)}"
        )


def _check_service(
    facts: Facts, placed: PlacedStop, meetings: Sequence[Window]
) -> Iterator[Violation]:
    stop, spot, day = placed.stop, placed.spot, placed.route.date
    service = (stop.begin, stop.departure)
    for meeting in meetings:
        if _overlaps(service, meeting):
            yield spot.tell("VR2205", f"service {span(*service)}, meeting {span(*meeting)}")
    for name in (stop.request, *stop.also):
        wish = facts.demands.get(name)
        if wish is not None and wish.time is not None and wish.time != stop.begin:
            yield spot.tell(
                "VR2206",
                f"{wish.kind} {name} is fixed at {clock(wish.time)}, begin at {clock(stop.begin)}",
            )
    retailer = facts.retailers.get(stop.retailer)
    if retailer is None:
        return
    windows = () if day in retailer.closed else retailer.opening.on(day)
    if not windows:
        yield spot.tell("VR2103", "the retailer is closed on this date")
    elif not any(window[0] <= stop.begin and stop.departure <= window[1] for window in windows):
        hours = ", ".join(span(*window) for window in windows)
        yield spot.tell("VR2203", f"service {span(*service)}, open {hours}")
    needed = facts.service_seconds(retailer, stop.tasks)
    if stop.departure - stop.begin != needed:
        yield spot.tell(
            "VR2204",
            f"service takes {stop.departure - stop.begin} s, but visit and tasks need {needed} s",
        )


def _check_lunch(
    rep: Rep, route: RouteDay, stops: Sequence[Stop], meetings: Sequence[Window]
) -> Iterator[Violation]:
    spot = Spot(route.rep, route.date)
    needed = 0 if rep.lunch_window is None else rep.lunch_minutes * MINUTE
    if needed and route.lunch is None:
        yield spot.tell("VR2306", f"{rep.lunch_minutes} minutes of lunch are missing")
        return
    taken = 0 if route.lunch is None else route.lunch_seconds
    if taken != needed:
        yield spot.tell("VR2307", f"lunch takes {taken} s, but the rep has {needed} s")
    if route.lunch is None or taken <= 0:
        return
    lunch = (route.lunch, route.lunch + taken)
    window = rep.lunch_window
    if window is not None and not window[0] <= lunch[0] <= lunch[1] <= window[1]:
        yield spot.tell("VR2307", f"lunch {span(*lunch)}, lunch window {span(*window)}")
    for meeting in meetings:
        if _overlaps(lunch, meeting):
            yield spot.tell("VR2308", f"lunch {span(*lunch)}, meeting {span(*meeting)}")
    for stop in stops:
        service = (stop.begin, stop.departure)
        if _overlaps(lunch, service):
            yield PlacedStop(route, stop).spot.tell(
                "VR2308", f"lunch {span(*lunch)}, service {span(*service)}"
            )


def _check_bounds(facts: Facts, rep: Rep, route: RouteDay) -> Iterator[Violation]:
    spot = Spot(route.rep, route.date)
    if rep.max_visits is not None and len(route.stops) > rep.max_visits:
        yield spot.tell("VR2309", f"{len(route.stops)} stops, at most {rep.max_visits} allowed")
    yield from _check_load(facts, rep, route)
    if not facts.inputs.horizon.holds(route.date):
        return
    shift = facts.calendar.shift(rep, route.date)
    if shift is None or not route.stops:
        return
    if route.start < shift[0]:
        yield spot.tell(
            "VR2301", f"start at {clock(route.start)}, the shift begins at {clock(shift[0])}"
        )
    last = shift[1] - rep.review_minutes * MINUTE
    if route.end > last:
        yield spot.tell(
            "VR2302",
            f"end at {clock(route.end)}, the shift less {rep.review_minutes} minutes of review "
            f"ends at {clock(last)}",
        )


def _check_load(facts: Facts, rep: Rep, route: RouteDay) -> Iterator[Violation]:
    """Yield the dimensions in which a day's stops take more than the rep carries."""
    for name, most in rep.capacity:
        taken = sum(
            (
                Decimal(str(amount))
                for stop in route.stops
                if stop.retailer in facts.retailers
                for kind, amount in facts.retailers[stop.retailer].load
                if kind == name
            ),
            Decimal(0),
        )
        if taken > Decimal(str(most)):
            yield Spot(route.rep, route.date).tell(
                "VR2316",
                f"the stops take {taken:f} {name or 'in all'}, the rep carries {most:g}",
            )
