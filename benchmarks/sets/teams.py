"""Reps who share retailers: who visits whom is part of the problem. Made up from seeds.

``--instances seed:1-3``: 3 reps with 150 retailers, 5 with 500, 10 with 1,500. ``visitroute``
lets the search choose the reps, in the first half of its effort; ``nearest`` gives each retailer
to the rep with the nearest base, ``assignment`` to the one that the flow of
``solve/assignment.py`` says, and all then search each rep's month, with the same effort in all.

The objective is travel and days off the ideal gap, in seconds, and visits missing to the daily
minimum. How even days are isn't judged: each rep's own mean depends on whom the rep visits.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.month import Solution, verify_month
from benchmarks.repinputs import RepInputs
from benchmarks.sets import repmonth_full
from benchmarks.teaminputs import TeamInputs, make_team

from visitroute.check import check_schedule
from visitroute.model import Rep, Retailer, Schedule
from visitroute.solve import (
    Effort,
    Problem,
    TeamPlan,
    compile_problem,
    compile_team,
    solve_problem,
    solve_team,
)
from visitroute.solve.core.translate import ITERATIONS

DEFAULT = (1, 3)
SPARE = 10**6
TEAM_SHARE = 0.5
"""The part of the whole effort that goes into choosing the reps."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A team's month."""

    own: TeamInputs

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return self.own.name


def load(data: Path, pattern: str) -> list[Instance]:
    """Make up the months of some seeds; ``*`` stands for seed:1-3.

    Raises ``LookupError`` when the pattern names no seeds.
    """
    del data  # nothing is read
    found = re.fullmatch(r"seed:(\d+)(?:-(\d+))?", pattern)
    if pattern != "*" and found is None:
        raise LookupError(f"'{pattern}' names no seeds\nMaybe write seed:1-3")
    first, last = found.groups() if found else DEFAULT
    return [Instance(make_team(seed)) for seed in range(int(first), int(last or first) + 1)]


