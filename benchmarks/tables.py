"""Rows of figures as a Markdown table and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = Mapping[str, object]


def table_lines(rows: Sequence[Row]) -> list[str]:
    """Return a Markdown table; its columns are the keys of all rows, in order of appearance."""
    names = columns(rows)
    lines = [" | ".join(names), " | ".join("---" for _ in names)]
    lines += [" | ".join(show(row.get(name)) for name in names) for row in rows]
    return [f"| {line} |" for line in lines]


def columns(rows: Sequence[Row]) -> list[str]:
    """Return the keys of all rows, in order of appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def show(value: object) -> str:
    """Return a value for a reader: floats with four digits, or whole from a thousand on."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as CSV, with every digit."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns(rows))
        writer.writeheader()
        writer.writerows(rows)
