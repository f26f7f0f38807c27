"""A plan of one rep in the words of the trade, to be taken up by that rep's own search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from visitroute.solve.dayroute import Visit
from visitroute.solve.problem import Problem
from visitroute.solve.state import State


@dataclass(frozen=True, slots=True)
class Draft:
    """A rep's days: retailer ids in order by date, and the date on which requests are served.

    ``served`` holds cadence requests; it may name requests of other reps too.
    """

    routes: Mapping[date, tuple[str, ...]]
    served: Mapping[str, date]


def take_up(problem: Problem, draft: Draft) -> State | None:
    """Return a draft as a plan of the problem, None where some day of it can't be kept."""
    state = State.empty(problem)
    client = {c.retailer.id: c for c in problem.clients}
    index = {frame.date: d for d, frame in enumerate(problem.days)}
    visited: dict[int, list[int]] = {c.index: [] for c in problem.clients}
    for day, names in draft.routes.items():
        if not names:
            continue
        if day not in index or any(name not in client for name in names):
            return None
        d = index[day]
        visits = [Visit(client[name].index, client[name].service) for name in names]
        state.routes[d] = state.routes[d].with_order(visits)
        if not state.routes[d].is_feasible:
            return None
        for visit in visits:
            visited[visit.client].append(d)
    for own in problem.clients:
        days = sorted(visited[own.index])
        served = {}
        for ask in own.cadence:
            on = index.get(draft.served.get(ask.request.id, date.min), -1)
            if on in ask.days and on in days:
                served[ask.request.id] = on
        for ask in own.others:
            riding = [d for d in ask.days if d in days]
            if riding:
                served[ask.request.id] = riding[0]
        state.settle(own, served, days)
    return state
