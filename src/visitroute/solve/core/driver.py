"""Running the compiled search: effort, clock, seeds, and the plan that comes out.

A run with time enough for its size is a small evolution: several plans are annealed from the
start, then children that take the days of a neighbourhood from another plan are annealed from
a lower temperature. A shorter run is one annealing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from visitroute.solve.core.anneal import (
    Mix,
    anneal,
    construct,
    copy_plan,
    cross,
    load_plan,
    reprice,
    start_plan,
    total_cost,
)
from visitroute.solve.core.arrays import NUM_TIERS, Arrays, Floats, Ints, Plan, new_plan
from visitroute.solve.core.chance import draw
from visitroute.solve.core.clock import NEVER
from visitroute.solve.core.desk import new_desk
from visitroute.solve.core.place import FEW_ROUTES

NUM_QUANTILES = 1024
CHUNKS = 200
"""Parts into which a run is cut: temperature is constant in each, then the stop switch is asked."""

LONGEST_STEP = 1000
"""Iterations between two looks at the stop switch, however long the run."""

FIRST_STEP = 20
"""Iterations before the first look at the clock."""

TRIAL = 0.02
"""Share of a run by the clock that measures how many iterations there will be."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Settings of the search.

    Temperatures ``hot``, ``cold`` and ``warm`` (the first one of children) are in units of the
    mean travel cost of a visit, as is ``noise``, by which days look dearer at random; ``mean``
    and ``longest`` are clients taken out at a time and visits in one string. ``fine`` is the first
    price of an overload, in the same units for a mean load, 0: loads are kept strictly.
    ``starts`` plans are annealed from the start in the share ``alone`` of the run, ``children``
    in the rest, if there are ``patience`` iterations for each visit; a run with fewer has one
    start, with fewer than half no children. ``opening`` is the share of its cost at which a visit
    that opens a route is judged every other time, lower where routes have to be opened before they
    pay. Where a client has several routes on a day, ``tails`` of the iterations exchange ends of
    routes, ``daily`` of the others move visits inside one day only; ``local`` of all try only
    routes on which neighbours are visited, and ``whole`` of the ruins take out a whole route.
    """

    hot: float = 10.0
    cold: float = 0.05
    mean: int = 10
    longest: int = 10
    noise: float = 1.0
    fine: float = 0.0
    starts: int = 4
    alone: float = 0.4
    children: int = 20
    warm: float = 1.0
    patience: int = 1000
    opening: float = 1.0
    daily: float = 0.5
    tails: float = 0.1
    local: float = 0.8
    whole: float = 0.02


CROWDED = Tuning(hot=100.0, cold=0.1, mean=8, longest=6)
"""For problems whose first plan leaves something out: visits have to change places there, so
the heat is on the scale of what a visit left out costs."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What ends a run and who is told: ``share_left`` runs from 1 to 0 by the clock."""

    is_over: Callable[[], bool] | None = None
    share_left: Callable[[], float] | None = None
    progress: Callable[[float], None] | None = None


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
    start: Plan | None = None,
) -> Plan:
    """Return the best plan found.

    ``tuning`` defaults to what suits the first plan. ``iterations`` bound the run;
    ``share_left`` (1 to 0, by the clock) lets the cooling follow the time left instead of the
    iterations; ``is_over`` ends it. ``start`` is a plan of the same arrays or of arrays that
    differ in prices only, to begin with in place of a new one.
    """
    if len(a.client_node) == 0 or len(a.route_day) == 0:
        empty = new_plan(a)
        start_plan(a, empty)
        return empty
    if start is None:
        first = _first_plan(a, orders)
    else:
        first = new_plan(a)
        copy_plan(a, start, first)
        reprice(a, first, new_desk(a))
    run = _Run(a, first, iterations, seed, Watch(is_over, share_left, progress), tuning)
    return run.evolve().plan


def suggest_tuning(a: Arrays, orders: tuple[str, ...] = ("worth", "far")) -> Tuning:
    """Return the settings that ``run_core`` chooses for a problem."""
    return CROWDED if _lost(_first_plan(a, orders)).any() else Tuning()


def _first_plan(a: Arrays, orders: tuple[str, ...]) -> Plan:
    """Return the best of the plans into which clients are put in some orders."""
    found: list[_Member] = []
    for key in orders:
        order = np.argsort(-_worth(a) if key == "worth" else -_far(a), kind="stable")
        trial, keep = new_plan(a), new_plan(a)
        start_plan(a, trial)
        construct(a, trial, keep, new_desk(a), order.astype(np.int64))
        found.append(_Member(tuple(_lost(trial).tolist()), total_cost(a, trial), trial))
    return min(found, key=_Member.rank).plan


@dataclass(frozen=True, slots=True)
class _Member:
    """A plan with the weight it leaves out by tier and its cost."""

    lost: tuple[int, ...]
    cost: float
    plan: Plan

    def rank(self) -> tuple[tuple[int, ...], float]:
        """Return what plans are compared by, less is better."""
        return self.lost, self.cost