def solve(
    instance: Instance,
    solver: str,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
) -> Solution:
    """Return each rep's days and the visits left out; ``vehicle`` is the number of the rep."""
    own = instance.own
    began = time.monotonic()
    count = len(own.inputs.reps)
    search_reps = solver == "visitroute"
    left = 1.0 - TEAM_SHARE if search_reps else 1.0
    if seconds is None:
        units = max(1, (iterations or 0) // ITERATIONS // count)
        team, each = (
            Effort(max(1, round(TEAM_SHARE * units)), seed),
            Effort(max(1, round(left * units)), seed),
        )
    else:
        team = Effort(SPARE, seed).from_now(TEAM_SHARE * seconds)
        each = Effort(SPARE, seed)
    plan, owner = _choose(own, solver, team)
    routes: list[dict[str, Any]] = []
    dropped: list[str] = []
    for number, rep in enumerate(own.inputs.reps):
        shops = [r for r in own.inputs.retailers if owner[r.id] == number]
        effort = each
        if seconds is not None:
            rest = seconds - (time.monotonic() - began)
            effort = each.from_now(max(0.0, rest) / (count - number))
        draft = plan.drafts[number] if plan.drafts else None
        state = solve_problem(_problem(own, rep, shops), effort, draft=draft)
        solution = repmonth_full.as_solution(state)
        routes += [{**line, "vehicle": number} for line in solution["routes"]]
        dropped += solution["dropped"]
    return {"routes": routes, "dropped": dropped}


def _choose(own: TeamInputs, solver: str, effort: Effort) -> tuple[TeamPlan, dict[str, int]]:
    """Return a team's plan, and the number of the rep of each retailer."""
    inputs, count = own.inputs, len(own.inputs.reps)
    shops = inputs.retailers
    if solver == "nearest":
        ways = own.matrix.seconds[len(shops) :: 2, : len(shops)]
        owner = {r.id: int(n) for r, n in zip(shops, np.argmin(ways, axis=0), strict=True)}
        return TeamPlan(()), owner
    if solver not in ("visitroute", "assignment"):
        raise ImportError(f"no adapter for '{solver}'")
    everybody = {r.id: tuple(range(count)) for r in shops}
    team = compile_team(
        inputs, own.policy, own.demand, own.calendar, inputs.reps, shops, everybody, own.matrices
    )
    if solver == "assignment":
        effort = replace(effort, solver="ortools")  # stays at the flow
    plan = solve_team(team, effort)
    found = {c.retailer.id: n for c, n in zip(team.clients, plan.rep, strict=True)}
    return plan, {r.id: found.get(r.id, 0) for r in shops}


def _problem(own: TeamInputs, rep: Rep, shops: Sequence[Retailer]) -> Problem:
    return compile_problem(own.inputs, own.policy, own.demand, own.calendar, rep, shops, own.matrix)


def verify(instance: Instance, solution: Solution) -> tuple[tuple[float, ...], list[str]]:
    """Return weight left out by tier and cost in seconds, and every broken rule.

    Each rep's part is judged by the plain verifier of months, the whole by the plan checker.
    """
    own = instance.own
    reps = own.inputs.reps
    wishes = {r.id: r for r in own.demand.requests}
    named = {name for line in solution["routes"] for name in line["stops"]}
    faults = [
        f"{name}: planned and dropped, neither, or unknown"
        for name in sorted({*wishes, *named, *solution["dropped"]})
        if (name in named) == (name in solution["dropped"]) or name not in wishes
    ]
    visited: dict[str, set[int]] = {}
    for line in solution["routes"]:
        if line["vehicle"] not in range(len(reps)):
            faults.append(f"no rep has the number {line['vehicle']}")
        for name in line["stops"]:
            visited.setdefault(name.split("#")[0].split("@")[0], set()).add(line["vehicle"])
    faults += [f"{s}: visited by reps {sorted(who)}" for s, who in visited.items() if len(who) > 1]
    if faults:
        return (*(0.0,) * 6, 0.0), faults
    left, cost = np.zeros(6), 0.0
    parts: list[Schedule] = []
    # A retailer that nobody visits counts with the first rep: what it lacks is the same.
    owner = {r.id: min(visited.get(r.id, {0})) for r in own.inputs.retailers}
    for number, rep in enumerate(reps):
        part = _part(own, rep, [r for r in own.inputs.retailers if owner[r.id] == number])
        written = {
            "routes": [line for line in solution["routes"] if line["vehicle"] == number],
            "dropped": [n for n in solution["dropped"] if owner[wishes[n].retailer] == number],
        }
        found = verify_month(part.month, written)
        left += found.left_out
        cost += found.cost
        faults += [f"{rep.id}: {text}" for text in (*found.faults, *found.spacing)]
        if not found.faults:
            parts.append(repmonth_full.to_schedule(part, written))
    if not faults:
        matrices = {rep.id: own.matrix for rep in reps}
        whole = _join(parts)
        faults = [str(v) for v in check_schedule(own.inputs, own.policy, whole, matrices)]
    return (*(float(v) for v in left), cost), faults


def _part(own: TeamInputs, rep: Rep, shops: Sequence[Retailer]) -> repmonth_full.Instance:
    """Return one rep's month; how even the days are doesn't count."""
    names = {r.id for r in shops}
    inputs = replace(
        own.inputs,
        reps=(rep,),
        retailers=tuple(shops),
        tasks=tuple(t for t in own.inputs.tasks if t.retailer in names),
    )
    problem = _problem(own, rep, shops)
    month = repmonth_full.to_month(own.name, problem)
    month = replace(month, extras=month.extras._replace(imbalance=0.0))
    part = RepInputs(own.name, inputs, own.policy, own.demand, own.matrix, problem)
    return repmonth_full.Instance(part, month)


def _join(parts: Sequence[Schedule]) -> Schedule:
    """Return the schedules of several reps as one."""
    return Schedule(
        tuple(sorted((r for p in parts for r in p.routes), key=lambda r: (r.rep, r.date))),
        tuple(d for p in parts for d in p.dropped),
        tuple(t for p in parts for t in p.tasks),
        bases=tuple(b for p in parts for b in p.bases),
        calls=tuple(c for p in parts for c in p.calls),
    )
