"""A plan under search: whatever is put in and taken out, the books are right."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

from builders import HOUR, MON, POLICY, compile_for, make_shop, random_inputs, small_inputs
from solve.books import assert_consistent
from visitroute.model import Lock, OpeningHours, Quadrant, Task
from visitroute.solve import State


def test_an_empty_plan_drops_everything() -> None:
    problem = compile_for(*small_inputs())
    state = State.empty(problem)
    asks = [a for c in problem.clients for a in (*c.cadence, *c.others)]
    assert state.penalty() == sum(a.penalty for a in asks)
    assert state.cost() == sum(problem.load_cost(0) for _ in problem.days)
    assert_consistent(state)


def test_random_changes_leave_the_books_right() -> None:
    changes = 0
    for seed in range(25):
        rng = random.Random(seed)  # noqa: S311
        problem = compile_for(*random_inputs(seed, 10, weeks=2, tight=seed % 2 == 0))
        state = State.empty(problem)
        for _ in range(12):
            client = rng.choice(problem.clients) if problem.clients else None
            if client is None:
                break
            state.remove({client.index})
            if rng.random() < 0.7:
                state.insert(client)
            else:
                asks = (*client.cadence, *client.others)
                state.place(client, {a.request.id: rng.choice(a.days) for a in asks[:1] if a.days})
            assert_consistent(state)
            changes += 1
    assert changes > 200


def test_taking_out_undoes_putting_in() -> None:
    for seed in range(10):
        problem = compile_for(*random_inputs(seed, 8, weeks=2))
        state = State.empty(problem)
        for client in problem.clients[1:]:
            state.insert(client)
        before, routes = state.objective(), [r.visits for r in state.routes]
        state.insert(problem.clients[0])
        state.remove({0})
        assert state.objective() == before
        assert [r.visits for r in state.routes] == routes


def test_a_copy_is_its_own_plan() -> None:
    problem = compile_for(*random_inputs(3, 8, weeks=2))
    state = State.empty(problem)
    for client in problem.clients:
        state.insert(client)
    before = (state.objective(), [dict(s) for s in state.served], [dict(d) for d in state.done])
    other = state.copy()
    other.remove({c.index for c in problem.clients})
    for client in reversed(problem.clients):
        other.insert(client)
    other.remove({0, 1})
    assert before == (
        state.objective(), [dict(s) for s in state.served], [dict(d) for d in state.done],
    )  # fmt: skip
    assert_consistent(state)
    assert_consistent(other)


def test_travel_is_the_sum_of_the_legs() -> None:
    problem = compile_for(*small_inputs())
    state = State.empty(problem)
    for client in problem.clients:
        state.place(client, {client.cadence[0].request.id: 2})
    nodes = state.routes[2].nodes
    legs = sum(problem.seconds[a][b] for a, b in pairwise(nodes))
    loads = sum(problem.load_cost(len(r.visits)) for r in state.routes)
    assert len(nodes) == 6
    assert state.cost() == 10 * legs + loads


def test_tasks_ride_on_the_first_visit_with_time_for_them() -> None:
    """Monday's window holds the visit only, Wednesday's one task, Friday's the other."""
    opens = {0: 20, 2: 35, 4: 40}
    hours = tuple(((9 * HOUR, 9 * HOUR + 60 * opens[d]),) if d in opens else () for d in range(7))
    shop = make_shop("A", opening=OpeningHours(hours), cadence=None)
    friday = MON + timedelta(days=4)
    tasks = (
        Task("q4", "A", Quadrant.Q4, friday, MON, minutes=20),
        Task("q1", "A", Quadrant.Q1, friday, MON, minutes=15),
    )
    locks = (Lock("A", MON + timedelta(days=2)), Lock("A", friday))
    problem = compile_for(*small_inputs("A", retailers=(shop,), tasks=tasks, locks=locks))
    state = State.empty(problem)
    served = {"A#0": 0, "A!2026-12-02": 2, "A!2026-12-04": 4, "A@q1": 4}
    state.place(problem.clients[0], served)
    done = {day: [j.task.id for j in jobs] for day, jobs in state.done[0].items()}
    assert done == {2: ["q1"], 4: ["q4"]}
    assert state.served[0] == {**served, "A@q1": 2}
    assert_consistent(state)


def test_a_visit_for_a_task_without_time_is_not_made() -> None:
    hours = OpeningHours((((9 * HOUR, 9 * HOUR + 1500),),) * 7)
    shop = make_shop("A", opening=hours)
    task = Task("t", "A", Quadrant.Q1, MON, minutes=15)
    problem = compile_for(*small_inputs("A", retailers=(shop,), tasks=(task,)))
    state = State.empty(problem)
    state.place(problem.clients[0], {"A@t": 0, "A#0": 3})
    assert state.served[0] == {"A#0": 3}
    assert [len(r.visits) for r in state.routes] == [0, 0, 0, 1, 0]
    assert_consistent(state)


def test_the_policy_prices_what_is_counted() -> None:
    """Weekdays: a visit off the preferred one costs what the policy says."""
    shop = make_shop("A", preferred_weekday=2)
    problem = compile_for(*small_inputs("A", retailers=(shop,)))
    costs = []
    for day in range(5):
        state = State.empty(problem)
        state.place(problem.clients[0], {"A#0": day})
        costs.append(state.cost())
    assert [c - costs[2] for c in costs] == [round(10 * POLICY.cost.weekday)] * 2 + [0] + [
        round(10 * POLICY.cost.weekday)
    ] * 2
