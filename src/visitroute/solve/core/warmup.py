"""Compiling the search ahead of its first use, on a problem that uses all of it."""

from __future__ import annotations

import numpy as np

from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.driver import run_core


def compile_core() -> None:
    """Run the search for a moment on three clients, so that all of it is compiled and cached."""
    time = np.full((1, 4, 4), 60, dtype=np.int64)
    windows = {0: [(0, 40_000)], 1: [(0, 40_000)]}
    routes = {0: (0,), 1: (1,)}
    ask = AskSpec(days=(0, 1), tier=3, weight=1, penalty=1e6)
    clients = [
        ClientSpec(node=1, services=[600], windows=windows, routes=routes, asks=[ask]),
        ClientSpec(node=2, services=[600], windows=windows, routes=routes, asks=[ask]),
        ClientSpec(
            node=3,
            services=[600],
            windows=windows,
            routes=routes,
            asks=[ask],
            patterns=[((0,), 0.0), ((1,), 0.0)],
        ),
    ]
    days = [RouteSpec(day=d, start=0, end=0, open=0, close=40_000) for d in (0, 1)]
    arrays = build_arrays(time, time, (0, 1), days, clients)
    run_core(arrays, 4, 1, start=run_core(arrays, 4, 1))
