"""Which visits are requested, and how much each weighs: docs/concepts.md in code."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from visitroute.model import (
    Cadence,
    Channel,
    DueState,
    Horizon,
    Lock,
    PlanInput,
    Quadrant,
    RequestKind,
    Retailer,
    Segment,
    Task,
    Tier,
    VisitRecord,
    VisitRequest,
)
from visitroute.policy import Policy
from visitroute.priority.daysoff import DaysOff
from visitroute.priority.segments import derive_segment

OVERDUE_GRACE = 6
"""An overdue first visit may take place on S and this many days after it, at the least."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a plan, worked out from input and policy.

    ``requests`` are ordered by retailer as in the input, then by due date. The mappings
    are keyed by retailer id; ``last`` has the retailers with an earlier visit only, ``moved`` by
    how many days the make-up rule let the longest gap of a retailer grow.
    """

    requests: tuple[VisitRequest, ...]
    segments: Mapping[str, Segment]
    cadences: Mapping[str, Cadence]
    last: Mapping[str, date]
    moved: Mapping[str, int] = field(default_factory=dict)

    def without(self, names: Collection[str]) -> Demand:
        """Return the same demand without some requests."""
        return replace(self, requests=tuple(r for r in self.requests if r.id not in names))

    def of(self, retailers: Iterable[str]) -> tuple[VisitRequest, ...]:
        """Return the requests of some retailers."""
        wanted = set(retailers)
        return tuple(r for r in self.requests if r.retailer in wanted)


def request_visits(inputs: PlanInput, policy: Policy) -> Demand:
    """Return every visit that should take place in the horizon."""
    horizon = inputs.horizon
    last = last_visits(inputs.visits, horizon)
    segments = {r.id: derive_segment(r, policy) for r in inputs.retailers}
    cadences = {
        r.id: r.cadence or policy.segments[segments[r.id]].cadence for r in inputs.retailers
    }
    tasks: dict[str, list[Task]] = defaultdict(list)
    for task in inputs.tasks:
        tasks[task.retailer].append(task)
    locks: dict[str, list[Lock]] = defaultdict(list)
    for lock in inputs.locks:
        known = [other.date for other in locks[lock.retailer]]
        if horizon.holds(lock.date) and lock.date not in known:
            locks[lock.retailer].append(lock)
    worth = _shares(inputs.retailers)
    days_off = DaysOff(inputs, policy)
    moved: dict[str, int] = {}

    requests: list[VisitRequest] = []
    for retailer in inputs.retailers:
        share = policy.priority.value * worth.get(retailer.id, 0.0)
        weight = policy.segments[segments[retailer.id]].weight * (1 + share)
        found = [
            VisitRequest(
                id=f"{retailer.id}!{lock.date.isoformat()}",
                retailer=retailer.id,
                kind=RequestKind.LOCK,
                due=lock.date,
                earliest=lock.date,
                latest=lock.date,
                tier=Tier.FIXED,
                weight=max(1, round(weight)),
                state=DueState.LOCKED,
                rep=lock.rep,
                time=lock.time,
            )
            for lock in locks[retailer.id]
        ]
        found += _task_requests(tasks[retailer.id], horizon, policy)
        if retailer.channel is Channel.VISIT:
            rhythm = _cadence_requests(
                retailer.id, cadences[retailer.id], last.get(retailer.id), horizon, weight, policy
            )
            rhythm, days = days_off.make_up(retailer, rhythm)
            if days:
                moved[retailer.id] = days
            found += rhythm
        requests += sorted(found, key=lambda r: (r.due, r.tier, r.id))
    return Demand(tuple(requests), segments, cadences, last, moved)


def request_calls(inputs: PlanInput, policy: Policy) -> tuple[VisitRequest, ...]:
    """Return the calls that phone retailers' cadences ask for, from their last contact on."""
    horizon = inputs.horizon
    last: dict[str, date] = {}
    for record in inputs.visits:
        if record.date < horizon.start:
            last[record.retailer] = max(record.date, last.get(record.retailer, record.date))
    found: list[VisitRequest] = []
    for retailer in inputs.retailers:
        if retailer.channel is Channel.PHONE:
            rules = policy.segments[derive_segment(retailer, policy)]
            cadence = retailer.cadence or rules.cadence
            before = last.get(retailer.id)
            found += [
                request
                for request in _cadence_requests(
                    retailer.id, cadence, before, horizon, rules.weight, policy
                )
                if request.kind is RequestKind.CADENCE
            ]
    return tuple(found)


def last_visits(visits: Iterable[VisitRecord], horizon: Horizon) -> dict[str, date]:
    """Return the date of each retailer's last visit in person before the horizon."""
    last: dict[str, date] = {}
    for visit in visits:
        if visit.channel is Channel.VISIT and visit.date < horizon.start:
            last[visit.retailer] = max(visit.date, last.get(visit.retailer, visit.date))
    return last


