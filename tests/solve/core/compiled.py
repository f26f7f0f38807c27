"""Compiled plans made by hand, for tests that look inside the compiled search."""

from __future__ import annotations

from collections.abc import Iterable

from visitroute.solve import Problem, State
from visitroute.solve.core.anneal import start_plan
from visitroute.solve.core.arrays import Arrays, Plan, new_plan
from visitroute.solve.core.route import retime


def started(a: Arrays) -> Plan:
    """The plan in which nobody is visited."""
    plan = new_plan(a)
    start_plan(a, plan)
    return plan


def fill_route(a: Arrays, plan: Plan, route: int, visits: Iterable[tuple[int, int]]) -> bool:
    """Put (client, number of its variant) on a route in order; tell whether it can be kept."""
    listed = list(visits)
    plan.length[route] = len(listed)
    for i, (client, number) in enumerate(listed):
        variant = a.variant_ptr[client] + number
        plan.visit[route, i] = client
        plan.variant[route, i] = variant
        plan.service[route, i] = a.variant_service[variant]
    return bool(retime(a, plan, route))


def copy_state(a: Arrays, state: State) -> Plan:
    """The routes of a state, its visits with the service they have there."""
    plan = started(a)
    for day, route in enumerate(state.routes):
        visits = []
        for visit in route.visits:
            first, end = a.variant_ptr[visit.client : visit.client + 2]
            services = a.variant_service[first:end].tolist()
            visits.append((visit.client, services.index(visit.service)))
        assert fill_route(a, plan, day, visits) or not visits
    return plan


def num_variants(a: Arrays, client: int) -> int:
    return int(a.variant_ptr[client + 1] - a.variant_ptr[client])


def left_out(state: State, problem: Problem) -> list[int]:
    """Weight of the requests a state leaves out, by tier."""
    lost = [0] * 6
    for client in problem.clients:
        for ask in (*client.cadence, *client.others):
            if ask.request.id not in state.served[client.index]:
                lost[int(ask.request.tier)] += ask.request.weight
    return lost
