from __future__ import annotations

import csv
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads.matrix import UNREACHABLE
from visitroute.roads.streets import load_streets

At = Callable[[float, float], tuple[float, float]]
CAR = TravelMode.CAR
STREET = {"highway": "residential"}
NODES = {1: (0, 0), 2: (1000, 0), 11: (5000, 0), 12: (5300, 0)}


def test_points_far_from_any_street_are_told_apart(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    streets = load_streets(write_osm(NODES, [([1, 2], STREET)]), policy, cache=False)
    places = [at(100, 10), at(500, 450), at(0, 30_000), (float("nan"), 60.0), at(900, 290)]
    lon, lat = zip(*places, strict=True)
    located = streets.locate(list("abcde"), lon, lat, CAR)
    assert located.usable.tolist() == [True, False, False, False, True]
    assert [(p.id, p.code) for p in located.problems] == [
        ("b", "VR3010"),
        ("c", "VR3010"),
        ("d", "VR3011"),
    ]
    assert "450 m from the nearest street for car at (25.00" in located.problems[0].reason
    assert "30 km" in located.problems[1].reason
    matrix = streets.matrix(located)
    assert matrix.deciseconds[0, 1] == matrix.decimetres[2, 4] == UNREACHABLE
    assert not np.diag(matrix.deciseconds).any()
    assert matrix.metres[4, 0] == pytest.approx(800, abs=1)
    assert matrix.source == streets.kind == "streets"
    assert streets.line(located, [0, 4])[0] == (located.on_lon[0], located.on_lat[0])
    with pytest.raises(RoadsError, match="through b") as caught:
        streets.line(located, [0, 1])
    assert caught.value.code == "VR3050"


def test_the_snap_limit_is_the_policys(write_osm: Callable[..., Path], at: At) -> None:
    policy = load_policy({"roads": {"snap_limit_m": 5}})
    streets = load_streets(write_osm(NODES, [([1, 2], STREET)]), policy, cache=False)
    lon, lat = at(100, 10)
    assert not streets.locate(["a"], [lon], [lat], CAR).usable.any()


def test_no_usable_point_and_no_point_at_all(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    streets = load_streets(write_osm(NODES, [([1, 2], STREET)]), policy, cache=False)
    lon, lat = at(0, 9000)
    lost = streets.matrix(streets.locate(["a", "b"], [lon, lon], [lat, lat], CAR))
    assert lost.deciseconds.tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]
    assert streets.matrix(streets.locate([], [], [], CAR)).deciseconds.shape == (0, 0)


def test_streets_in_pieces_are_warned_of_once(
    write_osm: Callable[..., Path], policy: Policy
) -> None:
    path = write_osm(NODES, [([1, 2], STREET), ([11, 12], STREET)])
    streets = load_streets(path, policy, cache=False)
    assert streets.warnings == ()
    for _ in range(2):
        streets.network(CAR)
    (warning,) = streets.warnings
    assert warning.startswith("VR3020: only 76.9% of the streets for car")


def test_modes_have_networks_of_their_own(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    nodes = {1: (0, 0), 2: (1000, 0), 3: (1000, 300)}
    ways = [([1, 2, 3], STREET), ([1, 3], {"highway": "footway"})]
    streets = load_streets(write_osm(nodes, ways), policy, cache=False)
    lon, lat = zip(at(0, 0), at(1000, 300), strict=True)
    metres = {
        mode: int(streets.matrix(streets.locate(["a", "b"], lon, lat, mode)).metres[0, 1])
        for mode in (CAR, TravelMode.FOOT)
    }
    assert metres == {CAR: pytest.approx(1300, abs=1), TravelMode.FOOT: pytest.approx(1044, abs=1)}


def test_the_way_leads_through_a_tunnel_that_shops_are_not_tied_to(
    write_osm: Callable[..., Path], at: At, policy: Policy
) -> None:
    nodes = {1: (0, 0), 2: (0, 100), 3: (1000, 0), 4: (1000, 100), 5: (0, 2000), 6: (1000, 2000)}
    tunnel = {"highway": "service", "tunnel": "yes", "layer": "-1"}
    ways = [([1, 3], tunnel), ([1, 2, 5, 6, 4, 3], STREET)]
    streets = load_streets(write_osm(nodes, ways), policy, cache=False)
    lon, lat = zip(at(20, 50), at(980, 50), at(100, 5), strict=True)
    located = streets.locate(["a", "b", "above"], lon, lat, CAR)
    assert located.snap_m == pytest.approx([20, 20, 100.1], abs=0.2)
    assert streets.matrix(located).metres[0].tolist() == pytest.approx([0, 1100, 45], abs=1)
    line = streets.line(located, [0, 1])
    # Through both ends of the tunnel, one after the other.
    mouth = line.index(pytest.approx(at(0, 0), abs=1e-6))
    assert line[mouth + 1] == pytest.approx(at(1000, 0), abs=1e-6)


def test_walkers_in_the_demo_town_do_not_go_down_to_its_service_tunnel(policy: Policy) -> None:
    demo = Path(__file__).parents[2] / "data" / "helsinki"
    streets = load_streets(demo / "streets.osm.pbf", policy, cache=False)
    with (demo / "retailers.csv").open(encoding="utf-8", newline="") as file:
        shops = [row for row in csv.DictReader(file) if row["rep"] == "R1"]
    located = streets.locate(
        [row["id"] for row in shops],
        [float(row["lon"]) for row in shops],
        [float(row["lat"]) for row in shops],
        TravelMode.FOOT,
    )
    assert located.usable.all()
    # The shops lie within 560 m; by way of the tunnel 1,798 s were between two of them.
    assert streets.matrix(located).seconds.max() < 600
    assert streets.warnings == ()


def test_speeds_are_the_policys(write_osm: Callable[..., Path]) -> None:
    path = write_osm(NODES, [([1, 2], STREET)])
    slow = load_policy({"speeds": {"car": {"residential": 10}}})
    assert load_streets(path, slow, cache=False).network(CAR).forward.tolist() == [3600]


def test_streets_travel_to_other_processes(write_grid: Callable[..., Path], policy: Policy) -> None:
    streets = load_streets(write_grid(), policy, cache=False)
    lon, lat = streets.network(CAR).lon[:5], streets.network(CAR).lat[:5]
    located = streets.locate(list("abcde"), lon.tolist(), lat.tolist(), CAR)
    there, point = pickle.loads(pickle.dumps((streets, located)))  # noqa: S301 - our own bytes
    assert np.array_equal(there.matrix(point).deciseconds, streets.matrix(located).deciseconds)
