"""The plan as an Excel workbook: to be read, printed, edited and read back.

Every text is written as text, never as a formula, a number or a link, and what a spreadsheet
would take for a formula is marked as text, so that it stays one when somebody edits the cell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any

from visitroute.errors import VisitRouteError
from visitroute.export.frames import (
    CALL_COLUMNS,
    DROPPED_COLUMNS,
    EXCLUDED_COLUMNS,
    ROUTE_COLUMNS,
    TASK_COLUMNS,
    call_rows,
    dropped_rows,
    excluded_rows,
    is_formula,
    route_rows,
    task_rows,
    visit_rows,
)
from visitroute.export.kpis import SHARES, measure_kpis
from visitroute.export.record import PlanRecord
from visitroute.model import RouteDay
from visitroute.texts import Texts, load_texts
from visitroute.units import format_clock

PLAN_COLUMNS = (
    "date",
    "rep",
    "sequence",
    "arrival",
    "departure",
    "retailer",
    "name",
    "segment",
    "due_state",
    "purpose",
    "tasks",
    "service_minutes",
    "travel_minutes",
    "distance_km",
    "address",
    "phone",
    "due",
    "visit",
)
EDITABLE = ("date", "rep", "sequence")
"""Columns in which an edit counts when the workbook is read back."""

_WIDTHS = {
    "date": 13,
    "rep": 9,
    "sequence": 7,
    "name": 26,
    "purpose": 52,
    "tasks": 14,
    "address": 30,
    "phone": 17,
    "reason": 60,
    "fix": 44,
    "retailer": 14,
    "visit": 24,
}
_WORDS = {"segment": "segment", "due_state": "state", "tier": "tier", "verdict": "verdict"}
_TINTS = {"overdue": "#f9d9d3", "appointment": "#f9d9d3", "locked": "#e3dcf2", "task": "#fdeecb"}
"""Fill of a visit by due state; the word stands beside it."""

_LONGEST_SHEET_NAME = 31


def visit_key(rep: str, day: date, sequence: int) -> str:
    """Return what ties a row of the workbook to its stop in routes.geojson."""
    return f"{rep}|{day.isoformat()}|{sequence}"


def write_workbook(record: PlanRecord, path: str | Path) -> Path:
    """Write the plan as .xlsx: plan, route days, day sheets, what is left out, calls, figures.

    Raises ``VisitRouteError`` VR5001 where XlsxWriter is missing, ``OSError`` where the file
    can't be written.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415
    except ModuleNotFoundError:
        raise VisitRouteError(
            "VR5001", "XlsxWriter is not installed", "pip install 'visitroute[report]'"
        ) from None
    path = Path(path)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(str(partial), options) as book:
            # Without a date of its own the same plan gives the same bytes.
            book.set_properties({"created": _moment(record), "title": "visitroute"})
            _Writer(book, record).write()
        partial.replace(path)
    except FileCreateError as error:  # not an OSError, but made of one
        raise error.args[0] from None
    finally:
        partial.unlink(missing_ok=True)
    return path


def _moment(record: PlanRecord) -> Any:
    return datetime.combine(record.inputs.horizon.start, time())


