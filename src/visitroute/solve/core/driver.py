"""Running the compiled search: effort, clock, seeds, and the plan that comes out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from visitroute.solve.core.anneal import anneal, construct, copy_plan, start_plan, total_cost
from visitroute.solve.core.arrays import NUM_TIERS, Arrays, Floats, Plan, new_plan
from visitroute.solve.core.place import new_desk

NUM_QUANTILES = 1024
CHUNKS = 200
"""Parts into which a run is cut: temperature is constant in each, then the stop switch is asked."""

LONGEST_STEP = 100
"""Iterations between two looks at the stop switch, however long the run."""

FIRST_STEP = 20
"""Iterations before the first look at the clock."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Settings of the annealing.

    Temperatures are in units of the mean travel cost of a visit; ``mean`` and ``longest``
    are clients taken out at a time and visits in one string.
    """

    hot: float = 10.0
    cold: float = 0.1
    mean: int = 5
    longest: int = 6


CROWDED = Tuning(hot=100.0, cold=0.1, mean=8, longest=6)
"""For problems whose first plan leaves something out: visits have to change places there, so
the heat is on the scale of what a visit left out costs."""


@cache
def _quantiles() -> Floats:
    """Return quantiles of the exponential distribution with mean 1, the same everywhere.

    Rounded, so that the last bit of a logarithm, which differs between machines, can't
    change a plan.
    """
    steps = range(NUM_QUANTILES)
    return np.array([round(-math.log((i + 0.5) / NUM_QUANTILES), 9) for i in steps])


def run_core(
    a: Arrays,
    iterations: int,
    seed: int,
    *,
    is_over: Callable[[], bool] | None = None,
    share_left: Callable[[], float] | None = None,
    progress: Callable[[float], None] | None = None,
    tuning: Tuning | None = None,
    orders: tuple[str, ...] = ("worth", "far"),
) -> Plan:
    """Return the best plan found.

    ``tuning`` defaults to what suits the first plan. ``iterations`` bound the run;
    ``share_left`` (1 to 0, by the clock) lets the cooling follow the time left instead of the
    iterations; ``is_over`` ends it.
    """
    clients = len(a.client_node)
    p, keep, best = new_plan(a), new_plan(a), new_plan(a)
    w = new_desk(a)
    start_plan(a, p)
    worth, far = _worth(a), _far(a)
    if clients == 0 or len(a.route_day) == 0:
        return p
    candidates: list[tuple[tuple[int, ...], float, int, Plan]] = []
    for key in orders:
        order = np.argsort(-worth if key == "worth" else -far, kind="stable").astype(np.int64)
        trial = new_plan(a)
        start_plan(a, trial)
        construct(a, trial, keep, w, order)
        candidates.append((tuple(_lost(trial)), total_cost(a, trial), len(candidates), trial))
    p = min(candidates, key=lambda c: c[:3])[3]
    copy_plan(a, p, best)
    scores = np.zeros(2)
    scores[0] = total_cost(a, p)
    scores[1] = scores[0] - float(p.penalty.sum())
    lost = _lost(p)
    best_lost = lost.copy()
    if tuning is None:
        tuning = CROWDED if lost.any() else Tuning()
    visits = max(1, int(p.length.sum()))
    unit = max(1.0, float(p.travel_cost.sum()) / visits)
    hot, cold = tuning.hot * unit, tuning.cold * unit
    rng = np.array([(seed * 2654435761 + 12345) % 2**64], dtype=np.uint64)
    mean = max(1, min(tuning.mean, clients))
    done = 0
    gone = 0.0
    size = max(1, iterations // CHUNKS)
    step = FIRST_STEP if share_left is not None else size
    while done < iterations and gone < 1.0:
        if is_over is not None and is_over():
            break
        step = max(1, min(step, size, LONGEST_STEP, iterations - done))
        temperature = _cool(hot, cold, gone)
        anneal(
            a,
            p,
            keep,
            best,
            w,
            rng,
            scores,
            lost,
            best_lost,
            worth,
            far,
            _quantiles(),
            step,
            temperature,
            mean,
            tuning.longest,
        )
        done += step
        before, gone = gone, done / iterations
        if share_left is not None:
            # About a hundredth of the time between two looks at the clock.
            gone = max(gone, 1.0 - share_left())
            step = min(2 * step, int(0.01 * step / max(1e-6, gone - before)))
        if progress is not None:
            progress(min(1.0, gone))
    return best


def _cool(hot: float, cold: float, gone: float) -> float:
    """Return the temperature when a share of the run is gone.

    Rounded: the last bit of a power differs between machines.
    """
    return float(f"{hot * (cold / hot) ** gone:.9g}")


def _lost(p: Plan) -> np.ndarray:
    lost = p.left_out.sum(axis=0)
    return lost if len(lost) == NUM_TIERS else np.zeros(NUM_TIERS, dtype=np.int64)


def _worth(a: Arrays) -> Floats:
    """Return what leaving a client out costs for each second of its service."""
    asks = np.add.reduceat(np.append(a.ask_penalty, 0.0), a.ask_ptr[:-1])
    asks[a.ask_ptr[:-1] == a.ask_ptr[1:]] = 0.0
    extras = np.add.reduceat(np.append(a.extra_penalty, 0.0), a.extra_ptr[:-1])
    extras[a.extra_ptr[:-1] == a.extra_ptr[1:]] = 0.0
    counts = np.maximum(1, np.diff(a.ask_ptr) + np.diff(a.extra_ptr))
    service = a.variant_service[a.variant_ptr[:-1]]
    return (asks + extras) / counts / (service + 300.0)


def _far(a: Arrays) -> Floats:
    """Return how far each client lies from the first route's start."""
    return a.time[0, a.route_start[0], a.client_node].astype(np.float64)
