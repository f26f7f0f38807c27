"""Tables for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any


def rep_table(summary: dict[str, Any]) -> str:
    """Return the figures by rep as aligned text."""
    rows = [
        [
            row["rep"] + (f" {row['name']}" if row["name"] and row["name"] != row["rep"] else ""),
            str(row["days"]),
            str(row["visits"]),
            "-" if row["visits_per_day"] is None else f"{row['visits_per_day']:.1f}",
            "-" if row["travel_share"] is None else f"{row['travel_share']:.0%}",
            f"{row['distance_km']:.0f}",
            str(row["dropped"]),
        ]
        for row in (*summary["reps"], _total(summary["totals"]))
    ]
    head = ["rep", "days", "visits", "a day", "travel share", "km", "dropped"]
    return format_table(head, rows)


def _total(totals: dict[str, Any]) -> dict[str, Any]:
    return {"rep": "all", "name": "", **totals}


def format_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table: the first column flush left, the others flush right."""
    widths = [max(_width(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [_line(head, widths), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths) for row in rows]
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0] + " " * (widths[0] - _width(row[0]))]
    cells += [
        " " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)
    ]
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Return the columns a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
