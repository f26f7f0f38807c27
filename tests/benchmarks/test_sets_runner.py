"""The runner: rows, files, the command line and the comparison of two runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.runner import (
    Row,
    compare_lines,
    load_set,
    read_best_known,
    read_csv,
    sign_test,
    summary_lines,
    write_csv,
)
from benchmarks.sets import pvrp

from benchmarks import __main__ as command

TEXT = """1 1 2 1
0 10
 0 0 0 0 0 0 0
 1 3 4 0 4 1 1 1
 2 6 8 0 4 1 1 1
"""
ROW = Row(
    set="pvrp",
    instance="tiny",
    seed=1,
    solver="visitroute",
    budget="1 s",
    left_out="0",
    objective=20.0,
    violations=0,
    cpu_s=1.0,
    wall_s=1.0,
    memory_mb=50.0,
    best_known=20.0,
    gap_pct=0.0,
    sense="min",
    note="",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "pvrp").mkdir()
    (tmp_path / "pvrp" / "tiny.txt").write_text(TEXT)
    (tmp_path / "best_known.csv").write_text(
        "set,instance,bks\nPVRP-Cordeau,tiny,16\nPVRP-Cordeau,other,<=2\nTOPTW,tiny,3\n"
    )
    return tmp_path


def test_a_run_writes_rows_and_plans(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, plans = tmp_path / "rows.csv", tmp_path / "plans"
    words = f"run --set pvrp --data {data} --iterations 100 --seeds 1,2"
    assert command.main([*words.split(), "--csv", str(rows), "--solutions", str(plans)]) == 0
    assert "| tiny | 2 | visitroute | 0 | 20.00 | 16.00 | 25.00 | 0 |" in capsys.readouterr().out
    found = read_csv(rows)
    assert [(r.seed, r.objective, r.best_known, r.gap_pct) for r in found] == [
        (1, pytest.approx(20.0), 16.0, pytest.approx(25.0)),
        (2, pytest.approx(20.0), 16.0, pytest.approx(25.0)),
    ]
    assert all(row.memory_mb > 1 for row in found)
    written = json.loads((plans / "tiny-2-visitroute.json").read_text())
    assert sorted(written) == ["dropped", "instance", "routes", "seed", "solver"]
    [instance] = pvrp.load(data, "tiny")
    assert pvrp.verify(instance, written) == (pytest.approx((0, 20.0)), [])


def test_an_unknown_solver_is_skipped_visibly(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"run --set pvrp --data {data} --iterations 50 --solvers abacus"
    assert command.main(words.split()) == 0
    out = capsys.readouterr().out
    assert "| tiny | 1 | abacus | skipped: pvrp has no adapter for abacus |" in out
    assert "1 skipped or failed" in out


def test_a_broken_plan_fails_the_run(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> dict[str, list[int]]:
        return {"routes": [], "dropped": []}

    monkeypatch.setattr(pvrp, "solve", nothing)
    assert command.main(f"run --set pvrp --data {data} --iterations 50".split()) == 1


def test_a_failed_solver_fails_the_run(
    data: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> dict[str, list[int]]:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(pvrp, "solve", fail)
    assert command.main(f"run --set pvrp --data {data} --iterations 50".split()) == 1
    assert "failed: ZeroDivisionError: by hand" in capfd.readouterr().out


def test_absent_data_and_sets_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["run", "--set", "pvrp", "--data", str(tmp_path)]) == 2
    assert f"{tmp_path / 'pvrp'} is absent" in capsys.readouterr().err
    with pytest.raises(LookupError, match=r"no set 'chess'\nMaybe one of .*pvrp"):
        load_set("chess")


def test_best_known_values_leave_bounds_out(data: Path) -> None:
    assert read_best_known(data, "PVRP-Cordeau") == {"tiny": 16.0}
    assert read_best_known(data, None) == {}


def test_rows_survive_the_file(tmp_path: Path) -> None:
    rows = [ROW, replace(ROW, seed=2, best_known=None, gap_pct=None, note="a, b")]
    write_csv(tmp_path / "x.csv", rows)
    assert read_csv(tmp_path / "x.csv") == rows


def test_left_out_counts_before_cost_and_rules_before_both() -> None:
    dear = replace(ROW, objective=21.0)
    short = replace(ROW, left_out="1", objective=5.0)
    broken = replace(ROW, violations=1, objective=1.0)
    assert sorted([broken, short, dear, ROW], key=Row.key) == [ROW, dear, short, broken]
    more = replace(ROW, sense="max", objective=30.0)
    assert more.key() < replace(more, objective=20.0).key()


def test_runs_are_compared_in_pairs() -> None:
    first = [replace(ROW, seed=s, objective=20.0) for s in range(6)]
    second = [replace(ROW, seed=s, objective=19.0 if s else 20.0) for s in range(7)]
    text = "\n".join(compare_lines(first, second))
    assert "6 pairs: A better 0, B better 5, the same 1" in text
    assert "sign test: p = 0.0625" in text
    assert compare_lines([ROW], [replace(ROW, instance="other")]) == [
        "no instance and seed stand in both files"
    ]


def test_solvers_of_one_file_are_kept_apart() -> None:
    both = [ROW, replace(ROW, solver="vroom", objective=30.0)]
    assert len(summary_lines([ROW, replace(ROW, statement="plain")])) == 2
    assert "2 pairs: A better 0, B better 0, the same 2" in "\n".join(compare_lines(both, both))
    assert len(summary_lines(both)) == 2


def test_sign_test() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 5) == 1.0
    assert sign_test(10, 0) == pytest.approx(2 / 1024)
