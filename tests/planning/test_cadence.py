"""Cadence over holidays and over the edge between two horizons."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from planning.town import Row, rep, shops
from visitroute.explain import Kept
from visitroute.planning import VisitPlan, plan_routes

NEW_YEAR = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]
MAKE_UP = (date(2026, 2, 14), date(2026, 2, 28))
"""The nine days off of the Chinese New Year 2026, and the two Saturdays worked instead."""


def plan(rows: list[Row], start: str, *, weeks: int = 4, **changes: Any) -> VisitPlan:
    policy = {"calendar": {"country": "CN"}, **changes.pop("policy", {})}
    reps = changes.pop("reps", [rep(lunch_minutes=0)])
    found = plan_routes(
        rows, reps, "straight", start=start, weeks=weeks, policy=policy, effort=60, **changes
    )
    assert [str(v) for v in found.check()] == []
    return found


def seen(rows: list[Row], *days: str) -> list[Row]:
    return [{"retailer": row["id"], "date": day} for row in rows for day in days]


def on(found: VisitPlan) -> dict[str, list[date]]:
    return {r.retailer: list(r.visits) for r in found.rhythms}


def test_chinese_new_year_is_off_and_its_make_up_days_are_worked() -> None:
    rows = shops(30)
    most = rep(lunch_minutes=0, target_visits=6, max_visits=6)
    found = plan(rows, "2026-02-02", visits=seen(rows, "2026-01-29"), reps=[most])
    days = {route.date for route in found.schedule.routes}
    assert not days & set(NEW_YEAR)
    assert date(2026, 2, 28) in days  # 24 to 27 February hold 24 of the 30 visits
    assert not any("VR1307" in warning for warning in found.schedule.warnings)
    for rhythm in found.rhythms:
        known = [date(2026, 1, 29), *rhythm.visits]
        assert list(rhythm.gaps) == [(b - a).days for a, b in pairwise(known)]
        late = max(0, *(gap - 10 for gap in rhythm.gaps), (date(2026, 3, 1) - known[-1]).days - 10)
        assert (rhythm.verdict, rhythm.days) == (Kept.LATE if late else Kept.KEPT, late)
        if late:
            assert rhythm.cause


@pytest.mark.parametrize("rule", ["before", "after"])
def test_what_falls_into_the_holiday_is_made_up_as_the_policy_says(rule: str) -> None:
    # Due on Thursday the 19th with three days to either side: all of it is holiday.
    rows = shops(12)
    history = seen(rows, "2026-01-29")
    skipped = plan(rows, "2026-02-02", visits=history)
    assert {d.code for d in skipped.schedule.dropped} == {"VR4101"}
    found = plan(rows, "2026-02-02", visits=history, policy={"cadence": {"make_up": rule}})
    assert found.schedule.dropped == ()
    moved = [(r.earliest, r.latest) for r in found.requests if r.due == date(2026, 2, 19)]
    if rule == "before":
        assert set(moved) == {(date(2026, 2, 8), MAKE_UP[0])}
    else:
        assert set(moved) == {(date(2026, 2, 24), date(2026, 3, 1))}
    assert len(found.visits) == len(skipped.visits) + len(rows)


def test_a_year_without_make_up_days_is_warned_about() -> None:
    rows = shops(4)
    found = plan(rows, "2027-02-01", visits=seen(rows, "2027-01-28"))
    (warning,) = [w for w in found.schedule.warnings if "VR1307" in w]
    assert "of CN are known for 2027" in warning
    told = plan(
        rows,
        "2027-02-01",
        visits=seen(rows, "2027-01-28"),
        policy={"calendar": {"country": "CN", "workdays": [date(2027, 2, 20)]}},
    )
    assert not any("VR1307" in w for w in told.schedule.warnings)


def test_two_horizons_in_a_row_keep_the_gaps_across_the_edge() -> None:
    rows = shops(24)
    first = plan(rows, "2026-03-02", weeks=2, visits=seen(rows, "2026-02-26"))
    made, missed = [], set()
    for route in first.schedule.routes:
        for stop in route.stops:
            if route.date >= date(2026, 3, 9) and stop.retailer < "S006":
                missed.add(stop.retailer)  # the second visit of six retailers did not happen
            else:
                made.append({"retailer": stop.retailer, "date": route.date.isoformat()})
    assert len(missed) == 6
    second = plan(rows, "2026-03-16", weeks=2, visits=[*seen(rows, "2026-02-26"), *made])
    last = {}
    for record in made:
        last[record["retailer"]] = max(record["date"], last.get(record["retailer"], ""))
    for rhythm in second.rhythms:
        assert rhythm.last is not None
        assert rhythm.last.isoformat() == last[rhythm.retailer]
        assert min(rhythm.gaps) >= 4  # nobody twice too early, the edge included
        if rhythm.retailer not in missed:
            assert max(rhythm.gaps) <= 10
            assert rhythm.verdict is Kept.KEPT
    overdue = {r.retailer for r in second.requests if r.days_overdue}
    assert overdue == missed
    visits = on(second)
    firsts = {name: days[0] for name, days in visits.items()}
    assert max(firsts[name] for name in missed) <= date(2026, 3, 22)
    mean = {
        group: sum((firsts[n] - date(2026, 3, 16)).days for n in names) / len(names)
        for group, names in (("missed", missed), ("made", set(firsts) - missed))
    }
    assert mean["missed"] < mean["made"]
