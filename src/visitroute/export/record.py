"""A plan with what its outputs tell of the input: in memory, and as a folder of files.

Everything people look at (map page, workbook, calendars) is made from a ``PlanRecord``, right
after planning or later from the folder that ``visitroute plan`` wrote: routes.geojson holds the
plan, background.json what it was made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from visitroute.errors import InputError, Problem
from visitroute.export.compact import dump
from visitroute.export.polyline import decode_line, encode_line
from visitroute.export.reading import read_schedule_file
from visitroute.model import (
    Cadence,
    Channel,
    DueState,
    Horizon,
    Line,
    Place,
    PlanInput,
    Quadrant,
    Rep,
    RequestKind,
    Retailer,
    Schedule,
    Segment,
    Task,
    Tier,
    TravelMode,
    VisitRequest,
)
from visitroute.policy import Checklists

BACKGROUND = "background.json"
FORMAT = "visitroute background 1"
"""Name and version of the layout of background.json."""


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan, the reps, retailers and tasks it speaks of, and the visits that were asked for.

    ``inputs`` tells what outputs show: retailers have their segment and cadence filled in; a
    record read from a folder knows no opening hours, shifts or history. ``main_streets`` and
    ``streets`` are lines to be drawn faintly below a map. ``language`` is the one in which
    reasons and purposes are written; ``checklists`` are those of the segments in all languages.
    """

    schedule: Schedule
    inputs: PlanInput
    requests: tuple[VisitRequest, ...]
    main_streets: tuple[Line, ...] = ()
    streets: tuple[Line, ...] = ()
    language: str = "en"
    checklists: Checklists = field(default_factory=dict)


def to_background(record: PlanRecord) -> str:
    """Return the text of background.json: one rep, retailer, task, request or street a line."""
    horizon = record.inputs.horizon
    head = {
        "format": FORMAT,
        "start": horizon.start.isoformat(),
        "weeks": horizon.weeks,
        "language": record.language,
        "checklists": {
            str(segment): {language: list(lines) for language, lines in own.items()}
            for segment, own in record.checklists.items()
        },
    }
    parts = [f'"{key}":{dump(value)}' for key, value in head.items()]
    lists: Mapping[str, Iterator[Any]] = {
        "reps": (_rep(r) for r in record.inputs.reps),
        "retailers": (_retailer(r) for r in record.inputs.retailers),
        "tasks": (_task(t) for t in record.inputs.tasks),
        "requests": (_request(r) for r in record.requests),
        "main_streets": (encode_line(line) for line in record.main_streets),
        "streets": (encode_line(line) for line in record.streets),
    }
    parts += [f'"{key}":[\n' + ",\n".join(map(dump, rows)) + "\n]" for key, rows in lists.items()]
    return "{" + ",\n".join(parts) + "}\n"


def read_record(folder: str | Path) -> PlanRecord:
    """Return the plan of a folder that ``visitroute plan`` wrote.

    Raises ``InputError``: VR1001 for a file that is missing, VR1601 or VR1602 for a
    routes.geojson that can't be read, VR1603 for a background.json that can't.
    """
    folder = Path(folder)
    schedule = read_schedule_file(folder / "routes.geojson")
    path = folder / BACKGROUND
    try:
        data = json.loads(path.read_text("utf-8"))
        _check_format(data["format"])
        inputs = PlanInput(
            retailers=tuple(map(_read_retailer, data["retailers"])),
            reps=tuple(map(_read_rep, data["reps"])),
            horizon=Horizon(date.fromisoformat(data["start"]), int(data["weeks"])),
            tasks=tuple(map(_read_task, data["tasks"])),
        )
        requests = tuple(map(_read_request, data["requests"]))
        lines = [tuple(map(decode_line, data[key])) for key in ("main_streets", "streets")]
        language = str(data["language"])
        checklists = {
            Segment(name): {key: tuple(map(str, lines)) for key, lines in own.items()}
            for name, own in data.get("checklists", {}).items()
        }
    except FileNotFoundError:
        problem = Problem("VR1001", "the file does not exist", file=str(path), hint="plan again")
        raise InputError([problem]) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"it can't be read: {type(error).__name__} {error}"
        problem = Problem("VR1603", message, file=str(path), hint="plan again")
        raise InputError([problem]) from None
    return PlanRecord(schedule, inputs, requests, lines[0], lines[1], language, checklists)


