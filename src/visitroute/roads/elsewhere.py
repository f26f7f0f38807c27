"""Telling early that an extract is of another area than the places it is wanted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely

from visitroute.roads.geodesy import METRES_PER_DEGREE, Floats, crow_metres
from visitroute.roads.source import ELSEWHERE_M, elsewhere_error

_FIRST_NODES = 1_000
_CLOSE_M = 50_000.0

Places = Sequence[tuple[float, float]]
"""Places (lon, lat) in degrees."""


def require_near(path: Path, places: Places, beyond: float = ELSEWHERE_M) -> None:
    """Raise ``RoadsError`` VR3005 when no way of an extract comes near to any place.

    ``beyond`` is how far off the nearest way must be, in metres.

    An extract is looked through only where its first nodes lie far from all places, so that this
    costs nothing where all is well. A file that can't be read raises nothing here: reading it says
    what is wrong with it.
    """
    if not places:
        return
    try:
        if _begins_near(path, places):
            return
        lines = list(_lines(path))
    except RuntimeError:
        return
    lon, lat = _split(places)
    tree = shapely.STRtree(lines)
    # Boxes around ways and places: what they leave out is further away for certain.
    reach = 1.01 * beyond / METRES_PER_DEGREE
    wide = reach / np.cos(np.radians(np.minimum(np.abs(lat) + reach, 89.9)))
    boxes = shapely.box(lon - wide, lat - reach, lon + wide, lat + reach)
    if not lines or tree.query(boxes).size:
        return
    points: Any = shapely.points(lon, lat)
    which, found = tree.query_nearest(points, all_matches=False)
    ends = shapely.get_coordinates(shapely.shortest_line(tree.geometries[found], points[which]))[
        ::2
    ]
    metres = crow_metres(ends[:, 0], ends[:, 1], lon[which], lat[which])
    best = int(np.argmin(metres))
    street, base = ends[best], places[int(which[best])]
    raise elsewhere_error(float(metres[best]), (float(street[0]), float(street[1])), base)


def _begins_near(path: Path, places: Places) -> bool:
    """Tell whether one of an extract's first nodes lies within 50 km of a place."""
    nodes: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.NODE)
    first = [(n.lon, n.lat) for n in islice(nodes, _FIRST_NODES) if n.location.valid()]
    lon, lat = _split(first)
    at_lon, at_lat = _split(places)
    return bool((crow_metres(lon[:, None], lat[:, None], at_lon, at_lat) <= _CLOSE_M).any())


def _split(places: Places) -> tuple[Floats, Floats]:
    both = np.array(places, dtype=np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _lines(path: Path) -> Iterator[Any]:
    """Return the shape of every way that may be a street or a ferry, as ``read_extract`` reads."""
    streets = osmium.filter.KeyFilter("highway", "route")
    streets.enable_for(osmium.osm.WAY)
    ways: Iterable[Any] = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(streets)
    )
    # Shapes are spelt in C++: node by node it would take ten times as long.
    spell = osmium.geom.WKBFactory()
    whole = []
    for way in ways:
        try:
            whole.append(spell.create_linestring(way))
        except (
            osmium.InvalidLocationError,
            RuntimeError,
        ):  # a node is missing, or only one is there
            known = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
            if known:
                yield shapely.MultiPoint(known)
    yield from shapely.from_wkb(whole)
