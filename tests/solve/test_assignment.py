from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from solve.team import on_a_line
from visitroute.solve.assignment import share_out


def test_where_there_is_time_everybody_has_what_is_near() -> None:
    problem = on_a_line([0, 1, 2, 97, 98, 99], [0, 100])
    assert share_out(problem).rep == (0, 0, 0, 1, 1, 1)


def test_what_one_rep_has_no_time_for_goes_to_the_other() -> None:
    # Thirty shops of three hours: 90 hours beside the first base, 45 hours for each rep.
    problem = on_a_line([float(i) for i in range(30)], [0, 60], service_minutes=180)
    found = Counter(share_out(problem).rep)
    assert 14 <= found[0] <= 17
    # The nearer ones to the second base are those it gets.
    owner = share_out(problem).rep
    assert owner == tuple(sorted(owner))


def test_one_office_and_two_reps_make_two_areas() -> None:
    left, right = [float(-30 - i) for i in range(12)], [float(30 + i) for i in range(12)]
    owner = share_out(on_a_line(left + right, [0, 0], service_minutes=150)).rep
    assert len(set(owner[:12])) == len(set(owner[12:])) == 1
    assert owner[0] != owner[12]


def test_only_reps_who_may_are_chosen() -> None:
    problem = on_a_line([0, 1, 2, 97, 98, 99], [0, 100])
    problem = replace(problem, choices=((1,), (0, 1), (0,), (0,), (0, 1), (1,)))
    assert share_out(problem).rep == (1, 0, 0, 0, 1, 1)


@pytest.mark.parametrize("minutes", [20, 400])
def test_more_work_than_anybody_has_time_for_is_shared(minutes: int) -> None:
    problem = on_a_line([float(i) for i in range(40)], [0, 20, 39], service_minutes=minutes)
    found = Counter(share_out(problem).rep)
    assert set(found) == {0, 1, 2}
    assert share_out(problem).rep == share_out(problem).rep


def test_nobody_to_visit_is_no_fault() -> None:
    assert share_out(on_a_line([], [0, 5])).rep == ()


def test_a_limit_of_visits_is_a_limit_of_work() -> None:
    problem = on_a_line([float(i % 7) for i in range(20)], [0, 30])
    few = tuple(replace(r, frame=replace(r.frame, max_visits=2)) for r in problem.routes)
    found = Counter(share_out(replace(problem, routes=few)).rep)
    assert sorted(found.values()) in ([9, 11], [10, 10])
    assert set(share_out(problem).rep) == {0}


def test_travel_decides_while_there_is_room_and_a_price_makes_work_even() -> None:
    # Twelve shops beside the first base, two beside the other: a third of the first one's time.
    problem = on_a_line([*map(float, range(12)), 59.0, 60.0], [0, 60], service_minutes=60)
    assert Counter(share_out(problem).rep) == {0: 12, 1: 2}
    counts = [
        Counter(share_out(replace(problem, even_work=price)).rep)[0]
        for price in (0, 6_000, 600_000)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] in (7, 8)


def test_where_time_is_short_a_price_makes_no_more_than_even() -> None:
    problem = on_a_line([float(i) for i in range(30)], [0, 60], service_minutes=180)
    found = Counter(share_out(replace(problem, even_work=10**9)).rep)
    assert sorted(found.values()) in ([14, 16], [15, 15])
