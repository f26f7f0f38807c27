"""Days with fewer visits than the rep's minimum, and what binds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from visitroute.explain.answers import signed_minutes
from visitroute.explain.room import Room, without_visit
from visitroute.solve import Ask, Client, State
from visitroute.texts import Texts


@dataclass(frozen=True, slots=True)
class ShortDay:
    """A day under its minimum.

    ``binding`` is dates (no further visit may lie on it), gaps, time, demand (visits are too few
    for all days' minimum: any move would leave another day short) or cost (a visit could move here,
    which costs ``seconds`` of travel more); ``reason`` says it in words.
    """

    rep: str
    date: date
    visits: int
    minimum: int
    code: str
    binding: str
    reason: str
    seconds: int | None = None


@dataclass(slots=True)
class _Tally:
    """What keeps the visits off a day: how many by gaps and by time, and the cheapest move."""

    gaps: int = 0
    time: int = 0
    demand: int = 0
    cheapest: tuple[int, str] | None = None


CODES = {
    "dates": "VR4305",
    "gaps": "VR4306",
    "time": "VR4307",
    "demand": "VR4308",
    "cost": "VR4309",
}


def find_short_days(state: State, texts: Texts) -> tuple[ShortDay, ...]:
    """Return the days of a rep's plan under the minimum of visits, in order of dates."""
    problem = state.problem
    found = []
    for day, route in enumerate(state.routes):
        if len(route.visits) < min(problem.min_visits, problem.days[day].max_visits):
            found.append(_judge(state, day, texts))
    return tuple(found)


def _judge(state: State, day: int, texts: Texts) -> ShortDay:
    problem = state.problem
    tally = _Tally()
    for client in problem.clients:
        if day not in state.served[client.index].values():
            for ask in (*client.cadence, *client.others):
                if day in ask.days:
                    _count(state, client, ask, day, tally)
    seconds = None
    if tally.cheapest is not None:
        binding, seconds = "cost", tally.cheapest[0]
    elif tally.demand:
        binding = "demand"
    elif tally.time:
        binding = "time"
    else:
        binding = "gaps" if tally.gaps else "dates"
    return ShortDay(
        rep=problem.rep.id,
        date=problem.days[day].date,
        visits=len(state.routes[day].visits),
        minimum=problem.min_visits,
        code=CODES[binding],
        binding=binding,
        reason=texts.say(
            f"short.{binding}",
            count=tally.demand or tally.time or tally.gaps,
            minutes="" if seconds is None else signed_minutes(seconds),
            other="" if tally.cheapest is None else tally.cheapest[1],
        ),
        seconds=seconds,
    )


def _count(state: State, client: Client, ask: Ask, day: int, tally: _Tally) -> None:
    """Note what keeps one request off a day: a visit left out, or planned on another day."""
    now = state.served[client.index].get(ask.request.id)
    left = state if now is None else without_visit(state, client.index, now)
    room = Room(left, client, ask)
    if not room.keeps_gaps(day):
        tally.gaps += 1
        return
    place = room.place(left.routes[day])
    if place is None:
        tally.time += 1
        return
    gained = 0
    if now is not None:
        if len(state.routes[now].visits) <= state.problem.min_visits:
            tally.demand += 1
            return
        gained = left.routes[now].travel - state.routes[now].travel
    move = place.travel + gained, client.retailer.id
    if tally.cheapest is None or move < tally.cheapest:
        tally.cheapest = move
