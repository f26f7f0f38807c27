"""The workbook read back by another program, and what a spreadsheet must never run."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from export.handmade import Sample
from visitroute.export import PlanRecord
from visitroute.export.workbook import PLAN_COLUMNS, visit_key, write_workbook

EVIL = "=cmd|' /C calc'!A0"


def sheets(record: PlanRecord, path: Path) -> dict[str, list[list[object]]]:
    write_workbook(record, path)
    with CalamineWorkbook.from_path(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts(path: Path, pattern: str) -> str:
    with zipfile.ZipFile(path) as book:
        names = [name for name in book.namelist() if re.fullmatch(pattern, name)]
        return "".join(book.read(name).decode() for name in names)


def test_everything_has_a_sheet(sample: Sample, tmp_path: Path) -> None:
    found = sheets(sample.record, tmp_path / "plan.xlsx")
    assert list(found) == [
        "Plan",
        "Route days",
        "王伟",
        "R2",
        "Dropped",
        "Set aside",
        "Tasks",
        "Calls",
        "Key figures",
        "Legend",
    ]
    assert len(found["Plan"]) == 5
    assert found["Plan"][1][0] == date(2026, 11, 30)
    assert found["Plan"][1][1:7] == ["R1", 1.0, "08:38", "09:02", "A", "福源烟酒店"]
    assert found["Plan"][1][-1] == visit_key("R1", date(2026, 11, 30), 1)
    assert found["Dropped"][1][7] == "the days are full"
    figures = {row[0]: row for row in found["Key figures"][1:] if row[1] == "All"}
    assert figures["Coverage"][3:6] == [0.75, 3.0, 4.0]


def test_the_language_of_the_plan_is_spoken(sample: Sample, tmp_path: Path) -> None:
    found = sheets(replace(sample.record, language="zh"), tmp_path / "plan.xlsx")
    assert list(found)[:2] == ["拜访计划", "日线路"]
    assert found["拜访计划"][0][:3] == ["日期", "客户经理", "顺序"]
    assert found["拜访计划"][1][7] == "指导型"


def test_headers_stay_and_the_key_is_hidden(sample: Sample, tmp_path: Path) -> None:
    write_workbook(sample.record, tmp_path / "plan.xlsx")
    plan = parts(tmp_path / "plan.xlsx", r"xl/worksheets/sheet1\.xml")
    assert 'state="frozen"' in plan
    last = len(PLAN_COLUMNS)
    assert re.search(rf'<col min="{last}" max="{last}"[^>]*hidden="1"', plan)
    assert "<autoFilter" in plan


def test_no_text_is_ever_a_formula(sample: Sample, tmp_path: Path) -> None:
    record = sample.record
    inputs = replace(
        record.inputs,
        retailers=tuple(
            replace(r, name=EVIL, address="@SUM(1)", phone="+1", notes="-1+2")
            for r in record.inputs.retailers
        ),
        reps=tuple(replace(r, name=EVIL) for r in record.inputs.reps),
    )
    routes = tuple(
        replace(r, stops=tuple(replace(s, name=EVIL, purpose=EVIL) for s in r.stops))
        for r in record.schedule.routes
    )
    record = replace(record, inputs=inputs, schedule=replace(record.schedule, routes=routes))
    path = tmp_path / "plan.xlsx"
    found = sheets(record, path)
    assert found["Plan"][1][6] == EVIL  # as it was written, not changed
    body = parts(path, r"xl/worksheets/sheet\d+\.xml")
    assert "<f>" not in body
    assert "<f " not in body
    assert "hyperlink" not in body
    # A cell of such a text is marked as text, so that an edit does not make it a formula.
    styles = parts(path, r"xl/styles\.xml")
    quoted = [
        i
        for i, xf in enumerate(re.findall(r"<xf [^>]*>", styles.split("<cellXfs")[1]))
        if 'quotePrefix="1"' in xf
    ]
    strings = re.findall(r"<si><t[^>]*>(.*?)</t></si>", parts(path, r"xl/sharedStrings\.xml"))
    number = next(i for i, text in enumerate(strings) if text.startswith("=cmd"))
    cells = re.findall(rf'<c r="G\d+" s="(\d+)" t="s"><v>{number}</v>', body)
    assert len(cells) >= 4
    assert {int(style) for style in cells} <= set(quoted)


def test_the_same_plan_gives_the_same_bytes(sample: Sample, tmp_path: Path) -> None:
    first = write_workbook(sample.record, tmp_path / "a.xlsx").read_bytes()
    assert write_workbook(sample.record, tmp_path / "b.xlsx").read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


@pytest.mark.parametrize(
    "name", ["Plan", "a/b:c*d?[e]\\f", "x" * 80, "history", "'quoted'", "\x00\x1f", "Legend"]
)
def test_any_name_makes_a_sheet(sample: Sample, tmp_path: Path, name: str) -> None:
    reps = tuple(replace(r, name=name) for r in sample.record.inputs.reps)
    record = replace(sample.record, inputs=replace(sample.record.inputs, reps=reps))
    assert len(sheets(record, tmp_path / "plan.xlsx")) == 10
