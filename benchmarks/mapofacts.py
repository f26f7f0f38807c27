"""What the rules of the set mapotempo say of services and days, without any search.

Which services never fit in one stop or on one day, and how much time the services that begin
between two times need at least. All of it is told by the shortest ways between places, so that
what is impossible here is impossible in every plan.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from benchmarks.mapoinstance import Instance, Service, Vehicle
from benchmarks.moats import Bound, tour_bound
from benchmarks.stoporder import EXACT, Job, finish
from numpy.typing import NDArray

MOST_STOPS = 9
"""Days with more stops are not looked at exactly."""
LARGEST_SET = 3
"""At points with more services than ``EXACT``, sets of so many are tried at most."""
EPSILON = 1e-6
Clash = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The services of a kind of day that lie between two times, and what they need.

    ``limit`` is the time there is, ``points`` number the places of the bounds, each with the
    services in question and its setup.
    """

    services: tuple[int, ...]
    points: tuple[str, ...]
    setups: tuple[float, ...]
    limit: float
    bounds: tuple[Bound, ...]


class Facts:
    """An instance with what follows from its rules, service by service and day by day."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.days = [d for d in instance.days if any(v.shift(d) for v in instance.vehicles)]
        groups: dict[object, list[int]] = defaultdict(list)
        for i, service in enumerate(instance.services):
            groups[service.point if instance.same_days else i].append(i)
        # Most frequent first, as the rule of the same days ranks them.
        self.groups = [
            sorted(g, key=lambda i: -instance.services[i].visits) for g in groups.values()
        ]
        self.units = [
            u
            for u in sorted({u for v in instance.vehicles for u in v.limits})
            if all(s.load.get(u, 0.0) >= 0.0 for s in instance.services)
        ]

    @cached_property
    def way(self) -> NDArray[np.float64]:
        """Return the shortest ways by any places: no drive between stops takes less."""
        way = self.instance.time.copy()
        for k in range(len(way)):
            way = np.minimum(way, way[:, k : k + 1] + way[k : k + 1, :])
        return way

    def between(self, start: str | None, end: str | None) -> float:
        """Return the shortest way, 0 where a vehicle may start or end anywhere."""
        if start is None or end is None:
            return 0.0
        return float(self.way[self.instance.row[start], self.instance.row[end]])

    def working(self, day: int) -> list[tuple[Vehicle, float, float]]:
        """Return the vehicles of a day with their shifts."""
        return [(v, *s) for v in self.instance.vehicles if (s := v.shift(day)) is not None]

    def fits(self, members: Sequence[int], day: int) -> bool:
        """Tell whether services fit in one stop of a vehicle that does nothing else."""
        services = [self.instance.services[i] for i in members]
        jobs = []
        for s in services:
            spans = s.on(day)
            if spans is None:
                return False
            jobs.append(Job(s.seconds, tuple(spans)))
        point, setup = services[0].point, max(s.setup for s in services)
        for vehicle, start, close in self.working(day):
            if self.overload(services, vehicle):
                continue
            found = finish(jobs, start + self.between(vehicle.start, point) + setup)
            if found and found[0] + self.between(point, vehicle.end) <= close + EPSILON:
                return True
        return False

    def overload(self, services: Sequence[Service], vehicle: Vehicle) -> bool:
        """Tell whether services are too much for a vehicle."""
        return any(
            sum(s.load.get(u, 0.0) for s in services) > vehicle.limits.get(u, math.inf) + EPSILON
            for u in self.units
        )

    def kind(self, members: Sequence[int], day: int) -> tuple[object, ...]:
        """Return what a day is like for services; equal days have equal clashes."""
        shifts = tuple((v.id, a, b) for v, a, b in self.working(day))
        spans = (self.instance.services[i].on(day) for i in members)
        return (shifts, *(None if s is None else tuple(s) for s in spans))

    def clashes(self, group: int) -> dict[int, list[Clash]]:
        """Return, by day, the smallest sets of services of a group that don't fit together.

        A service that doesn't fit alone is a set of one. With several vehicles on a day
        services of one point can be done by different ones: only sets of one are told.
        """
        members = self.groups[group]
        known: dict[tuple[object, ...], list[Clash]] = {}
        found = {}
        for day in self.days:
            kind = self.kind(members, day)
            if kind not in known:
                known[kind] = list(self._clashes(members, day))
            found[day] = known[kind]
        return found

    def _clashes(self, members: Sequence[int], day: int) -> Iterator[Clash]:
        alone = [i for i in members if self.fits((i,), day)]
        yield from ((i,) for i in members if i not in alone)
        if len(alone) < 2 or len(self.working(day)) > 1 or self.fits(alone, day):
            return
        found: list[set[int]] = []
        for size in range(2, (len(alone) if len(alone) <= EXACT else LARGEST_SET) + 1):
            for some in combinations(alone, size):
                if any(f <= set(some) for f in found) or self.fits(some, day):
                    continue
                found.append(set(some))
                yield some

    # ── The time of a day ────────────────────────────────────────────────────────────────

    def slices(self, day: int) -> list[Slice]:
        """Return the slices of a day that can be too short for all of their services."""
        return self._slices(self.kind(range(len(self.instance.services)), day), day)

    @cached_property
    def _known(self) -> dict[tuple[object, ...], list[Slice]]:
        return {}

    def _slices(self, kind: tuple[object, ...], day: int) -> list[Slice]:
        if kind not in self._known:
            self._known[kind] = [
                s for h, t in self.times(day) if (s := self.slice(day, h, t)) is not None
            ]
        return self._known[kind]

    def hull(self, day: int) -> dict[int, tuple[float, float]]:
        """Return the first and the last second at which each service may begin on a day."""
        found = {}
        for i, service in enumerate(self.instance.services):
            spans = service.on(day)
            if spans is not None:
                found[i] = (spans[0][0], max(b for _, b in spans))
        return found

    def times(self, day: int) -> list[tuple[float, float]]:
        """Return pairs of earliest and latest begins worth a look."""
        shifts = self.working(day)
        opening, closing = min(a for _, a, _ in shifts), max(b for _, _, b in shifts)
        if len(shifts) > 1:
            return [(opening, math.inf)]
        hull = self.hull(day).values()
        starts = sorted({max(a, opening) for a, _ in hull} | {opening})
        ends = sorted({b for _, b in hull if b < closing})
        return [(h, math.inf) for h in starts] + [(h, t) for h in starts for t in ends if h < t]

    def is_possible(self, members: Sequence[int], day: int) -> bool | None:
        """Tell whether one vehicle can do services on a day, None for too many stops to tell.

        Exact but for the ways, which are the shortest ones: so no service less can make it
        impossible. Of two beginnings of a route with the same stops and the same last one,
        only the earlier counts, because a later start never ends earlier.
        """
        here: dict[str, list[int]] = defaultdict(list)
        for i in members:
            here[self.instance.services[i].point].append(i)
        shifts = self.working(day)
        longest = max(map(len, here.values()), default=0)
        if len(shifts) != 1 or len(here) > MOST_STOPS or longest > EXACT:
            return None
        ((vehicle, start, close),) = shifts
        stops = []
        for point, own in here.items():
            services = [self.instance.services[i] for i in own]
            jobs = tuple(Job(s.seconds, tuple(s.on(day) or ())) for s in services)
            home = self.between(point, vehicle.end)
            stops.append((point, jobs, max(s.setup for s in services), home))
        layer: dict[tuple[int, int], float] = {(0, -1): start}
        for _ in stops:
            following: dict[tuple[int, int], float] = {}
            for (been, last), now in layer.items():
                at = vehicle.start if last < 0 else stops[last][0]
                for k, (point, jobs, setup, home) in enumerate(stops):
                    if been >> k & 1:
                        continue
                    found = finish(jobs, now + self.between(at, point) + setup)
                    key = (been | 1 << k, k)
                    if (
                        found is not None
                        and found[0] + home <= close + EPSILON
                        and found[0] < following.get(key, math.inf)
                    ):
                        following[key] = found[0]
            layer = following
        return bool(layer)

    def between_times(self, day: int, h: float, t: float) -> set[int]:
        """Return the services that begin at ``h`` or later and at ``t`` or earlier."""
        always = h <= min(a for _, a, _ in self.working(day))
        return {i for i, (a, b) in self.hull(day).items() if b <= t and (always or a >= h)}

    def slice(
        self, day: int, h: float, t: float, visited: frozenset[str] | None = None
    ) -> Slice | None:
        """Return the services that begin between two times, None where they always fit.

        With ``visited``, the bound is the one that is best where just these points are.
        """
        services = self.instance.services
        hull = self.hull(day)
        inside = sorted(self.between_times(day, h, t))
        if not inside:
            return None
        here: dict[str, list[int]] = defaultdict(list)
        for i in inside:
            here[services[i].point].append(i)
        points = tuple(here)
        setups = tuple(min(services[i].setup for i in own) for own in here.values())
        shifts = self.working(day)
        limit = sum(max(0.0, min(b, t) - max(a, h)) for _, a, b in shifts)
        first, last = [], []
        for (point, own), setup in zip(here.items(), setups, strict=True):
            opens = max(h, min(hull[i][0] for i in own))
            first.append(
                min(
                    max(a + self.between(v.start, point), opens - setup) - max(a, h)
                    for v, a, _ in shifts
                )
                if len(shifts) == 1
                else min(self.between(v.start, point) for v, _, _ in shifts)
            )
            last.append(
                min(self.between(point, v.end) for v, _, _ in shifts)
                if math.isinf(t)
                else -max(services[i].seconds for i in own)
            )
        rows = [self.instance.row[p] for p in points]
        cost = self.way[np.ix_(rows, rows)]
        if (
            sum(services[i].seconds for i in inside)
            + sum(setups)
            + _detour(cost, np.array(first), np.array(last))
            <= limit
        ):
            return None
        if visited is None:
            often = [
                min(1.0, max(services[i].visits for i in own) / len(self.days))
                for own in here.values()
            ]
            scenarios = [(often, "most"), (often, "any")]
        else:
            scenarios = [([float(p in visited) for p in points], "most")]
        bounds = tuple(
            tour_bound(
                cost, np.array(first), np.array(last), shares, touched, once=len(shifts) == 1
            )
            for shares, touched in scenarios
        )
        return Slice(tuple(inside), points, setups, limit, bounds)


def _detour(
    cost: NDArray[np.float64], first: NDArray[np.float64], last: NDArray[np.float64]
) -> float:
    """Return more than any route by shortest ways can need: the longest leg from each place."""
    return float(first.max() + last.max() + cost.max(axis=1).sum())
