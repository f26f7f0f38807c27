"""Territories beside the nearest base and balanced k-means, all measured in the same way.

    python -m benchmarks.territories porto EXTRACT [--seeds 1,2,3 --effort 20]
    python -m benchmarks.territories brewing DATA [--iterations 50000]

`porto`: made-up retailers on the streets of an extract. Every division is planned by the planner
itself, a rep at a time at the effort given, so that nothing can be left out: shops and shifts are
open around the clock, and a day may hold an eighth more visits than the rep's mean. `minutes` are
then service and travel of the plan, `travel` its hours on the road; `spread` is how far the rep
furthest off is from the mean; what lies beyond the working time is work nobody has time for.
Compactness is exact, from the whole travel matrix: the mean road
minutes between a retailer and the territory's middle. `brewing`: six day areas as the crow
flies; the order in each day is found by the core, the same iterations for all.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
from benchmarks.county import county_month
from benchmarks.sets import brewing
from benchmarks.tables import table_lines
from benchmarks.workspace import START, WEEKS
from numpy.typing import NDArray

from benchmarks import coreadapter
from visitroute.load import load_inputs
from visitroute.model import Horizon, OpeningHours, PlanInput, Rep
from visitroute.planning import RunOptions, TerritoryOptions, assign_inputs, plan_inputs
from visitroute.planning.landscape import Landscape, lay_out
from visitroute.planning.territories import locate_with_bases
from visitroute.policy import Policy, load_policy
from visitroute.roads import RoadSource, given_matrix, open_roads
from visitroute.solve.territories import Land, Measure, Terms, Ways, design

Owners = NDArray[np.int64]
Days = tuple[tuple[int, ...], ...]
"""The days of each shop."""

Divided = TypeVar("Divided")
KMEANS_BAND = 0.05
MORE_A_DAY = 1.125
ALL_DAY = (0, 86_400)
Row = dict[str, object]


def county(
    extract: Path, reps: int, retailers: int, seed: int, bases: str
) -> tuple[PlanInput, Policy]:
    """Return the input of a made-up county without reps of retailers.

    Bases stand amid equal parts of the land (``amid``), or at places drawn by chance (``drawn``).
    """
    tables = county_month(extract, reps, retailers, seed)
    shops, staff = tables["retailers"], tables["reps"]
    if bases == "drawn":
        homes = np.random.default_rng(seed).choice(retailers, reps, replace=False)
        for axis in ("lon", "lat"):
            staff[axis] = shops[axis].to_numpy()[homes]
    policy = load_policy()
    shops["rep"] = ""
    inputs = load_inputs(shops, staff, horizon=Horizon(START, WEEKS), policy=policy)
    return inputs, policy


class Referee:
    """Measures divisions of one county: exact ways, and what the planner makes of them."""

    def __init__(self, inputs: PlanInput, roads: RoadSource, policy: Policy, effort: int) -> None:
        self.landscape = lay_out(inputs, roads, policy, redesign=True)
        kept = {r.id for r in self.landscape.retailers}
        self.inputs = replace(
            inputs,
            retailers=tuple(r for r in inputs.retailers if r.id in kept),
            visits=(),
            tasks=(),
        )
        self.policy = policy
        self.effort = effort
        self.measure = Measure(self.landscape.land)
        reps = self.inputs.reps
        located = locate_with_bases(roads, reps, self.inputs.retailers, reps[0].mode)
        ids = list(located.ids)
        table = roads.matrix(located)
        self.seconds = table.deciseconds / 10
        self.roads = given_matrix(ids, table.deciseconds / 10, table.decimetres / 10)

    def row(self, method: str, owner: Owners, seconds: float) -> Row:
        """Return the figures of a division."""
        plan = plan_inputs(
            self._owned(owner), self.roads, self.policy, RunOptions(effort=self.effort)
        )
        minutes = {rep.id: 0.0 for rep in self.inputs.reps}
        travel = 0.0
        for route in plan.schedule.routes:
            minutes[route.rep] += (route.travel + route.service) / 60
            travel += route.travel / 3600
        values = np.array(list(minutes.values()))
        room = self.landscape.land.room / 60
        return {
            "method": method,
            "CPU s": round(seconds, 1),
            "minutes, most off the mean": f"{np.abs(values / values.mean() - 1).max():.1%}",
            "to the middle, min": round(self.compactness(owner), 2),
            "travel, h": round(travel, 1),
            "beyond working time, h": round(float(np.maximum(0.0, values - room).sum()) / 60, 1),
            "pieces": sum(self.measure.pieces(owner)),
            "left out": len(plan.schedule.dropped),
        }

    def compactness(self, owner: Owners) -> float:
        """Return the mean minutes between retailers and the middles of their territories."""
        total = 0.0
        for r in range(len(self.inputs.reps)):
            own = np.flatnonzero(owner == r)
            if len(own):
                both = self.seconds[np.ix_(own, own)]
                total += float(((both + both.T) / 2).sum(axis=0).min())
        return total / len(owner) / 60

    def _owned(self, owner: Owners) -> PlanInput:
        visits = self.landscape.land.visits
        days = self.landscape.land.days
        reps = tuple(
            self._open(rep, math.ceil(MORE_A_DAY * visits[owner == r].sum() / days[r]))
            for r, rep in enumerate(self.inputs.reps)
        )
        shops = tuple(
            replace(shop, rep=reps[r].id, opening=OpeningHours())
            for shop, r in zip(self.inputs.retailers, owner.tolist(), strict=True)
        )
        return replace(self.inputs, reps=reps, retailers=shops)

    @staticmethod
    def _open(rep: Rep, most: int) -> Rep:
        shifts = tuple(None if shift is None else ALL_DAY for shift in rep.shifts)
        return replace(
            rep,
            shifts=shifts,
            lunch_window=None,
            lunch_minutes=0,
            review_minutes=0,
            meetings=(),
            min_visits=0,
            target_visits=None,
            max_visits=max(1, most),
        )


def nearest_base(landscape: Landscape) -> Owners:
    """Return the rep with the least way there and back of each retailer."""
    return np.asarray(np.argmin(landscape.land.haul, axis=1))


def balanced_kmeans(landscape: Landscape, seed: int) -> Owners:
    """Return k-means clusters of nearly the same number of retailers, the best of ten starts.

    Clusters are given to reps so that the ways from the bases are least. Raises
    ``ModuleNotFoundError`` without k-means-constrained.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    reps = len(landscape.reps)
    flat = plane([r.lon for r in landscape.retailers], [r.lat for r in landscape.retailers])
    groups = kmeans(flat, reps, seed)
    haul = landscape.land.haul
    cost = np.array([[haul[groups == k, r].sum() for r in range(reps)] for k in range(reps)])
    clusters, chosen = linear_sum_assignment(cost)
    rep_of = np.zeros(reps, dtype=np.int64)
    rep_of[clusters] = chosen
    return np.asarray(rep_of[groups])


