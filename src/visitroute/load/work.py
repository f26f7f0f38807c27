"""The tables of tasks, visits and locks to objects, with the records that are set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from visitroute.errors import Severity
from visitroute.load.cells import Cells
from visitroute.load.reps import RepNames
from visitroute.load.values import (
    UnreadableError,
    counted,
    read_clock,
    read_date,
    read_minutes,
    read_text,
)
from visitroute.load.vocabulary import (
    read_answer,
    read_channel,
    read_quadrant,
    read_task_channel,
)
from visitroute.model import (
    Channel,
    Excluded,
    Horizon,
    Lock,
    Quadrant,
    Task,
    VisitRecord,
)
from visitroute.policy import Policy

Aside = dict[int, tuple[str, str]]


class KnownRetailers:
    """The retailers other tables may name, and those that were set aside with their reason."""

    def __init__(self, ids: frozenset[str], aside: Mapping[str, str]) -> None:
        self.ids = ids
        self.aside = aside

    def fault(self, key: str) -> tuple[str, str, str] | None:
        """Return (code, reason, hint) why a record can't name this retailer, None if it can."""
        if key in self.ids:
            return None
        if key in self.aside:
            reason = f"retailer '{key}' is set aside: {self.aside[key]}"
            return "VR1215", reason, "mend the retailer's own record first"
        hint = "add the shop to the table of retailers, or correct the id"
        return "VR1214", f"no retailer is called '{key}'", hint


def read_tasks(
    cells: Cells, known: KnownRetailers | None, policy: Policy
) -> tuple[tuple[Task, ...], tuple[Excluded, ...]]:
    """Return the tasks and those set aside, in the table's order.

    A task id that stands twice is set aside (VR1216), as is a task of an unknown retailer.
    """
    cells.ids = cells.required_keys("id")
    shops = cells.required_keys("retailer")
    aside: Aside = {}
    first: dict[str, int] = {}
    for i, key in enumerate(cells.ids):
        if key and first.setdefault(key, i) != i:
            reason = f"task '{key}' already stands in row {cells.table.rows[first[key]]}"
            _set_aside(cells, aside, i, "id", "VR1216", reason, "give the task an id of its own")
    _check_retailers(cells, shops, known, aside)
    quadrants = _read_quadrants(cells)
    times = cells.read("appointment", _appointment, "VR1104")
    dues = _read_dues(cells, times)
    earliest = cells.read("earliest", read_date, "VR1103")
    minutes = cells.read("minutes", read_minutes, "VR1102")
    channels = cells.read("channel", read_task_channel, "VR1105")
    types, names, extras = cells.texts("work_type"), cells.texts("name"), cells.extras()
    tasks = []
    for i, key in enumerate(cells.ids):
        due, quadrant, start, time = dues[i], quadrants[i], earliest[i], times[i]
        if due is None or quadrant is None:
            continue
        if start is not None and start > due:
            message = f"the task is due {due}, before its earliest date {start}"
            cells.problem(i, "due", "VR1111", message)
        if i in aside:
            continue
        given = minutes[i]
        tasks.append(
            Task(
                key,
                shops[i],
                quadrant,
                due,
                start,
                policy.quadrants[quadrant].minutes if given is None else given,
                channels[i] or Channel.VISIT,
                types[i],
                names[i],
                None if time is None else time[1],
                extras[i],
            )
        )
    return tuple(tasks), _excluded(cells, shops, aside, names)


def read_visits(
    cells: Cells, known: KnownRetailers | None, reps: RepNames | None, horizon: Horizon
) -> tuple[tuple[VisitRecord, ...], tuple[Excluded, ...]]:
    """Return the history and the records set aside, in the table's order.

    Visits on or after the horizon's start stay in the history with a warning (VR1304):
    cadence is not counted from them. A rep that is no longer there is no fault.
    """
    shops = cells.ids = cells.required_keys("retailer")
    aside: Aside = {}
    _check_retailers(cells, shops, known, aside)
    days = cells.required("date", cells.read("date", read_date, "VR1103"))
    arrivals = cells.read("arrival", read_clock, "VR1104", Severity.WARNING)
    departures = cells.read("departure", read_clock, "VR1104", Severity.WARNING)
    channels = cells.read("channel", read_channel, "VR1105")
    reps_given, outcomes, done = (
        cells.keys("rep"),
        cells.texts("outcome"),
        cells.texts("tasks_done"),
    )
    visits = []
    late = []
    for i, day in enumerate(days):
        if day is None or i in aside:
            continue
        if day >= horizon.start:
            late.append(i)
        rep = reps_given[i]
        visits.append(
            VisitRecord(
                shops[i],
                day,
                (reps.find(rep) or rep) if rep and reps else rep,
                arrivals[i],
                departures[i],
                channels[i] or Channel.VISIT,
                outcomes[i],
                tuple(part for part in re.split(r"[;,，；、\s]+", done[i]) if part),
            )
        )
    if late:
        cells.warn(
            "VR1304",
            f"{counted(len(late), 'visit')} on or after the horizon's start {horizon.start}, the "
            f"first in row {cells.table.rows[late[0]]}: cadence is not counted from there",
            "date",
            "the horizon should start later",
        )
    return tuple(visits), _excluded(cells, shops, aside)


