from __future__ import annotations

import pytest

from builders import HOUR, MON, make_rep, make_shop, small_inputs
from solve.team import NAMES, team_matrix, team_of
from visitroute.model import Cadence, Lock, Meeting, TravelMode
from visitroute.solve.problem import FAR
from visitroute.solve.teams import working_seconds


def test_reps_with_the_same_meetings_share_their_days() -> None:
    weekly = Meeting((9 * HOUR, 10 * HOUR), 0)
    reps = (make_rep(meetings=(weekly,)), make_rep(id="R2", meetings=(weekly,)))
    problem = team_of(reps)
    assert problem.offsets == (0, 1, 2, 3, 4)
    assert [(r.rep, r.day) for r in problem.routes] == [(r, d) for r in (0, 1) for d in range(5)]
    assert problem.clients[0].windows[0] == ((8 * HOUR + 1800, 9 * HOUR), (10 * HOUR, 63_000))


def test_a_date_on_which_meetings_differ_is_two_days() -> None:
    alone = Meeting((9 * HOUR, 10 * HOUR), date=MON)
    problem = team_of((make_rep(meetings=(alone,)), make_rep(id="R2")))
    assert problem.offsets == (0, 0, 1, 2, 3, 4)
    days = {r: [route.day for route in problem.routes if route.rep == r] for r in (0, 1)}
    assert days == {0: [1, 2, 3, 4, 5], 1: [0, 2, 3, 4, 5]}
    assert problem.clients[0].windows[0] == ((30_600, 63_000),)
    assert problem.clients[0].windows[1] == ((30_600, 9 * HOUR), (10 * HOUR, 63_000))


def test_a_meeting_outside_the_shift_makes_no_difference() -> None:
    early = Meeting((7 * HOUR, 8 * HOUR))
    assert len(team_of((make_rep(meetings=(early,)), make_rep(id="R2"))).days) == 5


def test_windows_reach_over_the_shifts_of_all() -> None:
    late = ((12 * HOUR, 20 * HOUR),) * 5 + (None, None)
    problem = team_of((make_rep(), make_rep(id="R2", shifts=late)))
    assert problem.clients[0].windows[0] == ((30_600, 20 * HOUR),)
    assert [(r.frame.start, r.frame.end) for r in problem.routes if r.day == 0] == [
        (30_600, 63_000),
        (12 * HOUR, 20 * HOUR),
    ]


def test_every_mode_has_its_matrix_and_what_it_lacks_is_far() -> None:
    reps = (make_rep(mode=TravelMode.FOOT), make_rep(id="R2"))
    matrices = {
        TravelMode.FOOT: team_matrix(reps[:1], way=50.0),
        TravelMode.CAR: team_matrix(reps[1:]),
    }
    problem = team_of(reps, matrices=matrices)
    assert problem.modes == (1, 0)
    walk, drive = problem.start_node(0), problem.start_node(1)
    assert problem.seconds[1, walk, 0] == 3000
    assert problem.seconds[0, drive, 0] == 600
    assert problem.seconds[0, walk, 0] == problem.seconds[1, drive, 0] == FAR


def test_a_lock_of_a_rep_who_is_no_choice_can_not_be_kept() -> None:
    shops = tuple(make_shop(name, rep=None, cadence=Cadence(1, 7, 4, 10)) for name in NAMES)
    inputs = small_inputs(retailers=shops, locks=(Lock("A", MON, "R2"),))[0]
    both = team_of((make_rep(), make_rep(id="R2")), inputs)
    assert both.clients[0].others[0].days == (0,)
    only = dict.fromkeys(NAMES, (0,))
    assert team_of((make_rep(), make_rep(id="R2")), inputs, only).clients[0].others[0].days == ()


@pytest.mark.parametrize(("lunch", "hours"), [(0, 9), (60, 8)])
def test_working_time_is_without_lunch_and_meetings(lunch: int, hours: int) -> None:
    window = (11 * HOUR, 14 * HOUR) if lunch else None
    meeting = Meeting((15 * HOUR, 16 * HOUR), 0)
    rep = make_rep(lunch_window=window, lunch_minutes=lunch, meetings=(meeting,))
    first, second, *_ = team_of((rep, make_rep(id="R2"))).routes
    assert working_seconds(first.frame) == (hours - 1) * HOUR
    assert working_seconds(second.frame) == hours * HOUR
