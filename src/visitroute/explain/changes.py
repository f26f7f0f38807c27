"""The smallest changes that let a visit in, each found by inserting it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from visitroute.explain.longer import STEP, LongerDays
from visitroute.explain.room import Room
from visitroute.model import Window
from visitroute.solve import Client, Clock, DayRoute
from visitroute.solve.problem import cut
from visitroute.units import MINUTE

MOST = 240
"""Shifts and opening hours are tried longer by ``STEP``, up to so many minutes."""

DAY_SCORE, SWAP_SCORE = 60, 600
"""What a day off the allowed ones, and another visit left out, count beside minutes."""


@dataclass(frozen=True, slots=True)
class Change:
    """What to change on a date so that a visit fits.

    ``kind`` is insert (nothing to change: it fits as the plan is), longer (shift), window (opening
    hours; ``at`` is the new bound in seconds after midnight, earlier or later), shorter (visit),
    more (visits a day), other_day, gap, or swap (with another retailer). ``amount`` counts
    minutes, visits or days. Two things at once are more_longer and other_day_longer: there
    ``amount`` counts the minutes and ``days`` the days outside the visit's dates. Smaller
    ``score`` means a smaller change: minutes, or what stands for them.
    """

    kind: str
    date: date
    amount: int
    score: int
    other: str = ""
    at: int | None = None
    days: int = 0


def find_changes(room: Room, longer: LongerDays) -> tuple[Change, ...]:
    """Return the smallest change of each kind, the smallest of all first.

    Where the visit fits as the plan is, that alone is said. Two things at once are tried where no
    single one lets it in.
    """
    fitting = [d for d in _able(room) if room.has_room(room.state.routes[d])]
    if fitting:
        return (Change("insert", _frame_date(room, fitting[0]), 0, 0),)
    single = (_more, _longer, _window, _shorter, _swap, _other_day, _gap)
    return _smallest_of(single, room, longer) or _smallest_of(
        (_more_longer, _other_day_longer), room, longer
    )


def _smallest_of(
    kinds: Sequence[Callable[[Room, LongerDays], Iterator[Change]]],
    room: Room,
    longer: LongerDays,
) -> tuple[Change, ...]:
    found = []
    for kind in kinds:
        options = list(kind(room, longer))
        if options:
            found.append(min(options, key=lambda c: (c.score, c.date, c.other)))
    return tuple(sorted(found, key=lambda c: (c.score, c.kind)))


def _able(room: Room) -> list[int]:
    """Return the allowed days that keep the gaps and are not bound by another fixed time."""
    return [d for d in room.ask.days if room.keeps_gaps(d)]


def _frame_date(room: Room, day: int) -> date:
    return room.problem.days[day].date


def _more(room: Room, _: LongerDays) -> Iterator[Change]:
    for day in _able(room):
        frame = room.problem.days[day]
        wider = Clock(replace(frame, max_visits=frame.max_visits + 1))
        place = room.place(DayRoute(room.problem, day, wider, room.state.routes[day].visits))
        if place is not None:
            minutes = round((room.service + place.travel) / MINUTE)
            yield Change("more", frame.date, 1, minutes)


def _longer(room: Room, longer: LongerDays) -> Iterator[Change]:
    for day in _working(room):
        if not room.keeps_gaps(day):
            continue

        def holds(k: int, d: int = day) -> bool:
            return room.has_room(longer.route(d, STEP * k))

        steps = _smallest(holds)
        if steps:
            yield Change("longer", _frame_date(room, day), STEP * steps, STEP * steps)


def _working(room: Room) -> Sequence[int]:
    """Return the working days among the allowed dates that the request's rep and time allow."""
    request = room.ask.request
    if request.rep not in {None, room.problem.rep.id} or request.time is not None:
        return list(room.ask.days)
    return room.working


def _window(room: Room, _: LongerDays) -> Iterator[Change]:
    if room.ask.request.time is not None or room.ask.request.rep not in {
        None,
        room.problem.rep.id,
    }:
        return
    for day in room.working:
        frame = room.problem.days[day]
        retailer = room.client.retailer
        hours = retailer.opening.on(frame.date)
        if frame.date in retailer.closed or not hours or not room.keeps_gaps(day):
            continue
        for earlier in (True, False):

            def opens(k: int, d: int = day, early: bool = earlier) -> bool:
                return _fits_hours(room, d, _widened(hours_of(room, d), STEP * k, earlier=early))

            steps = _smallest(opens)
            if steps:
                bound = _widened(hours, STEP * steps, earlier=earlier)
                at = bound[0][0] if earlier else bound[-1][1]
                yield Change("window", frame.date, STEP * steps, STEP * steps, at=at)


def hours_of(room: Room, day: int) -> tuple[Window, ...]:
    """Return the retailer's opening hours of a day."""
    return room.client.retailer.opening.on(room.problem.days[day].date)


def _widened(hours: Sequence[Window], minutes: int, *, earlier: bool) -> tuple[Window, ...]:
    """Return opening hours that begin so much earlier, or end so much later."""
    first, last = hours[0], hours[-1]
    if earlier:
        return ((max(0, first[0] - minutes * MINUTE), first[1]), *hours[1:])
    return (*hours[:-1], (last[0], min(86_400, last[1] + minutes * MINUTE)))


