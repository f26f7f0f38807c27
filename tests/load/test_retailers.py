from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from visitroute.errors import InputError, Problem, Severity
from visitroute.load import load_inputs
from visitroute.model import (
    ALWAYS_OPEN,
    Cadence,
    Channel,
    Horizon,
    PlanInput,
    Retailer,
    Segment,
)
from visitroute.policy import Policy

Rows = list[dict[str, Any]]
Faults = Callable[..., tuple[Problem, ...]]
Load = Callable[..., PlanInput]

TWELVE_FAULTS = """\
id,name,lon,lat,rep,segment,cadence,service_minutes,closed,opening_hours,preferred_weekday,channel,capability
R1,fine,-8.61,41.15,A,guide,weekly,20,,,,,
,no id,-8.61,41.151,A,guide,weekly,20,,,,,
R3,no coordinate,,,A,guide,weekly,20,,,,,
R4,text coordinate,near,41.151,A,guide,weekly,20,,,,,
R5,nowhere,0,0,A,guide,weekly,20,,,,,
R6,swapped,41.15,-8.61,A,guide,weekly,20,,,,,
R7,off the globe,-8.61,411.5,A,guide,weekly,20,,,,,
R8,far,-3.7,40.4,A,guide,weekly,20,,,,,
R1,twice,-8.612,41.152,A,guide,weekly,20,,,,,
R10,no such rep,-8.613,41.152,Zoe,guide,weekly,20,,,,,
R11,odd segment,-8.614,41.152,A,gold,weekly,20,,,,,
R12,odd cadence,-8.615,41.152,A,guide,often,20,,,,,
R13,odd minutes,-8.616,41.152,A,guide,weekly,long,,,,,
R14,odd date,-8.617,41.152,A,guide,weekly,20,24/12/2026,,,,
R15,odd hours,-8.618,41.152,A,guide,weekly,20,,late,,,
R16,odd weekday,-8.619,41.152,A,guide,weekly,20,,,someday,,
R17,odd channel,-8.62,41.152,A,guide,weekly,20,,,,fax,
R18,odd grade,-8.621,41.152,A,guide,weekly,20,,,,,medium
"""
EXPECTED = [
    (3, "VR1101", ""),
    (4, "VR1201", "R3"),
    (5, "VR1202", "R4"),
    (6, "VR1203", "R5"),
    (7, "VR1204", "R6"),
    (8, "VR1205", "R7"),
    (9, "VR1206", "R8"),
    (10, "VR1211", "R1"),
    (11, "VR1212", "R10"),
    (12, "VR1105", "R11"),
    (13, "VR1106", "R12"),
    (14, "VR1102", "R13"),
    (15, "VR1103", "R14"),
    (16, "VR1107", "R15"),
    (17, "VR1105", "R16"),
    (18, "VR1105", "R17"),
    (19, "VR1105", "R18"),
]


def test_one_run_names_every_fault_with_its_row(
    tmp_path: Path, reps: Rows, horizon: Horizon, policy: Policy
) -> None:
    path = tmp_path / "retailers.csv"
    path.write_text(TWELVE_FAULTS)
    with pytest.raises(InputError) as caught:
        load_inputs(path, reps, horizon=horizon, policy=policy)
    found = [p for p in caught.value.problems if p.severity is not Severity.WARNING]
    assert [(p.row, p.code, p.id) for p in found] == EXPECTED
    assert {p.file for p in found} == {str(path)}
    cells = dict(enumerate(csv.reader(TWELVE_FAULTS.splitlines()), 1))
    header = cells[1]
    for problem in found:
        assert problem.row is not None
        assert problem.column in header
        value = cells[problem.row][header.index(problem.column)]
        if problem.code not in ("VR1201", "VR1203", "VR1206"):
            assert value in problem.message or problem.code == "VR1101"
    text = str(caught.value)
    assert "retailers.csv row 12, column 'segment', id R11: 'gold'" in text
    assert text.splitlines()[0] == "VR1101: 9 errors in the input:"


