"""Random plans with everything to judge their reasons by, without the solver's timing.

Rooms are looked for with the reference of ``check.brute_force``, requests come from the
checker's own count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from builders import POLICY, compile_for, random_inputs
from check.brute_force import DayStop, RepDay, lunch_gaps, rep_day, try_order
from visitroute.calendar import WorkingCalendar
from visitroute.check.demand import Demand
from visitroute.check.facts import Facts, gather_facts
from visitroute.explain import Chance, Change, DayChance, explain_drops
from visitroute.model import DroppedVisit, OpeningHours, PlanInput, Rep, Schedule, Verdict
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import Ask, Effort, State, search_plan
from visitroute.texts import load_texts

CALENDAR = WorkingCalendar(POLICY.calendar, (2026, 2027))


@dataclass(frozen=True)
class World:
    """A plan that was searched for briefly, with everything to judge its reasons by."""

    inputs: PlanInput
    rep: Rep
    matrix: TravelMatrix
    state: State
    facts: Facts

    def rep_day(self, day: date, minutes: int = 0, visits: int = 0) -> RepDay | None:
        """The rep's date, with a later end or more visits where asked; None on a day off."""
        shift = CALENDAR.shift(self.rep, day)
        if shift is None:
            return None
        found = rep_day(self.rep, day, (shift[0], shift[1] + 60 * minutes))
        most = None if found.max_visits is None else found.max_visits + visits
        return replace(found, max_visits=most)

    def stops_on(self, day: date) -> list[DayStop]:
        """The stops of a date in their order."""
        for route in self.state.routes:
            if self.state.problem.days[route.day].date == day:
                return [
                    self.stop(day, self.state.problem.clients[v.client].retailer.id, v.service)
                    for v in route.visits
                ]
        return []

    def stop(self, day: date, name: str, service: int, fixed: int | None = None) -> DayStop:
        shop = self.facts.retailers[name]
        windows = () if day in shop.closed else shop.opening.on(day)
        if fixed is None:
            fixed = next((w.time for w in self.served(day, name) if w.time is not None), None)
        return DayStop(name, service, windows, fixed)

    def served(self, day: date, name: str) -> list[Demand]:
        """What the stop of a retailer on a date serves."""
        problem = self.state.problem
        return [
            self.facts.demands[request]
            for client in problem.clients
            if client.retailer.id == name
            for request, d in self.state.served[client.index].items()
            if problem.days[d].date == day
        ]

    def tasks_done(self, day: date, name: str) -> list[str]:
        problem = self.state.problem
        return [
            job.task.id
            for client in problem.clients
            if client.retailer.id == name
            for d, jobs in self.state.done[client.index].items()
            if problem.days[d].date == day
            for job in jobs
        ]

    def has_room(
        self, wish: Demand, day: date, gone: set[str] = frozenset(), minutes: int = 0, more: int = 0
    ) -> bool:
        """Tell whether a wish fits a date somewhere in its order, some stops left out."""
        found = self.rep_day(day, minutes, more)
        if found is None:
            return False
        tasks = self.tasks_done(day, wish.retailer) + ([wish.task] if wish.task else [])
        service = self.facts.service_seconds(self.facts.retailers[wish.retailer], tasks)
        new = self.stop(day, wish.retailer, service, wish.time)
        rest = [s for s in self.stops_on(day) if s.id not in gone and s.id != wish.retailer]
        return any(
            try_order((*rest[:i], new, *rest[i:]), self.matrix, found, gap) is not None
            for i in range(len(rest) + 1)
            for gap in lunch_gaps(len(rest) + 1, found)
        )

    def fits_alone(self, wish: Demand, day: date) -> bool:
        found = self.rep_day(day)
        if found is None:
            return False
        shop = self.facts.retailers[wish.retailer]
        service = self.facts.service_seconds(shop, [wish.task] if wish.task else [])
        windows = () if day in shop.closed else shop.opening.on(day)
        stop = DayStop(wish.retailer, service, windows, wish.time)
        return any(
            try_order((stop,), self.matrix, found, gap) is not None for gap in lunch_gaps(1, found)
        )

    def keeps_gaps(self, wish: Demand, day: date) -> bool:
        if not wish.is_spaced:
            return True
        client = next(c for c in self.state.problem.clients if c.retailer.id == wish.retailer)
        shop = self.facts.retailers[wish.retailer]
        cadence = shop.cadence or POLICY.segments[self.facts.segments[shop.id]].cadence
        last = [
            v.date
            for v in self.inputs.visits
            if v.retailer == shop.id
            and v.channel.value == "visit"
            and v.date < self.inputs.horizon.start
        ]
        if last and (day - max(last)).days < cadence.min_gap:
            return False
        for name, d in self.state.served[client.index].items():
            other = self.facts.demands[name]
            if other.is_spaced:
                first, second = (other, wish) if other.index < wish.index else (wish, other)
                at = self.state.problem.days[d].date
                gap = (day - at).days if first is other else (at - day).days
                steps = second.index - first.index
                if not cadence.min_gap <= gap <= steps * cadence.max_gap:
                    return False
        return True

    def lost(self, day: date, name: str) -> tuple[int, ...]:
        """Weights by tier that leaving out a stop would give up, highest tier first."""
        weights = {r.request.id: r.request.weight for r in self.asks()}
        found = Counter[int]()
        for wish in self.served(day, name):
            found[int(wish.tier)] += weights[wish.id]
        return tuple(found[tier] for tier in range(6))

    def worth(self, wish: Demand) -> tuple[int, ...]:
        weight = next(a.request.weight for a in self.asks() if a.request.id == wish.id)
        return tuple(weight if tier == int(wish.tier) else 0 for tier in range(6))

    def asks(self) -> Iterator[Ask]:
        for client in self.state.problem.clients:
            yield from (*client.cadence, *client.others)


