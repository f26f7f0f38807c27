from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import visitroute
from planning.town import shop, shops
from visitroute.cli import app, run
from visitroute.policy import load_policy, policy_text

Write = Callable[..., Path]


def faulty_shops() -> list[dict[str, Any]]:
    """Return twelve shops with a fault each, in rows 2 to 13, and as many sound ones."""
    rows = [shop(f"F{row}", 40 * row, 300) for row in range(2, 14)]
    for row, changes in enumerate(
        (
            {"id": ""},
            {"lon": "east"},
            {"lon": 0, "lat": 0},
            {"lon": 60.0, "lat": 25.0},
            {"lon": 250},
            {"id": "F2"},
            {"rep": "Nobody"},
            {"segment": "gold"},
            {"cadence": "at times"},
            {"opening_hours": "when I am there"},
            {"service_minutes": -5},
            {"closed": "2026-02-30"},
        )
    ):
        rows[row].update(changes)
    rows[5]["id"] = "F3"  # as the second of the rows
    return [*rows, *shops(12)]


def test_validate_names_twelve_faults_in_twelve_rows(
    write_workspace: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = write_workspace(retailers=faulty_shops())
    (workspace.parent / "visits.csv").write_text("retailer,date\nS001,2026-11-20\n", "utf-8")
    assert run(["validate", str(workspace)]) == 2
    err = capsys.readouterr().err
    file = re.escape(str(workspace.parent / "retailers.csv"))
    told = {
        int(m[2]): m[1]
        for line in err.splitlines()
        if (m := re.match(rf"(VR\d+) \w+: {file} row (\d+), column '\w+'", line))
    }
    assert told == {
        2: "VR1101",
        3: "VR1202",
        4: "VR1203",
        5: "VR1204",
        6: "VR1205",
        7: "VR1211",
        8: "VR1212",
        9: "VR1105",
        10: "VR1106",
        11: "VR1107",
        12: "VR1102",
        13: "VR1103",
    }
    assert "6 errors, 6 records quarantined" in err
    assert err.count("  Maybe ") >= 6

    assert run(["validate", str(workspace), "--json"]) == 2
    value = json.loads(capsys.readouterr().out)
    assert value["exit_code"] == 2
    rows = [p["row"] for p in value["problems"] if p["row"] is not None]
    assert sorted(rows) == list(range(2, 14))


def test_validate_of_sound_tables(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(workspace)]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(
        "6 retailers, 1 reps, 0 tasks, 6 visits, 0 locks: 0 errors, 0 records"
    )
    assert told.err == ""
    assert run(["validate", str(workspace), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"exit_code": 0, "problems": []}


def test_validate_needs_no_roads(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = workspace.parent
    code = run(
        [
            "validate",
            f"--retailers={folder / 'retailers.csv'}",
            f"--reps={folder / 'reps.csv'}",
            "--start=2026-11-30",
        ]
    )
    assert code == 0
    assert "1 warning" in capsys.readouterr().out  # no history is given


def test_policy_prints_the_documented_defaults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policy"]) == 0
    assert capsys.readouterr().out == policy_text()
    path = tmp_path / "policy.toml"
    assert run(["policy", "-o", str(path)]) == 0
    assert load_policy(path) == load_policy()
    assert "wrote " in capsys.readouterr().out
    assert run(["policy", "-o", str(tmp_path)]) == 2
    assert "can't be written" in capsys.readouterr().err


def test_demo_plans_the_sample(
    helsinki: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(import_module("visitroute.cli.demo"), "find_sample", lambda: helsinki)
    out = tmp_path / "demo"
    assert run(["demo", "-o", str(out), "--effort", "0", "--no-cache"]) == 0
    assert "+ quarantined 0" in capsys.readouterr().out
    with (out / "visits.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["rep"] for row in rows} == {"R1", "R2", "R3"}
    assert len(rows) > 500


def test_the_sample_is_found() -> None:
    found: Any = import_module("visitroute.cli.demo")
    assert found.find_sample().name == "visitroute.toml"


def test_help_of_every_command_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(app.commands) == [
        "apply",
        "audit",
        "check",
        "demo",
        "explain",
        "export",
        "plan",
        "policy",
        "report",
        "roads",
        "suggest",
        "summary",
        "territories",
        "validate",
    ]
    for arguments in (["--help"], ["-h"], [], *([name, "--help"] for name in app.commands)):
        assert run(list(arguments)) == 0
        out, err = capsys.readouterr()
        assert out.startswith("Usage: visitroute")
        told = " ".join(out.split())
        assert "130 interrupted" in told
        assert err == ""


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"visitroute {visitroute.__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["--version"], ["policy"]])
def test_nothing_heavy_is_imported_until_a_command_runs(arguments: list[str]) -> None:
    script = (
        "import sys\n"
        "from visitroute.cli import run\n"
        f"code = run({arguments!r})\n"
        "heavy = ('numpy', 'pandas', 'geopandas', 'ortools', 'shapely', 'scipy', 'osmium',"
        " 'networkx', 'joblib', 'numba')\n"
        "print([m for m in heavy if m in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr.strip() == "[]"


def test_a_closed_pipe_is_no_bug() -> None:
    """``visitroute policy | head -1``: the reader has seen enough."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "visitroute", "policy"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
