"""Rules on the line of a route day: drawn along the streets, from the base past every stop."""

from __future__ import annotations

import math
from collections.abc import Iterator

from visitroute.check.facts import Facts, PlacedStop, in_order
from visitroute.check.violation import Spot, Violation
from visitroute.model import Place, RouteDay

_BASE_M = 1000.0
"""A line may begin and end this far from the base: the base itself stands off the street."""

_STOP_M = 60.0
"""A line may pass a stop this much farther away than the stop is from its street."""

_METRES_PER_DEGREE = math.pi * 6_371_008.8 / 180


def check_line(facts: Facts, route: RouteDay) -> Iterator[Violation]:
    """Yield what is wrong with the line of one route day on streets."""
    rep = facts.reps.get(route.rep)
    if rep is None or route.roads != "streets" or not route.stops:
        return
    import shapely  # noqa: PLC0415 - takes time to load, needed for streets only

    spot = Spot(route.rep, route.date)
    usable = all(math.isfinite(lon) and math.isfinite(lat) for lon, lat in route.line)
    if len(route.line) < 2 or not usable:  # noqa: PLR2004 - a line has two ends
        points = f"{len(route.line)} points" + ("" if usable else ", some of them no numbers")
        yield spot.tell("VR2313", f"the route on streets has a line of {points}")
        return
    line = [_metric(rep.start, *point) for point in route.line]
    for name, place, point in (("start", rep.start, line[0]), ("end", rep.end, line[-1])):
        away = math.dist(_metric(rep.start, place.lon, place.lat), point)
        if not away <= _BASE_M:
            verb = "begins" if name == "start" else "ends"
            yield spot.tell("VR2314", f"the line {verb} {away:.0f} m from the rep's {name} place")
    drawn = shapely.LineString(line)
    for stop in in_order(route):
        if not (math.isfinite(stop.lon) and math.isfinite(stop.lat)):
            continue  # told as VR2005
        away = shapely.distance(drawn, shapely.Point(_metric(rep.start, stop.lon, stop.lat)))
        allowed = min(stop.snap_m, facts.policy.roads.snap_limit_m) + _STOP_M
        if not away <= allowed:
            yield PlacedStop(route, stop).spot.tell(
                "VR2315", f"the line passes the stop at {away:.0f} m, allowed are {allowed:.0f} m"
            )


def _metric(origin: Place, lon: float, lat: float) -> tuple[float, float]:
    """Return metres east and north of ``origin``; good to a few metres in a rep's area."""
    east = (lon - origin.lon) * _METRES_PER_DEGREE * math.cos(math.radians(origin.lat))
    return east, (lat - origin.lat) * _METRES_PER_DEGREE
