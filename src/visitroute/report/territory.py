"""Areas to draw on a map: the land around each rep's retailers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians
from typing import Any

from visitroute.export import PlanRecord
from visitroute.export.owners import owners_of
from visitroute.model import PlanInput

Ring = tuple[tuple[float, float], ...]
Point = tuple[float, float]

_REACH = 1.6
_SHARE = 0.03
"""An area ends so far from its nearest retailer: so many typical distances between neighbours,
or this share of the whole extent where that is more."""

_SMALLEST_M = 120.0
_FEWEST = 3
_METRES = 111_320.0


def rep_areas(record: PlanRecord) -> dict[str, tuple[Ring, ...]]:
    """Return the outlines of the land of each rep of a plan: see ``draw_areas``."""
    return owned_areas(record.inputs, owners_of(record.schedule, record.inputs))


def owned_areas(inputs: PlanInput, owner: Mapping[str, str | None]) -> dict[str, tuple[Ring, ...]]:
    """Return the outlines of the land of each rep; ``owner`` names the reps of retailers by id."""
    owned: dict[str, list[Point]] = {rep.id: [] for rep in inputs.reps}
    for shop in inputs.retailers:
        rep = owner.get(shop.id)
        if rep in owned:
            owned[rep].append((shop.lon, shop.lat))
    return draw_areas(owned)


def draw_areas(owned: Mapping[str, Sequence[Point]]) -> dict[str, tuple[Ring, ...]]:
    """Return for each rep the outlines of the land nearest to the rep's retailers.

    ``owned`` holds (lon, lat) of every retailer by rep. Each place belongs to the rep of the
    nearest retailer (Voronoi), as far as it is near to one at all. Areas of one plan don't
    overlap; a retailer amid another rep's makes an island. Fewer than three retailers: no areas.
    """
    import numpy as np  # noqa: PLC0415 - slow to import, like shapely
    import shapely  # noqa: PLC0415

    places: dict[Point, str] = {}
    for rep, points in owned.items():
        for point in points:
            places.setdefault((round(point[0], 6), round(point[1], 6)), rep)
    if len(places) < _FEWEST:
        return {}
    squeeze = cos(radians(sum(p[1] for p in places) / len(places)))
    flat = shapely.points([(lon * squeeze, lat) for lon, lat in places])
    tree = shapely.STRtree(flat)
    _, apart = tree.query_nearest(flat, exclusive=True, return_distance=True, all_matches=False)
    west, south, east, north = shapely.total_bounds(flat)
    reach = max(
        _REACH * float(np.percentile(apart, 90)),
        _SHARE * max(east - west, north - south),
        _SMALLEST_M / _METRES,
    )
    near = shapely.union_all(shapely.buffer(flat, reach, quad_segs=4))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(flat), extend_to=near.envelope)
    )
    inside = tree.query(cells, predicate="contains")
    names = list(places.values())
    parts: dict[str, list[Any]] = {}
    for cell, point in zip(*inside.tolist(), strict=True):
        parts.setdefault(names[point], []).append(cells[cell])
    areas = {}
    for rep in owned:
        area = shapely.intersection(shapely.union_all(parts.get(rep, [])), near)
        area = shapely.simplify(_smooth(area, reach / 4), reach / 20)
        areas[rep] = tuple(
            tuple((x / squeeze, y) for x, y in shapely.get_coordinates(part.exterior).tolist())
            for part in shapely.get_parts(area)
            if part.geom_type == "Polygon" and not part.is_empty
        )
    return areas


def _smooth(area: Any, radius: float) -> Any:
    """Return an area with its corners rounded; parts too thin for that stay as they are."""
    import shapely  # noqa: PLC0415

    kept = []
    for part in shapely.get_parts(area):
        core = part.buffer(-radius).buffer(2 * radius).buffer(-radius)
        kept.append(part if core.is_empty else core)
    return shapely.union_all(kept)
