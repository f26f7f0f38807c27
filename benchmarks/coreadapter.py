"""Running the compiled planning core on arrays for a number of seconds or iterations."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from visitroute.solve.core.arrays import Arrays, Plan
from visitroute.solve.core.builder import AskSpec, ClientSpec, RouteSpec, build_arrays
from visitroute.solve.core.driver import Tuning, run_core, suggest_tuning

WARM_ITERATIONS = 640
NO_END = 10**12


@dataclass
class Clock:
    """What ``seconds`` of a run mean: by the wall, or of this process's processor time."""

    now: Callable[[], float] = time.perf_counter


CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
CLOCK = Clock()
"""The clock of this process; a row runs in a process of its own, which may set it."""


def run(
    arrays: Arrays,
    seed: int,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    tuning: Tuning | None = None,
    start: Plan | None = None,
) -> Plan:
    """Return the best plan that the core finds, from ``start`` where one is given.

    With ``seconds`` the cooling follows the clock. With ``iterations`` alone the same seed
    gives the same plan on every machine.
    """
    if seconds is None:
        return run_core(arrays, iterations or WARM_ITERATIONS, seed, tuning=tuning, start=start)
    began = CLOCK.now()

    def share_left() -> float:
        return max(0.0, 1.0 - (CLOCK.now() - began) / seconds)

    return run_core(
        arrays,
        iterations or NO_END,
        seed,
        is_over=lambda: share_left() <= 0.0,
        share_left=share_left,
        tuning=tuning,
        start=start,
    )


def vary(arrays: Arrays, changes: Mapping[str, float], base: Tuning | None = None) -> Tuning:
    """Return settings of the core with some fields changed.

    Without ``base`` the others are what the core itself takes: ``CROWDED`` where its first
    plan leaves something out. Raises ``LookupError`` for a field that ``Tuning`` has not.
    """
    check_fields(changes)
    if base is None:
        base = suggest_tuning(arrays)
    return replace(base, **changes)


def check_fields(changes: Mapping[str, float]) -> None:
    """Raise ``LookupError`` for a field that ``Tuning`` has not."""
    known = [field.name for field in fields(Tuning)]
    for name in changes:
        if name not in known:
            raise LookupError(f"Tuning has no field {name!r}\nMaybe one of {', '.join(known)}")


def stops(plan: Plan, route: int) -> list[int]:
    """Return the numbers of the clients on a route, in order."""
    return [int(c) for c in plan.visit[route, : plan.length[route]]]


def warm() -> None:
    """Compile the core, or load it from numba's cache, on two clients and two days."""
    matrix = np.array([[[0, 5, 9], [5, 0, 6], [9, 6, 0]]], dtype=np.int64)
    routes = [RouteSpec(day=d, start=0, end=0, open=0, close=1000) for d in range(2)]
    days: dict[int, list[tuple[int, int]]] = {0: [(0, 1000)], 1: [(0, 1000)]}
    ask = AskSpec(days=(0, 1), tier=3, weight=1, penalty=500.0)
    clients = [
        ClientSpec(1, [10], days, {0: (0,), 1: (1,)}, asks=[ask]),
        ClientSpec(2, [10], days, {0: (0,), 1: (1,)}, asks=[ask], patterns=[((0, 1), 0.0)]),
    ]
    arrays = build_arrays(matrix, matrix, [0, 1], routes, clients)
    run_core(arrays, WARM_ITERATIONS, 1, start=run_core(arrays, WARM_ITERATIONS, 1))
