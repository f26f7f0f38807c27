"""Visit plans of a routing service's customers over weeks, from mapotempo's public tests.

A stop is one point on one day with all services done there: setup once, then one service
after the other, each begun inside one of its windows. The services of a point lie on the
days of its most frequent one (``same_point_day``), and a service is planned fully or not at
all. First come unassigned visits, then seconds of driving.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.nested import Nested, Part, lump, nested_sets
from benchmarks.stoporder import Job, common_windows, finish, keeps, ready_spans
from numpy.typing import NDArray

from benchmarks import coreadapter
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays

BEST_KNOWN = "MAPOTEMPO-periodic"
SCALE = 10
"""The core counts tenths of a second."""
LOAD = 1000
PATTERNS = 400
"""Day patterns offered for one point, those that leave a service out not counted."""
PARTS = 7
"""A point's services are lumped together, equals first, until no more parts are left."""
NEVER = 10**9
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


def load(data: Path, pattern: str) -> list[Instance]:
    """Read the instances whose names match; ``FileNotFoundError`` when there are none."""
    folder = data / "mapotempo"
    if not folder.is_dir():
        raise FileNotFoundError(f"no instances: {folder} is absent\nMaybe give --data")
    paths = [p for p in sorted(folder.glob("*.json")) if fnmatch(p.stem, pattern)]
    if not paths:
        raise FileNotFoundError(f"no file in {folder} matches {pattern}.json")
    return [read(path) for path in paths]


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


# ── For the core ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Point:
    """A point as a client: its parts, and the nested day sets offered to the core."""

    parts: tuple[Part, ...]
    ways: tuple[Nested, ...]


