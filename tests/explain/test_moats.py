"""Travel raised by moats: never above any tour of a day, and above what nearest places give."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import chain, combinations, pairwise, permutations

import numpy as np
import pytest

from visitroute.explain.moats import Ground, find_moats, raise_prices

CLOSED = 10**7


def ground(seed: int, count: int = 6, *, hours: float = 3, villages: bool = False) -> Ground:
    """Return places around a base: at random, or in two villages far from it and each other."""
    rng = random.Random(seed)  # noqa: S311
    spots = [complex(rng.random(), rng.random()) * 2000 for _ in range(count)]
    if villages:
        spots = [spot / 4 + (6000 if i % 2 else -6000) for i, spot in enumerate(spots)]
    spots.append(1000 + 1000j)
    table = np.array(
        [[int(abs(a - b) * rng.uniform(1, 1.2)) for b in spots] for a in spots], dtype=np.int64
    )
    np.fill_diagonal(table, CLOSED)
    days = np.array([[rng.random() < 0.8 for _ in range(4)] for _ in range(count)])
    days[:, 0] |= ~days.any(axis=1)
    apart = days.astype(int) @ days.T.astype(int) == 0
    table[:count, :count][apart] = CLOSED
    return Ground(
        legs=table,
        closed=CLOSED,
        asked=np.array([rng.randrange(1, 4) for _ in range(count)], dtype=np.int64),
        days=days,
        service=np.array([rng.choice([300, 900, 1500]) for _ in range(count)], dtype=np.int64),
        seconds=round(3600 * hours),
        most=rng.choice([3, 9]),
    )


def assignment(found: Ground) -> tuple[np.ndarray, int]:
    """Return simple certain prices: half the nearest leg in and out of every place."""
    both = found.legs.min(axis=0) // 2 + found.legs.min(axis=1) // 2
    return both[:-1], int(both[-1])


def raised(found: Ground, visit: np.ndarray, day: int) -> tuple[np.ndarray, int]:
    moats = find_moats(found, visit, day)
    assert moats is not None
    return raise_prices(found, visit, day, moats)


def tours(found: Ground) -> list[tuple[tuple[int, ...], int]]:
    """Return every set of places that a day may visit, with the seconds of its shortest tour."""
    count = len(found.asked)
    possible = []
    sets = chain.from_iterable(combinations(range(count), k) for k in range(1, count + 1))
    for some in sets:
        if len(some) > found.most or not found.days[list(some)].all(axis=0).any():
            continue
        ways = ((count, *order, count) for order in permutations(some))
        best = min(sum(int(found.legs[a, b]) for a, b in pairwise(way)) for way in ways)
        if best + int(found.service[list(some)].sum()) <= found.seconds:
            possible.append((some, best))
    return possible


@pytest.mark.parametrize("villages", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_no_tour_is_shorter(seed: int, villages: bool) -> None:
    found = ground(seed, villages=villages, hours=8 if villages else 3)
    visit, day = raised(found, *assignment(found))
    seen = tours(found)
    assert len(seen) > 5
    for some, seconds in seen:
        assert day + sum(int(visit[c]) for c in some) <= seconds, some


def test_the_way_to_a_village_counts() -> None:
    found = ground(1, villages=True, hours=8)
    before, day_before = assignment(found)
    visit, day = raised(found, before, day_before)
    full = max(tours(found), key=lambda tour: len(tour[0]))
    old = day_before + sum(int(before[c]) for c in full[0])
    new = day + sum(int(visit[c]) for c in full[0])
    assert new > 1.5 * old
    assert new <= full[1]


def test_prices_do_not_fall() -> None:
    for seed in range(12):
        found = ground(seed)
        before = assignment(found)
        after = raised(found, *before)
        worth = [int(found.asked @ visit) + 4 * day for visit, day in (before, after)]
        assert worth[1] >= worth[0]


@pytest.mark.parametrize("seed", range(12))
def test_moats_of_other_days_hold_too(seed: int) -> None:
    """Longer days with more visits, and on them all shops may be visited."""
    old = ground(seed, villages=seed % 2 == 0, hours=5)
    moats = find_moats(old, *assignment(old))
    assert moats is not None
    free = np.where(old.legs < CLOSED, old.legs, 1000)
    np.fill_diagonal(free, CLOSED)
    new = replace(
        old, legs=free, days=np.ones_like(old.days), seconds=old.seconds + 7200, most=old.most + 2
    )
    visit, day = raise_prices(new, *assignment(new), moats)
    seen = tours(new)
    assert len(seen) > 5
    for some, seconds in seen:
        assert day + sum(int(visit[c]) for c in some) <= seconds, some
