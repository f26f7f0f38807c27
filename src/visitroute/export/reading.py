"""Reading a plan back from GeoJSON, as it was written or as somebody edited it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from visitroute.errors import InputError, Problem
from visitroute.model import (
    Base,
    DroppedVisit,
    DueState,
    Excluded,
    RouteDay,
    Schedule,
    Segment,
    Stop,
    TaskOutcome,
    Tier,
    Verdict,
)
from visitroute.units import format_clock, parse_clock

_KINDS = ("route", "stop", "dropped", "excluded", "base")


def read_schedule(text: str, file: str = "plan") -> Schedule:
    """Return the schedule that a routes.geojson holds.

    Stops are grouped by rep and date and ordered by sequence, whatever their order in the
    file. Where a clock time (``arrival``) and its exact seconds (``arrival_s``) disagree,
    the clock time counts: people edit that one. Raises ``InputError`` with every feature
    that can't be read (VR1601) or a file that is no plan (VR1602).
    """
    data = _parse(text, file)
    problems: list[Problem] = []
    features: dict[str, list[_Feature]] = defaultdict(list)
    for number, raw in enumerate(data["features"], start=1):
        feature = _Feature(raw, number, file, problems)
        features[feature.kind].append(feature)

    stops: dict[tuple[str, date], list[Stop]] = defaultdict(list)
    for feature in features["stop"]:
        stop = feature.stop()
        if stop is not None:
            stops[feature.text("rep"), feature.day("date")].append(stop)
    routes = {}
    for feature in features["route"]:
        key = (feature.text("rep"), feature.day("date"))
        routes[key] = feature.route(tuple(sorted(stops.pop(key, []), key=_order)))
    for key, lone in stops.items():
        # Stops moved to a day without a route: the day is what its stops say.
        ordered = tuple(sorted(lone, key=_order))
        routes[key] = RouteDay(
            *key, ordered[0].arrival, ordered[-1].departure, ordered, 0, 0, roads="none"
        )
    dropped = tuple(feature.dropped() for feature in features["dropped"])
    excluded = tuple(feature.excluded() for feature in features["excluded"])
    bases = tuple(feature.base() for feature in features["base"])
    head = data.get("visitroute") or {}
    tasks = tuple(
        outcome
        for number, raw in enumerate(head.get("tasks", []))
        if (outcome := _task(raw, number, file, problems)) is not None
    )
    if problems:
        raise InputError(problems)
    return Schedule(
        routes=tuple(routes[key] for key in sorted(routes)),
        dropped=dropped,
        tasks=tasks,
        excluded=excluded,
        bases=bases,
        warnings=tuple(str(w) for w in head.get("warnings", [])),
    )


def read_schedule_file(path: str | Path) -> Schedule:
    """Return the schedule of a routes.geojson file; raises ``InputError`` as read_schedule."""
    try:
        text = Path(path).read_text("utf-8-sig")
    except FileNotFoundError:
        problem = Problem("VR1001", "the file does not exist", file=str(path))
        raise InputError([problem]) from None
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem("VR1602", f"not a GeoJSON plan: {error}", file=str(path))
        raise InputError([problem]) from None
    return read_schedule(text, str(path))


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError as error:
        problem = Problem("VR1602", f"not JSON: {error}", file=file, hint="it was cut off")
        raise InputError([problem]) from None
    if not isinstance(data, dict) or not isinstance(data.get("features"), list):
        problem = Problem(
            "VR1602",
            "not a GeoJSON FeatureCollection",
            file=file,
            hint="give the routes.geojson that `visitroute plan` wrote",
        )
        raise InputError([problem])
    return data


def _order(stop: Stop) -> tuple[int, int, str]:
    return stop.sequence, stop.arrival, stop.retailer


def _task(raw: Any, number: int, file: str, problems: list[Problem]) -> TaskOutcome | None:
    try:
        return TaskOutcome(
            task=str(raw["task"]),
            retailer=str(raw["retailer"]),
            status=str(raw["status"]),
            due=date.fromisoformat(raw["due"]),
            rep=raw.get("rep"),
            date=date.fromisoformat(raw["date"]) if raw.get("date") else None,
            code=str(raw.get("code") or ""),
            reason=str(raw.get("reason") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problems.append(Problem("VR1601", f"task {number + 1} can't be read: {error}", file=file))
        return None


class _Feature:
    """One feature with its problems noted, not raised, so that all are named at once."""

    def __init__(self, raw: Any, number: int, file: str, problems: list[Problem]) -> None:
        self.number = number
        self.file = file
        self.problems = problems
        self.properties: Mapping[str, Any] = {}
        self.geometry: Mapping[str, Any] = {}
        if isinstance(raw, dict) and isinstance(raw.get("properties"), dict):
            self.properties = raw["properties"]
            self.geometry = raw.get("geometry") or {}
        self.kind = str(self.properties.get("kind", ""))
        if self.kind not in _KINDS:
            self.note("kind", f"kind {self.properties.get('kind')!r} is none of {', '.join(_KINDS)}")

    def note(self, column: str, message: str) -> None:
        """Note a problem of this feature."""
        self.problems.append(
            Problem(
                "VR1601",
                f"feature {self.number}: {message}",
                file=self.file,
                column=column,
                id=str(self.properties.get("retailer", "")),
            )
        )

    def text(self, key: str) -> str:
        """Return a property that must be there, as text."""
        value = self.properties.get(key)
        if value is None:
            self.note(key, f"'{key}' is missing")
            return ""
        return str(value)

    def maybe(self, key: str) -> str | None:
        """Return a property as text, None when it is missing or null."""
        value = self.properties.get(key)
        return None if value is None else str(value)

    def number_of(self, key: str, fallback: float = 0) -> float:
        """Return a property as a number."""
        value = self.properties.get(key, fallback)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(key, f"'{key}' is {value!r}, not a number")
            return fallback
        return value

    def day(self, key: str) -> date:
        """Return a property as a date."""
        value = str(self.properties.get(key))
        # GDAL turns dates into 2026/12/01 when it writes GeoJSON again.
        try:
            return date.fromisoformat(re.sub(r"[/.]", "-", value)[:10])
        except ValueError:
            self.note(key, f"'{key}' is {value!r}, not a date such as 2026-12-01")
            return date.min

    def moment(self, clock: str, exact: str) -> int:
        """Return a time of day in seconds, from its clock time and its exact seconds."""
        seconds = self.properties.get(exact)
        text = self.maybe(clock)
        if isinstance(seconds, int) and (text is None or text == format_clock(seconds)):
            return seconds
        try:
            return parse_clock(str(text))
        except ValueError:
            self.note(clock, f"'{clock}' is {text!r}, not a clock time HH:MM")
            return 0

    def names(self, key: str) -> tuple[str, ...]:
        """Return a property that is a list of texts; a JSON list in text is read too."""
        value = self.properties.get(key) or []
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                value = [part.strip() for part in value.split(",") if part.strip()]
        return tuple(str(v) for v in value) if isinstance(value, list) else ()

    def choice(self, key: str, values: Any) -> Any:
        """Return a property as a member of an enumeration."""
        text = self.text(key)
        for member in values:
            if text.lower() in {str(member.value).lower(), member.name.lower()}:
                return member
        choices = ", ".join(m.name.lower() for m in values)
        self.note(key, f"'{key}' is {text!r}, none of {choices}")
        return next(iter(values))

    def point(self) -> tuple[float, float] | None:
        """Return the coordinates of a Point, None without geometry."""
        place = self.geometry.get("coordinates")
        if isinstance(place, list) and len(place) >= 2 and self.geometry["type"] == "Point":  # noqa: PLR2004
            return float(place[0]), float(place[1])
        return None

    def stop(self) -> Stop | None:
        """Return the feature as a stop."""
        place = self.point()
        if place is None:
            self.note("geometry", "a stop needs a Point")
            return None
        begin = self.moment("arrival", "arrival_s")
        arrival = begin
        departure = self.moment("departure", "departure_s")
        exact = self.properties.get("begin_s")
        if isinstance(exact, int) and arrival == self.properties.get("arrival_s"):
            begin = exact
        else:
            begin = departure - round(60 * self.number_of("service_minutes"))
        return Stop(
            retailer=self.text("retailer"),
            request=self.text("request"),
            sequence=int(self.number_of("sequence")),
            arrival=arrival,
            begin=begin,
            departure=departure,
            due=self.day("due"),
            tier=self.choice("tier", Tier),
            state=self.choice("due_state", DueState),
            segment=self.choice("segment", Segment),
            lon=place[0],
            lat=place[1],
            name=self.maybe("name") or "",
            snap_m=float(self.number_of("snap_m")),
            purpose=self.maybe("purpose") or "",
            tasks=self.names("tasks"),
            also=self.names("also"),
            travel_from_previous=int(self.number_of("travel_s")),
            distance_from_previous=int(self.number_of("distance_m")),
        )

    def route(self, stops: tuple[Stop, ...]) -> RouteDay:
        """Return the feature as a route day with its stops."""
        lunch = None
        if self.properties.get("lunch") is not None:
            lunch = self.moment("lunch", "lunch_s")
        line = self.geometry.get("coordinates") or []
        return RouteDay(
            rep=self.text("rep"),
            date=self.day("date"),
            start=self.moment("start", "start_s"),
            end=self.moment("end", "end_s"),
            stops=stops,
            travel=int(self.number_of("travel_s")),
            distance=int(self.number_of("distance_m")),
            travel_back=int(self.number_of("travel_back_s")),
            distance_back=int(self.number_of("distance_back_m")),
            lunch=lunch,
            lunch_seconds=round(60 * self.number_of("lunch_minutes")),
            line=tuple((float(p[0]), float(p[1])) for p in line),
            roads=self.maybe("roads") or "none",
        )

    def dropped(self) -> DroppedVisit:
        """Return the feature as a dropped visit."""
        return DroppedVisit(
            retailer=self.text("retailer"),
            request=self.text("request"),
            due=self.day("due"),
            tier=self.choice("tier", Tier),
            verdict=self.choice("verdict", Verdict),
            code=self.text("code"),
            reason=self.text("reason"),
            fix=self.maybe("fix") or "",
            rep=self.maybe("rep"),
            task=self.maybe("task"),
        )

    def excluded(self) -> Excluded:
        """Return the feature as an excluded record."""
        place = self.point()
        row = self.properties.get("row")
        return Excluded(
            retailer=self.text("retailer"),
            code=self.text("code"),
            reason=self.text("reason"),
            lon=None if place is None else place[0],
            lat=None if place is None else place[1],
            name=self.maybe("name") or "",
            table=self.maybe("table") or "retailers",
            row=row if isinstance(row, int) else None,
            requests=int(self.number_of("requests")),
        )

    def base(self) -> Base:
        """Return the feature as a rep's base."""
        place = self.point() or (0.0, 0.0)
        return Base(self.text("rep"), place[0], place[1], self.maybe("name") or "")
