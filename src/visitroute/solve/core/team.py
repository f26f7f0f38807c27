"""The compiled search on a team: which rep visits each shared retailer, and a plan for all."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from visitroute.solve.assignment import MINUTE, Shares
from visitroute.solve.core.arrays import Arrays, Plan
from visitroute.solve.core.builder import ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.driver import run_core
from visitroute.solve.core.translate import (
    ITERATIONS,
    client_spec,
    resume_tuning,
    share_left,
    weight_price,
)
from visitroute.solve.drafts import Draft
from visitroute.solve.effort import Effort
from visitroute.solve.problem import FAR, Client
from visitroute.solve.teams import TeamPlan, TeamProblem, working_seconds

MOST_CHOICES = 5
"""Most reps among whom the search chooses for one retailer: those cheapest by estimate."""

FIRST_SHARE = 0.5
"""Part of the effort that plans the assignment of the flow; the search begins at that plan."""

DETOUR = 1.0
"""A rep is among them who travels at most this part of the client's work more than the first."""


def search_team(
    problem: TeamProblem,
    shares: Shares,
    effort: Effort,
    progress: Callable[[float], None] | None = None,
) -> TeamPlan:
    """Return who visits whom in the best plan of the whole team that the search finds.

    ``shares`` is the first estimate. The effort counts for each rep.
    """
    choices = narrow(problem, shares)
    if not problem.routes or all(len(own) == 1 for own in choices):
        return TeamPlan(tuple(own[0] for own in choices))
    report = progress or (lambda _: None)
    first = _run(
        team_arrays(problem, [own[:1] for own in choices]),
        effort,
        FIRST_SHARE,
        len(problem.reps),
        lambda done: report(FIRST_SHARE * done),
    )
    a = team_arrays(problem, choices)
    plan = _run(
        a,
        effort,
        1.0 - FIRST_SHARE,
        len(problem.reps),
        lambda done: report(FIRST_SHARE + (1.0 - FIRST_SHARE) * done),
        first,
    )
    owner = owners(problem, choices, plan)
    return TeamPlan(owner, drafts(problem, a, plan), split_visits(problem, plan))


def _run(
    a: Arrays,
    effort: Effort,
    share: float,
    reps: int,
    progress: Callable[[float], None],
    start: Plan | None = None,
) -> Plan:
    """Return the plan that a share of the effort finds; with ``start`` it is what remains."""
    deadline = effort.deadline
    if deadline is not None and start is None:
        now = time.monotonic()
        deadline = now + share * max(0.0, deadline - now)

    def is_over() -> bool:
        return effort.is_over() or (deadline is not None and time.monotonic() >= deadline)

    return run_core(
        a,
        max(1, round(share * effort.iterations * ITERATIONS * reps)),
        effort.seed,
        is_over=is_over,
        share_left=None if deadline is None else share_left(deadline),
        progress=progress,
        tuning=None if start is None else resume_tuning(start),
        start=start,
    )


def narrow(problem: TeamProblem, shares: Shares) -> tuple[tuple[int, ...], ...]:
    """Return for each client the few reps among whom the search is to choose."""
    found = []
    for c, choices in enumerate(problem.choices):
        first = shares.rep[c]
        most = shares.price[c, first] + DETOUR * MINUTE * shares.work[c]
        rest = sorted(
            (r for r in choices if r != first and shares.price[c, r] <= most),
            key=lambda r: (shares.price[c, r], r),
        )
        found.append((first, *rest[: MOST_CHOICES - 1]))
    return tuple(found)


def team_arrays(problem: TeamProblem, choices: Sequence[Sequence[int]]) -> Arrays:
    """Return a team's problem as arrays: a route for each rep and day, a group for each rep.

    Without continuity clients have no groups: each visit chooses its route.
    """
    count = len(problem.clients)
    # How even a rep's own days are is settled in that rep's search.
    costs = replace(problem.costs, imbalance=problem.even_work)
    routes = [
        RouteSpec(
            day=route.day,
            start=problem.start_node(route.rep),
            end=problem.end_node(route.rep),
            open=route.frame.start,
            close=route.frame.end,
            group=route.rep,
            matrix=problem.modes[route.rep],
            lunch=route.frame.lunch,
            lunches=[(a, b - route.frame.lunch) for a, b in route.frame.lunches],
            blocks=route.frame.blocks,
            limit=route.frame.max_visits,
            travel=route.frame.max_driving,
            capacity=route.frame.capacity,
            load_cost=[
                costs.load(
                    visits,
                    problem.mean_visits,
                    problem.reps[route.rep].min_visits,
                    problem.reps[route.rep].target_visits,
                )
                for visits in range(min(route.frame.max_visits, count) + 2)
            ],
        )
        for route in problem.routes
    ]
    unit = weight_price(problem.costs, _reach(problem))
    on_day: dict[int, list[int]] = {d: [] for d in range(len(problem.days))}
    for number, route in enumerate(problem.routes):
        on_day[route.day].append(number)
    clients = [
        _spec(problem, client, choices[client.index], on_day, unit) for client in problem.clients
    ]
    return build_arrays(
        problem.seconds,
        np.minimum(problem.seconds, FAR) * problem.costs.travel,
        problem.offsets,
        routes,
        clients,
    )


