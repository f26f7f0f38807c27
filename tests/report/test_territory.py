from __future__ import annotations

import shapely

from visitroute.report.territory import draw_areas

WEST = [(24.90 + i * 0.002, 60.17 + j * 0.001) for i in range(5) for j in range(5)]
EAST = [(24.92 + i * 0.002, 60.17 + j * 0.001) for i in range(5) for j in range(5)]


def polygons(rings: tuple[tuple[tuple[float, float], ...], ...]) -> shapely.Geometry:
    return shapely.union_all([shapely.Polygon(ring) for ring in rings])


def test_areas_hold_their_retailers_and_no_others() -> None:
    areas = draw_areas({"W": WEST, "E": EAST})
    west, east = polygons(areas["W"]), polygons(areas["E"])
    assert all(west.contains(shapely.Point(p)) for p in WEST)
    assert all(east.contains(shapely.Point(p)) for p in EAST)
    assert west.intersection(east).area < 0.02 * west.area


def test_two_reps_at_one_place_are_no_trouble() -> None:
    areas = draw_areas({"W": WEST, "E": WEST})
    assert areas["W"]
    assert areas["E"] == ()


def test_a_lone_retailer_far_away_is_an_island() -> None:
    areas = draw_areas({"W": [*WEST, (25.4, 60.4)]})
    assert len(areas["W"]) == 2


def test_too_few_places_have_no_areas() -> None:
    assert draw_areas({"W": WEST[:2]}) == {}
    assert draw_areas({}) == {}
