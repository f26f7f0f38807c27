from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from visitroute.errors import Problem, Severity
from visitroute.model import Channel, Lock, PlanInput, Quadrant, Task, VisitRecord

Rows = list[dict[str, Any]]
Faults = Callable[..., tuple[Problem, ...]]
Load = Callable[..., PlanInput]


@pytest.fixture
def task() -> dict[str, Any]:
    return {"id": "T1", "retailer": "R1", "quadrant": "Q2", "due": "2026-12-04"}


def errors(problems: tuple[Problem, ...]) -> list[tuple[str, int | None, str]]:
    return [(p.code, p.row, p.column) for p in problems if p.severity is Severity.ERROR]


def test_a_chinese_task(load: Load) -> None:
    table = [
        {
            "任务编号": 7.0,
            "零售户编号": "R1",
            "象限": "重要且紧急",
            "截止日期": "2026年12月4日",
            "开始日期": "2026/12/1",
            "时长": 30,
            "方式": "上门",
            "任务类型": "收款",
            "任务内容": "收货款",
            "预约时间": "10:30",
            "来源": "市场部",
        }
    ]
    assert load(tasks=table).tasks == (
        Task(
            "7",
            "R1",
            Quadrant.Q1,
            date(2026, 12, 4),
            date(2026, 12, 1),
            30,
            Channel.VISIT,
            "收款",
            "收货款",
            37_800,
            (("来源", "市场部"),),
        ),
    )


def test_minutes_come_from_the_quadrant(load: Load, task: dict[str, Any]) -> None:
    (read,) = load(tasks=[task]).tasks
    assert (read.minutes, read.earliest, read.appointment) == (15, None, None)
    assert load(tasks=[task | {"minutes": 0}]).tasks[0].minutes == 0


@pytest.mark.parametrize(
    ("important", "urgent", "quadrant"),
    [("yes", "yes", "Q1"), ("是", "否", "Q2"), ("", 1.0, "Q3"), (None, "no", "Q4")],
)
def test_important_and_urgent_make_a_quadrant(
    load: Load, task: dict[str, Any], important: object, urgent: object, quadrant: str
) -> None:
    del task["quadrant"]
    read = load(tasks=[task | {"important": important, "urgent": urgent}]).tasks
    assert [t.quadrant for t in read] == [quadrant]


@pytest.mark.parametrize("word", ["q3", 3, "III", "第三象限", "紧急不重要", "urgent"])
def test_quadrants_in_many_words(load: Load, task: dict[str, Any], word: object) -> None:
    assert load(tasks=[task | {"quadrant": word}]).tasks[0].quadrant is Quadrant.Q3


def test_a_dated_appointment_may_stand_for_the_due_date(load: Load, task: dict[str, Any]) -> None:
    task |= {"due": None, "appointment": datetime(2026, 12, 3, 9, 15)}  # noqa: DTZ001
    (read,) = load(tasks=[task]).tasks
    assert (read.due, read.appointment) == (date(2026, 12, 3), 33_300)


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"id": ""}, "VR1101", "id"),
        ({"retailer": None}, "VR1101", "retailer"),
        ({"quadrant": None}, "VR1101", "quadrant"),
        ({"quadrant": "Q5"}, "VR1105", "quadrant"),
        ({"due": None}, "VR1101", "due"),
        ({"due": "tomorrow"}, "VR1103", "due"),
        ({"earliest": "2026-12-05"}, "VR1111", "due"),
        ({"earliest": "x"}, "VR1103", "earliest"),
        ({"minutes": "x"}, "VR1102", "minutes"),
        ({"channel": "fax"}, "VR1105", "channel"),
        ({"appointment": "noon"}, "VR1104", "appointment"),
        ({"appointment": "2026-12-03 10:00"}, "VR1111", "appointment"),
        ({"appointment": date(2026, 12, 4)}, "VR1104", "appointment"),
    ],
)
def test_faulty_tasks_stop_the_run(
    faults: Faults, task: dict[str, Any], changes: dict[str, Any], code: str, column: str
) -> None:
    columns: dict[str, Any] = dict.fromkeys(("earliest", "minutes", "channel", "appointment"))
    table = [columns | task, columns | task | {"id": "T2"} | changes]
    assert errors(faults(tasks=table)) == [(code, 3, column)]


def test_tasks_that_lead_nowhere_are_set_aside(
    load: Load, task: dict[str, Any], shops: Rows
) -> None:
    shops[2]["lat"] = None
    table = [
        task,
        task | {"retailer": "R3"},
        task | {"id": "T2", "retailer": "R2", "name": "poster"},
        task | {"id": "T3", "retailer": "nobody"},
    ]
    plan_input = load(tasks=table, retailers=shops)
    assert [t.id for t in plan_input.tasks] == ["T1"]
    aside = [e for e in plan_input.excluded if e.table == "tasks"]
    assert [(e.row, e.code, e.retailer) for e in aside] == [
        (3, "VR1216", "R3"),
        (4, "VR1215", "R2"),
        (5, "VR1214", "nobody"),
    ]
    assert aside[1].name == "poster"
    assert "lat is empty" in aside[1].reason
    severities = {p.severity for p in plan_input.problems if p.file == "tasks"}
    assert severities == {Severity.QUARANTINE}


