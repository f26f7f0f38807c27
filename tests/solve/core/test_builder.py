"""The arrays hold what they were made of, whatever order places have in memory."""

from __future__ import annotations

import numpy as np
import pytest

from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays


def client_at(node: int) -> ClientSpec:
    return ClientSpec(
        node=node,
        services=[600],
        windows={0: [(0, 40_000)]},
        routes={0: (0,)},
        asks=[AskSpec((0,), tier=3, weight=1, penalty=1e6)],
    )


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_ways_are_those_between_the_places_given(seed: int, *, same: bool) -> None:
    rng = np.random.default_rng(seed)
    time = rng.integers(1, 900, (2, 9, 9))  # ways there and back differ
    cost = time if same else rng.integers(1, 900, (2, 9, 9))
    start, end, *nodes = rng.permutation(9)[:8].tolist()
    clients = [client_at(node) for node in nodes]
    route = RouteSpec(day=0, start=start, end=end, open=0, close=40_000, matrix=1)
    a = build_arrays(time, cost, (0,), [route], clients)
    given = np.ix_(range(2), [start, end, *nodes], [start, end, *nodes])
    places = [a.route_start[0], a.route_end[0], *a.client_node]
    held = np.ix_(range(2), places, places)
    assert (a.time[held] == time[given]).all()
    assert (a.cost[held] == cost[given]).all()
    assert (a.time_to[held] == time[given].transpose(0, 2, 1)).all()
    assert (a.cost_to[held] == cost[given].transpose(0, 2, 1)).all()


def test_places_of_a_line_follow_each_other() -> None:
    """Nine places on a street, numbered at random: from one end on they lie in order."""
    along = np.random.default_rng(1).permutation(9) * 100
    along[np.argmin(along)], along[0] = along[0], 0  # the base at the end of the street
    ways = np.abs(along[:, None] - along[None])[None]
    clients = [client_at(node) for node in range(1, 9)]
    route = RouteSpec(day=0, start=0, end=0, open=0, close=40_000)
    a = build_arrays(ways, ways, (0,), [route], clients)
    assert np.argsort(along[1:]).tolist() == np.argsort(a.client_node).tolist()