Drops = list[tuple[World, DroppedVisit, Demand]]


def worlds(seeds: range, n: int, effort: int) -> Drops:
    """Every dropped visit of random plans with its world."""
    found: Drops = []
    for seed in seeds:
        inputs, rep, matrix = random_inputs(seed, n, weeks=1 + seed % 2, tight=seed % 4 != 0)
        state = search_plan(compile_for(inputs, rep, matrix), Effort(effort, seed))
        world = World(inputs, rep, matrix, state, gather_facts(inputs, POLICY, Schedule(())))
        drops = explain_drops(state, load_texts("en"))
        found += [(world, drop, world.facts.demands[drop.request]) for drop in drops]
    return found


def dates(wish: Demand) -> list[date]:
    span = (wish.latest - wish.earliest).days
    return [wish.earliest + timedelta(days=i) for i in range(span + 1)]


# ── What is wrong with what a plan says, in words; empty where all is true ───────────────────


def judge(world: World, drop: DroppedVisit, wish: Demand) -> list[str]:
    """Return every statement of a dropped visit that does not hold."""
    possible = [d for d in dates(wish) if world.fits_alone(wish, d)]
    found = []
    if (drop.verdict is Verdict.IMPOSSIBLE) == bool(possible):
        found.append(f"{drop.request}: {drop.verdict}, but {len(possible)} days hold it alone")
    kept = [d for d in possible if world.keeps_gaps(wish, d)]
    if drop.code == "VR4107" and kept:
        found.append(f"{drop.request}: gaps leave {len(kept)} days")
    if drop.verdict is Verdict.OUTRANKED and drop.code != "VR4105":
        for day in kept:
            if world.has_room(wish, day):
                found.append(f"{drop.request}: room on {day}")
            if drop.code == "VR4108" and len(world.stops_on(day)) != world.rep.max_visits:
                found.append(f"{drop.request}: {day} is not full")
            found += [
                f"{drop.request}: {stop.id} weighs less on {day} and would make room"
                for stop in world.stops_on(day)
                if stop.id != wish.retailer
                and world.lost(day, stop.id) < world.worth(wish)
                and world.has_room(wish, day, {stop.id})
            ]
    return found


def judge_impossible(world: World, wish: Demand) -> list[str]:
    """Return every day, with up to two other stops in any order, that holds a wish after all."""
    found = []
    others = [name for name in world.facts.retailers if name != wish.retailer]
    for day in dates(wish):
        frame = world.rep_day(day)
        if frame is None:
            continue
        shop = world.facts.retailers[wish.retailer]
        service = world.facts.service_seconds(shop, [wish.task] if wish.task else [])
        windows = () if day in shop.closed else shop.opening.on(day)
        new = DayStop(wish.retailer, service, windows, wish.time)
        for count in (1, 2):
            for some in permutations(others, count):
                rest = [DayStop(n, 0) for n in some]  # as little in their way as can be
                found += [
                    f"{wish.id}: fits {day} beside {some}"
                    for i in range(count + 1)
                    for gap in lunch_gaps(count + 1, frame)
                    if try_order((*rest[:i], new, *rest[i:]), world.matrix, frame, gap) is not None
                ]
    return found


