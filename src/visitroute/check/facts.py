"""What every rule looks up: the input by id, the requests counted anew, the travel times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from visitroute.calendar import WorkingCalendar
from visitroute.check.demand import Demand, all_demands, segment_of, task_dates
from visitroute.check.makeup import shift_days_off
from visitroute.check.violation import Spot
from visitroute.model import PlanInput, Rep, Retailer, RouteDay, Schedule, Segment, Stop, Task
from visitroute.policy import Policy
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix


class Leg(NamedTuple):
    """The way between two places: whole seconds and metres, as plans count them."""

    seconds: int
    metres: int
    reachable: bool


class Legs:
    """Travel of one rep between places named by id."""

    def __init__(self, matrix: TravelMatrix) -> None:
        self._where = {name: i for i, name in enumerate(matrix.ids)}
        self._seconds = matrix.seconds
        self._metres = matrix.metres
        self._deciseconds = matrix.deciseconds

    def find(self, origin: str, target: str) -> Leg | None:
        """Return the leg between two places, None when the matrix lacks one of them."""
        i, j = self._where.get(origin), self._where.get(target)
        if i is None or j is None:
            return None
        reachable = int(self._deciseconds[i, j]) < UNREACHABLE
        return Leg(int(self._seconds[i, j]), int(self._metres[i, j]), reachable)


class PlacedStop(NamedTuple):
    """A stop with the route day it stands on."""

    route: RouteDay
    stop: Stop

    @property
    def spot(self) -> Spot:
        """Where the stop stands in the plan."""
        stop = self.stop
        return Spot(self.route.rep, self.route.date, stop.retailer, stop.sequence)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules compare a plan with; nothing in it comes from the solver.

    ``excluded`` holds the retailers of the input which the plan has set aside, ``demands``
    the requests by id, ``counting`` the allowed dates of the tasks that count. ``grown`` says by
    how many days the longest gap of a retailer may be longer, after visits were made up.
    """

    inputs: PlanInput
    policy: Policy
    calendar: WorkingCalendar
    retailers: Mapping[str, Retailer]
    reps: Mapping[str, Rep]
    tasks: Mapping[str, Task]
    segments: Mapping[str, Segment]
    excluded: frozenset[str]
    counting: Mapping[str, tuple[date, date]]
    demands: Mapping[str, Demand]
    placed: tuple[PlacedStop, ...]
    grown: Mapping[str, int]

    def service_seconds(self, retailer: Retailer, tasks: Iterable[str]) -> int:
        """Return the service time of a stop with the tasks listed there, in whole seconds."""
        own = retailer.service_minutes
        if own is None:
            own = self.policy.segments[self.segments[retailer.id]].service_minutes
        minutes = Decimal(str(own))
        for name in tasks:
            if name in self.tasks:
                minutes += Decimal(str(self.tasks[name].minutes))
        return int((minutes * 60).to_integral_value(ROUND_HALF_UP))


def set_aside(inputs: PlanInput, schedule: Schedule) -> frozenset[str]:
    """Return the ids that the plan excludes beyond the records quarantined while loading.

    A repeated row is quarantined under the id of the row that stays, so an entry that
    comes from loading does not exclude the retailer of that id.
    """
    loaded = Counter((record.retailer, record.code) for record in inputs.excluded)
    found = set()
    for record in schedule.excluded:
        key = (record.retailer, record.code)
        if loaded[key] > 0:
            loaded[key] -= 1
        elif record.table == "retailers":
            found.add(record.retailer)
    return frozenset(found)


def gather_facts(inputs: PlanInput, policy: Policy, schedule: Schedule) -> Facts:
    """Return what a schedule is to be compared with."""
    horizon = inputs.horizon
    segments = {r.id: segment_of(r, policy.segment_rules) for r in inputs.retailers}
    excluded = set_aside(inputs, schedule)
    counting = {}
    for task in inputs.tasks:
        dates = task_dates(task, policy, horizon)
        if dates is not None:
            counting[task.id] = dates
    calendar = WorkingCalendar(policy.calendar, range(horizon.start.year, horizon.end.year + 1))
    demands = all_demands(inputs, policy, segments, excluded, counting)
    grown = shift_days_off(demands, inputs, policy, calendar)
    return Facts(
        inputs=inputs,
        policy=policy,
        calendar=calendar,
        retailers={r.id: r for r in inputs.retailers},
        reps={r.id: r for r in inputs.reps},
        tasks={t.id: t for t in inputs.tasks},
        segments=segments,
        excluded=excluded,
        counting=counting,
        demands=demands,
        placed=tuple(_placed(schedule)),
        grown=grown,
    )


def _placed(schedule: Schedule) -> Iterator[PlacedStop]:
    for route in schedule.routes:
        for stop in in_order(route):
            yield PlacedStop(route, stop)


def in_order(route: RouteDay) -> tuple[Stop, ...]:
    """Return the stops of a day by sequence; equal numbers keep the order of arrival."""
    return tuple(sorted(route.stops, key=lambda s: (s.sequence, s.arrival, s.retailer)))
