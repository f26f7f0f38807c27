"""Periodic vehicle routing, the instances of Cordeau, Gendreau and Laporte (1997)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.files import find_files, numbers

from benchmarks import coreadapter
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.driver import Tuning

BEST_KNOWN = "PVRP-Cordeau"
SOLVERS = ("visitroute",)
SCALE = 10**5
UNLIMITED = 10**11
TUNING = Tuning(hot=3.0, cold=0.02, mean=5, fine=1.0, warm=0.3, patience=2000)
"""Cooler than for rep months: no customer may be left out, so there is nothing to exchange."""
SLACK = 1e-6
"""By how much a route may exceed its longest duration in the verifier: rounding only."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer: where, length of service, demand, and the day sets it may have."""

    number: int
    x: float
    y: float
    service: float
    demand: int
    frequency: int
    patterns: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """A periodic problem; ``limits`` are (duration, load) by day, 0 for none."""

    name: str
    vehicles: int
    limits: tuple[tuple[float, int], ...]
    depot: tuple[float, float]
    customers: tuple[Customer, ...]


def load(data: Path, pattern: str) -> list[Instance]:
    """Read the instances whose names match a pattern."""
    return [read(path) for path in find_files(data / "pvrp", pattern, ".txt")]


def read(path: Path) -> Instance:
    """Read one instance."""
    lines = [numbers(line) for line in path.read_text().splitlines() if line.strip()]
    _, vehicles, count, days = (int(v) for v in lines[0][:4])
    limits = tuple((duration, int(load)) for duration, load in lines[1 : days + 1])
    depot = lines[days + 1]
    customers = []
    for row in lines[days + 2 : days + 2 + count]:
        number, x, y, service, demand, frequency, choices = row[:7]
        masks = [int(mask) for mask in row[7 : 7 + int(choices)]]
        patterns = tuple(
            tuple(d for d in range(days) if mask >> (days - 1 - d) & 1) for mask in masks
        )
        customers.append(
            Customer(int(number), x, y, service, int(demand), int(frequency), patterns)
        )
    return Instance(path.stem, vehicles, limits, (depot[1], depot[2]), tuple(customers))


def to_arrays(instance: Instance) -> Arrays:
    """Return an instance as the arrays of the planning core, lengths times 10^5."""
    points = np.array([instance.depot, *((c.x, c.y) for c in instance.customers)])
    length = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) * SCALE
    cost = np.rint(length).astype(np.int64)
    # Rounded up, so that a route which keeps its duration here keeps it in doubles too.
    time = np.ceil(length - 1e-3).astype(np.int64)
    routes, routes_of = [], {}
    for day, (duration, load) in enumerate(instance.limits):
        routes_of[day] = tuple(range(len(routes), len(routes) + instance.vehicles))
        close = int(duration * SCALE) if duration else UNLIMITED
        routes += [
            RouteSpec(
                day=day,
                start=0,
                end=0,
                open=0,
                close=close,
                capacity=(load or UNLIMITED,),
            )
        ] * instance.vehicles
    dear = 4.0 * float(cost.max())
    clients = []
    for node, customer in enumerate(instance.customers, start=1):
        days = sorted({d for pattern in customer.patterns for d in pattern})
        visits = max(len(pattern) for pattern in customer.patterns)
        clients.append(
            ClientSpec(
                node=node,
                services=[math.ceil(customer.service * SCALE)],
                windows={d: [(0, UNLIMITED)] for d in days},
                routes={d: routes_of[d] for d in days},
                asks=[AskSpec(days=days, tier=3, weight=visits, penalty=dear * visits)],
                patterns=[(pattern, 0.0) for pattern in customer.patterns],
                demand=(customer.demand,),
            )
        )
    return build_arrays(time[None], cost[None], range(len(instance.limits)), routes, clients)


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
        raise ImportError(f"pvrp has no adapter for {solver}")
    arrays = to_arrays(instance)
    settings = coreadapter.vary(arrays, tuning or {}, TUNING)
    plan = coreadapter.run(arrays, seed, seconds=seconds, iterations=iterations, tuning=settings)
    routes = []
    for r, day in enumerate(arrays.route_day.tolist()):
        stops = [instance.customers[c].number for c in coreadapter.stops(plan, r)]
        if stops:
            routes.append({"day": day, "vehicle": r % instance.vehicles, "stops": stops})
    dropped = [c.number for c, n in zip(instance.customers, plan.count, strict=True) if n == 0]
    return {"routes": routes, "dropped": dropped}


def verify(instance: Instance, solution: dict[str, Any]) -> tuple[tuple[float, ...], list[str]]:
    """Return visits left out and total length, and every rule that the routes break."""
    customers = {c.number: c for c in instance.customers}
    problems: list[str] = []
    visits: dict[int, list[int]] = {number: [] for number in customers}
    used: set[tuple[int, int]] = set()
    total = 0.0
    for route in solution["routes"]:
        day, vehicle, stops = route["day"], route["vehicle"], route["stops"]
        name = f"day {day} vehicle {vehicle}"
        if not (0 <= day < len(instance.limits) and 0 <= vehicle < instance.vehicles):
            problems.append(f"{name}: no such vehicle")
            continue
        if (day, vehicle) in used:
            problems.append(f"{name}: two routes")
        used.add((day, vehicle))
        here, driven, service, carried = instance.depot, 0.0, 0.0, 0
        for number in stops:
            if number not in customers:
                problems.append(f"{name}: no customer {number}")
                continue
            customer = customers[number]
            visits[number].append(day)
            driven += math.dist(here, (customer.x, customer.y))
            here = (customer.x, customer.y)
            service += customer.service
            carried += customer.demand
        driven += math.dist(here, instance.depot)
        total += driven
        duration, most = instance.limits[day]
        if duration and driven + service > duration + SLACK:
            problems.append(f"{name}: takes {driven + service:.4f} of {duration:g}")
        if most and carried > most:
            problems.append(f"{name}: carries {carried} of {most}")
    left_out = 0
    for number, customer in customers.items():
        days = tuple(sorted(visits[number]))
        if not days:
            left_out += max(1, customer.frequency)
        elif days not in customer.patterns:
            problems.append(f"customer {number}: days {days} are no allowed set")
        if (number in solution["dropped"]) == bool(days):
            problems.append(f"customer {number}: visited and dropped, or neither")
    return (left_out, total), problems
