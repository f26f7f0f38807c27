"""Periodic waste collection with facilities on the way: Taverna and Tilk (2026), UniUD.

A vehicle unloads at a facility whenever it is full and before it comes back. The planning
core knows no unloading, so its routes here are trips: a frame says how many trips each
vehicle makes on a day, where one ends and the next begins, and how the day is shared among
them; short searches try many frames, and the facilities are chosen anew for the routes
found. That is a way around, not what a core with unloading would reach.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.files import find_files

from benchmarks import coreadapter
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays

BEST_KNOWN = "PVRP-IF-Udine"
SOLVERS = ("visitroute",)
SHORT_RUN = 3000
"""Iterations with one frame."""

Path_ = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem by node number; node 0 is the depot, travel in minutes."""

    name: str
    days: int
    vehicles: int
    duration: int
    capacity: int
    travel: tuple[tuple[int, ...], ...]
    customers: tuple[int, ...]
    facilities: tuple[int, ...]
    demand: dict[int, int]
    service: dict[int, int]
    frequency: dict[int, int]


def load(data: Path, pattern: str) -> list[Instance]:
    """Read the instances whose names match a pattern."""
    return [read(path) for path in find_files(data / "pvrpif", pattern, ".geojson")]


def read(path: Path) -> Instance:
    """Read one instance."""
    found = json.loads(path.read_text())
    info = found["info"]
    nodes = [feature["properties"] for feature in found["features"]]
    customers = [node for node in nodes if node["type"] == "customer"]
    return Instance(
        name=path.stem,
        days=int(info["planningHorizon"]),
        vehicles=int(info["numVehicles"]),
        duration=int(info["maxDuration"]),
        capacity=int(info["maxCapacity"]),
        travel=tuple(tuple(int(v) for v in row) for row in found["duration"]),
        customers=tuple(int(node["id"]) for node in customers),
        facilities=tuple(int(n["id"]) for n in nodes if n["type"] == "intermediateFacility"),
        demand={int(node["id"]): int(node["demand"]) for node in customers},
        service={int(node["id"]): int(node["service"]) for node in customers},
        frequency={int(node["id"]): int(node["frequency"]) for node in customers},
    )


def day_sets(days: int, frequency: int) -> list[tuple[int, ...]]:
    """Return the equally spaced day sets of a frequency."""
    step = days // frequency
    return [tuple(range(first, days, step)) for first in range(step)]


@dataclass(frozen=True, slots=True)
class Shift:
    """How a vehicle's day is cut: the facilities between its trips, and when each ends."""

    between: tuple[int, ...]
    cuts: tuple[float, ...]


Frame = dict[tuple[int, int], Shift]


def to_arrays(instance: Instance, frame: Frame) -> tuple[Arrays, list[tuple[int, int]]]:
    """Return the arrays for a frame, and the day and vehicle of each trip."""
    count, facilities = len(instance.travel), instance.facilities
    end = count
    start_at = {f: count + 1 + 2 * i for i, f in enumerate(facilities)}
    stop_at = {f: count + 2 + 2 * i for i, f in enumerate(facilities)}
    travel = np.array(instance.travel, dtype=np.int64)
    minutes = np.zeros((count + 1 + 2 * len(facilities),) * 2, dtype=np.int64)
    minutes[:count, :count] = travel
    home = travel[:, list(facilities)] + travel[list(facilities), 0]
    minutes[:count, end] = home.min(axis=1)
    for f in facilities:
        minutes[start_at[f], :count] = travel[f]
        minutes[:count, stop_at[f]] = travel[:, f]
    cost = minutes.copy()
    for f in facilities:
        # A trip pays its way home; the one after it gets that back.
        cost[:count, stop_at[f]] += travel[f, 0]
        cost[start_at[f], :count] -= travel[f, 0]
    routes, owners = [], []
    routes_of: dict[int, list[int]] = {d: [] for d in range(instance.days)}
    for (day, vehicle), shift in frame.items():
        times = [0, *(round(cut * instance.duration) for cut in shift.cuts), instance.duration]
        starts = [0, *(start_at[f] for f in shift.between)]
        ends = [*(stop_at[f] for f in shift.between), end]
        for trip, (start, stop) in enumerate(zip(starts, ends, strict=True)):
            routes_of[day].append(len(routes))
            owners.append((day, vehicle))
            routes.append(
                RouteSpec(
                    day=day,
                    start=start,
                    end=stop,
                    open=times[trip],
                    close=times[trip + 1],
                    capacity=(instance.capacity,),
                )
            )
    dear = 40.0 * float(travel.max())
    every_day = {d: [(0, instance.duration)] for d in range(instance.days)}
    clients = [
        ClientSpec(
            node=node,
            services=[instance.service[node]],
            windows=every_day,
            routes={d: tuple(numbers) for d, numbers in routes_of.items()},
            asks=[
                AskSpec(
                    days=range(instance.days),
                    tier=3,
                    weight=instance.frequency[node],
                    penalty=dear * instance.frequency[node],
                )
            ],
            patterns=[(days, 0.0) for days in day_sets(instance.days, instance.frequency[node])],
            demand=(instance.demand[node],),
        )
        for node in instance.customers
    ]
    return (
        build_arrays(minutes[None], cost[None], range(instance.days), routes, clients),
        owners,
    )


