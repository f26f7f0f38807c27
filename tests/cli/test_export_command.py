from __future__ import annotations

import json
from pathlib import Path

import pytest

from visitroute.cli import run


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("xlsx", "wrote "),
        ("ics", "wrote 3 files to "),
        ("phone", "wrote 3 files to "),
        ("gpx", "wrote 53 files to "),
        ("kml", "wrote 53 files to "),
    ],
)
def test_every_format_is_written(
    helsinki_plan: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    told: str,
) -> None:
    out = tmp_path / ("month.xlsx" if kind == "xlsx" else kind)
    folder = str(helsinki_plan.parent)
    assert run(["export", folder, "--format", kind, "-o", str(out)]) == 0
    assert capsys.readouterr().out == f"{told}{out.as_posix()}\n"
    assert out.exists()


def test_one_rep_can_be_chosen(
    helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(helsinki_plan.parent)
    arguments = ["export", folder, "--format", "ics", "-o", str(tmp_path), "--rep"]
    assert run([*arguments, "R2", "-q"]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["002-R2.ics"]
    assert capsys.readouterr().out == ""
    assert run([*arguments, "R9"]) == 2
    err = capsys.readouterr().err
    assert "VR1410" in err
    assert "no rep has the id 'R9'" in err
    assert "R1" in err


def test_a_workbook_of_one_rep_is_refused(
    helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.xlsx"
    arguments = ["export", str(helsinki_plan.parent), "--format", "xlsx", "-o", str(out)]
    assert run([*arguments, "--rep", "R2"]) == 2
    assert "a workbook holds all reps" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("kind", ["xlsx", "ics"])
def test_a_target_that_can_not_be_written_is_named(
    helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    out = str(tmp_path / f"{'n' * 300}.{kind}")
    assert run(["export", str(helsinki_plan.parent), "--format", kind, "-o", out]) == 2
    assert "can't be written" in capsys.readouterr().err


def test_a_workbook_goes_out_and_comes_back(
    helsinki: Path, helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, book = str(helsinki_plan.parent), str(tmp_path / "plan.xlsx")
    assert run(["export", folder, "--format", "xlsx", "-o", book, "-q"]) == 0
    common = [str(helsinki), book, "--plan", folder, "--no-cache"]
    assert run(["check", *common]) == 0
    assert "0 violations in 5" in capsys.readouterr().out
    assert run(["apply", *common, "-o", str(tmp_path / "new"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["totals"]["planned"] == 564
    assert (tmp_path / "new" / "run.json").exists()
    routes = (tmp_path / "new" / "routes.geojson").read_text("utf-8")
    stops = [f for f in json.loads(routes)["features"] if f["properties"]["kind"] == "stop"]
    before = json.loads(helsinki_plan.read_text("utf-8"))["features"]
    assert stops == [f for f in before if f["properties"]["kind"] == "stop"]


def test_a_workbook_without_its_plan_is_bad_input(
    helsinki: Path, helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = str(tmp_path / "plan.xlsx")
    folder = str(helsinki_plan.parent)
    assert run(["export", folder, "--format", "xlsx", "-o", book, "-q"]) == 0
    assert run(["check", str(helsinki), book, "--no-cache"]) == 2
    assert "routes.geojson" in capsys.readouterr().err
