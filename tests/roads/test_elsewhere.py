from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads import open_roads
from visitroute.roads.elsewhere import require_near
from visitroute.roads.source import ELSEWHERE_M

At = Callable[[float, float], tuple[float, float]]
CAR = TravelMode.CAR
STREET = {"highway": "residential"}


def is_refused(path: Path, *places: tuple[float, float]) -> bool:
    try:
        require_near(path, places)
    except RoadsError as error:
        return error.code == "VR3005"
    return False


def test_another_area_is_told_before_the_extract_is_read(
    write_grid: Callable[..., Path], at: At, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path) -> None:
        pytest.fail("the extract was read")

    path = write_grid()
    far = [at(300_000, 0), at(250_000, 30)]
    roads = open_roads(path, policy, cache=False, near=far)
    monkeypatch.setattr("visitroute.roads.streets.read_extract", fail)
    with pytest.raises(RoadsError, match="the nearest street is 249 km away") as caught:
        roads.locate(["a"], [25.0], [60.0], CAR)
    assert caught.value.code == "VR3005"
    assert f"from the base at ({far[1][0]:.4f}, {far[1][1]:.4f})" in str(caught.value)


def test_where_one_place_is_near_nothing_is_looked_through(
    write_grid: Callable[..., Path], at: At, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path) -> None:
        pytest.fail("the extract was looked through")

    path = write_grid()
    monkeypatch.setattr("visitroute.roads.elsewhere._lines", fail)
    assert not is_refused(path)
    assert not is_refused(path, at(300_000, 0), at(300, 300))
    roads = open_roads(path, policy, cache=False, near=[at(300, 300)])
    assert roads.locate(["a"], *zip(at(300, 300), strict=True), CAR).usable.all()


def test_places_that_a_policy_ties_to_far_streets_are_not_refused(
    write_grid: Callable[..., Path], at: At, policy: Policy
) -> None:
    wide = replace(policy, roads=replace(policy.roads, snap_limit_m=100_000))
    far = at(66_000, 0)
    place = [far[0]], [far[1]]
    for near in ([], [far]):
        roads = open_roads(write_grid(), wide, cache=False, near=near)
        assert roads.locate(["a"], *place, CAR).usable.all()
    with pytest.raises(RoadsError, match="VR3005"):
        open_roads(write_grid(), policy, cache=False, near=[far]).locate(["a"], *place, CAR)


def test_first_nodes_alone_prove_nothing(
    write_osm: Callable[..., Path], at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visitroute.roads.elsewhere._FIRST_NODES", 1)
    # A road with nodes at its ends alone, a road behind a missing node, one node in the extract.
    nodes = {1: (0, 0), 2: (400_000, 0), 3: (0, 90_000), 4: (600, 90_000), 5: (0, -90_000)}
    ways = [([1, 2], STREET), ([3, 99, 4], STREET), ([5, 98], STREET), ([1, 2], {"power": "line"})]
    path = write_osm(nodes, ways)
    for near in (at(200_000, 0), at(0, 91_000), at(0, -91_000)):
        assert not is_refused(path, at(0, 500_000), near)
    assert is_refused(path, at(0, 500_000), at(200_000, 60_000))


@pytest.mark.parametrize("seed", range(5))
def test_only_what_snapping_calls_elsewhere_is_refused(
    write_grid: Callable[..., Path], at: At, policy: Policy, seed: int
) -> None:
    path = write_grid(seed=1)
    streets = open_roads(path, policy, cache=False)
    rng = np.random.default_rng(seed)
    told = []
    for _ in range(30):
        metres = rng.uniform(0.3, 3) * ELSEWHERE_M * (4 if rng.random() < 0.3 else 1)
        turn = rng.uniform(0, 2 * np.pi)
        place = at(metres * np.cos(turn), metres * np.sin(turn))
        away = float(streets.locate(["a"], [place[0]], [place[1]], CAR).snap_m[0])
        told.append(is_refused(path, place))
        assert away > ELSEWHERE_M or not told[-1]
    assert any(told)


def test_what_can_not_be_read_is_left_to_the_reader(tmp_path: Path, at: At) -> None:
    path = tmp_path / "no.osm.pbf"
    path.write_text("this is no map\n" * 100)
    assert not is_refused(path, at(0, 0))
    empty = tmp_path / "empty.osm"
    empty.write_text("<?xml version='1.0'?><osm version='0.6'></osm>")
    assert not is_refused(empty, at(0, 0))
