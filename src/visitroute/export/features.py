"""The plan as RFC 7946 GeoJSON: routes, stops, dropped and excluded retailers, bases.

The layout is described in docs/outputs.md. Member order, number format and line ends are
fixed, so that the same plan always gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from visitroute.export.compact import feature_collection
from visitroute.export.frames import task_rows
from visitroute.model import (
    Call,
    DroppedVisit,
    Excluded,
    Line,
    PlanInput,
    RouteDay,
    Schedule,
    Stop,
)
from visitroute.units import MINUTE, format_clock

FORMAT = "visitroute 1"
"""Name and version of the layout, in the foreign member ``visitroute``."""

DECIMALS = 6
"""Decimals of degrees in files: a tenth of a metre."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999933")
"""Okabe and Ito's colours, told apart by colour-blind readers; one for each rep, then again."""


def to_geojson(schedule: Schedule, inputs: PlanInput) -> str:
    """Return the schedule as a GeoJSON FeatureCollection, one feature a line."""
    head = {
        "format": FORMAT,
        "start": inputs.horizon.start.isoformat(),
        "weeks": inputs.horizon.weeks,
        "tasks": task_rows(schedule),
        "calls": [_call(call) for call in schedule.calls],
        "warnings": list(schedule.warnings),
    }
    return feature_collection(head, _features(schedule, inputs))


def _features(schedule: Schedule, inputs: PlanInput) -> Iterator[dict[str, Any]]:
    colour = {rep.id: COLOURS[i % len(COLOURS)] for i, rep in enumerate(inputs.reps)}
    places: dict[str, tuple[float | None, float | None, str]] = {
        r.id: (r.lon, r.lat, r.name) for r in inputs.retailers
    }
    for base in schedule.bases:
        yield _point(
            base.lon,
            base.lat,
            {
                "kind": "base",
                "rep": base.rep,
                "name": base.name,
                **({} if base.slack_minutes is None else {"slack_minutes": base.slack_minutes}),
                "marker-symbol": "building",
                "marker-color": colour.get(base.rep, COLOURS[0]),
            },
        )
    for route in schedule.routes:
        yield _route(route, colour.get(route.rep, COLOURS[0]))
        for stop in route.stops:
            yield _stop(route, stop, colour.get(route.rep, COLOURS[0]))
    for dropped in schedule.dropped:
        yield _dropped(dropped, places)
    for excluded in schedule.excluded:
        yield _excluded(excluded)


def _call(call: Call) -> dict[str, Any]:
    return {
        "rep": call.rep,
        "date": None if call.date is None else call.date.isoformat(),
        "retailer": call.retailer,
        "due": call.due.isoformat(),
        "seconds": call.seconds,
        "why": call.why,
        "tasks": list(call.tasks),
        "purpose": call.purpose,
        "request": call.request,
    }


def _degrees(value: float) -> float:
    return round(value, DECIMALS) + 0.0


def _point(lon: float | None, lat: float | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Point feature; what is no place on the globe has a null geometry."""
    geometry = None
    if lon is not None and lat is not None and _is_on_globe(lon, lat):
        geometry = {"type": "Point", "coordinates": [_degrees(lon), _degrees(lat)]}
    return {"type": "Feature", "geometry": geometry, "properties": dict(properties)}


def _is_on_globe(lon: float, lat: float) -> bool:
    return math.isfinite(lon + lat) and abs(lon) <= 180 and abs(lat) <= 90  # noqa: PLR2004


def _line(line: Line) -> dict[str, Any] | None:
    if len(line) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    return {
        "type": "LineString",
        "coordinates": [[_degrees(lon), _degrees(lat)] for lon, lat in line],
    }


def _route(route: RouteDay, colour: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": _line(route.line),
        "properties": {
            "kind": "route",
            "rep": route.rep,
            "date": route.date.isoformat(),
            "visits": len(route.stops),
            "travel_minutes": round(route.travel / MINUTE, 1),
            "distance_km": round(route.distance / 1000, 2),
            "service_minutes": round(route.service / MINUTE, 1),
            "waiting_minutes": round(route.waiting / MINUTE, 1),
            "start": format_clock(route.start),
            "end": format_clock(route.end),
            "lunch": None if route.lunch is None else format_clock(route.lunch),
            "lunch_minutes": round(route.lunch_seconds / MINUTE, 1),
            "roads": route.roads,
            "start_s": route.start,
            "end_s": route.end,
            "lunch_s": route.lunch,
            "travel_s": route.travel,
            "distance_m": route.distance,
            "travel_back_s": route.travel_back,
            "distance_back_m": route.distance_back,
            "stroke": colour,
            "stroke-width": 3,
            "stroke-opacity": 0.8,
        },
    }


def _stop(route: RouteDay, stop: Stop, colour: str) -> dict[str, Any]:
    return _point(
        stop.lon,
        stop.lat,
        {
            "kind": "stop",
            "rep": route.rep,
            "date": route.date.isoformat(),
            "sequence": stop.sequence,
            "retailer": stop.retailer,
            "name": stop.name,
            "arrival": format_clock(stop.arrival),
            "departure": format_clock(stop.departure),
            "service_minutes": round((stop.departure - stop.begin) / MINUTE, 1),
            "snap_m": stop.snap_m,
            "segment": str(stop.segment),
            "due_state": str(stop.state),
            "due": stop.due.isoformat(),
            "tier": stop.tier.name.lower(),
            "purpose": stop.purpose,
            "checklist": None if stop.checklist is None else list(stop.checklist),
            "tasks": list(stop.tasks),
            "request": stop.request,
            "also": list(stop.also),
            "arrival_s": stop.arrival,
            "begin_s": stop.begin,
            "departure_s": stop.departure,
            "travel_s": stop.travel_from_previous,
            "distance_m": stop.distance_from_previous,
            "marker-color": colour,
            "marker-symbol": str(stop.sequence),
        },
    )


def _dropped(
    dropped: DroppedVisit, places: Mapping[str, tuple[float | None, float | None, str]]
) -> dict[str, Any]:
    lon, lat, name = places.get(dropped.retailer, (None, None, ""))
    return _point(
        lon,
        lat,
        {
            "kind": "dropped",
            "retailer": dropped.retailer,
            "name": name,
            "rep": dropped.rep,
            "due": dropped.due.isoformat(),
            "tier": dropped.tier.name.lower(),
            "verdict": str(dropped.verdict),
            "code": dropped.code,
            "reason": dropped.reason,
            "fix": dropped.fix,
            "call": None if dropped.call is None else dropped.call.isoformat(),
            "request": dropped.request,
            "task": dropped.task,
            "marker-color": "#999999",
            "marker-symbol": "cross",
        },
    )


def _excluded(excluded: Excluded) -> dict[str, Any]:
    properties = {
        "kind": "excluded",
        "retailer": excluded.retailer,
        "name": excluded.name,
        "code": excluded.code,
        "reason": excluded.reason,
        "table": excluded.table,
        "row": excluded.row,
        "requests": excluded.requests,
        "marker-color": "#999999",
        "marker-symbol": "danger",
    }
    return _point(excluded.lon, excluded.lat, properties)
