"""The compiled clock against the plain one: the same days, the same answers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, permutations

import pytest

from builders import HOUR, MINUTE, compile_for, make_rep, make_shop, small_inputs
from solve.core.compiled import fill_route, num_variants, started
from solve.days import Case, random_days
from visitroute.model import Meeting, OpeningHours, Place, Window
from visitroute.solve import Client, Clock, DayRoute, Problem, Visit
from visitroute.solve.core.arrays import Arrays, Plan
from visitroute.solve.core.clock import NEVER
from visitroute.solve.core.route import catch_up, put, take
from visitroute.solve.core.scan import search_route
from visitroute.solve.core.translate import to_arrays
from visitroute.solve.problem import cut


def hardened(problem: Problem) -> Problem:
    """The problem with a meeting in the middle of each lunch window, and more fixed times."""
    rng = random.Random(len(problem.clients))  # noqa: S311
    days, blocks = [], []
    for frame in problem.days:
        block: tuple[Window, ...] = ()
        if frame.lunches and not frame.blocks:
            middle = sum(frame.lunches[0]) // 2
            block = ((middle - 300, middle + 300),)
        lunches = tuple(w for w in cut(frame.lunches, block) if w[1] - w[0] >= frame.lunch)
        if frame.lunch and not lunches:
            block, lunches = (), frame.lunches
        days.append(replace(frame, blocks=block or frame.blocks, lunches=lunches))
        blocks.append(block)
    clients = []
    for client in problem.clients:
        windows, fixed = [], []
        for day, block in enumerate(blocks):
            left = cut(client.windows[day], block)
            windows.append(tuple(w for w in left if w[1] - w[0] >= client.service))
            at = None
            if windows[-1] and rng.random() < 0.3:
                first, end = rng.choice(windows[-1])
                at = rng.choice([first, end - client.service, rng.randrange(first, end)])
            fixed.append(at)
        clients.append(replace(client, windows=tuple(windows), fixed=tuple(fixed)))
    return replace(problem, days=tuple(days), clients=tuple(clients))


class Twin:
    """Days of one problem after another, with its arrays and an empty compiled plan."""

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self.a: Arrays
        self.plan: Plan

    def of(self, problem: Problem) -> tuple[Arrays, Plan]:
        if problem is not self.problem:
            self.problem, self.a = problem, to_arrays(problem)
            self.plan = started(self.a)
        return self.a, self.plan


def all_days(seeds: range, most: int) -> Iterator[Case]:
    """Random days, those of every other problem made harder."""
    for number, (_, days) in enumerate(
        groupby(random_days(seeds, most), key=lambda case: id(case.problem))
    ):
        cases = list(days)
        problem = hardened(cases[0].problem) if number % 2 else cases[0].problem
        for case in cases:
            clients = tuple(problem.clients[c.index] for c in case.clients)
            yield replace(case, problem=problem, clients=clients)


def plain_route(problem: Problem, day: int, visits: list[tuple[int, int]], a: Arrays) -> DayRoute:
    """The plain route of (client, number of its variant)."""
    return DayRoute(
        problem,
        day,
        Clock(problem.days[day]),
        tuple(Visit(c, int(a.variant_service[a.variant_ptr[c] + v])) for c, v in visits),
    )


def shortened(case: Case) -> tuple[Client, ...]:
    """The clients of a day, as many as a compiled route has room for: one above its limit."""
    return case.clients[: case.problem.days[case.index].max_visits + 1]


def kinds(case: Case) -> list[str]:
    """What makes a day hard."""
    frame = case.problem.days[case.index]
    found = {
        "lunch": frame.lunch > 0,
        "several lunches": len(frame.lunches) > 1,
        "meetings": bool(frame.blocks),
        "bounded driving": frame.max_driving < 10**6,
        "another end": case.problem.rep.start != case.problem.rep.end,
        "fixed times": any(c.fixed[case.index] is not None for c in case.clients),
        "two windows": any(len(c.windows[case.index]) > 1 for c in case.clients),
    }
    return [kind for kind, holds in found.items() if holds]


def test_orders_can_be_kept_exactly_when_the_plain_clock_says_so() -> None:
    seen: Counter[tuple[str, bool]] = Counter()
    twin = Twin()
    rng = random.Random(1)  # noqa: S311
    for case in all_days(range(160), most=4):
        a, plan = twin.of(case.problem)
        for order in permutations(shortened(case)):
            visits = [(c.index, rng.randrange(num_variants(a, c.index))) for c in order]
            plain = plain_route(case.problem, case.index, visits, a)
            kept = fill_route(a, plan, case.index, visits)
            assert kept == plain.is_feasible, (case.name, visits)
            assert plan.travel[case.index] == plain.travel
            assert plan.travel_cost[case.index] == plain.travel * case.problem.costs.travel
            for kind in ("all", *kinds(case)):
                seen[kind, kept] += 1
    assert min(seen["all", True], seen["all", False]) > 1500
    assert len(seen) == 16
    assert min(seen.values()) > 50, seen


def test_the_cheapest_insertion_is_that_of_the_plain_clock() -> None:
    seen: Counter[bool] = Counter()
    twin = Twin()
    rng = random.Random(2)  # noqa: S311
    for case in all_days(range(200, 600), most=6):
        a, plan = twin.of(case.problem)
        *order, new = shortened(case)
        visits = [(c.index, rng.randrange(num_variants(a, c.index))) for c in order]
        if not fill_route(a, plan, case.index, visits) and visits:
            continue
        plain = plain_route(case.problem, case.index, visits, a)
        for variant in range(a.variant_ptr[new.index], a.variant_ptr[new.index + 1]):
            found = plain.cheapest_insertion(new.index, int(a.variant_service[variant]))
            search_route(a, plan, new.index, variant, case.index)
            assert plan.cache_version[variant, case.index] == plan.version[case.index]
            cost = plan.cache_cost[variant, case.index]
            if found is None:
                assert cost == NEVER, case.name
            else:
                assert cost == found.travel * case.problem.costs.travel, case.name
                assert plan.cache_position[variant, case.index] == found.position, case.name
            seen[found is not None] += 1
    assert min(seen[True], seen[False]) > 250


def test_the_times_on_the_way_are_those_of_the_plain_clock() -> None:
    """Earliest departures and latest arrivals of days that can be kept."""
    count = 0
    twin = Twin()
    for case in all_days(range(500, 560), most=5):
        a, plan = twin.of(case.problem)
        visits = [(c.index, 0) for c in shortened(case)]
        if not fill_route(a, plan, case.index, visits):
            continue
        plain = plain_route(case.problem, case.index, visits, a)
        n = len(visits) + 1
        assert plan.hungry_from[case.index, :n].tolist() == plain.hungry_from, case.name
        assert plan.fed_from[case.index, :n].tolist() == plain.fed_from, case.name
        # Latest arrivals before which nothing can be said differ only in how far below zero.
        for mine, other in ((plan.hungry_by, plain.hungry_by), (plan.fed_by, plain.fed_by)):
            assert [max(t, -1) for t in mine[case.index, :n].tolist()] == [
                max(t, -1) for t in other
            ], case.name
        count += 1
    assert count > 50


def test_putting_in_and_taking_out_leaves_the_route_as_it_was() -> None:
    count = 0
    twin = Twin()
    for case in all_days(range(560, 620), most=5):
        a, plan = twin.of(case.problem)
        *order, new = shortened(case)
        if not fill_route(a, plan, case.index, [(c.index, 0) for c in order]) or not order:
            continue
        before = plan.visit[case.index, : len(order)].tolist()
        times = plan.fed_from[case.index].tolist()
        for position in range(len(order) + 1):
            put(a, plan, new.index, a.variant_ptr[new.index], case.index, position)
            assert plan.visit[case.index, position] == new.index
            assert plan.length[case.index] == len(order) + 1
            version = int(plan.version[case.index])
            take(a, plan, new.index, case.index)
            catch_up(a, plan, case.index)
            assert plan.version[case.index] > version
            assert plan.visit[case.index, : len(order)].tolist() == before
            assert plan.fed_from[case.index, : len(order) + 1].tolist() == times[: len(order) + 1]
            count += 1
    assert count > 80


TIMED = [
    "node",
    "leg_time",
    "leg_cost",
    "opens",
    "shuts",
    "hungry_from",
    "fed_from",
    "hungry_by",
    "fed_by",
    "slack",
    "visit",
    "service",
    "variant",
]
PER_VISIT = {"opens", "shuts", "visit", "service", "variant"}
COUNTED = ("length", "travel", "travel_cost", "widest")


def test_times_after_changes_are_those_of_a_route_timed_as_a_whole() -> None:
    count = 0
    twin = Twin()
    rng = random.Random(5)  # noqa: S311
    for case in all_days(range(700, 780), most=6):
        a, _ = twin.of(case.problem)
        plan, whole = started(a), started(a)
        inside: list[int] = []
        for _ in range(25):
            outside = [c for c in range(len(a.client_node)) if c not in inside]
            for _ in range(rng.randint(0, min(3, len(inside)))):
                gone = inside.pop(rng.randrange(len(inside)))
                take(a, plan, gone, case.index)
            catch_up(a, plan, case.index)
            if outside and len(inside) < a.route_limit[case.index]:
                new, position = rng.choice(outside), rng.randint(0, len(inside))
                put(a, plan, new, a.variant_ptr[new], case.index, position)
                inside.insert(position, new)
            fill_route(a, whole, case.index, [(c, 0) for c in inside])
            n = len(inside)
            for name in TIMED:
                size = n + 2 if name == "node" else n if name in PER_VISIT else n + 1
                mine, other = getattr(plan, name), getattr(whole, name)
                assert mine[case.index, :size].tolist() == other[case.index, :size].tolist(), name
            for name in COUNTED:
                assert getattr(plan, name)[case.index] == getattr(whole, name)[case.index], name
            count += n > 1
    assert count > 200


# ── Two tests for each rule: kept, and broken by a second ────────────────────────────────


def monday(problem: Problem, names: str) -> bool:
    by_name = {c.retailer.id: c for c in problem.clients}
    a = to_arrays(problem)
    return fill_route(a, started(a), 0, [(by_name[n].index, 0) for n in names])


def shop_a(problem: Problem, **changes: object) -> Problem:
    """The problem with retailer A's compiled record changed."""
    clients: list[Client] = [
        replace(c, **changes) if c.retailer.id == "A" else c for c in problem.clients
    ]
    return replace(problem, clients=tuple(clients))


