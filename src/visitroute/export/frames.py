"""The plan as tables: GeoDataFrames for analysts, CSV files for everybody."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from visitroute.model import PlanInput, RouteDay, Schedule, Stop
from visitroute.units import MINUTE, format_clock

if TYPE_CHECKING:
    import geopandas as gpd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

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
    "request",
    "task",
)
EXCLUDED_COLUMNS = ("retailer", "name", "table", "row", "code", "reason", "lon", "lat", "requests")
TASK_COLUMNS = ("task", "retailer", "status", "due", "rep", "date", "code", "reason")
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
    """Return one row for each stop; unknown columns of the retailer come last."""
    shops = {r.id: r for r in inputs.retailers}
    rows = []
    for route in schedule.routes:
        for stop in route.stops:
            shop = shops[stop.retailer]
            row = _visit(route, stop)
            row["address"], row["phone"] = shop.address, shop.phone
            row.update({k: v for k, v in shop.extra if k not in row})
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


def to_frame(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], geometry: Sequence[Any] | None = None
) -> gpd.GeoDataFrame:
    """Return rows as a DataFrame, or as a GeoDataFrame in WGS 84 where geometry is given."""
    import geopandas as gpd  # noqa: PLC0415 - slow to import
    import pandas as pd  # noqa: PLC0415

    extra = list(dict.fromkeys(key for row in rows for key in row if key not in columns))
    frame = pd.DataFrame(list(rows), columns=[*columns, *extra])
    for column in ("date", "due"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    if geometry is None:
        return frame
    return gpd.GeoDataFrame(frame, geometry=list(geometry), crs="EPSG:4326")


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV text; cells that a spreadsheet would take for a formula are guarded."""
    extra = list(dict.fromkeys(key for row in rows for key in row if key not in columns))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [*columns, *extra]
    writer.writerow([_guard(name) for name in names])
    writer.writerows([_guard(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def _guard(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
