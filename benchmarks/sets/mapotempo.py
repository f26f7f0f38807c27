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
from benchmarks.nested import Nested, Part, nested_sets
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
PARTS = 5
"""A point's services are lumped together, equals first, until no more parts are left."""
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
        services = self.instance.services
        parts = self._parts(members)
        node = self.instance.row[services[members[0]].point]
        anchor = max((services[i].seconds for i in parts[0].services), default=0.0)
        setup = max(services[i].setup for i in members)
        windows = {k: self._windows(members, day, anchor) for k, day in enumerate(self.days)}
        index = {day: k for k, day in enumerate(self.days)}
        lengths: list[int] = []
        loads: list[list[int]] = []
        variants: dict[frozenset[int], int] = {}
        ways, patterns, chosen, weights = [], [], [], []
        for way in nested_sets(parts, PATTERNS):
            own = []
            for day, done in zip(way.days, way.parts, strict=True):
                inside = [i for p in done for i in parts[p].services]
                longest = max(services[i].seconds for i in inside)
                if longest < anchor:
                    break  # its last service could begin too late
                if done not in variants:
                    variants[done] = len(lengths)
                    seconds = setup + sum(services[i].seconds for i in inside)
                    lengths.append(math.ceil(seconds * SCALE))
                    loads.append([self._load(inside, unit) for unit in self.units])
                v, k = variants[done], index[day]
                fits = any(
                    self._fits(specs[r], node, lengths[v], loads[v], windows[k], time)
                    for r in routes_of[k]
                )
                if not fits:
                    break
                own.append(v)
            if len(own) == len(way.days):
                ways.append(way)
                patterns.append(([index[d] for d in way.days], dear * way.left_out))
                chosen.append(own)
                weights.append(way.left_out)
        self.points.append(_Point(parts, tuple(ways)))
        whole = sum(part.weight for part in parts)
        whole += self._impossible(members, parts)
        days = sorted({d for pattern, _ in patterns for d in pattern})
        return ClientSpec(
            node=node,
            services=lengths or [0],
            demands=loads or [[0] * len(self.units)],
            windows={k: windows[k] for k in days},
            routes={k: routes_of[k] for k in days},
            asks=[AskSpec(days, 3, whole, dear * whole)],
            patterns=patterns,
            pattern_variants=chosen,
            pattern_weights=[w + self._impossible(members, parts) for w in weights],
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
        parts.sort(key=lambda p: (-p.visits, -p.seconds))
        while len(parts) > PARTS:
            pairs = [
                (a, b)
                for a in range(len(parts))
                for b in range(a + 1, len(parts))
                if parts[a].visits == parts[b].visits
            ]
            if not pairs:
                break
            a, b = min(pairs, key=lambda p: (parts[p[0]].seconds + parts[p[1]].seconds, p))
            one, two = parts[a], parts[b]
            parts[a] = Part(
                one.services + two.services,
                one.visits,
                max(one.lapse, two.lapse),
                one.seconds + two.seconds,
                tuple(d for d in one.days if d in two.days),
                one.weight + two.weight,
            )
            del parts[b]
        return tuple(parts)

    def _windows(self, members: list[int], day: int, anchor: float) -> list[tuple[int, int]]:
        """Return where the whole stop may lie: all services of the day begin in time.

        The longest of the most frequent services comes last, so that a stop may go on for
        that long after the last second at which a service may begin.
        """
        spans: list[Span] = [(0.0, math.inf)]
        for i in members:
            own = self.instance.services[i].on(day)
            if own is not None:
                pairs = ((max(a, c), min(b, d)) for a, b in spans for c, d in own)
                spans = [(a, b) for a, b in pairs if a <= b]
        found = []
        for a, b in spans:
            last = 10**9 if math.isinf(b) else int((b + anchor) * SCALE)
            found.append((math.ceil(a * SCALE), last))
        return found

    def _load(self, inside: list[int], unit: str) -> int:
        services = self.instance.services
        return math.ceil(sum(services[i].load.get(unit, 0.0) for i in inside) * LOAD - 1e-6)

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
    done: dict[tuple[int, int], list[str]] = {}
    planned = set()
    for c, point in enumerate(model.points):
        if plan.count[c] == 0:
            continue
        way = point.ways[int(plan.day_of[arrays.ask_ptr[c]]) - int(arrays.pattern_ptr[c])]
        for day, parts in zip(way.days, way.parts, strict=True):
            inside = [i for p in parts for i in point.parts[p].services]
            first = [i for i in inside if i in point.parts[0].services] or inside
            last = max(first, key=lambda i: instance.services[i].seconds)
            order = [i for i in inside if i != last] + [last]
            done[c, day] = [instance.services[i].id for i in order]
            planned.update(inside)
    routes = []
    for r, (day, vehicle) in enumerate(model.routes):
        stops = [name for c in coreadapter.stops(plan, r) for name in done[c, day]]
        if stops:
            routes.append({"day": day, "vehicle": vehicle, "stops": stops})
    dropped = [s.id for i, s in enumerate(instance.services) if i not in planned]
    return {"routes": routes, "dropped": dropped}


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
