"""The capacity audit: bounds that hold for every plan, and words that say them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import HOUR, MINUTE, MON, POLICY, compile_for, make_rep, make_shop, random_inputs
from builders import small_inputs as small
from visitroute.explain import Audit, audit_capacity
from visitroute.explain.relaxation import relax
from visitroute.explain.travelbound import bound_travel, free_seconds
from visitroute.model import (
    Cadence,
    Channel,
    OpeningHours,
    PlanInput,
    Quadrant,
    Rep,
    Task,
    VisitRecord,
)
from visitroute.priority import request_visits
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import DayFrame, Effort, Problem, State, Visit, search_plan
from visitroute.texts import load_texts

EN, ZH = load_texts("en"), load_texts("zh")
TOWN = tuple(make_shop(name) for name in "ABCD")


def audited(inputs: PlanInput, rep: Rep, matrix: TravelMatrix) -> Audit:
    problem = compile_for(inputs, rep, matrix)
    segments = request_visits(inputs, POLICY).segments
    return audit_capacity([[problem]], segments, POLICY, inputs.horizon)


def one_day(**changes: Any) -> Rep:
    return make_rep(leave=frozenset(MON + timedelta(days=d) for d in range(1, 7)), **changes)


def dropped(state: State) -> int:
    return sum(
        ask.request.id not in state.served[c.index]
        for c in state.problem.clients
        for ask in (*c.cadence, *c.others)
    )


# ── Bounds ───────────────────────────────────────────────────────────────────────────────


def test_no_plan_leaves_out_less_than_the_audit_proves() -> None:
    proved = left_out = 0
    for seed in range(16):
        inputs, rep, matrix = random_inputs(seed, 10, weeks=1 + seed % 2, tight=seed % 3 != 0)
        problem = compile_for(inputs, rep, matrix)
        state = search_plan(problem, Effort(8, seed))
        found = audited(inputs, rep, matrix)
        assert found.least <= dropped(state)
        weights = relax([problem], request_visits(inputs, POLICY).segments)
        lost = sum(
            ask.request.weight
            for c in problem.clients
            for ask in (*c.cadence, *c.others)
            if ask.request.id not in state.served[c.index]
        )
        assert weights.least_dropped(lambda need: need.request.weight) <= lost
        proved, left_out = proved + found.least, left_out + dropped(state)
    assert proved > 0.5 * left_out  # a bound of nothing would not do


@pytest.mark.parametrize("seed", range(20))
def test_no_day_travels_less_than_its_bound(seed: int) -> None:
    problem: Problem = compile_for(*random_inputs(seed, 9, tight=seed % 2 == 0))
    bound = bound_travel(problem)
    rng = random.Random(seed)  # noqa: S311
    for day in range(len(problem.days)):
        able = [c.index for c in problem.clients if any(day in a.days for a in c.cadence)]
        rng.shuffle(able)
        route = State.empty(problem).routes[day].with_order([Visit(c, 0) for c in able[:5]])
        work = sum(problem.clients[v.client].service for v in route.visits)
        if route.visits and work + route.travel <= free_seconds(problem.days[day]):
            assert bound.day + sum(bound.visit[v.client] for v in route.visits) <= route.travel


def test_a_day_limit_leaves_out_what_is_above_it() -> None:
    assert audited(*small(rep=one_day(max_visits=3))).least == 1
    assert audited(*small(rep=one_day(max_visits=4))).least == 0


def test_working_time_leaves_out_what_does_not_fit() -> None:
    """Four visits of 20 minutes and their ways: two hours hold three of them at the most."""
    rep = one_day(shifts=((8 * HOUR, 10 * HOUR),) * 5 + (None, None))
    found = audited(*small(rep=rep))
    assert 1 <= found.least <= dropped(search_plan(compile_for(*small(rep=rep)), Effort(20)))


def test_what_has_no_day_at_all_is_left_out() -> None:
    shops = (*TOWN[:3], make_shop("D", opening=OpeningHours(((),) * 7)))
    found = audited(*small(retailers=shops))
    assert (found.least, found.reps[0].no_day, found.reps[0].ways) == (1, 1, ())


def test_a_task_rides_on_a_visit_and_takes_no_slot() -> None:
    tasks = tuple(Task(f"t{n}", n, Quadrant.Q1, MON) for n in "ABC")
    assert audited(*small(names="ABC", rep=one_day(max_visits=3), tasks=tasks)).least == 0
    only = (replace(TOWN[0], cadence=Cadence(1, 90, 60, 120)),)
    far = Task("t", "A", Quadrant.Q1, MON, minutes=600)
    assert audited(*small(retailers=only, tasks=(far,))).reps[0].total.minutes > 600


def test_what_a_call_can_do_needs_no_visit() -> None:
    """Three slots: three shops are due, a fourth has a task."""
    shops = (*TOWN[:3], replace(TOWN[3], cadence=Cadence(1, 90, 60, 120)))
    seen = (VisitRecord("D", MON - timedelta(days=4)),)
    for channel, least in ((Channel.VISIT, 1), (Channel.EITHER, 0)):
        task = Task("t", "D", Quadrant.Q1, MON, channel=channel)
        given = small(retailers=shops, visits=seen, tasks=(task,), rep=one_day(max_visits=3))
        found = audited(*given)
        assert (found.least, found.reps[0].total.visits) == (least, 3 + least)
    # A stop made for the call's task alone is no stop that another task rides on.
    tasks = (
        Task("t", "D", Quadrant.Q1, MON),
        Task("u", "D", Quadrant.Q1, MON, channel=Channel.EITHER),
    )
    given = small(retailers=shops, visits=seen, tasks=tasks, rep=one_day(max_visits=3))
    assert audited(*given).least == 1


def test_a_team_shares_its_slots() -> None:
    inputs, rep, matrix = small(rep=one_day(max_visits=2))
    problem = compile_for(inputs, rep, matrix)
    other = replace(problem, rep=replace(rep, id="R2"))
    segments = request_visits(inputs, POLICY).segments
    alone = audit_capacity([[problem]], segments, POLICY, inputs.horizon)
    both = audit_capacity([[problem, other]], segments, POLICY, inputs.horizon)
    assert (alone.least, both.least) == (2, 0)
    assert both.reps[0].total.slots == 4


@pytest.mark.parametrize(
    ("window", "seconds"),
    [
        ((11 * HOUR, 13 * HOUR), 8 * HOUR),
        ((6 * HOUR, 9 * HOUR), 9 * HOUR),  # before the rep leaves
        ((16 * HOUR, 18 * HOUR), 9 * HOUR),  # when back
        ((7 * HOUR + 1800, 9 * HOUR), 9 * HOUR - 1800),
    ],
)
def test_lunch_counts_only_as_far_as_it_must_lie_inside(
    window: tuple[int, int], seconds: int
) -> None:
    frame = DayFrame(MON, 8 * HOUR, 17 * HOUR, HOUR, (window,), (), 9, 10**9)
    assert free_seconds(frame) == seconds
    meeting = replace(frame, lunch=0, lunches=(), blocks=((7 * HOUR, 8 * HOUR + 600),))
    assert free_seconds(meeting) == 9 * HOUR - 600


# ── Ways to close the gap ────────────────────────────────────────────────────────────────


def test_each_way_closes_the_gap_and_a_smaller_one_does_not() -> None:
    found = audited(*small(rep=one_day(max_visits=2)))
    ways = {way.kind: way.amount for way in found.reps[0].ways}
    assert ways["visits"] == 2
    assert ways["days"] == 1
    assert "longer" not in ways
    for more, least in ((1, 1), (2, 0)):
        assert audited(*small(rep=one_day(max_visits=2 + more))).least == least


def test_longer_intervals_of_a_segment_may_close_it() -> None:
    """Eight visits on six days: each in its fortnight half as often is four."""
    away = frozenset(MON + timedelta(days=d) for d in (0, 4, 7, 11))
    inputs, rep, matrix = small(weeks=2, rep=make_rep(max_visits=1, leave=away))
    shops = tuple(replace(s, cadence=Cadence(1, 7, 1, 13)) for s in inputs.retailers)
    seen = tuple(VisitRecord(s.id, MON - timedelta(days=4)) for s in shops)
    found = audited(replace(inputs, retailers=shops, visits=seen), rep, matrix)
    assert found.least == 2
    stretches = [w for w in found.reps[0].ways if w.kind == "stretch"]
    assert [(w.segment, w.amount) for w in stretches] == [("guide", 2)]
    assert "guide shops every 14 days instead of 7 would close it" in " ".join(found.lines(EN))


# ── Words ────────────────────────────────────────────────────────────────────────────────


def test_it_says_who_needs_what_and_what_would_close_it() -> None:
    found = audited(*small(rep=one_day(max_visits=2)))
    assert found.lines(EN)[0] == (
        "R1 needs 4.0 visits a day, limit 2: at least 2 of 4 visits over 1 weeks cannot be made"
    )
    assert "  a daily limit 2 higher would close it" in found.lines(EN)
    assert found.lines(ZH)[0] == "R1每天需4.0次拜访，上限2次：1周内4次拜访中至少2次无法完成"
    assert len(found.lines(EN)) == len(found.lines(ZH)) > len(found.lines(EN, details=False))


def test_it_says_when_nothing_is_short() -> None:
    found = audited(*small())
    (line,) = found.lines(EN)
    assert line.startswith("R1: 4 visits in 1 weeks, 17 minutes a day with the least travel, 503")
    assert line.endswith("nothing proves that a visit must be left out")


def test_weeks_and_segments_add_up() -> None:
    inputs, rep, matrix = small(weeks=2, rep=make_rep(max_visits=1, leave=frozenset({MON})))
    found = audited(inputs, rep, matrix).reps[0]
    assert [start for start, _ in found.weeks] == [MON, MON + timedelta(days=7)]
    assert sum(load.visits for _, load in found.weeks) == found.total.visits
    assert sum(load.days for _, load in found.weeks) == found.total.days == 9
    assert sum(load.minutes for load in found.segments.values()) == found.total.minutes
    assert found.weeks[0][1].least == 0


def test_time_is_named_where_time_is_short() -> None:
    rep = one_day(shifts=((8 * HOUR, 8 * HOUR + 100 * MINUTE),) * 5 + (None, None))
    found = audited(*small(rep=rep))
    assert "minutes a day with the least travel and has" in found.lines(EN)[0]
    assert found.as_dict()["reps"][0]["slots"] is None
