from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from visitroute.model import TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.roads import RoadSource, given_matrix, open_roads
from visitroute.roads.matrix import UNREACHABLE
from visitroute.roads.source import is_place

CAR = TravelMode.CAR
LON = [25.0, 181.0, float("nan"), 25.0, 0.0, -180.0]
LAT = [60.0, 60.0, 60.0, float("inf"), -90.5, 90.0]
At = Callable[[float, float], tuple[float, float]]


def test_places_are_on_the_globe() -> None:
    assert is_place(np.array(LON), np.array(LAT)).tolist() == [True, *[False] * 4, True]


def test_all_sources_say_the_same_of_what_is_no_place(
    write_grid: Callable[..., Path], policy: Policy
) -> None:
    def told(source: RoadSource) -> list[tuple[str, str, str]]:
        located = source.locate(list("abcdef"), LON, LAT, CAR)
        return [(p.id, p.code, p.reason) for p in located.problems if p.code == "VR3011"]

    streets = open_roads(write_grid(), policy, cache=False)
    expected = told(open_roads("straight", policy))
    assert [name for name, *_ in expected] == list("bcde")
    assert expected[3][2] == "(0.0, -90.5) is no place in degrees"
    assert told(streets) == expected
    # A server is not asked for them.
    dead = "http://127.0.0.1:9"
    for kind in ("osrm", "valhalla"):
        located = open_roads(f"{kind}+{dead}", policy).locate(list("bcde"), LON[1:5], LAT[1:5], CAR)
        assert [(p.id, p.code, p.reason) for p in located.problems] == expected


@pytest.mark.parametrize("kind", ["streets", "streets in the rush hour", "matrix", "straight"])
def test_times_are_parts_of_the_matrix(write_grid: Callable[..., Path], at: At, kind: str) -> None:
    changes = {"conditions": {"rush": ["08:00-10:00 1.7"]}} if "rush" in kind else {}
    policy = load_policy(changes)
    # Two on one spot, one without coordinates, one on no street.
    places = [at(20, 5), at(260, 110), (float("nan"), 60.0), at(20, 5), at(90, 330), at(0, 9000)]
    ids = list("abcdef")
    if kind == "matrix":
        rng = np.random.default_rng(4)
        table = rng.integers(1, 900, (5, 5)).astype(float)
        table[1, 4] = np.inf
        source: RoadSource = given_matrix(["a", "b", "d", "e", "f"], table, table)
    else:
        named = "straight" if kind == "straight" else write_grid(side=5)
        source = open_roads(named, policy, cache=False)
    located = source.locate(ids, *zip(*places, strict=True), CAR)
    whole = source.matrix(located).deciseconds
    assert (whole == UNREACHABLE).any()
    for rows, columns in (
        ([0, 3, 2], range(6)),
        (range(6), [4, 1]),
        ([5, 5], [3, 3, 0]),
        ([], [1]),
    ):
        part = source.times(located, rows, columns)
        assert np.array_equal(part, whole[np.ix_(np.array(rows, int), np.array(columns, int))])
