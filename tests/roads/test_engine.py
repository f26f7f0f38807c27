from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads.engine import Engine, pack_limit
from visitroute.roads.hierarchy.order import dissect
from visitroute.roads.matrix import UNREACHABLE
from visitroute.roads.search import DISTANCE_BITS, NO_WAY, Points, SearchGraph, has_numba
from visitroute.roads.streets import Streets, load_streets

CAR, FOOT = TravelMode.CAR, TravelMode.FOOT


def both(streets: Streets, mode: TravelMode) -> tuple[Engine, Engine]:
    """Return the two engines over one day."""
    graph = streets.engine(mode).graph
    whole = SearchGraph(streets._mode(mode).network)
    return Engine(graph, lambda: whole, fast=False), Engine(graph, lambda: whole, fast=True)


def random_points(graph: SearchGraph, count: int, seed: int) -> Points:
    """Return places on random stretches, some of them at junctions or on one spot."""
    rng = np.random.default_rng(seed)
    network = graph.network
    stretch = rng.choice(np.flatnonzero(network.snappable), count)
    offset = np.rint(rng.random(count) * network.decimetres[stretch]).astype(np.int64)
    offset[::5] = 0
    stretch[1::9], offset[1::9] = stretch[0], offset[2]
    return Points(graph, stretch, np.minimum(offset, network.decimetres[stretch]))


def assert_same_answers(streets: Streets, mode: TravelMode, count: int) -> None:
    slow, fast = both(streets, mode)
    points = random_points(slow.graph, count, seed=3)
    first, second = slow.matrix(points), fast.matrix(points)
    assert np.array_equal(np.minimum(first, NO_WAY), np.minimum(second, NO_WAY))
    spots = np.arange(points.count)
    # Few of many and many of few are parts of the matrix, whichever way they are searched.
    for sources, targets in ((spots[2::9][::-1], spots), (spots, spots[::11]), (spots[:0], spots)):
        part = first[np.ix_(sources, targets)]
        for engine in (slow, fast):
            assert np.array_equal(engine.table(points, sources, targets), part)
    for limit in (None, 60.0):
        ask = (points, spots[::3], spots[::2], 6, pack_limit(limit))
        near, far = slow.nearest(*ask), fast.nearest(*ask)
        assert np.array_equal(near[0], far[0])
        assert np.array_equal(near[1], far[1])
    # The nearest are those of the matrix.
    found, weights = fast.nearest(points, spots, spots, 5, pack_limit(None))
    order = np.lexsort((np.broadcast_to(spots, first.shape), first), axis=1)[:, :5]
    assert np.array_equal(np.take_along_axis(first, order, axis=1), weights)
    assert np.array_equal(order, found)


@pytest.mark.parametrize("mode", [CAR, FOOT])
@pytest.mark.parametrize("seed", [1, 2])
def test_both_engines_give_the_same(
    write_grid: Callable[..., Path], policy: Policy, mode: TravelMode, seed: int
) -> None:
    assert has_numba()
    path = write_grid(side=9, seed=seed)
    assert_same_answers(load_streets(path, policy, cache=False), mode, count=40)


def test_both_engines_give_the_same_in_snow_with_roads_closed(
    write_grid: Callable[..., Path],
) -> None:
    changes = {"conditions": {"weather": "snow", "closed_ways": [3, 4]}}
    streets = load_streets(write_grid(side=9), load_policy(changes), cache=False)
    assert_same_answers(streets, CAR, count=40)


def test_real_streets_both_ways(shared_data: Path, policy: Policy) -> None:
    path = shared_data / "liechtenstein.osm.pbf"
    if not path.is_file():
        pytest.skip("no extract of Liechtenstein beside the project")
    streets = load_streets(path, policy, cache=False)
    for mode in (CAR, FOOT):
        assert_same_answers(streets, mode, count=200)


