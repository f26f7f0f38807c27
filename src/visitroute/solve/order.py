"""The order of a single day by OR-Tools routing, with windows, lunch and meetings."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from visitroute.solve.dayroute import DayRoute
from visitroute.solve.problem import FAR, Problem

NO_CLOCK = 86_400
"""Seconds that no step of the search of a day takes."""


def reorder(route: DayRoute) -> DayRoute:
    """Return the route in the best order found, or as it was when none is shorter.

    The exact timing of ``DayRoute`` is the judge: an order that OR-Tools finds but that
    does not keep the day is not taken.
    """
    if len(route.visits) < 3:  # noqa: PLR2004 - both orders are tried
        other = route.with_order(route.visits[::-1])
        return other if other.is_feasible and other.travel < route.travel else route
    order = _search(route)
    if order is None:
        return route
    other = route.with_order([route.visits[i] for i in order])
    return other if other.is_feasible and other.travel < route.travel else route


def _search(route: DayRoute) -> list[int] | None:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415 - slow

    problem, visits = route.problem, route.visits
    frame = route.clock.frame
    nodes = [*(v.client for v in visits), problem.start_node, problem.end_node]
    service = [v.service for v in visits] + [0, 0]
    count = len(visits)
    manager = pywrapcp.RoutingIndexManager(count + 2, 1, [count], [count + 1])
    routing = pywrapcp.RoutingModel(manager)

    travel = routing.RegisterTransitMatrix([[_leg(problem, a, b) for b in nodes] for a in nodes])
    timed = routing.RegisterTransitMatrix(
        [[_leg(problem, a, b) + service[i] for b in nodes] for i, a in enumerate(nodes)]
    )
    routing.SetArcCostEvaluatorOfAllVehicles(travel)
    day = frame.end + frame.lunch
    routing.AddDimension(timed, day, day, False, "time")  # noqa: FBT003 - positional in C++
    time = routing.GetDimensionOrDie("time")
    time.CumulVar(routing.Start(0)).SetRange(frame.start, frame.end)
    time.CumulVar(routing.End(0)).SetRange(frame.start, frame.end)
    for i, visit in enumerate(visits):
        starts = problem.clients[visit.client].starts(route.day, visit.service)
        cumul = time.CumulVar(manager.NodeToIndex(i))
        cumul.SetRange(starts[0][0], starts[-1][1])
        for (_, last), (first, _) in pairwise(starts):
            if last + 1 < first:
                cumul.RemoveInterval(last + 1, first - 1)
    _add_breaks(routing, time, route, [0 if i >= count else s for i, s in enumerate(service)])

    start = routing.ReadAssignmentFromRoutes([list(range(count))], True)  # noqa: FBT003
    params = pywrapcp.DefaultRoutingSearchParameters()
    # Descent ends by itself; guided local search ends by the clock only, which would make the
    # plan depend on the machine. The way out of local optima is ruin and recreate.
    params.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
    # Neighbourhoods that are searched, not listed, end after 0.1 s by default: on a busy machine
    # that is too early, and the plan would differ.
    params.lns_time_limit.FromSeconds(NO_CLOCK)
    solution: Any = None
    if start is not None:
        solution = routing.SolveFromAssignmentWithParameters(start, params)
    if solution is None:
        solution = routing.SolveWithParameters(params)
    if solution is None:
        return None
    order = []
    index = solution.Value(routing.NextVar(routing.Start(0)))
    while not routing.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = solution.Value(routing.NextVar(index))
    return order


def _leg(problem: Problem, a: int, b: int) -> int:
    return min(problem.seconds[a][b], FAR // 1000)


def _add_breaks(routing: Any, time: Any, route: DayRoute, service: list[int]) -> None:
    """Add meetings as fixed breaks and lunch as one that may move."""
    solver = routing.solver()
    frame = route.clock.frame
    breaks = [solver.FixedInterval(start, end - start, "meeting") for start, end in frame.blocks]
    if frame.lunch:
        lunches = route.clock.lunches
        lunch = solver.FixedDurationIntervalVar(
            lunches[0][0],
            lunches[-1][1],
            frame.lunch,
            False,  # noqa: FBT003 - positional in C++
            "lunch",
        )
        breaks.append(lunch)
    if breaks:
        sizes: Callable[[int], int] = lambda i: service[i] if i < len(service) else 0  # noqa: E731
        time.SetBreakIntervalsOfVehicle(breaks, 0, [sizes(i) for i in range(routing.Size())])