def solve(
    instance: Instance,
    solver: str,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
) -> dict[str, Any]:
    """Return the best plan of short searches with many frames."""
    if solver not in SOLVERS:
        raise ImportError(f"pvrpif has no adapter for {solver}")
    chance = random.Random(seed)  # noqa: S311 - no secret
    began, done = time.perf_counter(), 0
    frame = _first_frame(instance)
    best, best_frame, best_paths = None, frame, {}
    while True:
        paths = _search(instance, frame, seed + done)
        done += 1
        key = _price(instance, paths)
        if best is None or key <= best:
            best, best_frame, best_paths = key, frame, paths
        over = time.perf_counter() - began >= seconds if seconds is not None else False
        if over or (iterations is not None and done * SHORT_RUN >= iterations):
            break
        frame = _changed(instance, best_frame, chance)
    served = {stop for path in best_paths.values() for stop in path}
    routes = [
        {"day": day, "vehicle": vehicle, "stops": list(path)}
        for (day, vehicle), path in sorted(best_paths.items())
        if path
    ]
    return {"routes": routes, "dropped": [c for c in instance.customers if c not in served]}


def _first_frame(instance: Instance) -> Frame:
    """Return the frame in which the last vehicle of a day unloads once more half-way."""
    facility = min(instance.facilities, key=lambda f: instance.travel[0][f] + instance.travel[f][0])
    half = Shift((facility,), (0.5,))
    return {
        (day, vehicle): half if vehicle == instance.vehicles - 1 else Shift((), ())
        for day in range(instance.days)
        for vehicle in range(instance.vehicles)
    }


def _changed(instance: Instance, frame: Frame, chance: random.Random) -> Frame:
    """Return a frame with one or two shifts changed."""
    changed = dict(frame)
    for key in chance.sample(sorted(frame), min(len(frame), chance.choice((1, 1, 2)))):
        shift = frame[key]
        between, cuts = list(shift.between), list(shift.cuts)
        kind = chance.randrange(4)
        if not between or (kind == 0 and len(between) < 2):
            at = chance.randrange(len(between) + 1)
            between.insert(at, chance.choice(instance.facilities))
            cuts = sorted([*cuts, chance.uniform(0.25, 0.75)])
        elif kind == 1:
            at = chance.randrange(len(between))
            del between[at], cuts[at]
        elif kind == 2 and len(instance.facilities) > 1:
            at = chance.randrange(len(between))
            between[at] = chance.choice([f for f in instance.facilities if f != between[at]])
        else:
            cuts = sorted(min(0.9, max(0.1, cut + chance.uniform(-0.15, 0.15))) for cut in cuts)
        changed[key] = Shift(tuple(between), tuple(cuts))
    return changed


def _search(instance: Instance, frame: Frame, seed: int) -> dict[tuple[int, int], Path_]:
    """Return the paths, facilities put in, that a short search with a frame finds."""
    arrays, owners = to_arrays(instance, frame)
    plan = coreadapter.run(arrays, seed, iterations=SHORT_RUN)
    visits: dict[tuple[int, int], list[int]] = {key: [] for key in frame}
    for r, owner in enumerate(owners):
        visits[owner] += [instance.customers[c] for c in coreadapter.stops(plan, r)]
    paths = {key: unload(instance, tuple(found)) for key, found in visits.items()}
    late: set[int] = set()
    for path in paths.values():
        if _minutes(instance, path)[1] > instance.duration:
            late.update(stop for stop in path if stop in instance.demand)
    if not late:
        return paths
    # Where the frame's shares don't add up to a day, its customers are left out everywhere.
    return {
        key: unload(instance, tuple(c for c in found if c not in late))
        for key, found in visits.items()
    }


