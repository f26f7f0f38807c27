"""The capacity audit: what is required against what the days hold, before anything is solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from visitroute.explain.relaxation import Need, Relaxation, Slot, relax
from visitroute.explain.travelbound import bound_travel
from visitroute.explain.ways import Way, find_ways
from visitroute.model import Horizon, Segment
from visitroute.policy import Policy
from visitroute.solve import Problem
from visitroute.texts import Texts
from visitroute.units import MINUTE


@dataclass(frozen=True, slots=True)
class Load:
    """What is required of some days, and what they hold.

    ``visits`` counts stops and ``minutes`` their service and least travel, without fillers and
    tasks for which a call may stand in. ``days`` are working
    days, ``slots`` the visits that they may hold (None: no limit), ``available`` their minutes
    for service and travel. ``least`` visits cannot be made, whatever the plan.
    """

    visits: int
    minutes: int
    days: int
    slots: int | None
    available: int
    least: int


@dataclass(frozen=True, slots=True)
class RepAudit:
    """The audit of one rep, or of a team whose reps share retailers.

    ``no_day`` requests have no day at all. ``weeks`` count what is due in them; ``segments``
    say what each one requires of all the days.
    """

    reps: tuple[str, ...]
    total: Load
    no_day: int
    weeks: tuple[tuple[date, Load], ...]
    segments: Mapping[Segment, Load]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The capacity audit of a plan's input; ``least`` requests are left out by every plan."""

    reps: tuple[RepAudit, ...]
    horizon: Horizon
    cadences: Mapping[Segment, float]

    @property
    def least(self) -> int:
        """Requests that no plan can serve, all reps together."""
        return sum(rep.total.least for rep in self.reps)

    def lines(self, texts: Texts, *, details: bool = True) -> list[str]:
        """Return the audit in words; ``details`` adds weeks and segments where visits are short."""
        found: list[str] = []
        for rep in self.reps:
            found.append(self._headline(rep, texts))
            if not rep.total.least:
                continue
            if rep.no_day:
                found.append("  " + texts.say("audit.no_day", count=rep.no_day))
            found += ["  " + line for line in self._ways(rep, texts)]
            if details:
                found += ["  " + line for line in _details(rep, texts)]
        return found

    def shortages(self, texts: Texts) -> list[str]:
        """Return a sentence for each rep or team with visits that cannot be made."""
        return [self._headline(rep, texts) for rep in self.reps if rep.total.least]

    def as_dict(self) -> dict[str, Any]:
        """Return the audit as plain values."""
        return {
            "least": self.least,
            "reps": [
                {
                    "reps": list(rep.reps),
                    **_plain(rep.total),
                    "no_day": rep.no_day,
                    "weeks": [{"start": d.isoformat(), **_plain(w)} for d, w in rep.weeks],
                    "segments": {str(s): _plain(load) for s, load in rep.segments.items()},
                    "ways": [
                        {"kind": w.kind, "amount": w.amount, "segment": w.segment} for w in rep.ways
                    ],
                }
                for rep in self.reps
            ],
        }

    def _headline(self, rep: RepAudit, texts: Texts) -> str:
        total = rep.total
        days = max(1, total.days)
        limit = None if total.slots is None else total.slots / days
        if not total.least:
            key = "enough"
        elif total.slots is not None and total.visits > total.slots:
            key = "visits"
        elif total.minutes > total.available:
            key = "minutes"
        else:
            key = "spread"
        return texts.say(
            f"audit.{key}",
            rep="+".join(rep.reps),
            visits=total.visits,
            per_day=f"{total.visits / days:.1f}",
            limit=texts.say("audit.unlimited")
            if limit is None
            else f"{limit:.1f}".rstrip("0").rstrip("."),
            need=round(total.minutes / days),
            have=round(total.available / days),
            least=total.least,
            weeks=self.horizon.weeks,
        )

    def _ways(self, rep: RepAudit, texts: Texts) -> list[str]:
        found = []
        for way in rep.ways:
            values: dict[str, Any] = {}
            if way.segment is not None:
                now = self.cadences[way.segment]
                values = {
                    "segment": texts.say(f"segment.{way.segment}"),
                    "now": f"{now:g}",
                    "days": f"{now * way.amount:g}",
                }
            each = way.kind == "days" and len(rep.reps) > 1
            found.append(
                texts.say(
                    "audit.close_days_each" if each else f"audit.close_{way.kind}",
                    factor=way.amount,
                    count=way.amount,
                    minutes=way.amount,
                    **values,
                )
            )
        return found or [texts.say("audit.close_none")]


