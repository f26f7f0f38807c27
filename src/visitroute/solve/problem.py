"""The visit planning problem of one rep, compiled from domain objects to plain integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from visitroute.calendar import WorkingCalendar
from visitroute.model import (
    Amounts,
    Channel,
    PlanInput,
    Rep,
    RequestKind,
    Retailer,
    Task,
    Tier,
    VisitRequest,
    Window,
)
from visitroute.policy import Policy
from visitroute.priority import Demand, task_dates
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix

COST_SCALE = 10
"""Costs are counted in tenths of a second, so that policy weights may have a decimal."""

LOAD_SCALE = 1000
"""Loads are counted in thousandths, rounded to the safe side."""

UNBOUNDED = 10**15
"""A capacity that no load reaches."""

FAR = 10**9
"""Seconds that no day can hold: stands for a way that does not exist."""


@dataclass(frozen=True, slots=True)
class DayFrame:
    """What a rep's day can hold.

    ``start`` and ``end`` bound the route in seconds after midnight (review time is already
    taken off). ``lunches`` are the windows in which lunch may lie, meetings cut out and none
    shorter than ``lunch``, its seconds (0: no lunch). ``blocks`` are the meetings. ``capacity``
    is what can be carried by dimension, in thousandths.
    """

    date: date
    start: int
    end: int
    lunch: int
    lunches: tuple[Window, ...]
    blocks: tuple[Window, ...]
    max_visits: int
    max_driving: int
    capacity: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A visit request with the indices of the days it may lie on, and what dropping it costs."""

    request: VisitRequest
    days: tuple[int, ...]
    penalty: int

    @property
    def is_cadence(self) -> bool:
        """Tell whether the request is part of the retailer's cadence, fillers included."""
        return self.request.kind in (RequestKind.CADENCE, RequestKind.FILLER)


@dataclass(frozen=True, slots=True)
class Job:
    """A task as the search sees it: its work, its days, and its rank among the others.

    ``exact`` is the work in seconds, not yet rounded: only the sum of a stop is.
    """

    task: Task
    exact: Decimal
    days: frozenset[int]
    rank: tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Client:
    """A retailer as the search sees it; index = row of the travel matrix.

    ``windows[d]`` are the windows in which service may lie on day d, empty when it can't;
    ``fixed[d]`` is the second at which it has to begin, None when free.
    ``service`` is the seconds of a visit without tasks, ``exact`` before rounding. ``cadence``
    asks come in order of due date, ``others`` (fixed and task requests) in order of tier.
    ``load`` is what a visit takes of the day's capacity, by dimension in thousandths.
    """

    index: int
    retailer: Retailer
    service: int
    exact: Decimal
    windows: tuple[tuple[Window, ...], ...]
    fixed: tuple[int | None, ...]
    cadence: tuple[Ask, ...]
    others: tuple[Ask, ...]
    jobs: tuple[Job, ...]
    min_gap: int
    max_gap: int
    ideal_gap: float
    last: int | None
    weekday: int | None
    load: tuple[int, ...] = ()

    def service_with(self, jobs: Iterable[Job]) -> int:
        """Return the seconds of a visit on which some tasks are done, rounded half up."""
        return _round(sum((job.exact for job in jobs), self.exact))

    def jobs_on(self, day: int) -> tuple[Job, ...]:
        """Return the tasks that may be done on a day."""
        return tuple(job for job in self.jobs if day in job.days)

    def starts(self, day: int, service: int) -> tuple[Window, ...]:
        """Return the (first, last) seconds at which a visit of this length may begin on a day."""
        fixed = self.fixed[day]
        if fixed is None:
            return tuple((a, b - service) for a, b in self.windows[day] if b - a >= service)
        return tuple(
            (fixed, fixed) for a, b in self.windows[day] if a <= fixed and fixed + service <= b
        )


@dataclass(frozen=True, slots=True)
class Costs:
    """Policy weights in tenths of a second."""

    travel: int
    irregularity: int
    shortfall: int
    excess: int
    imbalance: int
    weekday: int

    def load(self, visits: int, mean: int, least: int, target: int | None) -> int:
        """Return the cost of a day with this many visits, apart from travel."""
        cost = self.imbalance * abs(visits - mean) + self.shortfall * max(0, least - visits)
        if target is not None:
            cost += self.excess * max(0, visits - target)
        return cost


