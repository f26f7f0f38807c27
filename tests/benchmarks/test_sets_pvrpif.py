"""Waste collection with facilities: reading, unloading, the core's plan, the verifier."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import pytest
from benchmarks.runner import DATA
from benchmarks.sets import pvrpif

PLACES = [(0, 0), (4, 0), (4, 3), (0, 8), (6, 0), (0, 6)]
KINDS = ["depot", "customer", "customer", "customer", *["intermediateFacility"] * 2]
FREQUENCY = [0, 2, 1, 4, 0, 0]
DEMAND = [0, 6, 5, 4, 0, 0]


@pytest.fixture
def small(tmp_path: Path) -> pvrpif.Instance:
    folder = tmp_path / "pvrpif"
    folder.mkdir()
    info = {"planningHorizon": 4, "numVehicles": 2, "maxDuration": 60, "maxCapacity": 10}
    features = [
        {
            "properties": {
                "id": i,
                "type": kind,
                "frequency": float(FREQUENCY[i]),
                "demand": float(DEMAND[i]),
                "service": 2.0 if kind == "customer" else 0.0,
            }
        }
        for i, kind in enumerate(KINDS)
    ]
    # One way is a minute longer than the other.
    minutes = [[math.dist(a, b) // 1 + (a > b) for b in PLACES] for a in PLACES]
    text = json.dumps({"info": info, "features": features, "duration": minutes})
    (folder / "Town_003_4_0.geojson").write_text(text)
    [instance] = pvrpif.load(tmp_path, "Town*")
    return instance


def plan(*routes: tuple[int, int, list[int]], dropped: tuple[int, ...] = ()) -> dict[str, object]:
    return {
        "routes": [{"day": d, "vehicle": v, "stops": stops} for d, v, stops in routes],
        "dropped": list(dropped),
    }


GOOD = [(0, 0, [1, 3, 5]), (1, 0, [2, 3, 5]), (2, 0, [1, 4, 3, 5]), (3, 0, [3, 5])]


@pytest.mark.parametrize(
    ("days", "frequency", "sets"),
    [
        (4, 1, [(0,), (1,), (2,), (3,)]),
        (4, 2, [(0, 2), (1, 3)]),
        (4, 4, [(0, 1, 2, 3)]),
        (6, 2, [(0, 3), (1, 4), (2, 5)]),
        (6, 3, [(0, 2, 4), (1, 3, 5)]),
    ],
)
def test_day_sets_are_equally_spaced(
    days: int, frequency: int, sets: list[tuple[int, ...]]
) -> None:
    assert pvrpif.day_sets(days, frequency) == sets


def test_unloading_is_the_shortest_way(small: pvrpif.Instance) -> None:
    visits = (1, 2, 3)
    best = math.inf
    for choice in itertools.product((None, 4, 5), repeat=3):
        path = [s for v, f in zip(visits, choice, strict=True) for s in (v, f) if s is not None]
        found, broken = pvrpif.verify(small, plan((0, 0, path)))
        if not any("carries" in text or "comes back" in text for text in broken):
            best = min(best, found[1])
    assert pvrpif.verify(small, plan((0, 0, list(pvrpif.unload(small, visits)))))[0][1] == best


def test_the_core_serves_everybody(small: pvrpif.Instance) -> None:
    solution = pvrpif.solve(small, "visitroute", 1, iterations=6 * pvrpif.SHORT_RUN)
    found, problems = pvrpif.verify(small, solution)
    assert problems == []
    assert found[0] == 0
    assert found[1] <= pvrpif.verify(small, plan(*GOOD))[0][1]


def test_a_kept_plan_has_no_problems(small: pvrpif.Instance) -> None:
    assert pvrpif.verify(small, plan(*GOOD))[1] == []


BROKEN = {
    "carries 11 of 10 at 2": [(0, 0, [1, 2, 4, 3, 5])],
    "comes back with 4": [(0, 0, [1, 4, 3])],
    "customer 1: days [0, 1] for 2 visits": [(0, 0, [1, 4]), (1, 0, [1, 4])],
    "customer 3: visited and dropped, or neither": [(0, 0, [1, 4])],
    "minutes": [(0, 0, [3, 5, 1, 4, 3, 5, 1, 4, 3, 5])],
    "two routes": [(0, 0, [1, 4]), (0, 0, [3, 5])],
    "no such vehicle": [(0, 2, [1, 4])],
    "no customer or facility 9": [(0, 0, [9])],
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_rule_is_found(small: pvrpif.Instance, words: str) -> None:
    _, problems = pvrpif.verify(small, plan(*BROKEN[words]))
    assert any(words in problem for problem in problems), problems


def test_real_file() -> None:
    if not (DATA / "pvrpif").is_dir():
        pytest.skip(f"{DATA / 'pvrpif'} is absent")
    [instance] = pvrpif.load(DATA, "Milano_020_4_0")
    assert (instance.days, instance.vehicles, instance.duration) == (4, 2, 149)
    solution = pvrpif.solve(instance, "visitroute", 1, iterations=pvrpif.SHORT_RUN)
    (left, minutes), problems = pvrpif.verify(instance, solution)
    assert problems == []
    assert left > 0 or minutes >= 562
