from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visitroute.cli import run

Feed = Callable[[str | bytes], None]
Properties = dict[str, Any]


def edit(plan: Path, target: Path, change: Callable[[list[Properties]], object]) -> Path:
    """Write a copy of a plan in which the stops, by rep, date and sequence, were changed."""
    data = json.loads(plan.read_text("utf-8"))
    stops = [f["properties"] for f in data["features"] if f["properties"]["kind"] == "stop"]
    change(sorted(stops, key=lambda s: (s["rep"], s["date"], s["sequence"])))
    data["features"] = [f for f in data["features"] if not f["properties"].get("deleted")]
    target.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return target


def lines_about(out: str, retailer: str) -> list[str]:
    return [line for line in out.splitlines() if f" {retailer}:" in line]


def test_a_plan_as_written_is_valid(
    helsinki: Path, helsinki_plan: Path, feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(helsinki), str(helsinki_plan), "--no-cache"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("0 violations in 5")
    feed(helsinki_plan.read_bytes())
    assert run(["check", str(helsinki), "-", "--no-cache"]) == 0
    assert capsys.readouterr().out == told


def test_hand_edits_are_told_with_the_retailer(
    helsinki: Path, helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, str] = {}

    def change(stops: list[Properties]) -> None:
        days = sorted({(s["rep"], s["date"]) for s in stops})
        first, second, third, fourth = (
            [s for s in stops if (s["rep"], s["date"]) == day] for day in days[:4]
        )
        moved, deleted, one, two = first[1], second[2], third[0], third[-1]
        names.update(moved=moved["retailer"], deleted=deleted["retailer"])
        names.update(one=one["retailer"], two=two["retailer"])
        moved["date"] = fourth[0]["date"]
        deleted["deleted"] = True
        one["sequence"], two["sequence"] = two["sequence"], one["sequence"]

    path = edit(helsinki_plan, tmp_path / "edited.geojson", change)
    assert run(["check", str(helsinki), str(path), "--no-cache"]) == 3
    out = capsys.readouterr().out
    assert any(line.startswith(("VR2201", "VR2007")) for line in lines_about(out, names["moved"]))
    assert any(line.startswith("VR2401") for line in lines_about(out, names["deleted"]))
    for name in (names["one"], names["two"]):
        assert any(line.startswith("VR2304") for line in lines_about(out, name))
    # The days whose stops moved are numbered wrongly.
    assert out.count("VR2001") == 3
    count = len(out.splitlines()) - 1
    assert out.splitlines()[-1].startswith(f"{count} violations in 5")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: s.update(arrival="08:31"), "VR2201"),
        (lambda s: s.update(departure="18:30"), "VR2204"),
        (lambda s: s.update(service_minutes=1), "VR2204"),
        (lambda s: s.update(segment="watch" if s["segment"] != "watch" else "guide"), "VR2009"),
        (lambda s: s.update(request="nobody#0"), "VR2405"),
        (lambda s: s.update(retailer="nobody"), "VR2003"),
    ],
)
def test_each_edit_has_its_code(
    helsinki: Path,
    helsinki_plan: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Properties], None],
    code: str,
) -> None:
    path = edit(helsinki_plan, tmp_path / "edited.geojson", lambda stops: change(stops[0]))
    assert run(["check", str(helsinki), str(path), "--no-cache"]) == 3
    assert f"{code} R1 " in capsys.readouterr().out


def test_violations_as_json(
    helsinki: Path, helsinki_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = edit(
        helsinki_plan, tmp_path / "x.geojson", lambda stops: stops[0].update(due="2026-12-20")
    )
    assert run(["check", str(helsinki), str(path), "--json", "--no-cache"]) == 3
    value = json.loads(capsys.readouterr().out)
    assert value["exit_code"] == 3
    (violation,) = value["violations"]
    assert violation["rep"] == "R1"
    assert violation["sequence"] == 1
    assert set(violation) == {"code", "rep", "date", "sequence", "retailer", "message"}


def test_a_file_that_is_no_plan(
    workspace: Path, feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    for data in (b"{", "名".encode("gb18030"), b"[]"):
        feed(data)
        assert run(["check", str(workspace), "-"]) == 2
        err = capsys.readouterr().err
        assert "VR1602 error: standard input: " in err
        assert "Traceback" not in err
    assert run(["check", str(workspace), str(workspace.parent / "none.geojson")]) == 2
    assert "VR1001" in capsys.readouterr().err


def test_a_plan_is_checked_by_the_options_it_was_made_with(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = workspace.parent / "out"
    options = ["--weeks=1", "--set=segments.guide.service_minutes=5", "--roads=straight"]
    options.append("--start=2026-12-07")
    assert run(["plan", str(workspace), "-o", str(out), "-q", *options]) == 0
    path = str(out / "routes.geojson")
    assert run(["check", str(workspace), path, *options]) == 0
    assert run(["check", str(workspace), path]) == 3
    assert "VR2401" in capsys.readouterr().out
