"""The desk at which a finished plan is looked into: its days as the solver sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from visitroute.model import PlanInput, RouteDay, Schedule
from visitroute.planning.capacity import working_calendar
from visitroute.planning.territories import Land, Territory
from visitroute.policy import Policy
from visitroute.priority import Demand
from visitroute.solve import Clock, DayRoute, Job, Problem, State, Visit, compile_problem


def reopen(
    inputs: PlanInput, policy: Policy, demand: Demand, land: Land, schedule: Schedule
) -> dict[str, State]:
    """Return the plan of each rep by id, as the solver left it, from the written schedule.

    A retailer of a team belongs to the rep who visits it, else to the one who left it out.
    """
    terms = (inputs, policy, demand, working_calendar(inputs, policy))
    routes: dict[str, list[RouteDay]] = {}
    for route in schedule.routes:
        routes.setdefault(route.rep, []).append(route)
    states = {}
    for territory in _territories(land, schedule):
        rep = territory.rep
        problem = compile_problem(*terms, rep, territory.retailers, territory.matrix)
        states[rep.id] = read_state(problem, routes.get(rep.id, []))
    return {name: states[name] for name in land.order}


def read_state(problem: Problem, routes: Sequence[RouteDay]) -> State:
    """Return the state of a rep's problem in which these route days are planned."""
    state = State.empty(problem)
    index = {c.retailer.id: c.index for c in problem.clients}
    days = {frame.date: d for d, frame in enumerate(problem.days)}
    for route in routes:
        d = days.get(route.date)
        if d is None:
            continue
        visits = []
        for stop in sorted(route.stops, key=lambda s: s.sequence):
            c = index.get(stop.retailer)
            if c is None:
                continue
            visits.append(Visit(c, stop.departure - stop.begin))
            known = {
                a.request.id for a in (*problem.clients[c].cadence, *problem.clients[c].others)
            }
            for name in (stop.request, *stop.also):
                if name in known:
                    state.served[c][name] = d
            done = _jobs(problem, c, stop.tasks)
            if done:
                state.done[c][d] = done
        state.routes[d] = DayRoute(problem, d, Clock(problem.days[d]), tuple(visits))
    return state


def _jobs(problem: Problem, client: int, tasks: Sequence[str]) -> tuple[Job, ...]:
    return tuple(job for job in problem.clients[client].jobs if job.task.id in tasks)


def _territories(land: Land, schedule: Schedule) -> list[Territory]:
    owner = _owners(schedule)
    found = list(land.territories)
    for team in land.teams:
        number = {rep.id: r for r, rep in enumerate(team.reps)}
        found += team.divide({s: number[rep] for s, rep in owner.items() if rep in number})
    return found


def _owners(schedule: Schedule) -> Mapping[str, str]:
    owner = {d.retailer: d.rep for d in schedule.dropped if d.rep is not None}
    return owner | {s.retailer: route.rep for route in schedule.routes for s in route.stops}
