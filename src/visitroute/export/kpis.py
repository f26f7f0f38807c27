"""Key figures of a plan, each a numerator ÷ a denominator, for all and for parts.

The definitions stand in docs/concepts.md. Vendors define the same names differently, so every
figure carries both of its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

from visitroute.export.owners import owners_of
from visitroute.model import (
    PlanInput,
    RequestKind,
    RouteDay,
    Schedule,
    Segment,
    TaskOutcome,
    VisitRequest,
)
from visitroute.units import MINUTE

KPI_COLUMNS = ("kpi", "by", "group", "value", "numerator", "denominator")
SHARES = frozenset(
    ("coverage", "visits_kept", "cadence_kept", "travel_share", "target_met", "tasks_on_time")
)
"""Figures of which the numerator is a part of the denominator: shown in percent."""

BANDS = ("near", "middle", "far")
"""Thirds of a rep's retailers with requests, by distance from the rep's start place."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure: ``value`` = numerator ÷ denominator, None without a denominator.

    ``by`` is all, rep, segment or band, and ``group`` which one of these.
    """

    kpi: str
    numerator: float
    denominator: float
    by: str = "all"
    group: str = ""

    @property
    def value(self) -> float | None:
        """The ratio, rounded to four decimals."""
        return round(self.numerator / self.denominator, 4) if self.denominator else None

    def as_row(self) -> dict[str, Any]:
        """Return the figure as plain values."""
        return {name: getattr(self, name) for name in KPI_COLUMNS}


def measure_kpis(
    schedule: Schedule, inputs: PlanInput, requests: Sequence[VisitRequest]
) -> tuple[Kpi, ...]:
    """Return the key figures of a plan, for all, by rep, by segment and by distance band.

    ``coverage``: retailers with a planned visit among those requested ÷ retailers with a
    requested visit. ``visits_kept``: requests some stop serves ÷ requests. ``cadence_kept``:
    retailers all of whose cadence visits are planned ÷ retailers with a cadence visit requested.
    ``travel_share``: travel ÷ (travel + service + waiting), minutes. ``visits_per_day``: stops ÷
    route days. ``target_met``: route days with at least the rep's target ÷ route days of reps
    with a target. ``fairness``: the share of requested visits planned in the far third ÷ that in
    the near third. ``load_balance``: mean ÷ most minutes of work (travel + service + waiting),
    over reps for all, over days for a rep. ``tasks_on_time``: tasks done by their due date ÷
    tasks done or dropped.
    """
    served = {
        name for route in schedule.routes for s in route.stops for name in (s.request, *s.also)
    }
    owner = owners_of(schedule, inputs)
    segments = {r.id: r.segment for r in inputs.retailers}
    band = _bands(inputs, requests, owner)
    visited = {s.retailer for route in schedule.routes for s in route.stops}
    found = [*_of_routes(schedule.routes, inputs), *_of_requests(requests, served, visited)]
    found += [_fairness(requests, served, band), _balance(schedule, inputs)]
    found += [_tasks(schedule.tasks)]
    for rep in inputs.reps:
        routes = [r for r in schedule.routes if r.rep == rep.id]
        own = [r for r in requests if owner.get(r.retailer) == rep.id]
        shops = {r.id for r in inputs.retailers if owner.get(r.id) == rep.id}
        days = [_busy(route) for route in routes]
        mine = [
            *_of_routes(routes, inputs),
            *_of_requests(own, served, visited),
            _fairness(own, served, band),
            Kpi("load_balance", sum(days) / max(1, len(days)), max(days, default=0)),
            _tasks([t for t in schedule.tasks if t.retailer in shops]),
        ]
        found += [_grouped(kpi, "rep", rep.id) for kpi in mine]
    parts: list[tuple[str, str, Callable[[str], bool]]] = [
        ("segment", str(segment), lambda shop, s=segment: segments.get(shop) is s)  # type: ignore[misc]
        for segment in Segment
    ]
    parts += [("band", name, lambda shop, b=name: band.get(shop) == b) for name in BANDS]  # type: ignore[misc]
    for by, group, holds in parts:
        own = [r for r in requests if holds(r.retailer)]
        found += [_grouped(kpi, by, group) for kpi in _of_requests(own, served, visited)]
    return tuple(found)


def _grouped(kpi: Kpi, by: str, group: str) -> Kpi:
    return Kpi(kpi.kpi, kpi.numerator, kpi.denominator, by, group)


def _of_requests(
    requests: Sequence[VisitRequest], served: set[str], visited: set[str]
) -> list[Kpi]:
    wanted = {r.retailer for r in requests}
    cadence = [r for r in requests if r.kind is RequestKind.CADENCE]
    missed = {r.retailer for r in cadence if r.id not in served}
    rhythmic = {r.retailer for r in cadence}
    return [
        Kpi("coverage", len(wanted & visited), len(wanted)),
        Kpi("visits_kept", sum(r.id in served for r in requests), len(requests)),
        Kpi("cadence_kept", len(rhythmic - missed), len(rhythmic)),
    ]


def _of_routes(routes: Sequence[RouteDay], inputs: PlanInput) -> list[Kpi]:
    target = {r.id: r.target_visits for r in inputs.reps}
    aimed = [(len(r.stops), t) for r in routes if (t := target.get(r.rep)) is not None]
    travel = sum(r.travel for r in routes) / MINUTE
    return [
        Kpi("travel_share", round(travel, 1), round(sum(_busy(r) for r in routes), 1)),
        Kpi("visits_per_day", sum(len(r.stops) for r in routes), len(routes)),
        Kpi("target_met", sum(visits >= t for visits, t in aimed), len(aimed)),
    ]


def _busy(route: RouteDay) -> float:
    return (route.travel + route.service + route.waiting) / MINUTE


def _fairness(requests: Sequence[VisitRequest], served: set[str], band: Mapping[str, str]) -> Kpi:
    rate = {}
    for name in ("far", "near"):
        own = [r for r in requests if band.get(r.retailer) == name]
        rate[name] = sum(r.id in served for r in own) / len(own) if own else 0.0
    return Kpi("fairness", round(rate["far"], 4), round(rate["near"], 4))


def _balance(schedule: Schedule, inputs: PlanInput) -> Kpi:
    minutes = {rep.id: 0.0 for rep in inputs.reps}
    for route in schedule.routes:
        minutes[route.rep] = minutes.get(route.rep, 0.0) + _busy(route)
    most = max(minutes.values(), default=0.0)
    return Kpi(
        "load_balance", round(sum(minutes.values()) / max(1, len(minutes)), 1), round(most, 1)
    )


def _tasks(tasks: Sequence[TaskOutcome]) -> Kpi:
    visits = [t for t in tasks if t.status in {"done", "dropped"}]
    kept = sum(t.status == "done" and t.date is not None and t.date <= t.due for t in visits)
    return Kpi("tasks_on_time", kept, len(visits))


def _bands(
    inputs: PlanInput, requests: Sequence[VisitRequest], owner: Mapping[str, str]
) -> dict[str, str]:
    """Return the distance band of every retailer with a request whose rep is known.

    Each rep's own are ranked, so that a rep in the country does not make up the far third alone.
    """
    wanted = {r.retailer for r in requests}
    base = {rep.id: rep.start for rep in inputs.reps}
    away: dict[str, list[tuple[float, str]]] = {rep.id: [] for rep in inputs.reps}
    for shop in inputs.retailers:
        rep = owner.get(shop.id)
        if shop.id in wanted and rep in base:
            start = base[rep]
            east = (shop.lon - start.lon) * cos(radians(start.lat))
            away[rep].append((hypot(east, shop.lat - start.lat), shop.id))
    return {
        name: BANDS[len(BANDS) * rank // len(shops)]
        for shops in away.values()
        for rank, (_, name) in enumerate(sorted(shops))
    }