def kmeans(flat: NDArray[np.float64], groups: int, seed: int) -> Owners:
    """Return balanced k-means; raises ``ModuleNotFoundError`` where it is not installed."""
    from k_means_constrained import KMeansConstrained  # noqa: PLC0415 - a peer

    mean = len(flat) / groups
    model = KMeansConstrained(
        groups,
        size_min=math.floor((1 - KMEANS_BAND) * mean),
        size_max=math.ceil((1 + KMEANS_BAND) * mean),
        n_init=10,
        random_state=seed,
    )
    return np.asarray(model.fit_predict(flat), dtype=np.int64)


def plane(lon: Sequence[float], lat: Sequence[float]) -> NDArray[np.float64]:
    """Return kilometres east and north."""
    x, y = np.array(lon), np.array(lat)
    return np.column_stack((x * np.cos(np.radians(y.mean())), y)) * 111.32


def timed(make: Callable[[], Divided]) -> tuple[Divided, float]:
    """Return a division and the processor seconds it took."""
    began = time.process_time()
    return make(), time.process_time() - began


def porto_rows(
    extract: Path, reps: int, retailers: int, seed: int, bases: str, effort: int
) -> Iterator[Row]:
    """Yield a row for each method on one county."""
    inputs, policy = county(extract, reps, retailers, seed, bases)
    roads = open_roads(str(extract), policy, cache=False, on=inputs.horizon.start)
    referee = Referee(inputs, roads, policy, effort)

    def ours() -> Owners:
        found = assign_inputs(inputs, roads, policy, TerritoryOptions(redesign=True))
        number = {rep.id: r for r, rep in enumerate(inputs.reps)}
        return np.array([number[found.after[r.id] or ""] for r in referee.inputs.retailers])

    methods: list[tuple[str, Callable[[], Owners]]] = [
        ("nearest base", lambda: nearest_base(referee.landscape)),
        ("balanced k-means", lambda: balanced_kmeans(referee.landscape, seed)),
        ("visitroute", ours),
    ]
    for method, make in methods:
        try:
            owner, seconds = timed(make)
        except ModuleNotFoundError as error:
            yield {"bases": bases, "seed": seed, "method": f"{method}: {error.name} is missing"}
            continue
        yield {"bases": bases, "seed": seed, **referee.row(method, owner, seconds)}


