"""The figures of a plan: what was asked, what is planned, how the time is spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from visitroute.export.kpis import measure_kpis
from visitroute.model import PlanInput, RouteDay, Schedule, VisitRequest
from visitroute.units import MINUTE


def summarise(
    schedule: Schedule, inputs: PlanInput, requests: Sequence[VisitRequest]
) -> dict[str, Any]:
    """Return the figures of a plan as plain values.

    ``requested`` = ``planned`` + ``called`` + ``dropped`` + ``quarantined``, counted in visit
    requests; a stop may serve several, and a call stands in for those called. ``coverage`` is
    retailers with a planned visit ÷ retailers with a request. ``travel_share`` is travel ÷
    (travel + service + waiting).
    """
    planned = {
        name for route in schedule.routes for s in route.stops for name in (s.request, *s.also)
    }
    wanted = {r.retailer for r in requests}
    visited = {s.retailer for route in schedule.routes for s in route.stops}
    left = [d for d in schedule.dropped if d.call is None]
    tiers = Counter(d.tier for d in left)
    statuses = [t.status for t in schedule.tasks]
    totals = {
        "requested": len(requests),
        "planned": len(planned),
        "called": len(schedule.dropped) - len(left),
        "dropped": len(left),
        "quarantined": sum(e.requests for e in schedule.excluded),
        "dropped_by_tier": {tier.name.lower(): tiers[tier] for tier in sorted(tiers)},
        "excluded": len(schedule.excluded),
        "coverage": _ratio(len(visited & wanted), len(wanted)),
        **_figures(schedule.routes),
        "calls": len(schedule.calls),
        "tasks_done": statuses.count("done"),
        "tasks_by_call": statuses.count("call"),
        "tasks_by_phone": statuses.count("phone"),
        "tasks_dropped": statuses.count("dropped"),
    }
    reps = []
    for rep in inputs.reps:
        routes = [r for r in schedule.routes if r.rep == rep.id]
        reps.append(
            {
                "rep": rep.id,
                "name": rep.name,
                **_figures(routes),
                "dropped": sum(d.rep == rep.id for d in left),
                "calls": sum(c.rep == rep.id for c in schedule.calls),
            }
        )
    return {
        "start": inputs.horizon.start.isoformat(),
        "weeks": inputs.horizon.weeks,
        "totals": totals,
        "reps": reps,
        "kpis": [kpi.as_row() for kpi in measure_kpis(schedule, inputs, requests)],
        "warnings": list(schedule.warnings),
    }


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _figures(routes: Sequence[RouteDay]) -> dict[str, Any]:
    travel = sum(r.travel for r in routes)
    busy = travel + sum(r.service + r.waiting for r in routes)
    visits = sum(len(r.stops) for r in routes)
    return {
        "days": len(routes),
        "visits": visits,
        "visits_per_day": _ratio(visits, len(routes)),
        "travel_minutes": round(travel / MINUTE, 1),
        "service_minutes": round(sum(r.service for r in routes) / MINUTE, 1),
        "waiting_minutes": round(sum(r.waiting for r in routes) / MINUTE, 1),
        "distance_km": round(sum(r.distance for r in routes) / 1000, 1),
        "travel_share": _ratio(travel, busy),
    }
