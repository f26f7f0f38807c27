"""Robust days: chances by simulation, variation from history, slack that raises the chances."""

from __future__ import annotations

from typing import Any

import pytest

from planning.town import history, rep, shops
from visitroute.explain import measure_variation
from visitroute.planning import VisitPlan, plan_routes

EXACT = {"robust": {"service_cv": 0.0, "travel_cv": 0.0}}
SHORT = rep(shift="Mo-Fr 08:30-11:00", lunch_minutes=0, target_visits=6, max_visits=6)


def plan(count: int = 14, **changes: Any) -> VisitPlan:
    rows = changes.pop("rows", shops(count))
    settings = {"start": "2026-11-30", "weeks": 1, "effort": 40, "visits": history(rows), **changes}
    return plan_routes(rows, [settings.pop("who", rep())], "straight", **settings)


def minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


@pytest.mark.parametrize("who", [rep(), rep(meetings="Mo-Fr 10:00-10:30"), SHORT])
def test_without_variation_every_day_ends_as_planned(who: dict[str, Any]) -> None:
    found = plan(policy=EXACT, who=who).simulate(runs=3)
    assert (found["in_time"] == 1).all()
    assert (found["windows"] == 1).all()
    assert (found["mean_end"] == found["planned_end"]).all()
    assert found["is_enough"].all()


def test_more_variation_lowers_the_chance() -> None:
    chances = [
        plan(30, who=SHORT, policy={"robust": {"service_cv": cv, "travel_cv": cv}})
        .simulate(500)["in_time"]
        .mean()
        for cv in (0.05, 0.5)
    ]
    assert 1 >= chances[0] > chances[1] > 0


def test_slack_raises_the_chance_and_keeps_the_end_free() -> None:
    tight = plan(30, who=SHORT)
    eased = plan(30, who=SHORT, policy={"robust": {"slack_minutes": 30}})
    assert tight.simulate()["in_time"].mean() < eased.simulate()["in_time"].mean()
    assert all(r.end <= 11 * 3600 - 45 * 60 for r in eased.schedule.routes)
    assert eased.check() == ()
    assert eased.audit.reps[0].total.available < tight.audit.reps[0].total.available
    assert "left out" in str(eased.explain(eased.schedule.dropped[0].retailer))


def test_a_shop_that_closes_soon_is_missed_now_and_then() -> None:
    rows = shops(8)
    found = plan(rows=rows, policy=EXACT).schedule.routes[0]
    last = found.stops[-1]
    closes = f"{last.begin // 3600:02d}:{last.begin // 60 % 60:02d}"
    rows = [dict(row, opening_hours=f"08:00-{minutes(closes) // 60 + 1:02d}:00") for row in rows]
    varied = {"robust": {"service_cv": 0.8, "travel_cv": 0.8}}
    open_late, open_short = plan(policy=varied), plan(rows=rows, policy=varied)
    assert open_late.simulate()["windows"].min() == 1
    shares = open_short.simulate()
    assert shares["windows"].min() < 1
    assert shares["weakest_share"].min() == pytest.approx(shares["windows"].min(), abs=0.2)


def test_the_same_seed_gives_the_same_numbers() -> None:
    found = plan()
    assert found.simulate(200).equals(found.simulate(200))
    assert not found.simulate(200).equals(found.simulate(200, seed=2))


def test_variation_comes_from_history_where_enough_is_known() -> None:
    rows = shops(8)
    records = [
        {
            "retailer": rows[i % 8]["id"],
            "date": f"2026-11-{1 + i % 25:02d}",
            "arrival": "09:00",
            "departure": "09:30" if i % 2 else "09:10",
        }
        for i in range(40)
    ]
    known = plan(rows=rows, visits=records)
    variation = measure_variation(known.inputs, known.policy)
    assert variation.records == 40
    assert variation.service_mean == pytest.approx(1.0)  # 10 and 30 minutes of 20
    assert variation.service_cv == pytest.approx(0.5)
    few = plan(rows=rows, visits=records[:20])
    assert measure_variation(few.inputs, few.policy).service_cv == 0.3
