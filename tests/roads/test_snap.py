from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads.building import build_network
from visitroute.roads.geodesy import METRES_PER_DEGREE, crow_metres
from visitroute.roads.osm import read_extract
from visitroute.roads.snap import StretchIndex

At = Callable[[float, float], tuple[float, float]]
CAR = TravelMode.CAR


def index_of(path: Path, policy: Policy) -> StretchIndex:
    return StretchIndex(build_network(read_extract(path), CAR, policy))


def test_the_nearest_place_on_the_street(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    path = write_osm({1: (0, 0), 2: (1000, 0)}, [([1, 2], {"highway": "residential"})])
    lon, lat = np.array([at(300, 40), at(-30, 0), at(1040, 30)]).T
    found = index_of(path, policy).nearest(lon, lat)
    assert found.offset == pytest.approx([3000, 0, 10_000], abs=1)
    assert found.metres == pytest.approx([40, 30, 50], abs=0.1)
    assert (found.lon[0], found.lat[0]) == pytest.approx(at(300, 0), abs=1e-6)


def test_metres_count_and_not_degrees(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    # At 60° north a degree of longitude is half as long: in degrees, the other is nearer.
    nodes = {1: (0, 0), 2: (0, 1000), 3: (1000, 1000), 4: (1000, 130), 5: (0, 130)}
    ways = [([1, 5, 2, 3, 4], {"highway": "residential"})]
    found = index_of(write_osm(nodes, ways), policy).nearest(*np.array([at(100, 880)]).T)
    assert found.metres == pytest.approx([100], abs=0.5)
    assert found.lon == pytest.approx([25.0], abs=1e-6)


def test_of_equally_near_streets_the_first_wins(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    nodes = {1: (0, 0), 2: (200, 0), 3: (0, 200), 4: (-200, 0)}
    star = [([1, 3], {"highway": "residential"}), ([1, 2], {"highway": "residential"})]
    star.append(([4, 1], {"highway": "residential"}))
    index = index_of(write_osm(nodes, star), policy)
    found = index.nearest(*np.array([at(0, 0), at(0, -50)]).T)
    assert found.stretch.tolist() == [0, 0]
    assert found.offset.tolist() == [0, 0]


def test_against_every_street(write_grid: Callable[..., Path], policy: Policy) -> None:
    index = index_of(write_grid(seed=3), policy)
    network = index.network
    rng = np.random.default_rng(5)
    lon = rng.uniform(network.lon.min() - 0.002, network.lon.max() + 0.002, 80)
    lat = rng.uniform(network.lat.min() - 0.001, network.lat.max() + 0.001, 80)
    found = index.nearest(lon, lat)
    for i in range(len(lon)):
        scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(lat[i])), METRES_PER_DEGREE])
        lines = [
            shapely.LineString(
                np.column_stack((network.vertex_lon[w], network.vertex_lat[w])) * scale
            )
            for w in map(network.vertices, range(network.num_stretches))
        ]
        best = shapely.distance(shapely.Point(*(np.array([lon[i], lat[i]]) * scale)), lines).min()
        assert found.metres[i] == pytest.approx(best, abs=0.002)
    assert crow_metres(lon, lat, found.lon, found.lat) == pytest.approx(found.metres, abs=0.1)


@pytest.mark.parametrize(
    "through",
    [
        {"highway": "service", "tunnel": "yes", "layer": "-4"},
        {"highway": "motorway", "oneway": "no"},
        {"highway": "motorway_link"},
        {"route": "ferry"},
    ],
)
def test_points_keep_off_what_only_leads_through(
    write_osm: Callable[..., Path], at: At, policy: Policy, through: dict[str, str]
) -> None:
    nodes = {1: (0, 0), 2: (0, 100), 3: (1000, 0), 4: (1000, 100)}
    # The way back to the other streets leads through what is not snapped to.
    ways = [([1, 3], through), ([1, 2], {"highway": "residential"})]
    ways.append(([3, 4], {"highway": "residential"}))
    index = index_of(write_osm(nodes, ways), policy)
    assert index.network.snappable.tolist() == [False, True, True]
    found = index.nearest(*np.array([at(200, 10), at(900, -5), at(1000, 60)]).T)
    assert found.stretch.tolist() == [1, 2, 2]
    assert found.metres == pytest.approx([200, 100.1, 0], abs=0.2)
    assert found.offset == pytest.approx([100, 0, 600], abs=2)


def test_where_nothing_is_snappable_everything_is(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    path = write_osm({1: (0, 0), 2: (1000, 0)}, [([1, 2], {"highway": "service", "tunnel": "yes"})])
    found = index_of(path, policy).nearest(*np.array([at(300, 40)]).T)
    assert (found.stretch.tolist(), found.metres) == ([0], pytest.approx([40], abs=0.1))


def test_no_points(write_grid: Callable[..., Path], policy: Policy) -> None:
    found = index_of(write_grid(), policy).nearest(np.zeros(0), np.zeros(0))
    assert len(found.stretch) == len(found.metres) == 0
