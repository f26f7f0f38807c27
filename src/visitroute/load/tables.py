"""A table as it was read: headers, cells and row numbers, before any meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from visitroute.errors import Problem
from visitroute.load.columns import match_columns
from visitroute.load.values import is_blank

Source: TypeAlias = Any
"""A path, ``-`` for standard input, a pandas DataFrame, a GeoDataFrame or a list of dicts."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the input.

    ``columns`` holds the cells of each header in the order of ``rows``, which are the row
    numbers as the user's own program shows them; empty cells are None.
    """

    name: str
    file: str
    headers: tuple[str, ...]
    columns: tuple[list[Any], ...]
    rows: Sequence[int]
    problems: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.rows)


def table_of_rows(
    name: str,
    file: str,
    rows: Sequence[Sequence[Any]],
    problems: Sequence[Problem] = (),
) -> Table:
    """Return a table from a sheet's rows: the first that is not empty is the header.

    Empty rows are passed over but counted. A record with more cells than the header is a
    problem (VR1007): some separator stands unquoted inside a cell.
    """
    found = list(problems)
    numbered = [(i, row) for i, row in enumerate(rows, 1) if not all(map(is_blank, row))]
    if not numbered:
        return Table(name, file, (), (), (), tuple(found))
    head = ["" if is_blank(cell) else str(cell).strip() for cell in numbered[0][1]]
    while head and not head[-1]:
        head.pop()
    records = []
    for number, row in numbered[1:]:
        if any(not is_blank(cell) for cell in row[len(head) :]):
            found.append(
                Problem(
                    "VR1007",
                    f"{len(row)} cells under {len(head)} headers",
                    file=file,
                    row=number,
                    hint='a separator stands inside a cell: put the cell in quotes "…"',
                )
            )
        cells = [None if is_blank(cell) else cell for cell in row[: len(head)]]
        records.append(cells + [None] * (len(head) - len(cells)))
    columns = [list(column) for column in zip(*records, strict=True)] or [[] for _ in head]
    kept = [i for i, header in enumerate(head) if header or any(c is not None for c in columns[i])]
    return Table(
        name,
        file,
        tuple(head[i] or f"column {i + 1}" for i in kept),
        tuple(columns[i] for i in kept),
        [number for number, _ in numbered[1:]],
        tuple(found),
    )


def table_of_records(name: str, records: Sequence[Mapping[str, Any]]) -> Table:
    """Return a table from a list of dicts; the first record is row 2."""
    headers = list(dict.fromkeys(str(key) for record in records for key in record))
    rows = [[record.get(header) for header in headers] for record in records]
    return table_of_rows(name, name, [headers, *rows])


def table_of_frame(name: str, file: str, frame: Any) -> Table:
    """Return a table from a DataFrame or GeoDataFrame; the first record is row 2.

    With a geometry, longitude and latitude come from it: points as they are, others by
    their centroid, put into WGS 84 when the frame knows its coordinate system.
    """
    geometry = getattr(frame, "_geometry_column_name", None)
    headers = [str(header) for header in frame.columns]
    columns = [
        [None if missing or is_blank(value) else value for value, missing in pairs]
        for pairs in (
            zip(frame.iloc[:, i].tolist(), frame.iloc[:, i].isna().tolist(), strict=True)
            for i in range(len(headers))
        )
    ]
    if geometry is not None and geometry in frame.columns:
        given = match_columns(name, headers)
        dropped = {geometry, *(h for f in ("lon", "lat", "lonlat") for h in given.get(f, ()))}
        kept = [i for i, header in enumerate(headers) if header not in dropped]
        lon, lat = _centroids(frame.geometry)
        headers = [headers[i] for i in kept] + ["lon", "lat"]
        columns = [columns[i] for i in kept] + [lon, lat]
    return Table(name, file, tuple(headers), tuple(columns), range(2, len(frame) + 2))


def _centroids(geometry: Any) -> tuple[list[float | None], list[float | None]]:
    import geopandas  # noqa: PLC0415 - tables without geometry need none of it
    import shapely  # noqa: PLC0415

    centroids = shapely.centroid(geometry.to_numpy())
    centroids[shapely.is_empty(centroids)] = None  # GEOS has no coordinate of an empty point
    points = geopandas.GeoSeries(centroids, crs=geometry.crs)
    if points.crs is not None:
        points = points.to_crs(4326)
    values = points.to_numpy()
    xs, ys = shapely.get_x(values).tolist(), shapely.get_y(values).tolist()
    return (
        [None if is_blank(x) else x for x in xs],
        [None if is_blank(y) else y for y in ys],
    )


def source_file(name: str, source: Source) -> str:
    """Return what a source is called in messages: its path as given, or the table's name."""
    if not isinstance(source, str | Path):
        return name
    return "standard input" if source == "-" else str(source)
