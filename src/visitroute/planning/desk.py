"""The desk at which a finished plan is looked into: its days as the solver sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from visitroute.errors import InputError
from visitroute.errors import Problem as Fault
from visitroute.explain import Answer, Explanation, answer_client
from visitroute.model import PlanInput, RouteDay, Schedule
from visitroute.planning.capacity import working_calendar
from visitroute.planning.ease import keep_slack
from visitroute.planning.sharing import own_work, written_shares
from visitroute.planning.territories import Land, Territory
from visitroute.policy import Policy
from visitroute.priority import Demand, excluded_retailers
from visitroute.solve import Clock, DayRoute, Job, Problem, State, Visit, compile_problem
from visitroute.texts import Texts


def reopen(
    inputs: PlanInput, policy: Policy, demand: Demand, land: Land, schedule: Schedule
) -> dict[str, State]:
    """Return the plan of each rep by id, as the solver left it, from the written schedule.

    A retailer of a team belongs to the reps who visit it or left a visit of it out; of several
    each has the own part of its requests.
    """
    inputs = keep_slack(inputs, policy)
    calendar = working_calendar(inputs, policy)
    territories, visitors = _territories(land, schedule)
    shares = written_shares(inputs, demand, schedule, visitors)
    routes: dict[str, list[RouteDay]] = {}
    for route in schedule.routes:
        routes.setdefault(route.rep, []).append(route)
    states = {}
    for territory in territories:
        rep = territory.rep
        shops, part, mine = own_work(rep.id, territory.retailers, inputs, demand, shares)
        problem = compile_problem(part, policy, mine, calendar, rep, shops, territory.matrix)
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


def _territories(
    land: Land, schedule: Schedule
) -> tuple[list[Territory], Mapping[str, Sequence[str]]]:
    """Return the territory of every rep, and the reps of each retailer of a team."""
    known = _visitors(schedule)
    found = list(land.territories)
    visitors: dict[str, Sequence[str]] = {}
    for team in land.teams:
        number = {rep.id: r for r, rep in enumerate(team.reps)}
        for shop in team.retailers:
            own = [rep for rep in known.get(shop.id, ()) if rep in number]
            if own:
                visitors[shop.id] = own
        whose = {s.id: [number[r] for r in visitors[s.id]] for s in team.retailers
                 if s.id in visitors}  # fmt: skip
        found += team.divide(whose)
    return found, visitors


def _visitors(schedule: Schedule) -> Mapping[str, Sequence[str]]:
    """Return the reps who visit each retailer, and those who left a visit of it out."""
    found: dict[str, dict[str, None]] = {}
    for route in schedule.routes:
        for stop in route.stops:
            found.setdefault(stop.retailer, {})[route.rep] = None
    for drop in schedule.dropped:
        if drop.rep is not None:
            found.setdefault(drop.retailer, {})[drop.rep] = None
    return {name: list(reps) for name, reps in found.items()}


def explain_retailer(
    name: str,
    inputs: PlanInput,
    demand: Demand,
    schedule: Schedule,
    states: Mapping[str, State],
    texts: Texts,
) -> Explanation:
    """Return everything about one retailer; raises ``InputError`` VR1408 for an unknown id."""
    retailer = next((r for r in inputs.retailers if r.id == name), None)
    aside = excluded_retailers(inputs, schedule).get(name)
    if retailer is None:
        rows = (e for e in inputs.excluded if (e.table, e.retailer) == ("retailers", name))
        aside = next(rows, None)
    if retailer is None and aside is None:
        raise InputError([unknown_retailer(name, inputs)])
    label = retailer.name if retailer is not None else "" if aside is None else aside.name
    if aside is not None:
        about = texts.say("explain.excluded", code=aside.code, why=aside.reason)
        return Explanation(name, label, None, (), texts, about)
    dropped = {d.request: d for d in schedule.dropped if d.retailer == name}
    answers: list[Answer] = []
    reps = []
    for rep, state in states.items():
        for client in state.problem.clients:
            if client.retailer.id == name:
                reps.append(rep)
                answers += answer_client(state, client, dropped)
    if reps:
        answers.sort(key=lambda a: (a.request.due, a.request.id))
        return Explanation(name, label, "+".join(reps), tuple(answers), texts)
    last = demand.last.get(name)
    seen = texts.say("explain.no_visit_known") if last is None else last.isoformat()
    return Explanation(name, label, None, (), texts, texts.say("explain.nothing_due", last=seen))


def unknown_retailer(name: str, inputs: PlanInput) -> Fault:
    """Return the problem of an id that stands in no table, with the ids most like it."""
    near = get_close_matches(name, [r.id for r in inputs.retailers], n=3)
    hint = f"one of {', '.join(near)}" if near else "look it up in the table of retailers"
    return Fault("VR1408", f"no retailer has the id '{name}'", id=name, hint=hint)