def _check_format(found: Any) -> None:
    if found != FORMAT:
        raise ValueError(f"format {found!r}, not '{FORMAT}'")


def _rep(rep: Rep) -> dict[str, Any]:
    return {
        "id": rep.id,
        "name": rep.name,
        "start": [rep.start.lon, rep.start.lat],
        "end": [rep.end.lon, rep.end.lat],
        "mode": str(rep.mode),
        "min_visits": rep.min_visits,
        "target_visits": rep.target_visits,
        "max_visits": rep.max_visits,
    }


def _read_rep(raw: Mapping[str, Any]) -> Rep:
    return Rep(
        id=raw["id"],
        name=raw["name"],
        start=Place(*raw["start"]),
        end=Place(*raw["end"]),
        mode=TravelMode(raw["mode"]),
        min_visits=raw["min_visits"],
        target_visits=raw["target_visits"],
        max_visits=raw["max_visits"],
    )


def _retailer(shop: Retailer) -> dict[str, Any]:
    rhythm = shop.cadence
    return {
        "id": shop.id,
        "name": shop.name,
        "lon": shop.lon,
        "lat": shop.lat,
        "rep": shop.rep,
        "team": list(shop.team),
        "segment": None if shop.segment is None else str(shop.segment),
        "cadence": rhythm and [rhythm.visits, rhythm.per, rhythm.min_gap, rhythm.max_gap],
        "channel": str(shop.channel),
        "address": shop.address,
        "phone": shop.phone,
        "notes": shop.notes,
        "extra": [list(pair) for pair in shop.extra],
    }


def _read_retailer(raw: Mapping[str, Any]) -> Retailer:
    return Retailer(
        id=raw["id"],
        lon=float(raw["lon"]),
        lat=float(raw["lat"]),
        name=raw["name"],
        address=raw["address"],
        phone=raw["phone"],
        rep=raw["rep"],
        team=tuple(raw["team"]),
        segment=raw["segment"] and Segment(raw["segment"]),
        cadence=raw["cadence"] and Cadence(*raw["cadence"]),
        channel=Channel(raw["channel"]),
        notes=raw["notes"],
        extra=tuple((name, text) for name, text in raw["extra"]),
    )


def _task(task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "retailer": task.retailer,
        "quadrant": str(task.quadrant),
        "due": task.due.isoformat(),
        "minutes": float(task.minutes),
        "channel": str(task.channel),
        "work_type": task.work_type,
        "name": task.name,
        "appointment": task.appointment,
    }


def _read_task(raw: Mapping[str, Any]) -> Task:
    return Task(
        id=raw["id"],
        retailer=raw["retailer"],
        quadrant=Quadrant(raw["quadrant"]),
        due=date.fromisoformat(raw["due"]),
        minutes=float(raw["minutes"]),
        channel=Channel(raw["channel"]),
        work_type=raw["work_type"],
        name=raw["name"],
        appointment=raw["appointment"],
    )


def _request(request: VisitRequest) -> dict[str, Any]:
    return {
        "id": request.id,
        "retailer": request.retailer,
        "kind": str(request.kind),
        "due": request.due.isoformat(),
        "earliest": request.earliest.isoformat(),
        "latest": request.latest.isoformat(),
        "tier": request.tier.name.lower(),
        "weight": request.weight,
        "state": str(request.state),
        "index": request.index,
        "days_overdue": request.days_overdue,
        "task": request.task,
    }


def _read_request(raw: Mapping[str, Any]) -> VisitRequest:
    return VisitRequest(
        id=raw["id"],
        retailer=raw["retailer"],
        kind=RequestKind(raw["kind"]),
        due=date.fromisoformat(raw["due"]),
        earliest=date.fromisoformat(raw["earliest"]),
        latest=date.fromisoformat(raw["latest"]),
        tier=Tier[raw["tier"].upper()],
        weight=raw["weight"],
        state=DueState(raw["state"]),
        index=raw["index"],
        days_overdue=raw["days_overdue"],
        task=raw["task"],
    )