class _Model:
    """An instance as arrays; days of the core are those on which some vehicle works."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.days = [d for d in instance.days if any(v.shift(d) for v in instance.vehicles)]
        self.units = sorted({u for v in instance.vehicles for u in v.limits})
        self.routes: list[tuple[int, int]] = []
        self.points: list[_Point] = []

    def build(self) -> Arrays:
        """Return the arrays."""
        instance = self.instance
        count = len(instance.time)
        # One more place without any way to it, for vehicles that start or end anywhere.
        time = np.zeros((count + 1, count + 1), dtype=np.int64)
        time[:count, :count] = np.ceil(instance.time * SCALE - 1e-3)
        specs, routes_of = [], defaultdict(list)
        for k, day in enumerate(self.days):
            for number, vehicle in enumerate(instance.vehicles):
                shift = vehicle.shift(day)
                if shift is None:
                    continue
                routes_of[k].append(len(specs))
                self.routes.append((day, number))
                specs.append(
                    RouteSpec(
                        day=k,
                        start=count if vehicle.start is None else instance.row[vehicle.start],
                        end=count if vehicle.end is None else instance.row[vehicle.end],
                        open=int(shift[0] * SCALE),
                        close=int(shift[1] * SCALE),
                        capacity=[
                            int(vehicle.limits.get(u, 10**9) * LOAD + 0.5) for u in self.units
                        ],
                    )
                )
        dear = 4.0 * float(time.max()) + 7200 * SCALE
        groups = defaultdict(list)
        for i, service in enumerate(instance.services):
            groups[service.point if instance.same_days else i].append(i)
        clients = [
            self._client(members, specs, routes_of, time, dear) for members in groups.values()
        ]
        return build_arrays(time[None], time[None], self.days, specs, clients)

    def _client(
        self,
        members: list[int],
        specs: list[RouteSpec],
        routes_of: dict[int, list[int]],
        time: NDArray[np.int64],
        dear: float,
    ) -> ClientSpec:
        parts = self._parts(members)
        node = self.instance.row[self.instance.services[members[0]].point]
        index = {day: k for k, day in enumerate(self.days)}
        offered = nested_sets(parts, PATTERNS)
        stops = self._stops(parts, offered)
        whole = {s for w in offered if not w.left_out for s in zip(w.parts, w.days, strict=True)}
        windows = {k: self._windows(parts, stops, whole, day) for k, day in enumerate(self.days)}
        variants = {done: v for v, done in enumerate(dict.fromkeys(done for done, _ in stops))}
        loads = [self._load(parts, done) for done in variants]
        lengths = [self._length(parts, done) for done in variants]
        fitting = set()
        for (done, day), spans in stops.items():
            v, k = variants[done], index[day]
            right = [w for w in windows[k] if keeps(w, lengths[v], spans)]
            if len(right) == len(windows[k]) and any(
                self._fits(specs[r], node, lengths[v], loads[v], right, time) for r in routes_of[k]
            ):
                fitting.add((done, day))
        ways = [w for w in offered if fitting.issuperset(zip(w.parts, w.days, strict=True))]
        self.points.append(_Point(parts, tuple(ways)))
        absent = self._impossible(members, parts)
        weight = sum(part.weight for part in parts) + absent
        days = sorted({index[d] for way in ways for d in way.days})
        return ClientSpec(
            node=node,
            services=lengths or [0],
            demands=loads or [[0] * len(self.units)],
            windows={k: windows[k] for k in days},
            routes={k: routes_of[k] for k in days},
            asks=[AskSpec(days, 3, weight, dear * weight)],
            patterns=[([index[d] for d in way.days], dear * way.left_out) for way in ways],
            pattern_variants=[[variants[done] for done in way.parts] for way in ways],
            pattern_weights=[way.left_out + absent for way in ways],
        )

    def _impossible(self, members: list[int], parts: tuple[Part, ...]) -> int:
        """Return the visits of services that no part holds."""
        held = {i for part in parts for i in part.services}
        return sum(self.instance.services[i].visits for i in members if i not in held)

    def _parts(self, members: list[int]) -> tuple[Part, ...]:
        """Return the services of a point as parts, most frequent first."""
        parts = []
        for i in members:
            s = self.instance.services[i]
            days = tuple(d for d in self.days if s.on(d) is not None)
            parts.append(Part((i,), s.visits, s.lapse, s.seconds, days, s.visits))
        return lump(parts, PARTS)

    def _inside(self, parts: tuple[Part, ...], done: frozenset[int]) -> list[Service]:
        return [self.instance.services[i] for p in done for i in parts[p].services]

    def _length(self, parts: tuple[Part, ...], done: frozenset[int]) -> int:
        inside = self._inside(parts, done)
        return math.ceil((max(s.setup for s in inside) + sum(s.seconds for s in inside)) * SCALE)

    def _load(self, parts: tuple[Part, ...], done: frozenset[int]) -> list[int]:
        inside = self._inside(parts, done)
        return [
            math.ceil(sum(s.load.get(u, 0.0) for s in inside) * LOAD - 1e-6) for u in self.units
        ]

    def _stops(
        self, parts: tuple[Part, ...], offered: list[Nested]
    ) -> dict[tuple[frozenset[int], int], list[tuple[int, int]]]:
        """Return when each stop may begin with its setup, by what is done there and the day."""
        known: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
        found = {}
        for way in offered:
            for done, day in zip(way.parts, way.days, strict=True):
                if (done, day) in found:
                    continue
                inside = self._inside(parts, done)
                jobs = [job(s, day) for s in inside]
                key = (done, tuple(j.spans for j in jobs))
                if key not in known:
                    setup = max(s.setup for s in inside)
                    known[key] = [
                        (
                            math.ceil((a - setup) * SCALE),
                            NEVER if math.isinf(b) else math.floor((b - setup) * SCALE),
                        )
                        for a, b in ready_spans(jobs)
                    ]
                found[done, day] = known[key]
        return found

    def _windows(
        self,
        parts: tuple[Part, ...],
        stops: dict[tuple[frozenset[int], int], list[tuple[int, int]]],
        whole: set[tuple[frozenset[int], int]],
        day: int,
    ) -> list[tuple[int, int]]:
        """Return where the stops of a day may lie, made for those that leave nothing out."""
        mine = [(done, spans) for (done, d), spans in stops.items() if d == day and spans]
        first = [(done, spans) for done, spans in mine if (done, day) in whole]
        found = common_windows(
            [(self._length(parts, done), spans) for done, spans in first or mine]
        )
        close = int(max(s[1] for v in self.instance.vehicles if (s := v.shift(day))) * SCALE)
        return [(a, min(b, close)) for a, b in found]

    def _fits(
        self,
        route: RouteSpec,
        node: int,
        length: int,
        load: list[int],
        windows: list[tuple[int, int]],
        time: NDArray[np.int64],
    ) -> bool:
        """Tell whether a stop fits alone."""
        if any(one > most for one, most in zip(load, route.capacity, strict=True)):
            return False
        arrival = route.open + int(time[route.start, node])
        ends = [max(arrival, a) + length for a, b in windows if max(arrival, a) + length <= b]
        return bool(ends) and min(ends) + int(time[node, route.end]) <= route.close


def solve(
    instance: Instance,
    solver: str,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
) -> dict[str, Any]:
    """Return the services of every vehicle and day in order."""
    if solver != "visitroute":
        raise ImportError(f"mapotempo has no adapter for {solver}")
    model = _Model(instance)
    arrays = model.build()
    plan = coreadapter.run(arrays, seed, seconds=seconds, iterations=iterations)
    done: dict[tuple[int, int], list[Service]] = {}
    planned = set()
    for c, point in enumerate(model.points):
        if plan.count[c] == 0:
            continue
        way = point.ways[int(plan.day_of[arrays.ask_ptr[c]]) - int(arrays.pattern_ptr[c])]
        for day, parts in zip(way.days, way.parts, strict=True):
            inside = [i for p in sorted(parts) for i in point.parts[p].services]
            done[c, day] = [instance.services[i] for i in inside]
            planned.update(inside)
    routes = []
    for r, (day, vehicle) in enumerate(model.routes):
        here = [done[c, day] for c in coreadapter.stops(plan, r)]
        if here:
            stops = _ordered(instance, instance.vehicles[vehicle], day, here)
            routes.append({"day": day, "vehicle": vehicle, "stops": stops})
    dropped = [s.id for i, s in enumerate(instance.services) if i not in planned]
    return {"routes": routes, "dropped": dropped}


def _ordered(
    instance: Instance, vehicle: Vehicle, day: int, stops: list[list[Service]]
) -> list[str]:
    """Return the services of a route, at each stop in the order that ends first."""
    shift = vehicle.shift(day)
    now, at = shift[0] if shift else 0.0, vehicle.start
    names: list[str] = []
    for here in stops:
        point = here[0].point
        if at is not None:
            now += float(instance.time[instance.row[at], instance.row[point]])
        now += max(s.setup for s in here)
        at = point
        found = finish([job(s, day) for s in here], now)
        now, order = found or (now + sum(s.seconds for s in here), tuple(range(len(here))))
        names += [here[i].id for i in order]
    return names


def job(service: Service, day: int) -> Job:
    """Return a service on a day on which it may be done."""
    return Job(service.seconds, tuple(service.on(day) or ()))


# ── The verifier ─────────────────────────────────────────────────────────────────────────


def verify(instance: Instance, solution: dict[str, Any]) -> tuple[tuple[float, ...], list[str]]:
    """Return unassigned visits and driving, and every broken rule."""
    services = {s.id: s for s in instance.services}
    problems: list[str] = []
    days: dict[str, list[int]] = {name: [] for name in services}
    used = set()
    driving = 0.0
    for route in solution["routes"]:
        day, number, stops = route["day"], route["vehicle"], route["stops"]
        name = f"day {day} vehicle {number}"
        if day not in instance.days or not 0 <= number < len(instance.vehicles):
            problems.append(f"{name}: no such route")
            continue
        if (day, number) in used:
            problems.append(f"{name}: two routes")
        used.add((day, number))
        if any(stop not in services for stop in stops):
            problems.append(f"{name}: an unknown service")
            continue
        for stop in stops:
            days[stop].append(day)
        way, faults = _drive(instance, day, instance.vehicles[number], [services[s] for s in stops])
        driving += way
        problems += [f"{name}: {fault}" for fault in faults]
    missing = 0
    for name, service in services.items():
        found = sorted(days[name])
        if len(found) not in (0, service.visits):
            problems.append(f"{name}: {len(found)} of {service.visits} visits")
        if (name in solution["dropped"]) == bool(found):
            problems.append(f"{name}: planned and dropped, or neither")
        missing += 0 if found else service.visits
        for a, b in pairwise(found):
            if b - a < service.lapse:
                problems.append(f"{name}: {b - a} days apart, at least {service.lapse}")
    if instance.same_days:
        problems += _parted(instance, days)
    return (missing, driving), problems


def _parted(instance: Instance, days: dict[str, list[int]]) -> Iterator[str]:
    """Yield the points whose services don't lie on the days of the most frequent one."""
    points = defaultdict(list)
    for service in instance.services:
        if days[service.id]:
            points[service.point].append(service)
    for point, services in points.items():
        top = max(services, key=lambda s: s.visits)
        for service in services:
            if not set(days[service.id]) <= set(days[top.id]):
                yield f"point {point}: {service.id} lies on days of its own"


