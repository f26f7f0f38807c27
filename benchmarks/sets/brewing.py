"""3,625 beer shops of one agency on six delivery days: six day areas, open day paths.

Every shop is visited on exactly as many distinct days as its frequency says. No depot is
known: a day's path begins and ends at any shop. Metres as the crow flies are minimised; a
day's volume and stops may lie at most 5 % off the mean. ``reference`` puts the days of a
public entry in order, whose balance is its own.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import coreadapter
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays

NAME = "ubicaciones"
DAYS = 6
EARTH_M = 6_371_008.8
BALANCE = 0.05
TOP = 0.01
"""For the core a day may hold this much above the mean; then none is far below it."""
LOAD = 1000
ENDLESS = 10**9


@dataclass(frozen=True, slots=True)
class Instance:
    """The shops in order of the file; ``reference`` holds a public entry's days."""

    name: str
    ids: tuple[str, ...]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    frequency: tuple[int, ...]
    volume: tuple[float, ...]
    reference: tuple[tuple[int, ...], ...]


def load(data: Path, pattern: str) -> list[Instance]:
    """Read the shops; ``FileNotFoundError`` when they are absent or don't match."""
    path = data / "brewing" / f"{NAME}.csv"
    if not path.is_file() or not fnmatch(NAME, pattern):
        raise FileNotFoundError(f"no instances: {path} is absent or not asked for")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with (path.parent / "reference_lpardosixtos.csv").open(encoding="utf-8-sig") as file:
        entry = {line["Id_Cliente"]: line for line in csv.DictReader(file)}
    days = tuple(
        tuple(d for d in range(DAYS) if entry[r["Id_Cliente"]][f"D{d + 1}"] == "1") for r in rows
    )
    return [
        Instance(
            NAME,
            tuple(r["Id_Cliente"] for r in rows),
            np.array([float(r["lat"]) for r in rows]),
            np.array([float(r["lon"]) for r in rows]),
            tuple(int(r["Frecuencia"]) for r in rows),
            tuple(float(r["Vol_Entrega"]) for r in rows),
            days,
        )
    ]


def describe(instance: Instance) -> dict[str, Any]:
    """Return the instance as JSON; the metres between shops follow from their degrees."""
    return {
        "name": instance.name,
        "distance": f"haversine on a sphere of {EARTH_M} m, in metres; paths are open",
        "days": DAYS,
        "balance": BALANCE,
        "clients": [
            {"id": i, "lat": lat, "lon": lon, "frequency": f, "volume": v}
            for i, lat, lon, f, v in zip(
                instance.ids,
                instance.lat.tolist(),
                instance.lon.tolist(),
                instance.frequency,
                instance.volume,
                strict=True,
            )
        ],
    }


def metres(instance: Instance) -> NDArray[np.int64]:
    """Return whole metres as the crow flies; the last row is nowhere, at no distance."""
    count = len(instance.ids)
    lat, lon = np.radians(instance.lat), np.radians(instance.lon)
    half = np.sin((lat[:, None] - lat[None]) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(lat)[None] * np.sin((lon[:, None] - lon[None]) / 2) ** 2
    table = np.zeros((count + 1, count + 1), dtype=np.int64)
    table[:count, :count] = np.rint(2 * EARTH_M * np.arcsin(np.sqrt(half)))
    return table


def to_arrays(instance: Instance, *, keep_days: bool = False) -> Arrays:
    """Return the arrays of the core; ``keep_days`` keeps to the public entry's days."""
    count = len(instance.ids)
    table = metres(instance)[None]
    stops = sum(instance.frequency) / DAYS
    volume = sum(f * v for f, v in zip(instance.frequency, instance.volume, strict=True)) / DAYS
    free = ENDLESS if keep_days else 0
    routes = [
        RouteSpec(
            day=d,
            start=count,
            end=count,
            open=0,
            close=ENDLESS,
            limit=math.floor(stops * (1 + TOP)) + free,
            capacity=[math.floor(volume * (1 + TOP) * LOAD) + free],
        )
        for d in range(DAYS)
    ]
    dear = 20.0 * float(np.median(table))
    clients = []
    for i in range(count):
        visits = instance.frequency[i]
        days = [instance.reference[i]] if keep_days else list(combinations(range(DAYS), visits))
        clients.append(
            ClientSpec(
                node=i,
                services=[0],
                windows={d: [(0, ENDLESS)] for d in range(DAYS)},
                routes={d: (d,) for d in range(DAYS)},
                asks=[AskSpec(range(DAYS), 3, visits, dear * visits)],
                patterns=[(own, 0.0) for own in days],
                demand=[math.ceil(instance.volume[i] * LOAD)],
            )
        )
    return build_arrays(table, table, range(DAYS), routes, clients)


def solve(
    instance: Instance,
    solver: str,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
) -> dict[str, Any]:
    """Return the shops of every day in order."""
    if solver not in ("visitroute", "reference"):
        raise ImportError(f"brewing has no adapter for {solver}")
    arrays = to_arrays(instance, keep_days=solver == "reference")
    plan = coreadapter.run(arrays, seed, seconds=seconds, iterations=iterations)
    routes = [
        {"day": d, "vehicle": 0, "stops": [instance.ids[c] for c in coreadapter.stops(plan, d)]}
        for d in range(DAYS)
    ]
    dropped = [i for i, n in zip(instance.ids, plan.count, strict=True) if n == 0]
    return {"routes": [r for r in routes if r["stops"]], "dropped": dropped}


def verify(instance: Instance, solution: dict[str, Any]) -> tuple[tuple[float, ...], list[str]]:
    """Return visits left out and kilometres, and every broken rule."""
    place = {name: i for i, name in enumerate(instance.ids)}
    days: dict[str, list[int]] = {name: [] for name in instance.ids}
    stops, volume = [0] * DAYS, [0.0] * DAYS
    problems: list[str] = []
    length = 0.0
    for route in solution["routes"]:
        day = route["day"]
        if not 0 <= day < DAYS or stops[day] or any(s not in place for s in route["stops"]):
            problems.append(f"day {day}: no such day, two paths, or an unknown shop")
            continue
        for name in route["stops"]:
            days[name].append(day)
            volume[day] += instance.volume[place[name]]
        stops[day] = len(route["stops"])
        for a, b in pairwise(route["stops"]):
            length += _crow(instance, place[a], place[b])
    missing = 0
    for name, own in days.items():
        visits = instance.frequency[place[name]]
        if not own:
            missing += visits
        elif len(own) != visits or len(set(own)) != visits:
            problems.append(f"shop {name}: days {own}, not {visits}")
        if (name in solution["dropped"]) == bool(own):
            problems.append(f"shop {name}: visited and dropped, or neither")
    for what, loads in (("stops", stops), ("volume", volume)):
        mean = sum(loads) / DAYS
        for day, value in enumerate(loads):
            if abs(value - mean) > BALANCE * mean:
                problems.append(f"day {day}: {what} {100 * (value / mean - 1):+.1f} % off the mean")
    return (missing, length / 1000), problems


def _crow(instance: Instance, a: int, b: int) -> float:
    """Return the metres between two shops by the cosine rule, apart from ``metres``."""
    x, y = math.radians(instance.lat[a]), math.radians(instance.lat[b])
    turn = math.radians(instance.lon[b] - instance.lon[a])
    chord = math.sqrt(
        (math.cos(y) * math.cos(turn) - math.cos(x)) ** 2
        + (math.cos(y) * math.sin(turn)) ** 2
        + (math.sin(y) - math.sin(x)) ** 2
    )
    return EARTH_M * 2 * math.asin(min(1.0, chord / 2))