def test_history(load: Load) -> None:
    table = [
        {
            "客户编号": "R1",
            "拜访日期": "2026-11-20",
            "客户经理": "Ana",
            "到店": "9:05",
            "离店": "2026-11-20 09:31:30",
            "方式": "电话",
            "结果": "已下单",
            "完成任务": "T1;T2",
        },
        {"客户编号": "R1", "拜访日期": "20261106", "客户经理": "left the firm"},
    ]
    assert load(visits=table).visits == (
        VisitRecord(
            "R1", date(2026, 11, 20), "A", 32_700, 34_290, Channel.PHONE, "已下单", ("T1", "T2")
        ),
        VisitRecord("R1", date(2026, 11, 6), "left the firm"),
    )


def test_times_of_history_that_change_nothing_are_only_warned_of(faults: Faults) -> None:
    problems = faults(visits=[{"retailer": "R1", "date": "2026-11-20", "arrival": "early"}])
    assert [(p.code, p.severity) for p in problems] == [("VR1104", Severity.WARNING)]


def test_unreadable_history_stops_the_run(faults: Faults) -> None:
    table = [
        {"retailer": "R1", "date": "20/11/2026", "channel": "visit"},
        {"retailer": "R1", "date": "2026-11-20", "channel": "fax"},
        {"retailer": "R1", "date": None, "channel": "visit"},
        {"retailer": "", "date": "2026-11-20", "channel": "visit"},
    ]
    found = errors(faults(visits=table))
    assert found == [
        ("VR1103", 2, "date"),
        ("VR1105", 3, "channel"),
        ("VR1101", 4, "date"),
        ("VR1101", 5, "retailer"),
    ]


def test_visits_after_the_start_are_warned_of(load: Load) -> None:
    table = [{"retailer": "R1", "date": f"2026-{day}"} for day in ("11-29", "11-30", "12-02")]
    plan_input = load(visits=table)
    (warning,) = [p for p in plan_input.problems if p.code == "VR1304"]
    assert warning.message.startswith("2 visits")
    assert "row 3" in warning.message
    assert len(plan_input.visits) == 3


@pytest.mark.parametrize("table", [None, [{"retailer": "gone", "date": "2026-11-20"}]])
def test_no_history_is_warned_of(load: Load, table: Rows | None) -> None:
    plan_input = load(visits=table)
    assert [p.code for p in plan_input.problems if p.code == "VR1302"] == ["VR1302"]
    assert [e.table for e in plan_input.excluded] == ([] if table is None else ["visits"])


def test_locks(load: Load) -> None:
    table = [
        {"零售户": "R1", "日期": "2026-12-01", "客户经理": "Ana", "开始时间": "10:00"},
        {"零售户": "R2", "日期": "2026-12-27", "客户经理": None, "开始时间": None},
        {"零售户": "R2", "日期": "2026-12-28", "客户经理": None, "开始时间": None},
    ]
    plan_input = load(locks=table)
    assert plan_input.locks == (
        Lock("R1", date(2026, 12, 1), "A", 36_000),
        Lock("R2", date(2026, 12, 27)),
    )
    (warning,) = [p for p in plan_input.problems if p.code == "VR1306"]
    assert warning.message.startswith("1 lock outside")
    assert "row 4" in warning.message


def test_locks_that_cannot_hold_are_set_aside(load: Load) -> None:
    table = [
        {"retailer": "R1", "date": "2026-12-01", "rep": "A"},
        {"retailer": "R1", "date": "2026-12-01", "rep": None},
        {"retailer": "R2", "date": "2026-12-01", "rep": "Z"},
        {"retailer": "R9", "date": "2026-12-01", "rep": None},
    ]
    plan_input = load(locks=table)
    assert len(plan_input.locks) == 1
    assert [(e.table, e.row, e.code) for e in plan_input.excluded] == [
        ("locks", 3, "VR1217"),
        ("locks", 4, "VR1212"),
        ("locks", 5, "VR1214"),
    ]


def test_faulty_locks_stop_the_run(faults: Faults) -> None:
    table = [{"retailer": "R1", "date": "soon", "time": "noon"}]
    assert errors(faults(locks=table)) == [("VR1103", 2, "date"), ("VR1104", 2, "time")]


def test_optional_tables_may_be_empty(load: Load, tmp_path: Any) -> None:
    path = tmp_path / "tasks.csv"
    path.write_text("id,retailer,quadrant,due\n")
    assert load(tasks=path).tasks == ()
