"""Reasons on random plans, checked again with the day that tries everything.

Nothing here uses the solver's timing: rooms are looked for in the reference of
``check.brute_force``, requests in the checker's own count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from builders import POLICY, compile_for, random_inputs
from check.brute_force import DayStop, RepDay, lunch_gaps, rep_day, try_order
from visitroute.calendar import WorkingCalendar
from visitroute.check.demand import Demand
from visitroute.check.facts import Facts, gather_facts
from visitroute.explain import explain_drops
from visitroute.model import DroppedVisit, PlanInput, Rep, Schedule, Verdict
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


@pytest.fixture(scope="module")
def drops() -> Drops:
    return worlds(range(1000, 1110), 12, 4)


def test_every_code_is_met(drops: Drops) -> None:
    codes = Counter(drop.code for _, drop, _ in drops)
    expected = {"VR4101", "VR4102", "VR4103", "VR4104", "VR4105", "VR4107", "VR4108", "VR4109"}
    assert expected <= set(codes)
    assert min(codes[code] for code in expected) > 5


def test_impossible_is_never_said_of_a_visit_that_fits_an_empty_day(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        possible = any(world.fits_alone(wish, day) for day in dates(wish))
        if drop.verdict is Verdict.IMPOSSIBLE:
            assert not possible, drop
            said += 1
        else:
            assert possible, drop  # and what can't be is said to be impossible
    assert said > 100


def test_outranked_days_have_no_room_for_the_visit(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        if drop.verdict is not Verdict.OUTRANKED or drop.code == "VR4105":
            continue
        for day in dates(wish):
            if not (world.fits_alone(wish, day) and world.keeps_gaps(wish, day)):
                continue
            assert not world.has_room(wish, day), drop
            for stop in world.stops_on(day):
                if stop.id != wish.retailer and world.lost(day, stop.id) < world.worth(wish):
                    assert not world.has_room(wish, day, {stop.id}), drop
            said += 1
    assert said > 60


def test_days_full_in_number_are(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        if drop.code != "VR4108":
            continue
        limit = int(re.search(r"full at (\d+) visits", drop.reason)[1])  # type: ignore[index]
        assert limit == world.rep.max_visits
        for day in dates(wish):
            if world.fits_alone(wish, day) and world.keeps_gaps(wish, day):
                assert len(world.stops_on(day)) == limit
                said += 1
    assert said > 40


def test_no_allowed_day_keeps_the_gaps_where_that_is_said(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        possible = [
            d for d in dates(wish) if world.fits_alone(wish, d) and world.keeps_gaps(wish, d)
        ]
        if drop.code == "VR4107":
            assert not possible, drop
            said += 1
        elif drop.verdict is not Verdict.IMPOSSIBLE and drop.code != "VR4105":
            assert possible, drop
    assert said > 10


def test_one_more_visit_on_the_day_named_lets_it_in(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        match = re.match(r"allow one more visit on (\S+),", drop.fix)
        if match:
            day = date.fromisoformat(match[1])
            assert day in dates(wish)
            assert world.keeps_gaps(wish, day)
            assert world.has_room(wish, day, more=1), drop
            said += 1
    assert said > 10


def test_the_longer_shift_named_lets_it_in_and_no_shorter_one_does(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        match = re.match(r"extend the shift on (\S+) \+(\d+) min,", drop.fix)
        if match:
            day, minutes = date.fromisoformat(match[1]), int(match[2])
            assert day in dates(wish)
            assert world.keeps_gaps(wish, day)
            assert world.has_room(wish, day, minutes=minutes), drop
            assert not world.has_room(wish, day, minutes=minutes - 15), drop
            said += 1
    assert said > 10


def test_the_shorter_visit_named_fits_some_day(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        match = re.match(r"shorten the visit to (\d+) minutes", drop.fix)
        if match:
            shop = replace(world.facts.retailers[wish.retailer], service_minutes=int(match[1]))
            facts = replace(world.facts, retailers={**world.facts.retailers, shop.id: shop})
            short = replace(world, facts=facts)
            assert any(short.fits_alone(replace(wish, task=None), d) for d in dates(wish)), drop
            said += 1
    assert said > 5
