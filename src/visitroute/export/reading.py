"""Reading a plan back from GeoJSON, as it was written or as somebody edited it."""

from __future__ import annotations

import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from visitroute.errors import InputError, Problem
from visitroute.model import (
    Base,
    Call,
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
from visitroute.units import MINUTE, format_clock, parse_clock

_KINDS = ("route", "stop", "dropped", "excluded", "base")

_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")

Point = tuple[float, float]
T = TypeVar("T")


def read_schedule(text: str, file: str = "plan") -> Schedule:
    """Return the schedule that a routes.geojson holds.

    Stops are grouped by rep and date and ordered by sequence, whatever their order in the
    file. Where a clock time (``arrival``) and its exact seconds (``arrival_s``) disagree,
    the clock time counts: people edit that one. Files that GDAL or QGIS wrote again can be
    read; such a file has lost what became of the tasks, and the calls. Raises ``InputError``
    with every feature that can't be read (VR1601) or a file that is no plan (VR1602).
    """
    data = _parse(text, file)
    problems: list[Problem] = []
    features: dict[str, list[_Feature]] = defaultdict(list)
    for number, raw in enumerate(data["features"], start=1):
        feature = _Feature(raw, number, file, problems)
        features[feature.kind].append(feature)

    stops: dict[tuple[str, date], list[Stop]] = defaultdict(list)
    for feature in features["stop"]:
        key = (feature.text("rep"), feature.day("date"))
        stops[key].append(feature.stop())
    routes = []
    for feature in features["route"]:
        key = (feature.text("rep"), feature.day("date"))
        # Of several routes of one day the first has the stops; the checker tells of the others.
        routes.append(feature.route(key, tuple(sorted(stops.pop(key, []), key=_order))))
    for key, lone in stops.items():
        # Stops moved to a day without a route: the day is what its stops say.
        ordered = tuple(sorted(lone, key=_order))
        routes.append(
            RouteDay(*key, ordered[0].arrival, ordered[-1].departure, ordered, 0, 0, roads="none")
        )
    dropped = tuple(feature.dropped() for feature in features["dropped"])
    excluded = tuple(feature.excluded() for feature in features["excluded"])
    bases = tuple(feature.base() for feature in features["base"])
    head = data["visitroute"]
    tasks = _entries("task", _task, head["tasks"], file, problems)
    calls = _entries("call", _call, head["calls"], file, problems)
    if problems:
        raise InputError(problems)
    return Schedule(
        routes=tuple(sorted(routes, key=lambda route: (route.rep, route.date))),
        dropped=dropped,
        tasks=tasks,
        excluded=excluded,
        bases=bases,
        warnings=tuple(str(w) for w in head["warnings"]),
        calls=calls,
    )


def read_schedule_file(path: str | Path) -> Schedule:
    """Return the schedule of a routes.geojson file, ``-`` for standard input.

    Raises ``InputError`` VR1001 when the file does not exist, and as ``read_schedule`` does.
    """
    file = "standard input" if path == "-" else str(path)
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        problem = Problem("VR1001", "the file does not exist", file=file)
        raise InputError([problem]) from None
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem("VR1602", f"not a GeoJSON plan: {error}", file=file)
        raise InputError([problem]) from None
    return read_schedule(text, file)


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
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
    head = data.get("visitroute")
    data["visitroute"] = {
        key: found if isinstance(head, dict) and isinstance(found := head.get(key), list) else []
        for key in ("tasks", "calls", "warnings")
    }
    return data


def _order(stop: Stop) -> tuple[int, int, str]:
    return stop.sequence, stop.arrival, stop.retailer


def _entries(
    name: str,
    make: Callable[[Mapping[str, Any]], T],
    rows: list[Any],
    file: str,
    problems: list[Problem],
) -> tuple[T, ...]:
    """Return the entries of a list in the collection's head; those that can't be are noted."""
    found = []
    for number, raw in enumerate(rows, start=1):
        try:
            found.append(make(raw))
            continue
        except KeyError as error:
            message = f"{name} {number}: {error} is missing"
        except (TypeError, ValueError, AttributeError) as error:
            message = f"{name} {number} can't be read: {error}"
        problems.append(Problem("VR1601", message, file=file))
    return tuple(found)


def _task(raw: Mapping[str, Any]) -> TaskOutcome:
    return TaskOutcome(
        task=str(raw["task"]),
        retailer=str(raw["retailer"]),
        status=str(raw["status"]),
        due=date.fromisoformat(raw["due"]),
        rep=None if raw.get("rep") is None else str(raw["rep"]),
        date=date.fromisoformat(raw["date"]) if raw.get("date") else None,
        code=str(raw.get("code") or ""),
        reason=str(raw.get("reason") or ""),
    )


def _call(raw: Mapping[str, Any]) -> Call:
    return Call(
        rep=str(raw["rep"]),
        date=date.fromisoformat(raw["date"]) if raw.get("date") else None,
        retailer=str(raw["retailer"]),
        due=date.fromisoformat(raw["due"]),
        seconds=int(raw["seconds"]),
        why=str(raw["why"]),
        tasks=tuple(str(name) for name in raw.get("tasks") or ()),
        purpose=str(raw.get("purpose") or ""),
        request=str(raw.get("request") or ""),
    )


class _Feature:
    """One feature with its problems noted, not raised, so that all are named at once."""

    def __init__(self, raw: Any, number: int, file: str, problems: list[Problem]) -> None:
        self.number = number
        self.file = file
        self.problems = problems
        self.noted: set[str] = set()
        self.properties: Mapping[str, Any] = {}
        self.geometry: Mapping[str, Any] = {}
        if isinstance(raw, dict) and isinstance(raw.get("properties"), dict):
            self.properties = raw["properties"]
            if isinstance(raw.get("geometry"), dict):
                self.geometry = raw["geometry"]
        self.kind = str(self.properties.get("kind", ""))
        if self.kind not in _KINDS:
            kind = self.properties.get("kind")
            self.note("kind", f"kind {kind!r} is none of {', '.join(_KINDS)}")

    def note(self, column: str, message: str) -> None:
        """Note a problem of this feature, one for each property."""
        if column in self.noted:
            return
        self.noted.add(column)
        self.problems.append(
            Problem(
                "VR1601",
                f"feature {self.number}: {message}",
                file=self.file,
                column=column,
                id=str(self.properties.get("retailer") or ""),
            )
        )

    def text(self, key: str) -> str:
        """Return a property that must be there, as text."""
        value = self.properties.get(key)
        if value is None:
            self.note(key, f"'{key}' is missing")
            return ""
        if isinstance(value, bool | list | dict):
            self.note(key, f"'{key}' is {value!r}, not text")
            return ""
        return str(value)

    def maybe(self, key: str) -> str | None:
        """Return a property as text, None when it is missing or null."""
        return None if self.properties.get(key) is None else self.text(key)

    def number_of(self, key: str) -> float | None:
        """Return a property as a finite number, None when it is missing or null."""
        value = self.properties.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            self.note(key, f"'{key}' is {value!r}, not a number")
            return None
        return value

    def whole(self, key: str) -> int | None:
        """Return a property as a whole number, None when it is missing or null.

        GDAL turns whole numbers into 12.0 where other features lack the property.
        """
        value = self.number_of(key)
        if value is not None and value != int(value):
            self.note(key, f"'{key}' is {value!r}, not a whole number")
            return None
        return None if value is None else int(value)

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
        seconds, text = self.whole(exact), self.maybe(clock)
        if seconds is not None and text in {None, format_clock(seconds)}:
            return seconds
        try:
            told = parse_clock(str(text))
        except ValueError:
            self.note(clock, f"'{clock}' is {text!r}, not a clock time HH:MM")
            return 0
        # GDAL turns 09:11 into 09:11:00, which still stands for the whole minute.
        is_same = seconds is not None and told in {seconds, seconds - seconds % MINUTE}
        return seconds if seconds is not None and is_same else told

    def names(self, key: str) -> tuple[str, ...]:
        """Return a property that is a list of texts; a list written as text is read too."""
        value = self.properties.get(key)
        if isinstance(value, str):
            value = _split_names(value)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.note(key, f"'{key}' is {value!r}, not a list")
            return ()
        return tuple(str(v) for v in value)

    def choice(self, key: str, values: Any) -> Any:
        """Return a property as a member of an enumeration."""
        text = self.text(key)
        for member in values:
            if text.lower() in {str(member.value).lower(), member.name.lower()}:
                return member
        choices = ", ".join(m.name.lower() for m in values)
        self.note(key, f"'{key}' is {text!r}, none of {choices}")
        return next(iter(values))

    def places(self, kind: str) -> tuple[Point, ...]:
        """Return the coordinates of a Point (one place) or LineString, empty without geometry."""
        if not self.geometry:
            return ()
        found = self.geometry.get("coordinates")
        if self.geometry.get("type") != kind:
            self.note("geometry", f"a {self.kind} has a {kind}, not {self.geometry.get('type')}")
            return ()
        pairs = [found] if kind == "Point" else found
        if not isinstance(pairs, list) or not all(map(_is_place, pairs)):
            self.note("geometry", "a coordinate is no pair of degrees")
            return ()
        return tuple((float(pair[0]), float(pair[1])) for pair in pairs)

    def point(self) -> Point:
        """Return the coordinates of a Point that must be there."""
        if not self.geometry:
            self.note("geometry", f"a {self.kind} needs a Point")
        return next(iter(self.places("Point")), (0.0, 0.0))

    def stop(self) -> Stop:
        """Return the feature as a stop."""
        lon, lat = self.point()
        arrival = self.moment("arrival", "arrival_s")
        departure = self.moment("departure", "departure_s")
        return Stop(
            retailer=self.text("retailer"),
            request=self.text("request"),
            sequence=self.whole("sequence") or 0,
            arrival=arrival,
            begin=self._begin(arrival, departure),
            departure=departure,
            due=self.day("due"),
            tier=self.choice("tier", Tier),
            state=self.choice("due_state", DueState),
            segment=self.choice("segment", Segment),
            lon=lon,
            lat=lat,
            name=self.maybe("name") or "",
            snap_m=float(self.number_of("snap_m") or 0),
            purpose=self.maybe("purpose") or "",
            checklist=self.names("checklist")
            if self.properties.get("checklist") is not None
            else None,
            tasks=self.names("tasks"),
            also=self.names("also"),
            travel_from_previous=self.whole("travel_s") or 0,
            distance_from_previous=self.whole("distance_m") or 0,
        )

    def _begin(self, arrival: int, departure: int) -> int:
        """Return when service begins: as written, or by its length where times were edited."""
        begin, end = self.whole("begin_s"), self.whole("departure_s")
        shown = self.number_of("service_minutes")
        if begin is None or end is None or shown not in {None, round((end - begin) / MINUTE, 1)}:
            return departure - round(MINUTE * (shown or 0))
        return begin if arrival == self.whole("arrival_s") else departure - (end - begin)

    def route(self, key: tuple[str, date], stops: tuple[Stop, ...]) -> RouteDay:
        """Return the feature as the route day of a rep and date, with its stops."""
        lunch = None
        if self.properties.get("lunch") is not None:
            lunch = self.moment("lunch", "lunch_s")
        return RouteDay(
            rep=key[0],
            date=key[1],
            start=self.moment("start", "start_s"),
            end=self.moment("end", "end_s"),
            stops=stops,
            travel=self.whole("travel_s") or 0,
            distance=self.whole("distance_m") or 0,
            travel_back=self.whole("travel_back_s") or 0,
            distance_back=self.whole("distance_back_m") or 0,
            lunch=lunch,
            lunch_seconds=round(MINUTE * (self.number_of("lunch_minutes") or 0)),
            line=self.places("LineString"),
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
            call=None if self.properties.get("call") is None else self.day("call"),
        )

    def excluded(self) -> Excluded:
        """Return the feature as an excluded record."""
        lon, lat = next(iter(self.places("Point")), (None, None))
        return Excluded(
            retailer=self.text("retailer"),
            code=self.text("code"),
            reason=self.text("reason"),
            lon=lon,
            lat=lat,
            name=self.maybe("name") or "",
            table=self.maybe("table") or "retailers",
            row=self.whole("row"),
            requests=self.whole("requests") or 0,
        )

    def base(self) -> Base:
        """Return the feature as a rep's base."""
        slack = self.whole("slack_minutes")
        kept = None if slack is None else max(0, slack)
        return Base(self.text("rep"), *self.point(), self.maybe("name") or "", kept)


def _is_finite(value: float) -> bool:
    """Tell whether a number can be counted with; whole numbers beyond any float can't."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _is_place(pair: Any) -> bool:
    """Tell whether something is [longitude, latitude], with or without a height."""
    return (
        isinstance(pair, list)
        and len(pair) >= 2  # noqa: PLR2004 - a pair
        and all(isinstance(x, int | float) and _is_finite(x) for x in pair[:2])
    )


def _split_names(text: str) -> list[Any]:
    """Return the names in a text: a JSON list, quoted ones in brackets, or with commas between.

    Quoted ones are what pandas makes of a list.
    """
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, list):
        return value
    if text.startswith("[") and text.endswith("]"):
        quoted = [a or b for a, b in _QUOTED.findall(text)]
        if quoted:
            return [re.sub(r"\\(.)", r"\1", name) for name in quoted]
    return [part.strip() for part in text.split(",") if part.strip()]
