"""What each day would do with a visit: fit, cost, who would move, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from visitroute.explain.room import Room, without_visit
from visitroute.solve import Ask, Client, State


class Chance(StrEnum):
    """What a day says to a visit."""

    CHOSEN = "chosen"  # it is planned on this day
    FREE = "free"  # it fits as the day is
    MOVE = "move"  # it fits once another visit moves to one of its own days
    FULL = "full"  # the limit of visits is reached
    LOAD = "load"  # the rep can carry no more
    NO_TIME = "no_time"  # no time is left
    GAP = "gap"  # too near to or too far from the retailer's other visits
    CLOSED = "closed"  # no opening window of the retailer is long enough
    FIXED = "fixed"  # another time is fixed on that day
    TOO_FAR = "too_far"  # even alone on the day it does not fit
    OFF = "off"  # no working day of the rep


FITS = (Chance.CHOSEN, Chance.FREE, Chance.MOVE)


@dataclass(frozen=True, slots=True)
class Move:
    """Another retailer's visit that would go to another day."""

    retailer: str
    target: date


@dataclass(frozen=True, slots=True)
class DayChance:
    """One day for one visit; ``seconds`` is the extra travel of the whole plan, where it fits.

    ``off`` counts the days from the due date, ``visits`` the visits of the day without this one.
    """

    date: date
    chance: Chance
    off: int
    visits: int = 0
    seconds: int | None = None
    move: Move | None = None


def look_at_days(
    state: State, client: Client, ask: Ask, *, moves: bool = True
) -> tuple[DayChance, ...]:
    """Return what every allowed date of a request would do with it, in order of dates.

    ``state`` is a plan without the visit. ``moves`` looks for another visit that could make
    room, where the day has none; the retailer moved keeps its own dates and gaps.
    """
    room = Room(state, client, ask)
    frames = {frame.date: d for d, frame in enumerate(state.problem.days)}
    request = ask.request
    found = []
    for number in range((request.latest - request.earliest).days + 1):
        day = request.earliest + timedelta(days=number)
        off = (day - request.due).days
        if day in frames:
            found.append(_look(room, frames[day], off, moves=moves))
        else:
            found.append(DayChance(day, Chance.OFF, off))
    return tuple(found)


def _look(room: Room, day: int, off: int, *, moves: bool) -> DayChance:
    state, client = room.state, room.client
    at = state.problem.days[day].date
    rest = room.rest(day)
    count = len(rest.visits)
    blocked = _blocked(room, day)
    if blocked is not None:
        return DayChance(at, blocked, off, count)
    place = room.place(state.routes[day])
    if place is not None:
        seconds = 0 if room.is_visited(day) else place.travel
        return DayChance(at, Chance.FREE, off, count, seconds)
    if moves:
        best = min(
            _moves(room, day), key=lambda m: (m[0], m[1].retailer, m[1].target), default=None
        )
        if best is not None:
            return DayChance(at, Chance.MOVE, off, count, best[0], best[1])
    if client.fixed[day] is not None and room.ask.request.time is None:
        return DayChance(at, Chance.FIXED, off, count)
    if count >= room.limit(day):
        return DayChance(at, Chance.FULL, off, count)
    is_loaded = not rest.carries(client.load)
    return DayChance(at, Chance.LOAD if is_loaded else Chance.NO_TIME, off, count)


def _blocked(room: Room, day: int) -> Chance | None:
    """Return what forbids a day whatever else is planned on it."""
    client = room.unbound()
    if day not in room.ask.days:
        return Chance.CLOSED if not room.client.windows[day] else Chance.FIXED
    if not client.starts(day, room.service):
        return Chance.CLOSED if room.ask.request.time is None else Chance.FIXED
    if not room.alone(day, client, room.service):
        return Chance.TOO_FAR
    return None if room.keeps_gaps(day) else Chance.GAP


def _moves(room: Room, day: int) -> Iterator[tuple[int, Move]]:
    """Yield (extra travel of the plan, move) for every single visit whose move makes room."""
    state = room.state
    route = state.routes[day]
    for visit in route.visits:
        other = visit.client
        if other == room.client.index:
            continue
        place = room.place(route, {other})
        if place is None:
            continue
        left = without_visit(state, other, day)
        gained = left.routes[day].travel + place.travel - route.travel
        for target, seconds in _other_days(state, left, other, day, visit.service):
            yield (
                gained + seconds,
                Move(
                    state.problem.clients[other].retailer.id,
                    state.problem.days[target].date,
                ),
            )


def _other_days(
    state: State, left: State, client: int, day: int, service: int
) -> Iterator[tuple[int, int]]:
    """Yield (day, extra travel) where a client's visit of a day could be instead, all it serves."""
    who = state.problem.clients[client]
    asks = [a for a in (*who.cadence, *who.others) if state.served[client].get(a.request.id) == day]
    jobs = state.done[client].get(day, ())
    visited = set(left.served[client].values())
    for target in range(len(state.problem.days)):
        if target == day or target in visited:
            continue
        able = all(target in a.days for a in asks) and all(target in j.days for j in jobs)
        if not able or not all(Room(left, who, a).keeps_gaps(target) for a in asks):
            continue
        place = left.routes[target].cheapest_insertion(client, service)
        if place is not None:
            yield target, place.travel