def _fits_hours(room: Room, day: int, hours: Sequence[Window]) -> bool:
    frame = room.problem.days[day]
    inside = [
        (max(a, frame.start), min(b, frame.end))
        for a, b in hours
        if min(b, frame.end) > max(a, frame.start)
    ]
    client = room.client
    windows = list(client.windows)
    windows[day] = cut(inside, frame.blocks)
    return _has_room_as(room, day, replace(client, windows=tuple(windows)))


def _has_room_as(room: Room, day: int, client: Client) -> bool:
    """Tell whether the visit fits a day with other hours or another length of the client."""
    clients = list(room.problem.clients)
    clients[client.index] = client
    problem = replace(room.problem, clients=tuple(clients))
    route = room.state.routes[day]
    return _in(room, DayRoute(problem, day, route.clock, route.visits), client)


def _in(room: Room, route: DayRoute, client: Client) -> bool:
    done = room.state.done[client.index].get(route.day, ())
    service = client.service_with((*done, *room.jobs))
    return route.without({client.index}).cheapest_insertion(client.index, service) is not None


def _shorter(room: Room, _: LongerDays) -> Iterator[Change]:
    """Yield the longest visit in whole minutes that fits, where the tasks leave a minute of it."""
    if room.is_visited_at_all() or room.jobs:
        return
    whole = room.service // MINUTE
    for day in _working(room):
        if not room.keeps_gaps(day):
            continue
        windows = list(room.client.windows)
        windows[day] = room.windows(day)
        wide = replace(room.client, windows=tuple(windows))
        clients = list(room.problem.clients)
        clients[wide.index] = wide
        problem = replace(room.problem, clients=tuple(clients))
        route = room.state.routes[day]
        rest = DayRoute(problem, day, route.clock, route.visits)

        def fits(less: int, on: DayRoute = rest) -> bool:
            minutes = whole - less
            return minutes >= 1 and (
                on.cheapest_insertion(room.client.index, minutes * MINUTE) is not None
            )

        low = _smallest(fits, most=whole - 1)
        if low:
            yield Change("shorter", _frame_date(room, day), whole - low, low)


def _swap(room: Room, _: LongerDays) -> Iterator[Change]:
    for day in _able(room):
        route = room.state.routes[day]
        losses = [
            (room.loss(v.client, day), room.problem.clients[v.client].retailer.id)
            for v in route.visits
            if v.client != room.client.index and room.has_room(route, {v.client})
        ]
        if losses:
            loss, other = min(losses)
            # The least loss first: a loss is a price far above any number of minutes.
            scale = max(1, room.ask.penalty)
            yield Change(
                "swap", _frame_date(room, day), 1, SWAP_SCORE + 100 * loss // scale, other=other
            )


def _other_day(room: Room, _: LongerDays) -> Iterator[Change]:
    for day, days in _days_outside(room):
        if room.client.windows[day] and room.has_room(room.state.routes[day]):
            yield Change("other_day", _frame_date(room, day), days, DAY_SCORE * days)


def _days_outside(room: Room) -> Iterator[tuple[int, int]]:
    """Yield the days outside the visit's dates that keep the gaps, and how far outside they are."""
    request = room.ask.request
    if request.time is not None or request.rep not in {None, room.problem.rep.id}:
        return
    for day, frame in enumerate(room.problem.days):
        if not request.earliest <= frame.date <= request.latest and room.keeps_gaps(day):
            yield day, max((request.earliest - frame.date).days, (frame.date - request.latest).days)


def _gap(room: Room, _: LongerDays) -> Iterator[Change]:
    for day in room.ask.days:
        off = room.gap_off(day)
        if off and not room.is_visited(day) and room.has_room(room.state.routes[day]):
            yield Change("gap", _frame_date(room, day), off, DAY_SCORE * off)


def _more_longer(room: Room, longer: LongerDays) -> Iterator[Change]:
    for day in _working(room):
        if not room.keeps_gaps(day):
            continue

        def holds(k: int, d: int = day) -> bool:
            route = longer.route(d, STEP * k)
            frame = route.problem.days[d]
            wider = Clock(replace(frame, max_visits=frame.max_visits + 1))
            return room.has_room(DayRoute(route.problem, d, wider, route.visits))

        steps = _smallest(holds)
        if steps:
            minutes = STEP * steps
            score = minutes + round(room.service / MINUTE)
            yield Change("more_longer", _frame_date(room, day), minutes, score)


def _other_day_longer(room: Room, longer: LongerDays) -> Iterator[Change]:
    for day, days in _days_outside(room):

        def holds(k: int, d: int = day) -> bool:
            return room.has_room(longer.route(d, STEP * k))

        steps = _smallest(holds)
        if steps:
            minutes = STEP * steps
            score = minutes + DAY_SCORE * days
            yield Change("other_day_longer", _frame_date(room, day), minutes, score, days=days)


def _smallest(fits: Callable[[int], bool], most: int = MOST // STEP) -> int | None:
    """Return the smallest number from 1 that fits, where larger ones fit too; None for none."""
    if most < 1 or not fits(most):
        return None
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return low
