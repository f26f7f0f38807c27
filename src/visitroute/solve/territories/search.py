"""The search for middles: quick divisions by prices, many of them.

To every rep belongs a price of a second of work; each retailer goes where travel and price are
least, and the prices of those who have too much rise: a Lagrangian relaxation of the flow in
``start``, hundreds of times as fast, and nearly as even. Its territories are those of a
weighted Voronoi diagram along the roads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visitroute.solve.territories.problem import Land, middles
from visitroute.solve.territories.start import Terms, judge, loads, prices, shares
from visitroute.solve.territories.ways import FAR_SECONDS, Floats, Ints

STARTS = 10
"""Sets of middles to begin with: the bases, whose each is now, and places far from each other."""

MOST_SHAKES, SHAKES_OF = 400, 600_000
"""Times that some middles of the best division are moved; on large lands, this ÷ retailers."""

SHAKES_EACH = 2
"""The same on small lands, for each retailer."""

SHAKEN = 3
"""Most middles moved at a time: that of a territory and those nearest to it."""

ROUNDS = 4
"""Times that middles are found anew from each set."""

STEPS = 24
"""Times that prices follow the loads in each round."""

_WITHIN = 0.8
"""Prices stay as they are when loads are off their share by this part of the tolerance."""

_FIRST, _FASTER, _SLOWER = 0.2, 1.3, 0.5
"""First step of a price in mean travel costs of a second of work; how it grows while a rep stays
on one side of the share, and shrinks when it passes it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A division with its cost, its middles, and the price of a second of work with each rep."""

    cost: float
    owner: Ints
    centres: list[int]
    toll: Floats


def search_middles(land: Land, work: Floats, terms: Terms, rng: np.random.Generator) -> Found:
    """Return the best division that is found from several sets of middles, moved by chance."""
    best = None
    for number in range(STARTS):
        begin = _spread(land, rng) if number > 1 else by_owners(land) if number else _by_bases(land)
        found = _settle(land, work, terms, begin, np.zeros(land.size[1]))
        if best is None or found.cost < best.cost:
            best = found
    if best is None:
        raise ValueError("no start was made")
    n, reps = land.size
    for _ in range(min(MOST_SHAKES, SHAKES_OF // n, SHAKES_EACH * n) if reps > 1 else 0):
        found = _settle(land, work, terms, _shaken(land, best, rng), best.toll)
        if found.cost < best.cost:
            best = found
    return best


def _settle(land: Land, work: Floats, terms: Terms, begin: list[int], toll: Floats) -> Found:
    """Return the best division of some rounds from a set of middles and prices of work."""
    centres = begin
    best: Found | None = None
    for _ in range(ROUNDS):
        owner, toll = _divide(land, prices(land, centres), work, toll, _WITHIN * terms.tolerance)
        after = middles(land, owner, centres)
        cost = judge(land, owner, work, terms, after)
        if best is None or cost < best.cost:
            best = Found(cost, owner, after, toll)
        if after == centres:
            break
        centres = after
    if best is None:
        raise ValueError("no round was run")
    return best


def _divide(
    land: Land, price: Floats, work: Floats, toll: Floats, enough: float
) -> tuple[Ints, Floats]:
    """Return a division that prices of work lead to, and these: even ``enough``, or the most so."""
    asked = np.where(land.able, price, np.inf)
    stays = np.flatnonzero(land.fixed & (land.before >= 0))
    asked[stays] = np.inf
    asked[stays, land.before[stays]] = 0.0
    unit = float(np.median(price[land.able])) / max(1.0, float(np.median(work[land.able])))
    best: tuple[float, Ints, Floats] | None = None
    toll = toll.copy()
    pace = np.full(len(toll), _FIRST * unit)
    side = np.zeros(len(toll))
    for _ in range(STEPS):
        owner = np.asarray(np.argmin(asked + toll * work, axis=1), dtype=np.int64)
        share = shares(land, work, owner)
        has = share > 0
        off = np.where(has, loads(land, work, owner) / np.where(has, share, 1.0) - 1, 0.0)
        worst = float(np.abs(off).max())
        if best is None or worst < best[0]:
            best = (worst, owner, toll.copy())
        if worst < enough:
            break
        now = np.sign(off)
        pace *= np.where(now * side > 0, _FASTER, np.where(now * side < 0, _SLOWER, 1.0))
        toll += now * np.minimum(pace, np.abs(off) * unit)
        side = now
    if best is None:
        raise ValueError("no step was taken")
    return best[1], best[2]


def _shaken(land: Land, best: Found, rng: np.random.Generator) -> list[int]:
    """Return the middles of a division, some beside each other moved to retailers drawn there."""
    reps = land.size[1]
    first = int(rng.integers(reps))
    to_first = land.ways[land.modes[first]].to(np.array([best.centres[first]]))[:, 0]
    order = sorted(range(reps), key=lambda r: (r != first, float(to_first[best.centres[r]]), r))
    moved = order[: int(rng.integers(1, SHAKEN + 1))]
    pool = np.flatnonzero(np.isin(best.owner, moved))
    centres = list(best.centres)
    if len(pool):
        drawn = rng.choice(pool, size=len(moved), replace=len(pool) < len(moved))
        for r, place in zip(moved, drawn.tolist(), strict=True):
            centres[r] = int(place)
    return centres


def _by_bases(land: Land) -> list[int]:
    """Return for each rep the retailer nearest to the base; each only once where possible."""
    taken: set[int] = set()
    found = []
    for r in range(land.size[1]):
        order = np.argsort(land.haul[:, r], kind="stable").tolist()
        chosen = next((i for i in order if i not in taken), order[0])
        taken.add(chosen)
        found.append(int(chosen))
    return found


def by_owners(land: Land) -> list[int]:
    """Return the middles of the territories that there are, for reps without one the base."""
    return middles(land, land.before, _by_bases(land))


def _spread(land: Land, rng: np.random.Generator) -> list[int]:
    """Return retailers far from each other, given to reps so that their bases are near.

    Each next one is drawn by the square of its way to those before (k-means++, Arthur and
    Vassilvitskii 2007); reps are matched to them at least travel.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to import

    n, reps = land.size
    weight = np.maximum(land.visits, 1.0)
    places: list[int] = []
    nearest: Floats = np.ones(n)
    for _ in range(reps):
        chance = weight * nearest**2
        total = float(chance.sum())
        place = int(rng.choice(n, p=chance / total)) if total > 0 else int(rng.integers(n))
        ways = np.stack([w.to(np.array([place]))[:, 0] for w in land.ways]).min(axis=0)
        ways = np.minimum(ways, FAR_SECONDS)
        nearest = ways if not places else np.minimum(nearest, ways)
        places.append(place)
    haul = np.minimum(land.haul, FAR_SECONDS)[places]
    rows, columns = linear_sum_assignment(haul)
    found = [0] * reps
    for place, rep in zip(rows.tolist(), columns.tolist(), strict=True):
        found[rep] = places[place]
    return found
