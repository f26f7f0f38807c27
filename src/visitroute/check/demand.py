"""Which visits are requested, counted anew from the input and the policy alone."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from visitroute.model import (
    Cadence,
    Channel,
    DueState,
    Horizon,
    PlanInput,
    Quadrant,
    RequestKind,
    Retailer,
    Segment,
    Task,
    Tier,
)
from visitroute.policy import Policy, SegmentRules

_LATE_DAYS = 6
"""Days after the first one on which what is late already may still be done."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A visit that should take place, as the rules of docs/concepts.md give it.

    ``earliest`` and ``latest`` bound the dates allowed, both included; ``index`` counts
    the cadence visits of a retailer and is -1 for other kinds.
    """

    id: str
    retailer: str
    kind: RequestKind
    due: date
    earliest: date
    latest: date
    tier: Tier
    state: DueState
    index: int = -1
    task: str | None = None
    rep: str | None = None
    time: int | None = None

    @property
    def rank(self) -> tuple[int, bool, date]:
        """The order in which requests of one stop lead it: smallest first."""
        return (int(self.tier), self.kind is not RequestKind.CADENCE, self.due)

    @property
    def is_spaced(self) -> bool:
        """Whether the request keeps the cadence's gaps: cadence visits and fillers do."""
        return self.index >= 0

    def allows(self, day: date) -> bool:
        """Tell whether the visit may take place on a date."""
        return self.earliest <= day <= self.latest


def segment_of(retailer: Retailer, rules: SegmentRules) -> Segment:
    """Return a retailer's segment: its label, or what the policy's rules derive.

    ``capability`` and ``willingness`` win over numbers. Without a word on capability a
    shop is strong when ``needed`` thresholds are reached, or all known ones where fewer
    are known. Without a word on willingness it is weak.
    """
    if retailer.segment is not None:
        return retailer.segment
    reached = [
        value >= threshold
        for value, threshold in (
            (retailer.monthly_volume, rules.monthly_volume),
            (retailer.brands, rules.brands),
            (retailer.display, rules.display),
        )
        if value is not None
    ]
    if retailer.capability is None and retailer.willingness is None and not reached:
        return rules.fallback
    if retailer.capability is not None:
        strong = retailer.capability == "strong"
    else:
        strong = bool(reached) and sum(reached) >= min(rules.needed, len(reached))
    willing = retailer.willingness == "strong"
    if strong:
        return Segment.PROMOTE if willing else Segment.MAINTAIN
    return Segment.GUIDE if willing else Segment.WATCH


def cadence_of(retailer: Retailer, policy: Policy, segment: Segment) -> Cadence | None:
    """Return how often a retailer is to be visited, None for shops that are only called."""
    if retailer.channel is Channel.PHONE:
        return None
    return retailer.cadence or policy.segments[segment].cadence


def last_visits(inputs: PlanInput) -> dict[str, date]:
    """Return the date of the last visit in person before the horizon, by retailer."""
    last: dict[str, date] = {}
    for record in inputs.visits:
        if record.channel is Channel.VISIT and record.date < inputs.horizon.start:
            last[record.retailer] = max(record.date, last.get(record.retailer, record.date))
    return last


def task_dates(task: Task, policy: Policy, horizon: Horizon) -> tuple[date, date] | None:
    """Return the first and last date on which a task may be done at a stop.

    None when it does not count in this horizon: a phone task, one whose dates do not
    touch the horizon, or an appointment outside it.
    """
    return None if task.channel is Channel.PHONE else allowed_dates(task, policy, horizon)


def allowed_dates(task: Task, policy: Policy, horizon: Horizon) -> tuple[date, date] | None:
    """Return the first and last date of a task in a horizon, whatever its channel, or None."""
    first, end, due = horizon.start.toordinal(), horizon.end.toordinal(), task.due.toordinal()
    if task.appointment is not None:
        return (task.due, task.due) if horizon.holds(task.due) else None
    if due < first:
        return horizon.start, date.fromordinal(min(first + _LATE_DAYS, end))
    earliest = (
        due - policy.quadrants[task.quadrant].lead_days
        if task.earliest is None
        else task.earliest.toordinal()
    )
    if earliest > end:
        return None
    return date.fromordinal(max(earliest, first)), date.fromordinal(min(due, end))


