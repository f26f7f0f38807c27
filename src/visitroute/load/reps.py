"""The table of reps to Rep objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from visitroute.coordinates import Datum
from visitroute.errors import Severity
from visitroute.load.cells import Cells
from visitroute.load.hours import read_meetings, read_shift, read_shifts, read_window
from visitroute.load.points import Points, read_points
from visitroute.load.values import (
    read_amounts,
    read_count,
    read_dates,
    read_minutes,
    read_whole_minutes,
)
from visitroute.load.vocabulary import OFF, fold_word, read_mode
from visitroute.model import Place, Rep, Window
from visitroute.policy import Policy
from visitroute.units import MINUTE, format_clock, parse_clock_range

T = TypeVar("T")
Shifts = tuple[Window | None, ...]


@dataclass(frozen=True, slots=True)
class RepNames:
    """The ids reps are known by; a name stands for the id where no other rep has it."""

    ids: frozenset[str]
    names: Mapping[str, str]

    def find(self, text: str) -> str | None:
        """Return the id a table means by ``text``, None for an unknown rep."""
        return text if text in self.ids else self.names.get(text)


def rep_names(reps: tuple[Rep, ...]) -> RepNames:
    """Return the ids and the unambiguous names of the reps."""
    holders: dict[str, list[str]] = {}
    for rep in reps:
        if rep.name:
            holders.setdefault(rep.name, []).append(rep.id)
    names = {name: ids[0] for name, ids in holders.items() if len(ids) == 1}
    return RepNames(frozenset(rep.id for rep in reps), names)


def read_reps(cells: Cells, policy: Policy, datum: Datum) -> tuple[tuple[Rep, ...], Points]:
    """Return the reps of a table and their bases; a faulty rep is an error of the table.

    What the table leaves out comes from the policy's table ``rep``, with a warning (VR1301).
    """
    cells.ids = cells.required_keys("id")
    _note_duplicates(cells)
    bases = read_points(cells, datum, Severity.ERROR)
    ends = read_points(cells, datum, Severity.ERROR, ("end_lon", "end_lat"), optional=True)
    names, extras = cells.texts("name"), cells.extras()
    shifts = _read_shifts(cells, policy)
    lunches = _read_lunches(cells, policy)
    reviews = _assume(
        cells,
        "review_minutes",
        cells.read("review_minutes", read_whole_minutes, "VR1102"),
        policy.rep.review_minutes,
        "{} minutes",
    )
    modes = _assume(cells, "mode", cells.read("mode", read_mode, "VR1105"), policy.rep.mode, "{}")
    lowest, target, highest = _read_bounds(cells)
    leave = cells.read("leave", _leave, "VR1103")
    meetings = cells.read("meetings", read_meetings, "VR1113")
    driving = cells.read("max_driving_minutes", read_whole_minutes, "VR1102")
    capacities = cells.read("capacity", read_amounts, "VR1102")
    _note_reviews(cells, shifts, reviews)
    reps = []
    for i, key in enumerate(cells.ids):
        start = Place(float(bases.lon[i]), float(bases.lat[i]))
        end = Place(float(ends.lon[i]), float(ends.lat[i])) if ends.usable[i] else start
        lunch_window, lunch_minutes = lunches[i]
        reps.append(
            Rep(
                key,
                start,
                end,
                name=names[i],
                shifts=shifts[i],
                lunch_window=lunch_window,
                lunch_minutes=lunch_minutes,
                min_visits=lowest[i] or 0,
                target_visits=target[i],
                max_visits=highest[i],
                mode=modes[i],
                leave=leave[i] or frozenset(),
                meetings=meetings[i] or (),
                review_minutes=reviews[i],
                max_driving_minutes=driving[i],
                capacity=capacities[i] or (),
                extra=extras[i],
            )
        )
    return tuple(reps), bases


def _note_duplicates(cells: Cells) -> None:
    first: dict[str, int] = {}
    for i, key in enumerate(cells.ids):
        if key and first.setdefault(key, i) != i:
            row = cells.table.rows[first[key]]
            message = f"rep '{key}' already stands in row {row}"
            cells.problem(i, "id", "VR1114", message, hint="give each rep one row")


def _assume(cells: Cells, field: str, values: list[T | None], default: T, text: str) -> list[T]:
    """Return values with the policy's default where the table is silent, and say so (VR1301)."""
    raw = cells.raw(field)
    _warn_assumed(
        cells, field, sum(cell is None for cell in raw), "assumed " + text.format(default)
    )
    return [default if value is None else value for value in values]


