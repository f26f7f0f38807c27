"""The problem of territories as arrays: who may look after whom, and what that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from visitroute.solve.territories.ways import FAR_SECONDS, Floats, Ints, Ways

LEG_NEIGHBOURS = 3
"""Retailers nearest to one whose mean way stands for the leg to it on a day."""

NEIGHBOURS = 10
"""Retailers nearest to one that count as its neighbours, and it as theirs."""


@dataclass(frozen=True, slots=True)
class Land:
    """Retailers to be shared out among reps; n retailers, R reps, seconds in the horizon.

    ``visits`` (n,) is how often each retailer is visited in the horizon by its cadence, ``service``
    (n,) the seconds of one visit. ``haul`` (n, R) is the way from a rep's start place to a
    retailer and on to the end place. ``ways`` holds a table for each travel mode, ``modes`` the
    number of each rep's. ``able`` (n, R) says who may look after whom, ``before`` (n,) whose each
    is now (-1: nobody's), ``fixed`` (n,) whether it stays so. ``room`` (R,) is the working time
    of the horizon, ``days`` (R,) its working days, ``shared`` (R,) work that is not shared out:
    that with retailers of several reps.
    """

    visits: Floats
    service: Floats
    haul: Floats
    ways: tuple[Ways, ...]
    modes: tuple[int, ...]
    able: NDArray[np.bool_]
    before: Ints
    fixed: NDArray[np.bool_]
    room: Floats
    days: Floats
    shared: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Retailers and reps."""
        return len(self.visits), len(self.room)

    @property
    def visits_a_day(self) -> float:
        """Mean number of visits on a day of a rep, 1 at the least."""
        return max(1.0, float(self.visits.sum()) / max(1.0, float(self.days.sum())))


class Measure:
    """What territories take: neighbours are found once, the rest follows from who has whom.

    Travel is an estimate. A visit takes its share of the day's way from the base and back, of
    which a day has one, and, but for the day's first, a leg: the mean way to the
    ``LEG_NEIGHBOURS`` nearest retailers of the same territory. On places spread evenly that is what
    a good tour takes from stop to stop: 0.71 times the root of the land of each by Beardwood,
    Halton and Hammersley (1959), doi:10.1017/S0305004100034095.
    """

    def __init__(self, land: Land) -> None:
        self.land = land
        self.near: list[Ints] = []
        self.near_seconds: list[Floats] = []
        for ways in land.ways:
            rows, seconds = ways.near(NEIGHBOURS)
            self.near.append(rows)
            self.near_seconds.append(seconds)

    @cached_property
    def _links(self) -> list[list[Ints]]:
        return list(map(_both_ways, self.near, self.near_seconds))

    def links(self, rep: int) -> list[Ints]:
        """Return the neighbours of each retailer in the travel mode of a rep."""
        return self._links[self.land.modes[rep]]

    def legs(self, owner: Ints | None = None) -> Floats:
        """Return the seconds of a leg to each retailer with each rep, (n, R).

        With ``owner``, among the retailers of that rep; else among all.
        """
        n, reps = self.land.size
        found = np.empty((n, reps))
        for r in range(reps):
            rows = self.near[self.land.modes[r]]
            seconds = self.near_seconds[self.land.modes[r]]
            if not rows.shape[1]:
                found[:, r] = 0.0
            elif owner is None:
                found[:, r] = seconds[:, :LEG_NEIGHBOURS].mean(axis=1)
            else:
                found[:, r] = self._legs_among(rows, seconds, owner == r)
        return found

    def _legs_among(self, rows: Ints, seconds: Floats, own: NDArray[np.bool_]) -> Floats:
        """Return the mean way to the nearest neighbours that are ``own``.

        Where fewer are, the way to the furthest neighbour known stands in for each that lacks.
        """
        mine = own[rows]
        rank = np.cumsum(mine, axis=1)
        counted = mine & (rank <= LEG_NEIGHBOURS)
        wanted = min(LEG_NEIGHBOURS, rows.shape[1])
        lacking = wanted - counted.sum(axis=1)
        total = np.where(counted, seconds, 0.0).sum(axis=1) + lacking * seconds[:, -1]
        return np.asarray(total / wanted)

    def travel(self, legs: Floats, owner: Ints | None = None) -> Floats:
        """Return the seconds on the road that each retailer takes with each rep, (n, R).

        A day has as many visits as the rep's territory in ``owner`` brings, else the mean number.
        """
        a_day = self._visits_a_day(owner)
        haul = np.minimum(self.land.haul, FAR_SECONDS)
        return np.asarray(self.land.visits[:, None] * (haul / a_day + legs * (1 - 1 / a_day)))

    def work(self, legs: Floats, owner: Ints | None = None) -> Floats:
        """Return the seconds of service and travel that each retailer takes with each rep."""
        return (self.land.visits * self.land.service)[:, None] + self.travel(legs, owner)

    def _visits_a_day(self, owner: Ints | None) -> Floats:
        """Return each rep's visits on a day: every working day has some, where there are enough."""
        land = self.land
        mean = np.full(land.size[1], land.visits_a_day)
        if owner is None:
            return mean
        kept = np.flatnonzero(owner >= 0)
        own = np.bincount(owner[kept], land.visits[kept], land.size[1])
        return np.where(own > 0, np.maximum(1.0, own / np.maximum(1.0, land.days)), mean)

    def pieces(self, owner: Ints) -> list[int]:
        """Return how many pieces each rep's territory is in; neighbours hang together."""
        from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        found = []
        for r in range(self.land.size[1]):
            own = np.flatnonzero(owner == r)
            place = np.full(len(owner), -1, dtype=np.int64)
            place[own] = np.arange(len(own))
            ends = [(place[i], place[j]) for i in own for j in self.links(r)[i] if place[j] >= 0]
            pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
            graph = coo_array(
                (np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(own), len(own))
            )
            found.append(int(connected_components(graph, directed=False)[0]) if len(own) else 0)
        return found


def _both_ways(rows: Ints, seconds: Floats) -> list[Ints]:
    """Return the neighbours of each: those near to it, and those it is near to."""
    n, count = rows.shape
    reached = (seconds < FAR_SECONDS).ravel()
    a = np.repeat(np.arange(n), count)[reached]
    b = rows.ravel()[reached]
    one = np.r_[a, b]
    other = np.r_[b, a]
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    ends = np.searchsorted(one, np.arange(n + 1))
    return [np.unique(other[ends[i] : ends[i + 1]]) for i in range(n)]


def paces(land: Land) -> Floats:
    """Return by what a rep's seconds become those of a mean traveller of the reps, (R,)."""
    if len(land.ways) <= 1:
        return np.ones(len(land.modes))
    typical = np.array([land.ways[mode].typical for mode in land.modes])
    return np.asarray(typical.mean() / typical)


def middles(land: Land, owner: Ints, before: Sequence[int]) -> list[int]:
    """Return the middle of each territory: the retailer with the least way to the others.

    The way to each of these counts as often as it is visited.
    A territory without retailers keeps the middle it had.
    """
    found = []
    for r, mode in enumerate(land.modes):
        own = np.flatnonzero(owner == r)
        weight = land.visits[own]
        # Retailers that are only called count alike where there are no others.
        weight = weight if weight.any() else np.ones_like(weight)
        found.append(land.ways[mode].middle(own, weight) if len(own) else before[r])
    return found


def to_middles(land: Land, centres: Sequence[int]) -> Floats:
    """Return the seconds between every retailer and the middle of every territory, (n, R)."""
    return np.stack(
        [land.ways[mode].to(np.array([centres[r]]))[:, 0] for r, mode in enumerate(land.modes)],
        axis=1,
    )
