from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from visitroute.errors import Problem, Severity
from visitroute.model import OFFICE_WEEK, Meeting, Place, PlanInput, Rep, TravelMode

Rows = list[dict[str, Any]]
Faults = Callable[..., tuple[Problem, ...]]
Load = Callable[..., PlanInput]
HOME = Place(-8.61, 41.148)


def errors(problems: tuple[Problem, ...]) -> list[tuple[str, int | None, str]]:
    return [(p.code, p.row, p.column) for p in problems if p.severity is Severity.ERROR]


def test_a_chinese_table(load: Load) -> None:
    table = [
        {
            "工号": 17.0,
            "客户经理": "王芳",
            "经度": -8.61,
            "纬度": 41.148,
            "班次": "周一至周五 8:00-17:00；周六 8:00-12:00",
            "午休": "12:00-13:30",
            "午休时长": 60,
            "每日下限": 10,
            "每日目标": 15,
            "每日上限": 20,
            "出行方式": "电动车",
            "请假": "2026-12-07至2026-12-08",
            "会议": "周一 8:00-9:00 周会",
            "复盘时间": "15分钟",
            "最长在途时间": 240,
            "部门": "城东",
        }
    ]
    shops = [{"编号": 1, "经度": -8.61, "纬度": 41.15, "客户经理": "王芳"}]
    plan_input = load(reps=table, retailers=shops)
    assert plan_input.retailers[0].rep == "17"
    assert plan_input.reps == (
        Rep(
            "17",
            HOME,
            HOME,
            "王芳",
            ((28_800, 61_200),) * 5 + ((28_800, 43_200), None),
            (43_200, 48_600),
            60,
            10,
            15,
            20,
            TravelMode.EBIKE,
            frozenset({date(2026, 12, 7), date(2026, 12, 8)}),
            (Meeting((28_800, 32_400), 0, None, "周会"),),
            15,
            240,
            (("部门", "城东"),),
        ),
    )
    assert "VR1301" not in [p.code for p in plan_input.problems]


def test_what_is_left_out_is_assumed_and_said(load: Load) -> None:
    plan_input = load(reps=[{"id": "A", "lon": -8.61, "lat": 41.148}])
    assert plan_input.reps == (
        Rep("A", HOME, HOME, "", OFFICE_WEEK, (41_400, 48_600), 45, review_minutes=15),
    )
    assumed = [p.message for p in plan_input.problems if p.code == "VR1301"]
    assert len(assumed) == 5
    for word in ("08:30-17:30", "45 minutes", "15 minutes", "car", "max_visits"):
        assert sum(word in message for message in assumed) == 1


def test_partly_empty_columns_are_counted(load: Load, reps: Rows) -> None:
    reps.append({**reps[0], "id": "B", "max_visits": None})
    (warning,) = [p for p in load(reps=reps).problems if p.code == "VR1301"]
    assert warning.message.startswith("1 of 2 reps have no max_visits")


def test_weekday_columns_lie_over_the_shift(load: Load, reps: Rows) -> None:
    reps[0] |= {"sat": "09:00-12:00", "mon": "off"}
    week = load(reps=reps).reps[0].shifts
    assert week == (None, *((30_600, 63_000),) * 4, (32_400, 43_200), None)
    del reps[0]["shift"]
    assert load(reps=reps).reps[0].shifts == (*(None,) * 5, (32_400, 43_200), None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"lunch_window": "无"}, (None, 0)),
        ({"lunch_minutes": 0}, (None, 0)),
        ({"lunch_minutes": None}, ((43_200, 50_400), 45)),
        ({"lunch_window": None}, ((41_400, 48_600), 60)),
        ({"lunch_window": "12:00-12:30", "lunch_minutes": None}, ((43_200, 45_000), 30)),
    ],
)
def test_lunch(load: Load, reps: Rows, changes: dict[str, Any], expected: tuple[Any, int]) -> None:
    rep = load(reps=[reps[0] | changes]).reps[0]
    assert (rep.lunch_window, rep.lunch_minutes) == expected


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"id": None}, "VR1101", "id"),
        ({"shift": "17:00-08:00"}, "VR1110", "shift"),
        ({"shift": "08:00-12:00,13:00-17:00"}, "VR1110", "shift"),
        ({"mon": "17:00-08:00"}, "VR1110", "mon"),
        ({"lunch_window": "13:00-12:00"}, "VR1104", "lunch_window"),
        ({"lunch_minutes": 121}, "VR1112", "lunch_minutes"),
        ({"lunch_minutes": 30.5}, "VR1112", "lunch_minutes"),
        ({"min_visits": 21}, "VR1109", "min_visits"),
        ({"min_visits": 9, "target_visits": 8}, "VR1109", "min_visits"),
        ({"target_visits": 25}, "VR1109", "target_visits"),
        ({"max_visits": 0}, "VR1109", "max_visits"),
        ({"max_visits": "many"}, "VR1102", "max_visits"),
        ({"max_visits": 12.5}, "VR1102", "max_visits"),
        ({"mode": "helicopter"}, "VR1105", "mode"),
        ({"leave": "next week"}, "VR1103", "leave"),
        ({"meetings": "Monday morning"}, "VR1113", "meetings"),
        ({"review_minutes": 540}, "VR1109", "review_minutes"),
        ({"max_driving_minutes": "-5"}, "VR1102", "max_driving_minutes"),
        ({"capacity": "cartons many"}, "VR1102", "capacity"),
        ({"capacity": "cartons 2; Cartons 3"}, "VR1102", "capacity"),
    ],
)
def test_faulty_reps_stop_the_run(
    faults: Faults, reps: Rows, shops: Rows, changes: dict[str, Any], code: str, column: str
) -> None:
    reps.append({**reps[0], "id": "B", **changes})
    assert errors(faults(reps=reps, retailers=shops)) == [(code, 3, column)]


def test_a_rep_id_twice_stops_the_run(faults: Faults, reps: Rows) -> None:
    reps.append({**reps[0], "name": "Bea"})
    problems = faults(reps=reps)
    assert errors(problems) == [("VR1114", 3, "id")]
    assert "row 2" in next(p.message for p in problems if p.code == "VR1114")


def test_no_reps_stop_the_run_once(faults: Faults) -> None:
    assert [code for code, _, _ in errors(faults(reps=[]))] == ["VR1004"]
