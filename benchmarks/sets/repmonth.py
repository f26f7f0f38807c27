"""Rep months as a rep's day asks for them, and as every peer can state them, in one table.

Each month is solved twice. ``full``: cadence gaps, balance and tiers (``repmonth_full``), by
``visitroute`` and, in ``--factor`` times the seconds, ``ortools``. ``plain``: drops and travel
alone (``repmonth_plain``; instance names end in ``-plain``), by all solvers in the same time.
``--instances seed:1-9`` or ``streets:1-3`` as there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.month import Month, Solution, plain_month
from benchmarks.peers import PEERS
from benchmarks.runner import Row, versus
from benchmarks.sets import repmonth_full, repmonth_plain

Instance = repmonth_full.Instance | Month

SOLVERS = ("visitroute", *PEERS)


def load(data: Path, pattern: str) -> list[Instance]:
    """Make up the months of some seeds, each in both statements."""
    months = repmonth_full.load(data, pattern)
    return [part for month in months for part in (month, plain_month(month.month))]


def _set(instance: Instance) -> ModuleType:
    return repmonth_plain if isinstance(instance, Month) else repmonth_full


def statement(instance: Instance) -> str:
    """Say what is to be solved."""
    return str(_set(instance).statement(instance))


def times(instance: Instance, solver: str, factor: float) -> float:
    """Return how many times the seconds a solver gets; 0 where it can't state the problem."""
    if isinstance(instance, Month):
        return 1.0
    return repmonth_full.times(instance, solver, factor)


def describe(instance: Instance) -> dict[str, Any]:
    """Return the instance as JSON, for anyone who wants to judge a solution."""
    return dict(_set(instance).describe(instance))


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
    return dict(
        _set(instance).solve(
            instance, solver, seed, seconds=seconds, iterations=iterations, tuning=tuning
        )
    )


def verify(instance: Instance, solution: Solution) -> tuple[tuple[float, ...], list[str]]:
    """Return what is left out and the cost last, as each statement counts, and broken rules."""
    objective, faults = _set(instance).verify(instance, solution)
    return objective, faults


def price(objective: tuple[float, ...]) -> float:
    """Return a verdict as one number; that of the plain statement has a single tier."""
    part = repmonth_plain if len(objective) == 2 else repmonth_full
    return float(part.price(objective))


def judge(rows: Sequence[Row]) -> list[str]:
    """Say for each statement and peer where ``visitroute`` is at or below it, and the worst case.

    The plain statement prices what is left out, so its objective decides. In the full one a plan
    that leaves out more in the first tier in which two differ is above the other, else the cost
    decides.
    """
    lines = []
    for part in ("plain", "full"):
        mine = {(r.instance, r.seed): r for r in rows if _is(r, part, "visitroute")}
        peers = {r.solver: r.budget for r in rows if r.statement == part}
        for solver, budget in peers.items():
            pairs = [
                (mine[r.instance, r.seed], r)
                for r in rows
                if _is(r, part, solver) and (r.instance, r.seed) in mine
            ]
            if solver != "visitroute" and pairs:
                lines.append(_verdict(part, solver, budget, pairs))
    return lines


def _is(row: Row, part: str, solver: str) -> bool:
    return row.statement == part and row.solver == solver and not math.isnan(row.objective)


def _is_above(part: str, ours: Row, other: Row) -> bool:
    if part == "plain" and ours.violations == other.violations:
        equal = math.isclose(ours.objective, other.objective, rel_tol=1e-9)
        return not equal and ours.objective > other.objective
    return versus(ours, other) > 0


def _verdict(part: str, solver: str, budget: str, pairs: Sequence[tuple[Row, Row]]) -> str:
    above = [(ours, other) for ours, other in pairs if _is_above(part, ours, other)]
    own = pairs[0][0].budget
    text = (
        f"{part} statement, visitroute in {own} beside {solver} in {budget}: "
        f"at or below on {len(pairs) - len(above)} of {len(pairs)}"
    )
    excess = [
        (100.0 * (ours.objective - other.objective) / other.objective, ours.instance)
        for ours, other in above
        if part == "plain" or ours.left_out == other.left_out
    ]
    if excess:
        worst, where = max(excess)
        text += f", worst {worst:.2f} % above ({where})"
    if len(above) > len(excess):
        text += f", more left out on {len(above) - len(excess)}"
    means = [sum(row.cpu_s for row in side) / len(pairs) for side in zip(*pairs, strict=True)]
    return f"{text}; CPU {means[0]:.1f} s and {means[1]:.1f} s a row"
