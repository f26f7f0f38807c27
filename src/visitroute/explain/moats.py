"""The least travel of a day, raised by moats: prices for entering and leaving groups of places.

A day that visits any place of a group crosses the border of the group at least twice. When for
every leg the prices of leaving a place, of arriving at one and of the borders between them
sum up to no more than its seconds, the travel of a day is at least the prices of its places
and twice those of the groups it visits: the dual of the linear relaxation of the tour (Jünger
and Pulleyblank 1993, "Geometric duality and combinatorial optimization"). Here a group's price is
shared out among its visits: as many of them as a day can hold pay it together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NEAR = 8
"""Legs to and from so many nearest places are in the linear program from the beginning."""

_ROUNDS, _PASSES = 3, 1
"""How often broken legs are added to the program, and how often groups are counted anew."""

_SCALE = 64
"""Prices are whole parts of a second of this size."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the prices of a rep's places depend on.

    ``legs`` holds seconds: rows are the places and the start, columns the places and the end;
    ``closed`` and above stands for a leg that no day has. ``asked`` counts the visits asked for,
    ``days`` tells on which days a place may be visited, ``service`` is the least seconds of a
    visit. No day holds more than ``seconds`` of service and travel or ``most`` visits.
    """

    legs: Ints
    closed: int
    asked: Ints
    days: Bools
    service: Ints
    seconds: int
    most: int


def raise_prices(ground: Ground, visit: Ints, day: int) -> tuple[Ints, int]:
    """Return prices of each place and of a day that are certain, and higher on the whole.

    ``visit`` and ``day`` are certain prices from which to begin; they are returned where no
    better ones are found.
    """
    member = _groups(ground)
    legs = _near_legs(ground)
    best = visit, day
    for _ in range(_PASSES):
        share = _most_together(ground, member, *best)
        found = _solve(ground, member, share, legs)
        if found is None:
            break
        prices = _certain(ground, member, share, *found)
        if _worth(ground, *prices) <= _worth(ground, *best):
            break
        best = prices
    return best


def _worth(ground: Ground, visit: Ints, day: int) -> int:
    worth: int = int(ground.asked @ visit) + ground.days.shape[1] * day
    return worth


def _groups(ground: Ground) -> Bools:
    """Return which places and base (last row) are in each group: nearest places joined in turn."""
    from scipy.cluster.hierarchy import linkage  # noqa: PLC0415 - slow to import
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    count = len(ground.asked)
    inner = ground.legs[:count, :count]
    apart = np.minimum(np.minimum(inner, inner.T), ground.closed).astype(np.float64)
    np.fill_diagonal(apart, 0)
    joined = linkage(squareform(apart, checks=False), "single")
    sets = np.vstack([np.eye(count, dtype=np.bool_), np.zeros((count - 1, count), dtype=np.bool_)])
    for number, (a, b, _, _) in enumerate(joined, start=count):
        sets[number] = sets[int(a)] | sets[int(b)]
    return np.vstack([sets[count:].T, np.zeros((1, count - 1), dtype=np.bool_)])


def _near_legs(ground: Ground) -> Bools:
    """Return the legs between near places and those from and to the base."""
    legs = ground.legs
    chosen = np.zeros(legs.shape, dtype=np.bool_)
    nearest = np.argsort(legs, axis=1, kind="stable")[:, :_NEAR]
    np.put_along_axis(chosen, nearest, values=True, axis=1)
    nearest = np.argsort(legs, axis=0, kind="stable")[:_NEAR]
    np.put_along_axis(chosen, nearest, values=True, axis=0)
    chosen[-1] = chosen[:, -1] = True
    return chosen & (legs < ground.closed)


def _most_together(ground: Ground, member: Bools, visit: Ints, day: int) -> Ints:
    """Return the most visits of each group that a day can hold."""
    inside = member[:-1]
    present = (inside.T.astype(np.int64) @ ground.days.astype(np.int64)).max(axis=1, initial=1)
    takes = ground.service + visit
    fitting = [
        np.searchsorted(np.cumsum(np.sort(takes[own])), ground.seconds - day, side="right")
        for own in inside.T
    ]
    found: Ints = np.minimum(np.array(fitting, dtype=np.int64), np.minimum(present, ground.most))
    return np.maximum(1, found)


def _solve(
    ground: Ground, member: Bools, share: Ints, legs: Bools
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return prices of arriving and of borders; ``legs`` grows by those that are broken.

    None when the linear program can't be solved.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    size, groups = member.shape
    asked = np.append(ground.asked, ground.days.shape[1]).astype(np.float64)
    goal = np.concatenate([asked, asked, 2 * (ground.asked @ member[:-1]) / share])
    # Visits may be asked for that no day can have: without bounds their prices would have no end.
    far = 4 * int(ground.legs[ground.legs < ground.closed].max(initial=1))
    place = [(-far, far)] * (size - 1)
    # Leaving may cost more where arriving costs less: the base's price is all on leaving it.
    bounds = [*place, (0, far), *place, (0, 0), *((0, far) for _ in range(groups))]
    for _ in range(_ROUNDS):
        origin, target = np.nonzero(legs)
        row, border = np.nonzero(member[origin] ^ member[target])
        rows = np.concatenate([np.arange(len(origin)), np.arange(len(origin)), row])
        columns = np.concatenate([origin, size + target, 2 * size + border])
        table = csr_matrix(
            (np.ones(len(rows)), (rows, columns)), shape=(len(origin), 2 * size + groups)
        )
        limits = ground.legs[origin, target]
        found = linprog(-goal, A_ub=table, b_ub=limits, bounds=bounds, method="highs")
        if found.status != 0:
            return None
        leave, arrive, moats = np.split(found.x, [size, 2 * size])
        slack = ground.legs - leave[:, None] - arrive[None, :] - _borders(member, moats)
        broken = (slack < -1) & (ground.legs < ground.closed)
        if not broken.any():
            break
        worst = np.argsort(slack, axis=1, kind="stable")[:, :4]
        chosen = np.zeros(legs.shape, dtype=np.bool_)
        np.put_along_axis(chosen, worst, values=True, axis=1)
        legs |= chosen & broken
    return arrive, moats


def _borders(member: Bools, moats: NDArray[Any]) -> NDArray[Any]:
    """Return the prices of the borders between every two places, the base last."""
    inside = member.astype(moats.dtype)
    both = (inside * moats) @ inside.T
    alone = np.diag(both)
    found: NDArray[Any] = alone[:, None] + alone[None, :] - 2 * both
    return found


def _certain(
    ground: Ground,
    member: Bools,
    share: Ints,
    arrive: NDArray[np.float64],
    moats: NDArray[np.float64],
) -> tuple[Ints, int]:
    """Return prices in whole seconds that hold for every leg, whatever the program's rounding."""
    borders = np.floor(np.maximum(moats, 0) * _SCALE).astype(np.int64)
    coming = np.rint(arrive * _SCALE).astype(np.int64)
    left = _SCALE * ground.legs - coming[None, :] - _borders(member, borders)
    both = left.min(axis=1) + coming
    visit = both[:-1] + member[:-1].astype(np.int64) @ (2 * borders // share)
    return visit // _SCALE, int(both[-1] // _SCALE)
