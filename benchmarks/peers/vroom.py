"""VROOM (pyvroom): days as vehicles on one long clock, allowed days as skills, lunch as a break.

Exploration at its most thorough level, one thread, as every solver here. VROOM has no seed.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import vroom
from benchmarks.month import Month, Solution

CLOCK = 86_400
TOP_PRIORITY = 100
EXPLORATION = 5


def solve_month(month: Month, seed: int, seconds: float) -> Solution:
    """Return VROOM's plan of a month."""
    del seed
    model = vroom.Input()
    model.set_durations_matrix("car", month.seconds.astype(np.uint32))
    skills: dict[tuple[int, ...], int] = {}
    for visit in month.visits:
        skills.setdefault(visit.days, len(skills) + 1)
    for d, day in enumerate(month.days):
        base = d * CLOCK
        lunch = []
        if day.lunch:
            first, last = day.lunch_begin
            lunch = [
                vroom.Break(
                    id=d,
                    time_windows=[vroom.TimeWindow(base + first, base + last)],
                    service=day.lunch,
                )
            ]
        model.add_vehicle(
            vroom.Vehicle(
                id=d,
                start=month.start,
                end=month.end,
                skills={k for days, k in skills.items() if d in days},
                time_window=vroom.TimeWindow(base + day.open, base + day.close),
                breaks=lunch,
                max_tasks=min(day.max_visits, len(month.visits)),
            )
        )
    top = max((v.worth for v in month.visits), default=1)
    scale = min(1.0, TOP_PRIORITY / top)
    for i, visit in enumerate(month.visits):
        windows = [
            vroom.TimeWindow(d * CLOCK + a, d * CLOCK + b - visit.service)
            for d in visit.days
            for a, b in visit.windows[d]
            if b - a >= visit.service
        ]
        if not windows:
            continue
        model.add_job(
            vroom.Job(
                id=i,
                location=visit.node,
                default_service=visit.service,
                skills={skills[visit.days]},
                priority=max(1, round(visit.worth * scale)),
                time_windows=windows,
            )
        )
    found = model.solve(EXPLORATION, nb_threads=1, timeout=timedelta(seconds=seconds))
    stops: dict[int, list[str]] = {}
    for step in found.routes.to_dict("records"):
        if step["type"] == "job":
            stops.setdefault(int(step["vehicle_id"]), []).append(month.visits[int(step["id"])].id)
    planned = {name for names in stops.values() for name in names}
    return {
        "routes": [{"day": d, "vehicle": 0, "stops": names} for d, names in sorted(stops.items())],
        "dropped": [v.id for v in month.visits if v.id not in planned],
    }
