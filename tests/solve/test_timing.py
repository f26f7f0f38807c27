"""Clock times: ends earliest, starts as late as that allows, and keeps every rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import pytest

from builders import HOUR, MINUTE, compile_for, make_rep, make_shop, small_inputs
from check.brute_force import BestDay
from solve.days import Case, random_days
from visitroute.model import Meeting, OpeningHours, Rep, Window
from visitroute.solve import Client, Clock, DayRoute, Problem, TimedDay, Visit, time_day

H8 = 8 * HOUR + 1800


def latest_start(case: Case, order: tuple[Client, ...], end: int) -> int:
    """The latest start with which the reference still ends the day at ``end``."""

    def runs(start: int) -> list[BestDay]:
        return case.runs(order, replace(case.day, shift=(start, end)))

    low, high = case.day.shift[0], end
    while low < high:
        middle = (low + high + 1) // 2
        if runs(middle):
            low = middle
        else:
            high = middle - 1
    return max(found.start for found in runs(low))


def test_ends_earliest_and_starts_latest_on_random_days() -> None:
    count = 0
    for case in random_days(range(300, 345), most=3):
        for order in permutations(case.clients):
            route = case.route(order)
            if not route.is_feasible:
                continue
            timed = time_day(route)
            assert timed.end == min(found.end for found in case.runs(order)), case.name
            assert timed.start == latest_start(case, order, timed.end), case.name
            count += 1
    assert count > 150


def test_keeps_every_rule_on_random_days() -> None:
    lunches = 0
    for case in random_days(range(400, 460), most=5):
        route = case.route(case.clients)
        if route.is_feasible:
            judge(case, route, time_day(route))
            lunches += bool(case.day.lunch_seconds)
    assert lunches > 20


def judge(case: Case, route: DayRoute, timed: TimedDay) -> None:
    frame = case.problem.days[case.index]
    assert frame.start <= timed.start <= timed.end <= frame.end, case.name
    assert [v.client for v in timed.visits] == [v.client for v in route.visits]
    busy = list(frame.blocks)
    if frame.lunch:
        assert timed.lunch is not None
        lunch = (timed.lunch, timed.lunch + frame.lunch)
        assert any(a <= lunch[0] and lunch[1] <= b for a, b in frame.lunches), case.name
        assert not any(overlap(lunch, block) for block in frame.blocks), case.name
        busy.append(lunch)
    else:
        assert timed.lunch is None
    moments = [timed.start]
    for visit, plain in zip(timed.visits, route.visits, strict=True):
        client = case.problem.clients[visit.client]
        service = (visit.begin, visit.departure)
        assert visit.departure - visit.begin == plain.service
        assert visit.begin >= visit.arrival
        windows = client.retailer.opening.on(frame.date)
        assert any(a <= service[0] and service[1] <= b for a, b in windows), case.name
        assert client.fixed[case.index] in {None, visit.begin}
        assert not any(overlap(service, block) for block in busy), case.name
        moments += [visit.arrival, visit.departure]
    moments.append(timed.end)
    for (left, there), (a, b) in zip(
        zip(moments[::2], moments[1::2], strict=True), pairwise(route.nodes), strict=True
    ):
        rest = sum(max(0, min(end, there) - max(start, left)) for start, end in busy)
        assert there - left - rest >= case.problem.seconds[a][b], case.name


def overlap(first: Window, second: Window) -> bool:
    return first[0] < second[1] and second[0] < first[1]


# ── By hand ──────────────────────────────────────────────────────────────────────────────


def timed_of(names: str, rep: Rep | None = None, **windows: Window) -> TimedDay:
    shops = tuple(
        make_shop(n, opening=OpeningHours(((windows[n],),) * 7)) if n in windows else make_shop(n)
        for n in "ABCD"
    )
    problem: Problem = compile_for(*small_inputs(retailers=shops, rep=rep))
    visits = tuple(Visit("ABCD".index(n), 1200) for n in names)
    return time_day(DayRoute(problem, 0, Clock(problem.days[0]), visits))


def test_leaves_the_base_only_when_it_has_to() -> None:
    timed = timed_of("A", A=(10 * HOUR, 11 * HOUR))
    assert timed.start == 10 * HOUR - 10 * MINUTE
    visit = timed.visits[0]
    assert (visit.arrival, visit.begin) == (10 * HOUR, 10 * HOUR)
    assert timed.end == 10 * HOUR + 31 * MINUTE


def test_lunch_while_waiting_is_taken_at_the_door() -> None:
    rep = make_rep(lunch_window=(11 * HOUR, 13 * HOUR), lunch_minutes=60)
    timed = timed_of("AB", rep, A=(H8, 10 * HOUR + 1800), B=(13 * HOUR, 14 * HOUR))
    assert timed.lunch == 11 * HOUR
    assert timed.visits[1].arrival == 10 * HOUR + 42 * MINUTE
    assert timed.visits[1].begin == 13 * HOUR


def test_lunch_before_the_start_lets_the_day_begin_after_it() -> None:
    rep = make_rep(lunch_window=(11 * HOUR, 12 * HOUR), lunch_minutes=60)
    timed = timed_of("A", rep, A=(13 * HOUR, 14 * HOUR))
    assert (timed.lunch, timed.start) == (11 * HOUR, 13 * HOUR - 10 * MINUTE)


def test_lunch_after_the_end_may_lie_beyond_the_shift() -> None:
    end = H8 + 41 * MINUTE
    rep = make_rep(
        shifts=((H8, end),) * 5 + (None, None),
        lunch_window=(end, end + HOUR),
        lunch_minutes=60,
    )
    timed = timed_of("A", rep)
    assert (timed.start, timed.end, timed.lunch) == (H8, end, end)


def test_a_meeting_on_the_way_makes_the_way_longer() -> None:
    rep = make_rep(meetings=(Meeting((H8 + 300, H8 + 3900)),))
    timed = timed_of("A", rep, A=(H8, H8 + 4200 + 1200))
    assert timed.visits[0].arrival == H8 + 3900 + 300
    assert timed.start == H8


def test_an_impossible_day_is_refused() -> None:
    with pytest.raises(ValueError, match="not feasible"):
        timed_of("A", A=(H8, H8 + 1200))
