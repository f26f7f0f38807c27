"""The compiled choice of days against trying every choice, and its books against the state's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np
import pytest

from builders import compile_for, random_inputs
from solve.core.compiled import left_out, started
from visitroute.solve.core.anneal import construct, total_cost
from visitroute.solve.core.arrays import Arrays
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.desk import Desk, new_desk
from visitroute.solve.core.place import INFEASIBLE, chain, choose, choose_days
from visitroute.solve.core.translate import to_arrays, to_state

DAYS = 8


def one_client(client: ClientSpec, offsets: list[int]) -> Arrays:
    """A problem of one client and a route for each day."""
    routes = [RouteSpec(day=d, start=0, end=0, open=0, close=40_000) for d in range(DAYS)]
    way = np.full((1, 2, 2), 60, dtype=np.int64)
    return build_arrays(way, way, offsets, routes, [client])


def random_client(rng: random.Random, num_asks: int, num_extras: int) -> ClientSpec:
    """A client with random requests, gaps and history."""
    index = sorted(rng.sample(range(5), num_asks))
    asks = [
        AskSpec(
            days=sorted(rng.sample(range(DAYS), rng.randint(0, 4))),
            tier=rng.choice([2, 3]),
            weight=rng.randint(1, 9),
            penalty=float(rng.choice([50, 400, 5000])),
            index=i,
        )
        for i in index
    ]
    extras = [
        AskSpec(
            days=sorted(rng.sample(range(DAYS), rng.randint(1, 3))),
            tier=rng.choice([0, 1, 4]),
            weight=rng.randint(1, 9),
            penalty=float(rng.choice([50, 400, 5000])),
        )
        for _ in range(num_extras)
    ]
    least = rng.randint(1, 4)
    last = rng.choice([None, -1, -4, -9])
    late = last is not None and rng.random() < 0.4
    ideal = rng.choice([2.0, 3.5])
    return ClientSpec(
        node=1,
        services=[600],
        windows={d: [(0, 40_000)] for d in range(DAYS)},
        routes={d: (d,) for d in range(DAYS)},
        asks=asks,
        extras=extras,
        min_gap=least,
        max_gap=least + rng.randint(0, 4),
        ideal_gap=ideal,
        last_visit=last,
        first_due=0.0 if last is None or late else last + ideal,
        is_late=late,
        irregularity=rng.choice([0.0, 10.0, 75.0]),
    )


def random_prices(rng: random.Random, desk: Desk) -> list[float]:
    """Put random prices of a visit on the desk, some days without room."""
    prices = [INFEASIBLE if rng.random() < 0.2 else float(rng.randint(0, 900)) for _ in range(DAYS)]
    desk.price[0, :] = prices
    return prices


def cost_of(
    client: ClientSpec, offsets: list[int], prices: list[float], days: tuple[int | None, ...]
) -> float | None:
    """What a choice of days costs by the rules, None where it breaks them."""
    count = len(client.asks)
    cadence = list(zip(client.asks, days[:count], strict=True))
    planned = [(ask.index, offsets[d]) for ask, d in cadence if d is not None]
    cost = 0.0
    if planned and client.last_visit is not None:
        index, at = planned[0]
        if at - client.last_visit < client.min_gap:
            return None
        # Late already: day 0 is due, and each day counts; else the rhythm goes on.
        aim = index * client.ideal_gap + (0.0 if client.is_late else client.first_due)
        cost += client.irregularity * abs(at - aim)
    for (i, a), (j, b) in pairwise(planned):
        if not client.min_gap <= b - a <= (j - i) * client.max_gap:
            return None
        cost += client.irregularity * abs(b - a - (j - i) * client.ideal_gap)
    visited = {d for d in days if d is not None}
    cost += sum(ask.penalty for ask, d in cadence if d is None)
    for extra, day in zip(client.extras, days[count:], strict=True):
        if day is None and not visited & set(extra.days):
            cost += extra.penalty
    cost += sum(prices[d] for d in visited)
    return cost if cost < INFEASIBLE else None


def best_of(
    client: ClientSpec, offsets: list[int], prices: list[float]
) -> tuple[float, list[tuple[int | None, ...]]]:
    """The least cost, and every choice of days that has it."""
    options = [(None, *a.days) for a in (*client.asks, *client.extras)]
    costs: dict[tuple[int | None, ...], float] = {}
    for days in product(*options):
        cost = cost_of(client, offsets, prices, days)
        if cost is not None:
            costs[days] = cost
    least = min(costs.values())
    return least, [days for days, cost in costs.items() if cost == pytest.approx(least)]


def random_offsets(rng: random.Random) -> list[int]:
    """Working days with gaps between them."""
    return sorted(rng.sample(range(12), DAYS))


def drawn(seeds: range, extras: int) -> Iterator[tuple[int, ClientSpec, list[int], Arrays, Desk]]:
    for seed in seeds:
        rng = random.Random(seed)  # noqa: S311
        client = random_client(rng, rng.randint(1, 3), extras)
        offsets = random_offsets(rng)
        a = one_client(client, offsets)
        yield seed, client, offsets, a, new_desk(a)


def test_no_choice_of_days_is_cheaper() -> None:
    dropped = several = 0
    for seed, client, offsets, a, desk in drawn(range(400), extras=0):
        prices = random_prices(random.Random(seed), desk)  # noqa: S311
        least, choices = best_of(client, offsets, prices)
        assert chain(a, desk, 0) == pytest.approx(least), seed
        chosen = tuple(d if d >= 0 else None for d in desk.ask_day[: len(client.asks)].tolist())
        assert chosen in choices, seed
        dropped += None in chosen
        several += sum(d is not None for d in chosen) > 1
    assert dropped > 100
    assert several > 30


def test_a_visit_that_is_there_anyway_costs_nothing() -> None:
    for seed, client, offsets, a, desk in drawn(range(400, 500), extras=0):
        rng = random.Random(seed)  # noqa: S311
        prices = random_prices(rng, desk)
        free = rng.sample(range(DAYS), 2)
        desk.free[free] = 1
        least, _ = best_of(client, offsets, [0.0 if d in free else p for d, p in enumerate(prices)])
        assert chain(a, desk, 0) == pytest.approx(least), seed


def test_with_one_request_beside_the_rhythm_no_choice_is_cheaper() -> None:
    """A lock or a task that needs its own visit or rides on another one."""
    alone = riding = 0
    for seed, client, offsets, a, desk in drawn(range(500, 800), extras=1):
        prices = random_prices(random.Random(seed), desk)  # noqa: S311
        least, _ = best_of(client, offsets, prices)
        assert choose(a, desk, 0) == pytest.approx(least), seed
        days = {d for d in desk.ask_day[: len(client.asks)].tolist() if d >= 0}
        alone += any(desk.free[d] and d not in days for d in client.extras[0].days)
        riding += any(d in days for d in client.extras[0].days)
    assert alone > 30
    assert riding > 50


def test_with_several_requests_the_cost_is_that_of_the_choice() -> None:
    exact = 0
    for seed, client, offsets, a, desk in drawn(range(800, 1000), extras=3):
        prices = random_prices(random.Random(seed), desk)  # noqa: S311
        cost = choose(a, desk, 0)
        days = [d if d >= 0 else None for d in desk.ask_day[: len(client.asks)].tolist()]
        free = {d for d in range(DAYS) if desk.free[d]}
        visited = free | set(days)
        riding = [next((d for d in e.days if d in visited), None) for e in client.extras]
        # A day with a visit that no request needs is paid for too.
        assert free <= {d for e in client.extras for d in e.days}
        again = cost_of(client, offsets, prices, (*days, *riding))
        assert again is not None
        again += sum(prices[d] for d in free - {*days, *riding})
        # One given up, then met by the visit of a later one, was charged for all the same.
        sums = [sum(some) for some in product(*((0.0, e.penalty) for e in client.extras))]
        assert cost - again in [pytest.approx(total) for total in sums], seed
        least, _ = best_of(client, offsets, prices)
        assert cost >= least - 1e-6
        exact += cost == pytest.approx(least)
    assert exact > 140


def test_the_cheapest_pattern_is_chosen() -> None:
    outcomes = {True: 0, False: 0}
    for seed in range(200):
        rng = random.Random(seed)  # noqa: S311
        patterns = [
            (sorted(rng.sample(range(DAYS), rng.randint(1, 3))), float(rng.randint(0, 300)))
            for _ in range(rng.randint(1, 6))
        ]
        client = ClientSpec(
            node=1,
            services=[600],
            windows={d: [(0, 40_000)] for d in range(DAYS)},
            routes={d: (d,) for d in range(DAYS)},
            asks=[AskSpec(days=(), tier=3, weight=1, penalty=900.0)],
            patterns=patterns,
        )
        a = one_client(client, list(range(DAYS)))
        desk = new_desk(a)
        prices = random_prices(rng, desk)
        costs = [price + sum(prices[d] for d in days) for days, price in patterns]
        least = min([900.0, *costs])
        assert choose_days(a, desk, 0) == least
        chosen = int(desk.pattern[0])
        assert (900.0 if chosen < 0 else costs[chosen]) == least
        outcomes[chosen >= 0] += 1
    assert min(outcomes.values()) > 30


def test_the_books_are_those_of_the_state() -> None:
    """Travel, loads, gaps and weekdays, and what is left out, counted by both."""
    compared = tasks = 0
    for seed in range(40):
        problem = compile_for(*random_inputs(seed, 10, weeks=1 + seed % 3, tight=seed % 2 == 0))
        if not problem.clients or not problem.days:
            continue
        a = to_arrays(problem)
        plan, keep = started(a), started(a)
        order = np.arange(len(problem.clients), dtype=np.int64)
        construct(a, plan, keep, new_desk(a), order)
        state = to_state(problem, a, plan)
        same = True
        for day, route in enumerate(state.routes):
            n = plan.length[day]
            # A task that found no time on its visit, or a visit left without purpose.
            same &= plan.service[day, :n].tolist() == [v.service for v in route.visits]
        if not same:
            assert any(client.jobs for client in problem.clients)
            tasks += 1
            continue
        visits = sum(len(route.visits) for route in state.routes)
        mine = total_cost(a, plan) - float(plan.penalty.sum())
        assert mine == pytest.approx(state.cost(), abs=0.5 * visits + 1e-6), seed
        assert plan.left_out.sum(axis=0).tolist() == left_out(state, problem), seed
        expected = [
            a.ask_penalty[k]
            for c in problem.clients
            for k, ask in enumerate(c.cadence, start=int(a.ask_ptr[c.index]))
            if ask.request.id not in state.served[c.index]
        ] + [
            a.extra_penalty[k]
            for c in problem.clients
            for k, ask in enumerate(c.others, start=int(a.extra_ptr[c.index]))
            if ask.request.id not in state.served[c.index]
        ]
        assert float(plan.penalty.sum()) == pytest.approx(sum(expected))
        compared += 1
    assert compared > 25
    assert tasks < 10