def brewing_rows(data: Path, iterations: int, seed: int) -> Iterator[Row]:
    """Yield a row for each method on the six day areas."""
    instance = brewing.load(data, "*")[0]
    table = brewing.metres(instance)[: len(instance.ids), : len(instance.ids)]
    extra = np.array(instance.frequency) - 1

    def spread(first: Owners) -> Days:
        """Give shops with several visits the day areas whose middles are next nearest."""
        away = np.stack(
            [table[:, _middle(table, np.flatnonzero(first == d))] for d in range(brewing.DAYS)], 1
        )
        days = []
        for i, more in enumerate(extra.tolist()):
            order = [d for d in np.argsort(away[i], kind="stable").tolist() if d != first[i]]
            days.append(tuple(sorted([int(first[i]), *order[:more]])))
        return tuple(days)

    def ours(of_volume: float) -> Days:
        """Even out stops (0), volume (1), or of both the sum; shops keep their further days."""
        mean = np.average(instance.volume, weights=extra + 1)
        weight = 1 - of_volume + of_volume * np.array(instance.volume) / mean
        land = replace(_area_land(table), service=SERVICE * weight)
        owner = design(land, Terms(AREA_BAND), seed)[0].owner
        chosen = spread(owner)
        more = [
            sum(weight[i] for i, own in enumerate(chosen) if d in own and d != owner[i])
            for d in range(brewing.DAYS)
        ]
        before = np.where(extra > 0, owner, -1)
        land = replace(land, shared=SERVICE * np.array(more), before=before, fixed=extra > 0)
        again = design(land, Terms(AREA_BAND), seed)[0].owner.tolist()
        return tuple(own if len(own) > 1 else (again[i],) for i, own in enumerate(chosen))

    flat = plane(instance.lon.tolist(), instance.lat.tolist())
    methods: list[tuple[str, Callable[[], Days]]] = [
        ("balanced k-means", lambda: spread(kmeans(flat, brewing.DAYS, seed))),
        ("visitroute, even stops", lambda: ours(0.0)),
        ("visitroute, even volume", lambda: ours(1.0)),
        ("visitroute, even in both together", lambda: ours(0.5)),
    ]
    yield _area_row(instance, "public reference", instance.reference, 0.0, iterations, seed)
    for method, make in methods:
        try:
            days, seconds = timed(make)
        except ModuleNotFoundError as error:
            yield {"method": f"{method}: {error.name} is missing"}
            continue
        yield _area_row(instance, method, days, seconds, iterations, seed)


SERVICE = 3600.0
"""Seconds that stand for a stop where areas are balanced in stops: far more than the ways."""

SPEED = 10
"""Metres in a second: legs then hardly count as work, and still keep areas compact."""

AREA_BAND = 0.02


def _area_land(table: NDArray[np.int64]) -> Land:
    n, days = len(table), brewing.DAYS
    return Land(
        visits=np.ones(n),
        service=np.full(n, SERVICE),
        haul=np.zeros((n, days)),
        ways=(Ways.of_table(table // SPEED),),
        modes=(0,) * days,
        able=np.ones((n, days), dtype=bool),
        before=np.full(n, -1, dtype=np.int64),
        fixed=np.zeros(n, dtype=bool),
        room=np.full(days, 1e6),
        days=np.ones(days),
        shared=np.zeros(days),
    )


def _middle(table: NDArray[np.int64], own: NDArray[np.int64]) -> int:
    return int(own[int(np.argmin(table[np.ix_(own, own)].sum(axis=0)))])


def _area_row(
    instance: brewing.Instance,
    method: str,
    days: Days,
    seconds: float,
    iterations: int,
    seed: int,
) -> Row:
    """Return the figures of day areas; their order is found by the core."""
    chosen = replace(instance, reference=days)
    arrays = brewing.to_arrays(chosen, keep_days=True)
    plan = coreadapter.run(arrays, seed, iterations=iterations)
    table = brewing.metres(instance)
    stops, volume, away, length = [], [], 0.0, 0
    for d in range(brewing.DAYS):
        own = np.array([i for i, mine in enumerate(days) if d in mine])
        stops.append(len(own))
        volume.append(sum(instance.volume[i] for i in own.tolist()))
        away += float(table[own, _middle(table, own)].sum())
        order = coreadapter.stops(plan, d)
        length += sum(int(table[a, b]) for a, b in pairwise(order))
    return {
        "method": method,
        "CPU s": round(seconds, 1),
        "stops, most off the mean": f"{_off(stops):.1%}",
        "volume, most off the mean": f"{_off(volume):.1%}",
        "to the middle, km": round(away / sum(stops) / 1000, 3),
        "paths, km": round(length / 1000, 1),
    }


def _off(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return max(abs(v / mean - 1) for v in values)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.territories", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    sets = parser.add_subparsers(dest="what", required=True)
    porto = sets.add_parser("porto")
    porto.add_argument("extract", type=Path, help="an .osm.pbf or .osm file")
    porto.add_argument("--reps", type=int, default=10)
    porto.add_argument("--retailers", type=int, default=1500)
    porto.add_argument("--seeds", default="1,2,3")
    porto.add_argument("--bases", choices=["amid", "drawn", "both"], default="both")
    porto.add_argument("--effort", type=int, default=20)
    areas = sets.add_parser("brewing")
    areas.add_argument("data", type=Path, help="the folder that holds the set")
    areas.add_argument("--iterations", type=int, default=50_000)
    areas.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    if given.what == "brewing":
        rows += brewing_rows(given.data, given.iterations, given.seed)
    else:
        kinds = ["amid", "drawn"] if given.bases == "both" else [given.bases]
        for seed in map(int, given.seeds.split(",")):
            for bases in kinds:
                size = (given.reps, given.retailers)
                rows += porto_rows(given.extract, *size, seed, bases, given.effort)
    print("\n".join(table_lines(rows)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
