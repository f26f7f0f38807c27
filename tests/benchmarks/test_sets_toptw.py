"""Team orienteering: reading, cut-off lengths, the core's plan, the verifier's rules."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from benchmarks.runner import DATA
from benchmarks.sets import toptw

TEXT = """4 10 3 1
0 200
 0 0.00 0.00 0.00 0.00 0 0 0 30
 1 3.00 4.00 2.00 10.00 1 1 1 0 20
 2 1.00 1.00 2.00 20.00 1 2 1 2 20 25
 3 9.00 9.00 2.00 50.00 1 1 1 0 5
"""


@pytest.fixture
def small(tmp_path: Path) -> toptw.Instance:
    folder = tmp_path / "toptw"
    folder.mkdir()
    (folder / "c001.txt").write_text(TEXT)
    [instance] = toptw.load(tmp_path, "c001_m1")
    return instance


def plan(stops: list[int], dropped: tuple[int, ...] = (), vehicle: int = 0) -> dict[str, object]:
    route = {"day": 0, "vehicle": vehicle, "stops": stops}
    return {"routes": [route], "dropped": list(dropped)}


def test_names_carry_the_number_of_vehicles(small: toptw.Instance, tmp_path: Path) -> None:
    assert [i.name for i in toptw.load(tmp_path, "*")] == ["c001_m1", "c001_m2"]
    assert (small.vehicles, small.decimals) == (1, 1)
    assert (small.stops[2].first, small.stops[2].last) == (20, 25)
    with pytest.raises(FileNotFoundError, match="matches c9"):
        toptw.load(tmp_path, "c9*")


def test_lengths_are_cut_off(small: toptw.Instance) -> None:
    # From (0, 0) to (1, 1): 1.414…; on to (3, 4): 3.605…
    arrays = toptw.to_arrays(small)
    places = [arrays.route_start[0], *arrays.client_node[:2]]
    assert arrays.time[0][np.ix_(places, places)].tolist() == [
        [0, 50, 14],
        [50, 0, 36],
        [14, 36, 0],
    ]


def test_the_core_takes_what_can_be_reached(small: toptw.Instance) -> None:
    solution = toptw.solve(small, "visitroute", 1, iterations=300)
    assert toptw.verify(small, solution) == ((30,), [])
    assert solution["dropped"] == [3]


BROKEN = {
    "service of 3 begins 12.7 after 5": plan([3, 1, 2]),
    "vehicle 1: no such vehicle": plan([1, 2], (3,), vehicle=1),
    "a client is served twice": plan([1, 2, 1], (3,)),
    "a client is neither served nor dropped": plan([1, 2]),
    "no client 7": plan([7, 1, 2], (3,)),
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_rule_is_found(small: toptw.Instance, words: str) -> None:
    _, problems = toptw.verify(small, BROKEN[words])
    assert any(words in problem for problem in problems), problems


def test_coming_back_late_is_found(small: toptw.Instance) -> None:
    stops = (toptw.Stop(0, *(Decimal(0),) * 3, 0, Decimal(0), Decimal(23)), *small.stops[1:])
    early = toptw.Instance("c001_m1", 1, 1, stops)
    _, problems = toptw.verify(early, plan([1, 2], (3,)))
    assert problems == ["vehicle 0: back 23.40 after 23"]


def test_real_file() -> None:
    if not (DATA / "toptw").is_dir():
        pytest.skip(f"{DATA / 'toptw'} is absent")
    [instance] = toptw.load(DATA, "pr01_m2")
    assert (len(instance.stops), instance.vehicles, instance.decimals) == (49, 2, 2)
    assert instance.stops[0].last == 1000
    solution = toptw.solve(instance, "visitroute", 1, iterations=200)
    (score,), problems = toptw.verify(instance, solution)
    assert problems == []
    assert 0 < score <= sum(s.score for s in instance.stops)
