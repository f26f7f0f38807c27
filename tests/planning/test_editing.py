"""A workbook edited by a manager: what it means, and what it breaks."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from planning.town import history, rep, shops, write_town
from visitroute.calendar import WorkingCalendar
from visitroute.errors import InputError
from visitroute.export import read_record
from visitroute.export.workbook import write_workbook
from visitroute.load import read_workspace
from visitroute.planning import EditedPlan, RunOptions, check_workbook, plan_workspace
from visitroute.planning.measuring import measure_schedule
from visitroute.planning.retiming import DayTimer
from visitroute.roads import open_roads

Rows = list[dict[str, Any]]
Edit = Callable[[Rows], Any]

APPOINTMENT = 15 * 3600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace on streets with its plan and the plan's workbook."""
    import csv  # noqa: PLC0415 - here only

    root = tmp_path_factory.mktemp("edited")
    write_town(root / "town.osm")
    rows = shops(9)
    tables = {
        "retailers": rows,
        "reps": [
            rep("A", lunch_window="11:30-13:30", lunch_minutes=45, meetings="Mo 09:30-10:15 team"),
            rep("B"),
        ],
        "visits": history(rows),
        "tasks": [{"id": "t1", "retailer": "S001", "quadrant": "Q1", "due": "2026-12-03"}],
    }
    for name, table in tables.items():
        with (root / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(k for row in table for k in row)))
            writer.writeheader()
            writer.writerows(table)
    files = "\n".join(f'{name} = "{name}.csv"' for name in tables)
    (root / "visitroute.toml").write_text(
        f'[inputs]\n{files}\nroads = "town.osm"\n[horizon]\nstart = 2026-11-30\nweeks = 2\n'
        "[policy.solve]\neffort = 20\n",
        "utf-8",
    )
    write_plan(root)
    return root


def write_plan(root: Path) -> None:
    """Write the plan of a workspace and the plan's workbook."""
    found = plan_workspace(root / "visitroute.toml", RunOptions(cache=False))
    found.write(root / "out")
    write_workbook(read_record(root / "out"), root / "out" / "plan.xlsx")


def read_rows(path: Path) -> tuple[list[str], Rows]:
    with CalamineWorkbook.from_path(str(path)) as book:
        head, *body = book.get_sheet_by_index(0).to_python()
    names = [str(name) for name in head]
    return names, [dict(zip(names, row, strict=True)) for row in body]


@pytest.fixture
def edit(folder: Path, tmp_path: Path) -> Callable[[Edit], EditedPlan]:
    """Return a function that edits the rows of the plan and reads the workbook back."""

    return lambda by: edit_plan(folder, tmp_path / "edited.xlsx", by)


def edit_plan(folder: Path, path: Path, by: Edit) -> EditedPlan:
    head, rows = read_rows(folder / "out" / "plan.xlsx")
    rows = by(rows) or rows
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Plan")
        look = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, head)
        for number, row in enumerate(rows, start=1):
            for column, name in enumerate(head):
                value = row.get(name, "")
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, look)
                elif value != "":
                    sheet.write(number, column, value)
    return check_workbook(path, folder / "visitroute.toml", folder / "out", cache=False)


def order_of(found: EditedPlan, rep_id: str, day: dt.date) -> list[str]:
    route = next(r for r in found.plan.schedule.routes if (r.rep, r.date) == (rep_id, day))
    return [s.retailer for s in route.stops]


def test_an_untouched_workbook_is_the_plan(folder: Path, edit: Callable[[Edit], Any]) -> None:
    found = edit(list)
    assert found.violations == ()
    assert found.plan.schedule.routes == read_record(folder / "out").schedule.routes
    assert (found.edits.num_moved, found.edits.num_added, found.edits.deleted) == (0, 0, ())


def test_rows_in_any_order_are_the_same_plan(edit: Callable[[Edit], Any]) -> None:
    turned = edit(lambda rows: rows[::-1]).plan
    assert turned.schedule == edit(list).plan.schedule


def test_a_visit_moves_to_another_day(edit: Callable[[Edit], Any]) -> None:
    chosen: dict[str, Any] = {}

    def move(rows: Rows) -> None:
        days = sorted({(row["Rep"], row["Date"]) for row in rows})
        row = next(r for r in rows if (r["Rep"], r["Date"] + dt.timedelta(1)) in days)
        row["Date"] += dt.timedelta(1)
        row["No."] = ""
        chosen.update(row)

    found = edit(move)
    assert found.edits.num_moved == 1
    assert chosen["Retailer id"] in order_of(found, chosen["Rep"], chosen["Date"])
    assert {v.code for v in found.violations} <= {"VR2404", "VR2411", "VR2501", "VR2502"}
    again, locks = found.replan(RunOptions(effort=10, cache=False))
    assert [(lock.retailer, lock.date) for lock in locks] == [
        (chosen["Retailer id"], chosen["Date"])
    ]
    days = {
        r.date for r in again.schedule.routes for s in r.stops if s.retailer == locks[0].retailer
    }
    assert chosen["Date"] in days
    assert chosen["Date"] - dt.timedelta(1) not in days


