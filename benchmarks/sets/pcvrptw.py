"""Prize-collecting routing with time windows, 1,000 customers, of PyVRP/Instances.

All in tenths: lengths are cut off after one decimal, and a prize left counts as length.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.files import find_files
from numpy.typing import NDArray

from benchmarks import coreadapter
from visitroute.solve.core.arrays import Arrays, Plan
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.driver import Tuning

BEST_KNOWN = "PCVRPTW-GH1000"
SOLVERS = ("visitroute", "pyvrp")
TENTHS = 10

STAGES = ((0.1, 5.0), (0.2, 2.5), (0.3, 1.5), (1.0, 1.0))
"""Ends of the stages, as shares of the time, and the factor of prizes in each: where a new route
costs more than one prize, a search that starts with true prizes ends at an empty plan."""

TUNING = Tuning(
    hot=0.3, cold=0.05, mean=15, longest=15, noise=0.0, opening=0.3, children=0, daily=0.2
)
LATER = replace(TUNING, hot=0.1, cold=0.01)


@dataclass(frozen=True, slots=True)
class Instance:
    """A prize-collecting problem; the first node is the depot. Units of the file."""

    name: str
    vehicles: int
    capacity: int
    service: int
    numbers: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    demands: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]
    prizes: tuple[int, ...]


def load(data: Path, pattern: str) -> list[Instance]:
    """Read the instances whose names match a pattern."""
    return [read(path) for path in find_files(data / "pcvrptw", pattern, ".vrp")]


def read(path: Path) -> Instance:
    """Read one instance in the format of VRPLIB."""
    facts: dict[str, str] = {}
    sections: dict[str, list[list[int]]] = {}
    name = ""
    for line in path.read_text().splitlines():
        if ":" in line:
            key, _, value = line.partition(":")
            facts[key.strip()] = value.strip()
        elif line.strip().endswith("SECTION"):
            name = line.strip()
            sections[name] = []
        elif name and line.strip() not in {"", "EOF"}:
            sections[name].append([int(word) for word in line.split()])
    depots = [row[0] for row in sections["DEPOT_SECTION"] if row[0] != -1]
    rows = sections["NODE_COORD_SECTION"]
    numbers = tuple(row[0] for row in rows)
    if depots != [numbers[0]]:
        raise ValueError(f"{path.name}: depots {depots}, expected the first node {numbers[0]}")
    return Instance(
        name=path.stem,
        vehicles=int(facts["VEHICLES"]),
        capacity=int(facts["CAPACITY"]),
        service=int(facts["SERVICE_TIME"]),
        numbers=numbers,
        places=tuple((row[1], row[2]) for row in rows),
        demands=tuple(row[1] for row in sections["DEMAND_SECTION"]),
        windows=tuple((row[1], row[2]) for row in sections["TIME_WINDOW_SECTION"]),
        prizes=tuple(row[1] for row in sections["PRIZE_SECTION"]),
    )


def _times(instance: Instance) -> NDArray[np.int64]:
    """Return tenths between all places, cut off after one decimal."""
    points = np.array(instance.places, dtype=np.float64)
    length = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return np.floor(length * TENTHS + 1e-7).astype(np.int64)


def to_arrays(instance: Instance, factor: float = 1.0) -> Arrays:
    """Return an instance as the arrays of the planning core, in tenths, prizes times a factor.

    Prizes are traded with length, so leaving a client out has a penalty and no weight.
    """
    time = _times(instance)
    first, last = instance.windows[0]
    routes = [
        RouteSpec(
            day=0,
            start=0,
            end=0,
            open=first * TENTHS,
            close=last * TENTHS,
            capacity=(instance.capacity,),
        )
    ] * instance.vehicles
    clients = [
        ClientSpec(
            node=node,
            services=[instance.service * TENTHS],
            windows={0: [(begin * TENTHS, (end + instance.service) * TENTHS)]},
            routes={0: range(instance.vehicles)},
            asks=[AskSpec((0,), tier=3, weight=0, penalty=factor * TENTHS * prize)],
            demand=(demand,),
        )
        for node, ((begin, end), demand, prize) in enumerate(
            zip(instance.windows, instance.demands, instance.prizes, strict=True)
        )
        if node > 0
    ]
    return build_arrays(time[None], time[None], [0], routes, clients)


def solve(
    instance: Instance,
    solver: str,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
) -> dict[str, Any]:
    """Return the routes that the planning core finds."""
    if solver not in SOLVERS:
        raise ImportError(f"pcvrptw has no adapter for {solver}")
    if solver == "pyvrp":
        paths = _peer(instance, seed, seconds)
    else:
        plan = _search(instance, seed, seconds, iterations)
        paths = [[1 + c for c in coreadapter.stops(plan, r)] for r in range(instance.vehicles)]
    routes = [
        {"day": 0, "vehicle": r, "stops": [instance.numbers[row] for row in path]}
        for r, path in enumerate(paths)
        if path
    ]
    served = {row for path in paths for row in path}
    return {
        "routes": routes,
        "dropped": [n for row, n in enumerate(instance.numbers) if row and row not in served],
    }


def _search(instance: Instance, seed: int, seconds: float | None, iterations: int | None) -> Plan:
    """Return the plan of the planning core, prizes in stages."""
    now = coreadapter.CLOCK.now
    began = now()
    plan: Plan | None = None
    for end, factor in STAGES:
        arrays = to_arrays(instance, factor)
        plan = coreadapter.run(
            arrays,
            seed,
            seconds=None if seconds is None else max(0.1, began + end * seconds - now()),
            iterations=None if iterations is None else max(1, iterations // len(STAGES)),
            tuning=TUNING if plan is None else LATER,
            start=plan,
        )
    if plan is None:
        raise AssertionError("no stage ran")
    return plan


def _peer(instance: Instance, seed: int, seconds: float | None) -> list[list[int]]:
    """Return the routes of PyVRP."""
    if seconds is None:
        raise ImportError("pyvrp counts no iterations of ours: give it seconds")
    peer = import_module("benchmarks.peers.prizes")
    first, last = instance.windows[0]
    found: list[list[int]] = peer.collect_prizes(
        _times(instance),
        (instance.vehicles, instance.capacity, first * TENTHS, last * TENTHS),
        instance.service * TENTHS,
        [(a * TENTHS, b * TENTHS) for a, b in instance.windows],
        list(instance.demands),
        [prize * TENTHS for prize in instance.prizes],
        seed=seed,
        seconds=seconds,
    )
    return found


def verify(instance: Instance, solution: dict[str, Any]) -> tuple[tuple[float, ...], list[str]]:
    """Return length plus prizes left, in tenths, and every rule that the routes break."""
    row = {number: i for i, number in enumerate(instance.numbers)}
    problems: list[str] = []
    served: list[int] = []
    total = 0
    first, last = instance.windows[0]
    for route in solution["routes"]:
        name = f"vehicle {route['vehicle']}"
        if not 0 <= route["vehicle"] < instance.vehicles:
            problems.append(f"{name}: no such vehicle")
        here, now, carried = 0, TENTHS * first, 0
        for number in route["stops"]:
            if row.get(number, 0) == 0:
                problems.append(f"{name}: no client {number}")
                continue
            there = row[number]
            length = _tenths(instance.places[here], instance.places[there])
            begin, end = instance.windows[there]
            total += length
            now = max(now + length, TENTHS * begin)
            if now > TENTHS * end:
                problems.append(f"{name}: service of {number} begins {now} after {TENTHS * end}")
            now += TENTHS * instance.service
            carried += instance.demands[there]
            here = there
            served.append(number)
        length = _tenths(instance.places[here], instance.places[0])
        total += length
        if now + length > TENTHS * last:
            problems.append(f"{name}: back {now + length} after {TENTHS * last}")
        if carried > instance.capacity:
            problems.append(f"{name}: carries {carried} of {instance.capacity}")
    vehicles = [route["vehicle"] for route in solution["routes"]]
    if len(set(vehicles)) != len(vehicles):
        problems.append("a vehicle has two routes")
    if len(set(served)) != len(served):
        problems.append("a client is served twice")
    if set(served) | set(solution["dropped"]) != set(instance.numbers[1:]):
        problems.append("a client is neither served nor dropped")
    left = sum(p for n, p in zip(instance.numbers, instance.prizes, strict=True) if n not in served)
    return (total + TENTHS * (left - instance.prizes[0]),), problems


def _tenths(a: tuple[int, int], b: tuple[int, int]) -> int:
    """Return ten times a length, rounded down, without floating point."""
    return isqrt(TENTHS * TENTHS * ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2))