def days_of(problem: Problem, **changes: object) -> Problem:
    return replace(problem, days=tuple(replace(f, **changes) for f in problem.days))


@pytest.mark.parametrize(("late", "kept"), [(0, True), (1, False)])
def test_a_day_ends_in_time(late: int, kept: bool) -> None:
    """Way of 10, visit of 20, way of 11 minutes."""
    problem = compile_for(*small_inputs("A"))
    end = problem.days[0].start + 41 * MINUTE - late
    windows = tuple(((0, 86_400),) for _ in problem.days)
    assert monday(shop_a(days_of(problem, end=end), windows=windows), "A") is kept


@pytest.mark.parametrize(("late", "kept"), [(0, True), (1, False)])
def test_an_appointment_is_kept_to_the_second(late: int, kept: bool) -> None:
    problem = compile_for(*small_inputs("A"))
    fixed = tuple(f.start + 10 * MINUTE - late for f in problem.days)
    assert monday(shop_a(problem, fixed=fixed), "A") is kept


@pytest.mark.parametrize(("late", "kept"), [(0, True), (1, False)])
def test_an_appointment_ends_while_the_shop_is_open(late: int, kept: bool) -> None:
    """The visit without its tasks would fit; the longer one runs over by a second."""
    problem = compile_for(*small_inputs("A"))
    windows = tuple(((0, 10 * HOUR + 20 * MINUTE),) for _ in problem.days)
    a = to_arrays(shop_a(problem, fixed=(10 * HOUR,) * 5, windows=windows))
    a.variant_service[0] += late
    plan = started(a)
    assert fill_route(a, plan, 0, [(0, 0)]) is kept
    fill_route(a, plan, 0, [])
    search_route(a, plan, 0, 0, 0)
    assert bool(plan.cache_cost[0, 0] < NEVER) is kept


