"""The shape of finished days: no crossing and no detour that a small change would undo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import pytest

from builders import compile_for, random_inputs, small_inputs
from solve.days import random_days
from visitroute.solve import Clock, DayRoute, Effort, Visit, solve_problem
from visitroute.solve.shape import straighten


def changes(visits: Sequence[Visit]) -> Iterator[list[Visit]]:
    """Every 2-opt, or-opt and relocation, found by cutting and joining."""
    n = len(visits)
    for i in range(n):
        for j in range(i + 1, n + 1):
            before, part, after = list(visits[:i]), list(visits[i:j]), list(visits[j:])
            yield [*before, *part[::-1], *after]
            if len(part) <= 3:
                rest = [*before, *after]
                for k in range(len(rest) + 1):
                    yield [*rest[:k], *part, *rest[k:]]
                    yield [*rest[:k], *part[::-1], *rest[k:]]


def shorter(route: DayRoute) -> DayRoute | None:
    for visits in changes(route.visits):
        other = route.with_order(visits)
        if other.is_feasible and other.travel < route.travel:
            return other
    return None


def test_a_crossing_and_a_way_back_and_forth_are_undone() -> None:
    problem = compile_for(*small_inputs())
    for order in permutations(range(4)):
        visits = tuple(Visit(i, 1200) for i in order)
        route = DayRoute(problem, 0, Clock(problem.days[0]), visits)
        found = straighten(route)
        assert shorter(found) is None
        assert (found.travel < route.travel) == (shorter(route) is not None)
        assert sorted(v.client for v in found.visits) == [0, 1, 2, 3]


def test_random_days_keep_their_rules_and_end_straight() -> None:
    """Windows, lunch, meetings and uneven ways: the change of travel is counted right."""
    better = 0
    for case in random_days(range(700, 780), most=6):
        for order in list(permutations(case.clients))[::37]:
            route = case.route(order)
            if not route.is_feasible:
                continue
            found = straighten(route)
            assert found.is_feasible
            assert shorter(found) is None
            assert found.travel <= route.travel
            better += found.travel < route.travel
    assert better > 20


@pytest.mark.parametrize("solver", ["visitroute", "ortools"])
@pytest.mark.parametrize("seed", range(6))
def test_no_finished_plan_has_a_route_that_a_small_change_shortens(seed: int, solver: str) -> None:
    inputs, rep, matrix = random_inputs(seed, 24)
    problem = compile_for(inputs, rep, matrix)
    state = solve_problem(problem, Effort(4, seed, solver))
    assert max(len(route.visits) for route in state.routes) > 2
    assert [route.day for route in state.routes if shorter(route) is not None] == []
