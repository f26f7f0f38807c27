"""The evolution: what comes out can be kept, is timed and priced right, and is repeatable."""

from __future__ import annotations

import numpy as np
import pytest

from solve.core.compiled import started
from visitroute.solve.core.anneal import total_cost
from visitroute.solve.core.arrays import Arrays, Plan, new_plan
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.driver import Tuning, run_core, suggest_tuning
from visitroute.solve.core.route import retime

EVOLVED = Tuning(starts=3, children=6, patience=1)
ALL_DAY = [(0, 40_000)]


def town(
    clients: int = 24,
    *,
    days: int = 4,
    cars: int = 2,
    capacity: int = 100,
    prize: float = 1e6,
    seed: int = 1,
    weight: int = 1,
) -> Arrays:
    """Shops at random places, every fourth one visited twice; loads nearly fill the cars."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 3_000, size=(clients + 1, 2))
    seconds = np.abs(points[:, None] - points[None]).sum(axis=2).astype(np.int64)
    routes = [
        RouteSpec(day=d, start=0, end=0, open=0, close=40_000, capacity=(capacity,))
        for d in range(days)
        for _ in range(cars)
    ]
    every = tuple(range(days))
    specs = []
    for c in range(clients):
        twice = c % 4 == 0
        patterns = [((d, d + 2), 0.0) for d in range(days - 2)] if twice else []
        specs.append(
            ClientSpec(
                node=c + 1,
                services=[600],
                windows=dict.fromkeys(every, ALL_DAY),
                routes={d: tuple(range(d * cars, (d + 1) * cars)) for d in every},
                asks=[AskSpec(every, tier=3, weight=weight, penalty=prize)],
                patterns=patterns or [((d,), 0.0) for d in every],
                demand=(int(rng.integers(5, 30)),),
            )
        )
    return build_arrays(seconds[None], seconds[None], every, routes, specs)


def routes_of(plan: Plan) -> list[list[int]]:
    return [plan.visit[r, :n].tolist() for r, n in enumerate(plan.length)]


def assert_sound(a: Arrays, plan: Plan) -> None:
    """Every route can be kept, and times, loads and prices are those of the routes."""
    fresh = new_plan(a)
    visits = np.zeros(len(a.client_node), dtype=int)
    for r, n in enumerate(plan.length):
        fresh.length[r] = n
        for name in ("visit", "service", "variant"):
            getattr(fresh, name)[r, :n] = getattr(plan, name)[r, :n]
        assert retime(a, fresh, r)
        assert (plan.load[r] <= a.route_capacity[r]).all()
        np.add.at(visits, plan.visit[r, :n], 1)
    for name in ("travel", "travel_cost", "load"):
        assert (getattr(fresh, name) == getattr(plan, name)).all()
    assert (visits == plan.count).all()
    for c, q in enumerate(plan.day_of):
        served = a.pattern_day[a.pattern_day_ptr[q] : a.pattern_day_ptr[q + 1]] if q >= 0 else []
        days = sorted(a.route_day[plan.route_of[c, : plan.count[c]]])
        assert days == list(served)
        lacks = plan.penalty[c] + plan.soft[c]
        assert lacks == (0.0 if q >= 0 else a.ask_penalty[c])


@pytest.mark.parametrize("tuning", [EVOLVED, Tuning(fine=1.0, starts=3, children=6, patience=1)])
@pytest.mark.parametrize("capacity", [100, 62])
def test_what_evolves_can_be_kept(tuning: Tuning, capacity: int) -> None:
    """Also where loads nearly fill the cars, and may be exceeded on the way."""
    a = town(capacity=capacity)
    plan = run_core(a, 3_000, 1, tuning=tuning)
    assert_sound(a, plan)
    if capacity == 100:
        assert not plan.left_out.any()


def test_the_same_seed_evolves_the_same_plan() -> None:
    a = town()
    one, two = (run_core(a, 2_000, 7, tuning=EVOLVED) for _ in range(2))
    assert routes_of(one) == routes_of(two)
    assert routes_of(run_core(a, 2_000, 8, tuning=EVOLVED)) != routes_of(one)


def test_several_starts_and_children_beat_the_first_plan() -> None:
    a = town()
    first = run_core(a, 0, 1)
    assert total_cost(a, run_core(a, 3_000, 1, tuning=EVOLVED)) < total_cost(a, first)


def test_a_run_goes_on_from_a_plan_under_new_prices() -> None:
    """Prizes five times as high make a start; what it leaves out is priced anew."""
    dear, true = (town(prize=p, weight=0) for p in (20_000.0, 900.0))
    start = run_core(dear, 500, 1)
    assert start.count.all()
    kept = run_core(true, 0, 1, start=start)
    assert routes_of(kept) == routes_of(start)
    assert_sound(true, kept)
    plan = run_core(true, 2_000, 1, start=start, tuning=Tuning(opening=0.3))
    assert_sound(true, plan)
    assert total_cost(true, plan) <= total_cost(true, kept)
    assert (plan.count == 0).any()


def test_a_client_with_many_visits_finds_room_among_short_ones() -> None:
    """It needs a place on every day at once; the others fill the days without it."""
    days = tuple(range(5))
    seconds = np.full((1, 42, 42), 60, dtype=np.int64)
    np.fill_diagonal(seconds[0], 0)
    routes = [RouteSpec(day=d, start=0, end=0, open=0, close=10_000) for d in days]
    windows = {d: [(0, 10_000)] for d in days}
    own = {d: (d,) for d in days}
    ask = AskSpec(days, tier=3, weight=1, penalty=1e5)
    clients = [
        ClientSpec(c, [1_000], windows, own, asks=[ask], patterns=[((d,), 0.0) for d in days])
        for c in range(1, 41)
    ]
    daily = AskSpec(days, tier=3, weight=8, penalty=8e5)
    clients.append(ClientSpec(41, [1_900], windows, own, asks=[daily], patterns=[(days, 0.0)]))
    a = build_arrays(seconds, seconds, days, routes, clients)
    plan = run_core(a, 3_000, 1)
    assert plan.count[40] == len(days)
    assert plan.left_out.sum() == 5


def test_settings_follow_the_first_plan() -> None:
    assert suggest_tuning(town()) == Tuning()
    assert suggest_tuning(town(capacity=30)).hot > Tuning().hot


def test_nothing_to_visit_is_a_plan() -> None:
    a = build_arrays(np.zeros((1, 1, 1), np.int64), np.zeros((1, 1, 1), np.int64), (0,), [], [])
    assert run_core(a, 10, 1).length.sum() == 0
    assert started(a).length.sum() == 0
