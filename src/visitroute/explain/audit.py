"""The capacity audit: what is required against what the days hold, before anything is solved."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from visitroute.explain.relaxation import Need, Prover, Relaxation, Slot, fewest_steps, relax
from visitroute.model import Horizon, Segment
from visitroute.policy import Policy
from visitroute.solve import Problem
from visitroute.texts import Texts
from visitroute.units import MINUTE

STRETCHES = (2, 3, 4)
"""How many times longer intervals are tried as a way to close a gap."""

_NEARLY = 1e-6
"""A linear program's solution may lie so far beside a whole number that it means."""

MOST_VISITS, MOST_MINUTES, MOST_DAYS = 20, 240, 60
"""The furthest that more visits a day, a longer day and more days are tried."""


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
class Way:
    """A change after which the audit finds nothing more that must be left out.

    ``kind`` is stretch (with segment), all, visits, longer or days; ``amount`` the factor, the
    visits a day, the minutes a day or the days.
    """

    kind: str
    amount: int
    segment: Segment | None = None


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
            found.append(
                texts.say(
                    f"audit.close_{way.kind}",
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
    whole = relax(problems, segments)
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
        ways=tuple(_close(whole, Prover(prices))) if least else (),
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


def _close(whole: Relaxation, prover: Prover) -> list[Way]:
    """Return the smallest change of each kind that leaves nothing proved to be left out.

    Requests without any day are set aside: none of these changes helps them.
    """
    able = whole.only(lambda need: bool(need.uses))
    if not prover.is_short(able):
        return []
    ways = []
    present = [s for s in reversed(Segment) if any(n.segment is s for n in able.needs)]
    for segment in present:
        for factor in STRETCHES:
            if not prover.is_short(stretch(able, {segment: factor})):
                ways.append(Way("stretch", factor, segment))
                break
    if not ways:
        for factor in STRETCHES:
            if not prover.is_short(stretch(able, dict.fromkeys(Segment, factor))):
                ways.append(Way("all", factor))
                break
    if any(slot.is_limited for slot in able.slots):
        count = _smallest(
            MOST_VISITS,
            able,
            [(1, 0, 0)] * len(able.slots),
            lambda k: able.with_slots(lambda s: replace(s, visits=s.visits + k)),
            prover,
        )
        ways += [Way("visits", count)] if count else []
    steps = _smallest(
        MOST_MINUTES // 15,
        able,
        [(0, 15 * MINUTE, 0)] * len(able.slots),
        lambda k: able.with_slots(lambda s: replace(s, seconds=s.seconds + 15 * k * MINUTE)),
        prover,
    )
    ways += [Way("longer", 15 * steps)] if steps else []
    none, one = _with_days(able, 0), _with_days(able, 1).slots[-1]
    growth = [(0, 0, 0)] * len(able.slots) + [(one.visits, one.seconds, one.driving)]
    days = _smallest(MOST_DAYS, none, growth, lambda k: _with_days(able, k), prover)
    return ways + ([Way("days", days)] if days else [])


def stretch(whole: Relaxation, factors: Mapping[Segment, int]) -> Relaxation:
    """Return the needs when shops of some segments are visited that many times less often."""
    return whole.only(
        lambda n: n.request.index < 0 or n.request.index % factors.get(n.segment, 1) == 0
    )


def _with_days(whole: Relaxation, count: int) -> Relaxation:
    """Return the needs with further days, as roomy as the roomiest and allowed to all."""
    best = max(whole.slots, key=lambda s: (s.seconds, s.visits))
    more = replace(
        best,
        visits=count * max(s.visits for s in whole.slots),
        seconds=count * best.seconds,
        driving=count * max(s.driving for s in whole.slots),
    )
    new = len(whole.slots)
    needs = tuple(
        replace(n, uses=(*n.uses, (new, *min(use[1:] for use in n.uses)))) for n in whole.needs
    )
    return Relaxation((*whole.slots, more), needs)


def _smallest(
    most: int,
    start: Relaxation,
    growth: Sequence[tuple[int, int, int]],
    change: Callable[[int], Relaxation],
    prover: Prover,
) -> int | None:
    """Return the smallest number of steps that closes the gap, None when ``most`` don't.

    A linear program tells how far ``start`` has to grow; what is said is proved on ``change``.
    """
    least = fewest_steps(start, growth, most)
    if least is None:
        return None
    steps = max(1, math.ceil(least - _NEARLY))
    while steps <= most and prover.is_short(change(steps)):
        steps += 1
    return steps if steps <= most else None


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
