"""Tasks that may be done by phone: at a visit where one fits, by a call where none does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planning.town import history, rep, shop, shops
from visitroute.export import read_schedule_file
from visitroute.model import Channel
from visitroute.planning import VisitPlan, plan_routes
from visitroute.planning.checking import check_inputs

ROWS = shops(6)
FIRST = ROWS[0]["id"]


def task(name: str = "t", retailer: str = FIRST, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "retailer": retailer,
        "quadrant": "Q1",
        "due": "2026-12-04",
        "channel": "either",
        "minutes": 10,
        **changes,
    }


def plan(tasks: list[dict[str, Any]], rows: Any = None, **changes: Any) -> VisitPlan:
    rows = [{**row, "cadence": row.get("cadence", "1/7")} for row in (rows or ROWS)]
    settings = {"start": "2026-11-30", "weeks": 1, "effort": 20, **changes}
    reps = settings.pop("reps", [rep()])
    settings.setdefault("visits", history(rows))
    found = plan_routes(rows, reps, "straight", tasks=tasks, **settings)
    assert [str(v) for v in found.check()] == []
    totals = found.summary()["totals"]
    left = totals["called"] + totals["dropped"]
    assert totals["requested"] == totals["planned"] + left + totals["quarantined"]
    return found


def test_a_task_rides_on_the_visit_that_is_made() -> None:
    found = plan([task()])
    (outcome,) = found.schedule.tasks
    assert outcome.status == "done"
    assert found.schedule.calls == ()
    assert found.summary()["totals"]["called"] == 0


def test_a_task_becomes_a_call_when_no_visit_fits() -> None:
    closed = dict(ROWS[0], closed_dates="2026-11-30..2026-12-04")
    found = plan([task()], [closed, *ROWS[1:]])
    (outcome,) = found.schedule.tasks
    assert (outcome.status, outcome.rep, outcome.code) == ("call", "A", "VR4102")
    (call,) = found.schedule.calls
    assert (call.rep, call.date, call.why) == (outcome.rep, outcome.date, "task")
    assert (call.tasks, call.request, call.seconds) == (("t",), f"{FIRST}@t", 600)
    drop = next(d for d in found.schedule.dropped if d.task)
    assert drop.call == call.date
    totals = found.summary()["totals"]
    assert (totals["called"], totals["calls"], totals["tasks_by_call"]) == (1, 1, 1)
    said = str(found.explain(FIRST))
    assert f"a call on {call.date} stands in for the visit" in said
    assert "以电话代替此次拜访" in str(found.explain(FIRST, "zh"))


def test_a_call_takes_no_place_from_a_visit_that_is_needed() -> None:
    """One visit a day for three days: three shops are due, a fourth has an urgent task."""
    rows = [dict(row, cadence="1/7") for row in ROWS[:3]]
    rows.append(shop("Z", 900, 900, cadence="1/28"))
    seen = [*history(rows[:3], "2026-11-25"), {"retailer": "Z", "date": "2026-11-25"}]
    busy = rep(shift="Mo-We 08:30-17:30", max_visits=1, target_visits=1)
    urgent = task(retailer="Z", quadrant="Q1", due="2026-12-02")
    called = plan([urgent], rows, reps=[busy], visits=seen)
    assert [o.status for o in called.schedule.tasks] == ["call"]
    assert {d.request for d in called.schedule.dropped} == {"Z@t"}
    needed = plan([dict(urgent, channel="visit")], rows, reps=[busy], visits=seen)
    assert [o.status for o in needed.schedule.tasks] == ["done"]
    assert called.is_complete
    assert not needed.is_complete


def test_without_time_for_a_call_the_task_is_dropped() -> None:
    closed = dict(ROWS[0], closed_dates="2026-11-30..2026-12-04")
    found = plan([task(minutes=600)], [closed, *ROWS[1:]])
    (outcome,) = found.schedule.tasks
    assert (outcome.status, outcome.date) == ("dropped", None)
    (call,) = found.schedule.calls
    assert call.date is None
    assert found.summary()["totals"]["called"] == 0
    assert not found.is_complete


def test_a_task_without_a_trip_is_called_too() -> None:
    found = plan([task(quadrant="Q4", earliest="2026-12-04", minutes=400)])
    (outcome,) = found.schedule.tasks
    assert outcome.status == "call"
    assert outcome.code in {"VR4201", "VR4202"}
    assert found.schedule.calls[0].request == ""


def test_an_appointment_stays_a_visit() -> None:
    found = plan([task(appointment="10:00")])
    assert [o.status for o in found.schedule.tasks] == ["done"]
    closed = dict(ROWS[0], closed_dates="2026-12-04")
    found = plan([task(appointment="10:00")], [closed, *ROWS[1:]])
    assert [o.status for o in found.schedule.tasks] == ["dropped"]
    assert found.schedule.calls == ()


def test_at_a_shop_that_is_only_called_the_phone_will_do() -> None:
    rows = [*ROWS, shop("P", 30, 30, channel="phone", segment="watch")]
    found = plan([task(retailer="P"), task("u", "P", appointment="10:00")], rows)
    assert [t.channel for t in found.inputs.tasks] == [Channel.PHONE, Channel.EITHER]
    by_task = {o.task: o for o in found.schedule.tasks}
    assert (by_task["t"].status, by_task["u"].status) == ("phone", "done")
    call = next(c for c in found.schedule.calls if c.tasks)
    assert (by_task["t"].rep, by_task["t"].date) == (call.rep, call.date)


@pytest.mark.parametrize(
    "word", ["either", "visit or phone", "Phone / visit", "均可", "上门或电话"]
)
def test_the_channel_is_read_in_both_languages(word: str) -> None:
    assert plan([task(channel=word)]).inputs.tasks[0].channel is Channel.EITHER


def test_calls_come_back_from_the_files(tmp_path: Path) -> None:
    rows = [dict(ROWS[0], closed_dates="2026-11-30..2026-12-04"), *ROWS[1:]]
    rows.append(shop("P", 30, 30, channel="phone", phone="0101"))
    found = plan([task(), task("u", minutes=900)], rows)
    paths = {p.name: p for p in found.write(tmp_path)}
    again = read_schedule_file(paths["routes.geojson"])
    assert again.calls == found.schedule.calls
    assert again.dropped == found.schedule.dropped
    assert check_inputs(found.inputs, found.policy, again, "straight") == ()
    lines = paths["calls.csv"].read_text("utf-8-sig").splitlines()
    assert lines[0] == "rep,date,retailer,name,phone,due,minutes,why,tasks,purpose,request"
    assert len(lines) == 1 + len(found.schedule.calls) == 1 + len(found.calls)
    assert sum(",0101," in line for line in lines) == sum(
        c.retailer == "P" for c in found.schedule.calls
    )
    less = replace(again, calls=again.calls[1:])
    assert "VR2802" in {v.code for v in check_inputs(found.inputs, found.policy, less, "straight")}


def test_a_repeated_row_takes_nothing_from_the_one_that_stays() -> None:
    """The row set aside carries the id of the first one, which is planned all the same."""
    rows = [dict(ROWS[0], closed_dates="2026-11-30..2026-12-04"), *ROWS[1:], ROWS[0]]
    tasks = [task(), task("u", channel="phone"), task("v", channel="visit", quadrant="Q4")]
    found = plan(tasks, rows, visits=history(ROWS))
    assert [(e.retailer, e.code) for e in found.schedule.excluded] == [(FIRST, "VR1211")]
    assert sorted(t for call in found.schedule.calls for t in call.tasks) == ["t", "u"]
    assert "VR4203" not in {o.code for o in found.schedule.tasks}
    assert found.explain(FIRST).answers
    assert FIRST in {rhythm.retailer for rhythm in found.rhythms}


def test_calls_lie_on_allowed_days() -> None:
    rows = [dict(ROWS[0], closed_dates="2026-11-30..2026-12-04"), *ROWS[1:]]
    found = plan([task(earliest="2026-12-03")], rows)
    assert found.schedule.calls[0].date in {date(2026, 12, 3), date(2026, 12, 4)}
