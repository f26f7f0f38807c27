from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from builders import compile_for, random_inputs
from visitroute.solve import Draft, Effort, Problem, State, search_plan
from visitroute.solve.drafts import take_up


def draft_of(state: State) -> Draft:
    problem = state.problem
    names = {c.index: c.retailer.id for c in problem.clients}
    return Draft(
        {
            problem.days[route.day].date: tuple(names[v.client] for v in route.visits)
            for route in state.routes
        },
        {
            ask.request.id: problem.days[state.served[c.index][ask.request.id]].date
            for c in problem.clients
            for ask in c.cadence
            if ask.request.id in state.served[c.index]
        },
    )


@pytest.fixture(scope="module", params=range(6))
def state(request: pytest.FixtureRequest) -> State:
    problem = compile_for(*random_inputs(request.param, 12))
    return search_plan(problem, Effort(5, solver="ortools"))


def test_a_plan_comes_back_as_it_was(state: State) -> None:
    found = take_up(state.problem, draft_of(state))
    assert found is not None
    assert [[v.client for v in r.visits] for r in found.routes] == [
        [v.client for v in r.visits] for r in state.routes
    ]
    assert found.penalty() <= state.penalty()
    assert all(r.is_feasible for r in found.routes)


def _changed(state: State, **routes: tuple[str, ...]) -> Draft:
    draft = draft_of(state)
    return replace(draft, routes={**draft.routes, **routes})


def test_a_draft_of_somebody_else_is_not_taken_up(state: State) -> None:
    draft = draft_of(state)
    day = state.problem.days[0].date
    other = replace(draft, routes={**draft.routes, day: ("nobody",)})
    assert take_up(state.problem, other) is None
    outside = date.fromisoformat("2020-01-01") + timedelta(days=3)
    known = state.problem.clients[0].retailer.id
    assert take_up(state.problem, replace(draft, routes={outside: (known,)})) is None


def test_a_day_that_can_not_be_kept_is_not_taken_up() -> None:
    inputs, rep, matrix = random_inputs(3, 12, tight=True)
    problem = compile_for(inputs, rep, matrix)
    everybody = tuple(c.retailer.id for c in problem.clients)
    assert take_up(problem, Draft({problem.days[0].date: everybody}, {})) is None


def test_nothing_is_taken_up_as_the_empty_plan() -> None:
    problem: Problem = compile_for(*random_inputs(1, 5))
    found = take_up(problem, Draft({}, {}))
    assert found is not None
    assert found.penalty() == State.empty(problem).penalty()
