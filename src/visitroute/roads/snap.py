"""The nearest street of a point, by distance in metres to its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from visitroute.model import TravelMode
from visitroute.roads.geodesy import METRES_PER_DEGREE, Floats
from visitroute.roads.network import Ints, Network
from visitroute.roads.source import LocateProblem

_BATCH = 2_000
_SLACK_M = 0.01
_EXACT_UP_TO_M = 5_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Where points meet their nearest stretches, all (n,).

    ``offset`` counts decimetres from the stretch's start; ``lon``, ``lat`` is the place
    there, ``metres`` the way to it as the crow flies.
    """

    stretch: Ints
    offset: Ints
    lon: Floats
    lat: Floats
    metres: Floats


class StretchIndex:
    """A spatial index over the snappable stretches of a network, over all if none is.

    Coordinates are scaled by the cosine of the network's mean latitude, which is good
    enough to find candidates; distances are computed with that of each point.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._scale = float(np.cos(np.radians(network.lat.mean())))
        allowed = network.snappable
        if not allowed.any():
            allowed = np.ones_like(allowed)
        self._candidates = np.flatnonzero(allowed)
        sizes = np.diff(network.first)
        inside = np.repeat(allowed, sizes)
        rows = np.repeat(np.arange(len(self._candidates)), sizes[allowed])
        coordinates = np.column_stack((network.vertex_lon * self._scale, network.vertex_lat))
        lines: Any = shapely.linestrings(coordinates[inside], indices=rows)
        self._tree = shapely.STRtree(lines)

    def nearest(self, lon: Floats, lat: Floats) -> Snapped:
        """Return the nearest snappable stretch of each point; of equally near ones, the first.

        Nearest is exact within 5 km of a street, and approximate beyond.
        """
        batches = [
            self._nearest(lon[i : i + _BATCH], lat[i : i + _BATCH])
            for i in range(0, len(lon), _BATCH)
        ]
        stretch = np.concatenate([b[0] for b in batches]) if batches else np.zeros(0, np.int64)
        along = np.concatenate([b[1] for b in batches]) if batches else np.zeros(0)
        metres = np.concatenate([b[2] for b in batches]) if batches else np.zeros(0)
        network = self.network
        total = network.along[network.first[stretch + 1] - 1]
        part = np.divide(along, total, out=np.zeros_like(along), where=total > 0)
        offset = np.rint(part * network.decimetres[stretch]).astype(np.int64)
        places = [
            network.piece(int(s), int(o), int(o)) for s, o in zip(stretch, offset, strict=True)
        ]
        return Snapped(
            stretch,
            offset,
            np.array([place[0][0] for place in places], dtype=np.float64).round(7),
            np.array([place[1][0] for place in places], dtype=np.float64).round(7),
            metres,
        )

    def _nearest(self, lon: Floats, lat: Floats) -> tuple[Ints, Floats, Floats]:
        """Return (stretch, metres along it, metres away) for one batch of points."""
        x = lon * self._scale
        _, found = self._tree.query_nearest(shapely.points(x, lat), all_matches=False)
        guess = self._candidates[found]
        along, metres = self._project(lon, lat, guess)
        # What is nearest in scaled degrees bounds how far the really nearest one can be.
        near = np.flatnonzero(metres <= _EXACT_UP_TO_M)
        reach_lat = (metres[near] + _SLACK_M) / METRES_PER_DEGREE
        reach_x = reach_lat / np.cos(np.radians(lat[near])) * self._scale
        boxes = shapely.box(
            x[near] - reach_x, lat[near] - reach_lat, x[near] + reach_x, lat[near] + reach_lat
        )
        which, found = self._tree.query(boxes)
        point, candidate = near[which], self._candidates[found]
        candidate_along, candidate_metres = self._project(lon[point], lat[point], candidate)
        # Distances that agree to the millimetre are ties: the first stretch wins.
        order = np.lexsort((candidate, candidate_metres.round(3), point))
        best = order[np.r_[True, np.diff(point[order]) != 0]] if len(order) else order
        stretch = np.asarray(guess, dtype=np.int64)
        stretch[point[best]] = candidate[best]
        along[point[best]] = candidate_along[best]
        metres[point[best]] = candidate_metres[best]
        return stretch, along, metres

    def _project(self, lon: Floats, lat: Floats, stretch: Ints) -> tuple[Floats, Floats]:
        """Return (metres along, metres away) of points on one stretch each."""
        network = self.network
        low = network.first[stretch]
        size = network.first[stretch + 1] - 1 - low
        ends = np.cumsum(size)
        starts = ends - size
        vertex = np.repeat(low - starts, size) + np.arange(ends[-1] if len(ends) else 0)
        pair = np.repeat(np.arange(len(stretch)), size)
        per_lon = METRES_PER_DEGREE * np.cos(np.radians(lat))[pair]
        ax = (network.vertex_lon[vertex] - lon[pair]) * per_lon
        ay = (network.vertex_lat[vertex] - lat[pair]) * METRES_PER_DEGREE
        dx = (network.vertex_lon[vertex + 1] - network.vertex_lon[vertex]) * per_lon
        dy = (network.vertex_lat[vertex + 1] - network.vertex_lat[vertex]) * METRES_PER_DEGREE
        square = dx * dx + dy * dy
        t = np.divide(-(ax * dx + ay * dy), square, out=np.zeros_like(square), where=square > 0)
        t = np.clip(t, 0.0, 1.0)
        away = np.hypot(ax + t * dx, ay + t * dy)
        best = np.lexsort((vertex, away, pair))[starts]
        at = vertex[best]
        along = network.along[at] + t[best] * (network.along[at + 1] - network.along[at])
        return along, away[best]


class LostIndex:
    """A spatial index over the streets that a network lacks because they are cut off."""

    def __init__(self, network: Network) -> None:
        sizes = np.diff(network.lost_first)
        rows = np.repeat(np.arange(len(sizes)), sizes)
        coordinates = np.column_stack((network.lost_lon, network.lost_lat))
        lines: Any = shapely.linestrings(coordinates, indices=rows) if len(rows) else []
        self._tree = shapely.STRtree(lines)

    def metres(self, lon: float, lat: float, limit: float) -> float:
        """Return how far the nearest of them is from a point, infinity beyond ``limit``."""
        return nearest_line(self._tree, lon, lat, limit)[1]


def nearest_line(tree: shapely.STRtree, lon: float, lat: float, limit: float) -> tuple[int, float]:
    """Return (number, metres) of the line of a tree in degrees that is nearest to a place.

    Beyond ``limit``, in metres, there is none: -1 and infinity.
    """
    squeeze = float(np.cos(np.radians(lat)))
    reach = limit / METRES_PER_DEGREE
    box = shapely.box(lon - reach / squeeze, lat - reach, lon + reach / squeeze, lat + reach)
    best, fewest = -1, float("inf")
    for number in np.sort(tree.query(box)).tolist():
        at = shapely.get_coordinates(tree.geometries[number]) - (lon, lat)
        local = shapely.LineString(at * (METRES_PER_DEGREE * squeeze, METRES_PER_DEGREE))
        away = float(shapely.distance(local, shapely.Point(0, 0)))
        if away <= limit and away < fewest:
            best, fewest = number, away
    return best, fewest


def buffer_km(network: Network) -> int:
    """Return by how many kilometres an extract should be larger, so that its streets connect.

    A piece that a cut has parted from the rest is joined to it outside the cut, about as far
    out as it lies away: nineteen of twenty lost vertices lie nearer to the network than this.
    """
    if not len(network.lost_lon):
        return 1
    squeeze = float(np.cos(np.radians(network.lat.mean())))
    places: Any = shapely.points(network.vertex_lon * squeeze, network.vertex_lat)
    kept = shapely.STRtree(places)
    lost = shapely.points(network.lost_lon * squeeze, network.lost_lat)
    _, apart = kept.query_nearest(lost, return_distance=True, all_matches=False)
    return max(1, int(np.ceil(np.quantile(apart, 0.95) * METRES_PER_DEGREE / 1000)))


def far_off(
    name: str,
    mode: TravelMode,
    metres: float,
    limit: float,
    place: tuple[float, float],
    way: int,
    lost: float,
) -> LocateProblem:
    """Return why a point is on no street: ``metres`` away from the nearest one, at ``place``.

    VR3013 where a street cut off from the others lies ``lost`` metres away, within the limit.
    """
    where = f"at ({place[0]:.5f}, {place[1]:.5f})" + (f", way {way}" if way else "")
    if lost <= limit:
        return LocateProblem(
            name,
            "VR3013",
            f"{_spell_metres(lost)} from a street for {mode} that no way leads to; the nearest "
            f"reachable one is {_spell_metres(metres)} away {where}, limit {limit:g} m",
        )
    return LocateProblem(
        name,
        "VR3010",
        f"{_spell_metres(metres)} from the nearest street for {mode} {where}, limit {limit:g} m",
    )


def _spell_metres(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 10_000 else f"{metres / 1000:.0f} km"  # noqa: PLR2004
