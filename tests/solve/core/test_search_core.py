"""The compiled search as a whole: valid, repeatable, honest about its price, and stoppable."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from builders import POLICY, compile_for, random_inputs, schedule_of
from solve.books import assert_consistent
from solve.core.compiled import left_out
from visitroute.check import check_schedule
from visitroute.explain import explain_drops
from visitroute.solve import Effort, Problem, State
from visitroute.solve.core import driver
from visitroute.solve.core.anneal import anneal, below, construct, share, total_cost
from visitroute.solve.core.arrays import Plan
from visitroute.solve.core.driver import Tuning, run_core
from visitroute.solve.core.translate import search_core, to_arrays, to_plan, to_state
from visitroute.solve.core.warmup import compile_core
from visitroute.texts import load_texts

TESTS = Path(__file__).parents[2]


def busy_problem() -> Problem:
    return compile_for(*random_inputs(7, 12, weeks=2, tight=True))


def plan_of(state: State) -> list[object]:
    """Everything a plan says, without the problem."""
    return [
        [route.visits for route in state.routes],
        state.served,
        [{d: [j.task.id for j in jobs] for d, jobs in done.items()} for done in state.done],
    ]


def routes_of(plan: Plan) -> list[list[int]]:
    return [line[:n].tolist() for line, n in zip(plan.visit, plan.length, strict=True)]


def test_whole_plans_please_the_checker() -> None:
    """The compiled plan itself, without the repairs that follow it in a run."""
    planned = 0
    for seed in range(45):
        inputs, rep, matrix = random_inputs(seed, 10, weeks=1 + seed % 3, tight=seed % 2 == 0)
        state = search_core(compile_for(inputs, rep, matrix), Effort(8, seed))
        assert_consistent(state)
        drops = explain_drops(state, load_texts("en"))
        schedule = schedule_of(state, inputs, dropped=drops)
        told = check_schedule(inputs, POLICY, schedule, {rep.id: matrix})
        assert [str(violation) for violation in told] == [], seed
        planned += sum(map(len, state.served))
    assert planned > 500


def test_the_price_of_a_plan_is_what_the_state_recounts() -> None:
    """Equal but where a task that was to ride along found no time on its visit."""
    compared = fallen = 0
    for seed in range(40):
        problem = compile_for(*random_inputs(seed, 12, weeks=2, tight=seed % 2 == 0))
        if not problem.clients or not problem.days:
            continue
        a = to_arrays(problem)
        plan = run_core(a, 150, seed)
        state = to_state(problem, a, plan)
        mine = plan.left_out.sum(axis=0).tolist()
        told = left_out(state, problem)
        kept = [
            plan.service[d, : plan.length[d]].tolist() == [v.service for v in route.visits]
            for d, route in enumerate(state.routes)
        ]
        if all(kept):
            assert mine == told, seed
            visits = sum(len(route.visits) for route in state.routes)
            cost = total_cost(a, plan) - float(plan.penalty.sum())
            assert cost == pytest.approx(state.cost(), abs=0.5 * visits + 1e-6), seed
            compared += 1
        else:
            # What falls back is a task: visits are never lost, nor found.
            assert any(client.jobs for client in problem.clients)
            assert mine <= told, seed
            fallen += 1
    assert compared > 25
    assert fallen < 10


def test_the_books_stay_right_over_many_iterations() -> None:
    """What the search adds up step by step is what a count at the end gives."""
    problem = busy_problem()
    a = to_arrays(problem)
    again = run_core(a, 3000, 3)
    state = to_state(problem, a, again)
    assert_consistent(state)
    visited = [0] * len(problem.clients)
    for line in routes_of(again):
        assert len(set(line)) == len(line)
        for client in line:
            visited[client] += 1
    assert visited == again.count.tolist()


def test_longer_searches_are_never_worse() -> None:
    """The best plan is kept, so the end is at least as good as the first plan."""
    better = 0
    for seed in range(8):
        problem = compile_for(*random_inputs(seed, 14, weeks=2, plain=True, tight=True))
        a = to_arrays(problem)
        scores = []
        for iterations in (0, 400):
            plan = run_core(a, iterations, seed)
            soft = total_cost(a, plan) - float(plan.penalty.sum())
            scores.append((*plan.left_out.sum(axis=0).tolist(), soft))
        assert scores[1] <= scores[0], seed
        better += scores[1] < scores[0]
    assert better >= 5


def test_the_first_plan_is_valid() -> None:
    for seed in range(10):
        problem = compile_for(*random_inputs(seed, 12, weeks=2, tight=seed % 2 == 0))
        state = search_core(problem, Effort(0, seed))
        assert_consistent(state)
        assert sum(map(len, state.served)) > 0 or not problem.clients


# ── The same again ───────────────────────────────────────────────────────────────────────


def test_the_same_seed_gives_the_same_plan_and_another_may_not() -> None:
    problem = busy_problem()
    plans = [plan_of(search_core(problem, Effort(8, seed))) for seed in (1, 1, 2, 3, 4)]
    assert plans[0] == plans[1]
    assert any(plan != plans[0] for plan in plans[2:])


def test_a_state_becomes_the_same_compiled_plan_and_the_search_goes_on_from_it() -> None:
    taken = 0
    for seed in range(8):
        problem = compile_for(*random_inputs(seed, 12, weeks=2, tight=bool(seed % 2)))
        known = search_core(problem, Effort(4, seed))
        arrays = to_arrays(problem)
        plan = to_plan(arrays, known)
        if plan is None:  # a task found no time, so that a visit is shorter than any variant
            continue
        taken += 1
        again = to_state(problem, arrays, plan)
        assert plan_of(again) == plan_of(known)
        assert again.objective() == known.objective()
        longer = search_core(problem, Effort(2, seed + 1), known=known)
        assert_consistent(longer)
        assert longer.objective() <= known.objective()
        stopped = search_core(problem, Effort(2, seed, should_stop=lambda: True), known=known)
        assert stopped.objective() == known.objective()
    assert taken > 4


@pytest.mark.parametrize("seed", [0, -1, 2**70])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert_consistent(search_core(busy_problem(), Effort(2, seed)))


def test_how_often_the_clock_is_looked_at_does_not_change_the_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At one temperature the steps add up, whatever their length."""
    a = to_arrays(busy_problem())
    steady = Tuning(hot=0.5, cold=0.5)
    plans = []
    for step in (1, 7, 100):
        monkeypatch.setattr(driver, "LONGEST_STEP", step)
        plans.append(run_core(a, 2000, 5, tuning=steady))
    assert routes_of(plans[0]) == routes_of(plans[1]) == routes_of(plans[2])
    assert any(line for line in routes_of(plans[0]))


