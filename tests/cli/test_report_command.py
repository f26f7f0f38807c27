from __future__ import annotations

import json
from pathlib import Path

import pytest

from visitroute.cli import run


def test_a_report_of_the_sample_is_one_small_file(
    helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "month" / "report.html"
    assert run(["report", str(helsinki_plan.parent), "-o", str(out)]) == 0
    assert capsys.readouterr().out.startswith(f"wrote {out.as_posix()}, 0.")
    assert out.stat().st_size < 700_000
    assert [p.name for p in out.parent.iterdir()] == ["report.html"]


def test_a_split_report_says_how_many_pages(
    helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    assert run(["report", str(helsinki_plan.parent), "-o", str(out), "--split"]) == 0
    assert "and 3 pages beside it" in capsys.readouterr().out
    assert len(list((tmp_path / "report-reps").iterdir())) == 3
    assert run(["report", str(helsinki_plan.parent), "-o", str(out), "-q"]) == 0
    assert capsys.readouterr().out == ""


def test_a_folder_without_a_plan_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("report", "summary"):
        assert run([command, str(tmp_path)]) == 2
        err = capsys.readouterr().err
        assert "VR1001" in err
        assert "routes.geojson" in err


def test_a_report_that_can_not_be_written(
    helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    assert run(["report", str(helsinki_plan.parent), "-o", str(tmp_path / "folder")]) == 2
    assert "can't be written" in capsys.readouterr().err


def test_the_summary_shows_both_numbers(
    helsinki_plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["summary", str(helsinki_plan.parent)]) == 0
    out = capsys.readouterr().out
    assert "R1 Aino" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["Visits", "planned", "1.000", "564", "564"] in lines
    assert "Coverage = retailers with a planned visit ÷ retailers with a requested visit" in out


def test_the_summary_as_json_is_that_of_the_plan(
    helsinki_plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["summary", str(helsinki_plan.parent), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures.pop("exit_code") == 0
    written = json.loads((helsinki_plan.parent / "summary.json").read_text("utf-8"))
    # What only the run of the plan knows stands in the file alone.
    assert written.pop("cadence")["kept"] > 0
    assert written.pop("audit")["reps"]
    assert figures == written
