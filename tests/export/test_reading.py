from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import visitroute.export
from export.handmade import MON, Sample, make_sample
from visitroute.codes.inputs import PLANS
from visitroute.errors import InputError
from visitroute.export import read_schedule, read_schedule_file, to_geojson
from visitroute.model import Schedule, Stop

Plan = dict[str, Any]


def rounded(schedule: Schedule) -> Schedule:
    """Return the schedule as a file holds it: degrees with six decimals."""
    return replace(
        schedule,
        routes=tuple(
            replace(
                route,
                line=tuple((round(x, 6), round(y, 6)) for x, y in route.line),
                stops=tuple(
                    replace(s, lon=round(s.lon, 6), lat=round(s.lat, 6)) for s in route.stops
                ),
            )
            for route in schedule.routes
        ),
    )


def find(plan: Plan, kind: str, **properties: Any) -> dict[str, Any]:
    """Return the properties of the first feature of a kind that has these values."""
    for feature in plan["features"]:
        held: dict[str, Any] = feature["properties"]
        if held["kind"] == kind and all(held[k] == v for k, v in properties.items()):
            return held
    raise AssertionError(properties)


def edited(sample: Sample, edit: Callable[[Plan], object]) -> Schedule:
    plan = json.loads(sample.text)
    edit(plan)
    return read_schedule(json.dumps(plan))


def stop_of(schedule: Schedule, retailer: str) -> Stop:
    return next(s for r in schedule.routes for s in r.stops if s.retailer == retailer)


# ── Files as they were written ───────────────────────────────────────────────────────────


def test_reading_what_was_written(sample: Sample) -> None:
    found = read_schedule(sample.text)
    assert found == rounded(sample.schedule)
    assert found != sample.schedule  # one coordinate has more decimals than a file
    assert to_geojson(found, sample.inputs) == sample.text


def test_the_order_of_features_does_not_matter(sample: Sample) -> None:
    found = edited(sample, lambda plan: plan["features"].reverse())
    assert found.routes == rounded(sample.schedule).routes


