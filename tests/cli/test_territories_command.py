"""``visitroute territories`` on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cli.conftest import Write
from planning.town import Row, rep, shop
from visitroute.cli import run

REPS = [rep("A", 0, 600), rep("B", 1200, 600)]


def line(owner: str = "") -> list[Row]:
    return [shop(f"S{i:02d}", 80.0 * i, 600.0, rep=owner) for i in range(14)]


def test_writes_a_table_that_plans(
    write_workspace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_workspace(retailers=line(), reps=REPS)
    out = tmp_path / "land"
    assert run(["territories", str(path), "-o", str(out), "--quiet"]) == 0
    with (out / "retailers.csv").open(encoding="utf-8-sig", newline="") as file:
        owners = [row["rep"] for row in csv.DictReader(file)]
    assert owners == ["A"] * 7 + ["B"] * 7
    capsys.readouterr()
    table = str(out / "retailers.csv")
    plan = str(tmp_path / "plan")
    arguments = ["plan", str(path), "--retailers", table, "-o", plan, "--effort", "1", "--json"]
    assert run(arguments) == 0
    figures = json.loads(capsys.readouterr().out)
    assert [row["visits"] for row in figures["reps"]] == [14, 14]


def test_tells_figures_moves_and_headcount(
    write_workspace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_workspace(retailers=line("A"), reps=REPS)
    code = run(["territories", str(path), "--redesign", "-o", str(tmp_path / "land")])
    told = capsys.readouterr().out
    assert code == 0
    assert "14 > 7" in told
    assert "7 of 14 retailers changed their rep, 0 got one, 0 are out of reach" in told
    assert "These cadences need" in told
    assert "6 files" not in told
    assert "and 5 files beside it" in told


def test_ends_with_3_where_moves_are_too_few_for_the_tolerance(
    write_workspace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_workspace(retailers=line("A"), reps=REPS)
    out = str(tmp_path / "land")
    arguments = ["territories", str(path), "--redesign", "--max-moved", "2", "-o", out, "--json"]
    assert run(arguments) == 3
    figures = json.loads(capsys.readouterr().out)
    assert figures["exit_code"] == 3
    assert figures["moved"] == 2
    assert run(["territories", str(path), "--redesign", "--fixed", "S99", "-o", out]) == 2
    assert "VR1415" in capsys.readouterr().err


def test_the_headcount_alone_writes_nothing(
    write_workspace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_workspace(retailers=line(), reps=REPS, toml='[policy.texts]\nlanguage = "zh"')
    before = sorted(p.name for p in tmp_path.iterdir())
    assert run(["territories", str(path), "--headcount"]) == 0
    assert "需要1名客户经理；现有2名" in capsys.readouterr().out
    assert run(["territories", str(path), "--headcount", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["needed"] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == before
