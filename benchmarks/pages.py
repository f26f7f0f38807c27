"""Measures reports: bytes, seconds and memory of a plan's map page, whole and split by rep.

    python -m benchmarks.pages FOLDER [--copies 20]

FOLDER is one that ``visitroute plan`` wrote. Copies stand side by side, each with reps, retailers
and days of its own, so that a plan of ten reps becomes one of two hundred. Each report is made in a
process of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.alone import run_alone
from benchmarks.tables import table_lines

from visitroute.export import PlanRecord, read_record
from visitroute.model import Line, Place
from visitroute.report import write_report


def copy_record(record: PlanRecord, copies: int) -> PlanRecord:
    """Return a plan that is ``copies`` times as large: each copy a step further to the east."""
    lons = [shop.lon for shop in record.inputs.retailers]
    step = (max(lons) - min(lons)) * 1.1
    parts = [_moved(record, number, number * step) for number in range(copies)]
    schedule = replace(
        record.schedule,
        routes=tuple(r for p in parts for r in p.schedule.routes),
        dropped=tuple(d for p in parts for d in p.schedule.dropped),
        tasks=(),
        excluded=(),
        bases=tuple(b for p in parts for b in p.schedule.bases),
    )
    inputs = replace(
        record.inputs,
        retailers=tuple(r for p in parts for r in p.inputs.retailers),
        reps=tuple(r for p in parts for r in p.inputs.reps),
        tasks=(),
    )
    return replace(
        record,
        schedule=schedule,
        inputs=inputs,
        requests=tuple(r for p in parts for r in p.requests),
        main_streets=tuple(line for p in parts for line in p.main_streets),
        streets=tuple(line for p in parts for line in p.streets),
    )


def _moved(record: PlanRecord, number: int, east: float) -> PlanRecord:
    def name(text: str | None) -> Any:
        return None if text is None else f"{number:02d}-{text}"

    def line(points: Line) -> Line:
        return tuple((lon + east, lat) for lon, lat in points)

    def place(at: Place) -> Place:
        return Place(at.lon + east, at.lat)

    routes = tuple(
        replace(
            route,
            rep=name(route.rep),
            line=line(route.line),
            stops=tuple(
                replace(
                    stop,
                    retailer=name(stop.retailer),
                    request=name(stop.request),
                    also=tuple(map(name, stop.also)),
                    lon=stop.lon + east,
                    tasks=(),
                )
                for stop in route.stops
            ),
        )
        for route in record.schedule.routes
    )
    dropped = tuple(
        replace(d, retailer=name(d.retailer), request=name(d.request), rep=name(d.rep))
        for d in record.schedule.dropped
    )
    return replace(
        record,
        schedule=replace(
            record.schedule,
            routes=routes,
            dropped=dropped,
            bases=tuple(
                replace(b, rep=name(b.rep), lon=b.lon + east) for b in record.schedule.bases
            ),
        ),
        inputs=replace(
            record.inputs,
            retailers=tuple(
                replace(r, id=name(r.id), rep=name(r.rep), lon=r.lon + east)
                for r in record.inputs.retailers
            ),
            reps=tuple(
                replace(r, id=name(r.id), start=place(r.start), end=place(r.end))
                for r in record.inputs.reps
            ),
        ),
        requests=tuple(
            replace(r, id=name(r.id), retailer=name(r.retailer)) for r in record.requests
        ),
        main_streets=tuple(map(line, record.main_streets)),
        streets=tuple(map(line, record.streets)),
    )


def measure(folder: str, copies: int, split: bool) -> dict[str, Any]:
    """Return sizes and processor seconds of reading a plan and writing one kind of report."""
    began = time.process_time()
    record = read_record(folder)
    read = time.process_time() - began
    if copies > 1:
        record = copy_record(record, copies)
    with tempfile.TemporaryDirectory() as out:
        began = time.process_time()
        paths = write_report(record, Path(out) / "report.html", split=split)
        seconds = time.process_time() - began
        sizes = [path.stat().st_size / 1e6 for path in paths]
    return {
        "report": "split" if split else "one page",
        "reps": len(record.inputs.reps),
        "stops": sum(len(route.stops) for route in record.schedule.routes),
        "pages": len(paths),
        "MB in all": round(sum(sizes), 1),
        "first page, MB": round(sizes[0], 2),
        "largest page, MB": round(max(sizes), 2),
        "read, CPU s": round(read, 1),
        "write, CPU s": round(seconds, 1),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print sizes, processor seconds and memory of both reports; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    args = parser.parse_args(arguments)
    folder = str(args.folder.resolve())
    rows = [
        run_alone("benchmarks.pages:measure", folder=folder, copies=args.copies, split=split)
        for split in (False, True)
    ]
    for row in rows:
        row["peak, MB"] = round(row.pop("peak_mb"))
    print("\n".join(table_lines(rows)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
