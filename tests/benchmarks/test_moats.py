from __future__ import annotations

from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from benchmarks.moats import nested_clusters, tour_bound

from benchmarks import moats


def world(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return six places, uneven both ways, with ends that may be worth something."""
    rng = np.random.default_rng(seed)
    spots = rng.random((6, 2)) * 100
    cost = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    away = np.hypot(*(spots - np.array([150.0, 50.0])).T)
    return cost * (1 + 0.3 * rng.random((6, 6))), away - 90 * rng.random(6), away * 1.1


def shortest(
    cost: np.ndarray, first: np.ndarray, last: np.ndarray, places: tuple[int, ...]
) -> float:
    return min(
        float(first[p[0]] + sum(cost[a, b] for a, b in pairwise(p)) + last[p[-1]])
        for p in permutations(places)
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("largest", [120, 0], ids=["linear program", "plain"])
def test_no_route_is_shorter_than_the_bound(
    seed: int, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moats, "LARGEST", largest)
    cost, first, last = world(seed)
    bounds = [
        tour_bound(cost, first, last, [share] * 6, touched, once=True)
        for share, touched in ((0.5, "most"), (0.5, "any"), (1.0, "most"))
    ]
    for count in range(1, 7):
        for places in combinations(range(6), count):
            best = shortest(cost, first, last, places)
            for bound in bounds:
                assert bound.value(set(places)) <= best + 1e-6


def test_several_routes_take_no_less_than_the_bound() -> None:
    cost, _, last = world(3)
    bound = tour_bound(cost, last, last, [1.0] * 6, "most", once=False)
    for size in (1, 2, 3):
        for one in combinations(range(6), size):
            # Places may even be visited by both.
            for other in ((0, 1, 2), (3, 4, 5), (2, 3)):
                both = shortest(cost, last, last, one) + shortest(cost, last, last, other)
                assert bound.value({*one, *other}) <= both + 1e-6


def test_the_bound_is_close_where_all_is_visited() -> None:
    for seed in range(8):
        cost, first, last = world(seed)
        best = shortest(cost, first, last, tuple(range(6)))
        bound = tour_bound(cost, first, last, [1.0] * 6, "most", once=True)
        assert bound.value(set(range(6))) >= 0.85 * best


def test_near_places_are_joined_first() -> None:
    x = np.array([0.0, 1.0, 10.0, 12.0])
    sets = nested_clusters(np.abs(x[:, None] - x[None]))
    assert sets == [frozenset({0, 1}), frozenset({2, 3}), frozenset({0, 1, 2, 3})]
