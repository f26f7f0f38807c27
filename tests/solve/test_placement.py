"""The days of one retailer: the dynamic programme against trying every choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

from builders import HOUR, MON, compile_for, make_shop, random_inputs, small_inputs
from visitroute.model import Cadence, Channel, OpeningHours, Quadrant, Task
from visitroute.solve import Client, Problem, State
from visitroute.solve.placement import place_client


def filled(problem: Problem, without: int) -> State:
    """A plan with everybody in it but one client."""
    state = State.empty(problem)
    for client in problem.clients:
        if client.index != without:
            state.insert(client)
    return state


def choices(problem: Problem, client: Client) -> Iterator[dict[str, int]]:
    """Every choice of days for a client's requests that keeps the gaps."""
    asks = (*client.cadence, *client.others)
    for days in product(*((None, *ask.days) for ask in asks)):
        served = {a.request.id: d for a, d in zip(asks, days, strict=True) if d is not None}
        if keeps_gaps(problem, client, served):
            yield served


def keeps_gaps(problem: Problem, client: Client, served: dict[str, int]) -> bool:
    planned = [
        (a.request.index, problem.offsets[served[a.request.id]])
        for a in client.cadence
        if a.request.id in served
    ]
    if planned and client.last is not None and planned[0][1] - client.last < client.min_gap:
        return False
    return all(
        client.min_gap <= b - a <= (j - i) * client.max_gap for (i, a), (j, b) in pairwise(planned)
    )


def objective_with(state: State, client: Client, served: dict[str, int]) -> int:
    """The plan's objective when a client is put exactly there."""
    trial = state.copy()
    trial.place(client, served)
    return trial.objective()


def test_no_choice_of_days_is_better() -> None:
    """Cadence alone: the placement is optimal, and its cost is what it adds to the plan."""
    dropped = several = 0
    for seed in range(60):
        inputs, rep, matrix = random_inputs(seed, 6, weeks=2, plain=True, tight=seed % 2 == 0)
        problem = compile_for(inputs, rep, matrix)
        if not problem.clients or not problem.days:
            continue
        client = problem.clients[seed % len(problem.clients)]
        if len(client.cadence) > 3:
            continue
        state = filled(problem, client.index)
        taken = [len(route.visits) for route in state.routes]
        found = place_client(problem, client, state.routes, taken)
        best = min(objective_with(state, client, served) for served in choices(problem, client))
        left_out = sum(ask.penalty for ask in client.cadence)
        assert keeps_gaps(problem, client, dict(found.served))
        assert state.objective() - left_out + found.cost == best, seed
        assert objective_with(state, client, dict(found.served)) == best, seed
        dropped += len(found.served) < len(client.cadence)
        several += len(found.served) > 1
    assert dropped > 5
    assert several > 10


def test_with_one_task_or_lock_no_choice_of_days_is_better() -> None:
    count = 0
    for seed in range(120):
        inputs, rep, matrix = random_inputs(seed, 6, weeks=1)
        problem = compile_for(inputs, rep, matrix)
        for client in problem.clients:
            if len(client.others) != 1 or len(client.cadence) > 2 or len(client.jobs) > 1:
                continue
            state = filled(problem, client.index)
            mine = state.copy()
            mine.insert(client)
            best = min(objective_with(state, client, served) for served in choices(problem, client))
            assert mine.objective() == best, (seed, client.retailer.id)
            count += 1
    assert count > 40


def test_with_many_tasks_the_placement_keeps_all_rules() -> None:
    count = 0
    for seed in range(40):
        inputs, rep, matrix = random_inputs(seed, 4, weeks=2)
        extra = tuple(
            Task(f"x{i}", "S00", q, inputs.horizon.days[3 * i + 2], inputs.horizon.start)
            for i, q in enumerate((Quadrant.Q1, Quadrant.Q2, Quadrant.Q3))
        )
        problem = compile_for(replace(inputs, tasks=(*inputs.tasks, *extra)), rep, matrix)
        client = next((c for c in problem.clients if c.retailer.id == "S00"), None)
        if client is None:
            continue
        state = filled(problem, client.index)
        state.insert(client)
        served = state.served[client.index]
        allowed = {a.request.id: a.days for a in (*client.cadence, *client.others)}
        assert all(day in allowed[name] for name, day in served.items())
        assert keeps_gaps(problem, client, served)
        count += len(served)
    assert count > 80


def test_a_visit_rides_where_another_one_is_made_anyway() -> None:
    """The task's dates hold the cadence visit's cheapest day: no second visit is made."""
    inputs, rep, matrix = small_inputs(
        "AB",
        retailers=(make_shop("A", preferred_weekday=3), make_shop("B")),
        tasks=(Task("t", "A", Quadrant.Q1, MON, minutes=5),),
    )
    later = replace(inputs, tasks=(replace(inputs.tasks[0], due=inputs.horizon.days[4]),))
    for given, expected in ((inputs, {0}), (later, {3})):
        problem = compile_for(given, rep, matrix)
        state = State.empty(problem)
        state.insert(problem.clients[0])
        assert set(state.served[0]) == {"A#0", "A@t"}
        assert set(state.served[0].values()) == expected


def test_an_urgent_task_takes_the_day_that_has_time_for_it() -> None:
    """Riding on the cadence visit of Monday would leave no time for the task itself."""
    hours = tuple(((9 * HOUR, (10 if d == 0 else 12) * HOUR),) for d in range(7))
    shop = make_shop(
        "A", opening=OpeningHours(hours), preferred_weekday=0, cadence=Cadence(1, 7, 4, 10)
    )
    task = Task("t", "A", Quadrant.Q1, MON + timedelta(days=1), MON, minutes=90)
    problem = compile_for(*small_inputs("A", retailers=(shop,), tasks=(task,)))
    state = State.empty(problem)
    state.insert(problem.clients[0])
    assert state.served[0]["A@t"] == 1
    assert state.penalty() == 0


def test_two_requests_of_one_day_pay_for_one_visit() -> None:
    """Two tasks of a shop that is only called: the way is paid once, so they share a day."""
    thursday, friday = MON + timedelta(days=3), MON + timedelta(days=4)
    inputs, rep, matrix = small_inputs(
        "A",
        retailers=(make_shop("A", channel=Channel.PHONE),),
        tasks=(
            Task("t1", "A", Quadrant.Q1, friday, friday),
            Task("t2", "A", Quadrant.Q2, friday, thursday),
        ),
    )
    problem = compile_for(inputs, rep, matrix)
    empty, state = State.empty(problem), State.empty(problem)
    state.insert(problem.clients[0])
    found = place_client(problem, problem.clients[0], empty.routes, [0] * 5)
    assert found.served == {"A@t1": 4, "A@t2": 4}
    left_out = sum(ask.penalty for ask in problem.clients[0].others)
    assert empty.objective() - left_out + found.cost == state.objective()
