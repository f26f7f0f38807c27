"""Both solvers as a whole: valid, repeatable, never trading a tier, at one with the checker.

What only the solver ortools promises is tested by ``search_plan`` itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from builders import (
    HOUR,
    MINUTE,
    POLICY,
    compile_for,
    make_rep,
    make_shop,
    matrix_of,
    random_inputs,
    schedule_of,
    small_inputs,
)
from solve.books import assert_consistent
from visitroute.check import check_schedule
from visitroute.explain import explain_drops
from visitroute.model import (
    Cadence,
    Lock,
    OpeningHours,
    PlanInput,
    Quadrant,
    Segment,
    Task,
    Tier,
    Verdict,
    VisitRecord,
)
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import SOLVERS, Effort, Problem, State, search_plan, solve_problem
from visitroute.solve.search import first_plan, polish
from visitroute.texts import load_texts

TESTS = Path(__file__).parents[1]
PATHS = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])


def star(names: list[str], minutes: float = 5, **parts: object) -> tuple[PlanInput, TravelMatrix]:
    """Retailers that are all the same way from each other and from the base."""
    inputs, _, _ = small_inputs(**{"retailers": tuple(map(make_shop, names)), **parts})
    ids = ("@start/R1", "@end/R1", *(r.id for r in inputs.retailers))
    table = [[0 if a == b else minutes for b in ids] for a in ids]
    return inputs, matrix_of(ids, table)


def plan_of(state: State) -> list[object]:
    """Everything a plan says, without the problem."""
    return [
        [route.visits for route in state.routes],
        state.served,
        [{d: [j.task.id for j in jobs] for d, jobs in done.items()} for done in state.done],
    ]


@pytest.mark.parametrize("solver", SOLVERS)
def test_whole_plans_please_the_checker(solver: str) -> None:
    """Random problems, searched and explained: the independent checker finds nothing."""
    planned = dropped = 0
    for seed in range(45):
        inputs, rep, matrix = random_inputs(seed, 10, weeks=1 + seed % 3, tight=seed % 2 == 0)
        problem = compile_for(inputs, rep, matrix)
        state = solve_problem(problem, Effort(10, seed, solver))
        assert_consistent(state)
        drops = explain_drops(state, load_texts("en"))
        schedule = schedule_of(state, inputs, dropped=drops)
        told = check_schedule(inputs, POLICY, schedule, {rep.id: matrix})
        assert [str(violation) for violation in told] == [], seed
        planned += sum(map(len, state.served))
        dropped += len(drops)
    assert planned > 500
    assert dropped > 150


def test_more_effort_never_gives_a_worse_plan() -> None:
    better = 0
    for seed in range(6):
        problem = compile_for(*random_inputs(seed, 14, weeks=2, tight=True))
        first = first_plan(problem, 1).objective()
        costs = [search_plan(problem, Effort(n)).objective() for n in (0, 60)]
        assert first >= costs[0] >= costs[1]
        better += costs[0] > costs[1]
    assert better >= 3


def test_the_best_plan_on_the_way_is_the_one_returned() -> None:
    """A few steps that may lead uphill: what comes back is never above the start."""
    for seed in range(12):
        problem = compile_for(*random_inputs(seed, 16, weeks=1, plain=True))
        start = search_plan(problem, Effort(0, seed)).objective()
        assert search_plan(problem, Effort(1, seed)).objective() <= start, seed


def test_polish_only_shortens_the_way() -> None:
    problem = compile_for(*random_inputs(4, 14, weeks=1, plain=True))
    plan = State.empty(problem)
    for client in problem.clients:
        plan.insert(client)
    polished = polish(plan)
    assert polished.penalty() == plan.penalty()
    assert polished.cost() <= plan.cost()
    assert_consistent(polished)


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_same_seed_gives_the_same_plan_and_another_may_not(solver: str) -> None:
    problem = compile_for(*random_inputs(7, 14, weeks=2, tight=True))
    plans = [plan_of(solve_problem(problem, Effort(40, seed, solver))) for seed in (1, 1, 2, 3, 4)]
    assert plans[0] == plans[1]
    assert any(plan != plans[0] for plan in plans[2:])


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_plan_does_not_hang_on_the_hash_seed(solver: str) -> None:
    """Two processes with other hashes of strings walk the same way."""
    script = (
        "from builders import compile_for, random_inputs\n"
        "from visitroute.explain import explain_drops\n"
        "from visitroute.solve import Effort, solve_problem\n"
        "from visitroute.texts import load_texts\n"
        "problem = compile_for(*random_inputs(7, 12, weeks=2, tight=True))\n"
        f"state = solve_problem(problem, Effort(40, solver={solver!r}))\n"
        "print([[(v.client, v.service) for v in r.visits] for r in state.routes])\n"
        "print([sorted(s.items()) for s in state.served], state.objective())\n"
        "print(explain_drops(state, load_texts('en')))\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": PATHS},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert b"DroppedVisit" in outputs[0]


@pytest.mark.parametrize("solver", SOLVERS)
def test_fillers_never_displace_one_urgent_task(solver: str) -> None:
    """One urgent visit that takes the whole day against a hundred short ones that would fit."""
    names = [f"S{i:02}" for i in range(100)]
    inputs, matrix = star(
        ["U", *names],
        1,
        retailers=(
            make_shop("U", segment=Segment.WATCH, cadence=Cadence(1, 365, 300, 400)),
            *(make_shop(n, segment=Segment.MAINTAIN, service_minutes=3) for n in names),
        ),
    )
    day = inputs.horizon.start
    rep = make_rep(max_visits=None, leave=frozenset(d for d in inputs.horizon.days if d != day))
    task = Task("t", "U", Quadrant.Q1, day, minutes=8 * 60)
    inputs = replace(inputs, reps=(rep,), tasks=(task,))
    state = solve_problem(compile_for(inputs, rep, matrix), Effort(20, solver=solver))
    urgent = state.problem.clients[0]
    assert urgent.retailer.id == "U"
    assert "U@t" in state.served[0]
    assert len(state.routes[0].visits) < 15
    without = replace(inputs, tasks=())
    other = solve_problem(compile_for(without, rep, matrix), Effort(20, solver=solver))
    assert len(other.routes[0].visits) == 100


@pytest.mark.parametrize("solver", SOLVERS)
def test_tier_after_tier_on_one_full_day(solver: str) -> None:
    """One place, five wishes: the place goes to the highest tier that is left."""
    inputs, matrix = star(list("ABCDE"))
    day = inputs.horizon.start
    before = day.replace(month=11, day=1)
    rep = make_rep(leave=frozenset(d for d in inputs.horizon.days if d != day), max_visits=1)
    inputs = replace(
        inputs,
        reps=(rep,),
        visits=(VisitRecord("C", before),),
        tasks=(Task("b", "B", Quadrant.Q1, day), Task("e", "E", Quadrant.Q2, day)),
        locks=(Lock("A", day),),
        retailers=tuple(
            replace(r, cadence=Cadence(1, 365, 300, 400)) if r.id == "E" else r
            for r in inputs.retailers
        ),
    )
    winners = []
    while inputs.retailers:
        state = solve_problem(compile_for(inputs, rep, matrix), Effort(10, solver=solver))
        visits = state.routes[0].visits
        assert len(visits) == 1
        winner = state.problem.clients[visits[0].client].retailer.id
        winners.append(winner)
        gone = {winner}
        inputs = replace(
            inputs,
            retailers=tuple(r for r in inputs.retailers if r.id not in gone),
            tasks=tuple(t for t in inputs.tasks if t.retailer not in gone),
            locks=tuple(lock for lock in inputs.locks if lock.retailer not in gone),
        )
    assert winners == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize("solver", SOLVERS)
def test_sixty_weekly_retailers_and_three_visits_a_day(solver: str) -> None:
    """Overload is the normal case: every place is used, the rest has a reason, heavy goes first."""
    names = [f"S{i:02}" for i in range(60)]
    shops = tuple(
        make_shop(n, segment=Segment.MAINTAIN if i % 4 == 0 else Segment.WATCH)
        for i, n in enumerate(names)
    )
    rep = make_rep(max_visits=3)
    inputs, matrix = star(names, retailers=shops, rep=rep)
    state = solve_problem(compile_for(inputs, rep, matrix), Effort(20, solver=solver))
    assert [len(r.visits) for r in state.routes] == [3] * 5
    visited = {state.problem.clients[v.client].retailer for r in state.routes for v in r.visits}
    assert {shop.segment for shop in visited} == {Segment.MAINTAIN}
    drops = explain_drops(state, load_texts("en"))
    assert len(drops) == 45
    assert {(d.verdict, d.code) for d in drops} == {(Verdict.OUTRANKED, "VR4108")}
    assert all(d.reason and d.fix and d.tier is Tier.DUE for d in drops)


@pytest.mark.parametrize("solver", SOLVERS)
def test_everything_due_is_planned_when_it_fits(solver: str) -> None:
    inputs, matrix = star(list("ABCD"), weeks=4)
    state = solve_problem(compile_for(inputs, inputs.reps[0], matrix), Effort(20, solver=solver))
    assert state.penalty() == 0
    assert explain_drops(state, load_texts("en")) == ()


@pytest.mark.parametrize("solver", SOLVERS)
def test_appointments_are_kept_to_the_second(solver: str) -> None:
    inputs, matrix = star(list("ABCD"))
    day = inputs.horizon.days[2]
    tasks = tuple(
        Task(n, n, Quadrant.Q2, day, minutes=10, appointment=(9 + i) * HOUR)
        for i, n in enumerate("ABCD")
    )
    inputs = replace(inputs, tasks=tasks)
    state = solve_problem(compile_for(inputs, inputs.reps[0], matrix), Effort(10, solver=solver))
    stops = [s for r in schedule_of(state, inputs).routes if r.date == day for s in r.stops]
    assert [(s.retailer, s.begin, s.departure - s.begin) for s in stops] == [
        (n, (9 + i) * HOUR, 30 * MINUTE) for i, n in enumerate("ABCD")
    ]


@pytest.mark.parametrize("solver", SOLVERS)
def test_nothing_to_do_is_an_empty_plan(solver: str) -> None:
    inputs, rep, matrix = small_inputs()
    for given in (
        replace(inputs, retailers=()),
        replace(inputs, reps=(replace(rep, leave=frozenset(inputs.horizon.days)),)),
    ):
        problem = compile_for(given, given.reps[0], matrix)
        state = solve_problem(problem, Effort(10, solver=solver))
        assert all(not r.visits for r in state.routes)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_closed_shop_does_not_stop_the_search(solver: str) -> None:
    shops = (make_shop("A", opening=OpeningHours(((),) * 7)), make_shop("B"))
    inputs, matrix = star([], retailers=shops)
    state = solve_problem(compile_for(inputs, inputs.reps[0], matrix), Effort(30, solver=solver))
    assert [sorted(served) for served in state.served] == [[], ["B#0"]]


# ── Effort ───────────────────────────────────────────────────────────────────────────────


def busy_problem() -> Problem:
    return compile_for(*random_inputs(7, 12, weeks=2, tight=True))


def test_a_stop_ends_the_search_with_the_best_plan_so_far() -> None:
    calls = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) > 5

    state = search_plan(busy_problem(), Effort(10_000, should_stop=stop))
    assert len(calls) == 6
    assert_consistent(state)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_deadline_that_is_over_gives_the_first_plan(solver: str) -> None:
    effort = Effort(10_000, solver=solver).from_now(-1.0)
    assert effort.is_over()
    state = solve_problem(busy_problem(), effort)
    assert sum(map(len, state.served)) > 0
    assert_consistent(state)


def test_effort_is_over_by_its_clock_or_by_a_wish() -> None:
    assert not Effort(1).is_over()
    assert not Effort(1).from_now(3600.0).is_over()
    assert Effort(1, deadline=time.monotonic()).is_over()
    assert Effort(1, should_stop=lambda: True).is_over()


def test_progress_grows_from_0_towards_1() -> None:
    told: list[float] = []
    search_plan(busy_problem(), Effort(50), told.append)
    assert told == [0.0, 0.2, 0.4, 0.6, 0.8]
