from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.month import plain_month, verify_month
from benchmarks.runner import Row
from benchmarks.sets import repmonth, repmonth_full, repmonth_plain

from benchmarks import __main__ as command
from benchmarks import repinputs
from visitroute.solve import Effort
from visitroute.solve.core.translate import search_core


@pytest.fixture(scope="module")
def instance() -> repmonth_full.Instance:
    own = repinputs.make_inputs(3, size=12, load="tight")
    return repmonth_full.Instance(own, repmonth_full.to_month(own.name, own.problem))


def test_the_same_seed_makes_the_same_month(instance: repmonth_full.Instance) -> None:
    again = repinputs.make_inputs(3, size=12, load="tight")
    month = repmonth_full.to_month(again.name, again.problem)
    assert month.as_json() == instance.month.as_json()
    other = repinputs.make_inputs(4, size=12, load="tight")
    assert repmonth_full.to_month(again.name, other.problem).as_json() != month.as_json()


def test_seeds_go_through_all_sizes_and_loads() -> None:
    assert len({repinputs.size_and_load(seed) for seed in range(1, 10)}) == 9


def test_the_core_breaks_no_rule_and_has_the_solvers_cost(
    instance: repmonth_full.Instance,
) -> None:
    state = search_core(instance.own.problem, Effort(20))
    solution = repmonth_full.as_solution(state)
    objective, faults = repmonth_full.verify(instance, solution)
    assert faults == []
    assert objective[-1] == pytest.approx(state.cost() / 10)


def test_a_moved_visit_is_told(instance: repmonth_full.Instance) -> None:
    solution = repmonth_full.as_solution(search_core(instance.own.problem, Effort(20)))
    line = solution["routes"][0]
    line["day"] = (line["day"] + 10) % 20
    assert repmonth_full.verify(instance, solution)[1]


def test_the_plain_problem_is_solved_without_faults(instance: repmonth_full.Instance) -> None:
    month = repmonth_plain.load(Path(), "seed:1")[0]
    assert month.name == "rep060-under-s1-plain"
    plain = plain_month(instance.month)
    solution = repmonth_plain.solve(plain, "visitroute", 1, iterations=640)
    (worth, objective), faults = repmonth_plain.verify(plain, solution)
    assert faults == []
    assert objective == 7200 * worth + verify_month(plain, solution).travel


def test_unknown_instances_and_solvers_are_refused(instance: repmonth_full.Instance) -> None:
    with pytest.raises(LookupError, match="seed:1-9"):
        repmonth_full.load(Path(), "rc1*")
    with pytest.raises(FileNotFoundError, match=r"porto\.osm\.pbf"):
        repmonth_full.load(Path("nowhere") / "bench", "streets:1")
    with pytest.raises(ImportError, match="can't state cadence"):
        repmonth_full.solve(instance, "excel", 1, seconds=1)


ROW = Row(
    set="repmonth",
    instance="rep060-under-s1",
    seed=1,
    solver="visitroute",
    budget="10 s",
    left_out="0/0/0/10/0/0",
    objective=100.0,
    violations=0,
    cpu_s=1.0,
    wall_s=1.0,
    memory_mb=50.0,
    best_known=None,
    gap_pct=None,
    sense="min",
    note="",
    statement="full",
)
PLAIN = replace(ROW, instance="rep060-under-s1-plain", statement="plain", left_out="0")


def test_each_solver_gets_the_statements_it_can_solve() -> None:
    full, plain = repmonth.load(Path(), "seed:1")
    assert (repmonth.statement(full), repmonth.statement(plain)) == ("full", "plain")
    assert full.name == "rep060-under-s1"
    assert plain.name == "rep060-under-s1-plain"
    assert [repmonth.times(full, s, 12.0) for s in repmonth.SOLVERS] == [1.0, 12.0, 0.0, 0.0]
    assert [repmonth.times(plain, s, 12.0) for s in repmonth.SOLVERS] == [1.0] * 4
    assert repmonth.describe(full)["statement"] == "full"
    assert "spacing" in repmonth.describe(full)
    assert repmonth.describe(plain)["statement"] == "plain"
    assert "spacing" not in repmonth.describe(plain)
    assert repmonth.price((3.0, 5.0)) == 5.0
    assert repmonth.price((10.0, 0, 0, 0, 0, 0, 0.0)) == 10 * 7200


@pytest.mark.filterwarnings("ignore")
def test_one_command_prints_both_statements_and_writes_both_apart(
    instance: repmonth_full.Instance,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(repmonth_full, "load", lambda *_: [instance])
    folder = tmp_path / "plans"
    words = f"run --set repmonth --seconds 0.4 --factor 2 --solutions {folder}"
    assert command.main([*words.split(), "--csv", str(tmp_path / "rows.csv")]) == 0
    out = capsys.readouterr().out
    name = instance.name
    assert f"| {name} | 1 | full | visitroute |" in out
    assert f"| {name} | 1 | full | ortools |" in out
    assert f"| {name} | 1 | full | pyvrp |" not in out
    for solver in repmonth.SOLVERS:  # absent peers have a row that says so
        assert f"| {name}-plain | 1 | plain | {solver} | " in out
    assert "full statement, visitroute in 0.4 s beside ortools in 0.8 s: at or below on" in out
    assert "plain statement, visitroute in 0.4 s beside ortools in 0.4 s: at or below on" in out
    for statement, stem in (("full", name), ("plain", f"{name}-plain")):
        described = json.loads((folder / f"{stem}.json").read_text())
        written = json.loads((folder / f"{stem}-1-visitroute.json").read_text())
        assert (described["statement"], written["instance"]) == (statement, stem)


def test_the_verdict_counts_tiers_first_and_names_the_worst_excess() -> None:
    rows = [
        ROW,
        replace(ROW, solver="ortools", budget="120 s", objective=90.0),
        replace(ROW, seed=2, left_out="0/0/0/20/0/0", objective=50.0),
        replace(ROW, seed=2, solver="ortools", budget="120 s"),
        PLAIN,
        replace(PLAIN, solver="vroom", objective=99.0),
        replace(PLAIN, solver="pyvrp", objective=100.0),
        replace(PLAIN, seed=2, left_out="2", objective=100.0),
        replace(PLAIN, seed=2, solver="vroom", left_out="1", objective=101.0),
        replace(PLAIN, seed=2, solver="pyvrp", objective=math.nan, note="skipped: not there"),
    ]
    vroom, pyvrp, ortools = repmonth.judge(rows)
    assert "beside vroom in 10 s: at or below on 1 of 2, worst 1.01 % above (rep060" in vroom
    assert "beside pyvrp in 10 s: at or below on 1 of 1; CPU" in pyvrp
    assert "beside ortools in 120 s: at or below on 0 of 2, worst 11.11 %" in ortools
    assert "more left out on 1;" in ortools
