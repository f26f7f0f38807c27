"""The make-up rule for days off, worked out anew: which requests may lie on other dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from visitroute.calendar import WorkingCalendar
from visitroute.check.demand import Demand
from visitroute.model import MakeUp, PlanInput, RequestKind, Retailer
from visitroute.policy import Policy

_WEEK = timedelta(days=6)


def shift_days_off(
    demands: dict[str, Demand], inputs: PlanInput, policy: Policy, calendar: WorkingCalendar
) -> dict[str, int]:
    """Move the cadence requests that have days off only; return by how much gaps may grow.

    ``demands`` is changed. A request moves to the first working day after its dates and the six
    days behind it, or to the last one before them and the six days ahead of it, inside the
    horizon; where there is none it stays.
    """
    rule = policy.cadence.make_up
    grown: dict[str, int] = {}
    if rule is MakeUp.SKIP:
        return grown
    shops = {r.id: r for r in inputs.retailers}
    horizon = inputs.horizon
    for name, wish in demands.items():
        shop = shops[wish.retailer]
        if wish.kind is not RequestKind.CADENCE:
            continue
        open_days = [d for d in horizon.days if _is_open(shop, inputs, calendar, d)]
        if any(wish.allows(day) for day in open_days):
            continue
        if rule is MakeUp.AFTER:
            first = next((d for d in open_days if d > wish.latest), None)
            if first is None:
                continue
            moved = replace(wish, earliest=first, latest=min(first + _WEEK, horizon.end))
            days = (moved.latest - wish.latest).days
        else:
            last = next((d for d in reversed(open_days) if d < wish.earliest), None)
            if last is None:
                continue
            moved = replace(wish, earliest=max(last - _WEEK, horizon.start), latest=last)
            days = (wish.earliest - moved.earliest).days
        demands[name] = moved
        grown[wish.retailer] = max(days, grown.get(wish.retailer, 0))
    return grown


def _is_open(shop: Retailer, inputs: PlanInput, calendar: WorkingCalendar, day: date) -> bool:
    if day in shop.closed:
        return False
    return any(
        calendar.shift(rep, day) is not None
        for rep in inputs.reps
        if shop.rep == rep.id or (shop.rep is None and (not shop.team or rep.id in shop.team))
    )
