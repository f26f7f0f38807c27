from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

import visitroute.load
from visitroute import calendar
from visitroute.codes.inputs import INPUTS, PLANS
from visitroute.errors import InputError, Problem, Severity
from visitroute.load import load_inputs
from visitroute.model import Horizon, PlanInput
from visitroute.policy import Policy, load_policy, read

Rows = list[dict[str, Any]]
Faults = Callable[..., tuple[Problem, ...]]
Load = Callable[..., PlanInput]


def test_clean_tables_have_no_problems(load: Load, horizon: Horizon) -> None:
    plan_input = load()
    assert plan_input.problems == ()
    assert plan_input.excluded == ()
    assert plan_input.horizon == horizon
    assert [shop.id for shop in plan_input.retailers] == [f"R{i}" for i in range(6)]


def write_csv(rows: Rows, path: Path) -> Path:
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def write_xlsx(rows: Rows, path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(rows[0]))
        for i, row in enumerate(rows, 1):
            sheet.write_row(i, 0, list(row.values()))
    return path


def write_geojson(rows: Rows, path: Path) -> Path:
    import geopandas  # noqa: PLC0415 - one case only

    frame = pd.DataFrame(rows)
    points = geopandas.points_from_xy(frame.pop("lon"), frame.pop("lat"))
    geopandas.GeoDataFrame(frame, geometry=points, crs=4326).to_file(path, driver="GeoJSON")
    return path


def as_frame(rows: Rows, path: Path) -> pd.DataFrame:
    del path
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("write", "suffix"),
    [(write_csv, "csv"), (write_xlsx, "xlsx"), (write_geojson, "geojson"), (as_frame, "")],
)
def test_every_source_gives_the_same_input(
    load: Load,
    shops: Rows,
    reps: Rows,
    tmp_path: Path,
    write: Callable[[Rows, Path], Any],
    suffix: str,
) -> None:
    given = load()
    read_back = load(
        retailers=write(shops, tmp_path / f"retailers.{suffix}"),
        reps=write(reps, tmp_path / f"reps.{suffix}"),
    )
    for one, other in zip(given.retailers, read_back.retailers, strict=True):
        assert (other.lon, other.lat) == pytest.approx((one.lon, one.lat), abs=1e-6)
        assert replace(other, lon=one.lon, lat=one.lat) == one
    assert read_back.reps[0].shifts == given.reps[0].shifts
    assert (
        replace(read_back.reps[0], start=given.reps[0].start, end=given.reps[0].end)
        == (given.reps[0])
    )


def test_all_tables_are_judged_in_one_run(
    shops: Rows, reps: Rows, policy: Policy, horizon: Horizon, tmp_path: Path
) -> None:
    shops[0]["segment"] = "gold"
    reps[0]["mode"] = "rocket"
    with pytest.raises(InputError) as caught:
        load_inputs(
            shops,
            reps,
            tasks=[{"id": "T", "retailer": "R1", "quadrant": "Q9", "due": "2026-12-01"}],
            visits=tmp_path / "gone.csv",
            locks=[{"retailer": "R1"}],
            horizon=replace(horizon, weeks=0),
            policy=policy,
            datum="mars",
        )
    errors = [p for p in caught.value.problems if p.severity is Severity.ERROR]
    assert [p.code for p in errors] == [
        "VR1405",
        "VR1404",
        "VR1105",
        "VR1105",
        "VR1105",
        "VR1001",
        "VR1005",
    ]
    assert [p.file for p in errors[2:5]] == ["retailers", "reps", "tasks"]


def test_problems_come_by_table_and_row(faults: Faults, shops: Rows, reps: Rows) -> None:
    for shop in (shops[4], shops[1]):
        shop |= {"segment": "gold", "cadence": "often", "lat": None}
    reps[0]["mode"] = "rocket"
    places = [(p.file, p.row) for p in faults(retailers=shops, reps=reps)]
    assert places == [("retailers", 3)] * 3 + [("retailers", 6)] * 3 + [("reps", 2)]


def test_the_same_input_gives_the_same_problems(faults: Faults, shops: Rows) -> None:
    shops += [{**shops[0], "rep": "Z"}, {"id": "x", "lon": None, "lat": None}]
    assert faults(retailers=shops) == faults(retailers=shops)


def test_other_tables_are_not_blamed_for_a_missing_one(faults: Faults) -> None:
    tasks = [{"id": "T", "retailer": "R1", "quadrant": "Q1", "due": "2026-12-01"}]
    problems = faults(retailers="gone.csv", tasks=tasks)
    assert [p.code for p in problems] == ["VR1001"]


@pytest.mark.parametrize(
    ("start", "weeks"),
    [("2026-12-01", 4), (datetime(2026, 12, 1), 4), (date(2026, 12, 1), 0), (None, True)],  # noqa: DTZ001
)
def test_a_bad_horizon_stops_the_run(faults: Faults, start: Any, weeks: Any) -> None:
    codes = {p.code for p in faults(horizon=Horizon(start, weeks)) if p.severity == "error"}
    assert codes == {"VR1404"}


def test_the_calendar_is_judged_too(faults: Faults) -> None:
    china = load_policy({"calendar": {"country": "CN"}})
    late = Horizon(date(2027, 2, 1), 4)
    assert [p.code for p in faults(policy=china, horizon=late)] == ["VR1307"]
    nowhere = load_policy({"calendar": {"country": "XX"}})
    assert [p.code for p in faults(policy=nowhere)] == ["VR1502"]


def test_slack_for_reps_who_stand_in_no_table_is_told(load: Load, reps: Rows) -> None:
    known = str(reps[0]["id"])
    rules = load_policy({"robust": {"slack_by_rep": {known: 20, f"{known}x": 5}}})
    (problem,) = load(policy=rules).problems
    assert (problem.code, problem.severity) == ("VR1504", Severity.WARNING)
    assert problem.id == f"{known}x"
    assert known in problem.hint


def test_importing_the_loader_is_cheap() -> None:
    code = (
        "import sys, visitroute.load, visitroute.calendar as c;"
        "print([m for m in ('pandas', 'geopandas', 'scipy', 'holidays', 'opening_hours') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_code_is_in_the_catalogue_and_every_entry_is_used() -> None:
    folder = Path(visitroute.load.__file__).parent
    asked = sorted((folder.parent / "planning").glob("*.py"))  # questions to a finished plan
    asked.append(folder.parent / "export" / "owners.py")
    sources = [*sorted(folder.glob("*.py")), *asked, Path(calendar.__file__), Path(read.__file__)]
    emitted = {
        code for path in sources for code in re.findall(r'"(VR1\d{3})"', path.read_text("utf-8"))
    } - {entry.code for entry in PLANS}  # plans and workbooks read back: tests/export
    listed = [entry.code for entry in INPUTS]
    assert emitted == set(listed)
    assert listed == sorted(set(listed))
    assert all(entry.title and entry.cause and entry.fix for entry in INPUTS)
