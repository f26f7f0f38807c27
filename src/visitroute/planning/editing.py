"""From an edited workbook to a schedule that can be checked, and to locks for another plan."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from visitroute.calendar import WorkingCalendar
from visitroute.errors import InputError, Problem
from visitroute.model import (
    DroppedVisit,
    Lock,
    PlanInput,
    RouteDay,
    Schedule,
    Stop,
    TaskOutcome,
    Verdict,
    VisitRequest,
)
from visitroute.planning.calls import calls_of_tasks, with_calls
from visitroute.planning.edits import EditedVisit, Edits
from visitroute.planning.measuring import draw_line, measure_schedule
from visitroute.planning.retiming import DayTimer
from visitroute.planning.territories import end_id, start_id
from visitroute.policy import Policy
from visitroute.priority import (
    checklist_of,
    derive_segment,
    excluded_retailers,
    purpose_of,
    request_visits,
)
from visitroute.roads import RoadSource, TravelMatrix
from visitroute.texts import load_texts

_Days = dict[tuple[str, date], list[EditedVisit]]


def edit_inputs(inputs: PlanInput, edits: Edits) -> PlanInput:
    """Return the input with a lock for every visit that somebody added."""
    have = {(lock.retailer, lock.date) for lock in inputs.locks}
    added = [
        Lock(v.retailer, v.date, v.rep)
        for v in edits.visits
        if v.stop is None and (v.retailer, v.date) not in have
    ]
    return replace(inputs, locks=(*inputs.locks, *added))


def edit_schedule(
    inputs: PlanInput, policy: Policy, schedule: Schedule, edits: Edits, roads: RoadSource
) -> Schedule:
    """Return the schedule that the edits make of a plan; ``inputs`` have their locks.

    Days that changed get new times, in the order that was written; where the order is open, a
    visit stands where the way grows least. Nothing is mended: a visit for which there is no time
    is there, and the checker tells of it.
    """
    demand = request_visits(inputs, policy)
    requests, texts = demand.requests, load_texts(policy.texts.language)
    days: _Days = defaultdict(list)
    for visit in edits.visits:
        days[visit.rep, visit.date].append(visit)
    timed = _retime(inputs, policy, schedule, days, requests, roads)
    planned = {n for route in timed for s in route.stops for n in (s.request, *s.also)}
    dropped = [d for d in schedule.dropped if d.request not in planned]
    told = {d.request for d in dropped}
    gone = excluded_retailers(inputs, schedule)
    dropped += [
        DroppedVisit(
            r.retailer,
            r.id,
            r.due,
            r.tier,
            Verdict.NOT_FOUND,
            "VR4114",
            texts.say("edit.deleted"),
            rep=r.rep,
            task=r.task,
        )
        for r in requests
        if r.id not in planned and r.id not in told and r.retailer not in gone
    ]
    edited = replace(
        schedule,
        routes=tuple(sorted(timed, key=lambda r: (r.rep, r.date))),
        dropped=tuple(sorted(dropped, key=lambda d: (d.retailer, d.due, d.request))),
    )
    edited = with_calls(inputs, policy, demand, edited, texts)
    return replace(edited, tasks=_outcomes(inputs, edited, texts.say("edit.deleted")))


def edit_locks(
    schedule: Schedule, edited: Schedule, edits: Edits
) -> tuple[tuple[Lock, ...], Mapping[str, frozenset[date]]]:
    """Return locks that hold edited visits, and the dates that visits have left for good.

    Visits that were moved or added are locked to their date and rep; all visits of a day whose
    order was changed by hand are locked, to their times too. Where a visit was deleted, or moved
    to another date, its retailer may not be visited again.
    """
    before = {(r.rep, r.date): [s.retailer for s in r.stops] for r in schedule.routes}
    after = {(r.rep, r.date): r for r in edited.routes}
    ordered = set()
    for key, route in after.items():
        names = [s.retailer for s in route.stops]
        stayed = [n for n in before.get(key, []) if n in names]
        if stayed != [n for n in names if n in set(stayed)]:
            ordered.add(key)
    begin = {(r.rep, r.date, s.retailer): s.begin for r in edited.routes for s in r.stops}
    locks = []
    for visit in edits.visits:
        key = (visit.rep, visit.date)
        if not visit.is_moved and key not in ordered:
            continue
        time = begin.get((*key, visit.retailer)) if key in ordered else None
        locks.append(Lock(visit.retailer, visit.date, visit.rep, time))
    kept = {(v.retailer, v.date) for v in edits.visits}
    closed: dict[str, set[date]] = defaultdict(set)
    left = [(stop.retailer, route.date) for route, stop in edits.deleted]
    left += [(v.retailer, v.was[1]) for v in edits.visits if v.is_moved and v.was is not None]
    for name, day in left:
        if (name, day) not in kept:
            closed[name].add(day)
    return tuple(locks), {name: frozenset(dates) for name, dates in closed.items()}


def _retime(
    inputs: PlanInput,
    policy: Policy,
    schedule: Schedule,
    days: _Days,
    requests: Sequence[VisitRequest],
    roads: RoadSource,
) -> list[RouteDay]:
    before = {(route.rep, route.date): route for route in schedule.routes}
    shops = {r.id: r for r in inputs.retailers}
    reps = {r.id: r for r in inputs.reps}
    years = range(inputs.horizon.start.year, inputs.horizon.end.year + 1)
    calendar = WorkingCalendar(policy.calendar, years)
    draft = [_draft(key, visits, inputs, policy, requests) for key, visits in days.items()]
    changed = [d for d in draft if not _is_same(before.get((d.rep, d.date)), d)]
    matrices = measure_schedule(inputs, replace(schedule, routes=tuple(changed)), roads)
    timed = [before[d.rep, d.date] for d in draft if _is_same(before.get((d.rep, d.date)), d)]
    for day in changed:
        rep = reps.get(day.rep)
        known = all(s.retailer in shops for s in day.stops)
        if rep is None or not known:
            timed.append(day)  # the checker names what is unknown
            continue
        matrix = matrices[day.rep]
        visits = sorted(days[day.rep, day.date], key=lambda v: v.retailer)
        loose = {v.retailer for v in visits if v.place is None}
        ordered = _place(day, loose, matrix, start_id(rep), end_id(rep))
        timer = DayTimer(inputs, rep, calendar, matrix)
        line = draw_line(inputs, rep, ordered, roads)
        fixed = _fixed(ordered, requests)
        timed.append(replace(timer.time(ordered, shops, fixed), roads=roads.kind, line=line))
    return timed


def _draft(
    key: tuple[str, date],
    visits: Sequence[EditedVisit],
    inputs: PlanInput,
    policy: Policy,
    requests: Sequence[VisitRequest],
) -> RouteDay:
    """Return a day with its stops in the order written, untimed; equal places: moved ones last."""
    rep, day = key
    ordered = sorted(
        visits,
        key=lambda v: (v.place is None, v.place or 0.0, v.is_moved, v.retailer),
    )
    stops = [v.stop or _new_stop(v, inputs, policy, requests) for v in ordered]
    numbered = tuple(replace(s, sequence=i) for i, s in enumerate(stops, start=1))
    return RouteDay(rep, day, 0, 0, numbered, 0, 0)


def _fixed(day: RouteDay, requests: Sequence[VisitRequest]) -> dict[str, int]:
    """Return when visits of a day have to begin, by retailer; the earliest where several are."""
    own = {name for s in day.stops for name in (s.request, *s.also)}
    found: dict[str, int] = {}
    for r in requests:
        if r.time is not None and r.due == day.date and r.id in own:
            found[r.retailer] = min(r.time, found.get(r.retailer, r.time))
    return found


def _is_same(before: RouteDay | None, draft: RouteDay) -> bool:
    if before is None:
        return False
    return [s.request for s in before.stops] == [s.request for s in draft.stops]


def _new_stop(
    visit: EditedVisit, inputs: PlanInput, policy: Policy, requests: Sequence[VisitRequest]
) -> Stop:
    """Return the stop of a visit that somebody added: it serves its lock."""
    name = f"{visit.retailer}!{visit.date.isoformat()}"
    request = next((r for r in requests if r.id == name), None)
    shop = next((r for r in inputs.retailers if r.id == visit.retailer), None)
    if request is None or shop is None:
        message = f"'{visit.retailer}' can't be visited on {visit.date}: no retailer of this id, "
        problem = Problem("VR1604", message + "or a date beyond the horizon", column="retailer")
        raise InputError([problem])
    segment, texts = derive_segment(shop, policy), load_texts(policy.texts.language)
    return Stop(
        retailer=shop.id,
        request=name,
        sequence=0,
        arrival=0,
        begin=0,
        departure=round(60 * _service(visit.retailer, inputs, policy)),
        due=request.due,
        tier=request.tier,
        state=request.state,
        segment=segment,
        lon=shop.lon,
        lat=shop.lat,
        name=shop.name,
        purpose=purpose_of(segment, (), texts),
        checklist=checklist_of(segment, (), policy.checklists, texts),
    )


def _service(retailer: str, inputs: PlanInput, policy: Policy) -> float:
    shop = next(r for r in inputs.retailers if r.id == retailer)
    if shop.service_minutes is not None:
        return shop.service_minutes
    return policy.segments[derive_segment(shop, policy)].service_minutes


def _place(day: RouteDay, loose: set[str], matrix: TravelMatrix, start: str, end: str) -> RouteDay:
    """Return a day with the loose stops where the way grows least, one after the other."""
    where = {name: i for i, name in enumerate(matrix.ids)}
    seconds = matrix.seconds
    stops = [s for s in day.stops if s.retailer not in loose]
    for stop in (s for s in day.stops if s.retailer in loose):
        nodes = [where[start], *(where[s.retailer] for s in stops), where[end]]
        own = where[stop.retailer]
        extra = [
            int(seconds[a, own] + seconds[own, b] - seconds[a, b])
            for a, b in itertools.pairwise(nodes)
        ]
        stops.insert(extra.index(min(extra)), stop)
    numbered = tuple(replace(s, sequence=i) for i, s in enumerate(stops, start=1))
    return replace(day, stops=numbered)


def _outcomes(inputs: PlanInput, edited: Schedule, deleted: str) -> tuple[TaskOutcome, ...]:
    """Return what becomes of the tasks: done at the stops and calls of the edited plan."""
    done = {t: (r.rep, r.date) for r in edited.routes for s in r.stops for t in s.tasks}
    calls = calls_of_tasks(edited)
    either = {task.id for task in inputs.tasks if task.may_be_called}
    found = []
    for outcome in edited.tasks:
        call = calls.get(outcome.task)
        rep, day = (None, None) if call is None else (call.rep, call.date)
        if outcome.task in done:
            rep, day = done[outcome.task]
            found.append(replace(outcome, rep=rep, date=day))
        elif outcome.status == "phone":
            found.append(replace(outcome, rep=rep, date=day))
        else:
            status = "call" if call is not None and outcome.task in either else "dropped"
            gone = replace(outcome, status=status, rep=rep, date=day)
            if outcome.status == "done":
                gone = replace(gone, code="VR4201", reason=deleted)
            found.append(gone)
    return tuple(found)
