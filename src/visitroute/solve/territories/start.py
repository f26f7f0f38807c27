"""Balanced territories around middles, by flows of least cost.

Each retailer sends its work to the reps who may look after it; a rep takes the share that the
rep's working time is of all. Around the middles of what each rep then has, the flow is solved
again until nothing changes: balanced k-medoids by road. The transportation view of territories
is that of Hess and Samuels (1971), doi:10.1287/mnsc.18.4.P41.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visitroute.solve.territories.problem import Land, middles, paces, to_middles
from visitroute.solve.territories.ways import FAR_SECONDS, Floats, Ints

ROUNDS = 12
"""Most times that the flow is solved around new middles."""

PULL = 0.45
"""Weight of the way between a retailer and the middle of its territory, for each visit; a second
on the way from the base has 1."""

MOST_REPS = 8
"""Reps to whom a retailer may be given by a flow: the cheapest ones."""

SCALE = 1000
_OUTSIDE = 20.0
"""What a second of work outside the band costs, in mean travel costs of a second of work."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of a division: the part by which work may be off its share, and moves.

    ``most_moved`` bounds how many retailers may get another rep though theirs reaches them, None
    for no bound.
    """

    tolerance: float
    most_moved: int | None = None


def prices(land: Land, centres: list[int]) -> Floats:
    """Return the travel that each retailer means with each rep, (n, R), in seconds.

    The way from the base is shared by the visits of a day; the way to the middle keeps
    territories compact, and stands for what retailers far from the others cost.
    """
    haul = np.minimum(land.haul, FAR_SECONDS) / land.visits_a_day
    # Seconds of a mean traveller: else whoever is quick would get retailers all over the land.
    pace = paces(land)
    # A retailer without visits counts as one with one: it too has to be near to the others.
    visits = np.maximum(land.visits, 1.0)
    return np.asarray(visits[:, None] * pace * (haul + PULL * to_middles(land, centres)))


def shares(land: Land, work: Floats, owner: Ints | None = None) -> Floats:
    """Return the seconds of work that are each rep's share of all, by working time.

    ``work`` (n, R) is that of the owner, or without one of the rep with whom it is least. A rep
    without working time has no share, unless nobody has any.
    """
    if owner is None:
        least = np.where(land.able, work, np.inf).min(axis=1, initial=np.inf)
        total = float(least[np.isfinite(least)].sum())
    else:
        kept = np.flatnonzero(owner >= 0)
        total = float(work[kept, owner[kept]].sum())
    room = land.room if land.room.any() else np.ones_like(land.room)
    return np.asarray((total + float(land.shared.sum())) * room / room.sum())


def loads(land: Land, work: Floats, owner: Ints) -> Floats:
    """Return the seconds of work that each rep has."""
    kept = np.flatnonzero(owner >= 0)
    own = np.bincount(owner[kept], work[kept, owner[kept]], land.size[1])
    return np.asarray(own + land.shared)


def first_owners(
    land: Land, work: Floats, terms: Terms, centres: list[int]
) -> tuple[Ints, list[int]]:
    """Return who looks after whom, and the middles, from centres to begin with."""
    best: tuple[float, Ints, list[int]] | None = None
    seen = set()
    for _ in range(ROUNDS):
        price = prices(land, centres)
        owner = _within_moves(land, price, work, terms)
        centres = middles(land, owner, centres)
        cost = judge(land, owner, work, terms, centres)
        if best is None or cost < best[0]:
            best = (cost, owner, centres)
        if tuple(centres) in seen:
            break
        seen.add(tuple(centres))
    if best is None:
        raise ValueError("no round was run")
    return best[1], best[2]


def judge(land: Land, owner: Ints, work: Floats, terms: Terms, centres: list[int]) -> float:
    """Return what a division costs: its prices, and work outside the band at a high price."""
    rows = np.flatnonzero(owner >= 0)
    price = prices(land, centres)[rows, owner[rows]]
    own = work[rows, owner[rows]]
    share = shares(land, work, owner)
    off = np.abs(loads(land, work, owner) - share) - terms.tolerance * share
    off = np.maximum(0.0, off).sum()
    return float(price.sum() + off * outside_price(price, own))


def outside_price(price: Floats, work: Floats) -> float:
    """Return what a second of work outside the band costs, in seconds of travel."""
    return _OUTSIDE * max(0.05, float(price.sum()) / max(1.0, float(work.sum())))


def _within_moves(land: Land, price: Floats, work: Floats, terms: Terms) -> Ints:
    """Return the owners of the cheapest flow in which no more retailers move than may."""
    owner = _flow(land, price, work, terms)
    if terms.most_moved is None or count_moved(land, owner) <= terms.most_moved:
        return owner
    rows = _settled(land)
    stay = np.zeros_like(price)
    low, high = 0.0, float(np.median(price[rows].max(axis=1)))
    for _ in range(6):
        # The dearer a change is, the fewer there are.
        middle = (low + high) / 2
        stay[rows] = middle
        stay[rows, land.before[rows]] = 0.0
        tried = _flow(land, price + stay, work, terms)
        if count_moved(land, tried) <= terms.most_moved:
            owner, high = tried, middle
        else:
            low = middle
    return _take_back(land, price, owner, terms.most_moved)


def _take_back(land: Land, price: Floats, owner: Ints, most: int) -> Ints:
    """Return the owners with the least useful changes undone, until no more are left than may."""
    rows = _settled(land)
    moved = rows[owner[rows] != land.before[rows]]
    gain = price[moved, land.before[moved]] - price[moved, owner[moved]]
    kept = moved[np.argsort(-gain, kind="stable")[:most]]
    back = np.setdiff1d(moved, kept)
    found = owner.copy()
    found[back] = land.before[back]
    return found


def _near_reps(land: Land, price: Floats) -> NDArray[np.bool_]:
    """Return to whom each retailer may be given: the cheapest reps and its own, or only this."""
    reps = land.size[1]
    asked = np.where(land.able, price, np.inf)
    kept = land.able.copy()
    if reps > MOST_REPS:
        limit = np.partition(asked, MOST_REPS - 1, axis=1)[:, MOST_REPS - 1]
        kept &= asked <= limit[:, None]
    owned = np.flatnonzero(land.before >= 0)
    kept[owned, land.before[owned]] = land.able[owned, land.before[owned]]
    stays = owned[land.fixed[owned]]
    kept[stays] = False
    kept[stays, land.before[stays]] = True
    return np.asarray(kept)


def count_moved(land: Land, owner: Ints) -> int:
    """Return how many retailers have got another rep though theirs reaches them."""
    rows = _settled(land)
    return int((owner[rows] != land.before[rows]).sum())


def _settled(land: Land) -> Ints:
    """Return the retailers with a rep who reaches them."""
    rows = np.flatnonzero(land.before >= 0)
    return np.asarray(rows[land.able[rows, land.before[rows]]])


def _flow(land: Land, price: Floats, work: Floats, terms: Terms) -> Ints:
    """Return the rep of each retailer in a flow of least cost; the largest part of it decides."""
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - slow to import

    n, reps = land.size
    least = np.where(land.able, work, np.inf).min(axis=1, initial=np.inf)
    free = np.isfinite(least)
    minutes = np.where(free, np.maximum(1, np.rint(np.where(free, least, 0) / 60)), 0).astype(int)
    whole = int(minutes.sum())
    share = shares(land, work) / 60
    unit = np.where(land.able, price / np.maximum(minutes, 1)[:, None], 0.0)
    mean = float(unit[land.able].mean()) if land.able.any() else 1.0
    outside = int(_OUTSIDE * max(mean, 1e-3) * SCALE)
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = n + reps
    arcs = []
    for i, r in zip(*np.nonzero(_near_reps(land, price)), strict=True):
        cost = min(int(unit[i, r] * SCALE), 10**12)
        arcs.append(
            flow.add_arc_with_capacity_and_unit_cost(int(i), int(n + r), int(minutes[i]), cost)
        )
    for r in range(reps):
        # What a rep lacks to the band another has too much: the first arc draws work to it.
        low, high = (
            max(0, int(share[r] * (1 + side * terms.tolerance) - land.shared[r] / 60))
            for side in (-1, 1)
        )
        for size, cost in ((low, -outside), (high - low, 0), (whole, outside)):
            flow.add_arc_with_capacity_and_unit_cost(n + r, sink, max(0, size), cost)
    for i in range(n):
        flow.set_node_supply(i, int(minutes[i]))
    flow.set_node_supply(sink, -whole)
    if flow.solve() != flow.OPTIMAL:
        raise ValueError("the territories have no flow")
    sent = np.zeros((n, reps), dtype=np.int64)
    for arc in arcs:
        sent[flow.tail(arc), flow.head(arc) - n] = flow.flow(arc)
    owner = np.asarray(np.argmax(np.where(land.able, sent, -1), axis=1), dtype=np.int64)
    owner[~land.able.any(axis=1)] = -1
    kept = land.fixed & (land.before >= 0)
    owner[kept] = land.before[kept]
    return owner