def audit_capacity(
    groups: Sequence[Sequence[Problem]],
    segments: Mapping[str, Segment],
    policy: Policy,
    horizon: Horizon,
) -> Audit:
    """Return what is required against what the days hold, with proved bounds.

    ``groups`` holds one problem for each single rep, and the problems of all reps of a team
    together; ``segments`` the segment of every retailer.
    """
    reps = tuple(_audit(group, segments, horizon) for group in groups)
    return Audit(reps, horizon, {s: p.cadence.ideal_gap for s, p in policy.segments.items()})


def _audit(
    problems: Sequence[Problem], segments: Mapping[str, Segment], horizon: Horizon
) -> RepAudit:
    bounds = [bound_travel(problem) for problem in problems]
    whole = relax(problems, segments, bounds)
    least, prices = whole.price()
    weeks = []
    for number in range(horizon.weeks):
        first = horizon.start + timedelta(days=7 * number)
        last = first + timedelta(days=6)
        weeks.append((first, _week(whole, first, last)))
    return RepAudit(
        reps=tuple(p.rep.id for p in problems),
        total=_load(whole.needs, whole.slots, least),
        no_day=sum(not need.uses for need in whole.needs),
        weeks=tuple(weeks),
        segments={
            segment: _load(part, whole.slots, sum(not need.uses for need in part))
            for segment in Segment
            if (part := [n for n in whole.needs if n.segment is segment])
        },
        ways=find_ways(problems, segments, bounds, whole, prices) if least else (),
    )


def _week(whole: Relaxation, first: date, last: date) -> Load:
    """Return what is due in a week; left out for certain is of what may lie in no other week."""
    inside = {i for i, s in enumerate(whole.slots) if first <= s.day.date <= last}
    slots = [whole.slots[i] for i in sorted(inside)]
    due = [n for n in whole.needs if first <= n.request.due <= last]
    bound = whole.only(lambda n: first <= n.request.earliest and n.request.latest <= last)
    return _load(due, slots, bound.least_dropped())


def _load(needs: Sequence[Need], slots: Sequence[Slot], least: int) -> Load:
    limited = [slot.visits for slot in slots if slot.is_limited]
    seconds = sum(min(t for _, _, t, _ in need.uses) for need in needs if need.uses)
    return Load(
        visits=sum(1 for n in needs if not n.uses or any(use[1] for use in n.uses)),
        minutes=round(seconds / MINUTE),
        days=len(slots),
        slots=sum(limited) if limited and len(limited) == len(slots) else None,
        available=sum(slot.seconds for slot in slots) // MINUTE,
        least=least,
    )


def _details(rep: RepAudit, texts: Texts) -> list[str]:
    found = []
    for start, load in rep.weeks:
        slots = texts.say("audit.unlimited") if load.slots is None else load.slots
        found.append(
            texts.say(
                "audit.week",
                start=start.isoformat(),
                visits=load.visits,
                minutes=load.minutes,
                days=load.days,
                slots=slots,
                have=load.available,
                least=load.least,
            )
        )
    for segment, load in rep.segments.items():
        found.append(
            texts.say(
                "audit.segment",
                segment=texts.say(f"segment.{segment}"),
                visits=load.visits,
                minutes=load.minutes,
            )
        )
    return found


def _plain(load: Load) -> dict[str, Any]:
    return {
        "visits": load.visits,
        "minutes": load.minutes,
        "days": load.days,
        "slots": load.slots,
        "available": load.available,
        "least": load.least,
    }
