"""The order of a day: never longer, never broken, mostly the best."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from ortools.constraint_solver import pywrapcp

from builders import compile_for, make_shop, small_inputs
from solve.days import random_days
from visitroute.model import OpeningHours
from visitroute.solve import Clock, DayRoute, Visit
from visitroute.solve.order import reorder


def test_finds_the_best_order_of_the_small_instance() -> None:
    problem = compile_for(*small_inputs())
    routes = [
        DayRoute(problem, 0, Clock(problem.days[0]), tuple(Visit(i, 1200) for i in order))
        for order in permutations(range(4))
    ]
    best = min(r.travel for r in routes)
    assert {reorder(r).travel for r in routes} == {best}
    assert max(r.travel for r in routes) > best


def test_two_visits_are_turned_round_when_that_is_shorter() -> None:
    problem = compile_for(*small_inputs())
    for pair in ((0, 1), (1, 0), (2, 3), (3, 2)):
        visits = tuple(Visit(i, 1200) for i in pair)
        route = DayRoute(problem, 0, Clock(problem.days[0]), visits)
        assert reorder(route).travel == min(
            route.travel, route.with_order(route.visits[::-1]).travel
        )


def test_an_order_that_breaks_the_day_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the routing model finds, the exact day has the last word."""
    first = OpeningHours((((8 * 3600, 9 * 3600 + 1800),),) * 7)
    shops = (*(make_shop(n) for n in "ABC"), make_shop("D", opening=first))
    problem = compile_for(*small_inputs(retailers=shops))
    kept, best = (3, 0, 1, 2), (0, 2, 1, 3)
    for order, expected in ((best, kept), ((3, 1, 0, 2), None)):
        visits = tuple(Visit(i, 1200) for i in kept)
        route = DayRoute(problem, 0, Clock(problem.days[0]), visits)
        monkeypatch.setattr(
            "visitroute.solve.order._search", lambda _, o=order: [kept.index(i) for i in o]
        )
        other = route.with_order([Visit(i, 1200) for i in order])
        assert other.travel < route.travel
        assert other.is_feasible is (expected is None)
        assert tuple(v.client for v in reorder(route).visits) == (expected or order)


def test_a_slow_machine_finds_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of the search that OR-Tools ends by the clock are given time without end."""
    worst = []
    for case in random_days(range(500, 530), most=5):
        routes = [case.route(order) for order in permutations(case.clients)]
        feasible = [route for route in routes if route.is_feasible]
        if len(case.clients) > 2 and feasible:
            worst.append(max(feasible, key=lambda route: route.travel))
    found = [reorder(route).visits for route in worst]
    default = pywrapcp.DefaultRoutingSearchParameters

    def no_time() -> Any:
        params = default()
        params.lns_time_limit.FromNanoseconds(1000)
        return params

    monkeypatch.setattr(pywrapcp, "DefaultRoutingSearchParameters", no_time)
    assert [reorder(route).visits for route in worst] == found


def test_never_worse_and_never_broken_on_random_days() -> None:
    """Windows, lunch, meetings and bounds are kept; nearly always the best order is found."""
    better = optimal = count = 0
    for case in random_days(range(500, 560), most=5):
        orders = [case.route(order) for order in permutations(case.clients)]
        feasible = [route for route in orders if route.is_feasible]
        if len(case.clients) < 3 or not feasible:
            continue
        worst = max(feasible, key=lambda route: route.travel)
        found = reorder(worst)
        assert found.is_feasible, case.name
        assert found.travel <= worst.travel, case.name
        assert sorted(v.client for v in found.visits) == sorted(v.client for v in worst.visits)
        assert reorder(worst).visits == found.visits
        count += 1
        better += found.travel < worst.travel
        optimal += found.travel == min(route.travel for route in feasible)
    assert count > 40
    assert better > 0.7 * count
    assert optimal > 0.9 * count
