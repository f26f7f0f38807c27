"""The daily call list: tasks, cadences and visits given way by phone, in the slack of the days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from visitroute.model import (
    Call,
    Channel,
    GiveWay,
    PlanInput,
    RouteDay,
    Schedule,
    Task,
    VisitRequest,
)
from visitroute.planning.capacity import working_calendar
from visitroute.policy import Policy
from visitroute.priority import (
    Demand,
    excluded_retailers,
    purpose_of,
    request_calls,
    task_dates,
)
from visitroute.solve import DayFrame
from visitroute.solve.problem import day_frames
from visitroute.texts import Texts
from visitroute.units import MINUTE


@dataclass(frozen=True, slots=True)
class _Wish:
    retailer: str
    due: dt.date
    earliest: dt.date
    latest: dt.date
    seconds: int
    why: str
    task: Task | None = None
    request: str = ""


def with_calls(
    inputs: PlanInput, policy: Policy, demand: Demand, schedule: Schedule, texts: Texts
) -> Schedule:
    """Return a schedule with its calls, and each dropped visit with the date of the call for it.

    ``schedule`` has routes and dropped visits; calls it had are made anew.
    """
    calls = _list_calls(inputs, policy, demand, schedule, texts)
    dates = {call.request: call.date for call in calls if call.request}
    dropped = tuple(replace(d, call=dates.get(d.request)) for d in schedule.dropped)
    return replace(schedule, dropped=dropped, calls=calls)


def calls_of_tasks(schedule: Schedule) -> dict[str, Call]:
    """Return the call on which each task is done, for those that have a date."""
    return {task: c for c in schedule.calls if c.date is not None for task in c.tasks}


def _list_calls(
    inputs: PlanInput, policy: Policy, demand: Demand, schedule: Schedule, texts: Texts
) -> tuple[Call, ...]:
    """Return the calls of a horizon by rep and date: each on the allowed day with most time left.

    What is due first is placed first. A call takes the minutes of its task, or the policy's.
    """
    calendar = working_calendar(inputs, policy)
    left: dict[str, dict[dt.date, int]] = {}
    routes = {(r.rep, r.date): r for r in schedule.routes}
    for rep in inputs.reps:
        frames = day_frames(inputs, rep, calendar)
        left[rep.id] = {f.date: _slack(f, routes.get((rep.id, f.date))) for f in frames}
    owners = _owners(inputs, schedule)
    known = owners.keys() - excluded_retailers(inputs, schedule).keys()
    wishes = [w for w in _wishes(inputs, policy, demand, schedule) if w.retailer in known]
    wishes.sort(key=lambda w: (w.latest, w.due, w.retailer, w.why, w.task.id if w.task else ""))
    calls = []
    for wish in wishes:
        rep_id = owners[wish.retailer]
        able = {
            day: slack
            for day, slack in left[rep_id].items()
            if wish.earliest <= day <= wish.latest and slack >= wish.seconds
        }
        day = max(able, key=lambda d: (able[d], -d.toordinal()), default=None)
        if day is not None:
            left[rep_id][day] -= wish.seconds
        tasks = [wish.task] if wish.task else []
        calls.append(
            Call(
                rep_id,
                day,
                wish.retailer,
                wish.due,
                wish.seconds,
                wish.why,
                tuple(t.id for t in tasks),
                purpose_of(demand.segments[wish.retailer], tasks, texts),
                wish.request,
            )
        )
    return tuple(
        sorted(calls, key=lambda c: (c.rep, c.date or dt.date.max, c.retailer, c.due, c.tasks))
    )


def _wishes(
    inputs: PlanInput, policy: Policy, demand: Demand, schedule: Schedule
) -> Iterator[_Wish]:
    """Yield what asks for a call: tasks, cadences by phone, and visits that gave way to one."""
    usual = round(policy.calls.minutes * MINUTE)
    done = {task for route in schedule.routes for stop in route.stops for task in stop.tasks}
    asked = {r.task: r.id for r in demand.requests if r.task}
    for task in inputs.tasks:
        dates = task_dates(task, inputs.horizon, policy)
        called = task.channel is Channel.PHONE or (task.may_be_called and task.id not in done)
        if called and dates is not None and task.retailer in demand.segments:
            seconds = round(task.minutes * MINUTE) or usual
            request = asked.get(task.id, "")
            yield _Wish(task.retailer, task.due, *dates, seconds, "task", task, request)
    for r in request_calls(inputs, policy):
        yield _Wish(r.retailer, r.due, r.earliest, r.latest, usual, "cadence")
    for r in _given_way(policy, demand, schedule):
        yield _Wish(r.retailer, r.due, r.earliest, r.latest, usual, "overload", request=r.id)


def _given_way(policy: Policy, demand: Demand, schedule: Schedule) -> Iterator[VisitRequest]:
    """Yield the requests that gave way by the overload policy to a call."""
    gone = {d.request for d in schedule.dropped if d.code == "VR4111"}
    how = policy.overload.how
    for r in demand.requests:
        if r.id in gone and how[demand.segments[r.retailer]] is GiveWay.PHONE:
            yield r


def _owners(inputs: PlanInput, schedule: Schedule) -> Mapping[str, str]:
    """Return who calls whom: who visits it, else who left it out, else its first rep.

    A schedule edited by hand may name reps that the input does not have: they call nobody.
    """
    everybody = [rep.id for rep in inputs.reps]
    found = {r.id: r.rep or next(iter(r.team or everybody), "") for r in inputs.retailers}
    found |= {d.retailer: d.rep for d in schedule.dropped if d.rep in everybody}
    routes = [route for route in schedule.routes if route.rep in everybody]
    return found | {s.retailer: route.rep for route in routes for s in route.stops}


def _slack(frame: DayFrame, route: RouteDay | None) -> int:
    """Return the seconds of a day that are neither route nor meeting nor lunch."""
    start, end = (frame.start, frame.start) if route is None else (route.start, route.end)
    busy = end - start
    for a, b in frame.blocks:
        inside = max(0, min(b, frame.end) - max(a, frame.start))
        busy += inside - max(0, min(b, end) - max(a, start))
    if frame.lunch and (route is None or route.lunch is None or not start <= route.lunch < end):
        busy += frame.lunch
    return max(0, frame.end - frame.start - busy)
