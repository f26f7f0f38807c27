"""The cells of a table by field, read column by column with every fault noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from visitroute.errors import Problem, Severity
from visitroute.load.columns import REQUIRED, WEEKDAY_FIELDS, match_columns, near_header
from visitroute.load.findings import Findings
from visitroute.load.tables import Table
from visitroute.load.values import UnreadableError, read_id, read_text
from visitroute.model import Extra

T = TypeVar("T")


class Cells:
    """A table with its columns matched to fields.

    Notes every missing required column (VR1005) and every field that two columns name
    (VR1006) in ``findings``; of two columns the first is read.
    """

    def __init__(self, table: Table, findings: Findings) -> None:
        self.table = table
        self.findings = findings
        findings.extend(table.name, table.problems)
        matched = match_columns(table.name, table.headers)
        self._columns = {field: table.headers.index(found[0]) for field, found in matched.items()}
        for field, found in matched.items():
            if len(found) > 1:
                self._note(
                    "VR1006",
                    "the columns " + " and ".join(f"'{h}'" for h in found) + f" both mean {field}",
                    hint="rename or remove all but one",
                )
        self.missing = self._missing() if table.headers else REQUIRED[table.name]
        if table.headers:
            for field in self.missing:
                self._note_missing(field)
        taken = {header for found in matched.values() for header in found}
        self._extra = [i for i, header in enumerate(table.headers) if header not in taken]
        self.ids: list[str] = [""] * len(table)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.table)

    @property
    def is_usable(self) -> bool:
        """Whether there are records and every required column."""
        return len(self) > 0 and not self.missing

    def has(self, field: str) -> bool:
        """Tell whether some column names the field."""
        return field in self._columns

    def header(self, field: str) -> str:
        """Return the table's own header of a field, or the field's name."""
        return self.table.headers[self._columns[field]] if self.has(field) else field

    def raw(self, field: str) -> list[Any]:
        """Return the cells of a field as they are, None where empty."""
        if not self.has(field):
            return [None] * len(self)
        return self.table.columns[self._columns[field]]

    def read(
        self,
        field: str,
        convert: Callable[[Any], T],
        code: str,
        severity: Severity = Severity.ERROR,
    ) -> list[T | None]:
        """Return the cells of a field as values; None where empty or unreadable (noted)."""
        known: dict[tuple[type, Any], T | UnreadableError] = {}
        values: list[T | None] = []
        for i, cell in enumerate(self.raw(field)):
            if cell is None:
                values.append(None)
                continue
            key = (type(cell), cell)
            try:
                if key not in known:
                    known[key] = _attempt(convert, cell)
                value = known[key]
            except TypeError:  # a list or a dict in a DataFrame's cell
                value = _attempt(convert, read_text(cell))
            if isinstance(value, UnreadableError):
                self.problem(i, field, code, str(value), severity, value.hint)
                values.append(None)
            else:
                values.append(value)
        return values

    def texts(self, field: str) -> list[str]:
        """Return the cells of a field as text, empty where there is none."""
        return ["" if cell is None else read_text(cell) for cell in self.raw(field)]

    def keys(self, field: str) -> list[str | None]:
        """Return the cells of a field as identifiers."""
        return [None if cell is None else read_id(cell) for cell in self.raw(field)]

    def required_keys(self, field: str) -> list[str]:
        """Return identifiers that must be there; empty ones are errors (VR1101)."""
        keys = self.keys(field)
        if field not in self.missing:
            for i, key in enumerate(keys):
                if not key:
                    self.problem(i, field, "VR1101", f"{field} is empty", hint="every row needs it")
        return [key or "" for key in keys]

    def required(self, field: str, values: list[T | None]) -> list[T | None]:
        """Return values after noting the cells that are empty though needed (VR1101)."""
        if field not in self.missing:
            for i, cell in enumerate(self.raw(field)):
                if cell is None:
                    self.problem(i, field, "VR1101", f"{field} is empty", hint="every row needs it")
        return values

    def by_weekday(
        self, convert: Callable[[Any], T], code: str
    ) -> tuple[list[dict[int, T]], list[dict[int, str]]]:
        """Return for each record weekday → value and weekday → text of the weekday columns."""
        values: list[dict[int, T]] = [{} for _ in range(len(self))]
        texts: list[dict[int, str]] = [{} for _ in range(len(self))]
        for weekday, field in enumerate(WEEKDAY_FIELDS):
            if not self.has(field):
                continue

            def wrap(cell: Any) -> tuple[T]:
                return (convert(cell),)  # None is a value here: a day off

            for i, value in enumerate(self.read(field, wrap, code)):
                if value is not None:
                    values[i][weekday] = value[0]
                    texts[i][weekday] = read_text(self.raw(field)[i])
        return values, texts

    def extras(self) -> list[Extra]:
        """Return the columns no field claims, as (header, text) of the cells that are not empty."""
        headers = self.table.headers
        columns = [(headers[i], self.table.columns[i]) for i in self._extra]
        return [
            tuple((h, read_text(column[i])) for h, column in columns if column[i] is not None)
            for i in range(len(self))
        ]

    def problem(
        self,
        i: int,
        field: str,
        code: str,
        message: str,
        severity: Severity = Severity.ERROR,
        hint: str = "",
    ) -> None:
        """Note a problem of record ``i`` (from 0)."""
        problem = Problem(
            code,
            message,
            severity,
            self.table.file,
            self.table.rows[i],
            self.header(field) if field else "",
            self.ids[i],
            hint,
        )
        self.findings.add(self.table.name, problem)

    def warn(self, code: str, message: str, field: str = "", hint: str = "") -> None:
        """Note a warning about the table as a whole."""
        self._note(code, message, field, hint, Severity.WARNING)

    def fail(self, code: str, message: str, field: str = "", hint: str = "") -> None:
        """Note an error of the table as a whole."""
        self._note(code, message, field, hint)

    def _note(
        self,
        code: str,
        message: str,
        field: str = "",
        hint: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        column = self.header(field) if field else ""
        problem = Problem(code, message, severity, self.table.file, column=column, hint=hint)
        self.findings.add(self.table.name, problem)

    def _missing(self) -> tuple[str, ...]:
        instead = {"lon": ("lonlat",), "lat": ("lonlat",), "quadrant": ("important", "urgent")}
        return tuple(
            field
            for field in REQUIRED[self.table.name]
            if not self.has(field)
            and not (field in instead and all(self.has(f) for f in instead[field]))
        )

    def _note_missing(self, field: str) -> None:
        headers = self.table.headers
        matched = {self.table.headers[i] for i in self._columns.values()}
        near = near_header(self.table.name, field, [h for h in headers if h not in matched])
        what = f"'{field}'" + (" (or important and urgent)" if field == "quadrant" else "")
        self._note(
            "VR1005",
            f"no column is {what}; there are " + ", ".join(f"'{h}'" for h in headers),
            hint=f"'{near}' is meant: rename it to {field}" if near else f"add a column {field}",
        )


def _attempt(convert: Callable[[Any], T], cell: Any) -> T | UnreadableError:
    try:
        return convert(cell)
    except UnreadableError as error:
        return error
    except ValueError as error:
        return UnreadableError(str(error))
