"""Exchanged ends of routes: every rule is kept, at the price that was foretold."""

from __future__ import annotations

import numpy as np
import pytest

from solve.core.towns import CLIENTS, DAYS, VEHICLES, assert_kept, days_of, planned, town
from visitroute.solve.core.anneal import total_cost, undo
from visitroute.solve.core.arrays import Plan
from visitroute.solve.core.desk import new_desk
from visitroute.solve.core.place import INFEASIBLE
from visitroute.solve.core.tails import exchange, may_serve, price_joints, swap_tails

ANY = 1e9


def cuts(p: Plan) -> list[tuple[int, int, int, int]]:
    """Every pair of cuts of two routes of one day: (route, visits kept, route, visits kept)."""
    return [
        (r, i, s, j)
        for d in range(DAYS)
        for r in range(d * VEHICLES, (d + 1) * VEHICLES)
        for s in range(r + 1, (d + 1) * VEHICLES)
        if p.length[r] and p.length[s]
        for i in range(p.length[r] + 1)
        for j in range(p.length[s] + 1)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_an_exchange_costs_what_was_foretold_and_is_refused_only_where_it_breaks_a_rule(
    seed: int,
) -> None:
    a = town(seed, windows=seed % 2 == 1)
    p, keep = planned(a)
    out = np.zeros(CLIENTS + 1, dtype=np.int64)
    w = new_desk(a)
    made = refused = 0
    for r, i, s, j in cuts(p):
        before, days = total_cost(a, p), days_of(a, p)
        price = price_joints(a, p, w, r, i, s, j, ANY)
        count = exchange(a, p, keep, w, r, i, s, j, out)
        if price < INFEASIBLE:
            made += 1
            assert_kept(a, p)
            assert days_of(a, p) == days
            assert total_cost(a, p) - before == pytest.approx(price)
        else:
            refused += 1
            with pytest.raises(AssertionError):
                assert_kept(a, p)
        undo(a, p, keep, w, out, count)
        w.touched[:], w.moved[:] = 0, 0
        assert total_cost(a, p) == pytest.approx(before)
    assert made > 5
    assert refused > 20


def test_the_cheapest_exchange_around_a_client_is_made_within_the_limit() -> None:
    improved = 0
    for seed in range(6):
        a = town(seed, load=16)
        p, keep = planned(a)
        w, rng = new_desk(a), np.array([seed], dtype=np.uint64)
        out = np.zeros(CLIENTS + 1, dtype=np.int64)
        for _ in range(200):
            before = total_cost(a, p)
            count = swap_tails(a, p, keep, w, rng, out, -1.0)
            w.touched[:], w.moved[:] = 0, 0
            assert_kept(a, p)
            assert (total_cost(a, p) < before) if count else (total_cost(a, p) == before)
            improved += count > 0
    assert improved > 3


def bound(p: Plan) -> tuple[int, int]:
    """Two filled routes of one day."""
    return next((r, s) for r, i, s, j in cuts(p) if i < p.length[r])


def test_visits_stay_with_reps_who_may_make_them() -> None:
    a = town(3)
    p, _ = planned(a)
    r, s = bound(p)
    assert may_serve(a, p, r, 0, s)
    groups = np.arange(len(a.route_group))
    ones = np.arange(CLIENTS + 1)
    kept = a._replace(route_group=groups, group_ptr=ones, group_of=np.zeros(CLIENTS, np.int64))
    assert not may_serve(kept, p, r, 0, s)
    row = int(p.visit[r, 0]) * DAYS + int(a.route_day[r])
    access = a.access_route.copy()
    access[a.access_ptr[row] : a.access_ptr[row + 1]] = r
    assert not may_serve(a._replace(access_route=access), p, r, 0, s)
    assert may_serve(a._replace(access_route=access), p, r, 1, s)


def test_a_limit_of_visits_or_travel_holds() -> None:
    a = town(4)
    p, _ = planned(a)
    w = new_desk(a)
    tight = a._replace(route_limit=p.length.copy())
    far = a._replace(route_travel=p.travel.copy())
    for r, i, s, j in cuts(p):
        same = i + p.length[s] - j == p.length[r]
        if not same:
            assert price_joints(tight, p, w, r, i, s, j, ANY) >= INFEASIBLE
        if price_joints(far, p, w, r, i, s, j, ANY) < INFEASIBLE:
            assert price_joints(a, p, w, r, i, s, j, ANY) <= 0.0 or p.length[r] in (i, 0)


def test_where_overload_has_a_price_an_exchange_that_mends_it_is_made() -> None:
    a = town(5)
    p, keep = planned(a)
    w, out = new_desk(a), np.zeros(CLIENTS + 1, dtype=np.int64)
    w.fine[0] = 1_000.0
    cap = a.route_capacity.copy()
    cap[::2], cap[1::2] = 10, 20
    tight = a._replace(route_capacity=cap)

    def price() -> float:
        over = np.maximum(0, p.load - cap).sum()
        return float(total_cost(tight, p) + 1_000.0 * over)

    mended = 0
    for r, i, s, j in cuts(p):
        told, before = price_joints(tight, p, w, r, i, s, j, ANY), price()
        within = price_joints(tight, p, w, r, i, s, j, 0.0)
        assert within == (told if told <= 0.0 else INFEASIBLE)
        if told < INFEASIBLE:
            count = exchange(tight, p, keep, w, r, i, s, j, out)
            assert price() - before == pytest.approx(told)
            mended += told < -1_000.0
            undo(tight, p, keep, w, out, count)
            w.touched[:], w.moved[:] = 0, 0
    assert mended > 0


def test_the_cheapest_of_the_exchanges_that_may_be_is_made() -> None:
    made = 0
    for seed in range(4):
        a = town(seed, load=16)
        p, keep = planned(a)
        # Each fourth client may only be visited by the routes it is on.
        access = a.access_route.copy()
        for row in range(len(a.access_ptr) - 1):
            client, day = divmod(row, DAYS)
            on = [r for r in p.route_of[client, : p.count[client]] if a.route_day[r] == day]
            if client % 4 == 0 and on:
                access[a.access_ptr[row] : a.access_ptr[row + 1]] = on[0]
        b = a._replace(access_route=access)
        w, rng = new_desk(b), np.array([seed], dtype=np.uint64)
        out = np.zeros(CLIENTS + 1, dtype=np.int64)
        for _ in range(100):
            made += swap_tails(b, p, keep, w, rng, out, 1e6) > 0
            w.touched[:], w.moved[:] = 0, 0
            for client in range(CLIENTS):
                for r in p.route_of[client, : p.count[client]]:
                    row = client * DAYS + int(b.route_day[r])
                    assert r in access[b.access_ptr[row] : b.access_ptr[row + 1]]
    assert made > 3
