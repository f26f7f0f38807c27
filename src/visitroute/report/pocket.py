"""What a rep carries: a calendar, tracks, and a page for the phone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visitroute.coordinates import from_wgs84
from visitroute.export import PlanRecord, write_text
from visitroute.export.calendars import to_ics, visit_uid
from visitroute.export.parts import split_record
from visitroute.export.polyline import encode_line
from visitroute.export.tracks import to_gpx, to_kml
from visitroute.model import Retailer, RouteDay, Stop
from visitroute.report.data import page_texts
from visitroute.report.page import asset, render_page
from visitroute.report.write import page_names
from visitroute.texts import load_texts


def write_pocket(
    record: PlanRecord, folder: str | Path, kind: str, reps: frozenset[str] = frozenset()
) -> list[Path]:
    """Write files of a kind (ics, gpx, kml or phone) for every rep, or for some; return them.

    Raises ``VisitRouteError`` VR5001 where a library for the kind is missing.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = page_names([rep.id for rep in record.inputs.reps])
    paths = []
    for name, part in zip(names, split_record(record), strict=True):
        rep = part.inputs.reps[0]
        if reps and rep.id not in reps:
            continue
        stem = name.removesuffix(".html")
        if kind == "ics":
            text = to_ics(part, rep.id).decode("utf-8")
            paths.append(write_text(folder / f"{stem}.ics", text))
        elif kind == "phone":
            paths.append(write_text(folder / name, phone_html(part)))
        else:
            paths += _write_tracks(part, folder / stem, kind)
    return paths


def _write_tracks(part: PlanRecord, folder: Path, kind: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    shops = {shop.id: shop for shop in part.inputs.retailers}
    rep = part.inputs.reps[0]
    make = to_gpx if kind == "gpx" else to_kml
    return [
        write_text(
            folder / f"{route.date.isoformat()}.{kind}", make(route, shops, rep.name or rep.id)
        )
        for route in part.schedule.routes
    ]


def phone_html(part: PlanRecord) -> str:
    """Return the page a rep opens on the phone: the days with their stops, one rep's record."""
    return render_page(
        title=part.inputs.reps[0].name or part.inputs.reps[0].id,
        language=part.language,
        css=asset("phone.css"),
        scripts=[asset("phone.js")],
        data={"plan": _phone_data(part), "texts": page_texts()},
    )


def _phone_data(part: PlanRecord) -> dict[str, Any]:
    rep = part.inputs.reps[0]
    shops = {shop.id: shop for shop in part.inputs.retailers}
    tasks = {task.id: task for task in part.inputs.tasks}
    return {
        "language": part.language,
        "rep": rep.name or rep.id,
        "mode": str(rep.mode),
        "base": [rep.start.lon, rep.start.lat],
        "days": [_day(part, route, shops, tasks) for route in part.schedule.routes],
    }


def _day(
    part: PlanRecord, route: RouteDay, shops: Mapping[str, Retailer], tasks: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "date": route.date.isoformat(),
        "start": route.start,
        "end": route.end,
        "lunch": route.lunch,
        "pause": route.lunch_seconds,
        "travel": route.travel,
        "metres": route.distance,
        "line": encode_line(route.line),
        "stops": [_stop(part, stop, shops[stop.retailer], tasks) for stop in route.stops],
    }


def _stop(part: PlanRecord, stop: Stop, shop: Retailer, tasks: Mapping[str, Any]) -> dict[str, Any]:
    lon, lat = from_wgs84(stop.lon, stop.lat, "gcj02")
    words = {
        language: load_texts(language).say(f"purpose.{stop.segment}") for language in ("en", "zh")
    }
    return {
        "uid": visit_uid(part.inputs.horizon.start, stop),
        "name": stop.name or stop.retailer,
        "id": stop.retailer,
        "lon": round(stop.lon, 6),
        "lat": round(stop.lat, 6),
        "gcj": [round(float(lon), 6), round(float(lat), 6)],
        "arrival": stop.arrival,
        "begin": stop.begin,
        "departure": stop.departure,
        "segment": str(stop.segment),
        "state": str(stop.state),
        "purpose": words,
        "tasks": [
            {"name": task.name or task.work_type or task.id, "quadrant": str(task.quadrant)}
            for name in stop.tasks
            if (task := tasks.get(name)) is not None
        ],
        "address": shop.address,
        "phone": shop.phone,
        "notes": shop.notes,
    }
