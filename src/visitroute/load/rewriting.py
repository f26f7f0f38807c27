"""A table as it was given, with other reps in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visitroute.load.columns import match_columns
from visitroute.load.tables import Table
from visitroute.load.values import read_id

Row = dict[str, Any]


def rows_with_reps(table: Table, reps: Mapping[str, str]) -> tuple[list[Row], list[str]]:
    """Return the rows of a table of retailers with the reps of ``reps`` by id, and its headers.

    The column keeps its own header; a table without one gets ``rep`` at its end. Rows whose id
    ``reps`` does not name, and all other cells, stay as they are.
    """
    matched = match_columns(table.name, table.headers)
    headers = list(table.headers)
    columns = dict(zip(headers, table.columns, strict=True))
    header = matched["rep"][0] if matched.get("rep") else "rep"
    if header not in columns:
        headers.append(header)
        columns[header] = [None] * len(table)
    ids = columns[matched["id"][0]]
    rows = []
    first: set[str] = set()
    for i in range(len(table)):
        row = {name: columns[name][i] for name in headers}
        key = "" if ids[i] is None else read_id(ids[i])
        # Of rows with one id the first counts, as when the table is read.
        if key in reps and key not in first:
            row[header] = reps[key]
        first.add(key)
        rows.append(row)
    return rows, headers
