"""What somebody changed in a plan's workbook: visits moved, put in order, deleted, added."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visitroute.errors import InputError, Problem
from visitroute.export.workbook import PLAN_COLUMNS, visit_key
from visitroute.load import read_table
from visitroute.load.values import UnreadableError, read_date, read_id, read_number
from visitroute.model import RouteDay, Schedule, Stop
from visitroute.texts import load_texts

NEEDED = ("date", "rep", "sequence", "retailer", "visit")
LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class EditedVisit:
    """One row of the edited sheet; ``stop`` and ``was`` are what it was made from.

    ``stop`` is None for a row that somebody added. ``place`` orders the visits of a day, None
    where the order is left open.
    """

    rep: str
    date: dt.date
    retailer: str
    place: float | None
    stop: Stop | None = None
    was: tuple[str, dt.date] | None = None

    @property
    def is_moved(self) -> bool:
        """Tell whether the visit is on another day or another rep's, or is new."""
        return self.was != (self.rep, self.date)


@dataclass(frozen=True, slots=True)
class Edits:
    """The visits an edited workbook holds, and those of the plan it no longer has."""

    visits: tuple[EditedVisit, ...]
    deleted: tuple[tuple[RouteDay, Stop], ...]

    @property
    def num_moved(self) -> int:
        """Visits moved to another day or rep."""
        return sum(v.is_moved and v.stop is not None for v in self.visits)

    @property
    def num_added(self) -> int:
        """Visits added by hand."""
        return sum(v.stop is None for v in self.visits)


def read_edits(path: str | Path, schedule: Schedule) -> Edits:
    """Return what a workbook that ``visitroute export`` wrote says now.

    ``schedule`` is the plan it was written from. Raises ``InputError``: VR1001, VR1002 for a file
    that can't be read, VR1604 with every row that makes no sense.
    """
    table = read_table("plan", str(path))
    if table.problems:
        raise InputError(table.problems)
    columns = _match(table.headers, str(path))
    known = {
        visit_key(route.rep, route.date, stop.sequence): (route, stop)
        for route in schedule.routes
        for stop in route.stops
    }
    reader = _Rows(str(path))
    visits = []
    used: dict[str, int] = {}
    for i, row in enumerate(table.rows):
        cells = {name: table.columns[at][i] for name, at in columns.items()}
        visit = reader.read(row, cells, known)
        key = str(cells["visit"] or "")
        if key and used.setdefault(key, row) != row:
            reader.note(row, "visit", f"the visit stands in row {used[key]} too: delete one")
        visits.append(visit)
    if reader.problems:
        raise InputError(reader.problems)
    deleted = tuple(found for key, found in known.items() if key not in used)
    return Edits(tuple(v for v in visits if v is not None), deleted)


def _match(headers: tuple[str, ...], file: str) -> dict[str, int]:
    """Return where the needed columns stand, by their names in any language."""
    names = {
        load_texts(language).say(f"column.{column}"): column
        for language in LANGUAGES
        for column in PLAN_COLUMNS
    }
    found = {names.get(header, header): at for at, header in enumerate(headers)}
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise InputError(
            [
                Problem(
                    "VR1605",
                    f"the first sheet has no column '{load_texts('en').say(f'column.{name}')}'",
                    file=file,
                    hint="give a workbook that `visitroute export` wrote, with all its columns",
                )
                for name in missing
            ]
        )
    return {name: found[name] for name in NEEDED}


class _Rows:
    """Reads rows and notes every problem."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def note(self, row: int, column: str, message: str, hint: str = "") -> None:
        self.problems.append(
            Problem("VR1604", message, file=self.file, row=row, column=column, hint=hint)
        )

    def read(
        self,
        row: int,
        cells: Mapping[str, Any],
        known: Mapping[str, tuple[RouteDay, Stop]],
    ) -> EditedVisit | None:
        day = self._value(row, "date", cells["date"], read_date)
        rep = self._value(row, "rep", cells["rep"], read_id)
        shop = self._value(row, "retailer", cells["retailer"], read_id)
        place = None
        if cells["sequence"] is not None:
            place = self._value(row, "sequence", cells["sequence"], read_number)
            if place is not None and not math.isfinite(place):
                self.note(row, "sequence", f"{place} is no place in a day")
        if day is None or rep is None or shop is None:
            return None
        key = cells["visit"]
        if key is None:
            return EditedVisit(rep, day, shop, place)
        if str(key) not in known:
            hint = "name the folder the workbook was made from: --plan out/"
            self.note(row, "visit", f"the plan has no visit '{key}'", hint)
            return None
        route, stop = known[str(key)]
        if stop.retailer != shop:
            self.note(row, "retailer", f"the visit is one at '{stop.retailer}', not at '{shop}'")
            return None
        return EditedVisit(rep, day, shop, place, stop, (route.rep, route.date))

    def _value(self, row: int, column: str, cell: Any, read: Callable[[Any], Any]) -> Any:
        if cell is None:
            self.note(row, column, f"{column} is empty")
            return None
        try:
            return read(cell)
        except UnreadableError as error:
            self.note(row, column, str(error))
            return None
