"""Switching parts of the search off: settings, pairs, and the table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.repinputs import make_inputs
from benchmarks.runner import Order, Row, read_csv
from benchmarks.sets import pvrp, repmonth_full

from benchmarks import ablation, coreadapter
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.driver import CROWDED, Tuning, run_core
from visitroute.solve.core.translate import to_arrays

ORDER = Order("repmonth_full", Path(), "seed:1", None, 50, (1, 2), ("visitroute",), None)
ROW = Row(
    set="repmonth_full",
    instance="tiny",
    seed=1,
    solver="visitroute",
    budget="1 s",
    left_out="0/0/0/80/0/0",
    objective=100.0,
    violations=0,
    cpu_s=1.0,
    wall_s=1.0,
    memory_mb=50.0,
    best_known=None,
    gap_pct=None,
    sense="min",
    note="",
)


def month(load: str) -> Arrays:
    return to_arrays(make_inputs(1, size=60, load=load).problem)


@pytest.mark.parametrize(("load", "base"), [("under", Tuning()), ("over", CROWDED)])
def test_settings_that_are_not_varied_are_the_cores_own(load: str, base: Tuning) -> None:
    arrays = month(load)
    varied = coreadapter.vary(arrays, {})
    assert varied == base
    chosen = run_core(arrays, 400, 1)
    same = run_core(arrays, 400, 1, tuning=varied)
    assert all(np.array_equal(x, y) for x, y in zip(chosen, same, strict=True))


def test_settings_are_changed_by_name() -> None:
    arrays = month("under")
    assert coreadapter.vary(arrays, {"mean": 1}) == replace(Tuning(), mean=1)
    assert coreadapter.vary(arrays, {"hot": 2.0}, Tuning(cold=0.2)) == Tuning(hot=2.0, cold=0.2)
    with pytest.raises(LookupError, match=r"no field 'heat'\nMaybe one of hot, cold"):
        coreadapter.vary(arrays, {"heat": 2.0})


@pytest.mark.parametrize("name", ablation.VARIATIONS)
def test_every_variation_names_fields_and_changes_something(name: str) -> None:
    changes = ablation.VARIATIONS[name]
    coreadapter.check_fields(changes)
    assert replace(CROWDED, **changes) != CROWDED
    for field, value in changes.items():
        assert type(value) is type(getattr(Tuning(), field))


def test_variations_run_in_pairs_with_the_whole_search() -> None:
    rows = ablation.run_variations(ORDER, {"none": {}, "groups": {"mean": 1}})
    assert list(rows) == ["nothing", "none", "groups"]
    assert {name: [(r.instance, r.seed) for r in found] for name, found in rows.items()} == (
        {name: [("rep060-under-s1", 1), ("rep060-under-s1", 2)] for name in rows}
    )
    kept = [(r.left_out, r.objective) for r in rows["nothing"]]
    assert [(r.left_out, r.objective) for r in rows["none"]] == kept
    assert [(r.left_out, r.objective) for r in rows["groups"]] != kept
    assert all(r.violations == 0 for found in rows.values() for r in found)


def test_unknown_fields_and_sets_without_settings_are_refused() -> None:
    with pytest.raises(LookupError, match="no field 'swap'"):
        ablation.run_variations(ORDER, {"swaps": {"swap": 0}})
    with pytest.raises(LookupError, match="'brewing' takes no tuning"):
        ablation.run_variations(replace(ORDER, set="brewing"))


def test_the_table_counts_pairs() -> None:
    whole = [ROW, replace(ROW, seed=2), replace(ROW, seed=3)]
    varied = [
        replace(ROW, objective=110.0),
        replace(ROW, seed=2, objective=90.0, left_out="0/0/0/160/0/0"),
        replace(ROW, seed=3, objective=float("nan"), note="failed"),
    ]
    [line] = ablation.summarise({"nothing": whole, "part": varied}, repmonth_full)
    assert (line["pairs"], line["worse"], line["better"], line["same"]) == (2, 2, 0, 0)
    assert line["cost worse by %"] == pytest.approx(10.0)
    assert line["on pairs"] == 1
    assert line["more left out"] == pytest.approx(40.0)
    before = 8 * 7200 + 100
    after = (100 * 10 / before + 100 * (16 * 7200 + 90 - before) / before) / 2
    assert line["price worse by %"] == pytest.approx(after)


def test_where_more_is_better_less_is_worse() -> None:
    top = replace(ROW, sense="max", left_out="")
    rows = {"nothing": [top], "part": [replace(top, objective=80.0)]}
    [line] = ablation.summarise(rows, pvrp)
    assert "price worse by %" not in line
    assert (line["cost worse by %"], line["worse"]) == (pytest.approx(20.0), 1)


def test_the_command_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.csv"
    words = ["--instances", "seed:1", "--seeds", "1", "--iterations", "20", "--csv", str(file)]
    assert ablation.main([*words, "--only", "cooling,strings of visits"]) == 0
    out = capsys.readouterr().out
    assert "| cooling | 1 |" in out
    assert "| strings of visits | 1 |" in out
    assert [row.solver for row in read_csv(file)] == [
        "without nothing",
        "without cooling",
        "without strings of visits",
    ]


def test_bad_words_end_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert ablation.main(["--only", "magic"]) == 2
    assert "no part 'magic'\nMaybe one of accepting" in capsys.readouterr().err
    assert ablation.main(["--set", "brewing"]) == 2
    assert "takes no tuning" in capsys.readouterr().err
