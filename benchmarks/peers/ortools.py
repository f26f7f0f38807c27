"""OR-Tools' routing library: one model, days as vehicles, disjunctions, lunch as a break.

First solution by parallel cheapest insertion, then guided local search, as its guide says
for problems with windows. It has no seed.
"""

from __future__ import annotations

from itertools import pairwise

from benchmarks.month import DROP_SECONDS, Month, Solution, Visit
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util import optional_boolean_pb2 as boolean

CLOCK = 86_400


def solve_month(month: Month, seed: int, seconds: float) -> Solution:
    """Return OR-Tools' plan of a month."""
    del seed
    days = range(len(month.days))
    visits = month.visits
    count = len(visits)
    nodes = [*(v.node for v in visits), month.start, month.end]
    manager = pywrapcp.RoutingIndexManager(
        count + 2, len(days), [count] * len(days), [count + 1] * len(days)
    )
    model = pywrapcp.RoutingModel(manager)
    seconds_of = month.seconds.tolist()
    service = [*(v.service for v in visits), 0, 0]
    place = [manager.IndexToNode(i) for i in range(model.Size() + len(days))]

    def travel(i: int, j: int) -> int:
        return seconds_of[nodes[place[i]]][nodes[place[j]]]

    def spent(i: int, j: int) -> int:
        return service[place[i]] + travel(i, j)

    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(travel))
    horizon = CLOCK * (len(days) + 1)
    starts_at_zero = False
    model.AddDimension(
        model.RegisterTransitCallback(spent), horizon, horizon, starts_at_zero, "time"
    )
    clock = model.GetDimensionOrDie("time")
    for d in days:
        day, solver = month.days[d], model.solver()
        clock.CumulVar(model.Start(d)).SetRange(d * CLOCK + day.open, d * CLOCK + day.close)
        clock.CumulVar(model.End(d)).SetRange(d * CLOCK + day.open, d * CLOCK + day.close)
        if day.lunch:
            first, last = (d * CLOCK + t for t in day.lunch_begin)
            optional = False
            lunch = solver.FixedDurationIntervalVar(first, last, day.lunch, optional, f"lunch{d}")
            lengths = [service[place[i]] for i in range(model.Size())]
            clock.SetBreakIntervalsOfVehicle([lunch], d, lengths)
    for number, visit in enumerate(visits):
        _add_visit(model, clock, manager.NodeToIndex(number), visit)
    settings = pywrapcp.DefaultRoutingSearchParameters()
    settings.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    settings.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    settings.time_limit.FromMilliseconds(round(1000 * seconds))
    settings.local_search_operators.use_relocate_and_make_active = boolean.BOOL_TRUE
    found = model.SolveWithParameters(settings)
    routes, planned = [], set()
    for d in days if found else ():
        at, stops = found.Value(model.NextVar(model.Start(d))), []
        while not model.IsEnd(at):
            stops.append(visits[place[at]].id)
            at = found.Value(model.NextVar(at))
        if stops:
            routes.append({"day": d, "vehicle": 0, "stops": stops})
        planned.update(stops)
    return {"routes": routes, "dropped": [v.id for v in visits if v.id not in planned]}


def _add_visit(
    model: pywrapcp.RoutingModel, clock: pywrapcp.RoutingDimension, index: int, visit: Visit
) -> None:
    """Say on which days and when a visit may lie, and what leaving it out costs."""
    model.AddDisjunction([index], DROP_SECONDS * visit.worth)
    spans = sorted(
        (d * CLOCK + a, d * CLOCK + b - visit.service, d)
        for d in visit.days
        for a, b in visit.windows[d]
        if b - a >= visit.service
    )
    # -1: no vehicle, the visit is left out.
    model.VehicleVar(index).SetValues([-1, *sorted({d for _, _, d in spans})])
    if not spans:
        return
    begin = clock.CumulVar(index)
    begin.SetRange(spans[0][0], spans[-1][1])
    for (_, last, _), (first, _, _) in pairwise(spans):
        if first - 1 > last:
            begin.RemoveInterval(last + 1, first - 1)
