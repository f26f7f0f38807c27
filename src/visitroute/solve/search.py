"""The search: first days by CP-SAT, then ruin and recreate, then the order of each day.

Ruin and recreate follows Schrimpf et al. (2000), doi:10.1006/jcph.1999.6413: neighbours of
a random client, or a whole day, are taken out and put back one by one, each at its best
days, and the change is kept unless it is worse than a slowly falling threshold allows
(record-to-record travel, Dueck 1993).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from visitroute.solve.areas import choose_days
from visitroute.solve.effort import Effort
from visitroute.solve.order import reorder
from visitroute.solve.problem import Client, Problem
from visitroute.solve.shape import straighten
from visitroute.solve.state import State

RUIN_SIZES = (2, 8)
"""Fewest and most clients taken out in one iteration."""

EXCHANGES = 0.4
"""Share of iterations that try to exchange a visit left out for lighter ones, where any is."""

BY_DAY = 0.3
"""Share of the other iterations that take visits of one day out, instead of neighbours."""

DEVIATION = 0.01
"""Share of the cost by which a plan may be worse than the best and still be kept, at first."""


def search_plan(
    problem: Problem, effort: Effort, progress: Callable[[float], None] | None = None
) -> State:
    """Return the best plan found; ``progress`` is called with the share done, 0 to 1."""
    rng = random.Random(effort.seed)  # noqa: S311 - a search, no secret
    state = first_plan(problem, effort.seed, quick=effort.is_over())
    if not problem.clients or not problem.days:
        return state
    state = polish(state)
    neighbours = _neighbours(problem)
    best, current = state.copy(), state
    best_cost = current_cost = state.objective()
    slack = max(1, round(DEVIATION * state.cost()))
    for iteration in range(effort.iterations):
        if effort.is_over():
            break
        trial = current.copy()
        _ruin_and_recreate(trial, neighbours, rng)
        cost = trial.objective()
        allowed = slack * (effort.iterations - iteration) // effort.iterations
        if cost <= current_cost or cost < best_cost + allowed:
            current, current_cost = trial, cost
        if cost < best_cost:
            best, best_cost = trial.copy(), cost
        if progress is not None and iteration % 10 == 0:
            progress(iteration / effort.iterations)
    return polish(best)


def first_plan(problem: Problem, seed: int, *, quick: bool = False) -> State:
    """Return a feasible plan: the better of plain insertion and of CP-SAT's days, repaired.

    ``quick`` leaves CP-SAT out, for a run that is to end at once.
    """
    clients = sorted(problem.clients, key=_urgency)
    plain = State.empty(problem)
    if not problem.clients or not problem.days:
        return plain
    for client in clients:
        plain.insert(client)
    if quick:
        return plain
    state = State.empty(problem)
    days = choose_days(problem, seed)
    for client in clients:
        if days[client.index]:
            state.place(client, days[client.index])
    return min((repair(state), plain), key=State.objective)


def repair(state: State) -> State:
    """Return the plan with every client that lacks a visit placed anew, where that is better."""
    for client in sorted(state.problem.clients, key=_urgency):
        if _is_missing(state, client):
            before = state.copy()
            state.remove({client.index})
            state.insert(client)
            if state.objective() >= before.objective():
                state = before
    return state


def polish(state: State) -> State:
    """Return the plan with every day in the best order found.

    OR-Tools finds orders further away; what it leaves, or can't say about lunch and meetings,
    is straightened.
    """
    better = state.copy()
    better.routes = [straighten(reorder(route)) for route in state.routes]
    return better


def _urgency(client: Client) -> tuple[int, int]:
    asks = (*client.cadence, *client.others)
    return (-max(ask.penalty for ask in asks), client.index)


def _neighbours(problem: Problem) -> list[list[int]]:
    """Return for each client all others, nearest there and back first."""
    seconds = problem.seconds
    count = len(problem.clients)
    return [
        sorted(
            (c for c in range(count) if c != a),
            key=lambda c: (seconds[a][c] + seconds[c][a], c),
        )
        for a in range(count)
    ]


def _is_missing(state: State, client: Client) -> bool:
    """Tell whether some request of a client is left out."""
    return len(state.served[client.index]) < len(client.cadence) + len(client.others)


def _ruin_and_recreate(state: State, neighbours: list[list[int]], rng: random.Random) -> None:
    clients = state.problem.clients
    missing = [c.index for c in clients if _is_missing(state, c)]
    if missing and rng.random() < EXCHANGES:
        order = _pick_exchange(state, rng.choice(missing), rng)
    else:
        order = _pick_neighbours(state, neighbours, missing, rng)
    state.remove(order)
    for c in order:
        state.insert(clients[c])


def _pick_neighbours(
    state: State, neighbours: list[list[int]], missing: list[int], rng: random.Random
) -> list[int]:
    """Return clients near each other, or of one day, with some that are left out."""
    clients = state.problem.clients
    size = min(rng.randint(*RUIN_SIZES), len(clients))
    seed = rng.randrange(len(clients))
    if rng.random() < BY_DAY:
        route = state.routes[rng.randrange(len(state.routes))]
        pool = [v.client for v in route.visits] or [seed]
        chosen = set(rng.sample(pool, min(size, len(pool))))
    else:
        near = neighbours[seed][: 3 * size]
        chosen = {seed, *rng.sample(near, min(size - 1, len(near)))}
    outside = [c for c in missing if c not in chosen]
    chosen |= set(rng.sample(outside, min(2, len(outside))))
    order = sorted(chosen)
    rng.shuffle(order)
    kind = rng.randrange(3)
    if kind == 0:
        order.sort(key=lambda c: _urgency(clients[c])[0])
    elif kind == 1:
        start = state.problem.start_node
        order.sort(key=lambda c: -state.problem.seconds[start][c])
    return order


def _pick_exchange(state: State, client: int, rng: random.Random) -> list[int]:
    """Return a client that is left out, and up to two of one of its days that weigh less."""
    problem = state.problem
    asks = [
        a
        for a in (*problem.clients[client].cadence, *problem.clients[client].others)
        if a.request.id not in state.served[client] and a.days
    ]
    if not asks:
        return [client]
    ask = rng.choice(asks)
    day = rng.choice(ask.days)
    weight = {}
    for visit in state.routes[day].visits:
        other = problem.clients[visit.client]
        served = state.served[visit.client]
        weight[visit.client] = sum(
            a.penalty for a in (*other.cadence, *other.others) if served.get(a.request.id) == day
        )
    lighter = sorted(
        (c for c in weight if c != client and weight[c] <= ask.penalty),
        key=lambda c: (weight[c], c),
    )
    count = min(rng.randint(1, 2), len(lighter))
    return [client, *rng.sample(lighter[:6], min(count, len(lighter[:6])))]