def _warn_assumed(cells: Cells, field: str, count: int, what: str) -> None:
    if count and len(cells):
        who = "no rep has" if count == len(cells) else f"{count} of {len(cells)} reps have no"
        cells.warn(
            "VR1301",
            f"{who} {field}: {what}",
            hint=f"add a column {field} to the table of reps" if not cells.has(field) else "",
        )


def _leave(cell: Any) -> frozenset[date]:
    return frozenset() if fold_word(cell) in OFF else read_dates(cell)


def _read_shifts(cells: Cells, policy: Policy) -> list[Shifts]:
    workdays = policy.rep.workdays
    given = cells.read("shift", lambda cell: read_shifts(cell, workdays), "VR1110")
    by_day, _ = cells.by_weekday(read_shift, "VR1110")
    window = parse_clock_range(policy.rep.shift)
    default: Shifts = tuple(window if day in workdays else None for day in range(7))
    silent = [
        cell is None and not days for cell, days in zip(cells.raw("shift"), by_day, strict=True)
    ]
    days = ", ".join(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[day] for day in workdays)
    _warn_assumed(cells, "shift", sum(silent), f"assumed {policy.rep.shift} on {days}")
    shifts = []
    for base, days_given, is_silent in zip(given, by_day, silent, strict=True):
        week = default if is_silent else base or (None,) * 7
        shifts.append(tuple(days_given.get(day, week[day]) for day in range(7)))
    return shifts


def _lunch_window(cell: Any) -> tuple[Window | None]:
    return (None if fold_word(cell) in OFF else read_window(cell),)


def _read_lunches(cells: Cells, policy: Policy) -> list[tuple[Window | None, int]]:
    """Return (window, minutes) of each rep's lunch; (None, 0) for none."""
    windows = cells.read("lunch_window", _lunch_window, "VR1104")
    minutes = cells.read("lunch_minutes", read_minutes, "VR1102")
    default = parse_clock_range(policy.rep.lunch_window)
    both = zip(cells.raw("lunch_window"), cells.raw("lunch_minutes"), strict=True)
    silent = sum(a is None and b is None for a, b in both)
    what = f"assumed {policy.rep.lunch_minutes} minutes within {policy.rep.lunch_window}"
    _warn_assumed(cells, "lunch_window", silent, what)
    lunches: list[tuple[Window | None, int]] = []
    for i, (given, asked) in enumerate(zip(windows, minutes, strict=True)):
        window = default if given is None else given[0]
        if window is None or asked == 0:
            lunches.append((None, 0))
            continue
        room = (window[1] - window[0]) // MINUTE
        length = min(policy.rep.lunch_minutes, room) if asked is None else asked
        if length > room or not float(length).is_integer():
            span = f"{format_clock(window[0])}-{format_clock(window[1])}"
            message = f"a lunch of {length:g} minutes does not fit into {span}"
            if length <= room:
                message = f"a lunch of {length:g} minutes is not a whole number of minutes"
            cells.problem(i, "lunch_minutes", "VR1112", message, hint="widen the lunch window")
        lunches.append((window, int(length)))
    return lunches


def _read_bounds(
    cells: Cells,
) -> tuple[list[int | None], list[int | None], list[int | None]]:
    fields = ("min_visits", "target_visits", "max_visits")
    lowest, target, highest = (cells.read(field, read_count, "VR1102") for field in fields)
    silent = sum(cell is None for cell in cells.raw("max_visits"))
    _warn_assumed(cells, "max_visits", silent, "working time alone bounds the day")
    for i in range(len(cells)):
        given = [
            (field, value)
            for field, value in zip(fields, (lowest[i], target[i], highest[i]), strict=True)
            if value is not None
        ]
        for (below, less), (above, more) in pairwise(given):
            if less > more:
                cells.problem(i, below, "VR1109", f"{below} {less} is above {above} {more}")
        if highest[i] == 0:
            hint = "enter the days off as leave"
            cells.problem(i, "max_visits", "VR1109", "max_visits is 0", hint=hint)
    return lowest, target, highest


def _note_reviews(cells: Cells, shifts: list[Shifts], reviews: list[int]) -> None:
    for i, (week, review) in enumerate(zip(shifts, reviews, strict=True)):
        lengths = [shift[1] - shift[0] for shift in week if shift is not None]
        if lengths and review * MINUTE >= min(lengths):
            message = f"a review of {review} minutes leaves nothing of the shift"
            cells.problem(i, "review_minutes", "VR1109", message)
