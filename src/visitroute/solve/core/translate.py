"""A rep's problem to arrays, and the compiled plan back to routes and requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from visitroute.model import Tier, Window
from visitroute.solve.core.anneal import reprice, start_plan
from visitroute.solve.core.arrays import Arrays, Plan, new_plan
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.desk import new_desk
from visitroute.solve.core.driver import CROWDED, Tuning, run_core
from visitroute.solve.core.route import retime
from visitroute.solve.dayroute import Visit
from visitroute.solve.effort import Effort
from visitroute.solve.problem import FAR, Ask, Client, Costs, DayFrame, Problem
from visitroute.solve.state import State

PRICES = {
    Tier.FIXED: 300.0,
    Tier.URGENT: 30.0,
    Tier.OVERDUE: 5.0,
    Tier.DUE: 1.0,
    Tier.TASK: 0.3,
    Tier.FILLER: 0.1,
}
"""What guides the search when visits are left out, relative to a due one. The best plan is
chosen tier by tier, whatever these say."""

DROP_SECONDS = 7200
MEAN_WEIGHT = 80
RESUMED = 0.05
"""First temperature of a search that goes on from a plan, as a part of that from the start."""

ITERATIONS = 250
"""Compiled iterations for one unit of effort."""


def to_arrays(problem: Problem) -> Arrays:
    """Return a rep's problem as arrays."""
    count = len(problem.clients)
    seconds = np.array(problem.seconds, dtype=np.int64)
    cost = np.minimum(seconds, FAR) * problem.costs.travel
    limits = [frame.max_visits for frame in problem.days]
    routes = [
        RouteSpec(
            day=d,
            start=problem.start_node,
            end=problem.end_node,
            open=frame.start,
            close=frame.end,
            lunch=frame.lunch,
            lunches=[(a, b - frame.lunch) for a, b in frame.lunches],
            blocks=frame.blocks,
            limit=frame.max_visits,
            travel=frame.max_driving,
            capacity=frame.capacity,
            load_cost=[problem.load_cost(n) for n in range(min(limits[d], count) + 2)],
        )
        for d, frame in enumerate(problem.days)
    ]
    reach = [s for line in problem.seconds[:-2] for s in line[-2:] if s < FAR]
    unit = weight_price(problem.costs, max(reach, default=0))
    clients = [client_spec(client, problem.days, problem.costs, unit) for client in problem.clients]
    return build_arrays(seconds[None], cost[None], problem.offsets, routes, clients)


def weight_price(costs: Costs, reach: int) -> float:
    """Return what guides the search for a unit of weight left out; ``reach``: longest way out."""
    unit = max(DROP_SECONDS, 2 * reach) * costs.travel / MEAN_WEIGHT
    return max(unit, costs.shortfall / MEAN_WEIGHT)


def client_spec(
    client: Client, frames: Sequence[DayFrame], costs: Costs, unit: float
) -> ClientSpec:
    """Return a client as the arrays take it; route d is day d."""
    days = range(len(frames))
    windows = {d: _windows(client, d) for d in days}
    services, variants = _variants(client, len(frames))
    first = client.cadence[0].request if client.cadence else None
    late = first is not None and first.days_overdue > 0
    first_due = 0.0
    if first is not None and not late and client.last is not None:
        first_due = client.last + client.ideal_gap
    return ClientSpec(
        node=client.index,
        services=services,
        variants=variants,
        windows=windows,
        routes={d: (d,) for d in days},
        asks=[_ask(a, unit) for a in client.cadence],
        extras=[_ask(a, unit) for a in client.others],
        demand=client.load,
        day_price={
            d: float(costs.weekday)
            for d in days
            if client.weekday is not None and frames[d].date.weekday() != client.weekday
        },
        min_gap=client.min_gap,
        max_gap=client.max_gap,
        ideal_gap=client.ideal_gap,
        last_visit=client.last,
        first_due=first_due,
        is_late=late,
        irregularity=float(costs.irregularity),
    )


def _windows(client: Client, day: int) -> list[Window]:
    """Return the windows of a day as (start, end of service); a negative end fixes the begin."""
    fixed = client.fixed[day]
    if fixed is None:
        return list(client.windows[day])
    return [(fixed, -b) for a, b in client.windows[day] if a <= fixed <= b - client.service]


def _ask(ask: Ask, unit: float) -> AskSpec:
    request = ask.request
    return AskSpec(
        days=ask.days,
        tier=int(request.tier),
        weight=request.weight,
        penalty=unit * request.weight * PRICES[request.tier],
        index=max(0, request.index),
    )


