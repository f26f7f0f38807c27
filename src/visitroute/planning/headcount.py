"""How many reps the cadences need: visits against what a day holds."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from visitroute.planning.landscape import Landscape
from visitroute.solve.territories import FAR_SECONDS, Measure


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many reps the cadences need, and what that follows from.

    ``needed`` is None where no day holds a visit. ``visits`` are those of the horizon by cadence,
    ``service_minutes`` the mean of one visit, ``leg_minutes`` the mean way from stop to stop,
    ``haul_minutes`` the mean way from the nearest base and back, of which a day has one.
    ``day_minutes`` is the working time of a mean day without lunch, meetings and review, ``days``
    a rep's mean number of them. ``visits_a_day`` is what a day holds: no more than
    ``target_visits`` where the reps have one. ``limit`` says what bounds it, time or target.
    ``out_of_reach`` counts retailers that no rep reaches: they are left out.
    """

    reps: int
    needed: int | None
    visits: float
    days: float
    day_minutes: float
    service_minutes: float
    leg_minutes: float
    haul_minutes: float
    target_visits: float | None
    visits_a_day: float
    limit: str
    out_of_reach: int

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, rounded to hundredths."""
        return {k: round(v, 2) if isinstance(v, float) else v for k, v in asdict(self).items()}


def count_reps(landscape: Landscape, measure: Measure) -> Headcount:
    """Return how many reps like the mean of these the cadences need.

    A day of A minutes with haul h, visits of s minutes and legs of l holds (A − h + l) ÷ (s + l)
    visits, the target at most.
    """
    land, reps = landscape.land, landscape.reps
    own = float(land.visits.sum())
    visits = own + landscape.shared_visits
    weight = land.visits / own if own else land.visits
    modes = [land.modes.index(mode) for mode in sorted(set(land.modes))]
    legs = measure.legs()[:, modes].min(axis=1) if len(weight) else weight
    haul = np.minimum(land.haul, FAR_SECONDS).min(axis=1) if len(weight) else weight
    service, leg = float((weight * land.service).sum()), float((weight * legs).sum())
    out = float((weight * haul).sum())
    count = max(1, len(reps))
    days = float(land.days.sum()) / count
    room = float(land.room.sum()) / max(1.0, float(land.days.sum()))
    targets = [t for rep in reps if (t := rep.target_visits or rep.max_visits) is not None]
    target = sum(targets) / len(targets) if targets else None
    held = (room - out + leg) / max(1.0, service + leg) if room > out else 0.0
    limit = "time"
    if target is not None and target < held:
        held, limit = target, "target"
    able = held * days
    return Headcount(
        reps=len(reps),
        needed=math.ceil(visits / able - 1e-9) if able > 0 else None,
        visits=visits,
        days=days,
        day_minutes=room / 60,
        service_minutes=service / 60,
        leg_minutes=leg / 60,
        haul_minutes=out / 60,
        target_visits=target,
        visits_a_day=held,
        limit=limit,
        out_of_reach=len(landscape.aside),
    )