def task_dates(task: Task, horizon: Horizon, policy: Policy) -> tuple[date, date] | None:
    """Return the first and last date in the horizon on which a task may be done, or None."""
    if task.appointment is not None:
        return (task.due, task.due) if horizon.holds(task.due) else None
    earliest = task.earliest
    if earliest is None:
        earliest = task.due - timedelta(days=policy.quadrants[task.quadrant].lead_days)
    latest = task.due
    if latest < horizon.start:
        earliest, latest = horizon.start, horizon.start + timedelta(days=OVERDUE_GRACE)
    earliest, latest = max(earliest, horizon.start), min(latest, horizon.end)
    return (earliest, latest) if earliest <= latest else None


def _shares(retailers: Iterable[Retailer]) -> dict[str, float]:
    """Return each retailer's share of the largest value, or of the largest monthly volume."""
    for known in (
        {r.id: r.value for r in retailers if r.value is not None},
        {r.id: r.monthly_volume for r in retailers if r.monthly_volume is not None},
    ):
        top = max(known.values(), default=0.0)
        if top > 0:
            return {name: max(value, 0.0) / top for name, value in known.items()}
    return {}


def _task_requests(tasks: Iterable[Task], horizon: Horizon, policy: Policy) -> list[VisitRequest]:
    found = []
    for task in tasks:
        quadrant = policy.quadrants[task.quadrant]
        fixed = task.appointment is not None
        dates = task_dates(task, horizon, policy)
        if task.channel is Channel.PHONE or dates is None or not (quadrant.trip or fixed):
            continue
        if fixed:
            kind, tier, state = RequestKind.APPOINTMENT, Tier.FIXED, DueState.APPOINTMENT
        else:
            # What a call can do takes no place from what needs a visit.
            urgent = task.quadrant is Quadrant.Q1 and not task.may_be_called
            kind, state = RequestKind.TASK, DueState.TASK
            tier = Tier.URGENT if urgent else Tier.TASK
        found.append(
            VisitRequest(
                id=f"{task.retailer}@{task.id}",
                retailer=task.retailer,
                kind=kind,
                due=task.due,
                earliest=dates[0],
                latest=dates[1],
                tier=tier,
                weight=1 if task.may_be_called else max(1, quadrant.weight),
                state=state,
                days_overdue=max(0, (horizon.start - task.due).days),
                task=task.id,
                time=task.appointment,
            )
        )
    return found


def _cadence_requests(
    retailer: str,
    cadence: Cadence,
    last: date | None,
    horizon: Horizon,
    weight: float,
    policy: Policy,
) -> list[VisitRequest]:
    start, end = horizon.start, horizon.end
    gap = cadence.per // cadence.visits
    early, late = max(0, gap - cadence.min_gap), max(0, cadence.max_gap - gap)
    overdue = 0
    state = DueState.DUE
    if last is None:
        state = DueState.NEW
        anchor = start - timedelta(days=1)
        if gap > horizon.num_days:
            # Nobody knows when it was last seen: spread such shops evenly over their interval.
            offset = zlib.crc32(retailer.encode()) % gap
            if offset >= horizon.num_days:
                return []
            anchor = start + timedelta(days=offset - gap)
        else:
            early, late = gap - 1, 0
    else:
        overdue = (start - (last + timedelta(days=gap))).days
        anchor = start - timedelta(days=gap) if overdue > 0 else last

    def make(index: int, due: date, kind: RequestKind) -> VisitRequest:
        earliest, latest = due - timedelta(days=early), due + timedelta(days=late)
        tier, own, days = Tier.DUE, state, 0
        if kind is RequestKind.FILLER:
            tier, own = Tier.FILLER, DueState.FILLER
        elif index == 0 and overdue > 0:
            tier, own, days = Tier.OVERDUE, DueState.OVERDUE, overdue
            earliest, latest = start, start + timedelta(days=max(late, OVERDUE_GRACE))
        delay = min(days / max(gap, 1), policy.priority.overdue_cap)
        return VisitRequest(
            id=f"{retailer}#{index}",
            retailer=retailer,
            kind=kind,
            due=due,
            earliest=max(earliest, start),
            latest=min(latest, end),
            tier=tier,
            weight=max(1, round(weight * (1 + policy.priority.overdue * delay))),
            state=own,
            index=index,
            days_overdue=days,
        )

    found = []
    index = 0
    while (due := _due(anchor, cadence, index)) <= end:
        found.append(make(index, due, RequestKind.CADENCE))
        index += 1
    if policy.cadence.fillers and last is not None and due - timedelta(days=early) <= end:
        found.append(make(index, due, RequestKind.FILLER))
    return found


def _due(anchor: date, cadence: Cadence, index: int) -> date:
    return anchor + timedelta(days=(index + 1) * cadence.per // cadence.visits)
