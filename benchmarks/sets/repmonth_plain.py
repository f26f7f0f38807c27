"""A rep's month without cadence gaps, balance and tiers: the statement every peer can make.

Every visit may lie on any of its allowed days; the objective is 7200 x worth left out + travel
seconds. Instances as in ``repmonth_full``; ``visitroute`` is the compiled core on this problem,
``ortools`` one routing model of OR-Tools.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.month import DROP_SECONDS, Month, Solution, plain_month, verify_month
from benchmarks.peers import PEERS, solve_peer
from benchmarks.sets import repmonth_full

from benchmarks import coreadapter
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays

SOLVERS = ("visitroute", *PEERS)


def load(data: Path, pattern: str) -> list[Month]:
    """Make up the months of some seeds, as in ``repmonth_full``."""
    return [plain_month(instance.month) for instance in repmonth_full.load(data, pattern)]


def to_arrays(month: Month) -> Arrays:
    """Return a month as the arrays of the planning core, one client for each visit."""
    routes = [
        RouteSpec(
            day=d,
            start=month.start,
            end=month.end,
            open=day.open,
            close=day.close,
            lunch=day.lunch,
            lunches=[day.lunch_begin] if day.lunch else [],
            limit=day.max_visits,
        )
        for d, day in enumerate(month.days)
    ]
    clients = [
        ClientSpec(
            node=visit.node,
            services=[visit.service],
            windows=visit.windows,
            routes={d: (d,) for d in visit.days},
            asks=[AskSpec(visit.days, 3, visit.worth, float(DROP_SECONDS * visit.worth))],
        )
        for visit in month.visits
    ]
    table = month.seconds[None]
    return build_arrays(table, table, [d.offset for d in month.days], routes, clients)


def statement(month: Month) -> str:
    """Say what is to be solved."""
    del month
    return "plain"


def describe(month: Month) -> dict[str, Any]:
    """Return the instance as JSON, without what doesn't count here."""
    whole = month.as_json()
    return {"statement": statement(month)} | {
        key: value for key, value in whole.items() if key not in ("spacing", "extras")
    }


def solve(
    month: Month,
    solver: str,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    tuning: Mapping[str, float] | None = None,
) -> Solution:
    """Return the days' visits and the visits left out."""
    if solver != "visitroute":
        return solve_peer(month, solver, seed, seconds)
    arrays = to_arrays(month)
    settings = None if tuning is None else coreadapter.vary(arrays, tuning)
    plan = coreadapter.run(arrays, seed, seconds=seconds, iterations=iterations, tuning=settings)
    routes = []
    for r in range(len(arrays.route_day)):
        stops = [month.visits[c].id for c in coreadapter.stops(plan, r)]
        if stops:
            routes.append({"day": r, "vehicle": 0, "stops": stops})
    dropped = [v.id for v, n in zip(month.visits, plan.count, strict=True) if n == 0]
    return {"routes": routes, "dropped": dropped}


def verify(month: Month, solution: Solution) -> tuple[tuple[float, ...], list[str]]:
    """Return the worth left out and the objective, and every broken rule."""
    found = verify_month(month, solution)
    return (found.worth, DROP_SECONDS * found.worth + found.travel), found.faults


def price(objective: tuple[float, ...]) -> float:
    """Return the objective, in which what is left out is priced already."""
    return objective[-1]
