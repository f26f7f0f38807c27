"""Mending routes of a solver that could not be told everything: visits out, and back in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.month import Month, Solution, Visit, time_route


def repair(month: Month, days: Mapping[int, Sequence[Visit]]) -> Solution:
    """Return the routes with the cheapest visits out until a clock fits, then all that fit in."""
    routes = {d: list(days.get(d, ())) for d in range(len(month.days))}
    for day, route in routes.items():
        kept = [v for v in route if day in v.days][: month.days[day].max_visits]
        while kept and time_route(month, day, kept) is None:
            kept.remove(_culprit(month, day, kept))
        routes[day] = kept
    planned = {v.id for route in routes.values() for v in route}
    missing = [v for v in month.visits if v.id not in planned]
    for visit in sorted(missing, key=lambda v: -v.worth):
        found = [place for d in visit.days for place in _places(month, d, routes[d], visit)]
        if found:
            _, day, at = min(found)
            routes[day].insert(at, visit)
            planned.add(visit.id)
    return {
        "routes": [
            {"day": d, "vehicle": 0, "stops": [v.id for v in route]}
            for d, route in routes.items()
            if route
        ],
        "dropped": [v.id for v in month.visits if v.id not in planned],
    }


def _culprit(month: Month, day: int, route: list[Visit]) -> Visit:
    """Return the cheapest visit without which the clock fits, else the cheapest."""

    def fits_without(visit: Visit) -> bool:
        return time_route(month, day, [v for v in route if v is not visit]) is not None

    return min(route, key=lambda v: (not fits_without(v), v.worth))


def _places(month: Month, day: int, route: list[Visit], visit: Visit) -> list[tuple[int, int, int]]:
    """Return (detour, day, position) wherever a visit fits on a day."""
    if len(route) >= month.days[day].max_visits or any(v.shop == visit.shop for v in route):
        return []
    nodes = [month.start, *(v.node for v in route), month.end]
    found = []
    for at in range(len(route) + 1):
        a, b = nodes[at], nodes[at + 1]
        detour = int(month.seconds[a, visit.node] + month.seconds[visit.node, b])
        if route:
            detour -= int(month.seconds[a, b])
        if time_route(month, day, [*route[:at], visit, *route[at:]]) is not None:
            found.append((detour, day, at))
    return found