def test_the_plan_does_not_hang_on_the_hash_seed() -> None:
    script = (
        "from builders import compile_for, random_inputs\n"
        "from visitroute.solve import Effort\n"
        "from visitroute.solve.core.translate import search_core\n"
        "state = search_core(compile_for(*random_inputs(7, 12, weeks=2, tight=True)), Effort(8))\n"
        "print([[(v.client, v.service) for v in r.visits] for r in state.routes])\n"
        "print([sorted(s.items()) for s in state.served], state.objective())\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
            },
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"#") > 10


def test_random_numbers_are_those_of_splitmix64() -> None:
    """The first numbers of the published generator from seed 1234567, top 53 bits."""
    known = (6457827717110365317, 3203168211198807973, 9817491932198370423)
    rng = np.array([1234567], dtype=np.uint64)
    assert [below(rng, 2**53) for _ in known] == [number >> 11 for number in known]
    rng = np.array([1234567], dtype=np.uint64)
    assert [share(rng) for _ in known] == [(number >> 11) / 2**53 for number in known]


# ── The end ──────────────────────────────────────────────────────────────────────────────


def stop_after(calls: int) -> tuple[list[int], Callable[[], bool]]:
    told: list[int] = []

    def stop() -> bool:
        told.append(1)
        return len(told) > calls

    return told, stop


@pytest.mark.parametrize("iterations", [100, 10**9])
def test_a_stop_ends_the_search_with_the_best_plan_so_far(iterations: int) -> None:
    """However long the run, the switch is looked at every few iterations."""
    calls, stop = stop_after(5)
    state = search_core(busy_problem(), Effort(iterations, should_stop=stop))
    assert len(calls) == 6
    assert_consistent(state)
    assert sum(map(len, state.served)) > 0


def test_a_deadline_that_is_over_gives_the_first_plan() -> None:
    problem = busy_problem()
    state = search_core(problem, Effort(10**9).from_now(-1.0))
    assert plan_of(state) == plan_of(search_core(problem, Effort(0)))


def test_a_clock_cools_the_search_and_ends_it() -> None:
    """Ten looks at a clock that runs out: the run ends, its iterations not used up."""
    left = iter([1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.2, 0.1, 0.0])
    told: list[float] = []
    plan = run_core(
        to_arrays(busy_problem()), 10**9, 1, share_left=lambda: next(left), progress=told.append
    )
    assert told == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9, 1.0], abs=1e-6)
    assert any(routes_of(plan))


def test_progress_grows_to_1() -> None:
    told: list[float] = []
    search_core(busy_problem(), Effort(8), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) == 200


# ── Compiling ────────────────────────────────────────────────────────────────────────────


def test_the_warm_up_compiles_what_a_search_needs() -> None:
    """Nothing is compiled again for a real problem: workers find all of it in the cache."""
    compile_core()
    before = [len(f.signatures) for f in (anneal, construct, total_cost)]
    for seed in (1, 2, 3):
        search_core(compile_for(*random_inputs(seed, 10)), Effort(1))
        search_core(compile_for(*random_inputs(seed, 10, plain=True)), Effort(1))
    assert [len(f.signatures) for f in (anneal, construct, total_cost)] == before
