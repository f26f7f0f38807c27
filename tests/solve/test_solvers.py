"""The choice of solver: both keep the rules, and OR-Tools stands in where numba is missing."""

from __future__ import annotations

import pytest

import visitroute.solve.solvers
from builders import POLICY, compile_for, random_inputs, schedule_of
from planning.town import history, rep, shops
from solve.books import assert_consistent
from visitroute.check import check_schedule
from visitroute.errors import InputError, PolicyError
from visitroute.explain import explain_drops
from visitroute.planning import VisitPlan, plan_routes
from visitroute.policy import load_policy
from visitroute.solve import SOLVERS, Effort, has_core, search_plan, solve_problem, warm_up
from visitroute.texts import load_texts


def plan(**changes: object) -> VisitPlan:
    rows = shops(8)
    settings = {"start": "2026-11-30", "weeks": 1, "effort": 4, **changes}
    return plan_routes(rows, [rep()], "straight", visits=history(rows), **settings)


@pytest.fixture
def without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitroute.solve.solvers, "find_spec", lambda _: None)


@pytest.mark.parametrize("solver", SOLVERS)
def test_whole_plans_please_the_checker(solver: str) -> None:
    dropped = 0
    for seed in range(50, 70):
        inputs, own, matrix = random_inputs(seed, 9, weeks=1 + seed % 2, tight=seed % 2 == 0)
        state = solve_problem(compile_for(inputs, own, matrix), Effort(6, seed, solver))
        assert_consistent(state)
        drops = explain_drops(state, load_texts("en"))
        schedule = schedule_of(state, inputs, dropped=drops)
        told = check_schedule(inputs, POLICY, schedule, {own.id: matrix})
        assert [str(violation) for violation in told] == [], seed
        dropped += len(drops)
    assert dropped > 40


def test_the_compiled_search_is_no_worse_in_sum() -> None:
    """What both leave out, and what they drive, on months of which everything fits."""
    costs = dict.fromkeys(SOLVERS, 0)
    for seed in range(6):
        problem = compile_for(*random_inputs(seed, 20, weeks=2, plain=True))
        for solver in SOLVERS:
            costs[solver] += solve_problem(problem, Effort(20, seed, solver)).objective()
    assert costs["visitroute"] <= costs["ortools"]


@pytest.mark.usefixtures("without_numba")
def test_without_numba_ortools_stands_in() -> None:
    assert not has_core()
    problem = compile_for(*random_inputs(7, 10, weeks=1))
    states = [
        solve_problem(problem, Effort(5, 1, "visitroute")),
        solve_problem(problem, Effort(5, 1, "ortools")),
        search_plan(problem, Effort(5, 1)),
    ]
    routes = [[r.visits for r in state.routes] for state in states]
    assert routes[0] == routes[1] == routes[2]
    warm_up()  # nothing to compile, nothing raised


@pytest.mark.usefixtures("without_numba")
def test_a_plan_without_numba_says_so() -> None:
    found = plan()
    (warning,) = [w for w in found.schedule.warnings if w.startswith("VR4003")]
    assert "numba" in warning
    assert "compile" not in found.stage_seconds
    assert found.check() == ()
    # Whoever asks for OR-Tools is not warned.
    assert not [w for w in plan(solver="ortools").schedule.warnings if w.startswith("VR4003")]


def test_with_numba_nothing_is_said() -> None:
    assert has_core()
    found = plan()
    assert not [w for w in found.schedule.warnings if w.startswith("VR4003")]
    assert "compile" in found.stage_seconds


def test_the_option_and_the_policy_name_the_solver() -> None:
    by_option = plan(solver="ortools")
    assert "compile" not in by_option.stage_seconds
    assert by_option.check() == ()
    by_policy = plan(policy={"solve": {"solver": "ortools"}})
    assert by_policy.to_geojson() == by_option.to_geojson()
    option_wins = plan(policy={"solve": {"solver": "ortools"}}, solver="visitroute")
    assert "compile" in option_wins.stage_seconds
    assert load_policy().solve.solver == "visitroute"


def test_an_unknown_solver_is_refused() -> None:
    with pytest.raises(InputError, match="'gurobi' is no solver") as caught:
        plan(solver="gurobi")
    assert caught.value.code == "VR1502"
    assert "visitroute, ortools" in str(caught.value)
    with pytest.raises(PolicyError) as refused:
        load_policy({"solve": {"solver": "gurobi"}})
    assert refused.value.code == "VR1502"