@dataclass(frozen=True)
class _Look:
    """The formats of a workbook."""

    head: Any
    edit_head: Any
    text: Any
    quoted: Any
    wrapped: Any
    quoted_wrapped: Any
    day: Any
    title: Any
    percent: Any
    number: Any
    edit: Any
    edit_day: Any
    tints: Mapping[str, Any]


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, record: PlanRecord) -> None:
        self.book = book
        self.record = record
        self.texts: Texts = load_texts(record.language)
        top = {"valign": "top"}
        edit = {**top, "bg_color": "#fffbe6", "locked": False}
        add: Callable[[dict[str, Any]], Any] = book.add_format
        head = {"bold": True, "font_color": "#ffffff", "bg_color": "#1f4e79", "text_wrap": True}
        self.look = _Look(
            head=add({**head, **top}),
            edit_head=add({**head, **top, "bg_color": "#8a6d00"}),
            text=add(top),
            quoted=add({**top, "quote_prefix": True}),
            wrapped=add({**top, "text_wrap": True}),
            quoted_wrapped=add({**top, "text_wrap": True, "quote_prefix": True}),
            day=add({**top, "num_format": "yyyy-mm-dd ddd", "align": "left"}),
            title=add({"bold": True, "font_size": 14}),
            percent=add({**top, "num_format": "0.0%"}),
            number=add({**top, "num_format": "0.00"}),
            edit=add(edit),
            edit_day=add({**edit, "num_format": "yyyy-mm-dd ddd", "align": "left"}),
            tints={state: add({**top, "bg_color": tint}) for state, tint in _TINTS.items()},
        )

    def say(self, key: str) -> str:
        text = self.texts.say(key)
        return text[:1].upper() + text[1:]

    def write(self) -> None:
        """Write all sheets."""
        record = self.record
        self._plan()
        self._table("days", ROUTE_COLUMNS, route_rows(record.schedule))
        self._day_sheets()
        self._table("dropped", DROPPED_COLUMNS, dropped_rows(record.schedule, record.inputs))
        self._table("excluded", EXCLUDED_COLUMNS, excluded_rows(record.schedule))
        self._table("tasks", TASK_COLUMNS, task_rows(record.schedule))
        self._table("calls", CALL_COLUMNS, call_rows(record.schedule, record.inputs))
        self._figures()
        self._legend()

    def _plan(self) -> None:
        routes = self.record.schedule.routes
        keys = [visit_key(r.rep, r.date, s.sequence) for r in routes for s in r.stops]
        rows = visit_rows(self.record.schedule, self.record.inputs)
        sheet = self._table(
            "plan",
            PLAN_COLUMNS,
            [{**row, "visit": key} for row, key in zip(rows, keys, strict=True)],
            editable=EDITABLE,
        )
        sheet.set_column(len(PLAN_COLUMNS) - 1, len(PLAN_COLUMNS) - 1, 24, None, {"hidden": True})

    def _table(
        self,
        name: str,
        columns: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
        editable: Sequence[str] = (),
    ) -> Any:
        """Write rows under a frozen header with a filter; return the sheet."""
        sheet = self.book.add_worksheet(self.say(f"sheet.{name}"))
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        for column, key in enumerate(columns):
            look = self.look.edit_head if key in editable else self.look.head
            sheet.write_string(0, column, self.say(f"column.{key}"), look)
            sheet.set_column(column, column, _WIDTHS.get(key, 12))
        for number, row in enumerate(rows, start=1):
            for column, key in enumerate(columns):
                self._cell(sheet, number, column, key, row, edit=key in editable)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
        return sheet

    def _cell(
        self, sheet: Any, row: int, column: int, key: str, values: Mapping[str, Any], *, edit: bool
    ) -> None:
        value = values.get(key)
        if value is None or value == "":
            return
        if key in {"date", "due", "call"}:
            look = self.look.edit_day if edit else self.look.day
            sheet.write_datetime(row, column, date.fromisoformat(value), look)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.look.edit if edit else self.look.text)
        else:
            look = self.look.edit if edit else None
            if key in _WORDS:
                look = self.look.tints.get(value) if key == "due_state" else look
                value = self.say(f"{_WORDS[key]}.{value}")
            self._text(sheet, row, column, value, look, wrap=key in {"purpose", "reason", "fix"})

    def _text(
        self, sheet: Any, row: int, column: int, text: str, look: Any = None, *, wrap: bool = False
    ) -> None:
        if is_formula(text):
            look = self.look.quoted_wrapped if wrap else self.look.quoted
        elif look is None:
            look = self.look.wrapped if wrap else self.look.text
        sheet.write_string(row, column, text[:32767], look)

    def _day_sheets(self) -> None:
        """Write one sheet for each rep: a printed page for each day."""
        sheets = ("plan", "days", "dropped", "excluded", "tasks", "calls", "kpis", "legend")
        names = {self.say(f"sheet.{name}").lower() for name in sheets}
        shown = {rep.id: rep.name or rep.id for rep in self.record.inputs.reps}
        shops = {shop.id: shop for shop in self.record.inputs.retailers}
        for rep, routes in groupby(self.record.schedule.routes, key=lambda r: r.rep):
            sheet = self.book.add_worksheet(_sheet_name(shown.get(rep, rep), names))
            sheet.set_paper(9)  # A4
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            for column, width in enumerate((5, 13, 26, 30, 17, 44, 46, 22)):
                sheet.set_column(column, column, width)
            row = 0
            breaks = []
            for route in routes:
                row = self._day(sheet, row, shown.get(rep, rep), route, shops)
                breaks.append(row)
            sheet.set_h_pagebreaks(breaks[:-1])

    def _day(
        self, sheet: Any, row: int, rep: str, route: RouteDay, shops: Mapping[str, Any]
    ) -> int:
        many = len(route.stops)
        visits = self.texts.say("page.one_visit" if many == 1 else "page.visits", n=many)
        title = f"{route.date.isoformat()} · {rep} · {visits}"
        sheet.write_string(row, 0, title, self.look.title)
        heads = ("", "page.time", "page.name", "page.address", "page.phone", "page.purpose")
        for column, key in enumerate((*heads, "page.checklist", "page.notes")):
            sheet.write_string(row + 1, column, self.say(key) if key else "#", self.look.head)
        row += 2
        for stop in route.stops:
            shop = shops[stop.retailer]
            clock = f"{format_clock(stop.begin)}–{format_clock(stop.departure)}"
            checks = "\n".join(f"☐ {line}" for line in stop.checklist or ("",)).strip()
            name = stop.name or stop.retailer
            cells = (clock, name, shop.address, shop.phone, stop.purpose, checks)
            sheet.write_number(row, 0, stop.sequence, self.look.text)
            for column, text in enumerate(cells, start=1):
                if text:
                    self._text(sheet, row, column, text, wrap=column != 1)
            row += 1
        return row + 1

    def _figures(self) -> None:
        record = self.record
        sheet = self.book.add_worksheet(self.say("sheet.kpis"))
        sheet.freeze_panes(1, 0)
        heads = ("kpi", "by", "group", "value", "numerator", "denominator", "meaning")
        for column, (key, width) in enumerate(
            zip(heads, (22, 12, 16, 10, 12, 12, 80), strict=True)
        ):
            sheet.write_string(0, column, self.say(f"column.{key}"), self.look.head)
            sheet.set_column(column, column, width)
        groups = {rep.id: rep.name or rep.id for rep in record.inputs.reps}
        for row, kpi in enumerate(
            measure_kpis(record.schedule, record.inputs, record.requests), start=1
        ):
            group = kpi.group
            if kpi.by in {"segment", "band"}:
                group = self.say(f"{kpi.by}.{kpi.group}")
            texts = (self.say(f"kpi.{kpi.kpi}"), self.say(f"by.{kpi.by}"), groups.get(group, group))
            for column, text in enumerate(texts):
                if text:
                    self._text(sheet, row, column, text)
            look = self.look.percent if kpi.kpi in SHARES else self.look.number
            if kpi.value is not None:
                sheet.write_number(row, 3, kpi.value, look)
            sheet.write_number(row, 4, kpi.numerator, self.look.text)
            sheet.write_number(row, 5, kpi.denominator, self.look.text)
            self._text(sheet, row, 6, self.say(f"kpi_of.{kpi.kpi}"))
        sheet.autofilter(0, 0, row, len(heads) - 1)

    def _legend(self) -> None:
        sheet = self.book.add_worksheet(self.say("sheet.legend"))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 110)
        lines: Iterable[tuple[str, str, Any]] = (
            (self.say("sheet.plan"), self.say("legend.plan"), None),
            (self.say("legend.edit"), self.say("legend.edit_how"), self.look.edit),
            (self.say("legend.order"), self.say("legend.order_how"), self.look.edit),
            (self.say("legend.delete"), self.say("legend.delete_how"), self.look.edit),
            (self.say("legend.back"), self.say("legend.back_how"), None),
            *(
                (self.say(f"state.{state}"), self.say("legend.tint"), look)
                for state, look in self.look.tints.items()
            ),
        )
        for row, (head, body, look) in enumerate(lines):
            self._text(sheet, row, 0, head, look)
            self._text(sheet, row, 1, body, wrap=True)


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that Excel allows, different from those taken; ``taken`` grows."""
    plain = "".join("_" if c in "[]:*?/\\" or ord(c) < ord(" ") else c for c in name).strip("' ")
    plain = plain[: _LONGEST_SHEET_NAME - 5] or "rep"
    if plain.lower() == "history":  # Excel keeps this one for itself
        plain += "_"
    found, number = plain, 2
    while found.lower() in taken:
        found, number = f"{plain} {number}", number + 1
    taken.add(found.lower())
    return found