def judge_change(world: World, wish: Demand, change: Change) -> list[str]:
    """Return what is wrong with a change that is said to let a wish in."""
    day = change.date
    inside = day in dates(wish)
    gaps = world.keeps_gaps(wish, day)
    if change.kind == "insert":
        fine = inside and gaps and world.has_room(wish, day)
    elif change.kind == "more":
        fine = inside and gaps and world.has_room(wish, day, more=1)
    elif change.kind == "longer":
        fine = inside and gaps and world.has_room(wish, day, minutes=change.amount)
        fine &= not world.has_room(wish, day, minutes=change.amount - 5)
    elif change.kind == "more_longer":
        fine = inside and gaps and world.has_room(wish, day, more=1, minutes=change.amount)
        fine &= not world.has_room(wish, day, more=1, minutes=change.amount - 5)
        fine &= not world.has_room(wish, day, minutes=change.amount)
    elif change.kind == "other_day_longer":
        fine = not inside and gaps and world.has_room(wish, day, minutes=change.amount)
        fine &= not world.has_room(wish, day, minutes=change.amount - 5)
        fine &= change.days == min(abs((d - day).days) for d in dates(wish))
    elif change.kind == "swap":
        fine = inside and gaps and world.has_room(wish, day, {change.other})
        fine &= change.other in {s.id for s in world.stops_on(day)}
    elif change.kind == "other_day":
        fine = not inside and gaps and world.has_room(wish, day)
    elif change.kind == "gap":
        fine = inside and not gaps and world.has_room(wish, day)
    elif change.kind == "shorter":
        fine = (
            inside
            and gaps
            and changed(world, wish, service_minutes=change.amount).has_room(wish, day)
        )
    else:
        assert change.kind == "window"
        assert change.at is not None
        hours = world.facts.retailers[wish.retailer].opening.on(day)
        early = change.at <= hours[0][0]
        wide = (
            ((change.at, hours[0][1]), *hours[1:])
            if early
            else (*hours[:-1], (hours[-1][0], change.at))
        )
        opening = OpeningHours(((),) * 7, ((day, wide),))
        fine = inside and gaps and changed(world, wish, opening=opening).has_room(wish, day)
    return [] if fine else [f"{wish.id}: {change} does not let it in"]


def changed(world: World, wish: Demand, **changes: Any) -> World:
    """Return the same plan with other facts about the wish's retailer."""
    shop = replace(world.facts.retailers[wish.retailer], **changes)
    facts = replace(world.facts, retailers={**world.facts.retailers, shop.id: shop})
    return replace(world, facts=facts)


def judge_days(world: World, wish: Demand, days: tuple[DayChance, ...]) -> list[str]:
    """Return every day that is said to do with a dropped wish what it would not."""
    found = []
    for said in days:
        day = said.date
        room = world.has_room(wish, day)
        fine = {
            Chance.FREE: room and world.keeps_gaps(wish, day),
            Chance.FULL: not room and len(world.stops_on(day)) >= (world.rep.max_visits or 99),
            Chance.NO_TIME: not room,
            Chance.LOAD: not room,
            Chance.GAP: not world.keeps_gaps(wish, day),
            Chance.OFF: not world.fits_alone(wish, day),  # nor where no lunch fits
            Chance.TOO_FAR: not world.fits_alone(wish, day),
            Chance.CLOSED: not world.fits_alone(wish, day),
            # Of two fixed times on one day the earlier one binds, kept or not.
            Chance.FIXED: not room or wish.time is not None or wish.rep not in {None, world.rep.id},
            Chance.MOVE: not room and said.move is not None and _moves(world, wish, said),
            Chance.CHOSEN: False,
        }
        if not fine[said.chance]:
            found.append(f"{wish.id}: {said} is not so")
    return found


def _moves(world: World, wish: Demand, said: DayChance) -> bool:
    """Tell whether the visit named can move where it is said to, and makes room by that."""
    assert said.move is not None
    name, day, target = said.move.retailer, said.date, said.move.target
    served = world.served(day, name)
    if not served or not world.has_room(wish, day, {name}):
        return False
    stop = next(s for s in world.stops_on(day) if s.id == name)
    frame = world.rep_day(target)
    if frame is None or any(s.id == name for s in world.stops_on(target)):
        return False
    new = replace(world.stop(target, name, stop.service), fixed=stop.fixed)
    rest = world.stops_on(target)
    fits = any(
        try_order((*rest[:i], new, *rest[i:]), world.matrix, frame, gap) is not None
        for i in range(len(rest) + 1)
        for gap in lunch_gaps(len(rest) + 1, frame)
    )
    return fits and all(w.earliest <= target <= w.latest for w in served)
