"""PyVRP: days as vehicle types with a profile each, windows as alternatives of a group.

PyVRP has no breaks and no vehicle restrictions. Lunch is taken out of the clock at the middle
of its window, a visit is far away in the profile of a day on which it is not allowed, and of
several windows one is chosen as a client of a group. What doesn't fit once lunch is placed is
taken out, then everything left out is tried once more.
"""

from __future__ import annotations

import numpy as np
import pyvrp
from benchmarks.month import DROP_SECONDS, Day, Month, Solution, Span, Visit
from benchmarks.peers.repair import repair

from benchmarks import coreadapter

FAR = 10**6
"""Seconds to a visit on a day that is not allowed: no shift holds it."""


def solve_month(month: Month, seed: int, seconds: float) -> Solution:
    """Return PyVRP's plan of a month, mended for lunch."""
    visits, windows, days_of = [], [], []
    clients, groups, members = [], [], {}
    for visit in month.visits:
        options = _options(month, visit)
        for (a, b), days in options.items():
            group = None
            if len(options) > 1:
                group = members.setdefault(visit.id, len(members))
                if group == len(groups):
                    groups.append([])
                groups[group].append(len(clients))
            clients.append(
                pyvrp.Client(
                    location=2 + len(clients),
                    service_duration=visit.service,
                    tw_early=a,
                    tw_late=b - visit.service,
                    prize=DROP_SECONDS * visit.worth,
                    required=False,
                    group=group,
                )
            )
            visits.append(visit)
            windows.append((a, b))
            days_of.append(days)
    rows = np.array([month.start, month.end, *(v.node for v in visits)])
    base = month.seconds[np.ix_(rows, rows)]
    matrices, vehicles = [], []
    for d, day in enumerate(month.days):
        table = base.copy()
        for i, days in enumerate(days_of):
            if d not in days:
                table[:, 2 + i] = table[2 + i, :] = FAR
        np.fill_diagonal(table, 0)
        matrices.append(table)
        vehicles.append(
            pyvrp.VehicleType(
                num_available=1,
                start_depot=0,
                end_depot=1,
                tw_early=day.open,
                tw_late=_without_lunch(day, day.close),
                profile=d,
            )
        )
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in rows],
        clients=clients,
        depots=[pyvrp.Depot(0), pyvrp.Depot(1)],
        vehicle_types=vehicles,
        distance_matrices=matrices,
        duration_matrices=matrices,
        groups=[pyvrp.ClientGroup(group, required=False) for group in groups],
    )
    end = coreadapter.CLOCK.now() + seconds

    def is_over(_best: float) -> bool:
        return coreadapter.CLOCK.now() >= end

    result = pyvrp.solve(data, is_over, seed=seed, collect_stats=False, display=False)
    routes = {
        route.vehicle_type(): [visits[i] for i in _clients(route)] for route in result.best.routes()
    }
    return repair(month, routes)


def _clients(route: pyvrp.Route) -> list[int]:
    """Return the clients of a route in order."""
    return [activity.idx for activity in route if activity.is_client()]


def _options(month: Month, visit: Visit) -> dict[Span, list[int]]:
    """Return the windows of a visit on a clock without lunch, each with its days."""
    found: dict[Span, list[int]] = {}
    for d in visit.days:
        day = month.days[d]
        for a, b in visit.windows[d]:
            span = (_without_lunch(day, a), _without_lunch(day, b))
            if span[1] - span[0] >= visit.service:
                found.setdefault(span, []).append(d)
    return found


def _without_lunch(day: Day, second: int) -> int:
    """Return a time of day on a clock that stands still during lunch."""
    begin = sum(day.lunch_begin) // 2
    return min(second, max(begin, second - day.lunch))