def test_a_clean_table_keeps_its_order_and_its_values(load: Load, shops: Rows) -> None:
    shops[1] = {
        "编号": 2001.0,
        "经度": "-8.61",
        "纬度": "41.15",
        "店名": " 四季青 ",
        "客户经理": "A",
        "客户细分": "维持型",
        "经营能力": "强",
        "成长意愿": "弱",
        "月销量": "1,200",
        "品牌数": 35,
        "陈列": "4.5",
        "拜访频次": "每周两次",
        "服务时长": "25分钟",
        "营业时间": "周一至周五 9:00-18:00",
        "休业日期": "2026-12-24..2026-12-25",
        "价值": "2.5万",
        "固定星期": "周三",
        "拜访方式": "电话",
        "地址": "中山路1号",
        "电话": 13800000000.0,
        "备注": "先打电话",
        "片区": "城东",
        "楼层": 2.0,
    }
    shop = load(retailers=[shops[1]]).retailers[0]
    nine_to_six = ((32_400, 64_800),)
    assert shop == Retailer(
        "2001",
        -8.61,
        41.15,
        name="四季青",
        address="中山路1号",
        phone="13800000000",
        rep="A",
        segment=Segment.MAINTAIN,
        capability="strong",
        willingness="weak",
        monthly_volume=1200,
        brands=35,
        display=4.5,
        cadence=Cadence(2, 7, 1, 6),
        service_minutes=25,
        opening=shop.opening,
        closed=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
        value=25_000,
        preferred_weekday=2,
        channel=Channel.PHONE,
        notes="先打电话",
        extra=(("片区", "城东"), ("楼层", "2")),
    )
    assert shop.opening.weekly == (nine_to_six,) * 5 + ((), ())


def test_empty_optional_cells_are_no_faults(load: Load) -> None:
    blank = dict.fromkeys(
        ["rep", "segment", "cadence", "opening_hours", "closed", "mon", "value", "channel"], ""
    )
    shop = load(retailers=[{"id": "R0", "lon": -8.61, "lat": 41.15, **blank}]).retailers[0]
    assert shop == Retailer("R0", -8.61, 41.15)
    assert shop.opening is ALWAYS_OPEN


def test_weekday_columns(load: Load, shops: Rows) -> None:
    shops[0] |= {"周一": "9:00-12:00,13:00-18:00", "周二": "休"}
    shops[1] |= {"周二": "10:00-11:00", "opening_hours": "09:00-18:00"}
    first, second, third = load(retailers=shops).retailers[:3]
    assert first.opening.weekly == (((32_400, 43_200), (46_800, 64_800)), *((),) * 6)
    assert second.opening.weekly[1] == ((36_000, 39_600),)
    assert second.opening.weekly[2] == ((32_400, 64_800),)
    assert third.opening == ALWAYS_OPEN


def test_the_first_of_two_rows_with_one_id_stays(load: Load, shops: Rows) -> None:
    shops.append({**shops[1], "name": "again"})
    shops.append({**shops[1], "lon": None})
    plan_input = load(retailers=shops)
    assert [shop.name for shop in plan_input.retailers if shop.id == "R1"] == ["Shop 1"]
    assert [(e.row, e.code) for e in plan_input.excluded] == [(8, "VR1211"), (9, "VR1211")]
    assert "row 3" in plan_input.excluded[0].reason
    assert plan_input.excluded[0].lon == shops[1]["lon"]
    both = [p.code for p in plan_input.problems if p.row == 9]
    assert sorted(both) == ["VR1201", "VR1211"]
    assert "VR1305" not in [p.code for p in plan_input.problems]


def test_a_rep_may_be_named(load: Load, shops: Rows, reps: Rows) -> None:
    shops[0]["rep"] = "Ana"
    assert load(retailers=shops).retailers[0].rep == "A"
    reps.append({**reps[0], "id": "B"})  # another Ana
    excluded = load(retailers=shops, reps=reps).excluded
    assert [e.code for e in excluded if e.table == "retailers"] == ["VR1212"]


