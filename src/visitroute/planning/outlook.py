"""The outlook of route days: what becomes of them when times vary."""

from __future__ import annotations

from collections.abc import Sequence

from visitroute.explain import DayOutlook, measure_variation, simulate_days
from visitroute.model import PlanInput, RouteDay
from visitroute.planning.capacity import working_calendar
from visitroute.policy import Policy


def foresee(
    inputs: PlanInput, policy: Policy, routes: Sequence[RouteDay], runs: int, seed: int
) -> tuple[DayOutlook, ...]:
    """Return the outlook of every route day with stops on a working day, in order.

    ``inputs`` are those without slack: a day is late when it ends after the shift less review.
    """
    calendar = working_calendar(inputs, policy)
    reps = {rep.id: rep for rep in inputs.reps}
    shifts = {
        (r.rep, r.date): shift
        for r in routes
        if (shift := calendar.shift(reps[r.rep], r.date)) is not None
    }
    worked = [r for r in routes if (r.rep, r.date) in shifts and r.stops]
    variation = measure_variation(inputs, policy)
    return simulate_days(inputs, worked, shifts, variation, runs, seed, policy.robust.min_chance)
