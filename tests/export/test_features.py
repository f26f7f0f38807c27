from __future__ import annotations

import io
import json
import math
from collections import Counter
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pytest

from export.handmade import Sample
from visitroute.model import Base

# kind → property → what it may be: the layout users build on.
LAYOUT: dict[str, dict[str, tuple[type, ...]]] = {
    "route": {
        "rep": (str,),
        "date": (str,),
        "visits": (int,),
        "travel_minutes": (float,),
        "distance_km": (float,),
        "service_minutes": (float,),
        "start": (str,),
        "end": (str,),
        "roads": (str,),
    },
    "stop": {
        "rep": (str,),
        "date": (str,),
        "sequence": (int,),
        "retailer": (str,),
        "name": (str,),
        "arrival": (str,),
        "departure": (str,),
        "service_minutes": (float,),
        "snap_m": (float,),
        "segment": (str,),
        "due_state": (str,),
        "purpose": (str,),
        "tasks": (list,),
    },
    "dropped": {
        "retailer": (str,),
        "due": (str,),
        "tier": (str,),
        "verdict": (str,),
        "code": (str,),
        "reason": (str,),
        "fix": (str,),
    },
    "excluded": {"retailer": (str,), "code": (str,), "reason": (str,)},
    "base": {"rep": (str,)},
}


