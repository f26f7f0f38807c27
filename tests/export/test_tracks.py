"""Tracks are read back by GDAL."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest

from export.handmade import Sample
from visitroute.export.tracks import to_gpx, to_kml
from visitroute.model import RouteDay

EVIL = "</name><script>alert(1)</script>\x00\x0b]]> &amp; 福源"


def shown(sample: Sample) -> tuple[RouteDay, dict[str, object]]:
    return sample.schedule.routes[0], {r.id: r for r in sample.inputs.retailers}


def test_gpx_holds_stops_and_the_way(sample: Sample, tmp_path: Path) -> None:
    route, shops = shown(sample)
    path = tmp_path / "day.gpx"
    path.write_text(to_gpx(route, shops, "王伟"), "utf-8")  # type: ignore[arg-type]
    points = gpd.read_file(path, layer="route_points")
    assert points["name"].tolist() == ["1. 福源烟酒店", '2. "Bravo", <b>&co</b>']
    assert points.geometry.x.tolist() == pytest.approx([24.94, 24.951235])
    track = gpd.read_file(path, layer="tracks")
    assert track["name"].tolist() == ["王伟 2026-11-30"]
    assert len(track.geometry[0].geoms[0].coords) == len(route.line)


@pytest.mark.skipif(
    not {"KML", "LIBKML"} & set(pyogrio.list_drivers()), reason="this GDAL reads no KML"
)
def test_kml_holds_stops_and_the_way(sample: Sample, tmp_path: Path) -> None:
    route, shops = shown(sample)
    path = tmp_path / "day.kml"
    path.write_text(to_kml(route, shops, "王伟"), "utf-8")  # type: ignore[arg-type]
    marks = gpd.read_file(path)
    assert marks["Name"].tolist()[1:] == ["1. 福源烟酒店", '2. "Bravo", <b>&co</b>']
    assert marks.geometry.geom_type.tolist() == ["LineString", "Point", "Point"]


def test_hostile_names_stay_text(sample: Sample) -> None:
    route, shops = shown(sample)
    stops = tuple(replace(s, name=EVIL, purpose=EVIL) for s in route.stops)
    for text in (
        to_gpx(replace(route, stops=stops), shops, EVIL),  # type: ignore[arg-type]
        to_kml(replace(route, stops=stops), shops, EVIL),  # type: ignore[arg-type]
    ):
        root = ET.fromstring(text)  # noqa: S314 - our own
        assert not [e for e in root.iter() if e.tag.endswith("script")]
        assert "<script" not in text
        names = [e.text or "" for e in root.iter() if e.tag.endswith("name")]
        assert sum("福源" in name for name in names) >= 3
    # What a viewer of KML shows as HTML is escaped once more.
    kml = ET.fromstring(to_kml(replace(route, stops=stops), shops, "R"))  # type: ignore[arg-type]  # noqa: S314
    notes = [e.text or "" for e in kml.iter() if e.tag.endswith("description")]
    assert not re.search(r"<(?!br>)", "".join(notes))


def test_a_day_without_a_line_has_stops(sample: Sample) -> None:
    route, shops = shown(sample)
    bare = replace(route, line=())
    assert "trkseg" not in to_gpx(bare, shops, "R")  # type: ignore[arg-type]
    assert "LineString" not in to_kml(bare, shops, "R")  # type: ignore[arg-type]