def unload(instance: Instance, visits: Path_) -> Path_:
    """Return the visits with the facilities that make the way shortest, load permitting."""
    if not visits:
        return ()
    travel, n = instance.travel, len(visits)
    # cheapest[i]: the first i visits made, and unloaded at a facility.
    cheapest: list[dict[int, tuple[int, Path_]]] = [{0: (0, ())}] + [{} for _ in visits]
    for i in range(n):
        for at, (cost, path) in cheapest[i].items():
            load, way, here = 0, cost, at
            for j in range(i, n):
                load += instance.demand[visits[j]]
                if load > instance.capacity:
                    break
                way += travel[here][visits[j]]
                here = visits[j]
                for f in instance.facilities:
                    found = (way + travel[here][f], (*path, *visits[i : j + 1], f))
                    if f not in cheapest[j + 1] or found < cheapest[j + 1][f]:
                        cheapest[j + 1][f] = found
    return min((cost + travel[f][0], path) for f, (cost, path) in cheapest[n].items())[1]


def _minutes(instance: Instance, path: Path_) -> tuple[int, int]:
    """Return the minutes of travel and of the whole route."""
    if not path:
        return 0, 0
    legs = zip((0, *path), (*path, 0), strict=True)
    travel = sum(instance.travel[a][b] for a, b in legs)
    return travel, travel + sum(instance.service.get(stop, 0) for stop in path)


def _price(instance: Instance, paths: dict[tuple[int, int], Path_]) -> tuple[int, int]:
    """Return visits left out and travel."""
    served = {stop for path in paths.values() for stop in path}
    left = sum(instance.frequency[c] for c in instance.customers if c not in served)
    return left, sum(_minutes(instance, path)[0] for path in paths.values())


def verify(instance: Instance, solution: dict[str, Any]) -> tuple[tuple[float, ...], list[str]]:
    """Return visits left out and minutes of travel, and every rule that the routes break."""
    problems: list[str] = []
    days_of: dict[int, list[int]] = {c: [] for c in instance.customers}
    used: set[tuple[int, int]] = set()
    total = 0
    for route in solution["routes"]:
        day, vehicle = route["day"], route["vehicle"]
        name = f"day {day} vehicle {vehicle}"
        if not (0 <= day < instance.days and 0 <= vehicle < instance.vehicles):
            problems.append(f"{name}: no such vehicle")
        if (day, vehicle) in used:
            problems.append(f"{name}: two routes")
        used.add((day, vehicle))
        here, minutes, carried = 0, 0, 0
        for stop in route["stops"]:
            if stop not in days_of and stop not in instance.facilities:
                problems.append(f"{name}: no customer or facility {stop}")
                continue
            total += instance.travel[here][stop]
            minutes += instance.travel[here][stop]
            here = stop
            if stop in instance.facilities:
                carried = 0
                continue
            days_of[stop].append(day)
            minutes += instance.service[stop]
            carried += instance.demand[stop]
            if carried > instance.capacity:
                problems.append(f"{name}: carries {carried} of {instance.capacity} at {stop}")
        total += instance.travel[here][0]
        minutes += instance.travel[here][0]
        if carried:
            problems.append(f"{name}: comes back with {carried}")
        if minutes > instance.duration:
            problems.append(f"{name}: takes {minutes} of {instance.duration} minutes")
    left = 0
    for customer, days in days_of.items():
        frequency = instance.frequency[customer]
        gaps = {b - a for a, b in zip(sorted(days), sorted(days)[1:], strict=False)}
        if not days:
            left += frequency
        elif len(days) != frequency or gaps - {instance.days // frequency}:
            problems.append(f"customer {customer}: days {sorted(days)} for {frequency} visits")
        if (customer in solution["dropped"]) == bool(days):
            problems.append(f"customer {customer}: visited and dropped, or neither")
    return (left, total), problems
