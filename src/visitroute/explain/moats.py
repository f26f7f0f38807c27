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
from functools import partial

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NEAR = 6
"""Legs to and from so many nearest places are in the linear program."""

_WIDE = 1.02
"""So many times farther the next place has to be than places of a group from each other."""

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


@dataclass(frozen=True, slots=True)
class Moats:
    """Prices of arriving at the places and of crossing the borders of groups of them.

    ``member`` tells which places and base (last row) are in each group. Prices are in parts of a
    second; what they make certain is worked out for the ground at hand, whichever they were for.
    """

    member: Bools
    arrive: Ints
    borders: Ints


def find_moats(ground: Ground, visit: Ints, day: int) -> Moats | None:
    """Return the best moats of a ground, None where the linear program can't be solved.

    ``visit`` and ``day`` are certain prices from which to begin.
    """
    member = _groups(ground)
    share = _most_together(ground, member, visit, day)
    found = _solve(ground, member, share, _near_legs(ground, member))
    if found is None:
        return None
    arrive, moats = found
    return Moats(
        member,
        np.rint(arrive * _SCALE).astype(np.int64),
        np.floor(np.maximum(moats, 0) * _SCALE).astype(np.int64),
    )


def raise_prices(ground: Ground, visit: Ints, day: int, moats: Moats) -> tuple[Ints, int]:
    """Return prices of each place and of a day that are certain, and higher on the whole.

    ``visit`` and ``day`` are certain prices from which to begin; they are returned where moats
    make none better.
    """
    share = _most_together(ground, moats.member, visit, day)
    return max((visit, day), _certain(ground, moats, share), key=partial(_worth, ground))


def _worth(ground: Ground, prices: tuple[Ints, int]) -> int:
    visit, day = prices
    worth: int = int(ground.asked @ visit) + ground.days.shape[1] * day
    return worth


def _groups(ground: Ground) -> Bools:
    """Return which places and base (last row) are in each group: nearest places joined in turn.

    Groups whose next place is hardly farther than their own are from each other are left out:
    their moats would be narrow.
    """
    from scipy.cluster.hierarchy import linkage  # noqa: PLC0415 - slow to import
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    count = len(ground.asked)
    inner = ground.legs[:count, :count]
    apart = np.minimum(np.minimum(inner, inner.T), ground.closed).astype(np.float64)
    np.fill_diagonal(apart, 0)
    joined = linkage(squareform(apart, checks=False), "single")
    sets = np.vstack([np.eye(count, dtype=np.bool_), np.zeros((count - 1, count), dtype=np.bool_)])
    beyond = np.full(2 * count - 1, np.inf)
    for number, (a, b, reach, _) in enumerate(joined, start=count):
        parts = [int(a), int(b)]
        sets[number] = sets[parts].any(axis=0)
        beyond[parts] = reach
    wide = sets[count:][beyond[count:] > _WIDE * joined[:, 2]]
    return np.vstack([wide.T, np.zeros((1, len(wide)), dtype=np.bool_)])


def _near_legs(ground: Ground, member: Bools) -> Bools:
    """Return the legs between near places, those across nearest borders, and those of the base."""
    legs = ground.legs
    chosen = np.zeros(legs.shape, dtype=np.bool_)
    nearest = np.argsort(legs, axis=1, kind="stable")[:, :_NEAR]
    np.put_along_axis(chosen, nearest, values=True, axis=1)
    nearest = np.argsort(legs, axis=0, kind="stable")[:_NEAR]
    np.put_along_axis(chosen, nearest, values=True, axis=0)
    # A moat is held back by the shortest legs that leave its group, from each of its places.
    for own in member[:-1].T:
        inside, outside = np.flatnonzero(own), np.flatnonzero(~own)
        if len(outside):
            chosen[inside, outside[legs[np.ix_(inside, outside)].argmin(axis=1)]] = True
            chosen[outside[legs[np.ix_(outside, inside)].argmin(axis=0)], inside] = True
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
    """Return prices of arriving and of borders that some legs allow.

    The linear program is solved in its other form, several times as fast: the cheapest legs by
    which every place is left and reached as often as it is asked for, and every border crossed
    as often as visits inside need at the least. None when it can't be solved.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import
    from scipy.sparse import csr_matrix, hstack, identity  # noqa: PLC0415

    size, groups = member.shape
    rows = 2 * size + groups
    origin, target = np.nonzero(legs)
    leg, border = np.nonzero(member[origin] ^ member[target])
    each = np.arange(len(origin))
    place = (
        np.concatenate([origin, size + target, 2 * size + border]),
        np.concatenate([each, each, leg]),
    )
    table = csr_matrix((np.ones(len(place[0])), place), shape=(rows, len(origin)))
    asked = np.append(ground.asked, ground.days.shape[1]).astype(np.float64)
    goal = np.concatenate([asked, asked, 2 * (ground.asked @ member[:-1]) / share])
    # Visits may be asked for that no day can have: without an end their prices would have none.
    far = 4 * int(ground.legs[ground.legs < ground.closed].max(initial=1))
    # Borders may be crossed more often than visits need. Leaving a place may cost more where
    # arriving costs less, all alike: to settle it, the base's price is all on leaving it.
    free = np.array([size - 1, 2 * size - 1, *range(2 * size, rows)])
    lacking = np.full(rows, far)
    lacking[2 * size - 1] = 0
    more = identity(rows, format="csc")
    found = linprog(
        np.concatenate([ground.legs[origin, target], lacking, np.zeros(len(free))]),
        A_eq=hstack([table, more, -more[:, free]], format="csc"),
        b_eq=goal,
        bounds=(0, None),
        method="highs-ds",
        options={"presolve": False},
    )
    if found.status != 0:
        return None
    _, arrive, moats = np.split(found.eqlin.marginals, [size, 2 * size])
    return arrive, moats


def _borders(member: Bools, borders: Ints) -> Ints:
    """Return the prices of the borders between every two places, the base last."""
    dear = borders > 0
    inside = member[:, dear].astype(np.int64)
    both = (inside * borders[dear]) @ inside.T
    alone = np.diag(both)
    found: Ints = alone[:, None] + alone[None, :] - 2 * both
    return found


def _certain(ground: Ground, moats: Moats, share: Ints) -> tuple[Ints, int]:
    """Return prices in whole seconds that hold for every leg, whatever moats they come from."""
    member = moats.member
    left = _SCALE * ground.legs - moats.arrive[None, :] - _borders(member, moats.borders)
    both = left.min(axis=1) + moats.arrive
    visit = both[:-1] + member[:-1].astype(np.int64) @ (2 * moats.borders // share)
    return visit // _SCALE, int(both[-1] // _SCALE)