def test_an_order_is_kept_as_it_was_written(edit: Callable[[Edit], Any]) -> None:
    wanted: dict[str, Any] = {}

    def turn(rows: Rows) -> None:
        days = [(row["Rep"], row["Date"]) for row in rows]
        key = max(days, key=days.count)
        own = [row for row in rows if (row["Rep"], row["Date"]) == key]
        for row in own:
            row["No."] = len(own) + 1 - row["No."]
        wanted.update(key=key, order=[r["Retailer id"] for r in own][::-1])

    found = edit(turn)
    assert order_of(found, *wanted["key"]) == wanted["order"]
    assert found.violations == ()
    again, locks = found.replan(RunOptions(effort=10, cache=False))
    assert len(locks) == len(wanted["order"])
    assert all(lock.time is not None for lock in locks)
    kept = next(r for r in again.schedule.routes if (r.rep, r.date) == wanted["key"])
    placed = [s.retailer for s in kept.stops if s.retailer in wanted["order"]]
    assert placed == wanted["order"]
    assert again.check() == ()


def test_a_deleted_visit_is_dropped_by_hand_and_stays_away(edit: Callable[[Edit], Any]) -> None:
    gone: dict[str, Any] = {}

    def delete(rows: Rows) -> Rows:
        gone.update(rows[0])
        return rows[1:]

    found = edit(delete)
    dropped = found.plan.schedule.dropped
    assert [(d.retailer, d.code) for d in dropped] == [(gone["Retailer id"], "VR4114")]
    again, locks = found.replan(RunOptions(effort=10, cache=False))
    assert locks == ()
    there = {(s.retailer, r.date) for r in again.schedule.routes for s in r.stops}
    assert (gone["Retailer id"], gone["Date"]) not in there


def test_a_task_goes_with_its_visit(edit: Callable[[Edit], Any]) -> None:
    found = edit(lambda rows: [row for row in rows if row["Tasks"] != "t1"])
    assert [(t.task, t.status, t.code) for t in found.plan.schedule.tasks] == [
        ("t1", "dropped", "VR4201")
    ]


