"""Stable weekdays: one weekday for each retailer, and the price in the plan's warnings."""

from __future__ import annotations

import re
from typing import Any

import pytest

from builders import compile_for, random_inputs
from planning.town import history, rep, shops
from visitroute.planning import VisitPlan, jobs, plan_routes
from visitroute.solve import Effort, solve_problem


def plan(**policy: Any) -> VisitPlan:
    rows = [dict(row, cadence="1/7") for row in shops(24)]
    rows[3]["cadence"] = "2/week"
    rows[4]["preferred_weekday"] = "Fri"
    found = plan_routes(
        rows,
        [rep()],
        "straight",
        start="2026-11-30",
        weeks=4,
        effort=60,
        visits=history(rows),
        policy={"cadence": policy} if policy else None,
    )
    assert [str(v) for v in found.check()] == []
    return found


def steady(found: VisitPlan) -> int:
    return sum(
        len({day.weekday() for day in r.visits}) == 1 and len(r.visits) > 1 for r in found.rhythms
    )


def test_every_retailer_keeps_its_weekday_and_the_price_is_told() -> None:
    flexible, stable = plan(), plan(weekday="stable")
    assert not any(w.startswith("VR4005") for w in flexible.schedule.warnings)
    (said,) = [w for w in stable.schedule.warnings if w.startswith("VR4005")]
    match = re.search(
        r"cost ([+-]\d+\.\d) minutes of travel a week and (-?\d+) visits; "
        r"(\d+) of (\d+) retailers .* keep one weekday, (\d+) did without",
        said,
    )
    assert match is not None
    assert int(match[3]) == int(match[4]) == 23  # all but the one visited twice a week
    assert steady(stable) >= 23
    assert int(match[5]) == steady(flexible)
    travel = [sum(r.travel for r in p.schedule.routes) for p in (flexible, stable)]
    assert abs(float(match[1]) - (travel[1] - travel[0]) / 4 / 60) < 0.1
    weekdays = {d.weekday() for r in stable.rhythms if r.retailer == "S004" for d in r.visits}
    assert weekdays == {4}


def test_both_plans_of_a_rep_get_a_part_of_a_limited_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = []

    def solve(problem: Any, effort: Effort, *more: Any) -> Any:
        ends.append(effort.deadline)
        return solve_problem(problem, effort, *more)

    monkeypatch.setattr(jobs, "solve_problem", solve)
    problem = compile_for(*random_inputs(1, 4))
    limited = Effort(5).from_now(1000.0)
    assert limited.deadline is not None
    jobs.RepJob(problem, "en", stable=True).run(limited)
    first, second = ends
    assert first < limited.deadline - 400  # else a long search leaves nothing to the second
    assert second == limited.deadline
