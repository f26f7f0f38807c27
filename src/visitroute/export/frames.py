"""The plan as tables: GeoDataFrames for analysts, CSV files for everybody."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from visitroute.model import PlanInput, RouteDay, Schedule, Stop
from visitroute.units import MINUTE, format_clock

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)

Row = dict[str, Any]

VISIT_COLUMNS = (
    "rep",
    "date",
    "sequence",
    "retailer",
    "name",
    "arrival",
    "departure",
    "service_minutes",
    "travel_minutes",
    "distance_km",
    "segment",
    "due_state",
    "due",
    "tier",
    "purpose",
    "tasks",
    "address",
    "phone",
    "snap_m",
)
DROPPED_COLUMNS = (
    "retailer",
    "name",
    "rep",
    "due",
    "tier",
    "verdict",
    "code",
    "reason",
    "fix",
    "call",
    "request",
    "task",
)
EXCLUDED_COLUMNS = ("retailer", "name", "table", "row", "code", "reason", "lon", "lat", "requests")
TASK_COLUMNS = ("task", "retailer", "status", "due", "rep", "date", "code", "reason")
CALL_COLUMNS = (
    "rep",
    "date",
    "retailer",
    "name",
    "phone",
    "due",
    "minutes",
    "why",
    "tasks",
    "purpose",
    "request",
)
ROUTE_COLUMNS = (
    "rep",
    "date",
    "visits",
    "start",
    "end",
    "lunch",
    "travel_minutes",
    "service_minutes",
    "waiting_minutes",
    "distance_km",
    "roads",
)


def visit_rows(schedule: Schedule, inputs: PlanInput) -> list[Row]:
    """Return one row for each stop; unknown columns of the retailer come last.

    One that is called as a column of the visit, such as ``date``, becomes ``retailer date``.
    """
    shops = {r.id: r for r in inputs.retailers}
    rows = []
    for route in schedule.routes:
        for stop in route.stops:
            shop = shops[stop.retailer]
            row = _visit(route, stop)
            row["address"], row["phone"] = shop.address, shop.phone
            for name, text in shop.extra:
                row[f"retailer {name}" if name in row else name] = text
            rows.append(row)
    return rows


def _visit(route: RouteDay, stop: Stop) -> Row:
    return {
        "rep": route.rep,
        "date": route.date.isoformat(),
        "sequence": stop.sequence,
        "retailer": stop.retailer,
        "name": stop.name,
        "arrival": format_clock(stop.arrival),
        "departure": format_clock(stop.departure),
        "service_minutes": round((stop.departure - stop.begin) / MINUTE, 1),
        "travel_minutes": round(stop.travel_from_previous / MINUTE, 1),
        "distance_km": round(stop.distance_from_previous / 1000, 2),
        "segment": str(stop.segment),
        "due_state": str(stop.state),
        "due": stop.due.isoformat(),
        "tier": stop.tier.name.lower(),
        "purpose": stop.purpose,
        "tasks": ", ".join(stop.tasks),
        "snap_m": stop.snap_m,
    }


def route_rows(schedule: Schedule) -> list[Row]:
    """Return one row for each route day."""
    return [
        {
            "rep": route.rep,
            "date": route.date.isoformat(),
            "visits": len(route.stops),
            "start": format_clock(route.start),
            "end": format_clock(route.end),
            "lunch": "" if route.lunch is None else format_clock(route.lunch),
            "travel_minutes": round(route.travel / MINUTE, 1),
            "service_minutes": round(route.service / MINUTE, 1),
            "waiting_minutes": round(route.waiting / MINUTE, 1),
            "distance_km": round(route.distance / 1000, 2),
            "roads": route.roads,
        }
        for route in schedule.routes
    ]


def dropped_rows(schedule: Schedule, inputs: PlanInput) -> list[Row]:
    """Return one row for each dropped visit."""
    names = {r.id: r.name for r in inputs.retailers}
    return [
        {
            "retailer": d.retailer,
            "name": names.get(d.retailer, ""),
            "rep": d.rep,
            "due": d.due.isoformat(),
            "tier": d.tier.name.lower(),
            "verdict": str(d.verdict),
            "code": d.code,
            "reason": d.reason,
            "fix": d.fix,
            "call": None if d.call is None else d.call.isoformat(),
            "request": d.request,
            "task": d.task,
        }
        for d in schedule.dropped
    ]


def excluded_rows(schedule: Schedule) -> list[Row]:
    """Return one row for each record set aside."""
    return [{name: getattr(e, name) for name in EXCLUDED_COLUMNS} for e in schedule.excluded]


def task_rows(schedule: Schedule) -> list[Row]:
    """Return one row for each task with what became of it."""
    return [
        {
            "task": t.task,
            "retailer": t.retailer,
            "status": t.status,
            "due": t.due.isoformat(),
            "rep": t.rep,
            "date": t.date.isoformat() if t.date else None,
            "code": t.code,
            "reason": t.reason,
        }
        for t in schedule.tasks
    ]


def call_rows(schedule: Schedule, inputs: PlanInput) -> list[Row]:
    """Return one row for each call."""
    shops = {r.id: r for r in inputs.retailers}
    return [
        {
            "rep": c.rep,
            "date": None if c.date is None else c.date.isoformat(),
            "retailer": c.retailer,
            "name": shops[c.retailer].name if c.retailer in shops else "",
            "phone": shops[c.retailer].phone if c.retailer in shops else "",
            "due": c.due.isoformat(),
            "minutes": round(c.seconds / MINUTE, 1),
            "why": c.why,
            "tasks": ", ".join(c.tasks),
            "purpose": c.purpose,
            "request": c.request,
        }
        for c in schedule.calls
    ]


def to_frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a DataFrame; dates become timestamps, unknown columns come last."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    frame = pd.DataFrame(list(rows), columns=_all_columns(rows, columns))
    for column in ("date", "due", "call"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    return frame


def to_geoframe(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], geometry: Sequence[Any]
) -> gpd.GeoDataFrame:
    """Return rows with a geometry each as a GeoDataFrame in WGS 84."""
    import geopandas as gpd  # noqa: PLC0415 - slow to import

    return gpd.GeoDataFrame(to_frame(rows, columns), geometry=list(geometry), crs="EPSG:4326")


def _all_columns(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*columns, *(key for row in rows for key in row)]))


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV text; cells that a spreadsheet would take for a formula are guarded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = _all_columns(rows, columns)
    writer.writerow([_guard(name) for name in names])
    writer.writerows([_guard(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def _guard(value: Any) -> Any:
    if not isinstance(value, str):
        return "" if value is None else value
    # The csv module leaves a lone carriage return unquoted: it would break the row in two.
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{value}" if is_formula(value) else value


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula; plain numbers are none."""
    return text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
