"""Rows of the tables that tell how a plan keeps its promises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from visitroute.explain import Rhythm
from visitroute.model import PlanInput

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
