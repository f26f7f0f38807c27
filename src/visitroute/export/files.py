"""Writing a plan to a folder: GeoJSON, CSV tables and figures, each file whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from visitroute.export.features import to_geojson
from visitroute.export.frames import (
    CALL_COLUMNS,
    DROPPED_COLUMNS,
    EXCLUDED_COLUMNS,
    TASK_COLUMNS,
    VISIT_COLUMNS,
    call_rows,
    dropped_rows,
    excluded_rows,
    task_rows,
    to_csv,
    visit_rows,
)
from visitroute.export.record import BACKGROUND, PlanRecord, to_background

MARK = "\ufeff"
"""Byte order mark: spreadsheets read Chinese names right."""


def write_plan(folder: str | Path, record: PlanRecord, summary: dict[str, Any]) -> list[Path]:
    """Write routes.geojson, five CSV tables, two JSON files; return their paths.

    CSV files carry a byte order mark, so that spreadsheets read Chinese names right.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    schedule, inputs = record.schedule, record.inputs
    tables = {
        "visits.csv": to_csv(visit_rows(schedule, inputs), VISIT_COLUMNS),
        "dropped.csv": to_csv(dropped_rows(schedule, inputs), DROPPED_COLUMNS),
        "excluded.csv": to_csv(excluded_rows(schedule), EXCLUDED_COLUMNS),
        "tasks.csv": to_csv(task_rows(schedule), TASK_COLUMNS),
        "calls.csv": to_csv(call_rows(schedule, inputs), CALL_COLUMNS),
    }
    texts = {
        "routes.geojson": to_geojson(schedule, inputs),
        **{name: MARK + text for name, text in tables.items()},
        "summary.json": json_text(summary),
        BACKGROUND: to_background(record),
    }
    return [write_text(folder / name, text) for name, text in texts.items()]


def json_text(value: dict[str, Any]) -> str:
    """Return the text of a JSON file that people may read."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return the text of a CSV file; the parts of a list are set side by side."""
    flat = [
        {k: " ".join(map(str, v)) if isinstance(v, list) else v for k, v in row.items()}
        for row in rows
    ]
    return MARK + to_csv(flat, columns)


def write_text(path: Path, text: str) -> Path:
    """Write a file in one step: a reader or a crash never sees half of it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(text.encode("utf-8"))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path