def _spec(
    problem: TeamProblem,
    client: Client,
    choices: Sequence[int],
    on_day: dict[int, list[int]],
    unit: float,
) -> ClientSpec:
    able = {
        day: [n for n in numbers if problem.routes[n].rep in choices]
        for day, numbers in on_day.items()
    }
    spec = client_spec(client, problem.days, problem.costs, unit)
    if problem.continuity:
        return replace(spec, routes=able, groups=choices)
    for ask in client.others:
        if ask.request.rep is not None:
            # There is one stop a day: on the date of a lock it is the locked rep's.
            for day in ask.days:
                rep_of = (problem.reps[problem.routes[n].rep].id for n in able[day])
                locked = [n for n, name in zip(able[day], rep_of, strict=True)
                          if name == ask.request.rep]  # fmt: skip
                able[day] = locked
    return replace(spec, routes=able)


def _reach(problem: TeamProblem) -> int:
    """Return the longest way from a client to the base of its nearest rep, or back."""
    ways = []
    for client, choices in zip(problem.clients, problem.choices, strict=True):
        there = [
            max(
                int(problem.seconds[problem.modes[r], problem.start_node(r), client.index]),
                int(problem.seconds[problem.modes[r], client.index, problem.end_node(r)]),
            )
            for r in choices
        ]
        ways.append(min(there))
    return max((way for way in ways if way < FAR), default=0)


def owners(problem: TeamProblem, choices: Sequence[Sequence[int]], plan: Plan) -> tuple[int, ...]:
    """Return the rep of each client in a plan, of several the one with most of its visits.

    One left out goes where most room is left. Room is the time on days not full that is used
    neither for travel nor for service, less the way there and back.
    """
    visited = _visited(problem, plan)
    found = [-1] * len(problem.clients)
    for c, by_date in enumerate(visited):
        if by_date:
            counts = Counter(by_date.values())
            found[c] = min(counts, key=lambda r: (-counts[r], r))
    room = np.zeros(len(problem.reps), dtype=np.int64)
    for number, route in enumerate(problem.routes):
        visits = plan.visit[number, : plan.length[number]]
        used = int(plan.travel[number]) + int(plan.service[number, : len(visits)].sum())
        if len(visits) < route.frame.max_visits:
            room[route.rep] += working_seconds(route.frame) - used
    for client in problem.clients:
        c = client.index
        if found[c] >= 0:
            continue
        ways = {r: _way(problem, r, c) for r in choices[c]}
        visits_wanted = len(client.cadence) + len(client.others)
        found[c] = max(choices[c], key=lambda r: (int(room[r]) - ways[r], -r))
        room[found[c]] -= visits_wanted * client.service + ways[found[c]]
    return tuple(found)


def split_visits(problem: TeamProblem, plan: Plan) -> dict[str, dict[date, int]]:
    """Return the retailers that several reps visit, with the number of the rep of each date."""
    return {
        client.retailer.id: by_date
        for client, by_date in zip(problem.clients, _visited(problem, plan), strict=True)
        if len(set(by_date.values())) > 1
    }


def _visited(problem: TeamProblem, plan: Plan) -> list[dict[date, int]]:
    """Return for each client the rep of each date with a visit.

    Of two visits on a date, which days of a team with different meetings allow where continuity
    is off, the first counts.
    """
    found: list[dict[date, int]] = [{} for _ in problem.clients]
    for number, route in enumerate(problem.routes):
        for c in plan.visit[number, : plan.length[number]]:
            found[int(c)].setdefault(route.frame.date, route.rep)
    return found


def drafts(problem: TeamProblem, a: Arrays, plan: Plan) -> tuple[Draft, ...]:
    """Return each rep's part of a plan."""
    routes: list[dict[date, tuple[str, ...]]] = [{} for _ in problem.reps]
    visited = _visited(problem, plan)
    for number, route in enumerate(problem.routes):
        visits = plan.visit[number, : plan.length[number]]
        names = tuple(
            problem.clients[int(c)].retailer.id
            for c in visits
            if visited[int(c)][route.frame.date] == route.rep
        )
        routes[route.rep][route.frame.date] = names
    served = {}
    for client in problem.clients:
        first = int(a.ask_ptr[client.index])
        for ask, day in zip(client.cadence, plan.day_of[first:], strict=False):
            if day >= 0:
                served[ask.request.id] = problem.days[int(day)].date
    return tuple(Draft(own, served) for own in routes)


def _way(problem: TeamProblem, rep: int, client: int) -> int:
    table: NDArray[np.int64] = problem.seconds[problem.modes[rep]]
    return int(table[problem.start_node(rep), client] + table[client, problem.end_node(rep)])
