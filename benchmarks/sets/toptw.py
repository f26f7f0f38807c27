"""Team orienteering with time windows: the instances of Righini and Salani, m = 1 and 2.

Vansteenwegen et al. (2009), doi:10.1016/j.cor.2009.03.008. Distances are Euclidean and cut
off after one decimal (c, r, rc) or two (pr); the score collected counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.files import find_files

from benchmarks import coreadapter
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.driver import Tuning

BEST_KNOWN = "TOPTW"
SENSE = "max"
SOLVERS = ("visitroute",)
FLEETS = (1, 2)
LEGS_PER_SCORE = 10.0
"""Legs of mean length that a client of mean score is worth to the search."""
TUNING = Tuning(hot=2.0, cold=0.3, mean=10, longest=16, noise=0.0)
"""Hotter and with longer strings than for planning: what is swapped is clients, not legs."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place: coordinates, length of service, score, and when service may begin."""

    number: int
    x: Decimal
    y: Decimal
    service: Decimal
    score: int
    first: Decimal
    last: Decimal


@dataclass(frozen=True, slots=True)
class Instance:
    """A set of places, the first of which is start and end; ``decimals`` of a distance."""

    name: str
    vehicles: int
    decimals: int
    stops: tuple[Stop, ...]


def load(data: Path, pattern: str) -> list[Instance]:
    """Read the instances whose names, such as c101_m2, match a pattern."""
    found = [
        read(path, vehicles)
        for path in find_files(data / "toptw", "*", ".txt")
        for vehicles in FLEETS
        if fnmatchcase(f"{path.stem}_m{vehicles}", pattern)
    ]
    if not found:
        raise FileNotFoundError(f"no instance of {data / 'toptw'} matches {pattern}")
    return found


def read(path: Path, vehicles: int) -> Instance:
    """Read one instance for a number of vehicles."""
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    stops = []
    for row in lines[2 : 3 + int(lines[0][2])]:
        values = [Decimal(word) for word in row]
        stops.append(Stop(int(values[0]), *values[1:4], int(values[4]), *values[-2:]))
    decimals = 2 if path.stem.startswith("pr") else 1
    return Instance(f"{path.stem}_m{vehicles}", vehicles, decimals, tuple(stops))


def to_arrays(instance: Instance) -> Arrays:
    """Return an instance as the arrays of the planning core, in its smallest decimal."""
    scale = 10**instance.decimals
    points = np.array([(float(s.x), float(s.y)) for s in instance.stops])
    length = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    time = np.floor(length * scale + 1e-7).astype(np.int64)
    depot = instance.stops[0]
    clients = instance.stops[1:]
    close = int(depot.last * scale)
    routes = [
        RouteSpec(day=0, start=0, end=0, open=int(depot.first * scale), close=close)
    ] * instance.vehicles
    near = np.sort(time[1:, 1:], axis=1)[:, 1:6].mean()
    unit = LEGS_PER_SCORE * float(near) / (sum(c.score for c in clients) / len(clients))
    specs = [
        ClientSpec(
            node=node,
            services=[int(client.service * scale)],
            windows={0: [(int(client.first * scale), int((client.last + client.service) * scale))]},
            routes={0: tuple(range(instance.vehicles))},
            asks=[AskSpec((0,), tier=3, weight=client.score, penalty=unit * client.score)],
        )
        for node, client in enumerate(clients, start=1)
    ]
    return build_arrays(time[None], time[None], [0], routes, specs)


def solve(
    instance: Instance,
    solver: str,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    tuning: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Return the routes that the planning core finds."""
    if solver not in SOLVERS:
        raise ImportError(f"toptw has no adapter for {solver}")
    arrays = to_arrays(instance)
    settings = coreadapter.vary(arrays, tuning or {}, TUNING)
    plan = coreadapter.run(arrays, seed, seconds=seconds, iterations=iterations, tuning=settings)
    numbers = [s.number for s in instance.stops[1:]]
    paths = [[numbers[c] for c in coreadapter.stops(plan, r)] for r in range(instance.vehicles)]
    routes = [{"day": 0, "vehicle": r, "stops": path} for r, path in enumerate(paths) if path]
    served = {number for path in paths for number in path}
    return {"routes": routes, "dropped": [n for n in numbers if n not in served]}


def verify(instance: Instance, solution: dict[str, Any]) -> tuple[tuple[float, ...], list[str]]:
    """Return the score collected and every rule that the routes break; exact arithmetic."""
    stops = {s.number: s for s in instance.stops}
    depot = instance.stops[0]
    problems: list[str] = []
    served: list[int] = []
    for route in solution["routes"]:
        name = f"vehicle {route['vehicle']}"
        if not 0 <= route["vehicle"] < instance.vehicles:
            problems.append(f"{name}: no such vehicle")
        here, now = depot, depot.first
        for number in route["stops"]:
            if number not in stops or number == depot.number:
                problems.append(f"{name}: no client {number}")
                continue
            stop = stops[number]
            now = max(now + _distance(here, stop, instance.decimals), stop.first)
            if now > stop.last:
                problems.append(f"{name}: service of {number} begins {now} after {stop.last}")
            now += stop.service
            here = stop
            served.append(number)
        now += _distance(here, depot, instance.decimals)
        if now > depot.last:
            problems.append(f"{name}: back {now} after {depot.last}")
    vehicles = [route["vehicle"] for route in solution["routes"]]
    if len(set(vehicles)) != len(vehicles):
        problems.append("a vehicle has two routes")
    if len(set(served)) != len(served):
        problems.append("a client is served twice")
    if set(served) | set(solution["dropped"]) != set(stops) - {depot.number}:
        problems.append("a client is neither served nor dropped")
    return (sum(stops[n].score for n in set(served)),), problems


def _distance(a: Stop, b: Stop, decimals: int) -> Decimal:
    """Return a distance cut off after some decimals, without floating point."""
    square = (a.x - b.x) ** 2 + (a.y - b.y) ** 2
    return Decimal(isqrt(int(square * 100**decimals))).scaleb(-decimals)
