"""How robust a plan's days are: many runs with service and travel times that vary."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from visitroute.model import PlanInput, Rep, RouteDay, Window
from visitroute.policy import Policy
from visitroute.priority import derive_segment
from visitroute.units import MINUTE

RUNS, SEED = 1000, 1
"""Runs of a day and their seed where nothing else is asked for."""

ENOUGH_RECORDS = 30
"""Visits with arrival and departure from which the variation of service times is taken."""

Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Variation:
    """How times differ from planned ones.

    ``service_mean`` is the mean of actual ÷ planned service, ``service_cv`` and ``travel_cv`` are
    standard deviation ÷ mean. ``records`` counts the visits it was measured from, 0 when the
    policy's values hold.
    """

    service_mean: float
    service_cv: float
    travel_cv: float
    records: int = 0


@dataclass(frozen=True, slots=True)
class DayOutlook:
    """What becomes of a route day over all runs.

    ``in_time`` is the share of runs that end within the shift less review, ``windows`` the share
    in which every retailer is still open when the rep arrives; ``late_end`` is the end, in seconds
    after midnight, that 95 of 100 runs do not exceed. ``stops`` holds for each stop, in order, the
    share of runs in which it is met. ``lacking`` are the seconds that the day would have to be
    longer to end in time with the chance asked for, 0 where it does.
    """

    rep: str
    date: date
    in_time: float
    windows: float
    planned_end: int
    mean_end: int
    late_end: int
    stops: tuple[float, ...]
    lacking: int = 0


def measure_variation(inputs: PlanInput, policy: Policy) -> Variation:
    """Return the variation of service times from history, or the policy's where little is known.

    A visit counts when its arrival and departure are known and its length is planned.
    """
    planned = {}
    for shop in inputs.retailers:
        minutes = shop.service_minutes
        if minutes is None:
            minutes = policy.segments[derive_segment(shop, policy)].service_minutes
        planned[shop.id] = minutes * MINUTE
    ratios = [
        (record.departure - record.arrival) / planned[record.retailer]
        for record in inputs.visits
        if record.arrival is not None
        and record.departure is not None
        and record.departure > record.arrival
        and planned.get(record.retailer, 0) > 0
    ]
    robust = policy.robust
    if len(ratios) < ENOUGH_RECORDS:
        return Variation(1.0, robust.service_cv, robust.travel_cv)
    mean = float(np.mean(ratios))
    return Variation(mean, float(np.std(ratios)) / mean, robust.travel_cv, len(ratios))


def simulate_days(
    inputs: PlanInput,
    routes: Sequence[RouteDay],
    shifts: Mapping[tuple[str, date], Window],
    variation: Variation,
    runs: int,
    seed: int,
    min_chance: float,
) -> tuple[DayOutlook, ...]:
    """Return the outlook of each route day; the same seed gives the same numbers.

    ``min_chance`` is the share of runs that ought to end in time.

    The rep leaves as planned, keeps the planned order, waits for shops to open, skips one that is
    closed on arrival, pauses for meetings, and takes lunch where it was planned, not before its
    window opens. Service times vary one by one; half of the variance of travel is the day's, half
    each leg's.
    """
    reps = {rep.id: rep for rep in inputs.reps}
    shops = {shop.id: shop for shop in inputs.retailers}
    found = []
    for route in routes:
        rng = np.random.default_rng([seed, zlib.crc32(route.rep.encode()), route.date.toordinal()])
        hours = [
            ()
            if route.date in shops[s.retailer].closed
            else shops[s.retailer].opening.on(route.date)
            for s in route.stops
        ]
        shift = shifts[route.rep, route.date]
        day = _Day(route, reps[route.rep], shift, hours)
        found.append(day.run(variation, runs, rng, min_chance))
    return tuple(found)


class _Day:
    """One route day, run many times at once."""

    def __init__(
        self, route: RouteDay, rep: Rep, shift: Window, hours: Sequence[Sequence[Window]]
    ) -> None:
        self.route = route
        self.hours = hours
        self.last = shift[1] - rep.review_minutes * MINUTE
        self.blocks = sorted(m.window for m in rep.meetings if m.is_on(route.date))
        self.lunch_from = rep.lunch_window[0] if rep.lunch_window else 0
        self.lunch_after = self._lunch_after()

    def _lunch_after(self) -> int | None:
        """Return after how many stops lunch is taken; None where it lies outside the route."""
        route = self.route
        if route.lunch is None or not route.start <= route.lunch < route.end:
            return None
        return sum(stop.departure <= route.lunch for stop in route.stops)

    def run(
        self, variation: Variation, runs: int, rng: np.random.Generator, min_chance: float
    ) -> DayOutlook:
        route = self.route
        part = variation.travel_cv / math.sqrt(2)
        whole_day = _spread(rng, part, runs)
        now: Times = np.full(runs, float(route.start))
        met = []
        for number, stop in enumerate(route.stops):
            now = self._pause(now, number)
            travel = stop.travel_from_previous * whole_day * _spread(rng, part, runs)
            now = self._travel(now, travel)
            planned = stop.departure - stop.begin
            service = planned * variation.service_mean * _spread(rng, variation.service_cv, runs)
            begin, is_open = self._begin(now, service, self.hours[number])
            now = np.where(is_open, begin + service, now)
            met.append(is_open)
        now = self._pause(now, len(route.stops))
        now = self._travel(now, route.travel_back * whole_day * _spread(rng, part, runs))
        every = np.logical_and.reduce(met) if met else np.ones(runs, dtype=bool)
        return DayOutlook(
            route.rep,
            route.date,
            float(np.mean(now <= self.last)),
            float(np.mean(every)),
            route.end,
            round(float(np.mean(now))),
            round(float(np.quantile(now, 0.95))),
            tuple(float(np.mean(one)) for one in met),
            max(0, math.ceil(_kept_in(now, min_chance) - self.last)),
        )

    def _pause(self, now: Times, number: int) -> Times:
        """Return the time after lunch, where it is taken at this place of the day."""
        if self.lunch_after != number:
            return now
        return np.maximum(now, self.lunch_from) + self.route.lunch_seconds

    def _travel(self, leave: Times, travel: Times) -> Times:
        now = leave + travel
        for start, end in self.blocks:
            stands = (end > leave) & (start < now)
            now = np.where(stands, now + end - np.maximum(start, leave), now)
        return now

    def _begin(
        self, now: Times, service: Times, hours: Sequence[Window]
    ) -> tuple[Times, NDArray[np.bool_]]:
        """Return when service begins, and whether the shop is still open then."""
        begin = np.full_like(now, np.inf)
        for start, end in reversed(hours):
            begin = np.where(now < end, np.maximum(now, start), begin)
        for start, end in self.blocks:
            begin = np.where((begin < end) & (start < begin + service), end, begin)
        return begin, np.isfinite(begin)


def _kept_in(ends: Times, share: float) -> float:
    """Return the least end that a share of the runs keeps."""
    # A share such as 0.57 times 1000 runs is a little less or more than 570.
    count = math.ceil(share * len(ends) - 1e-9)
    return float(np.sort(ends)[max(1, count) - 1])


def _spread(rng: np.random.Generator, cv: float, runs: int) -> Times:
    """Return factors with mean 1 and the given variation, never below 0 (log-normal)."""
    if cv <= 0:
        return np.ones(runs)
    sigma = math.sqrt(math.log1p(cv * cv))
    return rng.lognormal(-sigma * sigma / 2, sigma, runs)
