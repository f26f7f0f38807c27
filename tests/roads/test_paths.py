from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from roads.oracle import Oracle, count_differences, locate, random_places
from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads.geodesy import line_metres
from visitroute.roads.matrix import TravelMatrix
from visitroute.roads.paths import simplify
from visitroute.roads.source import Located
from visitroute.roads.streets import Streets, load_streets

At = Callable[[float, float], tuple[float, float]]
CAR = TravelMode.CAR
RING = {1: (0, 0), 2: (1000, 0), 3: (1000, 500), 4: (0, 500)}
ONEWAY_RING = [([1, 2, 3, 4, 1], {"highway": "residential", "oneway": "yes"})]


def compare_with_networkx(
    streets: Streets, count: int, sources: int, mode: TravelMode = CAR
) -> None:
    """Compare every pair of some sources and all points, also at junctions."""
    network = streets.network(mode)
    nodes = np.linspace(0, network.num_nodes - 1, 7).astype(int)
    on_nodes = list(zip(network.lon[nodes].tolist(), network.lat[nodes].tolist(), strict=True))
    located = locate(streets, random_places(network, count, seed=7) + on_nodes, mode)
    matrix = streets.matrix(located)
    oracle = Oracle(streets, mode)
    usable = np.flatnonzero(located.usable)
    places = list(zip(located.ties.stretch.tolist(), located.ties.offset.tolist(), strict=True))
    for i in [*usable[:sources].tolist(), *usable[-3:].tolist()]:
        found = oracle.weights(*places[i])
        for j in usable.tolist():
            packed = oracle.between(places[i], places[j], found)
            assert matrix.deciseconds[i, j] == packed // 10**9, (i, j)
            assert matrix.decimetres[i, j] == packed % 10**9, (i, j)


def check_line(streets: Streets, located: Located, matrix: TravelMatrix, order: list[int]) -> None:
    """Check that a drawn route begins, passes and ends where it should, and is as long."""
    line = streets.line(located, order)
    places = list(zip(located.on_lon.tolist(), located.on_lat.tolist(), strict=True))
    assert (line[0], line[-1]) == (places[order[0]], places[order[-1]])
    assert {places[i] for i in order} <= set(line)
    driven = sum(int(matrix.decimetres[a, b]) for a, b in pairwise(order)) / 10
    # Lengths are rounded to decimetres on every stretch.
    assert line_metres(*np.array(line).T) == pytest.approx(driven, rel=2e-3, abs=1)


