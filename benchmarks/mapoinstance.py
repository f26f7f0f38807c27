"""An instance of the set mapotempo: services, vehicles and the matrix, as its files tell them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Service:
    """A service: where, how often, how far apart; it begins inside one of its windows.

    ``windows`` holds (weekday or None for all, start, end); none: at any time.
    """

    id: str
    point: str
    visits: int
    lapse: int
    seconds: float
    setup: float
    windows: tuple[tuple[int | None, float, float], ...]
    load: dict[str, float]
    closed: frozenset[int]

    def on(self, day: int) -> list[Span] | None:
        """Return the spans in which the service may begin on a day, None for never."""
        if day in self.closed:
            return None
        if not self.windows:
            return [(0.0, math.inf)]
        spans = [(a, b) for weekday, a, b in self.windows if weekday in (None, day % 7)]
        return sorted(spans) or None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle: where it starts and ends, its shifts by weekday, and its limits."""

    id: str
    start: str | None
    end: str | None
    shifts: tuple[tuple[int | None, float, float], ...]
    limits: dict[str, float]
    off: frozenset[int]

    def shift(self, day: int) -> Span | None:
        """Return the shift of a day, None for a day off."""
        if day in self.off:
            return None
        return next(((a, b) for w, a, b in self.shifts if w in (None, day % 7)), None)


@dataclass(frozen=True, slots=True)
class Instance:
    """A customer's plan to be made; ``time`` in seconds, rows as in ``row``."""

    name: str
    days: range
    services: tuple[Service, ...]
    vehicles: tuple[Vehicle, ...]
    row: dict[str, int]
    time: NDArray[np.float64]
    same_days: bool


def read(path: Path) -> Instance:
    """Read one instance and its matrix."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    with np.load(path.with_suffix(".npz")) as stored:
        ids, time = stored["ids"].tolist(), stored["time"].astype(np.float64)
    span = raw["configuration"]["schedule"]["range_indices"]
    services = []
    for s in raw["services"]:
        activity = s["activity"]
        windows = activity.get("timewindows") or []
        services.append(
            Service(
                s["id"],
                activity["point_id"],
                int(s.get("visits_number", 1)),
                int(s.get("minimum_lapse") or 1),
                float(activity["duration"]),
                float(activity.get("setup_duration") or 0),
                tuple((w.get("day_index"), float(w["start"]), float(w["end"])) for w in windows),
                {q["unit_id"]: float(q["value"]) for q in s.get("quantities", [])},
                frozenset(s.get("unavailable_visit_day_indices") or ()),
            )
        )
    vehicles = []
    for v in raw["vehicles"]:
        shifts = v.get("sequence_timewindows") or [v["timewindow"]]
        vehicles.append(
            Vehicle(
                v["id"],
                v.get("start_point_id"),
                v.get("end_point_id"),
                tuple((w.get("day_index"), float(w["start"]), float(w["end"])) for w in shifts),
                {c["unit_id"]: float(c["limit"]) for c in v.get("capacities", [])},
                frozenset(v.get("unavailable_work_day_indices") or ()),
            )
        )
    return Instance(
        path.stem,
        range(span["start"], span["end"] + 1),
        tuple(services),
        tuple(vehicles),
        {str(name): i for i, name in enumerate(ids)},
        time,
        bool(raw["configuration"]["resolution"].get("same_point_day")),
    )
