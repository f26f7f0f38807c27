"""What is asked of the plan: one request for every visit that should take place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from visitroute.model.enums import DueState, RequestKind, Tier


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """One visit that should take place.

    ``due`` is the ideal date, ``earliest`` and ``latest`` bound the dates allowed, both
    included. ``index`` counts the cadence visits of a retailer from 0 and is -1 for other
    kinds. ``weight`` ranks requests inside their tier. ``task`` names the task that asks
    for the visit, ``time`` is the second of the day at which service must begin.
    """

    id: str
    retailer: str
    kind: RequestKind
    due: date
    earliest: date
    latest: date
    tier: Tier
    weight: int
    state: DueState
    index: int = -1
    days_overdue: int = 0
    task: str | None = None
    rep: str | None = None
    time: int | None = None
