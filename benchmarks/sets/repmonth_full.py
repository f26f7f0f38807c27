"""A rep's month, the full statement: cadence gaps, balance and tiers. Made up from seeds.

``--instances seed:1-9`` names the seeds; ``streets:1-3`` puts the same kind of month on the
streets of porto.osm.pbf. ``visitroute`` is the compiled core, ``ortools`` the project's
solver for machines without numba, which gets ``--factor`` times the seconds. Other planners
can't state this problem: they stand in ``repmonth_plain``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.month import (
    DROP_SECONDS,
    Day,
    Extras,
    Month,
    Solution,
    Spacing,
    Visit,
    time_route,
    verify_month,
)
from benchmarks.repinputs import RepInputs, make_inputs
from benchmarks.streetinputs import street_inputs

from benchmarks import coreadapter
from visitroute.check import check_schedule
from visitroute.model import (
    Base,
    DroppedVisit,
    RouteDay,
    Schedule,
    Stop,
    TaskOutcome,
    Tier,
    Verdict,
)
from visitroute.planning.calls import with_calls
from visitroute.solve import Effort, State, search_plan
from visitroute.solve.core.translate import ITERATIONS, search_core, to_arrays
from visitroute.solve.problem import Ask, Client, Problem
from visitroute.texts import load_texts

SOLVERS = ("visitroute", "ortools")
DEFAULT = (1, 9)
WORTH = {Tier.FIXED: 10, Tier.URGENT: 5, Tier.OVERDUE: 2}
"""Where there are no tiers, a visit is worth a tenth of its weight times this (else 1)."""
SPARE = 10**6


@dataclass(frozen=True, slots=True)
class Instance:
    """A month as visitroute sees it and as plain data."""

    own: RepInputs
    month: Month

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return self.month.name


def load(data: Path, pattern: str) -> list[Instance]:
    """Make up the months of some seeds; ``*`` stands for seed:1-9.

    Raises ``LookupError`` when the pattern names no seeds, ``FileNotFoundError`` when the
    extract for ``streets`` is absent.
    """
    found = re.fullmatch(r"(seed|streets):(\d+)(?:-(\d+))?", pattern)
    if pattern != "*" and found is None:
        raise LookupError(f"'{pattern}' names no seeds\nMaybe write seed:1-9 or streets:1-3")
    kind, first, last = found.groups() if found else ("seed", *DEFAULT)
    seeds = range(int(first), int(last or first) + 1)
    made = [street_inputs(data, s) if kind == "streets" else make_inputs(s) for s in seeds]
    return [Instance(own, to_month(own.name, own.problem)) for own in made]


def to_month(name: str, problem: Problem) -> Month:
    """Return a rep's problem as plain data."""
    days = tuple(
        Day(
            f.date.isoformat(),
            offset,
            f.start,
            f.end,
            f.lunch,
            (f.lunches[0][0], f.lunches[0][1] - f.lunch) if f.lunches else (0, 0),
            f.max_visits,
        )
        for f, offset in zip(problem.days, problem.offsets, strict=True)
    )
    visits = tuple(
        _visit(client, ask)
        for client in problem.clients
        for ask in (*client.cadence, *client.others)
    )
    spacing = {
        c.retailer.id: Spacing(
            c.last,
            c.min_gap,
            c.max_gap,
            c.ideal_gap,
            bool(c.cadence) and c.cadence[0].request.days_overdue > 0,
        )
        for c in problem.clients
    }
    costs = problem.costs
    extras = Extras(
        costs.irregularity / 10,
        costs.imbalance / 10,
        costs.shortfall / 10,
        problem.mean_visits,
        problem.min_visits,
    )
    nodes = (*(c.retailer.id for c in problem.clients), "@start", "@end")
    seconds = np.array(problem.seconds, dtype=np.int64)
    return Month(name, nodes, seconds, days, visits, spacing, extras)


def _visit(client: Client, ask: Ask) -> Visit:
    request = ask.request
    jobs = tuple(j for j in client.jobs if j.task.id == request.task)
    return Visit(
        request.id,
        client.retailer.id,
        client.index,
        client.service_with(jobs),
        ask.days,
        {d: client.windows[d] for d in ask.days},
        max(1, round(request.weight / 10)) * WORTH.get(request.tier, 1),
        request.weight,
        int(request.tier),
        request.index,
    )


def statement(instance: Instance) -> str:
    """Say what is to be solved."""
    del instance
    return "full"


def times(instance: Instance, solver: str, factor: float) -> float:
    """Return how many times the seconds a solver gets; 0 where it can't state the problem."""
    del instance
    return {"visitroute": 1.0, "ortools": factor}.get(solver, 0.0)


def describe(instance: Instance) -> dict[str, Any]:
    """Return the instance as JSON, for anyone who wants to judge a solution."""
    return {"statement": statement(instance), **instance.month.as_json()}


