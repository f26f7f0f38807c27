"""What a rep carries: a calendar, tracks, and a page for the phone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from visitroute.coordinates import from_wgs84
from visitroute.export import PlanRecord, write_text
from visitroute.export.calendars import to_ics, visit_uid
from visitroute.export.parts import split_record
from visitroute.export.polyline import encode_line
from visitroute.export.tracks import to_gpx, to_kml
from visitroute.model import Retailer, RouteDay, Stop
from visitroute.priority import checklist_of
from visitroute.report.data import LANGUAGES, page_texts
from visitroute.report.page import asset, render_page
from visitroute.report.write import page_names
from visitroute.texts import load_texts
from visitroute.units import MINUTE


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
        "days": sorted(
            [
                *(_day(part, route, shops, tasks) for route in part.schedule.routes),
                *(_day_of_calls(part, day, shops) for day in _lone_days(part)),
            ],
            key=lambda day: str(day["date"]),
        ),
    }


def _lone_days(part: PlanRecord) -> set[date]:
    """Return the dates on which a rep has calls and no route."""
    called = {call.date for call in part.schedule.calls if call.date is not None}
    return called - {route.date for route in part.schedule.routes}


def _day_of_calls(part: PlanRecord, day: date, shops: Mapping[str, Retailer]) -> dict[str, Any]:
    return {"date": day.isoformat(), "stops": [], "calls": _calls(part, day, shops)}


def _calls(part: PlanRecord, day: date, shops: Mapping[str, Retailer]) -> list[dict[str, Any]]:
    start = part.inputs.horizon.start.isoformat()
    return [
        {
            "uid": f"call {start} {call.retailer} {call.due} {' '.join(call.tasks)}".strip(),
            "name": shops[call.retailer].name or call.retailer,
            "phone": shops[call.retailer].phone,
            "minutes": round(call.seconds / MINUTE),
            "purpose": call.purpose,
        }
        for call in part.schedule.calls
        if call.date == day and call.retailer in shops
    ]


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
        "calls": _calls(part, route.date, shops),
    }


def _stop(part: PlanRecord, stop: Stop, shop: Retailer, tasks: Mapping[str, Any]) -> dict[str, Any]:
    lon, lat = from_wgs84(stop.lon, stop.lat, "gcj02")
    words = {
        language: load_texts(language).say(f"purpose.{stop.segment}") for language in LANGUAGES
    }
    own = [tasks[name] for name in stop.tasks if name in tasks]
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
        "checklist": {
            language: checklist_of(stop.segment, own, part.checklists, load_texts(language))
            for language in LANGUAGES
        },
        "address": shop.address,
        "phone": shop.phone,
        "notes": shop.notes,
    }