def _drive(
    instance: Instance, day: int, vehicle: Vehicle, stops: list[Service]
) -> tuple[float, list[str]]:
    """Return a route's driving, and its broken rules; each service begins as early as it can."""
    shift = vehicle.shift(day)
    if shift is None:
        return 0.0, ["a day off"]
    faults = []
    driving, now = 0.0, shift[0]
    at = vehicle.start
    seen = set()
    for point, here in groupby(stops, key=lambda s: s.point):
        group = list(here)
        if point in seen:
            faults.append(f"point {point} twice")
        seen.add(point)
        way = 0.0 if at is None else float(instance.time[instance.row[at], instance.row[point]])
        driving += way
        now += way + max(s.setup for s in group)
        at = point
        for service in group:
            begins = [max(now, a) for a, b in service.on(day) or () if max(now, a) <= b + 1e-6]
            if not begins:
                faults.append(f"{service.id} can't begin in a window at {now:.0f}")
            now = min(begins, default=now) + service.seconds
    if at is not None and vehicle.end is not None:
        way = float(instance.time[instance.row[at], instance.row[vehicle.end]])
        driving += way
        now += way
    if now > shift[1] + 1e-6:
        faults.append(f"ends {now - shift[1]:.0f} s late")
    for unit, most in vehicle.limits.items():
        carried = sum(s.load.get(unit, 0.0) for s in stops)
        if carried > most + 1e-6:
            faults.append(f"carries {carried:g} of {most:g} {unit}")
    return driving, faults