def features(sample: Sample, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(sample.text)["features"]
    return [f for f in found if f["properties"]["kind"] == kind]


def test_every_kind_is_there_with_its_properties_and_types(sample: Sample) -> None:
    found = json.loads(sample.text)["features"]
    kinds = Counter(f["properties"]["kind"] for f in found)
    assert kinds == {"base": 2, "route": 3, "stop": 4, "dropped": 2, "excluded": 2}
    for feature in found:
        properties = feature["properties"]
        for name, types in LAYOUT[properties["kind"]].items():
            assert type(properties[name]) in types, (properties["kind"], name)


def test_it_is_rfc_7946(sample: Sample) -> None:
    data = json.loads(sample.text)
    assert data["type"] == "FeatureCollection"
    assert '"crs"' not in sample.text
    for feature in data["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        assert feature["type"] == "Feature"
        if feature["geometry"] is None:
            continue
        assert set(feature["geometry"]) == {"type", "coordinates"}
        is_line = feature["geometry"]["type"] == "LineString"
        assert is_line == (feature["properties"]["kind"] == "route")
        places = feature["geometry"]["coordinates"]
        for lon, lat in places if is_line else [places]:
            # Longitude comes first: Helsinki lies at 25 degrees east, 60 north.
            assert 24 < lon < 26
            assert 60 < lat < 61


def test_values_of_a_stop_and_its_route(sample: Sample) -> None:
    first = features(sample, "stop")[0]["properties"]
    assert (first["name"], first["arrival"], first["departure"]) == ("福源烟酒店", "08:38", "09:02")
    assert (first["date"], first["due"], first["sequence"]) == ("2026-11-30", "2026-12-01", 1)
    assert (first["tier"], first["due_state"], first["segment"]) == ("overdue", "overdue", "guide")
    assert (first["tasks"], first["also"]) == (["t1"], ["A@t1"])
    assert (first["arrival_s"], first["begin_s"], first["departure_s"]) == (31_082, 31_082, 32_567)
    day = features(sample, "route")[0]["properties"]
    assert (day["start"], day["end"], day["lunch"]) == ("08:31", "16:40", "12:00")
    assert (day["visits"], day["travel_minutes"], day["distance_km"]) == (2, 18.7, 5.92)
    assert (day["service_minutes"], day["waiting_minutes"]) == (44.8, 20.0)
    assert features(sample, "route")[1]["properties"]["lunch"] is None


def test_what_is_left_out(sample: Sample) -> None:
    dropped = features(sample, "dropped")[1]
    assert dropped["geometry"]["coordinates"] == [24.96, 60.18]
    assert dropped["properties"]["verdict"] == "impossible"
    assert (dropped["properties"]["task"], dropped["properties"]["name"]) == ("t2", "-Charlie")
    placed, nowhere = features(sample, "excluded")
    assert placed["geometry"]["coordinates"] == [25.5, 60.9]
    assert nowhere["geometry"] is None
    assert (nowhere["properties"]["row"], nowhere["properties"]["code"]) == (9, "VR1201")


@pytest.mark.parametrize(
    ("lon", "lat"), [(math.nan, 60.0), (math.inf, 0.0), (1164.04, 39.9), (39.9, 116.4)]
)
def test_a_place_off_the_globe_has_no_geometry(sample: Sample, lon: float, lat: float) -> None:
    odd = replace(sample.schedule.excluded[0], lon=lon, lat=lat)
    sample = replace(sample, schedule=replace(sample.schedule, excluded=(odd,)))
    assert features(sample, "excluded")[0]["geometry"] is None


def test_a_dropped_visit_of_an_unknown_retailer_is_still_written(sample: Sample) -> None:
    odd = replace(sample.schedule.dropped[0], retailer="nobody")
    sample = replace(sample, schedule=replace(sample.schedule, dropped=(odd,)))
    (found,) = features(sample, "dropped")
    assert (found["geometry"], found["properties"]["retailer"]) == (None, "nobody")


def test_a_route_without_a_line_has_no_geometry(sample: Sample) -> None:
    routes = tuple(replace(r, line=()) for r in sample.schedule.routes)
    sample = replace(sample, schedule=replace(sample.schedule, routes=routes))
    assert [f["geometry"] for f in features(sample, "route")] == [None] * 3


def test_degrees_have_six_decimals_and_no_negative_zero(sample: Sample) -> None:
    bases = (Base("R1", -1e-9, 60.123456789),)
    sample = replace(sample, schedule=replace(sample.schedule, bases=bases))
    assert '"coordinates":[0.0,60.123457]' in sample.text


def test_one_feature_stands_on_each_line(sample: Sample) -> None:
    lines = sample.text.split("\n")
    assert lines[0] == '{"type":"FeatureCollection",'
    assert lines[1].startswith('"visitroute":{"format":"visitroute 1","start":"2026-11-30"')
    assert lines[-2:] == ["]}", ""]
    for line in lines[3:-2]:
        assert json.loads(line.removesuffix(","))["type"] == "Feature"
    assert "福源烟酒店" in sample.text


def test_reps_have_colours_of_their_own(sample: Sample) -> None:
    colours = {f["properties"]["rep"]: f["properties"]["stroke"] for f in features(sample, "route")}
    assert len(set(colours.values())) == 2
    for kind in ("stop", "base"):
        for feature in features(sample, kind):
            properties = feature["properties"]
            assert properties["marker-color"] == colours[properties["rep"]]


def test_tasks_and_warnings_stand_in_the_head(sample: Sample) -> None:
    head = json.loads(sample.text)["visitroute"]
    assert [t["status"] for t in head["tasks"]] == ["done", "phone", "dropped"]
    assert head["tasks"][0]["date"] == "2026-11-30"
    assert [c["date"] for c in head["calls"]] == ["2026-11-30", "2026-12-02", None]
    assert head["calls"][0]["tasks"] == ["t3"]
    assert head["warnings"] == ["VR3021: estimated\nMaybe give streets"]


def test_an_empty_plan_is_a_feature_collection(sample: Sample) -> None:
    empty = replace(sample.schedule, routes=(), dropped=(), tasks=(), excluded=(), bases=())
    assert json.loads(replace(sample, schedule=empty).text)["features"] == []


def test_geopandas_reads_it_in_wgs_84(sample: Sample) -> None:
    frame = gpd.read_file(io.BytesIO(sample.text.encode()))
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == 13
    stops = frame[frame["kind"] == "stop"]
    assert stops.geometry.x.round(6).tolist() == [24.94, 24.951235, 24.96, 24.94]
    assert stops["name"].tolist()[0] == "福源烟酒店"
