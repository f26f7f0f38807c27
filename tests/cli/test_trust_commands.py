"""The commands audit and explain: what they print, and where a plan says it came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from planning.town import rep, shops
from visitroute.cli import run
from visitroute.cli.apply import lock_table
from visitroute.export import read_schedule_file
from visitroute.model import Lock

Write = Callable[..., Path]


@pytest.fixture
def full(write_workspace: Write) -> Path:
    """A workspace in which two visits a day are too few."""
    return write_workspace(
        retailers=shops(14), reps=[rep(min_visits=0, target_visits=2, max_visits=2)]
    )


def test_audit_tells_what_can_not_be_made(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(full)]) == 3
    out = capsys.readouterr().out
    assert out.startswith("A needs 2.8 visits a day, limit 2: at least 8 of 28 visits over 2 weeks")
    assert "a daily limit 1 higher would close it" in out
    assert run(["audit", str(full), "--language", "zh"]) == 3
    assert "A每天需2.8次拜访，上限2次" in capsys.readouterr().out
    assert run(["audit", str(full), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["least"], told["reps"][0]["slots"]) == (8, 20)


def test_audit_of_what_fits(write_workspace: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(write_workspace())]) == 0
    assert "nothing proves that a visit must be left out" in capsys.readouterr().out


def test_explain_reads_the_plan_and_the_note_beside_it(
    full: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = full.parent / "out"
    assert run(["plan", str(full), "-o", str(out), "-q", "--set", "cost.travel=2"]) == 3
    memo = json.loads((out / "run.json").read_text("utf-8"))
    assert memo["workspace"] == "../visitroute.toml"
    assert memo["options"] == {"settings": ["cost.travel=2"]}
    dropped = (out / "dropped.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    monkeypatch.chdir(full.parent.parent)
    capsys.readouterr()
    assert run(["explain", str(out), dropped]) == 0
    told = capsys.readouterr().out
    assert "left out, outranked (VR4108)" in told
    assert "smallest change that lets it in: allow one more visit on " in told
    assert run(["explain", str(out), dropped, "--language", "zh"]) == 0
    told = capsys.readouterr().out
    assert "未排入，让位于更高级别（VR4108）：可选的" in told
    assert run(["explain", str(out), dropped, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["requests"][0]["changes"][0]["kind"] == "more"


def test_explain_without_a_note_asks_for_the_workspace(
    full: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = full.parent / "out"
    run(["plan", str(full), "-o", str(out), "-q"])
    (out / "run.json").unlink()
    assert run(["explain", str(out), "S001"]) == 2
    assert "give --workspace" in capsys.readouterr().err
    assert run(["explain", str(out), "S001", "--workspace", str(full)]) == 0
    (out / "run.json").write_text("{", "utf-8")
    assert run(["explain", str(out), "S001"]) == 2
    assert "name the workspace" in capsys.readouterr().err


def test_explain_names_a_retailer_that_does_not_exist(
    full: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = full.parent / "out"
    run(["plan", str(full), "-o", str(out), "-q"])
    assert run(["explain", str(out), "S01"]) == 2
    err = capsys.readouterr().err
    assert "VR1408" in err
    assert "Maybe one of S013, S012, S011" in err


def test_suggest_names_days_and_colours(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = full.parent / "out"
    run(["plan", str(full), "-o", str(out), "-q"])
    assert run(["suggest", str(out), "--retailer", "S001", "--most", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["date", "rep", "colour", "time", "reason"]
    assert len(lines) == 5
    assert run(["suggest", str(out), "--lon", "24.94", "--lat", "60.17", "--json"]) == 0
    days = json.loads(capsys.readouterr().out)["days"]
    assert {day["colour"] for day in days} <= {"green", "yellow", "red"}
    assert len(days) == 14
    assert run(["suggest", str(out), "--retailer", "S001", "--rep", "Z"]) == 2
    err = capsys.readouterr().err
    assert "VR1410" in err
    assert "Maybe one of A" in err
    assert run(["suggest", str(out)]) == 2
    assert "VR1409" in capsys.readouterr().err


def test_check_counts_called_visits_apart(
    write_workspace: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """One visit a day: what gives way is called instead, and is dropped no more."""
    how = '[policy.overload]\norder = ["guide"]\nhow = { guide = "phone" }'
    path = write_workspace(
        toml=how, retailers=shops(7), reps=[rep(min_visits=0, target_visits=1, max_visits=1)]
    )
    out = path.parent / "out"
    run(["plan", str(path), "-o", str(out), "-q"])
    capsys.readouterr()
    assert run(["check", str(path), str(out / "routes.geojson")]) == 0
    left = read_schedule_file(out / "routes.geojson").dropped
    called = sum(visit.call is not None for visit in left)
    assert called > 0
    told = capsys.readouterr().out
    assert told.endswith(f"route days, {len(left) - called} dropped visits, {called} called\n")


def test_ids_stand_in_a_table_of_locks_as_they_are() -> None:
    """It is read as input again: no guard before what a spreadsheet takes for a formula."""
    table = lock_table((Lock("=A1", date(2026, 11, 30), None, 9 * 3600 + 5),))
    assert table == "\ufeffretailer,date,rep,time\n=A1,2026-11-30,,09:00:05\n"


def test_explain_reads_a_plan_made_around_edits(
    full: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, new = full.parent / "out", full.parent / "new"
    assert run(["plan", str(full), "-o", str(out), "-q", "--effort", "5"]) == 3
    assert run(["export", str(out), "--format", "xlsx", "-q"]) == 0
    book = str(out / "plan.xlsx")
    arguments = [str(full), book, "-o", str(new), "--replan", "-q", "--effort", "5"]
    locked = read_schedule_file(out / "routes.geojson").routes[0]
    locks = full.parent / "locks.csv"
    first = locked.stops[0].retailer
    locks.write_text(f"retailer,date,rep\n{first},{locked.date},A\n", "utf-8")
    assert run(["apply", *arguments, "--locks", str(locks)]) == 3
    assert json.loads((new / "run.json").read_text("utf-8"))["options"]["locks"] == "locks.csv"
    told = (new / "locks.csv").read_text("utf-8-sig").splitlines()
    assert told == ["retailer,date,rep,time", f"{first},{locked.date},A,"]
    capsys.readouterr()
    assert run(["explain", str(new), first]) == 0
    assert f"{first}!{locked.date}" in capsys.readouterr().out


def test_a_plan_that_asks_for_a_chance_keeps_its_slack(
    write_workspace: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """The slack chosen stands in the plan: check, explain, apply and a new plan see it."""
    short = rep(shift="Mo-Fr 08:30-11:00", lunch_minutes=0, target_visits=6, max_visits=6)
    path = write_workspace(
        retailers=shops(30),
        reps=[short],
        toml="[policy.robust]\nreach_chance = true",
    )
    out, new = path.parent / "out", path.parent / "new"
    assert run(["plan", str(path), "-o", str(out)]) == 3
    assert "VR4006: A: " in capsys.readouterr().err
    slack = read_schedule_file(out / "routes.geojson").bases[0].slack_minutes
    assert slack is not None
    assert slack >= 5
    assert run(["check", str(path), str(out / "routes.geojson")]) == 0
    dropped = (out / "dropped.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    assert run(["explain", str(out), dropped]) == 0
    assert run(["suggest", str(out), "--retailer", dropped]) == 0
    assert run(["export", str(out), "--format", "xlsx", "-q"]) == 0
    for more in ([], ["--replan"]):
        assert run(["apply", str(path), str(out / "plan.xlsx"), "-o", str(new), "-q", *more]) == 3
        kept = read_schedule_file(new / "routes.geojson")
        assert kept.bases[0].slack_minutes is not None
        assert kept.bases[0].slack_minutes >= slack
        assert all(r.end <= (11 * 60 - 15 - slack) * 60 for r in kept.routes)
