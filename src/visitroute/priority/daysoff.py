"""Cadence visits all of whose dates are days off: made up before or after, or left alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from visitroute.calendar import WorkingCalendar
from visitroute.model import MakeUp, PlanInput, RequestKind, Retailer, VisitRequest
from visitroute.policy import Policy

SPREAD = 6
"""A visit that is made up may take place on the nearest working day and so many days on."""


class DaysOff:
    """The make-up rule of a policy on the working days of the input's reps."""

    def __init__(self, inputs: PlanInput, policy: Policy) -> None:
        self._rule = policy.cadence.make_up
        self._horizon = inputs.horizon
        self._working: dict[str, frozenset[date]] = {}
        if self._rule is not MakeUp.SKIP:
            years = range(inputs.horizon.start.year, inputs.horizon.end.year + 1)
            calendar = WorkingCalendar(policy.calendar, years)
            self._working = {
                rep.id: frozenset(d for d in inputs.horizon.days if calendar.shift(rep, d))
                for rep in inputs.reps
            }

    def make_up(
        self, retailer: Retailer, requests: Sequence[VisitRequest]
    ) -> tuple[list[VisitRequest], int]:
        """Return a retailer's cadence requests, moved where need be, and by how many days at most.

        A date counts when a rep who may visit the retailer works on it and the retailer is not
        closed for the day.
        """
        if self._rule is MakeUp.SKIP:
            return list(requests), 0
        able = self._able(retailer)
        found, most = [], 0
        for request in requests:
            moved = request
            if request.kind is RequestKind.CADENCE and not any(
                request.earliest <= day <= request.latest for day in able
            ):
                moved = self._move(request, able)
            most = max(
                most,
                (moved.latest - request.latest).days,
                (request.earliest - moved.earliest).days,
            )
            found.append(moved)
        return found, most

    def _able(self, retailer: Retailer) -> list[date]:
        names: Iterable[str] = (
            (retailer.rep,) if retailer.rep is not None else retailer.team or tuple(self._working)
        )
        days = frozenset[date]().union(*(self._working.get(name, ()) for name in names))
        return sorted(days - retailer.closed)

    def _move(self, request: VisitRequest, able: Sequence[date]) -> VisitRequest:
        horizon = self._horizon
        if self._rule is MakeUp.AFTER:
            later = [day for day in able if day > request.latest]
            if later:
                last = min(horizon.end.toordinal(), later[0].toordinal() + SPREAD)
                return replace(request, earliest=later[0], latest=date.fromordinal(last))
        else:
            sooner = [day for day in able if day < request.earliest]
            if sooner:
                first = max(horizon.start.toordinal(), sooner[-1].toordinal() - SPREAD)
                return replace(request, earliest=date.fromordinal(first), latest=sooner[-1])
        return request