@pytest.mark.parametrize("cell", ["A;B", "Ana | B", "B、A;", "A；B；A", " ; A｜B"])
def test_several_reps_share_a_retailer(load: Load, shops: Rows, reps: Rows, cell: str) -> None:
    reps.append({**reps[0], "id": "B", "name": "Bo"})
    shops[0]["rep"] = cell
    found = load(retailers=shops, reps=reps).retailers[0]
    assert found.rep is None
    assert sorted(found.team) == ["A", "B"]


def test_one_rep_named_twice_is_one_rep(load: Load, shops: Rows) -> None:
    shops[0]["rep"], shops[1]["rep"], shops[2]["rep"] = "A;Ana", "A|", ";"
    found = load(retailers=shops).retailers
    assert [(r.rep, r.team) for r in found[:3]] == [("A", ()), ("A", ()), (None, ())]


def test_a_rep_whose_name_has_a_separator_is_one_rep(load: Load, shops: Rows, reps: Rows) -> None:
    reps.append({**reps[0], "id": "B;C", "name": "Bo|Cy"})
    shops[0]["rep"], shops[1]["rep"] = "B;C", "Bo|Cy"
    assert [r.rep for r in load(retailers=shops, reps=reps).retailers[:2]] == ["B;C", "B;C"]


def test_a_team_with_an_unknown_rep_sets_the_retailer_aside(load: Load, shops: Rows) -> None:
    shops[0]["rep"] = "A;Zoe;Yan"
    excluded = [e for e in load(retailers=shops).excluded if e.table == "retailers"]
    assert [(e.code, e.reason) for e in excluded] == [("VR1212", "no rep is called 'Zoe' or 'Yan'")]


def test_mostly_unknown_reps_stop_the_run(faults: Faults, shops: Rows) -> None:
    for shop in shops[:4]:
        shop["rep"] = "Z"
    (error,) = [p for p in faults(retailers=shops) if p.severity is Severity.ERROR]
    assert error.code == "VR1213"
    assert "4 of 6" in error.message
    assert "'A'" in error.hint


def test_no_retailers_left_stops_the_run(faults: Faults, shops: Rows) -> None:
    shops[0]["lat"] = None
    codes = [p.code for p in faults(retailers=shops[:1]) if p.severity is Severity.ERROR]
    assert codes == ["VR1208", "VR1407"]


def test_missing_columns_are_named_with_a_guess(faults: Faults) -> None:
    table = [{"code": "R1", "longtitude": -8.6, "colour": "red"}]
    errors = [p for p in faults(retailers=table) if p.severity is Severity.ERROR]
    assert [p.code for p in errors] == ["VR1005", "VR1005"]
    assert "'lon'" in errors[0].message
    assert "'longtitude'" in errors[0].hint
    assert "'lat'" in errors[1].message


def test_two_columns_for_one_field_are_an_error(faults: Faults, shops: Rows) -> None:
    for shop in shops:
        shop["经度"] = shop["lon"]
    (error,) = [p for p in faults(retailers=shops) if p.severity is Severity.ERROR]
    assert error.code == "VR1006"
    assert "'lon' and '经度'" in error.message


def test_shops_without_anything_to_segment_by_are_counted(load: Load, shops: Rows) -> None:
    del shops[2]["segment"]
    shops[3] |= {"segment": "", "monthly_volume": 700}
    (problem,) = [p for p in load(retailers=shops).problems if p.code == "VR1303"]
    assert problem.message.startswith("1 of 6 retailers")
    assert "R2" in problem.message
    assert "watch" in problem.message


def test_ids_cut_short_are_warned_of(load: Load, shops: Rows) -> None:
    shops[0]["id"] = "1.10102E+11"
    (problem,) = [p for p in load(retailers=shops).problems if p.code == "VR1115"]
    assert problem.severity is Severity.WARNING
    assert "row 2" in problem.message


@pytest.mark.parametrize("value", ["-1", "-5 min"])
def test_negative_amounts_are_errors(faults: Faults, shops: Rows, value: str) -> None:
    shops[0]["service_minutes"] = value
    assert [p.code for p in faults(retailers=shops) if p.row == 2] == ["VR1102"]
