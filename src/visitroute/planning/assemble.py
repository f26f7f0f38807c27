"""From solved reps to the schedule: stops with names and purposes, lines, task outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from visitroute.model import (
    Base,
    Channel,
    Excluded,
    PlanInput,
    RouteDay,
    Schedule,
    Stop,
    Task,
    TaskOutcome,
    VisitRequest,
)
from visitroute.planning.calls import calls_of_tasks, with_calls
from visitroute.planning.jobs import PlannedDay, RepPlan
from visitroute.planning.territories import Territory
from visitroute.policy import Checklists, Policy
from visitroute.priority import Demand, checklist_of, excluded_retailers, purpose_of, task_dates
from visitroute.roads import RoadSource
from visitroute.solve import Problem
from visitroute.texts import Texts, load_texts


def assemble(
    inputs: PlanInput,
    policy: Policy,
    demand: Demand,
    territories: Sequence[Territory],
    problems: Sequence[Problem],
    plans: Sequence[RepPlan],
    excluded: Sequence[Excluded],
    roads: RoadSource,
    warnings: Sequence[str],
) -> Schedule:
    """Return the schedule of all reps, in the order of reps, dates and retailers."""
    texts = load_texts(policy.texts.language)
    requests = {r.id: r for r in demand.requests}
    tasks = {t.id: t for t in inputs.tasks}
    routes = []
    for territory, problem, plan in zip(territories, problems, plans, strict=True):
        builder = RouteBuilder(
            territory, problem, demand, requests, tasks, policy.checklists, texts, roads
        )
        routes += [builder.build(day) for day in plan.days]
    routes.sort(key=lambda r: (r.rep, r.date))
    dropped = sorted(
        (d for plan in plans for d in plan.dropped), key=lambda d: (d.retailer, d.due, d.request)
    )
    counts = {e.retailer: 0 for e in excluded}
    for request in demand.requests:
        if request.retailer in counts:
            counts[request.retailer] += 1
    aside = [replace(e, requests=counts[e.retailer]) for e in excluded]
    schedule = Schedule(
        routes=tuple(routes),
        dropped=tuple(dropped),
        excluded=tuple(
            sorted((*inputs.excluded, *aside), key=lambda e: (e.table, e.retailer, e.row or 0))
        ),
        bases=tuple(
            Base(r.id, r.start.lon, r.start.lat, r.name, policy.robust.slack_by_rep.get(r.id))
            for r in inputs.reps
        ),
        warnings=tuple(warnings),
    )
    schedule = with_calls(inputs, policy, demand, schedule, texts)
    return replace(schedule, tasks=tuple(_outcomes(inputs, policy, schedule, texts)))


class RouteBuilder:
    """Builds the route days of one rep; without ``roads`` they have no lines."""

    def __init__(
        self,
        territory: Territory,
        problem: Problem,
        demand: Demand,
        requests: Mapping[str, VisitRequest],
        tasks: Mapping[str, Task],
        checklists: Checklists,
        texts: Texts,
        roads: RoadSource | None = None,
    ) -> None:
        self.territory = territory
        self.problem = problem
        self.demand = demand
        self.requests = requests
        self.tasks = tasks
        self.roads = roads
        self.checklists = checklists
        self.texts = texts
        self.row = {name: i for i, name in enumerate(territory.located.ids)}

    def build(self, planned: PlannedDay) -> RouteDay:
        """Return one route day with its line along the streets."""
        problem, rep = self.problem, self.territory.rep
        timed = planned.timed
        nodes = [
            problem.start_node,
            *(visit.client for visit in timed.visits),
            problem.end_node,
        ]
        legs = list(pairwise(nodes))
        seconds = [problem.seconds[a][b] for a, b in legs]
        metres = [problem.metres[a][b] for a, b in legs]
        drawn = self.roads
        stops = tuple(
            self._stop(planned, number, seconds[number], metres[number])
            for number in range(len(timed.visits))
        )
        return RouteDay(
            rep=rep.id,
            date=problem.days[planned.day].date,
            start=timed.start,
            end=timed.end,
            stops=stops,
            travel=sum(seconds),
            distance=sum(metres),
            travel_back=seconds[-1],
            distance_back=metres[-1],
            lunch=timed.lunch,
            lunch_seconds=problem.days[planned.day].lunch if timed.lunch is not None else 0,
            line=()
            if drawn is None
            else drawn.line(self.territory.located, [self._row(node) for node in nodes]),
            roads="none" if drawn is None else drawn.kind,
        )

    def _row(self, node: int) -> int:
        problem = self.problem
        if node == problem.start_node:
            return self.row[f"@start/{problem.rep.id}"]
        if node == problem.end_node:
            return self.row[f"@end/{problem.rep.id}"]
        return self.row[problem.clients[node].retailer.id]

    def _stop(self, planned: PlannedDay, number: int, seconds: int, metres: int) -> Stop:
        visit, stop = planned.timed.visits[number], planned.stops[number]
        retailer = self.problem.clients[visit.client].retailer
        lead = self.requests[stop.requests[0]]
        segment = self.demand.segments[retailer.id]
        tasks = [self.tasks[name] for name in stop.tasks]
        return Stop(
            retailer=retailer.id,
            request=lead.id,
            sequence=number + 1,
            arrival=visit.arrival,
            begin=visit.begin,
            departure=visit.departure,
            due=lead.due,
            tier=lead.tier,
            state=lead.state,
            segment=segment,
            lon=retailer.lon,
            lat=retailer.lat,
            name=retailer.name,
            snap_m=round(float(self.territory.located.snap_m[self.row[retailer.id]]), 1),
            purpose=purpose_of(segment, tasks, self.texts, lead.days_overdue),
            checklist=checklist_of(segment, tasks, self.checklists, self.texts),
            tasks=stop.tasks,
            also=stop.requests[1:],
            travel_from_previous=seconds,
            distance_from_previous=metres,
        )


def _outcomes(
    inputs: PlanInput, policy: Policy, schedule: Schedule, texts: Texts
) -> list[TaskOutcome]:
    done = {
        task: (route.rep, route.date)
        for route in schedule.routes
        for stop in route.stops
        for task in stop.tasks
    }
    calls = calls_of_tasks(schedule)
    visited: dict[str, list[date]] = {}
    for route in schedule.routes:
        for stop in route.stops:
            visited.setdefault(stop.retailer, []).append(route.date)
    reasons = {d.task: d for d in schedule.dropped if d.task}
    gone = excluded_retailers(inputs, schedule)
    outcomes = []
    for task in inputs.tasks:
        dates = task_dates(task, inputs.horizon, policy)
        values = {"due": task.due.isoformat(), "minutes": round(task.minutes)}
        rep, day, code, reason, status = None, None, "", "", "dropped"
        call = calls.get(task.id)
        if call is not None:
            rep, day = call.rep, call.date
        if task.channel is Channel.PHONE:
            status, reason = "phone", texts.say("task.phone", **values)
        elif dates is None:
            continue
        elif task.retailer in gone:
            code, reason = "VR4203", texts.say("task.excluded")
        elif task.id in done:
            status = "done"
            rep, day = done[task.id]
        else:
            if task.id in reasons:
                code, reason = reasons[task.id].code, reasons[task.id].reason
            elif any(dates[0] <= d <= dates[1] for d in visited.get(task.retailer, [])):
                code = "VR4202"
                reason = texts.say("task.no_time", earliest=dates[0].isoformat(), **values)
            else:
                code = "VR4201"
                reason = texts.say("task.no_stop", earliest=dates[0].isoformat(), **values)
            if call is not None:
                status = "call"
        outcomes.append(
            TaskOutcome(task.id, task.retailer, status, task.due, rep, day, code, reason)
        )
    return sorted(outcomes, key=lambda o: (o.retailer, o.due, o.task))
