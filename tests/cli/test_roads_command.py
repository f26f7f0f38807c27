"""visitroute roads, and what is said about roads that can't be used."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from planning.town import at, rep, shops, write_town
from visitroute.cli import run

Write = Callable[..., Path]
EXTRACTS = Path(__file__).parents[2] / ".." / "shared" / "data"


@pytest.fixture
def town(tmp_path: Path) -> str:
    return str(write_town(tmp_path / "town.osm"))


def place(x: float, y: float) -> str:
    return "{lon},{lat}".format(**at(x, y))


def test_info(town: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["roads", "info", town, "--no-cache", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    car = found["modes"][0]
    assert (car["mode"], car["junctions"], car["edges"], car["share"]) == ("car", 25, 80, 1.0)
    assert car["km"] == pytest.approx(12, abs=0.01)
    assert run(["roads", "info", town, "--no-cache", "--mode", "foot"]) == 0
    assert "foot       25" in capsys.readouterr().out


def test_a_matrix_in_every_format(town: str, tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    rows = [{"id": "a", **at(0, 0)}, {"id": "b", **at(600, 0)}, {"id": "c", **at(600, 900)}]
    with points.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for suffix in ("npz", "csv", "parquet"):
        out = str(tmp_path / f"m.{suffix}")
        assert run(["roads", "matrix", town, str(points), "-o", out, "--no-cache"]) == 0
    with np.load(tmp_path / "m.npz") as stored:
        assert stored["ids"].tolist() == ["a", "b", "c"]
        assert stored["distance"][0] == pytest.approx([0, 600, 1500], abs=2)
    assert (tmp_path / "m.csv").read_text().splitlines()[2].startswith("a,b,")
    # It is a road source itself.
    assert run(["roads", "matrix", str(tmp_path / "m.npz"), str(points), "-o", out]) == 0
    assert run(["roads", "matrix", town, str(points), "-o", "m.docx"]) == 2
    # Hours of the day are known on streets alone.
    depart = ["-o", out, "--depart", "08:00"]
    assert run(["roads", "matrix", town, str(points), *depart, "--no-cache"]) == 0
    assert run(["roads", "matrix", str(tmp_path / "m.npz"), str(points), *depart]) == 2
    assert run(["roads", "matrix", town, str(points), *depart[:-1], "8 o'clock"]) == 2


def test_a_route_is_as_long_as_its_legs(
    town: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "route.geojson"
    ends = [place(0, 0), place(600, 300), place(0, 900)]
    assert run(["roads", "route", town, *ends, "-o", str(out), "--no-cache"]) == 0
    told = capsys.readouterr().out
    assert "all: " in told
    feature = json.loads(out.read_text("utf-8"))
    legs = feature["properties"]["legs"]
    assert sum(leg["distance_m"] for leg in legs) == feature["properties"]["distance_m"]
    assert feature["properties"]["distance_m"] == pytest.approx(900 + 1200, abs=3)
    assert run(["roads", "route", town, *ends, "--weather", "snow", "--no-cache"]) == 0
    slower = capsys.readouterr().out
    assert minutes(slower) > 1.3 * minutes(told)
    assert run(["roads", "route", town, ends[0], "--no-cache"]) == 2
    assert run(["roads", "route", town, ends[0], "9,9", "--no-cache"]) == 2


def minutes(told: str) -> float:
    return float(told.splitlines()[-1].split()[1])


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("truncated", "VR3002"),
        ("text", "VR3002"),
        ("nothing", "VR3002"),
        ("empty", "VR3003"),
        ("far", "VR3005"),
    ],
)
def test_roads_that_can_not_be_used(
    write_workspace: Write,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    code: str,
) -> None:
    demo = Path(__file__).parents[2] / "data" / "helsinki" / "streets.osm.pbf"
    path = tmp_path / "roads.osm.pbf"
    rows = shops(6)
    if kind == "truncated":
        whole = demo.read_bytes()
        path.write_bytes(whole[: len(whole) * 2 // 3])
    elif kind == "text":
        path.write_text("this is no map\n" * 100)
    elif kind == "nothing":
        path.write_bytes(b"")
    elif kind == "empty":
        path = tmp_path / "roads.osm"
        path.write_text("<?xml version='1.0'?>\n<osm version='0.6'></osm>\n")
    else:
        path.write_bytes(demo.read_bytes())
        rows = [{**row, "lon": row["lon"] + 20} for row in rows]
    reps = [{**rep(), "lon": rows[0]["lon"], "lat": rows[0]["lat"]}]
    workspace = write_workspace(path.name, retailers=rows, reps=reps)
    assert run(["plan", str(workspace), "-o", str(tmp_path / "out"), "--no-cache", "-q"]) == 2
    told = capsys.readouterr().err
    assert code in told
    assert "Maybe" in told
    assert not list((tmp_path / "out").glob("*.geojson"))


def test_a_plan_in_snow_with_a_road_closed(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    totals = {}
    for name, options in (
        ("dry", []),
        ("snow", ["--weather", "snow"]),
        ("closed", ["--weather", "snow", "--closed", place(150, 0)]),
    ):
        out = tmp_path / name
        base = ["--no-cache", *options]
        assert run(["plan", str(workspace), "-o", str(out), "-q", *base]) == 0
        assert run(["check", str(workspace), str(out / "routes.geojson"), *base]) == 0
        figures = json.loads((out / "summary.json").read_text("utf-8"))["totals"]
        totals[name] = (figures["planned"], figures["travel_minutes"])
    assert len({planned for planned, _ in totals.values()}) == 1
    assert totals["snow"][1] > 1.3 * totals["dry"][1]
    assert totals["closed"][1] >= totals["snow"][1]
    capsys.readouterr()
    # A plan for dry roads can't be kept in snow, and the checker says so.
    dry = str(tmp_path / "dry" / "routes.geojson")
    assert run(["check", str(workspace), dry, "--no-cache", "--weather", "snow"]) == 3
    assert run(["plan", str(workspace), "--closed", "nowhere"]) == 2


def test_calibrate_on_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    demo = Path(__file__).parents[2] / "data" / "helsinki" / "visitroute.toml"
    assert run(["roads", "calibrate", str(demo), "--no-cache", "--json"]) in (0, 3)
    found = json.loads(capsys.readouterr().out)
    assert all(0.1 < mode["pace"] < 20 for mode in found.values())
