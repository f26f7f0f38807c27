"""Rows of the tables that tell how a plan keeps its promises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from visitroute.explain import DayOutlook, Rhythm, ShortDay
from visitroute.model import PlanInput, Schedule
from visitroute.units import format_clock

Row = dict[str, Any]

CADENCE_COLUMNS = (
    "retailer",
    "name",
    "rep",
    "segment",
    "visits",
    "per",
    "min_gap",
    "max_gap",
    "last_visit",
    "planned",
    "gaps",
    "verdict",
    "days",
    "code",
    "cause",
)


DAY_COLUMNS = (
    "date",
    "rep",
    "colour",
    "detour_minutes",
    "time",
    "visits",
    "chance",
    "moves",
    "moves_to",
    "reason",
)


OUTLOOK_COLUMNS = (
    "rep",
    "date",
    "in_time",
    "windows",
    "is_enough",
    "planned_end",
    "mean_end",
    "late_end",
    "weakest",
    "weakest_share",
)


def outlook_rows(
    outlooks: Iterable[DayOutlook], schedule: Schedule, min_chance: float
) -> list[Row]:
    """Return one row for each route day; ``weakest`` is the stop met least often."""
    routes = {(r.rep, r.date): r for r in schedule.routes}
    rows = []
    for o in outlooks:
        share, position = min((share, i) for i, share in enumerate(o.stops))
        rows.append(
            {
                "rep": o.rep,
                "date": o.date.isoformat(),
                "in_time": round(o.in_time, 4),
                "windows": round(o.windows, 4),
                "is_enough": min(o.in_time, o.windows) >= min_chance,
                "planned_end": format_clock(o.planned_end),
                "mean_end": format_clock(o.mean_end),
                "late_end": format_clock(o.late_end),
                "weakest": routes[o.rep, o.date].stops[position].retailer,
                "weakest_share": round(share, 4),
            }
        )
    return rows


SHORT_COLUMNS = ("rep", "date", "visits", "minimum", "code", "binding", "reason")


def short_rows(days: Iterable[ShortDay]) -> list[Row]:
    """Return one row for each day under its minimum."""
    return [
        {
            "rep": day.rep,
            "date": day.date.isoformat(),
            "visits": day.visits,
            "minimum": day.minimum,
            "code": day.code,
            "binding": day.binding,
            "reason": day.reason,
        }
        for day in days
    ]


def cadence_rows(rhythms: Iterable[Rhythm], inputs: PlanInput) -> list[Row]:
    """Return one row for each retailer; ``planned`` and ``gaps`` are lists."""
    names = {r.id: r.name for r in inputs.retailers}
    return [
        {
            "retailer": r.retailer,
            "name": names[r.retailer],
            "rep": r.rep,
            "segment": str(r.segment),
            "visits": r.cadence.visits,
            "per": r.cadence.per,
            "min_gap": r.cadence.min_gap,
            "max_gap": r.cadence.max_gap,
            "last_visit": None if r.last is None else r.last.isoformat(),
            "planned": [day.isoformat() for day in r.visits],
            "gaps": list(r.gaps),
            "verdict": str(r.verdict),
            "days": r.days,
            "code": r.code,
            "cause": r.cause,
        }
        for r in rhythms
    ]