class _Run:
    """One run of the search."""

    def __init__(
        self,
        a: Arrays,
        first: Plan,
        iterations: int,
        seed: int,
        watch: Watch,
        tuning: Tuning | None,
    ) -> None:
        self.a, self.first, self.iterations, self.watch = a, first, iterations, watch
        self.p, self.keep, self.w = new_plan(a), new_plan(a), new_desk(a)
        self.worth, self.far = _worth(a), _far(a)
        if tuning is None:
            tuning = CROWDED if _lost(first).any() else Tuning()
        self.tuning = tuning
        self.visits = max(1, int(first.length.sum()))
        self.unit = max(1.0, float(first.travel_cost.sum()) / self.visits)
        self.rng = np.array([(seed * 2654435761 + 12345) % 2**64], dtype=np.uint64)
        self.mean = max(1, min(tuning.mean, len(a.client_node)))
        self.done = 0
        self.gone = 0.0
        self.is_over = False
        self.mix = _mix(a, tuning)
        self.size = max(1, iterations // CHUNKS)
        self.step = FIRST_STEP if watch.share_left is not None else self.size

    def evolve(self) -> _Member:
        """Return the best plan of all starts and children."""
        starts, alone, children, begin = self._shape()
        tuning = self.tuning
        elite: list[_Member] = []
        for k in range(starts):
            load_plan(self.a, self.first, self.p)
            end = begin + (alone - begin) * (k + 1) / starts
            elite.append(self.anneal(end, tuning.hot, tuning.cold))
        elite.sort(key=_Member.rank)
        for k in range(children):
            if self.is_over or self.gone >= 1.0:
                break
            self._conceive(elite)
            child = self.anneal(
                alone + (1.0 - alone) * (k + 1) / children, tuning.warm, tuning.cold
            )
            if child.rank() < elite[-1].rank() and all(child.rank() != e.rank() for e in elite):
                elite[-1] = child
                elite.sort(key=_Member.rank)
        return elite[0]

    def _shape(self) -> tuple[int, float, int, float]:
        """Return starts, their share, children, and the share gone before them."""
        tuning = self.tuning
        expected = float(self.iterations)
        if self.watch.share_left is not None:
            load_plan(self.a, self.first, self.p)
            self.anneal(TRIAL, tuning.warm, tuning.warm)
            expected = min(expected, self.done / max(1e-9, self.gone))
        patience = expected / (self.visits * tuning.patience)
        if patience < 0.5 or tuning.children == 0:  # noqa: PLR2004
            return 1, 1.0, 0, self.gone
        if patience < 1.0 or tuning.starts == 1:
            return 1, 0.6, tuning.children // 2, self.gone
        return tuning.starts, tuning.alone, tuning.children, self.gone

    def _conceive(self, elite: list[_Member]) -> None:
        """Make the current plan a child of two of the best, or one of them again."""
        one = int(draw(self.rng)) % len(elite)
        load_plan(self.a, elite[one].plan, self.p)
        if len(elite) > 1:
            other = int(draw(self.rng)) % (len(elite) - 1)
            other += other >= one
            cross(self.a, self.p, self.keep, elite[other].plan, self.w, self.rng)

    def anneal(self, end: float, hot: float, cold: float) -> _Member:
        """Anneal the current plan until a share of the run is gone; return the best one."""
        a, p, tuning = self.a, self.p, self.tuning
        best = new_plan(a)
        copy_plan(a, p, best)
        scores = np.zeros(2)
        scores[0] = total_cost(a, p)
        scores[1] = scores[0] - float(p.penalty.sum())
        lost = _lost(p)
        best_lost = lost.copy()
        if (p.load > a.route_capacity).any():
            best_lost[:] = NEVER  # no plan yet to go back to
        demand = a.variant_demand[a.variant_demand > 0]
        self.w.fine[0] = 0.0
        if tuning.fine > 0.0 and len(demand):
            self.w.fine[0] = tuning.fine * self.unit / float(demand.mean())
        begin, watch = self.gone, self.watch
        while self.done < self.iterations and self.gone < end and not self.is_over:
            if watch.is_over is not None and watch.is_over():
                self.is_over = True
                break
            ahead = max(1, math.ceil((end - self.gone) * self.iterations))
            step = max(1, min(self.step, self.size, LONGEST_STEP, ahead))
            anneal(
                a,
                p,
                self.keep,
                best,
                self.w,
                self.rng,
                scores,
                lost,
                best_lost,
                self.worth,
                self.far,
                _quantiles(),
                step,
                self.unit * _cool(hot, cold, (self.gone - begin) / (end - begin)),
                self.mean,
                tuning.longest,
                tuning.noise * self.unit,
                self.mix,
            )
            self.done += step
            before, self.gone = self.gone, self.done / self.iterations
            if watch.share_left is not None:
                # About a hundredth of the time between two looks at the clock.
                self.gone = max(self.gone, before, 1.0 - watch.share_left())
                self.step = min(2 * step, int(0.01 * step / max(1e-6, self.gone - before)))
            if watch.progress is not None:
                watch.progress(min(1.0, self.gone))
        return _Member(tuple(best_lost.tolist()), float(scores[1]), best)


def _mix(a: Arrays, tuning: Tuning) -> Mix:
    """Return the shares of the moves that make sense for a problem."""
    if not _has_choice(a):
        return Mix(0.0, 0.0, 0.0, 0.0, tuning.opening)
    local = tuning.local if np.diff(a.access_ptr).max(initial=0) > FEW_ROUTES else 0.0
    return Mix(tuning.daily, tuning.tails, local, tuning.whole, tuning.opening)


def _has_choice(a: Arrays) -> bool:
    """Tell whether any client can change its route within a day: not where reps are kept."""
    many = np.diff(a.access_ptr)
    kept = np.repeat(np.diff(a.group_ptr) > 0, len(a.day_offset))
    if (many[~kept] > 1).any() or many.max(initial=0) <= 1:
        return bool(many.max(initial=0) > 1)
    rows = np.repeat(np.arange(len(many)), many)
    own = rows * (int(a.route_group.max()) + 1) + a.route_group[a.access_route]
    return len(np.unique(own)) < len(own)


def _cool(hot: float, cold: float, gone: float) -> float:
    """Return the temperature when a share of the run is gone.

    Rounded: the last bit of a power differs between machines.
    """
    return float(f"{hot * (cold / hot) ** gone:.9g}")


def _lost(p: Plan) -> Ints:
    lost: Ints = p.left_out.sum(axis=0)
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