def test_an_appointment_keeps_its_time_on_a_day_that_changed(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "fixed"
    shutil.copytree(folder, root)
    with (root / "tasks.csv").open("w", encoding="utf-8") as file:
        file.write("id,retailer,quadrant,due,time\nt2,S002,Q1,2026-12-02,15:00\n")
    write_plan(root)

    def move(rows: Rows) -> None:
        fixed = next(row for row in rows if row["Tasks"] == "t2")
        other = next(r for r in rows if r["Rep"] == fixed["Rep"] and r["Date"] != fixed["Date"])
        other["Date"], other["No."] = fixed["Date"], 99

    found = edit_plan(root, tmp_path / "edited.xlsx", move)
    route, stop = next(
        (r, s) for r in found.plan.schedule.routes for s in r.stops if "t2" in s.tasks
    )
    assert stop.begin == APPOINTMENT
    assert stop.sequence < len(route.stops)
    assert "VR2206" not in {v.code for v in found.violations}


def test_a_deleted_visit_of_a_repeated_retailer_is_dropped(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "repeated"
    shutil.copytree(folder, root)
    with (root / "retailers.csv").open(encoding="utf-8") as file:
        rows = file.read().splitlines()
    (root / "retailers.csv").write_text("\n".join([*rows, rows[1]]) + "\n", "utf-8")
    write_plan(root)
    name = rows[1].split(",")[0]

    def delete(rows: Rows) -> Rows:
        return [row for row in rows if row["Retailer id"] != name]

    found = edit_plan(root, tmp_path / "edited.xlsx", delete)
    assert [(e.retailer, e.code) for e in found.plan.schedule.excluded] == [(name, "VR1211")]
    assert {(d.retailer, d.code) for d in found.plan.schedule.dropped} == {(name, "VR4114")}
    totals = found.plan.summary()["totals"]
    assert totals["requested"] == totals["planned"] + totals["dropped"]


def test_an_unknown_rep_of_a_shop_to_be_called_is_told(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "called"
    shutil.copytree(folder, root)
    with (root / "tasks.csv").open("w", encoding="utf-8") as file:
        file.write("id,retailer,quadrant,due,channel\nt3,S003,Q1,2026-12-03,phone\n")
    write_plan(root)

    def assign(rows: Rows) -> None:
        for row in rows:
            if row["Retailer id"] == "S003":
                row["Rep"] = "Nobody"

    found = edit_plan(root, tmp_path / "edited.xlsx", assign)
    assert [(c.rep, c.retailer) for c in found.plan.schedule.calls] == [("A", "S003")]
    assert "Nobody" in {v.rep for v in found.violations}


def test_edits_are_checked_on_roads_of_the_plans_dates(
    folder: Path, edit: Callable[[Edit], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    dates = []

    def spy(*given: Any, **options: Any) -> Any:
        dates.append(options["on"])
        return open_roads(*given, **options)

    monkeypatch.setattr("visitroute.planning.plan.open_roads", spy)
    edit(list)
    assert dates == [read_workspace(folder / "visitroute.toml").horizon.start]


def test_a_visit_can_be_added(edit: Callable[[Edit], Any]) -> None:
    key: dict[str, Any] = {}

    def add(rows: Rows) -> None:
        row = rows[0]
        busy = {(r["Retailer id"], r["Date"]) for r in rows}
        shop = next(
            r["Retailer id"]
            for r in rows
            if r["Rep"] == row["Rep"] and (r["Retailer id"], row["Date"]) not in busy
        )
        key.update(rep=row["Rep"], day=row["Date"], shop=shop)
        rows.append({"Rep": row["Rep"], "Date": row["Date"], "Retailer id": shop})

    found = edit(add)
    assert key["shop"] in order_of(found, key["rep"], key["day"])
    assert found.edits.num_added == 1
    again, locks = found.replan(RunOptions(effort=10, cache=False))
    assert [(lock.retailer, lock.date, lock.time) for lock in locks] == [
        (key["shop"], key["day"], None)
    ]
    there = {(s.retailer, r.date) for r in again.schedule.routes for s in r.stops}
    assert (key["shop"], key["day"]) in there


def test_an_impossible_day_is_told_of(edit: Callable[[Edit], Any]) -> None:
    def crowd(rows: Rows) -> None:
        day = rows[0]["Date"]
        for row in rows:
            if row["Rep"] == rows[0]["Rep"]:
                row["Date"] = day

    found = edit(crowd)
    assert "VR2006" in {v.code for v in found.violations}  # several stops at one shop


def test_every_bad_row_is_named_at_once(edit: Callable[[Edit], Any]) -> None:
    def spoil(rows: Rows) -> None:
        rows[0]["Date"] = "soon"
        rows[1]["Rep"] = ""
        rows[2]["No."] = "first"
        rows[3]["Visit (don't change)"] = "A|2026-01-01|1"
        rows[4]["Retailer id"] = "S999"
        rows.append(dict(rows[5]))

    with pytest.raises(InputError) as caught:
        edit(spoil)
    problems = caught.value.problems
    assert {p.code for p in problems} == {"VR1604"}
    assert [p.row for p in problems[:5]] == [2, 3, 4, 5, 6]
    assert "stands in row 7 too" in problems[-1].message


def test_another_workbook_is_refused(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_column(0, 0, ["Date", "2026-12-01"])
    with pytest.raises(InputError, match="VR1605") as caught:
        check_workbook(path, folder / "visitroute.toml", folder / "out", cache=False)
    assert len(caught.value.problems) == 4
    with pytest.raises(InputError, match="VR1001"):
        check_workbook(
            tmp_path / "no.xlsx", folder / "visitroute.toml", folder / "out", cache=False
        )


def test_days_end_as_early_as_the_planner_makes_them(folder: Path) -> None:
    """The planner's own timing is exact: in its order no day can end earlier."""
    workspace = read_workspace(folder / "visitroute.toml")
    found = plan_workspace(workspace, RunOptions(cache=False))
    calendar = WorkingCalendar(found.policy.calendar, range(2026, 2027))
    places = {r.id: r for r in found.inputs.retailers}
    matrices = measure_schedule(found.inputs, found.schedule, found.roads)
    reps = {r.id: r for r in found.inputs.reps}
    for route in found.schedule.routes:
        timer = DayTimer(found.inputs, reps[route.rep], calendar, matrices[route.rep])
        again = timer.time(route, places, {})
        assert again.end == route.end
        assert again.travel == route.travel
        assert [s.departure - s.begin for s in again.stops] == [
            s.departure - s.begin for s in route.stops
        ]