def test_order_matters_on_one_oneway_street(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    streets = load_streets(write_osm(RING, ONEWAY_RING), policy, cache=False)
    located = locate(streets, [at(200, 5), at(700, -5)])
    matrix = streets.matrix(located)
    assert matrix.metres[0, 1] == pytest.approx(500, abs=1)
    assert matrix.metres[1, 0] == pytest.approx(2500, abs=1)
    # Once around is the whole ring, to the decimetre and the decisecond.
    whole = streets.network(CAR)
    assert matrix.decimetres[0, 1] + matrix.decimetres[1, 0] == whole.decimetres.sum()
    assert matrix.deciseconds[0, 1] + matrix.deciseconds[1, 0] == whole.forward.sum()
    check_line(streets, located, matrix, [0, 1, 0])
    assert len(streets.line(located, [0, 1])) == 2
    assert len(streets.line(located, [1, 0])) == 6


def test_the_same_spot_is_no_trip(write_osm: Callable[..., Path], at: At, policy: Policy) -> None:
    streets = load_streets(write_osm(RING, ONEWAY_RING), policy, cache=False)
    located = locate(streets, [at(200, 5), at(200, 5), at(200, -20), at(400, 0)])
    matrix = streets.matrix(located)
    assert not matrix.deciseconds[:3, :3].any()
    assert not matrix.decimetres[:3, :3].any()
    spot = (located.on_lon[0], located.on_lat[0])
    assert streets.line(located, [0, 1, 2]) == (spot, spot)
    assert streets.line(located, [0, 1, 3]) == streets.line(located, [0, 3])
    assert streets.line(located, [0]) == streets.line(located, []) == ()


def test_points_at_a_junction_share_it(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    ways = [([1, 2], {"highway": "residential"}), ([2, 3], {"highway": "residential"})]
    streets = load_streets(write_osm(RING, ways), policy, cache=False)
    located = locate(streets, [at(1005, -3), at(1003, -5), at(1000, 0)])
    assert not streets.matrix(located).decimetres.any()


def test_parts_of_a_stretch_add_up(write_osm: Callable[..., Path], at: At, policy: Policy) -> None:
    path = write_osm({1: (0, 0), 2: (1000, 0)}, [([1, 2], {"highway": "residential"})])
    streets = load_streets(path, policy, cache=False)
    located = locate(streets, [at(x, 0) for x in (0, 0.3, 111, 333.3, 500, 999.9, 1000)])
    for values in (streets.matrix(located).deciseconds, streets.matrix(located).decimetres):
        assert np.diag(values, 1).sum() == values[0, -1]
        assert np.diag(values, -1).sum() == values[-1, 0]


def test_of_parallel_streets_the_quicker_is_taken(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    nodes = {1: (0, 0), 2: (1000, 0), 3: (500, 100)}
    ways = [([1, 2], {"highway": "living_street"}), ([1, 3, 2], {"highway": "secondary"})]
    streets = load_streets(write_osm(nodes, ways), policy, cache=False)
    located = locate(streets, [at(0, 0), at(1000, 0)])
    assert streets.matrix(located).metres[0, 1] == pytest.approx(1020, abs=1)
    assert len(streets.line(located, [0, 1])) == 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_grid_against_networkx(write_grid: Callable[..., Path], policy: Policy, seed: int) -> None:
    streets = load_streets(write_grid(seed=seed), policy, cache=False)
    for mode in (CAR, TravelMode.BICYCLE, TravelMode.FOOT):
        compare_with_networkx(streets, count=40, sources=15, mode=mode)


def test_liechtenstein_against_networkx(shared_data: Path, policy: Policy) -> None:
    path = shared_data / "liechtenstein.osm.pbf"
    if not path.is_file():
        pytest.skip("no extract of Liechtenstein beside the project")
    streets = load_streets(path, policy, cache=False)
    compare_with_networkx(streets, count=30, sources=3)
    places = random_places(streets.network(CAR), 40, seed=3)
    located = locate(streets, places)
    order = np.flatnonzero(located.usable).tolist()
    assert len(order) > 30
    check_line(streets, located, streets.matrix(located), order)


def test_porto_against_networkx(shared_data: Path, policy: Policy) -> None:
    """Compare a tenth of the pairs; the command in ``roads.oracle`` compares them all."""
    path = shared_data / "porto.osm.pbf"
    if not path.is_file():
        pytest.skip("no extract of Porto beside the project")
    streets = load_streets(path, policy, cache=False)
    places = random_places(streets.network(CAR), 200, seed=11)
    counts = count_differences(streets, places, 20, CAR)
    assert min(pairs for pairs, _ in counts.values()) > 3_000
    assert {differ for _, differ in counts.values()} == {0}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lines_are_as_long_as_the_matrix_says(
    write_grid: Callable[..., Path], policy: Policy, seed: int
) -> None:
    streets = load_streets(write_grid(seed=seed), policy, cache=False)
    located = locate(streets, random_places(streets.network(CAR), 20, seed))
    assert located.usable.all()
    check_line(streets, located, streets.matrix(located), list(range(20)))


def test_a_point_more_changes_nothing(write_grid: Callable[..., Path], policy: Policy) -> None:
    streets = load_streets(write_grid(seed=4), policy, cache=False)
    places = random_places(streets.network(CAR), 30, seed=4)
    every = streets.matrix(locate(streets, places))
    some = streets.matrix(locate(streets, places[:9]))
    assert np.array_equal(every.deciseconds[:9, :9], some.deciseconds)
    assert np.array_equal(every.decimetres[:9, :9], some.decimetres)


def test_long_legs_are_found_beyond_the_first_circle(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    # Two shops face each other across a river; the bridge is 40 km away.
    nodes = {1: (0, 0), 2: (40_000, 0), 3: (40_000, 100), 4: (0, 100)}
    path = write_osm(nodes, [([1, 2, 3, 4], {"highway": "living_street"})])
    streets = load_streets(path, policy, cache=False)
    located = locate(streets, [at(0, 0), at(0, 100)])
    check_line(streets, located, streets.matrix(located), [0, 1])


@pytest.mark.parametrize("seed", [1, 2])
def test_legs_are_the_same_without_numba(
    write_grid: Callable[..., Path],
    policy: Policy,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    streets = load_streets(write_grid(seed=seed), policy, cache=False)
    located = locate(streets, random_places(streets.network(CAR), 24, seed))
    order = [*range(24), 0, 12, 1, 12, 12]
    compiled = streets.legs(located, order)
    monkeypatch.setattr("visitroute.roads.paths.has_numba", lambda: False)
    assert streets.legs(located, order) == compiled


def test_large_matrices_are_made_in_blocks(
    write_grid: Callable[..., Path], policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    streets = load_streets(write_grid(), policy, cache=False)
    points = locate(streets, random_places(streets.network(CAR), 25, seed=1)).ties.points
    whole = streets.engine(CAR).matrix(points)
    monkeypatch.setattr("visitroute.roads.engine._BLOCK_CELLS", 4 * points.graph.size)
    assert np.array_equal(whole, streets.engine(CAR).matrix(points))


def test_simplified_lines_stay_within_the_tolerance(
    write_grid: Callable[..., Path], policy: Policy
) -> None:
    lon = np.linspace(25, 25.01, 50)
    lat = 60 + 2e-6 * np.sin(np.arange(50))
    assert len(simplify(lon, lat, 1.0)[0]) == 2
    assert len(simplify(lon, lat, 0.0)[0]) == 50
    exact = replace(policy, roads=replace(policy.roads, simplify_m=0.0))
    path = write_grid(seed=2)
    full, short = (load_streets(path, p, cache=False) for p in (exact, policy))
    places = random_places(full.network(CAR), 8, seed=2)
    order = list(range(8))
    lines = [s.line(locate(s, places), order) for s in (full, short)]
    assert set(lines[1]) <= set(lines[0])
    assert line_metres(*np.array(lines[1]).T) <= line_metres(*np.array(lines[0]).T)


def test_legs_are_those_of_matrix_and_line(write_grid: Callable[..., Path], policy: Policy) -> None:
    streets = load_streets(write_grid(), policy, cache=False)
    network = streets.network(TravelMode.CAR)
    lon, lat = network.lon[:5].tolist(), network.lat[:5].tolist()
    located = streets.locate([str(i) for i in range(5)], lon, lat, TravelMode.CAR)
    order = [0, 3, 1, 4]
    matrix, line = streets.matrix(located), streets.line(located, order)
    legs = streets.legs(located, order)
    assert [leg[1:] for leg in legs] == [
        (matrix.deciseconds[a, b], matrix.decimetres[a, b]) for a, b in pairwise(order)
    ]
    assert legs[0][0][0] == line[0]
    assert legs[-1][0][-1] == line[-1]
    assert streets.legs(located, [2]) == []