@dataclass(frozen=True, slots=True)
class Problem:
    """One rep's horizon: days, clients, travel seconds and weights.

    ``seconds`` and ``metres`` are square lists of lists; rows are the clients in order, then
    the start place, then the end place. ``offsets[d]`` is day d's number of days after the
    horizon's start. ``mean_visits`` is the even share of visits a day.
    """

    rep: Rep
    days: tuple[DayFrame, ...]
    offsets: tuple[int, ...]
    clients: tuple[Client, ...]
    seconds: list[list[int]]
    metres: list[list[int]]
    costs: Costs
    min_visits: int
    target_visits: int | None
    mean_visits: int

    @property
    def start_node(self) -> int:
        """Row of the start place."""
        return len(self.clients)

    @property
    def end_node(self) -> int:
        """Row of the end place."""
        return len(self.clients) + 1

    def load_cost(self, visits: int) -> int:
        """Return the cost of a day with this many visits, apart from travel."""
        return self.costs.load(visits, self.mean_visits, self.min_visits, self.target_visits)


def compile_problem(
    inputs: PlanInput,
    policy: Policy,
    demand: Demand,
    calendar: WorkingCalendar,
    rep: Rep,
    retailers: Sequence[Retailer],
    matrix: TravelMatrix,
) -> Problem:
    """Return the problem of one rep and the retailers that are that rep's.

    ``matrix`` covers the retailers' ids and ``@start/<rep>``, ``@end/<rep>``.
    """
    days = day_frames(inputs, rep, calendar)
    clients = make_clients(
        inputs, policy, demand, days, retailers, lambda _: frozenset({rep.id}), dimensions([rep])
    )
    names = [c.retailer.id for c in clients] + [f"@start/{rep.id}", f"@end/{rep.id}"]
    part = matrix.subset(names)
    seconds = [
        [FAR if s >= UNREACHABLE // 10 else int(s) for s in line] for line in part.seconds.tolist()
    ]
    wanted = min(
        sum(len(client.cadence) for client in clients),
        sum(frame.max_visits for frame in days),
    )
    return Problem(
        rep=rep,
        days=days,
        offsets=tuple((frame.date - inputs.horizon.start).days for frame in days),
        clients=clients,
        seconds=seconds,
        metres=part.metres.tolist(),
        costs=policy_costs(policy),
        min_visits=rep.min_visits,
        target_visits=rep.target_visits,
        mean_visits=round(wanted / len(days)) if days else 0,
    )


def make_clients(
    inputs: PlanInput,
    policy: Policy,
    demand: Demand,
    days: Sequence[DayFrame],
    retailers: Sequence[Retailer],
    reps_of: Callable[[Retailer], frozenset[str]],
    kinds: Sequence[str] = (),
) -> tuple[Client, ...]:
    """Return the retailers with a request as clients on some days, in order.

    ``reps_of`` returns the ids of the reps who may visit a retailer: a lock of another one
    can't be kept. ``kinds`` are the dimensions of loads that somebody's capacity bounds.
    """
    asks = defaultdict(list)
    for request in demand.of(r.id for r in retailers):
        asks[request.retailer].append(request)
    tasks = defaultdict(list)
    for task in inputs.tasks:
        tasks[task.retailer].append(task)
    visited = [r for r in retailers if asks[r.id]]
    base = _penalty_bases([r for found in asks.values() for r in found], len(days), policy)

    clients = []
    for row, retailer in enumerate(visited):
        minutes = retailer.service_minutes
        if minutes is None:
            minutes = policy.segments[demand.segments[retailer.id]].service_minutes
        exact = _to_seconds(minutes)
        service = _round(exact)
        jobs = _jobs(tasks[retailer.id], inputs, policy, days, asks[retailer.id], base)
        windows = tuple(open_windows(retailer, frame, service) for frame in days)
        needs = {job.task.id: _round(exact + job.exact) for job in jobs}
        able = {None, *reps_of(retailer)}
        own = [r for r in asks[retailer.id] if r.rep in able]
        fixed = tuple(
            _fixed_time(own, frame.date, windows[d], needs, service) for d, frame in enumerate(days)
        )
        cadence, others = _split(asks[retailer.id], windows, fixed, days, able, base)
        rhythm = demand.cadences[retailer.id]
        last = demand.last.get(retailer.id)
        clients.append(
            Client(
                index=row,
                retailer=retailer,
                service=service,
                exact=exact,
                windows=windows,
                fixed=fixed,
                cadence=cadence,
                others=others,
                jobs=_met_at(jobs, others),
                min_gap=max(1, rhythm.min_gap),  # one stop a day, one cadence visit a stop
                max_gap=rhythm.max_gap + demand.moved.get(retailer.id, 0),
                ideal_gap=rhythm.ideal_gap,
                last=None if last is None else (last - inputs.horizon.start).days,
                weekday=retailer.preferred_weekday,
                load=_amounts(retailer.load, kinds, 0, ROUND_CEILING),
            )
        )
    return tuple(clients)


def cut(windows: Sequence[Window], blocks: Sequence[Window]) -> tuple[Window, ...]:
    """Return what is left of windows when blocks are taken out."""
    left = list(windows)
    for start, end in blocks:
        parts: list[Window] = []
        for a, b in left:
            if end <= a or start >= b:
                parts.append((a, b))
                continue
            if a < start:
                parts.append((a, start))
            if end < b:
                parts.append((end, b))
        left = parts
    return tuple(left)


def _to_seconds(minutes: float) -> Decimal:
    # By way of the written number: 0.025 minutes are 1.5 seconds, not a little less.
    return 60 * Decimal(str(minutes))


def _round(seconds: Decimal) -> int:
    return int(seconds.to_integral_value(ROUND_HALF_UP))


def policy_costs(policy: Policy) -> Costs:
    """Return the weights of a policy as integers."""
    cost = policy.cost
    scale: Callable[[float], int] = lambda value: round(value * COST_SCALE)  # noqa: E731
    return Costs(
        travel=scale(cost.travel),
        irregularity=scale(cost.irregularity),
        shortfall=scale(cost.shortfall),
        excess=scale(cost.excess),
        imbalance=scale(cost.imbalance),
        weekday=scale(cost.weekday),
    )


def dimensions(reps: Iterable[Rep]) -> tuple[str, ...]:
    """Return the dimensions of loads that the capacity of some rep bounds, in order."""
    return tuple(sorted({name for rep in reps for name, _ in rep.capacity}))


def _amounts(given: Amounts, kinds: Sequence[str], missing: int, rounding: str) -> tuple[int, ...]:
    """Return amounts by dimension in thousandths."""
    known = {
        name: int((LOAD_SCALE * Decimal(str(amount))).to_integral_value(rounding))
        for name, amount in given
    }
    return tuple(known.get(name, missing) for name in kinds)


def day_frames(
    inputs: PlanInput, rep: Rep, calendar: WorkingCalendar, kinds: Sequence[str] | None = None
) -> tuple[DayFrame, ...]:
    """Return a rep's working days in a horizon, in order.

    ``kinds`` are the dimensions of loads, those of the rep's own capacity if None.
    """
    own = dimensions([rep]) if kinds is None else kinds
    capacity = _amounts(rep.capacity, own, UNBOUNDED, ROUND_FLOOR)
    frames = []
    for day in inputs.horizon.days:
        shift = calendar.shift(rep, day)
        if shift is None:
            continue
        start, end = shift[0], shift[1] - 60 * rep.review_minutes
        blocks = _merge([m.window for m in rep.meetings if m.is_on(day)])
        lunch = 60 * rep.lunch_minutes if rep.lunch_window else 0
        lunches: tuple[Window, ...] = ()
        if lunch and rep.lunch_window:
            lunches = tuple(w for w in cut([rep.lunch_window], blocks) if w[1] - w[0] >= lunch)
        if end <= start or (lunch and not lunches):
            continue
        limit = rep.max_visits if rep.max_visits is not None else len(inputs.retailers)
        driving = FAR if rep.max_driving_minutes is None else 60 * rep.max_driving_minutes
        frames.append(DayFrame(day, start, end, lunch, lunches, blocks, limit, driving, capacity))
    return tuple(frames)


def _merge(windows: list[Window]) -> tuple[Window, ...]:
    merged: list[Window] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _penalty_bases(
    requests: Sequence[VisitRequest], num_days: int, policy: Policy
) -> dict[Tier, int]:
    """Return for each tier the cost of one unit of weight, above everything below it.

    The base of a tier exceeds the largest possible sum of all lower tiers and of the cost,
    so that comparing plain integers compares tier by tier. Python's integers don't overflow.
    """
    per_visit = 2 * FAR + 400 * round(policy.cost.irregularity * COST_SCALE)
    per_visit += round((policy.cost.weekday + policy.cost.excess) * COST_SCALE)
    bound = 1 + (len(requests) + num_days) * per_visit * max(1, policy_costs(policy).travel)
    bound += num_days * 1000 * round((policy.cost.shortfall + policy.cost.imbalance) * COST_SCALE)
    bases = {}
    for tier in sorted(Tier, reverse=True):
        bases[tier] = bound
        bound += bound * sum(r.weight for r in requests if r.tier is tier)
    return bases


def _jobs(
    tasks: Sequence[Task],
    inputs: PlanInput,
    policy: Policy,
    frames: Sequence[DayFrame],
    requests: Sequence[VisitRequest],
    base: Mapping[Tier, int],
) -> tuple[Job, ...]:
    tiers = {r.task: r.tier for r in requests if r.task}
    jobs = []
    for task in tasks:
        dates = task_dates(task, inputs.horizon, policy)
        if task.channel is not Channel.PHONE and dates is not None:
            days = frozenset(
                d for d, frame in enumerate(frames) if dates[0] <= frame.date <= dates[1]
            )
            tier = tiers.get(task.id, max(base) + 1)
            jobs.append(
                Job(
                    task,
                    _to_seconds(task.minutes),
                    days,
                    (int(tier), -policy.quadrants[task.quadrant].weight, task.id),
                )
            )
    return tuple(sorted(jobs, key=lambda job: job.rank))


def _met_at(jobs: Sequence[Job], asks: Sequence[Ask]) -> tuple[Job, ...]:
    """Return the tasks, those with an appointment on the days at which its time can be met."""
    days = {a.request.task: frozenset(a.days) for a in asks if a.request.time is not None}
    return tuple(replace(job, days=days.get(job.task.id, job.days)) for job in jobs)


def open_windows(retailer: Retailer, frame: DayFrame, service: int) -> tuple[Window, ...]:
    """Return the windows of a day in which a visit without tasks fits."""
    if frame.date in retailer.closed:
        return ()
    open_in_shift = [
        (max(a, frame.start), min(b, frame.end))
        for a, b in retailer.opening.on(frame.date)
        if min(b, frame.end) > max(a, frame.start)
    ]
    return tuple(w for w in cut(open_in_shift, frame.blocks) if w[1] - w[0] >= service)


def _fixed_time(
    requests: Sequence[VisitRequest],
    day: date,
    windows: Sequence[Window],
    needs: Mapping[str, int],
    service: int,
) -> int | None:
    """Return the second at which a visit on a date has to begin; the earliest of several.

    A time at which the retailer is closed can't be met: it does not bind the other visits.
    """
    found = []
    for request in requests:
        if request.time is not None and request.due == day:
            length = needs.get(request.task or "", service)
            if any(a <= request.time and request.time + length <= b for a, b in windows):
                found.append(request.time)
    return min(found, default=None)


def _split(
    requests: Sequence[VisitRequest],
    windows: Sequence[Sequence[Window]],
    fixed: Sequence[int | None],
    frames: Sequence[DayFrame],
    able: Collection[str | None],
    base: Mapping[Tier, int],
) -> tuple[tuple[Ask, ...], tuple[Ask, ...]]:
    asks = []
    for request in requests:
        days = tuple(
            d
            for d, frame in enumerate(frames)
            if request.earliest <= frame.date <= request.latest
            and windows[d]
            and request.rep in able
            and request.time in {None, fixed[d]}
        )
        asks.append(Ask(request, days, request.weight * base[request.tier]))
    cadence = sorted((a for a in asks if a.is_cadence), key=lambda a: a.request.index)
    others = sorted(
        (a for a in asks if not a.is_cadence),
        key=lambda a: (a.request.tier, a.request.due, a.request.id),
    )
    return tuple(cadence), tuple(others)