def test_a_file_that_gdal_wrote_again(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "again.geojson"
    gpd.read_file(io.BytesIO(sample.text.encode())).to_file(path, driver="GeoJSON")
    assert '"09:02:00"' in path.read_text("utf-8")  # clock times have grown seconds
    found, before = read_schedule_file(path), rounded(sample.schedule)
    assert found.routes == before.routes
    assert (found.dropped, found.excluded, found.bases) == (
        before.dropped,
        before.excluded,
        before.bases,
    )
    assert (found.tasks, found.warnings) == ((), ())  # GDAL drops what is no feature


def test_exact_seconds_may_be_missing(sample: Sample) -> None:
    def edit(plan: Plan) -> None:
        for feature in plan["features"]:
            for name in [n for n in feature["properties"] if n.endswith("_s")]:
                del feature["properties"][name]

    found = stop_of(edited(sample, edit), "B")
    assert (found.arrival, found.begin, found.departure) == (33_000, 34_200, 35_400)


# ── Files that somebody edited ───────────────────────────────────────────────────────────


def test_an_edited_arrival_wins_over_its_seconds(sample: Sample) -> None:
    found = edited(sample, lambda p: find(p, "stop", retailer="A").update(arrival="08:20"))
    stop = stop_of(found, "A")
    assert stop.arrival == (8 * 60 + 20) * 60
    # The visit takes as long as before, to the second, and ends when it did.
    assert (stop.begin, stop.departure) == (31_082, 32_567)
    assert stop_of(found, "B") == rounded(sample.schedule).routes[0].stops[1]


def test_a_visit_moved_in_time_keeps_its_length(sample: Sample) -> None:
    def edit(plan: Plan) -> None:
        find(plan, "stop", retailer="B").update(arrival="10:00", departure="10:20")

    stop = stop_of(edited(sample, edit), "B")
    assert (stop.arrival, stop.begin, stop.departure) == (36_000, 36_000, 37_200)


def test_edited_minutes_of_service_count(sample: Sample) -> None:
    stop = stop_of(
        edited(sample, lambda p: find(p, "stop", retailer="B").update(service_minutes=5)), "B"
    )
    assert (stop.begin, stop.departure) == (35_100, 35_400)


def test_a_departure_with_seconds_counts_to_the_second(sample: Sample) -> None:
    found = edited(sample, lambda p: find(p, "stop", retailer="A").update(departure="09:02:40"))
    assert stop_of(found, "A").departure == 32_560


@pytest.mark.parametrize(
    ("name", "clock", "seconds"),
    [("start", "08:00", 28_800), ("end", "17:00", 61_200), ("lunch", "12:30", 45_000)],
)
def test_edited_times_of_a_day_win(sample: Sample, name: str, clock: str, seconds: int) -> None:
    found = edited(sample, lambda p: find(p, "route", rep="R1").update({name: clock}))
    assert getattr(found.routes[0], name) == seconds


def test_a_lunch_taken_away_is_gone(sample: Sample) -> None:
    found = edited(sample, lambda p: find(p, "route", rep="R1").update(lunch=None))
    assert found.routes[0].lunch is None


def test_a_stop_on_a_day_without_route_makes_a_route_day(sample: Sample) -> None:
    def edit(plan: Plan) -> None:
        find(plan, "stop", retailer="C").update(date="2026-12-02")

    found = edited(sample, edit)
    assert [(r.rep, r.date.isoformat(), len(r.stops)) for r in found.routes] == [
        ("R1", "2026-11-30", 2),
        ("R1", "2026-12-01", 0),
        ("R1", "2026-12-02", 1),
        ("R2", "2026-12-01", 1),
    ]
    lone = found.routes[2]
    assert (lone.start, lone.end, lone.travel, lone.roads) == (36_000, 36_600, 0, "none")


def test_stops_moved_to_another_rep_are_ordered_by_sequence(sample: Sample) -> None:
    def edit(plan: Plan) -> None:
        find(plan, "stop", retailer="C").update(rep="R2", sequence=0)

    found = edited(sample, edit)
    assert [s.retailer for s in found.routes[-1].stops] == ["C", "A"]


def test_no_stop_is_lost_when_a_day_has_two_routes(sample: Sample) -> None:
    def edit(plan: Plan) -> None:
        day = next(f for f in plan["features"] if f["properties"]["kind"] == "route")
        plan["features"].append(json.loads(json.dumps(day)))

    found = edited(sample, edit)
    assert [(r.rep, r.date, len(r.stops)) for r in found.routes[:2]] == [
        ("R1", MON, 2),
        ("R1", MON, 0),
    ]


@pytest.mark.parametrize("written", ["t1, t9", '["t1", "t9"]', ["t1", "t9"]])
def test_tasks_may_be_a_list_or_text(sample: Sample, written: object) -> None:
    found = edited(sample, lambda p: find(p, "stop", retailer="A").update(tasks=written))
    assert stop_of(found, "A").tasks == ("t1", "t9")


def test_names_in_quotes_are_read(sample: Sample) -> None:
    """As geopandas writes a list of several texts."""
    written = """['Policy, goodwill' "Owner's trade"\n 'a\\\\b']"""
    found = edited(sample, lambda p: find(p, "stop", retailer="A").update(checklist=written))
    expected = ("Policy, goodwill", "Owner's trade", "a\\b")
    assert found.routes[0].stops[0].checklist == expected


def test_a_task_called_by_a_number_is_not_lost(sample: Sample) -> None:
    found = edited(sample, lambda p: find(p, "stop", retailer="A").update(tasks="12"))
    assert stop_of(found, "A").tasks == ("12",)


def test_dates_and_words_may_be_written_in_other_ways(sample: Sample) -> None:
    def edit(plan: Plan) -> None:
        find(plan, "stop", retailer="C").update(date="2026/12/01", tier="DUE", segment="Guide")

    assert edited(sample, edit).routes == rounded(sample.schedule).routes


def test_a_plan_without_head_has_no_tasks(sample: Sample) -> None:
    for head in (None, [], "x", {"tasks": 5, "warnings": {}}):
        found = edited(sample, lambda p, head=head: p.update(visitroute=head))
        assert (found.tasks, found.warnings) == ((), ())
        assert found.routes == rounded(sample.schedule).routes


# ── Broken files ─────────────────────────────────────────────────────────────────────────


def faults(sample: Sample, edit: Callable[[Plan], object]) -> list[tuple[str, str]]:
    """Return (column, message) of every problem that reading tells."""
    with pytest.raises(InputError) as caught:
        edited(sample, edit)
    assert {p.code for p in caught.value.problems} == {"VR1601"}
    return [(p.column, p.message) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("kind", "name", "value", "words"),
    [
        ("stop", "kind", "shop", "kind 'shop' is none of route, stop"),
        ("stop", "rep", None, "'rep' is missing"),
        ("stop", "rep", ["R1"], "not text"),
        ("stop", "date", "tomorrow", "'tomorrow', not a date"),
        ("stop", "date", None, "not a date"),
        ("stop", "retailer", None, "'retailer' is missing"),
        ("stop", "arrival", "9 o'clock", "not a clock time HH:MM"),
        ("stop", "departure", "25:00", "not a clock time HH:MM"),
        ("stop", "sequence", "first", "'first', not a number"),
        ("stop", "sequence", 1.5, "1.5, not a whole number"),
        ("stop", "sequence", True, "True, not a number"),
        ("stop", "snap_m", float("nan"), "nan, not a number"),
        ("stop", "travel_s", float("inf"), "inf, not a number"),
        pytest.param("stop", "distance_m", 10**400, "not a number", id="huge"),
        ("stop", "tier", "first", "'first', none of fixed, urgent, overdue, due, task, filler"),
        ("stop", "tier", "", "'', none of fixed"),
        ("stop", "due_state", None, "'due_state' is missing"),
        ("stop", "segment", "gold", "'gold', none of promote, maintain, guide, watch"),
        ("stop", "tasks", {"t1": 1}, "not a list"),
        ("stop", "tasks", 12, "not a list"),
        ("route", "start", None, "'start' is"),
        ("route", "travel_s", "fast", "not a number"),
        ("dropped", "verdict", "maybe", "none of impossible, outranked, not_found"),
        ("dropped", "reason", None, "'reason' is missing"),
        ("excluded", "row", "nine", "not a number"),
        ("base", "rep", None, "'rep' is missing"),
    ],
)
def test_a_bad_property_is_named(
    sample: Sample, kind: str, name: str, value: object, words: str
) -> None:
    def edit(plan: Plan) -> None:
        held = find(plan, kind)
        held[name] = value
        if name == "start":
            del held["start_s"]

    (found,) = faults(sample, edit)
    assert found[0] == name
    assert words in found[1]


@pytest.mark.parametrize(
    ("kind", "geometry", "words"),
    [
        ("stop", None, "a stop needs a Point"),
        ("stop", [1, 2], "a stop needs a Point"),
        ("stop", {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "has a Point, not"),
        ("stop", {"coordinates": [1, 2]}, "has a Point, not None"),
        ("stop", {"type": "Point", "coordinates": ["east", "north"]}, "no pair of degrees"),
        ("stop", {"type": "Point", "coordinates": [1]}, "no pair of degrees"),
        ("stop", {"type": "Point"}, "no pair of degrees"),
        ("base", None, "a base needs a Point"),
        ("route", {"type": "MultiLineString", "coordinates": []}, "has a LineString, not"),
        ("route", {"type": "LineString", "coordinates": [[1, 2], 3]}, "no pair of degrees"),
        ("route", {"type": "LineString", "coordinates": "x"}, "no pair of degrees"),
    ],
)
def test_a_bad_geometry_is_named(sample: Sample, kind: str, geometry: object, words: str) -> None:
    def edit(plan: Plan) -> None:
        feature = next(f for f in plan["features"] if f["properties"]["kind"] == kind)
        feature["geometry"] = geometry

    ((column, message),) = faults(sample, edit)
    assert column == "geometry"
    assert words in message


def test_every_bad_feature_is_named_at_once(sample: Sample) -> None:
    def edit(plan: Plan) -> None:
        for feature in plan["features"]:
            feature["properties"].pop("rep", None)
            feature["properties"].pop("code", None)
        plan["features"].append(None)
        plan["features"].append({"type": "Feature", "properties": None})
        plan["visitroute"]["tasks"][1].pop("due")
        plan["visitroute"]["tasks"].append("t5")

    messages = [message for _, message in faults(sample, edit)]
    named = {m[1] for text in messages if (m := re.match(r"feature (\d+):", text))}
    assert named == {str(n) for n in range(1, 16)}  # all 13 and both that are none
    assert [text for text in messages if text.startswith("task")] == [
        "task 2: 'due' is missing",
        "task 4 can't be read: string indices must be integers, not 'str'",
    ]


def test_a_problem_says_where_it_stands(sample: Sample) -> None:
    plan = json.loads(sample.text)
    find(plan, "stop", retailer="B")["arrival"] = "soon"
    with pytest.raises(InputError) as caught:
        read_schedule(json.dumps(plan), "out/routes.geojson")
    (problem,) = caught.value.problems
    assert str(problem) == (
        "VR1601 error: out/routes.geojson, column 'arrival', id B: "
        "feature 5: 'arrival' is 'soon', not a clock time HH:MM"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b'{"type":"FeatureCollection","features":[{"type"', "it was cut off"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a GeoJSON FeatureCollection"),
        (b'{"type":"Feature"}', "give the routes.geojson"),
        (b'{"features":{}}', "not a GeoJSON FeatureCollection"),
        ("名".encode("gb18030"), "not a GeoJSON plan"),
    ],
)
def test_a_file_that_is_no_plan(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "routes.geojson"
    path.write_bytes(data)
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        read_schedule_file(path)
    assert caught.value.code == "VR1602"
    assert "routes.geojson" in str(caught.value)


def test_a_file_that_can_not_be_opened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist") as caught:
        read_schedule_file(tmp_path / "none.geojson")
    assert caught.value.code == "VR1001"
    with pytest.raises(InputError) as caught:
        read_schedule_file(tmp_path)
    assert caught.value.code == "VR1602"


def test_a_byte_order_mark_is_passed_over(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "routes.geojson"
    path.write_text("\ufeff" + sample.text, "utf-8")
    assert read_schedule_file(path) == rounded(sample.schedule)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["08:30", "2026-12-01", "Point", "due", "[1]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(number=st.integers(0, 12), pick=st.integers(0, 60), value=_JSON)
def test_whatever_stands_in_a_property_only_input_errors_are_raised(
    number: int, pick: int, value: object
) -> None:
    plan = json.loads(make_sample().text)
    feature = plan["features"][number]
    names = sorted(feature["properties"])
    if pick < len(names):
        feature["properties"][names[pick]] = value
    else:
        feature["geometry"] = value
    with contextlib.suppress(InputError):  # any other error fails the test
        found = read_schedule(json.dumps(plan))
        assert sum(len(r.stops) for r in found.routes) in {3, 4}


def test_every_code_of_reading_is_in_the_catalogue() -> None:
    folder = Path(visitroute.export.__file__).parents[1]
    emitted = {
        code
        for package in ("export", "planning")
        for path in (folder / package).glob("*.py")
        for code in re.findall(r"\"(VR16\d\d)\"", path.read_text("utf-8"))
    }
    assert emitted == {code.code for code in PLANS}
