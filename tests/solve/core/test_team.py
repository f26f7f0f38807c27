"""The team's compiled search: every rep's part of its plan can be kept by that rep's own rules."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from builders import POLICY, make_shop, random_inputs, small_inputs
from solve.books import assert_consistent
from solve.team import on_a_line, team_of
from visitroute.calendar import WorkingCalendar
from visitroute.model import PlanInput, Rep, TravelMode
from visitroute.priority import request_visits
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import (
    Draft,
    Effort,
    Problem,
    TeamPlan,
    compile_problem,
    compile_team,
    solve_problem,
    solve_team,
)
from visitroute.solve.assignment import Shares, share_out
from visitroute.solve.core.arrays import new_plan
from visitroute.solve.core.team import MOST_CHOICES, drafts, narrow, owners, team_arrays
from visitroute.solve.drafts import take_up
from visitroute.solve.teams import TeamProblem


def random_team(seed: int, *, tight: bool = False) -> tuple[PlanInput, TravelMatrix]:
    """Three reps with shifts, lunches, meetings and bounds of their own, who share all."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    inputs, _, matrix = random_inputs(seed, 14, tight=tight)
    reps: list[Rep] = []
    for number in range(3):
        other = random_inputs(100 * seed + number, 2, tight=tight)[1]
        leave = frozenset(d for d in inputs.horizon.days if rng.random() < 0.1)
        reps.append(replace(other, id=f"R{number}", leave=leave))
    shops = tuple(replace(r, rep=None) for r in inputs.retailers)
    inputs = replace(inputs, retailers=shops, reps=tuple(reps), locks=_locks(inputs))
    names = [r.id for r in shops]
    ids, rows = list(names), [matrix.ids.index(n) for n in names]
    for rep in reps:
        ids += [f"@start/{rep.id}", f"@end/{rep.id}"]
        rows += [0, 1]
    pick = np.ix_(rows, rows)
    team = TravelMatrix(tuple(ids), matrix.deciseconds[pick], matrix.decimetres[pick], "matrix")
    return inputs, team


def _locks(inputs: PlanInput) -> tuple[object, ...]:
    return tuple(replace(lock, rep=None) for lock in inputs.locks)


def compiled(inputs: PlanInput, matrix: TravelMatrix) -> TeamProblem:
    calendar = WorkingCalendar(POLICY.calendar, range(2026, 2028))
    everybody = {r.id: tuple(range(len(inputs.reps))) for r in inputs.retailers}
    demand = request_visits(inputs, POLICY)
    return compile_team(
        inputs, POLICY, demand, calendar, inputs.reps, inputs.retailers, everybody,
        {TravelMode.CAR: matrix},
    )  # fmt: skip


def own_problem(inputs: PlanInput, matrix: TravelMatrix, team: TeamProblem, plan: TeamPlan,
                number: int) -> Problem:  # fmt: skip
    calendar = WorkingCalendar(POLICY.calendar, range(2026, 2028))
    mine = {c.retailer.id for c, r in zip(team.clients, plan.rep, strict=True) if r == number}
    shops = [r for r in inputs.retailers if r.id in mine]
    demand = request_visits(inputs, POLICY)
    return compile_problem(inputs, POLICY, demand, calendar, inputs.reps[number], shops, matrix)


@pytest.mark.parametrize("tight", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_every_rep_can_keep_its_part_of_the_plan(seed: int, *, tight: bool) -> None:
    inputs, matrix = random_team(seed, tight=tight)
    team = compiled(inputs, matrix)
    plan = solve_team(team, Effort(6, seed))
    assert len(plan.drafts) == 3
    lost = 0
    for number, draft in enumerate(plan.drafts):
        problem = own_problem(inputs, matrix, team, plan, number)
        state = take_up(problem, draft)
        assert state is not None
        assert_consistent(state)
        names = {c.index: c.retailer.id for c in problem.clients}
        planned = {problem.days[r.day].date: tuple(names[v.client] for v in r.visits)
                   for r in state.routes if r.visits}  # fmt: skip
        kept = {day: own for day, own in draft.routes.items() if own}
        # Visits for tasks that found no time there are taken off; nothing is added.
        assert all(set(own) <= set(kept.get(day, ())) for day, own in planned.items())
        solved = solve_problem(problem, Effort(0, seed), draft=draft)
        assert solved.objective() <= state.objective()
        lost += sum(own != planned.get(day) for day, own in kept.items())
    assert lost <= 2


def test_the_same_effort_and_seed_choose_the_same_reps() -> None:
    team = compiled(*random_team(5))
    assert solve_team(team, Effort(4, 2)) == solve_team(team, Effort(4, 2))


def test_ortools_stays_at_the_assignment() -> None:
    team = compiled(*random_team(5))
    assert solve_team(team, Effort(4, 2, "ortools")) == TeamPlan(share_out(team).rep)


def test_a_rep_without_time_is_relieved_by_the_other() -> None:
    # All stand at the first base; each rep has time for ten of the twenty visits a week.
    problem = on_a_line([float(i % 5) for i in range(20)], [0, 12], service_minutes=250)
    plan = solve_team(problem, Effort(20))
    counts = [plan.rep.count(r) for r in (0, 1)]
    assert counts == [10, 10]
    assert all(sum(len(own) for own in d.routes.values()) == 10 for d in plan.drafts)


def test_few_choices_are_left_and_the_first_is_the_estimate() -> None:
    problem = on_a_line([0.0, 1.0, 50.0], [0, 1, 2, 3, 50], service_minutes=20)
    shares = share_out(problem)
    found = narrow(problem, shares)
    assert [own[0] for own in found] == list(shares.rep)
    assert all(len(own) <= MOST_CHOICES for own in found)
    assert found[2] == (4,)


def test_where_nothing_is_to_choose_nothing_is_searched() -> None:
    problem = replace(on_a_line([0.0, 50.0], [0, 50]), choices=((0,), (1,)))
    assert solve_team(problem, Effort(4)) == TeamPlan((0, 1))
    nobody = on_a_line([], [0, 50])
    assert solve_team(nobody, Effort(4)) == TeamPlan(())


def test_what_is_left_out_goes_where_most_room_is_left() -> None:
    problem = on_a_line([0.0, 1.0, 2.0, 3.0], [0, 0], service_minutes=60)
    a = team_arrays(problem, problem.choices)
    plan = new_plan(a)
    assert owners(problem, problem.choices, plan) == (0, 1, 0, 1)
    plan.length[0], plan.service[0, 0], plan.visit[0, 0] = 1, 8 * 3600, 3
    assert owners(problem, problem.choices, plan) == (1, 1, 1, 0)
    assert drafts(problem, a, plan)[0] == Draft(
        {r.frame.date: ("S3",) if i == 0 else () for i, r in enumerate(problem.routes[:5])}, {}
    )


def test_shares_of_a_team_without_days_are_kept() -> None:
    shops = tuple(make_shop(name, rep=None) for name in "ABCD")
    inputs = small_inputs(retailers=shops)[0]
    away = frozenset(inputs.horizon.days)
    reps = tuple(replace(inputs.reps[0], id=name, leave=away) for name in ("R1", "R2"))
    problem = team_of(reps, inputs)
    shares = Shares((0, 1, 0, 1), np.ones((4, 2)), np.ones(4, dtype=np.int64))
    assert [own[0] for own in narrow(problem, shares)] == [0, 1, 0, 1]
    assert set(solve_team(problem, Effort(4)).rep) <= {0, 1}
