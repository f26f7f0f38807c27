"""Loads from tables to a checked plan: never above what a rep carries, in any dimension."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from planning.town import Row, history, rep, shop
from visitroute.planning import VisitPlan, plan_routes


def plan(rows: list[Row], reps: list[Row], **changes: Any) -> VisitPlan:
    settings = {"start": "2026-11-30", "weeks": 1, "effort": 10, "cache": False, **changes}
    return plan_routes(rows, reps, "straight", visits=history(rows), **settings)


def loads(found: VisitPlan, kind: str) -> list[float]:
    load = {r.id: dict(r.load).get(kind, 0.0) for r in found.inputs.retailers}
    return [sum(load[s.retailer] for s in r.stops) for r in found.schedule.routes]


@pytest.mark.parametrize("solver", ["visitroute", "ortools"])
def test_every_dimension_bounds_the_day(solver: str) -> None:
    # Twelve a day by count; 30 cartons let 6 in, and 4 samples those who take one.
    rows = [
        shop(f"S{i:03d}", 10.0 + 9 * i, 20.0, load="cartons 5; samples 1" if i % 2 else "cartons 5")
        for i in range(26)
    ]
    free = plan(rows, [rep(target_visits=None)], solver=solver)
    assert free.schedule.dropped == ()
    assert max(loads(free, "cartons")) > 30 or max(loads(free, "samples")) > 3
    bound = [rep(target_visits=None, capacity="Cartons 30; samples 3")]
    found = plan(rows, bound, solver=solver)
    assert found.schedule.dropped == ()
    assert max(loads(found, "cartons")) <= 30
    assert max(loads(found, "samples")) <= 3
    assert found.check() == ()


@pytest.mark.parametrize("solver", ["visitroute", "ortools"])
def test_what_nobody_can_carry_is_dropped_with_its_reason(solver: str) -> None:
    rows = [shop(f"S{i:03d}", 10.0 + 9 * i, 20.0, load=1) for i in range(12)]
    rows += [shop("BIG", 100, 100, load=2.5)]
    found = plan(rows, [rep(capacity=2, target_visits=None)], solver=solver)
    assert found.check() == ()
    assert max(loads(found, "")) <= 2
    codes = Counter(d.code for d in found.schedule.dropped)
    assert codes == {"VR4113": 2, "VR4112": 1}
    for drop in found.schedule.dropped:
        if drop.code == "VR4113":
            (answer,) = found.explain(drop.retailer).answers
            assert {str(day.chance) for day in answer.days} == {"load", "off"}


def test_a_team_carries_what_one_rep_can_not() -> None:
    rows = [shop(f"S{i:03d}", 10.0 + 9 * i, 20.0, rep="A;B", load="cartons 1") for i in range(12)]
    reps = [rep("A", capacity="cartons 1", target_visits=None), rep("B", 600, 0)]
    found = plan(rows, reps)
    assert found.schedule.dropped == ()
    assert found.check() == ()
    by_rep = Counter(r.rep for r in found.schedule.routes for _ in r.stops)
    assert by_rep["A"] <= 5


def test_a_load_that_no_capacity_names_is_told() -> None:
    rows = [shop("S000", 10.0, 20.0, load="cartons 5"), shop("S001", 20.0, 20.0, load="carton 5")]
    found = plan(rows, [rep(capacity="cartons 30")])
    [told] = [w for w in found.schedule.warnings if w.startswith("VR1308")]
    assert "1 retailer with a load 'carton'" in told
    assert "the capacities of reps name: cartons" in told