def cadence_demands(
    retailer: str,
    cadence: Cadence,
    last: date | None,
    horizon: Horizon,
    *,
    fillers: bool = False,
) -> Iterator[Demand]:
    """Yield the cadence visits of a retailer in a horizon.

    Parameters
    ----------
    retailer
        Its id.
    cadence
        How often it is to be visited.
    last
        Date of the last visit in person before the horizon, None when none is known.
    horizon
        The days to be planned.
    fillers
        Whether the first visit due after the horizon is offered where its dates reach into it.
    """
    visits, per = cadence.visits, cadence.per
    if visits < 1 or per < 1:
        return
    first, end = horizon.start.toordinal(), horizon.end.toordinal()
    interval = per // visits
    early, late = interval - cadence.min_gap, cadence.max_gap - interval

    def demand(index: int, due: int, window: tuple[int, int], state: DueState) -> Demand:
        filler = state is DueState.FILLER
        return Demand(
            f"{retailer}#{index}",
            retailer,
            RequestKind.FILLER if filler else RequestKind.CADENCE,
            date.fromordinal(due),
            date.fromordinal(max(window[0], first)),
            date.fromordinal(min(window[1], end)),
            {DueState.OVERDUE: Tier.OVERDUE, DueState.FILLER: Tier.FILLER}.get(state, Tier.DUE),
            state,
            index,
        )

    if last is None and interval > horizon.num_days:
        due = first + zlib.crc32(retailer.encode("utf-8")) % interval
        if due <= end:
            yield demand(0, due, (due - early, due + late), DueState.NEW)
        return
    if last is None:
        anchor, overdue = first - 1, False
    else:
        overdue = last.toordinal() + interval < first
        anchor = first - interval if overdue else last.toordinal()
    index = 0
    while (due := anchor + (index + 1) * per // visits) <= end:
        if last is None:
            yield demand(index, due, (due - (interval - 1), due), DueState.NEW)
        elif overdue and index == 0:
            yield demand(index, due, (first, first + max(late, _LATE_DAYS)), DueState.OVERDUE)
        else:
            yield demand(index, due, (due - early, due + late), DueState.DUE)
        index += 1
    if fillers and last is not None and due - early <= end:
        yield demand(index, due, (due - early, due + late), DueState.FILLER)


def task_demand(task: Task, policy: Policy, dates: tuple[date, date]) -> Demand | None:
    """Return the request that a counting task makes, None for a task without a trip."""
    name = f"{task.retailer}@{task.id}"
    if task.appointment is not None:
        kind, tier, state = RequestKind.APPOINTMENT, Tier.FIXED, DueState.APPOINTMENT
    elif policy.quadrants[task.quadrant].trip:
        kind, state = RequestKind.TASK, DueState.TASK
        # What may be done by phone asks for a trip in the last place.
        urgent = task.quadrant is Quadrant.Q1 and task.channel is not Channel.EITHER
        tier = Tier.URGENT if urgent else Tier.TASK
    else:
        return None
    return Demand(
        name,
        task.retailer,
        kind,
        task.due,
        *dates,
        tier,
        state,
        task=task.id,
        time=task.appointment,
    )


def all_demands(
    inputs: PlanInput,
    policy: Policy,
    segments: Mapping[str, Segment],
    excluded: frozenset[str],
    counting: Mapping[str, tuple[date, date]],
) -> dict[str, Demand]:
    """Return every request of the horizon by its id, in the order of the input.

    Parameters
    ----------
    inputs, policy
        What is to be planned.
    segments
        Segment of every retailer.
    excluded
        Retailers that the plan has set aside: nothing is requested for them.
    counting
        Allowed dates of every task that counts in this horizon.
    """
    horizon, last = inputs.horizon, last_visits(inputs)
    found: dict[str, Demand] = {}
    for retailer in inputs.retailers:
        cadence = cadence_of(retailer, policy, segments[retailer.id])
        if cadence is not None and retailer.id not in excluded:
            before = last.get(retailer.id)
            for item in cadence_demands(
                retailer.id, cadence, before, horizon, fillers=policy.cadence.fillers
            ):
                found[item.id] = item
    for task in inputs.tasks:
        if task.id in counting and task.retailer in segments and task.retailer not in excluded:
            wish = task_demand(task, policy, counting[task.id])
            if wish is not None:
                found[wish.id] = wish
    for lock in inputs.locks:
        if lock.retailer in segments and lock.retailer not in excluded and horizon.holds(lock.date):
            item = Demand(
                f"{lock.retailer}!{lock.date.isoformat()}",
                lock.retailer,
                RequestKind.LOCK,
                lock.date,
                lock.date,
                lock.date,
                Tier.FIXED,
                DueState.LOCKED,
                rep=lock.rep,
                time=lock.time,
            )
            found.setdefault(item.id, item)
    return found
