from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.month import verify_month
from benchmarks.sets import repmonth, repmonth_plain

from benchmarks import repinputs
from visitroute.solve import Effort
from visitroute.solve.core.translate import search_core


@pytest.fixture(scope="module")
def instance() -> repmonth.Instance:
    own = repinputs.make_inputs(3, size=12, load="tight")
    return repmonth.Instance(own, repmonth.to_month(own.name, own.problem))


def test_the_same_seed_makes_the_same_month(instance: repmonth.Instance) -> None:
    again = repinputs.make_inputs(3, size=12, load="tight")
    month = repmonth.to_month(again.name, again.problem)
    assert month.as_json() == instance.month.as_json()
    other = repinputs.make_inputs(4, size=12, load="tight")
    assert repmonth.to_month(again.name, other.problem).as_json() != month.as_json()


def test_seeds_go_through_all_sizes_and_loads() -> None:
    assert len({repinputs.size_and_load(seed) for seed in range(1, 10)}) == 9


def test_the_core_breaks_no_rule_and_its_cost_is_the_solvers(instance: repmonth.Instance) -> None:
    state = search_core(instance.own.problem, Effort(20))
    solution = repmonth.as_solution(state)
    objective, faults = repmonth.verify(instance, solution)
    assert faults == []
    assert objective[-1] == pytest.approx(state.cost() / 10)


def test_a_moved_visit_is_told(instance: repmonth.Instance) -> None:
    solution = repmonth.as_solution(search_core(instance.own.problem, Effort(20)))
    line = solution["routes"][0]
    line["day"] = (line["day"] + 10) % 20
    assert repmonth.verify(instance, solution)[1]


def test_the_plain_problem_is_solved_without_faults(instance: repmonth.Instance) -> None:
    month = repmonth_plain.load(Path(), "seed:1")[0]
    assert month.name == "rep060-under-s1"
    plain = repmonth.plain_month(instance.month)
    solution = repmonth_plain.solve(plain, "visitroute", 1, iterations=640)
    (worth, objective), faults = repmonth_plain.verify(plain, solution)
    assert faults == []
    assert objective == 7200 * worth + verify_month(plain, solution).travel


def test_unknown_instances_and_solvers_are_refused(instance: repmonth.Instance) -> None:
    with pytest.raises(LookupError, match="seed:1-9"):
        repmonth.load(Path(), "rc1*")
    with pytest.raises(FileNotFoundError, match=r"porto\.osm\.pbf"):
        repmonth.load(Path("nowhere") / "bench", "streets:1")
    with pytest.raises(ImportError, match="no adapter"):
        repmonth.solve(instance, "excel", 1, seconds=1)
