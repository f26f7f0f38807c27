"""The daily call list: tasks, cadences and visits given way by phone, in the slack of the days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from visitroute.model import Channel, PlanInput, RouteDay, Schedule, Task, VisitRequest
from visitroute.planning.capacity import working_calendar
from visitroute.planning.views import Row
from visitroute.policy import Policy
from visitroute.priority import Demand, purpose_of, request_calls, task_dates
from visitroute.solve import DayFrame
from visitroute.solve.problem import day_frames
from visitroute.texts import Texts
from visitroute.units import MINUTE


@dataclass(frozen=True, slots=True)
class Call:
    """One call 电话拜访 to be made.

    ``date`` is the rep's day, None where no allowed day has time left. ``why`` is task, cadence
    or overload. Durations are seconds.
    """

    rep: str
    date: dt.date | None
    retailer: str
    due: dt.date
    seconds: int
    why: str
    tasks: tuple[str, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class _Wish:
    retailer: str
    due: dt.date
    earliest: dt.date
    latest: dt.date
    seconds: int
    why: str
    task: Task | None = None


def list_calls(
    inputs: PlanInput,
    policy: Policy,
    demand: Demand,
    schedule: Schedule,
    phoned: Sequence[VisitRequest],
    texts: Texts,
) -> tuple[Call, ...]:
    """Return the calls of a horizon by rep and date: each on the allowed day with most time left.

    ``phoned`` are visits that gave way to a call. What is due first is placed first. A call takes
    the minutes of its task, or the policy's.
    """
    calendar = working_calendar(inputs, policy)
    left: dict[str, dict[dt.date, int]] = {}
    routes = {(r.rep, r.date): r for r in schedule.routes}
    for rep in inputs.reps:
        frames = day_frames(inputs, rep, calendar)
        left[rep.id] = {f.date: _slack(f, routes.get((rep.id, f.date))) for f in frames}
    owners = _owners(inputs, schedule)
    gone = {e.retailer for e in schedule.excluded if e.table == "retailers"}
    wishes = [
        w for w in _wishes(inputs, policy, demand, phoned) if w.retailer in owners.keys() - gone
    ]
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
            )
        )
    return tuple(
        sorted(calls, key=lambda c: (c.rep, c.date or dt.date.max, c.retailer, c.due, c.tasks))
    )


def _wishes(
    inputs: PlanInput, policy: Policy, demand: Demand, phoned: Sequence[VisitRequest]
) -> Iterator[_Wish]:
    usual = round(policy.calls.minutes * MINUTE)
    known = set(demand.segments)
    for task in inputs.tasks:
        dates = task_dates(task, inputs.horizon, policy)
        if task.channel is Channel.PHONE and dates is not None and task.retailer in known:
            seconds = round(task.minutes * MINUTE) or usual
            yield _Wish(task.retailer, task.due, *dates, seconds, "task", task)
    for why, requests in (("cadence", request_calls(inputs, policy)), ("overload", phoned)):
        for r in requests:
            yield _Wish(r.retailer, r.due, r.earliest, r.latest, usual, why)


def _owners(inputs: PlanInput, schedule: Schedule) -> Mapping[str, str]:
    """Return who calls whom: who visits it, else who left it out, else its first rep."""
    everybody = [rep.id for rep in inputs.reps]
    found = {r.id: r.rep or next(iter(r.team or everybody), "") for r in inputs.retailers}
    found |= {d.retailer: d.rep for d in schedule.dropped if d.rep is not None}
    return found | {s.retailer: route.rep for route in schedule.routes for s in route.stops}


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


CALL_COLUMNS = (
    "rep",
    "date",
    "retailer",
    "name",
    "phone",
    "due",
    "minutes",
    "why",
    "tasks",
    "purpose",
)


def call_rows(calls: Iterable[Call], inputs: PlanInput) -> list[Row]:
    """Return one row for each call."""
    shops = {r.id: r for r in inputs.retailers}
    return [
        {
            "rep": c.rep,
            "date": None if c.date is None else c.date.isoformat(),
            "retailer": c.retailer,
            "name": shops[c.retailer].name,
            "phone": shops[c.retailer].phone,
            "due": c.due.isoformat(),
            "minutes": round(c.seconds / MINUTE, 1),
            "why": c.why,
            "tasks": ", ".join(c.tasks),
            "purpose": c.purpose,
        }
        for c in calls
    ]