def read_locks(
    cells: Cells, known: KnownRetailers | None, reps: RepNames | None, horizon: Horizon
) -> tuple[tuple[Lock, ...], tuple[Excluded, ...]]:
    """Return the locks inside the horizon and the records set aside, in the table's order.

    Locks outside the horizon are left out with a warning (VR1306); a second lock of one
    retailer on one date (VR1217) and one of an unknown rep (VR1212) are set aside.
    """
    shops = cells.ids = cells.required_keys("retailer")
    aside: Aside = {}
    _check_retailers(cells, shops, known, aside)
    days = cells.required("date", cells.read("date", read_date, "VR1103"))
    times = cells.read("time", read_clock, "VR1104")
    reps_given = cells.keys("rep")
    locks: list[Lock] = []
    first: dict[tuple[str, date], int] = {}
    outside = []
    for i, day in enumerate(days):
        if day is None:
            continue
        rep = given = reps_given[i]
        if given is not None and reps is not None:
            rep = reps.find(given)
            if rep is None:
                hint = "add the rep to the table of reps, or correct the name"
                _set_aside(cells, aside, i, "rep", "VR1212", f"no rep is called '{given}'", hint)
        if first.setdefault((shops[i], day), i) != i:
            row = cells.table.rows[first[shops[i], day]]
            reason = f"retailer '{shops[i]}' is already locked on {day} in row {row}"
            _set_aside(cells, aside, i, "date", "VR1217", reason, "a shop has one visit a day")
        if i in aside:
            continue
        if horizon.holds(day):
            locks.append(Lock(shops[i], day, rep, times[i]))
        else:
            outside.append(i)
    if outside:
        cells.warn(
            "VR1306",
            f"{counted(len(outside), 'lock')} outside the horizon {horizon.start} to "
            f"{horizon.end}, the first in row {cells.table.rows[outside[0]]}: left out",
            "date",
        )
    return tuple(locks), _excluded(cells, shops, aside)


def _set_aside(
    cells: Cells, aside: Aside, i: int, field: str, code: str, reason: str, hint: str
) -> None:
    aside.setdefault(i, (code, reason))
    cells.problem(i, field, code, reason, Severity.QUARANTINE, hint)


def _check_retailers(
    cells: Cells, shops: list[str], known: KnownRetailers | None, aside: Aside
) -> None:
    if known is None:
        return
    for i, key in enumerate(shops):
        fault = known.fault(key) if key else None
        if fault is not None:
            _set_aside(cells, aside, i, "retailer", *fault)


def _excluded(
    cells: Cells, shops: list[str], aside: Aside, names: list[str] | None = None
) -> tuple[Excluded, ...]:
    return tuple(
        Excluded(
            shops[i],
            *aside[i],
            name=names[i] if names else "",
            table=cells.table.name,
            row=cells.table.rows[i],
        )
        for i in sorted(aside)
    )


def _read_quadrants(cells: Cells) -> list[Quadrant | None]:
    """Return the quadrants, from the columns important and urgent where the own one is silent."""
    quadrants = cells.read("quadrant", read_quadrant, "VR1105")
    both = cells.has("important") and cells.has("urgent")
    if not both:
        return cells.required("quadrant", quadrants)
    important = cells.read("important", read_answer, "VR1105")
    urgent = cells.read("urgent", read_answer, "VR1105")
    by_answer = {
        (True, True): Quadrant.Q1,
        (True, False): Quadrant.Q2,
        (False, True): Quadrant.Q3,
        (False, False): Quadrant.Q4,
    }
    raw = cells.raw("quadrant")
    return [
        by_answer[bool(a), bool(b)] if raw[i] is None else quadrants[i]
        for i, (a, b) in enumerate(zip(important, urgent, strict=True))
    ]


def _appointment(cell: Any) -> tuple[date | None, int]:
    """Return the date, where the cell has one, and the second of the day of an appointment."""
    if isinstance(cell, datetime):
        return cell.date(), read_clock(cell)
    if isinstance(cell, date):
        raise UnreadableError(f"{cell} has no time of day", "write 10:30")
    text = read_text(cell)
    dated = re.match(r"\d{4}\D\d{1,2}\D\d{1,2}", text)
    return (read_date(dated[0]) if dated else None), read_clock(cell)


def _read_dues(cells: Cells, times: list[tuple[date | None, int] | None]) -> list[date | None]:
    """Return the due dates; a dated appointment stands in for an empty one, or must agree."""
    dues = cells.read("due", read_date, "VR1103")
    raw = cells.raw("due")
    for i, time in enumerate(times):
        day = None if time is None else time[0]
        if raw[i] is None and day is not None:
            dues[i] = day
        elif raw[i] is None and "due" not in cells.missing:
            cells.problem(i, "due", "VR1101", "due is empty", hint="every row needs it")
        elif day is not None and dues[i] is not None and day != dues[i]:
            message = f"the appointment is on {day}, the task is due {dues[i]}"
            cells.problem(i, "appointment", "VR1111", message)
    return dues
