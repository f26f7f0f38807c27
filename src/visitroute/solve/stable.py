"""Stable weekdays: the same weekday for all visits of a retailer, and what that costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from visitroute.solve.problem import COST_SCALE, Problem
from visitroute.solve.state import State

STABLE_COST = 7_200 * COST_SCALE
"""What a visit away from its weekday costs: two hours on the road, far below any visit's rank."""

WEEK = 7


@dataclass(frozen=True, slots=True)
class StablePrice:
    """What stable weekdays cost a rep: seconds of travel a week, and how many visits it changed.

    ``steady`` of the ``regular`` retailers with several visits have them on one weekday;
    ``steady_before`` did in the plan with flexible weekdays. ``dropped`` counts the requests that
    are left out more.
    """

    rep: str
    travel: int
    regular: int
    steady_before: int
    steady: int
    dropped: int


def with_stable_weekdays(problem: Problem, state: State) -> Problem:
    """Return a problem in which each retailer keeps the weekday it has most often in a plan.

    A preferred weekday wins. Retailers visited more than once a week have none.
    """
    clients = []
    for client in problem.clients:
        weekdays = _weekdays(state, client.index)
        weekday = client.weekday
        if weekday is None and weekdays and client.ideal_gap >= WEEK:
            most = max(weekdays.values())
            weekday = min(day for day, times in weekdays.items() if times == most)
        clients.append(replace(client, weekday=weekday))
    costs = replace(problem.costs, weekday=max(problem.costs.weekday, STABLE_COST))
    return replace(problem, clients=tuple(clients), costs=costs)


def price_of(before: State, after: State) -> StablePrice:
    """Return what a plan with stable weekdays costs beside one without."""
    days = before.problem.offsets
    weeks = max(1, -(-(days[-1] + 1) // WEEK)) if days else 1
    regular = [
        c.index
        for c in before.problem.clients
        if c.ideal_gap >= WEEK and sum(_weekdays(after, c.index).values()) > 1
    ]
    travel = sum(r.travel for r in after.routes) - sum(r.travel for r in before.routes)
    return StablePrice(
        before.problem.rep.id,
        round(travel / weeks),
        len(regular),
        sum(len(_weekdays(before, c)) <= 1 for c in regular),
        sum(len(_weekdays(after, c)) <= 1 for c in regular),
        sum(map(len, before.served)) - sum(map(len, after.served)),
    )


def _weekdays(state: State, client: int) -> Counter[int]:
    """Return on which weekdays a client has cadence visits, and how often."""
    served = state.served[client]
    return Counter(
        state.problem.days[served[ask.request.id]].date.weekday()
        for ask in state.problem.clients[client].cadence
        if ask.request.id in served
    )
