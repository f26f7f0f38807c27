"""What notebooks show: tables and frames without code in them, folium with harmless texts."""

from __future__ import annotations

import html
import re
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString, Point

from export.handmade import make_sample
from report.conftest import HOSTILE
from visitroute.errors import VisitRouteError
from visitroute.export import PlanRecord, summarise
from visitroute.report import MapView, explore_frames, html_tables, report_html


def figures() -> dict[str, Any]:
    sample = make_sample()
    return summarise(sample.schedule, sample.record.inputs, sample.requests)


@pytest.mark.parametrize(
    ("language", "word", "head"), [("en", "Coverage", "Rep"), ("zh", "覆盖率", "客户经理")]
)
def test_tables_speak_the_language_of_the_plan(language: str, word: str, head: str) -> None:
    text = html_tables("a plan", figures(), language)
    assert f"<td>{word}</td><td>75.0%</td><td>3 ÷ 4</td>" in text
    assert f"<th>{head}</th>" in text


def test_names_are_escaped() -> None:
    summary = figures()
    summary["reps"][0]["name"] = HOSTILE[0]
    text = html_tables(HOSTILE[1], summary, "en")
    assert "<img" not in text
    assert "<script" not in text


def test_the_frame_is_a_sandbox_that_holds_the_page(record: PlanRecord) -> None:
    page = report_html(record)
    frame = MapView(page, 300)._repr_html_()
    assert frame.count("<") == 2  # the frame and its end: the page itself is escaped
    assert 'sandbox="allow-scripts allow-popups"' in frame
    assert "height:300px" in frame
    inside = re.search(r'srcdoc="([^"]*)"', frame)
    assert inside is not None
    assert html.unescape(inside[1]) == page


@pytest.fixture
def frames() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    routes = gpd.GeoDataFrame(
        {"rep": ["R1", "R2"], "visits": [2, 1]},
        geometry=[LineString([(24.9, 60.1), (24.95, 60.15)]), None],
        crs="EPSG:4326",
    )
    visits = gpd.GeoDataFrame(
        {"rep": ["R1"], "name": [HOSTILE[0]], "retailer": ["S1"]},
        geometry=[Point(24.9, 60.1)],
        crs="EPSG:4326",
    )
    return routes, visits


@pytest.mark.filterwarnings("ignore")
def test_folium_shows_names_as_text(
    frames: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    pytest.importorskip("folium")
    pytest.importorskip("mapclassify")
    text = explore_frames(*frames).get_root().render()
    assert HOSTILE[0] not in text
    assert "&lt;img src=x" in text or "\\u0026lt;img src=x" in text


def test_without_folium_the_message_says_what_to_install(
    frames: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "folium", None)
    with pytest.raises(VisitRouteError, match=r"VR5001.*\n.*visitroute\[notebooks\]"):
        explore_frames(*frames)
