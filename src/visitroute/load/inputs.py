"""All tables of one planning run to a PlanInput, with every fault of every table at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from visitroute.calendar import WorkingCalendar
from visitroute.coordinates import Datum
from visitroute.errors import PolicyError, Problem, Severity
from visitroute.load.cells import Cells
from visitroute.load.files import read_table
from visitroute.load.findings import Findings
from visitroute.load.points import Points, judge_points, read_points
from visitroute.load.reps import RepNames, read_reps, rep_names
from visitroute.load.retailers import note_identifiers, read_retailers
from visitroute.load.tables import Source
from visitroute.load.values import counted
from visitroute.load.work import KnownRetailers, read_locks, read_tasks, read_visits
from visitroute.model import Channel, Horizon, PlanInput, Rep, Retailer, Task
from visitroute.policy import Policy

_ANY_HORIZON = Horizon(date(2024, 1, 1), 1)
"""Stands in while a run with a bad horizon is searched for its other faults."""
_DATUM_HINT = "wgs84 (GPS, OpenStreetMap), gcj02 (Amap 高德, Tencent) or bd09 (Baidu 百度)"


def load_inputs(
    retailers: Source,
    reps: Source,
    tasks: Source | None = None,
    visits: Source | None = None,
    locks: Source | None = None,
    *,
    horizon: Horizon,
    policy: Policy,
    datum: Datum | str | Mapping[str, str] = Datum.WGS84,
) -> PlanInput:
    """Read the tables of a planning run and return the clean records, in the tables' order.

    Each table is a path (CSV, XLSX, GeoJSON, GeoPackage, GeoParquet; ``-`` for CSV on
    standard input), a DataFrame, a GeoDataFrame or a list of dicts. ``datum`` holds for
    all coordinates, or names one for ``retailers`` and one for ``reps``; the records come
    back in WGS 84.

    Records that can't take part are set aside in ``excluded``; they and all warnings stand
    in ``problems``. Raises ``InputError`` with every problem of every table (VR1xxx) when
    one of them is an error.
    """
    findings = Findings()
    datums = read_datums(datum, findings)
    checked = _check_horizon(horizon, findings)
    findings.extend("", _calendar_warnings(policy, checked))

    rep_cells = Cells(read_table("reps", reps), findings)
    shop_cells = Cells(read_table("retailers", retailers), findings)
    rep_records, bases = read_reps(rep_cells, policy, datums["reps"])
    names = rep_names(rep_records) if rep_cells.is_usable else None
    shops, excluded, known = _read_shops(
        shop_cells, rep_cells, bases, names, checked, policy, datums["retailers"]
    )

    task_records: tuple[Any, ...] = ()
    visit_records: tuple[Any, ...] = ()
    lock_records: tuple[Any, ...] = ()
    if tasks is not None:
        task_records, aside = read_tasks(_cells("tasks", tasks, findings), known, policy)
        excluded += aside
    if visits is not None:
        cells = _cells("visits", visits, findings)
        visit_records, aside = read_visits(cells, known, names, checked)
        excluded += aside
    if locks is not None:
        cells = _cells("locks", locks, findings)
        lock_records, aside = read_locks(cells, known, names, checked)
        excluded += aside
    if rep_cells.is_usable:
        _note_loads(shop_cells, shops, rep_records)
        findings.extend("", _unknown_slack(policy, rep_records))
    if not visit_records and shops:
        findings.add("visits", _no_history(len(shops)))
    findings.stop_on_errors()
    called = {shop.id for shop in shops if shop.channel is Channel.PHONE}
    return PlanInput(
        shops,
        rep_records,
        horizon,
        tuple(_by_phone(task, called) for task in task_records),
        visit_records,
        lock_records,
        excluded,
        findings.sorted(),
    )


def _by_phone(task: Task, called: set[str]) -> Task:
    """Return a task, by phone where its shop is only called and no visit is needed."""
    if task.retailer in called and task.may_be_called:
        return replace(task, channel=Channel.PHONE)
    return task


def _cells(name: str, source: Source, findings: Findings) -> Cells:
    """Return a table that may be empty: a header without records is nothing wrong here."""
    table = read_table(name, source)
    if table.headers:
        kept = tuple(problem for problem in table.problems if problem.code != "VR1004")
        table = replace(table, problems=kept)
    return Cells(table, findings)


def _read_shops(
    cells: Cells,
    rep_cells: Cells,
    bases: Points,
    names: RepNames | None,
    horizon: Horizon,
    policy: Policy,
    datum: Datum,
) -> tuple[tuple[Retailer, ...], tuple[Any, ...], KnownRetailers | None]:
    """Return retailers, records set aside, and what other tables may name (None: unknown)."""
    note_identifiers(cells)
    points = read_points(cells, datum, Severity.QUARANTINE)
    judge_points(cells, points, rep_cells, bases, policy.roads.far_km)
    shops, excluded = read_retailers(cells, points, names, horizon, policy)
    if len(cells) == 0 or "id" in cells.missing:
        return shops, excluded, None
    aside = {record.retailer: record.reason for record in reversed(excluded)}
    return shops, excluded, KnownRetailers(frozenset(shop.id for shop in shops), aside)


def read_datums(
    datum: Datum | str | Mapping[str, str], findings: Findings, file: str = "", key: str = "datum"
) -> dict[str, Datum]:
    """Return the datum of retailers and reps; an unknown one is noted (VR1405).

    ``file`` and ``key`` say where it stands.
    """
    tables = ("retailers", "reps")

    def read(value: Any, column: str) -> Datum:
        try:
            return Datum(str(value).lower().replace("-", "").replace(" ", ""))
        except ValueError:
            message = f"'{value}' is no datum known here"
            findings.add("", Problem("VR1405", message, file=file, column=column, hint=_DATUM_HINT))
            return Datum.WGS84

    if not isinstance(datum, Mapping):
        return dict.fromkeys(tables, read(datum, key))
    for table in datum:
        if table not in tables:
            message = f"a datum is given for '{table}', which has no coordinates of its own"
            hint = "one of retailers, reps"
            findings.add("", Problem("VR1405", message, file=file, column=key, hint=hint))
    return {table: read(datum.get(table, Datum.WGS84), f"{key}.{table}") for table in tables}


def _check_horizon(horizon: Horizon, findings: Findings) -> Horizon:
    start, weeks = horizon.start, horizon.weeks
    faults = []
    if not isinstance(start, date) or isinstance(start, datetime):
        faults.append(("start", f"the horizon's start is {start!r}, not a date"))
    if isinstance(weeks, bool) or not isinstance(weeks, int) or weeks < 1:
        faults.append(("weeks", f"the horizon has {weeks!r} weeks"))
    for key, message in faults:
        hint = "a horizon has a start such as 2026-12-01 and 1 or more whole weeks"
        findings.add("", Problem("VR1404", message, column=f"horizon.{key}", hint=hint))
    return _ANY_HORIZON if faults else horizon


def _calendar_warnings(policy: Policy, horizon: Horizon) -> tuple[Problem, ...]:
    """Return what the working calendar warns of, or why there can be none."""
    years = range(horizon.start.year, horizon.end.year + 1)
    try:
        return WorkingCalendar(policy.calendar, years).warnings
    except PolicyError as error:
        return error.problems


def _note_loads(cells: Cells, shops: Sequence[Retailer], reps: Sequence[Rep]) -> None:
    """Warn of loads in a dimension that no rep's capacity names: nothing bounds them (VR1308)."""
    bounded = {name for rep in reps for name, _ in rep.capacity}
    loose = Counter(name for shop in shops for name, _ in shop.load if name not in bounded)
    for name, count in sorted(loose.items()):
        known = ", ".join(sorted(bounded)) or "none"
        what = f"load '{name}'" if name else "load without a name"
        cells.warn(
            "VR1308",
            f"{counted(count, 'retailer')} with a {what}, which no rep's capacity bounds",
            "load",
            f"the capacities of reps name: {known}",
        )


def _unknown_slack(policy: Policy, reps: Sequence[Rep]) -> list[Problem]:
    """Return a warning for each slack of a rep who stands in no table: it holds for nobody."""
    ids = [rep.id for rep in reps]
    found = []
    for name in sorted(set(policy.robust.slack_by_rep).difference(ids)):
        near = get_close_matches(name, ids, n=3)
        found.append(
            Problem(
                "VR1504",
                f"minutes are kept free for '{name}', and no rep has this id",
                Severity.WARNING,
                column="robust.slack_by_rep",
                id=name,
                hint=f"you meant {', '.join(near)}" if near else "copy it from the table of reps",
            )
        )
    return found


def _no_history(count: int) -> Problem:
    return Problem(
        "VR1302",
        f"no earlier visits are known: {counted(count, 'retailer')} without history",
        Severity.WARNING,
        hint="give a table of visits made, so that cadence is counted from the last one",
    )