@pytest.mark.parametrize(("limit", "kept"), [(2, True), (1, False)])
def test_a_day_holds_so_many_visits(limit: int, kept: bool) -> None:
    problem = compile_for(*small_inputs("AB"))
    assert monday(days_of(problem, max_visits=limit), "AB") is kept


@pytest.mark.parametrize(("limit", "kept"), [(21 * MINUTE, True), (21 * MINUTE - 1, False)])
def test_travel_is_bounded(limit: int, kept: bool) -> None:
    problem = compile_for(*small_inputs("A"))
    assert monday(days_of(problem, max_driving=limit), "A") is kept


@pytest.mark.parametrize(("early", "kept"), [(0, True), (1, False)])
def test_lunch_has_its_place_between_meetings(early: int, kept: bool) -> None:
    """The meeting leaves half an hour of the lunch window on either side.

    The first visit takes the half hour before it; after lunch it is 12 minutes to the second.
    """
    rep = make_rep(
        end=Place(10.1, 50.1),
        lunch_window=(11 * HOUR + 1800, 13 * HOUR + 1800),
        lunch_minutes=30,
        meetings=(Meeting((12 * HOUR, 13 * HOUR)),),
    )
    at = 13 * HOUR + 42 * MINUTE - early
    opens = ((11 * HOUR + 1800, 12 * HOUR), (at, at + 1800))
    shops = tuple(
        make_shop(name, opening=OpeningHours(((window,),) * 7), service_minutes=30)
        for name, window in zip("AB", opens, strict=True)
    )
    problem = compile_for(*small_inputs("AB", rep=rep, retailers=shops))
    assert len(problem.days[0].lunches) == 2
    assert monday(problem, "AB") is kept
