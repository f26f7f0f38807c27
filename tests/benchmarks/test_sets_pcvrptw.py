"""Prize-collecting routing: reading VRPLIB, tenths, the verifier's rules, published plans."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.runner import DATA, read_best_known
from benchmarks.sets import pcvrptw

TEXT = """NAME : tiny
TYPE : PCVRPTW
DIMENSION : 4
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 1 1
4 0 9
DEMAND_SECTION
1 0
2 6
3 5
4 4
TIME_WINDOW_SECTION
1 0 100
2 0 50
3 0 50
4 60 70
PRIZE_SECTION
1 0
2 30
3 20
4 2
DEPOT_SECTION
1
-1
EOF
"""


@pytest.fixture
def small(tmp_path: Path) -> pcvrptw.Instance:
    folder = tmp_path / "pcvrptw"
    folder.mkdir()
    (folder / "tiny.vrp").write_text(TEXT)
    [instance] = pcvrptw.load(tmp_path, "*")
    return instance


def plan(*paths: list[int], dropped: tuple[int, ...] = ()) -> dict[str, object]:
    routes = [{"day": 0, "vehicle": k, "stops": path} for k, path in enumerate(paths)]
    return {"routes": routes, "dropped": list(dropped)}


def test_length_and_prizes_left_are_added_up_in_tenths(small: pcvrptw.Instance) -> None:
    # 50 + 50 there and back; sqrt(2) = 1.4 twice; the prize of 2 left.
    assert pcvrptw.verify(small, plan([2], [3], dropped=(4,))) == ((100 + 28 + 20,), [])


def test_lengths_and_prizes_have_one_unit(small: pcvrptw.Instance) -> None:
    arrays = pcvrptw.to_arrays(small)
    depot = arrays.route_start[0]
    assert arrays.cost[0, depot, [depot, *arrays.client_node]].tolist() == [0, 50, 14, 90]
    assert arrays.ask_penalty.tolist() == [300.0, 200.0, 20.0]
    assert arrays.ask_weight.tolist() == [0, 0, 0]


def test_the_core_keeps_the_rules(small: pcvrptw.Instance) -> None:
    solution = pcvrptw.solve(small, "visitroute", 1, iterations=300)
    assert pcvrptw.verify(small, solution)[1] == []
    assert 4 in solution["dropped"]


BROKEN = {
    "carries 11 of 10": plan([2, 3], dropped=(4,)),
    "service of 3 begins 730 after 500": plan([4, 3], [2]),
    "no client 1": plan([1, 2], [3], dropped=(4,)),
    "a client is served twice": plan([2], [2, 4], dropped=(3,)),
    "a client is neither served nor dropped": plan([2], dropped=(4,)),
    "vehicle 2: no such vehicle": plan([2], [3], [4]),
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_rule_is_found(small: pcvrptw.Instance, words: str) -> None:
    _, problems = pcvrptw.verify(small, BROKEN[words])
    assert any(words in problem for problem in problems), problems


def test_published_plan_costs_what_it_says() -> None:
    folder = DATA / "pcvrptw"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    [instance] = pcvrptw.load(DATA, "RC2_10_4")
    lines = (folder / "RC2_10_4.sol").read_text().splitlines()
    # A .sol file counts customers from 1, the .vrp file nodes from 1 with the depot first.
    paths = [
        [int(word) + 1 for word in line.split(":")[1].split()]
        for line in lines
        if line.startswith("Route")
    ]
    served = {number for path in paths for number in path}
    dropped = tuple(n for n in instance.numbers[1:] if n not in served)
    (cost,), problems = pcvrptw.verify(instance, plan(*paths, dropped=dropped))
    assert problems == []
    assert cost == read_best_known(DATA, pcvrptw.BEST_KNOWN)["RC2_10_4"]


@pytest.mark.parametrize("solver", pcvrptw.SOLVERS)
def test_every_solver_finds_the_best_of_three_clients(small: pcvrptw.Instance, solver: str) -> None:
    if solver == "pyvrp":
        pytest.importorskip("pyvrp")
    found = pcvrptw.solve(small, solver, 1, seconds=0.3)
    # The two with prizes on one route each (loads 6 and 5 of 10); the prize of 2 is left.
    assert pcvrptw.verify(small, found) == ((100 + 28 + 20,), [])


def test_a_peer_without_seconds_is_refused(small: pcvrptw.Instance) -> None:
    with pytest.raises(ImportError, match="seconds"):
        pcvrptw.solve(small, "pyvrp", 1, iterations=10)
