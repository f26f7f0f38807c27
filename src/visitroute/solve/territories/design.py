"""Territories: balanced in minutes, near to the bases, compact and in one piece by road."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visitroute.solve.territories.problem import Land, Measure, middles
from visitroute.solve.territories.refine import refine
from visitroute.solve.territories.search import Found, by_owners, search_middles
from visitroute.solve.territories.start import Terms, count_moved, first_owners, judge
from visitroute.solve.territories.ways import Floats, Ints

REFINEMENTS = 3
"""Most rounds of CP-SAT; each knows the middles and legs of the division before."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Division:
    """Who looks after whom: the number of the rep of each retailer, -1 for nobody.

    ``centres`` are the middles of the territories.
    """

    owner: Ints
    centres: list[int]


def design(
    land: Land, terms: Terms, seed: int, progress: Progress | None = None
) -> tuple[Division, Measure]:
    """Return a division of the land, and the measure it was made with.

    A search finds the middles, a flow of least cost divides the land around them, and CP-SAT goes
    on from the better of both, with legs and middles as they then are. The same land, terms and
    seed give the same.
    """
    measure = Measure(land)
    tell = progress or (lambda _: None)
    if not len(land.visits):
        return Division(np.zeros(0, dtype=np.int64), [0] * land.size[1]), measure
    work = measure.work(measure.legs())
    start = search_middles(land, work, terms, np.random.default_rng(seed))
    tell(0.5)
    owner, centres = _with_moves(land, work, terms, start)
    for number in range(REFINEMENTS):
        work = measure.work(measure.legs(owner), owner)
        found = refine(measure, work, terms, owner, centres, seed)
        changed = bool((found != owner).any())
        owner = found
        after = middles(land, owner, centres)
        tell(0.5 + 0.5 * (number + 1) / REFINEMENTS)
        if not changed and after == centres:
            break
        centres = after
    return Division(owner, centres), measure


def _with_moves(land: Land, work: Floats, terms: Terms, start: Found) -> tuple[Ints, list[int]]:
    """Return the cheaper of a flow around the middles found and what was found with them.

    The search knows nothing of bounds on moves: where it moves too many, flows count, around
    its middles and around those of the territories that there are.
    """
    owner, centres = first_owners(land, work, terms, start.centres)
    cost = judge(land, owner, work, terms, centres)
    if terms.most_moved is None or count_moved(land, start.owner) <= terms.most_moved:
        return (start.owner, start.centres) if start.cost < cost else (owner, centres)
    near, middle = first_owners(land, work, terms, by_owners(land))
    return (near, middle) if judge(land, near, work, terms, middle) < cost else (owner, centres)
