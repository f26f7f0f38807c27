"""The constant-time day: the same answers as trying everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations

import pytest

from builders import HOUR, MINUTE, compile_for, make_rep, make_shop, matrix_of, small_inputs
from check.brute_force import best_day
from solve.days import random_days
from visitroute.model import Meeting, OpeningHours, Place, Rep
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix
from visitroute.solve import Clock, DayRoute, Problem, Visit

H8, H17 = 8 * HOUR + 1800, 17 * HOUR + 1800


def problem_of(rep: Rep | None = None, **shops: dict[str, object]) -> Problem:
    """A problem of A, B, C, D with changed fields."""
    retailers = tuple(make_shop(name, **shops.get(name, {})) for name in "ABCD")
    return compile_for(*small_inputs(rep=rep, retailers=retailers))


def monday(problem: Problem, names: str) -> DayRoute:
    by_name = {c.retailer.id: c for c in problem.clients}
    visits = tuple(Visit(by_name[n].index, by_name[n].service) for n in names)
    return DayRoute(problem, 0, Clock(problem.days[0]), visits)


def only(*windows: tuple[int, int]) -> dict[str, object]:
    return {"opening": OpeningHours((windows,) * 7)}


def test_agrees_with_the_reference_on_random_days() -> None:
    """Each order is feasible exactly when the reference finds a place for lunch in it."""
    seen: Counter[bool] = Counter()
    for case in random_days(range(60), most=4):
        for order in permutations(case.clients):
            route, runs = case.route(order), case.runs(order)
            assert route.is_feasible == bool(runs), case.name
            assert not runs or route.travel == runs[0].travel
            seen[route.is_feasible] += 1
    assert min(seen[True], seen[False]) > 400


def test_some_order_is_feasible_exactly_when_a_best_day_exists() -> None:
    seen: Counter[bool] = Counter()
    for case in random_days(range(100, 125), most=5):
        routes = [case.route(order) for order in permutations(case.clients)]
        shortest = min((r.travel for r in routes if r.is_feasible), default=None)
        best = best_day(tuple(case.stop(c) for c in case.clients), case.matrix, case.day)
        assert shortest == (None if best is None else best.travel), case.name
        seen[best is not None] += 1
    assert min(seen[True], seen[False]) > 20


def test_cheapest_insertion_is_the_best_of_all_positions() -> None:
    seen: Counter[bool] = Counter()
    for case in random_days(range(200, 300), most=5):
        *order, new = case.clients
        route = case.route(order)
        if not route.is_feasible:
            continue
        tried = [
            (other.travel - route.travel, i)
            for i in range(len(order) + 1)
            if (other := route.with_visit(Visit(new.index, new.service), i)).is_feasible
        ]
        found = route.cheapest_insertion(new.index, new.service)
        assert (found and (found.travel, found.position)) == (min(tried) if tried else None)
        assert route.cheapest_insertion(new.index, new.service) is found  # from the cache
        seen[bool(tried)] += 1
    assert min(seen[True], seen[False]) > 40


# ── Two tests for each rule: kept, and broken by a second ────────────────────────────────


@pytest.mark.parametrize(("end", "fits"), [(H8 + 10 * 60 + 1200 + 11 * 60, True), (-1, False)])
def test_shift(end: int, fits: bool) -> None:
    end = end if end > 0 else H8 + 10 * 60 + 1200 + 11 * 60 - 1
    rep = make_rep(shifts=((H8, end),) * 5 + (None, None))
    assert monday(problem_of(rep), "A").is_feasible is fits


@pytest.mark.parametrize(("review", "fits"), [(0, True), (1, False)])
def test_review_is_taken_off_the_shift(review: int, fits: bool) -> None:
    end = H8 + 10 * 60 + 1200 + 11 * 60
    rep = make_rep(shifts=((H8, end),) * 5 + (None, None), review_minutes=review)
    assert monday(problem_of(rep), "A").is_feasible is fits


@pytest.mark.parametrize(("most", "fits"), [(2, True), (1, False)])
def test_maximum_of_visits(most: int, fits: bool) -> None:
    problem = problem_of(make_rep(max_visits=most))
    assert monday(problem, "AB").is_feasible is fits
    assert (monday(problem, "A").cheapest_insertion(1, 1200) is not None) is fits


@pytest.mark.parametrize(("minutes", "fits"), [(43, True), (42, False)])
def test_maximum_of_driving(minutes: int, fits: bool) -> None:
    problem = problem_of(make_rep(max_driving_minutes=minutes))
    assert monday(problem, "AB").travel == (10 + 12 + 21) * 60
    assert monday(problem, "AB").is_feasible is fits
    assert (monday(problem, "A").cheapest_insertion(1, 1200) is not None) is fits


@pytest.mark.parametrize(("late", "fits"), [(0, True), (1, False)])
def test_opening_hours(late: int, fits: bool) -> None:
    closes = H8 + 10 * MINUTE + 1200 - late
    assert monday(problem_of(A=only((H8, closes))), "A").is_feasible is fits


def test_waits_for_the_second_window() -> None:
    windows = ((H8, H8 + 1200), (14 * HOUR, 15 * HOUR))
    assert monday(problem_of(A=only(*windows)), "A").is_feasible
    assert not monday(problem_of(A=only(windows[0])), "A").is_feasible


@pytest.mark.parametrize(("begin", "fits"), [(0, True), (1, False)])
def test_meetings_pause_the_way(begin: int, fits: bool) -> None:
    """Five minutes of way, the meeting, five more: there at 09:40 sharp."""
    opens = H8 + 10 * MINUTE + HOUR - begin
    meeting = Meeting((H8 + 5 * MINUTE, H8 + 5 * MINUTE + HOUR))
    problem = problem_of(make_rep(meetings=(meeting,)), A=only((H8, opens + 1200)))
    assert monday(problem, "A").is_feasible is fits


def test_service_never_overlaps_a_meeting() -> None:
    meeting = Meeting((9 * HOUR, 16 * HOUR))
    problem = problem_of(make_rep(meetings=(meeting,)), A={"service_minutes": 91})
    assert problem.clients[0].windows[0] == ()
    problem = problem_of(make_rep(meetings=(meeting,)), A={"service_minutes": 60})
    assert problem.clients[0].windows[0] == ((16 * HOUR, H17),)
    assert monday(problem, "A").is_feasible


@pytest.mark.parametrize(("minutes", "fits"), [(30, True), (31, False)])
def test_lunch_fits_between_two_visits(minutes: int, fits: bool) -> None:
    """A until 11:30 and B from 12:12: the way takes 12 minutes, so lunch has 30."""
    rep = make_rep(lunch_window=(11 * HOUR + 1800, 12 * HOUR + 720), lunch_minutes=minutes)
    problem = problem_of(
        rep,
        A=only((11 * HOUR + 600, 11 * HOUR + 1800)),
        B=only((12 * HOUR + 720, 12 * HOUR + 1920)),
    )
    assert monday(problem, "AB").is_feasible is fits
    assert monday(problem, "A").is_feasible


def test_lunch_is_cut_by_meetings() -> None:
    rep = make_rep(lunch_window=(41_400, 48_600), lunch_minutes=60)
    noon = replace(rep, meetings=(Meeting((43_200, 45_000)),))
    assert problem_of(noon).days[0].lunches == ((45_000, 48_600),)
    wide = replace(rep, meetings=(Meeting((43_200, 45_060)),))
    assert problem_of(wide).days == ()  # no day holds lunch


def test_a_fixed_time_is_kept_to_the_second() -> None:
    problem = problem_of()
    client = replace(problem.clients[0], fixed=(10 * HOUR,) * len(problem.days))
    problem = replace(problem, clients=(client, *problem.clients[1:]))
    assert client.starts(0, 1200) == ((10 * HOUR, 10 * HOUR),)
    assert monday(problem, "A").is_feasible
    early = replace(client, fixed=(H8 + 10 * MINUTE - 1,) * len(problem.days))
    problem = replace(problem, clients=(early, *problem.clients[1:]))
    assert not monday(problem, "A").is_feasible


def test_an_empty_day_costs_nothing_even_when_start_and_end_differ() -> None:
    """Nobody drives from the start to the end place on a day without visits."""
    ids = ("@start/R1", "@end/R1", "A")
    minutes = ((0, 50, 10), (50, 0, 10), (10, 20, 0))
    rep = make_rep(end=Place(11.0, 50.0))
    problem = compile_for(*small_inputs("A", rep=rep)[:2], matrix_of(ids, minutes))
    empty = monday(problem, "")
    assert (empty.travel, empty.is_feasible) == (0, True)
    found = empty.cheapest_insertion(0, 1200)
    assert found is not None
    assert found.travel == 30 * MINUTE == monday(problem, "A").travel


def test_no_way_from_start_to_end_bars_no_visit() -> None:
    ids = ("@start/R1", "@end/R1", "A")
    table = matrix_of(ids, ((0, 0, 10), (50, 0, 10), (10, 20, 0)))
    cut = table.deciseconds.copy()
    cut[0, 1] = UNREACHABLE
    rep = make_rep(end=Place(11.0, 50.0))
    matrix = TravelMatrix(ids, cut, table.decimetres)
    problem = compile_for(*small_inputs("A", rep=rep)[:2], matrix)
    found = monday(problem, "").cheapest_insertion(0, 1200)
    assert found is not None
    assert found.travel == 30 * MINUTE


def test_no_way_to_a_client_is_no_insertion() -> None:
    inputs, rep, table = small_inputs()
    cut = table.deciseconds.copy()
    cut[:, 3] = UNREACHABLE  # nobody gets to B
    cut[3, 3] = 0
    problem = compile_for(inputs, rep, TravelMatrix(table.ids, cut, table.decimetres))
    assert monday(problem, "A").cheapest_insertion(1, 1200) is None
    assert monday(problem, "A").cheapest_insertion(2, 1200) is not None
    assert not monday(problem, "B").is_feasible


def test_routes_never_change() -> None:
    problem = problem_of()
    route = monday(problem, "AB")
    assert [v.client for v in route.with_visit(Visit(2, 60), 1).visits] == [0, 2, 1]
    assert [v.client for v in route.without({0}).visits] == [1]
    assert [v.service for v in route.with_service(1, 60).visits] == [1200, 60]
    assert [v.client for v in route.with_order(route.visits[::-1]).visits] == [1, 0]
    assert [v.client for v in route.visits] == [0, 1]
