"""The least travel a visit brings along: a bound that no route day can be below.

Every visit is arrived at and left once. Prices ``arrive`` and ``leave`` of places with
``leave[a] + arrive[b] <= seconds[a][b]`` for every leg that a day can have make the travel
of a day at least the sum over its visits of ``arrive + leave``, plus ``leave`` of the start
and ``arrive`` of the end place. The prices are the dual solution of an assignment problem
(every place followed by another one), the best of this kind for the visits as a whole. Where time
is short they are raised by moats (``moats``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from visitroute.explain.moats import Ground, Moats, find_moats, raise_prices
from visitroute.solve import DayFrame, Problem

_TIGHT = 0.75
"""The part of the time that service and least travel take, above which moats are worth it."""

_LARGEST = 400
"""Up to so many places moats are looked for: the linear program grows faster than they do."""

_CLOSED = 10**7
"""Seconds of a leg that no day has; above any day, small enough to be summed."""


@dataclass(frozen=True, slots=True)
class TravelBound:
    """Travel in seconds: at least ``visit[c]`` for each visit of client c, and ``day`` a day.

    ``moats`` are those that raised it, if any were looked for.
    """

    visit: tuple[int, ...]
    day: int
    moats: Moats | None = field(default=None, compare=False, repr=False)


def bound_travel(problem: Problem, known: Moats | None = None) -> TravelBound:
    """Return how much travel every visit and every day of a rep's plan brings at the least.

    With the ``known`` moats of the same places on other days no better ones are looked for: the
    bound is quicker to find, as certain, and may be lower.
    """
    count = len(problem.clients)
    if not count or not problem.days:
        return TravelBound((0,) * count, 0)
    legs = _legs(problem)
    asked = sum(len(c.cadence) + len(c.others) for c in problem.clients)
    # Clients are visited asked / count times each, and every day begins and ends once.
    copies = max(1, min(count, round(len(problem.days) * count / max(1, asked))))
    arrive = _arrival_prices(legs, copies)
    leave = (legs - arrive[None, :]).min(axis=1)
    visit, day = leave[:count] + arrive[:count], int(leave[count] + arrive[count])
    ground = _ground(problem, legs)
    moats = None
    if _is_short(problem, ground, visit, day):
        moats = known or find_moats(ground, visit, day)
        if moats is not None:
            visit, day = raise_prices(ground, visit, day, moats)
    return TravelBound(tuple(int(t) for t in visit), day, moats)


def free_seconds(frame: DayFrame) -> int:
    """Return the seconds of a day left for visits and travel: meetings and lunch taken off."""
    inside = sum(max(0, min(b, frame.end) - max(a, frame.start)) for a, b in frame.blocks)
    lunch = 0
    if frame.lunch:
        # Lunch may be taken before the rep leaves or when back, as far as its window allows.
        lunch = min(
            max(0, min(at + frame.lunch, frame.end) - max(at, frame.start))
            for a, b in frame.lunches
            for at in (a, b - frame.lunch)
        )
    return max(0, frame.end - frame.start - inside - lunch)


def _ground(problem: Problem, legs: NDArray[np.int64]) -> Ground:
    clients = problem.clients
    return Ground(
        legs=legs,
        closed=_CLOSED,
        asked=np.array([len(c.cadence) + len(c.others) for c in clients], dtype=np.int64),
        days=_allowed(problem),
        service=np.array([c.service for c in clients], dtype=np.int64),
        seconds=max(free_seconds(frame) for frame in problem.days),
        most=max(frame.max_visits for frame in problem.days),
    )


def _is_short(problem: Problem, ground: Ground, visit: NDArray[np.int64], day: int) -> bool:
    """Tell whether time may be short: whether a better bound could prove anything."""
    need = int(ground.asked @ (ground.service + visit))
    have = sum(max(0, free_seconds(frame) - day) for frame in problem.days)
    return 1 < len(problem.clients) <= _LARGEST and need > _TIGHT * have


def _legs(problem: Problem) -> NDArray[np.int64]:
    """Return the legs a day can have: rows clients and start, columns clients and end."""
    count = len(problem.clients)
    seconds = np.minimum(np.array(problem.seconds, dtype=np.int64), _CLOSED)
    legs = np.full((count + 1, count + 1), _CLOSED, dtype=np.int64)
    legs[:count, :count] = seconds[:count, :count]
    legs[count, :count] = seconds[problem.start_node, :count]
    legs[:count, count] = seconds[:count, problem.end_node]
    days = _allowed(problem).astype(np.int64)
    apart = days @ days.T == 0  # never on one day, so never one after the other
    np.fill_diagonal(apart, val=True)
    legs[:count, :count][apart] = _CLOSED
    return legs


def _allowed(problem: Problem) -> NDArray[np.bool_]:
    """Return on which days each client may be visited."""
    days = np.zeros((len(problem.clients), len(problem.days)), dtype=np.bool_)
    for client in problem.clients:
        for ask in (*client.cadence, *client.others):
            days[client.index, list(ask.days)] = True
    return days


def _arrival_prices(legs: NDArray[np.int64], copies: int) -> NDArray[np.int64]:
    """Return prices of arriving, from the cheapest way to leave and reach every place once.

    The base takes part ``copies`` times. Prices are shortest ways in the graph of exchanges,
    where an optimal assignment leaves no way round that gains.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to import

    last = len(legs) - 1
    nodes = np.concatenate([np.arange(last), np.full(copies, last)])
    table = legs[np.ix_(nodes, nodes)]
    rows, columns = linear_sum_assignment(table)
    follows = np.empty(len(nodes), dtype=np.int64)
    follows[columns] = rows
    step = table[follows, :] - table[follows, np.arange(len(nodes))][:, None]
    price = np.zeros(len(nodes), dtype=np.int64)
    for _ in range(len(nodes)):
        shorter = np.minimum(price, (price[:, None] + step).min(axis=0))
        if (shorter == price).all():
            break
        price = shorter
    found = np.zeros(last + 1, dtype=np.int64)
    found[:last] = price[:last]
    found[last] = price[last:].min()
    return found
