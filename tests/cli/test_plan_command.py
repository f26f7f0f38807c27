from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from planning.town import rep, shop, shops
from visitroute.cli import run
from visitroute.export import read_schedule, read_schedule_file

Feed = Callable[[str | bytes], None]
Write = Callable[..., Path]


def plan(workspace: Path, *more: str) -> int:
    return run(["plan", str(workspace), "-o", str(workspace.parent / "out"), *more])


def test_a_plan_is_written_and_reported(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(workspace) == 0
    out, err = capsys.readouterr()
    folder = workspace.parent / "out"
    assert sorted(p.name for p in folder.iterdir()) == [
        "audit.txt",
        "background.json",
        "cadence.csv",
        "calls.csv",
        "dropped.csv",
        "excluded.csv",
        "routes.geojson",
        "run.json",
        "summary.json",
        "tasks.csv",
        "visits.csv",
    ]
    lines = out.splitlines()
    assert " ".join(lines[0].split()) == "rep days visits a day travel share km dropped"
    assert lines[2].startswith("A Rep A ")
    assert "requested 12 = planned 12 + dropped 0 + quarantined 0; 0 records excluded" in lines
    assert lines[-1] == f"wrote {(folder / 'routes.geojson').as_posix()} and 9 files beside it"
    assert err == ""
    assert "店 S000" in (folder / "visits.csv").read_text("utf-8-sig")


def test_quiet_says_nothing(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(workspace, "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert (workspace.parent / "out" / "routes.geojson").exists()


def test_figures_as_json(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(workspace, "--json") == 0
    out, err = capsys.readouterr()
    value = json.loads(out)
    assert err == ""
    assert value["exit_code"] == 0
    assert Path(value["files"][0]).name == "routes.geojson"
    assert value["totals"]["planned"] == 12
    assert value["reps"][0]["rep"] == "A"
    assert set(value["seconds"]) == {"roads", "priority", "compile", "solve", "routes"}
    assert value["problems"] == []
    figures = json.loads((workspace.parent / "out" / "summary.json").read_text("utf-8"))
    assert figures["totals"] == value["totals"]


def test_geojson_on_standard_output(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(workspace, "--quiet") == 0
    written = (workspace.parent / "out" / "routes.geojson").read_text("utf-8")
    capsys.readouterr()
    assert run(["plan", str(workspace), "-o", "-"]) == 0
    out, err = capsys.readouterr()
    assert out == written
    assert "requested 12 = planned 12" in err  # the table goes where it does no harm


def test_tables_by_options_and_standard_input(
    workspace: Path, feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", str(workspace), "-o", "-", "-q"]) == 0
    by_file = capsys.readouterr().out
    folder = workspace.parent
    feed((folder / "retailers.csv").read_bytes())
    code = run(
        [
            "plan",
            "--retailers=-",
            f"--reps={folder / 'reps.csv'}",
            f"--visits={folder / 'visits.csv'}",
            f"--roads={folder / 'town.osm'}",
            "--start=2026-11-30",
            "--weeks=2",
            "--set=solve.effort=10",
            "--no-cache",
            "-q",
            "-o-",
        ]
    )
    assert code == 0
    assert capsys.readouterr().out == by_file


def test_problems_on_standard_input_are_called_so(
    workspace: Path, feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    feed("id,lon,lat,segment\nX,25.0,60.0,gold\n")
    assert plan(workspace, "--retailers", "-") == 2
    assert "standard input row 2, column 'segment'" in capsys.readouterr().err


def test_options_win_over_the_file(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        plan(workspace, "--weeks", "1", "--start", "2026-12-07", "--roads", "straight", "-q") == 0
    )
    found = read_schedule_file(workspace.parent / "out" / "routes.geojson")
    assert {r.date.isoformat()[:8] for r in found.routes} == {"2026-12-"}
    assert {r.date.day for r in found.routes} <= set(range(7, 14))
    assert {r.roads for r in found.routes} == {"straight"}
    assert capsys.readouterr().err == ""


def test_settings_change_the_policy(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--set", "segments.guide.per=14", "--set=segments.guide.min_gap=9"]
    more += ["--set=segments.guide.max_gap=19", "--set", "texts.language=zh"]
    assert plan(workspace, *more) == 0
    assert "requested 6 = planned 6" in capsys.readouterr().out
    found = read_schedule_file(workspace.parent / "out" / "routes.geojson")
    purpose = found.routes[0].stops[0].purpose
    assert any("\u4e00" <= c <= "\u9fff" for c in purpose)


def test_the_solver_is_an_option(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(workspace, "--solver", "ortools", "--json") == 0
    value = json.loads(capsys.readouterr().out)
    assert set(value["seconds"]) == {"roads", "priority", "solve", "routes"}
    assert value["totals"]["planned"] == 12
    routes = workspace.parent / "out" / "routes.geojson"
    assert run(["check", str(workspace), str(routes)]) == 0
    written = routes.read_bytes()
    assert plan(workspace, "--set", "solve.solver=ortools", "-q") == 0
    assert routes.read_bytes() == written


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("segments.guide.pr=14", "unknown policy key 'segments.guide.pr'"),
        ("segments.guide.per=often", "not 'often'"),
        ("segments", "'segments' is not KEY=VALUE"),
        ("=5", "'=5' is not KEY=VALUE"),
    ],
)
def test_settings_that_make_no_sense(
    workspace: Path, capsys: pytest.CaptureFixture[str], setting: str, words: str
) -> None:
    assert plan(workspace, "--set", setting) == 2
    assert words in capsys.readouterr().err


def test_settings_that_contradict_each_other(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(workspace, "--set", "solve=1", "--set", "solve.effort=1") == 2
    assert "'solve.effort=1' contradicts 'solve'" in capsys.readouterr().err


@pytest.mark.parametrize("datum", ["gcj02", "GCJ-02"])
def test_the_datum_moves_points(
    workspace: Path, capsys: pytest.CaptureFixture[str], datum: str
) -> None:
    rows = "id,lon,lat,segment\nX,116.404,39.915,guide\nY,116.41,39.92,guide\nZ,116.4,39.9,guide\n"
    reps = "id,lon,lat,shift,lunch,lunch_minutes,max_visits,review_minutes,mode\n"
    reps += "A,116.404,39.915,08:30-17:30,11:30-13:30,30,9,0,car\n"
    (workspace.parent / "cn.csv").write_text(rows, "utf-8")
    (workspace.parent / "cn-reps.csv").write_text(reps, "utf-8")
    code = run(
        [
            "plan",
            f"--retailers={workspace.parent / 'cn.csv'}",
            f"--reps={workspace.parent / 'cn-reps.csv'}",
            "--roads=straight",
            "--start=2026-11-30",
            "--weeks=1",
            f"--datum={datum}",
            "-o-",
            "-q",
        ]
    )
    assert code == 0
    found = read_schedule(capsys.readouterr().out)
    # 天安门: 500 m off in GCJ-02.
    assert found.bases[0].lon == pytest.approx(116.397755, abs=2e-5)
    assert found.bases[0].lat == pytest.approx(39.913596, abs=2e-5)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--datum", "wgs72"], "'wgs72' is none of wgs84, gcj02, bd09"),
        (["--start", "soon"], "--start"),
        (["--weeks", "0"], "--weeks"),
        (["--effort", "-1"], "--effort"),
        (["--time-limit", "-1"], "--time-limit"),
        (["--jobs", "0"], "--jobs"),
        (["--solver", "gurobi"], "--solver"),
        (["--speed", "9"], "No such option"),
    ],
)
def test_options_that_make_no_sense(
    workspace: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    assert plan(workspace, *more) == 2
    assert words in capsys.readouterr().err


def test_what_is_missing_without_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--reps", "reps.csv"]) == 2
    assert "give a workspace file, or --retailers, --roads, --start" in capsys.readouterr().err


def test_a_folder_that_can_not_be_made_is_told_before_the_work(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = workspace.parent / "taken"
    taken.write_text("a file", "utf-8")
    assert run(["plan", str(workspace), "-o", str(taken), "--effort", "1000000000"]) == 2
    assert "is no folder that can be made: File exists" in capsys.readouterr().err
    assert taken.read_text("utf-8") == "a file"


def test_dropped_visits_are_counted_by_tier_and_reason(
    write_workspace: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = write_workspace(
        retailers=[*shops(9), shop("SHUT", 50, 50, opening_hours="22:00-23:00")],
        reps=[rep(max_visits=1, target_visits=1)],
    )
    assert plan(workspace) == 3
    out, err = capsys.readouterr()
    assert "requested 20 = planned 10 + dropped 10 + quarantined 0" in out
    (line,) = [text for text in out.splitlines() if text.startswith("dropped, tier")]
    assert line.startswith("dropped, tier due: 10 (")
    assert "2 impossible VR4103" in line
    assert "VR3021" in err  # times from straight lines are only estimates


def test_warnings_and_quarantines_are_told(
    write_workspace: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = shop("LOST", 0, 0)
    lost["lon"] = ""
    workspace = write_workspace(retailers=[*shops(5), lost])
    assert plan(workspace) == 3
    out, err = capsys.readouterr()
    assert "VR1201 quarantine" in err
    assert "row 7, column 'lon', id LOST" in err
    assert "; 2 records excluded" in out  # the shop, and the record of its visit


def test_chinese_names_stay_in_line(
    write_workspace: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    reps = [rep("A", name="王伟"), rep("B", 900, 900, name="Bo")]
    assert plan(write_workspace(reps=reps)) in {0, 3}
    lines = capsys.readouterr().out.splitlines()[2:5]
    # 王伟 takes four columns of the terminal though it is two characters.
    assert len(lines[0]) == len(lines[1]) - 2 == len(lines[2]) - 2
    assert lines[0].startswith("A 王伟 ")
