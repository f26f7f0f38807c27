"""Moves inside a day keep every client's days, and a plan that can be kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from solve.core.towns import CLIENTS, assert_kept, days_of, planned, town
from visitroute.solve.core.anneal import undo
from visitroute.solve.core.arrays import Arrays, Plan
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.desk import new_desk
from visitroute.solve.core.driver import _has_choice
from visitroute.solve.core.reroute import reroute_day


def moves(a: Arrays, p: Plan, keep: Plan, seed: int) -> tuple[int, int]:
    """Make a hundred moves; return how many found a place for all, and how many did not."""
    w = new_desk(a)
    rng = np.array([seed], dtype=np.uint64)
    gone = np.zeros(CLIENTS, dtype=np.uint8)
    out = np.zeros(CLIENTS + 1, dtype=np.int64)
    keys, far = np.zeros(CLIENTS + 1), np.zeros(CLIENTS)
    variants = np.zeros(CLIENTS, dtype=np.int64)
    whole = broken = 0
    for _ in range(100):
        count, complete = reroute_day(a, p, keep, w, rng, gone, out, variants, keys, far, 5, 4)
        if not complete:
            undo(a, p, keep, w, out, count)
        whole += complete
        broken += not complete
        w.touched[:] = 0
        w.moved[:] = 0
    return whole, broken


def test_days_stay_and_routes_can_be_kept() -> None:
    for seed in range(6):
        a = town(seed)
        p, keep = planned(a)
        before, orders = days_of(a, p), p.visit.copy()
        whole, _ = moves(a, p, keep, seed)
        assert whole > 50
        assert days_of(a, p) == before
        assert (p.visit != orders).any()
        assert_kept(a, p)


def test_choice_within_a_day_is_told() -> None:
    assert _has_choice(town(1))
    routes = [RouteSpec(day=0, start=0, end=0, open=0, close=9_000, group=g) for g in (0, 1)]
    way = np.zeros((1, 2, 2), dtype=np.int64)
    shop = ClientSpec(1, [60], {0: [(0, 9_000)]}, {0: (0, 1)}, asks=[AskSpec((0,), 3, 1, 9.0)])
    for client, has in ((shop, True), (replace(shop, groups=(0, 1)), False)):
        assert _has_choice(build_arrays(way, way, [0], routes, [client])) is has


def test_a_move_without_room_is_put_back_whole() -> None:
    broken = 0
    for seed in range(12):
        a = town(seed, load=11)
        p, keep = planned(a)
        before = days_of(a, p)
        broken += moves(a, p, keep, 100 + seed)[1]
        assert days_of(a, p) == before
        assert int(p.length.sum()) == int(p.count.sum())
    assert broken > 0