def _variants(client: Client, count: int) -> tuple[list[int], np.ndarray | None]:
    """Return the lengths of service and which one holds after a visit on an earlier day.

    A task rides on the first visit in its dates: on day d after a visit on day b when d is
    in its dates and b is not.
    """
    jobs = [job for job in client.jobs if job.days]
    if not jobs:
        return [client.service], None
    services = [client.service]
    table = np.zeros((count + 1, count), dtype=np.int64)
    for before in range(-1, count):
        for day in range(before + 1, count):
            riding = tuple(j for j in jobs if day in j.days and before not in j.days)
            length = client.service_with(riding)
            if length not in services:
                services.append(length)
            table[before + 1, day] = services.index(length)
    return services, table


def search_core(
    problem: Problem,
    effort: Effort,
    progress: Callable[[float], None] | None = None,
    *,
    tuning: Tuning | None = None,
    known: State | None = None,
) -> State:
    """Return the best plan of a rep that the compiled search finds.

    With ``known``, a plan found before, it goes on from there, less heated than from the start.
    ``tuning`` replaces the settings that the search chooses for itself; benchmarks vary them.
    """
    if not problem.clients or not problem.days:
        return State.empty(problem)
    a = to_arrays(problem)
    start = None if known is None else to_plan(a, known)
    if start is not None and tuning is None:
        tuning = resume_tuning(start)
    plan = run_core(
        a,
        effort.iterations * ITERATIONS,
        effort.seed,
        is_over=effort.is_over,
        share_left=None if effort.deadline is None else share_left(effort.deadline),
        progress=progress,
        tuning=tuning,
        start=start,
    )
    return to_state(problem, a, plan)


def share_left(deadline: float) -> Callable[[], float]:
    """Return a clock that runs from 1 now to 0 at the deadline."""
    span = max(1e-9, deadline - time.monotonic())
    return lambda: max(0.0, (deadline - time.monotonic()) / span)


def resume_tuning(start: Plan) -> Tuning:
    """Return settings that go on from a plan: one start, and not hot enough to lose the plan."""
    base = CROWDED if start.left_out.any() else Tuning()
    return replace(base, hot=RESUMED * base.hot, starts=1)


def to_plan(a: Arrays, state: State) -> Plan | None:
    """Return a state as a compiled plan of the same problem, None where a day can't be kept.

    A day can differ where tasks that would ride on a visit found no time there.
    """
    p = new_plan(a)
    start_plan(a, p)
    visited: list[list[int]] = [[] for _ in state.problem.clients]
    for day, route in enumerate(state.routes):
        p.length[day] = len(route.visits)
        for i, visit in enumerate(route.visits):
            first, end = a.variant_ptr[visit.client], a.variant_ptr[visit.client + 1]
            services = a.variant_service[first:end].tolist()
            if visit.service not in services:
                return None
            p.visit[day, i] = visit.client
            p.service[day, i] = visit.service
            p.variant[day, i] = first + services.index(visit.service)
            visited[visit.client].append(day)
        if not retime(a, p, day):
            return None
    for c, days in enumerate(visited):
        p.count[c] = len(days)
        p.route_of[c, : len(days)] = days
        for i, ask in enumerate(state.problem.clients[c].cadence):
            p.day_of[a.ask_ptr[c] + i] = state.served[c].get(ask.request.id, -1)
    reprice(a, p, new_desk(a))
    return p


def to_state(problem: Problem, a: Arrays, plan: Plan) -> State:
    """Return a compiled plan as a state: the same routes, requests served, and tasks done."""
    state = State.empty(problem)
    visited: dict[int, list[int]] = {c.index: [] for c in problem.clients}
    for day, route in enumerate(state.routes):
        clients = [int(c) for c in plan.visit[day, : plan.length[day]]]
        for c in clients:
            visited[c].append(day)
        state.routes[day] = route.with_order(
            [Visit(c, problem.clients[c].service) for c in clients]
        )
    for client in problem.clients:
        days = visited[client.index]
        served = {}
        for ask, number in zip(
            client.cadence,
            range(a.ask_ptr[client.index], a.ask_ptr[client.index + 1]),
            strict=True,
        ):
            if plan.day_of[number] >= 0:
                served[ask.request.id] = int(plan.day_of[number])
        for ask in client.others:
            riding = [d for d in ask.days if d in days]
            if riding:
                served[ask.request.id] = riding[0]
        state.settle(client, served, days)
    return state
