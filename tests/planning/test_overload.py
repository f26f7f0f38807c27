"""The overload policy: what gives way, how it is reported, and the calls made instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planning.town import history, rep, shop, shops
from visitroute.errors import PolicyError
from visitroute.export import read_schedule_file
from visitroute.model import Segment, Verdict
from visitroute.planning import VisitPlan, plan_routes
from visitroute.policy import load_policy

ROWS = [dict(row, segment="watch" if i % 2 else "guide") for i, row in enumerate(shops(24))]
BUSY = rep(target_visits=5, max_visits=4, min_visits=0) | {"target_visits": 4}


def plan(rows: Any = None, **changes: Any) -> VisitPlan:
    rows = ROWS if rows is None else rows
    weekly = [dict(row, cadence="1/7") for row in rows]
    settings = {"start": "2026-11-30", "weeks": 2, "effort": 60, "visits": history(rows), **changes}
    found = plan_routes(weekly, [BUSY], "straight", **settings)
    assert [str(v) for v in found.check()] == []
    totals = found.summary()["totals"]
    left = totals["called"] + totals["dropped"]
    assert totals["requested"] == totals["planned"] + left + totals["quarantined"]
    return found


def segments() -> dict[str, str]:
    return {row["id"]: row["segment"] for row in ROWS}


def test_without_an_order_nothing_gives_way() -> None:
    found = plan()
    assert found.audit.least == 8  # 48 visits, 10 days of 4
    assert {d.code for d in found.schedule.dropped} == {"VR4108"}
    assert not any(w.startswith("VR4004") for w in found.schedule.warnings)


def test_the_named_segment_gives_way_by_longer_intervals_and_no_more_than_needed() -> None:
    found = plan(policy={"overload": {"order": ["watch"]}})
    gone = [d for d in found.schedule.dropped if d.code == "VR4111"]
    assert len(gone) == len(found.schedule.dropped) == found.audit.least == 8
    assert {segments()[d.retailer] for d in gone} == {"watch"}
    assert all(d.verdict is Verdict.OUTRANKED for d in gone)
    assert len({d.retailer for d in gone}) == 8  # every other visit of eight shops
    assert "watch shops are visited 2 times less often" in gone[0].reason
    (said,) = [w for w in found.schedule.warnings if w.startswith("VR4004")]
    assert "at least 8 visits cannot be made; by the overload policy 8 watch shops" in said
    visited = {stop.retailer for route in found.schedule.routes for stop in route.stops}
    assert visited == set(segments())  # nobody is left out altogether


def test_the_next_segment_follows_when_the_first_is_not_enough() -> None:
    rows = [dict(row, segment="watch" if i < 3 else "guide") for i, row in enumerate(ROWS)]
    found = plan(rows, policy={"overload": {"order": ["watch", "guide"]}})
    gone = [d for d in found.schedule.dropped if d.code == "VR4111"]
    own = {row["id"]: row["segment"] for row in rows}
    assert [own[d.retailer] for d in gone].count("watch") == 3
    assert len(gone) == 8
    assert sum(w.startswith("VR4004") for w in found.schedule.warnings) == 2


@pytest.mark.parametrize("more", ["calls", "fillers"])
def test_nothing_gives_way_for_what_needs_no_visit(more: str) -> None:
    """Days of 4 hold what is due; each further one is a task that a call can do, or a filler."""
    rows = ROWS[:20]
    seen = history(rows)
    policy: dict[str, Any] = {"overload": {"order": ["watch"]}}
    tasks = []
    if more == "fillers":
        policy["cadence"] = {"fillers": True}
        rows = [dict(row, min_gap=4, max_gap=14) for row in rows[:16]]
        seen = history(rows, "2026-11-23")  # due a third time on the day after the horizon
    else:
        task = {"quadrant": "Q1", "due": "2026-12-04", "channel": "either"}
        tasks = [{"id": row["id"], "retailer": row["id"], **task} for row in ROWS[20:]]
        rows = ROWS  # those with a task were visited so lately that nothing else is due
        seen += history(ROWS[20:], "2026-11-29")
    weekly = [dict(r, cadence="1/7" if i < 20 else "1/28") for i, r in enumerate(rows)]
    found = plan_routes(
        weekly, [BUSY], "straight", start="2026-11-30", weeks=2, effort=60,
        visits=seen, tasks=tasks or None, policy=policy,
    )  # fmt: skip
    assert [str(v) for v in found.check()] == []
    assert len(found.requests) > 40
    assert found.audit.least == 0
    assert "VR4111" not in {d.code for d in found.schedule.dropped}


def test_what_still_is_too_much_is_said() -> None:
    rows = [dict(row, segment="watch" if i < 3 else "guide") for i, row in enumerate(ROWS)]
    found = plan(rows, policy={"overload": {"order": ["watch"]}, "texts": {"language": "zh"}})
    assert any("仍至少有5次拜访无法完成" in w for w in found.schedule.warnings)
    assert {d.code for d in found.schedule.dropped} == {"VR4111", "VR4108"}


def test_phoned_instead_makes_calls() -> None:
    found = plan(policy={"overload": {"order": ["watch"], "how": {"watch": "phone"}}})
    gone = [d for d in found.schedule.dropped if d.code == "VR4111"]
    calls = found.calls
    assert sorted(calls["retailer"]) == sorted(d.retailer for d in gone)
    assert set(calls["why"]) == {"overload"}
    assert {d.request: d.call for d in gone} == {
        c["request"]: c["date"].date() for c in calls.to_dict("records")
    }
    totals = found.summary()["totals"]
    assert totals["called"] == len(gone) == 8
    assert found.audit.least <= totals["called"] + totals["dropped"]
    assert found.is_complete  # a call was declared to be enough
    allowed = {r.id: r for r in found.requests}
    windows = {(d.retailer, d.due): allowed[d.request] for d in gone}
    for call in calls.to_dict("records"):
        window = windows[call["retailer"], call["due"].date()]
        assert window.earliest <= call["date"].date() <= window.latest
        assert call["date"].weekday() < 5


def test_overdue_visits_never_give_way() -> None:
    found = plan(
        visits=history(ROWS, "2026-11-10"),
        policy={"overload": {"order": ["watch"], "how": {"watch": "skip"}}},
    )
    assert not any(d.code == "VR4111" and d.tier == 2 for d in found.schedule.dropped)


def test_phone_tasks_and_phone_cadences_are_on_the_call_list() -> None:
    rows = [*ROWS[:4], shop("P1", 10, 10, segment="promote", channel="phone", phone="0101")]
    found = plan(
        rows,
        tasks=[
            {
                "id": "t1",
                "retailer": ROWS[0]["id"],
                "quadrant": "Q2",
                "due": "2026-12-04",
                "channel": "phone",
                "minutes": 7,
                "work_type": "order",
            }
        ],
    )
    calls = found.calls.set_index("retailer")
    task = calls.loc[ROWS[0]["id"]]
    assert (task["why"], task["minutes"], task["tasks"]) == ("task", 7, "t1")
    assert task["date"] <= pd.Timestamp(2026, 12, 4)
    assert "order" in task["purpose"]
    weekly = found.calls[found.calls["retailer"] == "P1"]
    assert list(weekly["why"]) == ["cadence", "cadence"]
    assert set(weekly["phone"]) == {"0101"} or set(weekly["phone"]) == {101}


def test_a_call_for_which_no_time_is_left_has_no_date() -> None:
    tasks = [
        {
            "id": f"t{i}",
            "retailer": ROWS[0]["id"],
            "quadrant": "Q1",
            "due": "2026-11-30",
            "earliest": "2026-11-30",
            "channel": "phone",
            "minutes": 300,
        }
        for i in range(3)
    ]
    calls = plan(ROWS[:3], tasks=tasks).calls
    assert calls["date"].isna().sum() == 2
    assert calls["date"].notna().sum() == 1
    assert calls["date"].dropna().iloc[0].date() == date(2026, 11, 30)


def test_a_policy_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(PolicyError):
        load_policy({"overload": {"order": ["gold"]}})
    with pytest.raises(PolicyError):
        load_policy({"overload": {"stretch": 1}})
    assert load_policy().overload.how[Segment.WATCH] == "stretch"


def test_a_plan_read_back_has_the_same_calls_also_without_continuity(tmp_path: Path) -> None:
    reps = [dict(BUSY, id=name) for name in ("A", "B")]
    rows = [
        dict(row, segment="watch" if i % 2 else "guide", cadence="1/7", rep="A;B")
        for i, row in enumerate(shops(48))
    ]
    found = plan_routes(
        rows,
        reps,
        "straight",
        start="2026-11-30",
        weeks=2,
        effort=10,
        visits=history(rows),
        policy={
            "teams": {"continuity": False},
            "overload": {"order": ["watch"], "how": {"watch": "phone"}},
        },
    )
    assert [str(v) for v in found.check()] == []
    gone = {d.request for d in found.schedule.dropped if d.code == "VR4111"}
    assert gone
    asked = {(r.retailer, r.due) for r in found.requests if r.id in gone}
    calls = found.calls
    assert {(c["retailer"], c["due"].date()) for c in calls.to_dict("records")} == asked
    (path,) = (p for p in found.write(tmp_path) if p.name == "routes.geojson")
    again = replace(found, schedule=read_schedule_file(path), land=None)
    pd.testing.assert_frame_equal(again.calls, calls)
