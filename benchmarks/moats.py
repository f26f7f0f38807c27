"""Lower bounds of a route's time that are linear in which places it visits.

A route leaves the start O, visits places once each, and ends at T. Give every place ``i`` a
price ``u`` to be entered and ``v`` to be left, every set of places S (a *moat*) prices
``y >= 0`` to be entered and ``w >= 0`` to be left. When for every leg the prices of what it
leaves and enters sum up to no more than its cost, then

    cost >= sum of (u + v) over visited places + sum of (y + w) over sets with a visited place,

because each visited place is entered and left exactly once, and each set with a visited
place at least once, O and T lying outside of all sets. This is the dual of the linear
relaxation of the tour (Jünger and Pulleyblank 1993, "Geometric duality and combinatorial
optimization"), so a linear program finds the prices that are best for given shares of
visits; they hold for any others too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LARGEST = 120
"""Up to so many places the linear program is solved."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A route takes at least ``places`` of the visited ones plus ``sets`` of those touched."""

    places: tuple[float, ...]
    sets: dict[frozenset[int], float]

    def value(self, visited: set[int]) -> float:
        """Return the bound for a set of visited places."""
        inside = sum(self.places[i] for i in visited)
        return inside + sum(price for s, price in self.sets.items() if s & visited)


def nested_clusters(cost: Floats) -> list[frozenset[int]]:
    """Return the sets that grow when the nearest places are joined step by step, all last.

    Any family of sets gives a valid bound; this one follows villages and towns.
    """
    n = len(cost)
    both = np.minimum(cost, cost.T)
    member = list(range(n))
    content = {i: frozenset((i,)) for i in range(n)}
    found = []
    rows, columns = np.triu_indices(n, 1)
    for k in np.argsort(both[rows, columns], kind="stable"):
        a, b = member[int(rows[k])], member[int(columns[k])]
        if a == b:
            continue
        joined = content.pop(a) | content.pop(b)
        content[a] = joined
        for i in joined:
            member[i] = a
        found.append(joined)
    whole = frozenset(range(n))
    return found if whole in found else [*found, whole]


def tour_bound(
    cost: Floats, first: Floats, last: Floats, shares: Sequence[float], touched: str, *, once: bool
) -> Bound:
    """Return the bound that is best when each place is visited with the given share.

    Parameters
    ----------
    cost
        (n, n) cost of the legs between places.
    first, last
        (n,) cost from O and to T; may be negative.
    shares
        (n,) how often each place is visited, 0 to 1.
    touched
        How often a set is touched then: ``"most"``, as often as its most visited place, or
        ``"any"``, as if places were visited independently of each other.
    once
        Each place is entered exactly once; else at least once, so that ``u, v >= 0``, and
        ``first`` and ``last`` must not be negative.
    """
    n = len(cost)
    if n > LARGEST:
        return _plain_bound(cost, first, last, once=once)
    # OR-Tools is slow to import and not needed by whoever reads the bounds.
    from ortools.linear_solver import pywraplp  # noqa: PLC0415

    solver = pywraplp.Solver.CreateSolver("GLOP")
    free = -solver.infinity() if once else 0.0
    enter = [solver.NumVar(free, solver.infinity(), "") for _ in range(n)]
    leave = [solver.NumVar(free, solver.infinity(), "") for _ in range(n)]
    sets = nested_clusters(cost)
    price_in = [solver.NumVar(0.0, solver.infinity(), "") for _ in sets]
    price_out = [solver.NumVar(0.0, solver.infinity(), "") for _ in sets]
    around: list[list[int]] = [[k for k, s in enumerate(sets) if i in s] for i in range(n)]
    apart = [frozenset(k) for k in around]
    for i in range(n):
        row = solver.Constraint(-solver.infinity(), float(first[i]))
        row.SetCoefficient(enter[i], 1.0)
        for k in around[i]:
            row.SetCoefficient(price_in[k], 1.0)
        row = solver.Constraint(-solver.infinity(), float(last[i]))
        row.SetCoefficient(leave[i], 1.0)
        for k in around[i]:
            row.SetCoefficient(price_out[k], 1.0)
        for j in range(n):
            if i == j:
                continue
            row = solver.Constraint(-solver.infinity(), float(cost[i, j]))
            row.SetCoefficient(leave[i], 1.0)
            row.SetCoefficient(enter[j], 1.0)
            for k in apart[i] - apart[j]:
                row.SetCoefficient(price_out[k], 1.0)
            for k in apart[j] - apart[i]:
                row.SetCoefficient(price_in[k], 1.0)
    goal = solver.Objective()
    goal.SetMaximization()
    for i, share in enumerate(shares):
        goal.SetCoefficient(enter[i], float(share))
        goal.SetCoefficient(leave[i], float(share))
    for k, s in enumerate(sets):
        part = [shares[i] for i in s]
        share = max(part) if touched == "most" else 1.0 - math.prod(1.0 - p for p in part)
        goal.SetCoefficient(price_in[k], float(share))
        goal.SetCoefficient(price_out[k], float(share))
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return _plain_bound(cost, first, last, once=once)
    u = np.array([x.solution_value() for x in enter])
    v = np.array([x.solution_value() for x in leave])
    prices = [
        (max(0.0, a.solution_value()), max(0.0, b.solution_value()))
        for a, b in zip(price_in, price_out, strict=True)
    ]
    return _repaired(cost, first, last, u, v, sets, prices, around)


def _repaired(
    cost: Floats,
    first: Floats,
    last: Floats,
    u: Floats,
    v: Floats,
    sets: list[frozenset[int]],
    prices: list[tuple[float, float]],
    around: list[list[int]],
) -> Bound:
    """Return the bound with the rounding errors of the linear program taken out.

    The price to leave a place falls by the largest amount by which a leg from it is
    overcharged, and the price to enter it by that of the leg from O: then none is.
    """
    n = len(cost)
    inside = np.zeros((n, len(sets)), dtype=bool)
    for i, own in enumerate(around):
        inside[i, own] = True
    into = np.array([a for a, _ in prices])
    out = np.array([b for _, b in prices])
    u = u - np.maximum(0.0, u + inside @ into - first)
    over = v + inside @ out - last
    for i in range(n):
        charged = v[i] + u + (inside[i] & ~inside) @ out + (~inside[i] & inside) @ into
        charged[i] = -math.inf
        over[i] = max(over[i], (charged - cost[i]).max())
    v = v - np.maximum(0.0, over)
    kept = {s: a + b for s, (a, b) in zip(sets, prices, strict=True) if a + b > 1e-6}
    return Bound(tuple((u + v).tolist()), kept)


def _plain_bound(cost: Floats, first: Floats, last: Floats, *, once: bool) -> Bound:
    """Return a bound without a linear program: each place's cheapest way out, and both ends."""
    out = (cost + np.where(np.eye(len(cost), dtype=bool), np.inf, 0.0)).min(axis=1)
    end = max(0.0, float((last - out).min())) if len(cost) > 1 else max(0.0, float(last[0]))
    start = float(first.min())
    own = np.minimum(out, last - end) + min(0.0, start)
    if not once:
        own = np.maximum(0.0, own)
    return Bound(tuple(own.tolist()), {frozenset(range(len(cost))): max(0.0, start) + end})
