"""Who looks after whom in a finished plan."""

from __future__ import annotations

from visitroute.model import PlanInput, Schedule


def owners_of(schedule: Schedule, inputs: PlanInput) -> dict[str, str]:
    """Return who looks after each retailer: its rep, else who visits it or would have."""
    owner = {d.retailer: d.rep for d in schedule.dropped if d.rep is not None}
    owner |= {stop.retailer: route.rep for route in schedule.routes for stop in route.stops}
    return owner | {r.id: r.rep for r in inputs.retailers if r.rep is not None}
