"""Travel times from straight lines, by measured laws: the fallback without streets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from visitroute.model import Line, TravelMode
from visitroute.roads.geodesy import crow_metres
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix
from visitroute.roads.network import Ints
from visitroute.roads.source import Located, is_place, no_place


@dataclass(frozen=True, slots=True)
class StraightLaw:
    """Seconds = ``factor`` · km^``power`` of the crow's distance; ``detour`` times it is driven."""

    factor: float
    power: float
    detour: float


LAWS: Mapping[TravelMode, StraightLaw] = {
    TravelMode.CAR: StraightLaw(170.0, 0.80, 1.5),
    TravelMode.MOTORBIKE: StraightLaw(172.0, 0.87, 1.45),
    TravelMode.EBIKE: StraightLaw(271.0, 0.94, 1.35),
    # Not measured: the e-bike's law at three quarters of its speed (15 instead of 20 km/h).
    TravelMode.BICYCLE: StraightLaw(271.0 * 20 / 15, 0.94, 1.35),
    TravelMode.FOOT: StraightLaw(1024.0, 0.95, 1.3),
}
"""Fitted to shortest paths on real streets."""

STRAIGHT_WARNING = (
    "VR3021: travel times are estimated from straight lines: 7-20 % off on average, "
    "16-35 % under 2 km; rivers and mountains are not seen.\n"
    "Maybe give an OpenStreetMap extract as roads."
)


class StraightRoads:
    """A road source that measures straight lines and guesses the streets between."""

    def __init__(self) -> None:
        self.kind = "straight"
        self.warnings: tuple[str, ...] = (STRAIGHT_WARNING,)

    def locate(
        self, ids: Sequence[str], lon: Sequence[float], lat: Sequence[float], mode: TravelMode
    ) -> Located:
        """Take points as they are; those without proper coordinates get problem VR3011."""
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        proper = is_place(x, y)
        problems = tuple(no_place(ids[i], x[i], y[i]) for i in np.flatnonzero(~proper).tolist())
        return Located(tuple(ids), mode, x, y, x, y, np.zeros(len(x)), proper, problems)

    def matrix(self, located: Located) -> TravelMatrix:
        """Return times and distances by the law of the points' travel mode; symmetric."""
        every = np.arange(len(located.ids))
        deciseconds, decimetres = _measure(located, every, every)
        return TravelMatrix(located.ids, deciseconds, decimetres, self.kind)

    def times(self, located: Located, sources: Sequence[int], targets: Sequence[int]) -> Ints:
        """Return deciseconds from some located points to others, by the same law."""
        rows, columns = np.asarray(sources, np.int64), np.asarray(targets, np.int64)
        return _measure(located, rows, columns)[0]

    def line(self, located: Located, order: Sequence[int]) -> Line:
        """Return straight legs between the points."""
        return draw_straight(located, order)


def _measure(located: Located, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """Return (deciseconds, decimetres) from some points to others."""
    law = LAWS[located.mode]
    lon = np.where(located.usable, located.lon, 0.0)
    lat = np.where(located.usable, located.lat, 0.0)
    km = crow_metres(lon[rows, None], lat[rows, None], lon[columns], lat[columns]) / 1000
    known = np.logical_and.outer(located.usable[rows], located.usable[columns])
    time = np.rint(law.factor * km**law.power * 10).astype(np.int64)
    distance = np.rint(law.detour * km * 10_000).astype(np.int64)
    deciseconds = np.where(known, time, UNREACHABLE)
    decimetres = np.where(known, distance, UNREACHABLE)
    same = rows[:, None] == columns
    deciseconds[same] = decimetres[same] = 0
    return deciseconds, decimetres


def draw_straight(located: Located, order: Sequence[int]) -> Line:
    """Return straight legs through points, in the order given.

    Fewer than two points give an empty line.
    """
    if len(order) < 2:  # noqa: PLR2004 - a line has two ends
        return ()
    points = [(float(located.on_lon[i]), float(located.on_lat[i])) for i in order]
    line = tuple(point for i, point in enumerate(points) if i == 0 or point != points[i - 1])
    return line if len(line) > 1 else line * 2
