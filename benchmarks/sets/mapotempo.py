"""Visit plans of a routing service's customers over weeks, from mapotempo's public tests.

A stop is one point on one day with all services done there: setup once, then one service
after the other, each begun inside one of its windows. The services of a point lie on the
days of its most frequent one (``same_point_day``), and a service is planned fully or not at
all. First come unassigned visits, then seconds of driving.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.mapoinstance import Instance, Service, Vehicle, read
from benchmarks.nested import Nested, Part, day_sets, lump, nested_sets
from benchmarks.stoporder import Job, common_windows, finish, keeps, ready_spans
from numpy.typing import NDArray

from benchmarks import coreadapter
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays

BEST_KNOWN = "MAPOTEMPO-periodic"
SCALE = 10
"""The core counts tenths of a second."""
LOAD = 1000
OFFERED = 40_000
"""Day patterns offered for all points together, those that leave a service out not counted."""
PATTERNS = (100, 400)
"""The fewest and the most of them for one point."""
PARTS = {0: 5, 400: 7}
"""A point's services are lumped together, equals first, until no more parts are left: the
number from so many patterns of a point on."""
NEVER = 10**9

TUNING = {"hot": 30.0, "cold": 0.03, "mean": 3}
"""Days are full and runs short: small ruins leave out a third less than the core's own."""


def load(data: Path, pattern: str) -> list[Instance]:
    """Read the instances whose names match; ``FileNotFoundError`` when there are none."""
    folder = data / "mapotempo"
    if not folder.is_dir():
        raise FileNotFoundError(f"no instances: {folder} is absent\nMaybe give --data")
    paths = [p for p in sorted(folder.glob("*.json")) if fnmatch(p.stem, pattern)]
    if not paths:
        raise FileNotFoundError(f"no file in {folder} matches {pattern}.json")
    return [read(path) for path in paths]


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
        least, most = PATTERNS
        num_points = len({s.point for s in instance.services})
        self.offered = max(least, min(most, OFFERED // max(1, num_points)))
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
        offered = nested_sets(parts, self.offered) if parts else []
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
        # Days often cost the same; in a fixed order all points would crowd on the first ones.
        random.Random(node).shuffle(offered)  # noqa: S311 - no secret
        ways = [w for w in offered if fitting.issuperset(zip(w.parts, w.days, strict=True))]
        self.points.append(_Point(parts, tuple(ways)))
        weight = sum(self.instance.services[i].visits for i in members)
        absent = weight - sum(part.weight for part in parts)
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

    def _parts(self, members: list[int]) -> tuple[Part, ...]:
        """Return the services of a point that can be planned, as parts, most frequent first."""
        parts = []
        for i in members:
            s = self.instance.services[i]
            days = tuple(d for d in self.days if self._fits_alone(s, d))
            if day_sets(days, s.visits, s.lapse, 1):
                parts.append(Part((i,), s.visits, s.lapse, s.seconds, days, s.visits))
        return lump(parts, max(n for least, n in PARTS.items() if self.offered >= least))

    def _fits_alone(self, service: Service, day: int) -> bool:
        """Tell whether a vehicle can do a service on a day on which it does nothing else."""
        if service.on(day) is None:
            return False
        for vehicle in self.instance.vehicles:
            shift = vehicle.shift(day)
            heavy = any(service.load.get(u, 0.0) > most for u, most in vehicle.limits.items())
            if shift is None or heavy:
                continue
            there = shift[0] + self.way(vehicle.start, service.point) + service.setup
            found = finish([job(service, day)], there)
            if found and found[0] + self.way(service.point, vehicle.end) <= shift[1]:
                return True
        return False

    def way(self, start: str | None, end: str | None) -> float:
        """Return the driving time, 0 where a vehicle may start or end anywhere."""
        row = self.instance.row
        if start is None or end is None:
            return 0.0
        return float(self.instance.time[row[start], row[end]])

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
    tuning = coreadapter.vary(arrays, TUNING)
    plan = coreadapter.run(arrays, seed, seconds=seconds, iterations=iterations, tuning=tuning)
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
            stops = _ordered(model, instance.vehicles[vehicle], day, here)
            routes.append({"day": day, "vehicle": vehicle, "stops": stops})
    dropped = [s.id for i, s in enumerate(instance.services) if i not in planned]
    return {"routes": routes, "dropped": dropped}


def _ordered(model: _Model, vehicle: Vehicle, day: int, stops: list[list[Service]]) -> list[str]:
    """Return the services of a route, at each stop in the order that ends first."""
    shift = vehicle.shift(day)
    now, at = shift[0] if shift else 0.0, vehicle.start
    names: list[str] = []
    for here in stops:
        now += model.way(at, here[0].point) + max(s.setup for s in here)
        at = here[0].point
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
