"""The cadence as a contract: every retailer's gaps, counted from the last actual visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from visitroute.calendar import WorkingCalendar
from visitroute.model import (
    Cadence,
    Channel,
    DroppedVisit,
    PlanInput,
    Rep,
    RequestKind,
    Retailer,
    Schedule,
    Segment,
    VisitRequest,
)
from visitroute.priority import Demand, excluded_retailers
from visitroute.texts import Texts


class Kept(StrEnum):
    """What became of a retailer's cadence in a plan."""

    KEPT = "kept"
    EARLY = "early"  # two cadence visits too close together
    LATE = "late"  # a gap longer than allowed, open ones included
    NEVER = "never"  # visits were due, none is planned


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A retailer's visits in a horizon beside its cadence.

    ``last`` is the last actual visit before the horizon, ``visits`` are the planned dates and
    ``gaps`` the days between all these in a row. ``days`` says by how many days the worst gap
    is off: late ones count up to the end of the horizon where no visit follows. ``rep`` is None
    for a shared retailer that nobody visits. ``cause`` is a sentence with its ``code``, empty for
    a cadence kept.
    """

    retailer: str
    rep: str | None
    segment: Segment
    cadence: Cadence
    last: date | None
    visits: tuple[date, ...]
    gaps: tuple[int, ...]
    verdict: Kept
    days: int = 0
    code: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class _Late:
    """A stretch without a visit: by how many days it is too long, and its first and last day."""

    days: int
    after: date
    until: date


def judge_cadence(
    inputs: PlanInput,
    demand: Demand,
    schedule: Schedule,
    calendar: WorkingCalendar,
    texts: Texts,
) -> tuple[Rhythm, ...]:
    """Return for each retailer that is to be visited what the plan makes of its cadence.

    Every stop counts as a visit for gaps that are too long; only cadence visits count for gaps
    that are too short, as for the checker. Excluded and phone retailers are left out.
    """
    judge = _Judge(inputs, demand, schedule, calendar, texts)
    gone = excluded_retailers(inputs, schedule)
    return tuple(
        judge.judge(retailer)
        for retailer in inputs.retailers
        if retailer.channel is Channel.VISIT and retailer.id not in gone
    )


class _Judge:
    def __init__(
        self,
        inputs: PlanInput,
        demand: Demand,
        schedule: Schedule,
        calendar: WorkingCalendar,
        texts: Texts,
    ) -> None:
        self.inputs, self.demand, self.calendar, self.texts = inputs, demand, calendar, texts
        self.horizon = inputs.horizon
        self.reps = {rep.id: rep for rep in inputs.reps}
        self.stops: dict[str, list[tuple[date, str, tuple[str, ...]]]] = {}
        for route in schedule.routes:
            for stop in route.stops:
                served = (stop.request, *stop.also)
                self.stops.setdefault(stop.retailer, []).append((route.date, route.rep, served))
        self.dropped: dict[str, list[DroppedVisit]] = {}
        for drop in schedule.dropped:
            self.dropped.setdefault(drop.retailer, []).append(drop)
        self.requests: dict[str, list[VisitRequest]] = {}
        self.spaced: dict[str, set[str]] = {}
        for request in demand.requests:
            if request.index >= 0:
                self.spaced.setdefault(request.retailer, set()).add(request.id)
            if request.kind is RequestKind.CADENCE:
                self.requests.setdefault(request.retailer, []).append(request)

    def judge(self, retailer: Retailer) -> Rhythm:
        name = retailer.id
        stops = sorted(self.stops.get(name, []))
        asked = self.requests.get(name, [])
        spaced = self.spaced.get(name, set())
        cadence, last = self.demand.cadences[name], self.demand.last.get(name)
        visits = tuple(day for day, _, _ in stops)
        known = ((last,) if last else ()) + visits
        rhythm = [day for day, _, served in stops if spaced.intersection(served)]
        late = max(self._late(cadence, last, visits, asked), key=lambda x: x.days, default=None)
        early = [
            cadence.min_gap - (b - a).days for a, b in pairwise(([last] if last else []) + rhythm)
        ]
        verdict, days, code, cause = Kept.KEPT, 0, "", ""
        if asked and not visits:
            verdict = Kept.NEVER
            first = late or _Late(0, last or self.horizon.start, self.horizon.end)
            days = max(0, first.days)
            code, cause = self._cause(retailer, first)
        elif late is not None and late.days > 0:
            verdict, days = Kept.LATE, late.days
            code, cause = self._cause(retailer, late)
        elif early and max(early) > 0:
            verdict, days = Kept.EARLY, max(early)
            code, cause = "VR4304", self.texts.say("cadence.early", min_gap=cadence.min_gap)
        owners = [d.rep for d in self.dropped.get(name, []) if d.rep]
        return Rhythm(
            retailer=name,
            rep=stops[0][1] if stops else retailer.rep or next(iter(owners), None),
            segment=self.demand.segments[name],
            cadence=cadence,
            last=last,
            visits=visits,
            gaps=tuple((b - a).days for a, b in pairwise(known)),
            verdict=verdict,
            days=days,
            code=code,
            cause=cause,
        )

    def _late(
        self,
        cadence: Cadence,
        last: date | None,
        visits: Sequence[date],
        asked: Sequence[VisitRequest],
    ) -> Iterable[_Late]:
        """Yield every stretch without a visit with the days it is longer than allowed."""
        longest = timedelta(days=cadence.max_gap)
        end = self.horizon.end
        if last is None and asked:
            # Nothing is known before: the first visit is to be made by the end of its interval.
            first = visits[0] if visits else end
            yield _Late((first - asked[0].latest).days, self.horizon.start, first)
        known = ([last] if last else []) + list(visits)
        for a, b in pairwise(known):
            yield _Late((b - a - longest).days, a, b)
        if known:
            yield _Late((end - known[-1] - longest).days, known[-1], end)

    def _cause(self, retailer: Retailer, late: _Late) -> tuple[str, str]:
        """Return why a stretch has no visit: left out, late before, days off, or the edge."""
        say = self.texts.say
        cadence = self.demand.cadences[retailer.id]
        left_out = [
            d
            for d in self.dropped.get(retailer.id, [])
            if d.task is None and d.due >= late.after and d.due <= late.until
        ]
        if left_out:
            first = min(left_out, key=lambda d: (d.due, d.request))
            return first.code, say("cadence.dropped", due=first.due.isoformat(), why=first.reason)
        by = late.after + timedelta(days=cadence.max_gap)
        if by < self.horizon.start:
            days = (self.horizon.start - by).days
            return "VR4301", say("cadence.before", last=late.after.isoformat(), days=days)
        earliest = late.after + timedelta(days=cadence.min_gap)
        span = [
            day
            for day in self.horizon.days
            if max(earliest, self.horizon.start) <= day <= min(by, self.horizon.end)
        ]
        if span and not any(self._works(retailer, day) for day in span):
            return "VR4302", say(
                "cadence.days_off", first=span[0].isoformat(), last=span[-1].isoformat()
            )
        return "VR4303", say("cadence.moved", by=by.isoformat(), until=late.until.isoformat())

    def _works(self, retailer: Retailer, day: date) -> bool:
        """Tell whether some rep may visit a retailer on a date."""
        if day in retailer.closed or not retailer.opening.on(day):
            return False
        return any(self.calendar.shift(rep, day) for rep in self._able(retailer))

    def _able(self, retailer: Retailer) -> Iterable[Rep]:
        names = (retailer.rep,) if retailer.rep else retailer.team or tuple(self.reps)
        return [self.reps[name] for name in names if name in self.reps]


def count_rhythms(rhythms: Iterable[Rhythm]) -> Mapping[Kept, int]:
    """Return how many retailers have each verdict."""
    counts = dict.fromkeys(Kept, 0)
    for rhythm in rhythms:
        counts[rhythm.verdict] += 1
    return counts
