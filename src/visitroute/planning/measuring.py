"""Travel matrices for checking a plan: measured anew, for the places it names."""

from __future__ import annotations

from visitroute.errors import RoadsError
from visitroute.model import Line, PlanInput, Rep, RouteDay, Schedule
from visitroute.planning.territories import end_id, start_id
from visitroute.roads import RoadSource, TravelMatrix


def measure_schedule(
    inputs: PlanInput, schedule: Schedule, roads: RoadSource
) -> dict[str, TravelMatrix]:
    """Return for each rep the travel between all retailers the plan sends that rep to."""
    places = {r.id: r for r in inputs.retailers}
    named: dict[str, set[str]] = {}
    for route in schedule.routes:
        named.setdefault(route.rep, set()).update(stop.retailer for stop in route.stops)
    matrices = {}
    for rep in inputs.reps:
        if rep.id not in named:
            continue
        shops = [places[name] for name in sorted(named[rep.id]) if name in places]
        located = roads.locate(
            [*(r.id for r in shops), start_id(rep), end_id(rep)],
            [*(r.lon for r in shops), rep.start.lon, rep.end.lon],
            [*(r.lat for r in shops), rep.start.lat, rep.end.lat],
            rep.mode,
        )
        matrices[rep.id] = roads.matrix(located)
    return matrices


def draw_line(inputs: PlanInput, rep: Rep, route: RouteDay, roads: RoadSource) -> Line:
    """Return the way of a route day along the streets, empty where a place is on no street."""
    places = {r.id: r for r in inputs.retailers}
    shops = [places[stop.retailer] for stop in route.stops]
    located = roads.locate(
        [start_id(rep), *(r.id for r in shops), end_id(rep)],
        [rep.start.lon, *(r.lon for r in shops), rep.end.lon],
        [rep.start.lat, *(r.lat for r in shops), rep.end.lat],
        rep.mode,
    )
    try:
        return roads.line(located, range(len(located.ids)))
    except RoadsError:
        return ()
