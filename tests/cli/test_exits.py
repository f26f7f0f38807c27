"""Every exit code is shown once, as a script sees it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import visitroute.planning
from planning.town import rep, shop, shops, write_town
from visitroute.cli import run
from visitroute.planning import check_plan

Write = Callable[..., Path]


def plan(workspace: Path, *more: str) -> int:
    return run(["plan", str(workspace), "-o", str(workspace.parent / "out"), "-q", *more])


def test_0_nothing_due_is_missing(workspace: Path) -> None:
    assert plan(workspace) == 0
    assert run(["check", str(workspace), str(workspace.parent / "out" / "routes.geojson")]) == 0
    assert run(["validate", str(workspace)]) == 0


def test_1_a_bug_is_shown_as_one(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("never planned")

    monkeypatch.setattr(visitroute.planning, "plan_workspace", fail)
    assert plan(workspace) == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError: never planned" in err
    assert "This is a bug in visitroute" in err


def test_2_bad_input(
    workspace: Path, write_workspace: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", str(workspace.parent / "none.toml")]) == 2
    assert "VR1001" in capsys.readouterr().err
    assert run(["fly"]) == 2
    assert "No such command 'fly'" in capsys.readouterr().err
    assert plan(workspace, "--roads", "nowhere.osm.pbf") == 2
    assert "VR3001" in capsys.readouterr().err
    assert plan(workspace, "--set", "solve.seed=x") == 2
    assert "VR1502" in capsys.readouterr().err
    assert plan(write_workspace(reps=[rep(shift="always")])) == 2
    assert "VR1110" in capsys.readouterr().err
    assert "Traceback" not in capsys.readouterr().err


def test_2_bad_input_as_json(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more, code in (("--retailers=none.csv", "VR1001"), ("--roads=none.osm", "VR3001")):
        assert plan(workspace, more, "--json") == 2
        out, err = capsys.readouterr()
        assert f'"code": "{code}"' in out
        assert '"exit_code": 2' in out
        assert err == ""


def test_3_some_due_visits_are_dropped(write_workspace: Write) -> None:
    assert plan(write_workspace(reps=[rep(max_visits=1, target_visits=1)])) == 3


def test_3_a_retailer_is_excluded(write_workspace: Write, tmp_path: Path) -> None:
    write_town(tmp_path / "town.osm")
    assert plan(write_workspace("town.osm", retailers=[*shops(5), shop("FAR", 600, -900)])) == 3
    lost = [dict(shop("LOST", 0, 0), lat="unknown")]
    assert plan(write_workspace(retailers=[*shops(5), *lost], visits=[])) == 3


def test_0_a_repeated_row_is_nothing_missing(write_workspace: Write) -> None:
    assert plan(write_workspace(retailers=[*shops(5), shops(5)[0]])) == 0


def test_3_a_task_of_an_unknown_retailer_is_set_aside(write_workspace: Write) -> None:
    tasks = [{"id": "t1", "retailer": "nobody", "quadrant": "Q1", "due": "2026-12-03"}]
    assert plan(write_workspace(tasks=tasks)) == 3


def test_4_nothing_could_be_planned(
    write_workspace: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = write_workspace(reps=[rep(leave="2026-11-30..2026-12-13")])
    assert run(["plan", str(workspace), "-o", str(workspace.parent / "out")]) == 4
    assert "VR4001" in capsys.readouterr().err
    assert (workspace.parent / "out" / "dropped.csv").exists()


def test_130_interrupted_before_there_is_a_plan(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(visitroute.planning, "plan_workspace", interrupt)
    assert plan(workspace) == 130
    assert capsys.readouterr().err.split() == ["interrupted"]


def test_130_ctrl_c_writes_the_best_plan_so_far(workspace: Path) -> None:
    out = workspace.parent / "out"
    command = [sys.executable, "-m", "visitroute", "plan", str(workspace), "-o", str(out)]
    ours, theirs = pty.openpty()  # a terminal, so that progress is shown
    process = subprocess.Popen(
        [*command, "--effort", "1000000000"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        shown = b""
        while b"planning days" not in shown:
            shown += os.read(ours, 1000)
        process.send_signal(signal.SIGINT)
        try:
            while chunk := os.read(ours, 1000):
                shown += chunk
        except OSError:  # Linux tells so that the other side was closed
            pass
        printed, _ = process.communicate(timeout=60)
    finally:
        os.close(ours)
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert b"VR4002: interrupted: this is the best plan so far" in shown
    assert b"requested 12 = planned 12" in printed
    assert check_plan(out / "routes.geojson", workspace) == ()


def test_the_installed_command_from_plan_to_hand_edit(workspace: Path) -> None:
    """Plan, check, edit one arrival by hand, check again: as a user does."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = str(Path(sys.executable).with_name("visitroute"))
        return subprocess.run(
            [command, *arguments],
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
            cwd=workspace.parent,
        )

    planned = call("plan", "visitroute.toml")
    assert (planned.returncode, planned.stderr) == (0, "")
    assert planned.stdout.endswith("wrote out/routes.geojson and 9 files beside it\n")

    checked = call("check", "visitroute.toml", "out/routes.geojson")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("0 violations in 12 stops")

    path = workspace.parent / "out" / "routes.geojson"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if '"sequence":2,' in line)
    name = lines[number].split('"retailer":"')[1].split('"')[0]
    clock = lines[number].split('"arrival":"')[1].split('"')[0]
    lines[number] = lines[number].replace(f'"arrival":"{clock}"', '"arrival":"08:31"')
    path.write_text("".join(lines), "utf-8")

    edited = call("check", "visitroute.toml", "out/routes.geojson")
    assert (edited.returncode, edited.stderr) == (3, "")
    assert f"stop 2 {name}: arrival at 08:31:00" in edited.stdout