def solve(
    instance: Instance,
    solver: str,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    tuning: Mapping[str, float] | None = None,
) -> Solution:
    """Return the days' visits and the visits left out."""
    if solver not in SOLVERS:
        raise ImportError(f"{solver} can't state cadence, balance and tiers")
    problem = instance.own.problem
    settings = None
    if tuning is not None:
        settings = coreadapter.vary(to_arrays(problem), tuning)
    effort = Effort(SPARE, seed)
    if seconds is not None:
        effort = effort.from_now(seconds)
    elif iterations is not None:
        units = max(1, iterations // ITERATIONS) if solver == "visitroute" else iterations
        effort = Effort(units, seed)
    if solver == "visitroute":
        return as_solution(search_core(problem, effort, tuning=settings))
    return as_solution(search_plan(problem, effort))


def as_solution(state: State) -> Solution:
    """Return a plan as the ids of requests by day."""
    clients = state.problem.clients
    routes = []
    for day, route in enumerate(state.routes):
        stops = [
            next(name for name, d in state.served[v.client].items() if d == day)
            for v in route.visits
        ]
        if stops:
            routes.append({"day": day, "vehicle": 0, "stops": stops})
    dropped = [
        ask.request.id
        for c in clients
        for ask in (*c.cadence, *c.others)
        if ask.request.id not in state.served[c.index]
    ]
    return {"routes": routes, "dropped": dropped}


def verify(instance: Instance, solution: Solution) -> tuple[tuple[float, ...], list[str]]:
    """Return weight left out by tier and cost in seconds, and every broken rule.

    Judged twice: by the plain verifier, and by the project's plan checker on a schedule
    written from the solution's days and stops.
    """
    found = verify_month(instance.month, solution)
    faults = [*found.faults, *found.spacing]
    if not found.faults:
        schedule = to_schedule(instance, solution)
        own = instance.own
        told = check_schedule(own.inputs, own.policy, schedule, {"R1": own.matrix})
        spaced = {"VR2501", "VR2502", "VR2503"} if found.spacing else set()
        faults += [str(v) for v in told if v.code not in spaced]
    return (*found.left_out, found.cost), faults


def price(objective: tuple[float, ...]) -> float:
    """Return a verdict as one number: DROP_SECONDS for each unit of worth left out, and the cost.

    Tiers become factors: good for means over plans that leave different things out, not for
    saying which of two plans is better.
    """
    worth = sum(0.1 * weight * WORTH.get(Tier(t), 1) for t, weight in enumerate(objective[:-1]))
    return DROP_SECONDS * worth + objective[-1]


def to_schedule(instance: Instance, solution: Solution) -> Schedule:
    """Return a solution as a schedule, clock and sums worked out from its order of stops."""
    own, month = instance.own, instance.month
    rep = own.inputs.reps[0]
    shops = {r.id: r for r in own.inputs.retailers}
    requests = {r.id: r for r in own.demand.requests}
    known = {v.id: v for v in month.visits}
    metres = own.problem.metres
    routes, done = [], {}
    for line in sorted(solution["routes"], key=lambda r: r["day"]):
        frame = month.days[line["day"]]
        route = [known[name] for name in line["stops"]]
        timed = time_route(month, line["day"], route)
        if not route or timed is None:
            continue
        nodes = [month.start, *(v.node for v in route), month.end]
        travel = [int(month.seconds[a, b]) for a, b in pairwise(nodes)]
        length = [metres[a][b] for a, b in pairwise(nodes)]
        stops = []
        for i, (visit, clock) in enumerate(zip(route, timed.stops, strict=True)):
            request, shop = requests[visit.id], shops[visit.shop]
            if request.task:
                done[request.task] = date.fromisoformat(frame.date)
            stops.append(
                Stop(
                    visit.shop,
                    visit.id,
                    i + 1,
                    *clock,
                    request.due,
                    request.tier,
                    request.state,
                    own.demand.segments[visit.shop],
                    shop.lon,
                    shop.lat,
                    tasks=(request.task,) if request.task else (),
                    travel_from_previous=travel[i],
                    distance_from_previous=length[i],
                )
            )
        routes.append(
            RouteDay(
                rep.id,
                date.fromisoformat(frame.date),
                frame.open,
                timed.end,
                tuple(stops),
                sum(travel),
                sum(length),
                travel[-1],
                length[-1],
                timed.lunch,
                frame.lunch if timed.lunch is not None else 0,
                roads="matrix",
            )
        )
    why = (Verdict.NOT_FOUND, "bench", "left out by a benchmark's solver")
    left = [requests[name] for name in solution["dropped"]]
    outcomes = [
        TaskOutcome(t.id, t.retailer, "done", t.due, rep.id, done[t.id])
        if t.id in done
        else TaskOutcome(t.id, t.retailer, "dropped", t.due, code="bench", reason="left out")
        for t in own.inputs.tasks
    ]
    schedule = Schedule(
        tuple(routes),
        tuple(DroppedVisit(r.retailer, r.id, r.due, r.tier, *why, task=r.task) for r in left),
        tuple(outcomes),
        bases=(Base(rep.id, rep.start.lon, rep.start.lat),),
    )
    # Shops that are only called ask for calls: a solver of visits makes none.
    return with_calls(own.inputs, own.policy, own.demand, schedule, load_texts("en"))
