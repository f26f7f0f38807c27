from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visitroute.model import TravelMode
from visitroute.roads.matrix import UNREACHABLE
from visitroute.roads.straight import LAWS, StraightRoads

At = Callable[[float, float], tuple[float, float]]


@pytest.mark.parametrize(
    ("mode", "one_km", "ten_km", "metres"),
    [
        (TravelMode.CAR, 170, 1073, 1500),
        (TravelMode.MOTORBIKE, 172, 1275, 1450),
        (TravelMode.EBIKE, 271, 2360, 1350),
        (TravelMode.BICYCLE, 361, 3147, 1350),
        (TravelMode.FOOT, 1024, 9126, 1300),
    ],
)
def test_the_measured_laws(at: At, mode: TravelMode, one_km: int, ten_km: int, metres: int) -> None:
    roads = StraightRoads()
    lon, lat = zip(at(0, 0), at(0, 1000), at(0, 10_000), strict=True)
    matrix = roads.matrix(roads.locate(["a", "b", "c"], lon, lat, mode))
    assert matrix.deciseconds[0, 1:] / 10 == pytest.approx([one_km, ten_km], abs=1)
    assert matrix.metres[0, 1] == pytest.approx(metres, abs=1)
    assert np.array_equal(matrix.deciseconds, matrix.deciseconds.T)
    assert not np.diag(matrix.deciseconds).any()
    assert matrix.source == roads.kind == "straight"


def test_every_mode_has_a_law() -> None:
    assert set(LAWS) == set(TravelMode)


def test_its_error_is_told() -> None:
    (warning,) = StraightRoads().warnings
    assert warning.startswith("VR3021: ")
    assert "7-20 %" in warning
    assert "16-35 %" in warning


def test_lines_are_straight_legs(at: At) -> None:
    roads = StraightRoads()
    places = [at(0, 0), at(500, 0), at(500, 0), at(0, 400)]
    lon, lat = zip(*places, strict=True)
    located = roads.locate(list("abcd"), lon, lat, TravelMode.CAR)
    assert located.usable.all()
    assert roads.line(located, [0, 1, 2, 3]) == (places[0], places[1], places[3])
    assert roads.line(located, [1, 2]) == (places[1], places[1])
    assert roads.line(located, [1]) == ()


def test_points_without_coordinates() -> None:
    roads = StraightRoads()
    located = roads.locate(["a", "b"], [25.0, float("nan")], [60.0, 60.0], TravelMode.CAR)
    assert [(p.id, p.code) for p in located.problems] == [("b", "VR3011")]
    assert roads.matrix(located).deciseconds.tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]