def test_a_hierarchy_is_used_where_it_pays(
    write_grid: Callable[..., Path], policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    streets = load_streets(write_grid(), policy, cache=False)
    engine = streets.engine(CAR)
    points = random_points(engine.graph, 20, seed=1)
    first = engine.matrix(points)
    assert engine._weighted is None
    monkeypatch.setattr("visitroute.roads.engine._WORTH_BUILDING", 20)
    assert np.array_equal(engine.matrix(points), first)
    assert engine._weighted is not None


def test_a_hierarchy_is_kept_on_disk(
    write_grid: Callable[..., Path],
    policy: Policy,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("VISITROUTE_CACHE", str(tmp_path / "kept"))
    path = write_grid()
    streets = load_streets(path, policy)
    points = random_points(streets.engine(CAR).graph, 20, seed=1)
    first = streets.engine(CAR).matrix(points)
    monkeypatch.setattr("visitroute.roads.engine._WORTH_BUILDING", 20)
    streets.engine(CAR).matrix(points)
    assert len(list((tmp_path / "kept").glob("car-hierarchy-*"))) == 1

    def fail(_: object) -> None:
        pytest.fail("the hierarchy was built again")

    monkeypatch.setattr("visitroute.roads.hierarchy.contract.build_shape", fail)
    monkeypatch.setattr("visitroute.roads.engine._WORTH_BUILDING", 10**12)
    again = load_streets(path, policy).engine(CAR)
    points = random_points(again.graph, 20, seed=1)
    assert np.array_equal(again.matrix(points), first)
    assert again._weighted is not None


def test_dissection_names_everything_once() -> None:
    rng = np.random.default_rng(2)
    tail, head = rng.integers(0, 40, (2, 90))
    x, y = rng.random((2, 40))
    assert sorted(dissect(40, tail, head, x, y, edges=True).tolist()) == list(range(90))
    assert sorted(dissect(40, tail, head, x, y, edges=False).tolist()) == list(range(40))


def test_limits_are_whole_seconds() -> None:
    assert pack_limit(60) >> DISTANCE_BITS == 600
    assert pack_limit(None) < NO_WAY


def test_nearest_of_located_points(write_grid: Callable[..., Path], policy: Policy) -> None:
    streets = load_streets(write_grid(side=8), policy, cache=False)
    network = streets.network(CAR)
    rng = np.random.default_rng(4)
    lon = [*rng.uniform(network.lon.min(), network.lon.max(), 30).tolist(), 0.0]
    lat = [*rng.uniform(network.lat.min(), network.lat.max(), 30).tolist(), 0.0]
    located = streets.locate([str(i) for i in range(31)], lon, lat, CAR)
    matrix = streets.matrix(located)
    near = streets.nearest(located, 4, sources=[0, 30, 5], targets=range(10, 31))
    assert near.rows.shape == (3, 4)
    assert near.rows[1].tolist() == [-1] * 4  # 30 lies nowhere
    for row, source in ((0, 0), (2, 5)):
        times = matrix.deciseconds[source, 10:30]
        assert near.deciseconds[row].tolist() == sorted(times.tolist())[:4]
        rows = near.rows[row]
        assert matrix.deciseconds[source, rows].tolist() == near.deciseconds[row].tolist()
        assert matrix.decimetres[source, rows].tolist() == near.decimetres[row].tolist()
    close = streets.nearest(located, 30, sources=[0], limit_s=40)
    assert (close.deciseconds[close.rows >= 0] <= 400).all()
    assert (close.rows >= 0).sum() == (matrix.deciseconds[0] <= 400).sum()
    assert (close.deciseconds[close.rows < 0] == UNREACHABLE).all()


def test_blocks_are_parts_of_the_matrix(write_grid: Callable[..., Path], policy: Policy) -> None:
    streets = load_streets(write_grid(side=7), policy, cache=False)
    network = streets.network(CAR)
    lon, lat = network.lon[:12].tolist(), network.lat[:12].tolist()
    located = streets.locate([str(i) for i in range(12)], lon, lat, CAR)
    whole = streets.matrix(located)
    for group, block in zip(
        ([1, 5, 7], [0, 2]), streets.blocks(located, [[1, 5, 7], [0, 2]]), strict=True
    ):
        assert block.ids == tuple(located.ids[i] for i in group)
        assert np.array_equal(block.deciseconds, whole.deciseconds[np.ix_(group, group)])
