"""Made-up problems with several vehicles a day, and what must hold of their plans."""

from __future__ import annotations

import numpy as np

from visitroute.solve.core.anneal import construct, start_plan
from visitroute.solve.core.arrays import Arrays, Plan, new_plan
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.desk import new_desk
from visitroute.solve.core.route import retime

DAYS, VEHICLES, CLIENTS = 3, 3, 24


def town(seed: int, load: int = 14, *, windows: bool = False) -> Arrays:
    """Clients with two visits in three days, several vehicles a day with limited loads."""
    opens = np.random.default_rng(seed + 1).integers(0, 6_000, CLIENTS) * windows
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 1000, (CLIENTS + 1, 2)).astype(float)
    way = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)).astype(np.int64)
    routes = [
        RouteSpec(
            day=d,
            start=0,
            end=int(windows),
            open=0,
            close=9_000,
            fixed=500,
            capacity=(load,),
            lunch=300 * windows,
            lunches=[(2_000, 5_000)] * windows,
        )
        for d in range(DAYS)
        for _ in range(VEHICLES)
    ]
    on = {d: tuple(range(d * VEHICLES, (d + 1) * VEHICLES)) for d in range(DAYS)}
    clients = [
        ClientSpec(
            node=node,
            services=[60],
            windows={d: [(int(opens[node - 1]), 9_000 - windows * 1_000)] for d in range(DAYS)},
            routes=on,
            asks=[AskSpec(range(DAYS), tier=3, weight=2, penalty=50_000.0)],
            patterns=[((0, 1), 0.0), ((1, 2), 0.0), ((0, 2), 0.0)],
            demand=(1 + node % 3,),
        )
        for node in range(1, CLIENTS + 1)
    ]
    return build_arrays(way[None], way[None], range(DAYS), routes, clients)


def planned(a: Arrays) -> tuple[Plan, Plan]:
    p, keep = new_plan(a), new_plan(a)
    start_plan(a, p)
    construct(a, p, keep, new_desk(a), np.arange(CLIENTS, dtype=np.int64))
    return p, keep


def days_of(a: Arrays, p: Plan) -> list[list[int]]:
    return [sorted(a.route_day[p.route_of[c, : p.count[c]]].tolist()) for c in range(len(p.count))]


def assert_kept(a: Arrays, p: Plan) -> None:
    """Each route can be kept, and what is noted of it is what timing it anew finds."""
    for r in range(len(p.length)):
        version = new_plan(a)
        n = p.length[r]
        version.length[r] = n
        for name in ("visit", "service", "variant"):
            getattr(version, name)[r, :n] = getattr(p, name)[r, :n]
        assert retime(a, version, r)
        assert version.travel[r] == p.travel[r]
        assert version.load[r].tolist() == p.load[r].tolist()
        assert all(r in p.route_of[c, : p.count[c]] for c in p.visit[r, :n])
