from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads import RoadSource, open_roads
from visitroute.roads.source import is_place

CAR = TravelMode.CAR
LON = [25.0, 181.0, float("nan"), 25.0, 0.0, -180.0]
LAT = [60.0, 60.0, 60.0, float("inf"), -90.5, 90.0]


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
