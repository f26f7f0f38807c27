"""Files to tables: CSV in the encodings met in the field, XLSX, GeoJSON, GeoPackage, GeoParquet."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visitroute.errors import Problem, Severity
from visitroute.load.tables import (
    Source,
    Table,
    source_file,
    table_of_frame,
    table_of_records,
    table_of_rows,
)

_SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_TEXTS = (".csv", ".tsv", ".txt")
_GEO = (".geojson", ".json", ".gpkg", ".shp", ".fgb")
_PARQUET = (".parquet", ".geoparquet")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_table(name: str, source: Source) -> Table:
    """Return a table of the input from any source.

    ``source`` is a path (``file.xlsx#sheet`` for one sheet), ``-`` for CSV on standard
    input, a DataFrame, a GeoDataFrame, a list of dicts or a table read before. What is wrong
    with the file as a whole stands in the table's ``problems`` (VR1001-VR1004, VR1007, VR1008);
    such a table is empty.
    """
    if isinstance(source, Table):
        return source
    file = source_file(name, source)
    try:
        table = _read(name, file, source)
    except _UnusableError as error:
        return Table(name, file, (), (), (), (error.problem,))
    if len(table) == 0 and all(p.severity is Severity.WARNING for p in table.problems):
        what = "a header but no records" if table.headers else "no header and no records"
        problem = Problem("VR1004", f"the table of {name} has {what}", file=file)
        return Table(name, file, table.headers, table.columns, (), (*table.problems, problem))
    return table


class _UnusableError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def _read(name: str, file: str, source: Source) -> Table:
    if isinstance(source, str) and source == "-":
        return _csv_table(name, file, sys.stdin.buffer.read())
    if isinstance(source, str | Path):
        return _read_path(name, file, str(source))
    if hasattr(source, "columns") and hasattr(source, "iloc"):
        return table_of_frame(name, file, source)
    if isinstance(source, list | tuple) and all(isinstance(row, Mapping) for row in source):
        return table_of_records(name, source)
    kind = type(source).__name__
    raise _UnusableError(
        Problem(
            "VR1003",
            f"{name} can't be read from a {kind}",
            file=file,
            hint="give a path, a DataFrame or a list of dicts",
        )
    )


def _read_path(name: str, file: str, text: str) -> Table:
    base, _, sheet = text.partition("#")
    path, sheet = (Path(text), "") if Path(text).exists() else (Path(base), sheet)
    suffix = path.suffix.lower()
    known = (*_SHEETS, *_TEXTS, *_GEO, *_PARQUET)
    if suffix not in known:
        raise _UnusableError(
            Problem(
                "VR1003",
                f"'{suffix}' is no table format known here" if suffix else "the file has no suffix",
                file=file,
                hint="use .csv, .xlsx, .geojson, .gpkg or .parquet",
            )
        )
    if not path.is_file():
        raise _UnusableError(
            Problem("VR1001", "the file does not exist", file=file, hint=_nearby(path))
        )
    try:
        if suffix in _TEXTS:
            return _csv_table(name, file, path.read_bytes())
        if suffix in _SHEETS:
            return _sheet_table(name, file, path, sheet)
        return table_of_frame(name, file, _geo_frame(path, suffix))
    except _UnusableError:
        raise
    # The readers of the formats raise errors of many kinds; each means the same to the user.
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise _UnusableError(
            Problem("VR1002", f"the file can't be read as {suffix[1:]}: {reason}", file=file)
        ) from error


def _nearby(path: Path) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - for a message only

    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    except OSError:
        return f"the folder {path.parent} does not exist either"
    near = get_close_matches(path.name, names, n=1)
    return f"you meant {path.with_name(near[0])}" if near else ""


def _csv_table(name: str, file: str, data: bytes) -> Table:
    text, problems = _decode(file, data)
    if not text.strip():
        raise _UnusableError(Problem("VR1004", "the file is empty", file=file))
    if "\0" in text:
        raise _UnusableError(
            Problem("VR1002", "the file is not text", file=file, hint="save it as CSV")
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(text))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise _UnusableError(
            Problem("VR1002", f"the CSV breaks off at line {reader.line_num}: {error}", file=file)
        ) from error
    return table_of_rows(name, file, rows, problems)


def _decode(file: str, data: bytes) -> tuple[str, list[Problem]]:
    """Return the text of a file and the warning (VR1008) when it is not in UTF-8."""
    encodings = ["utf-16"] if data.startswith(_UTF16) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig":
            return text, []
        message = f"the file is not in UTF-8; it was read as {encoding.upper()}"
        hint = "look whether names read right, and save the file as CSV UTF-8"
        return text, [Problem("VR1008", message, Severity.WARNING, file=file, hint=hint)]
    raise _UnusableError(
        Problem(
            "VR1002",
            f"the text is in none of the encodings {', '.join(encodings)}",
            file=file,
            hint="save the file as CSV UTF-8",
        )
    )


def sniff_delimiter(text: str) -> str:
    """Return the separator of a CSV text: that of ``, ; tab |`` most frequent in its header."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(part for i, part in enumerate(header.split('"')) if i % 2 == 0)
    return max(",;\t|", key=bare.count)


def _sheet_table(name: str, file: str, path: Path, sheet: str) -> Table:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - CSV users never need it

    with CalamineWorkbook.from_path(str(path)) as book:
        if sheet and sheet not in book.sheet_names:
            names = ", ".join(f"'{n}'" for n in book.sheet_names)
            raise _UnusableError(
                Problem(
                    "VR1002",
                    f"the workbook has no sheet '{sheet}'",
                    file=file,
                    hint=f"one of {names}",
                )
            )
        chosen = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        # Leading empty rows are kept: row numbers are those the user sees.
        rows = chosen.to_python(skip_empty_area=False)
    return table_of_rows(name, file, rows)


def _geo_frame(path: Path, suffix: str) -> Any:
    import geopandas  # noqa: PLC0415 - it takes 2 s to import

    if suffix not in _PARQUET:
        return geopandas.read_file(path)
    try:
        return geopandas.read_parquet(path)
    except ValueError:
        import pandas as pd  # noqa: PLC0415 - a Parquet file without geometry

        return pd.read_parquet(path)
