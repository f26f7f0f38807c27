"""Compiled search: ruin and recreate with simulated annealing.

Clients are taken out with all their visits, so that their days are free again, and go back one
by one on their best days; where a day has several routes, other moves stay inside a day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from visitroute.solve.core.arrays import Arrays, Floats, Ints, Plan
from visitroute.solve.core.borrow import borrow
from visitroute.solve.core.chance import below, share
from visitroute.solve.core.desk import Desk, copy_client, copy_route
from visitroute.solve.core.place import insert_client, remove_client, retime_dirty, settle
from visitroute.solve.core.reroute import reroute_day
from visitroute.solve.core.route import retime
from visitroute.solve.core.ruin import choose_ruin, order_clients
from visitroute.solve.core.scan import overloaded
from visitroute.solve.core.sequence import shuffle
from visitroute.solve.core.tails import swap_tails

FINE_STEP = 50
"""Iterations between two looks at how often loads are kept."""

FOREIGN = 1e7
"""Price of a day that a client doesn't have in the other parent: less than being left out."""


class Mix(NamedTuple):
    """Shares of the moves, and ``opening``, as in ``Tuning``; 0 for moves without sense."""

    daily: float
    tails: float
    local: float
    whole: float
    opening: float


@njit(cache=True)
def start_plan(a: Arrays, p: Plan) -> None:
    """Time the empty routes and charge every client for what it leaves out."""
    for r in range(len(p.length)):
        retime(a, p, r)
    for c in range(len(p.count)):
        p.penalty[c] = 0.0
        p.soft[c] = 0.0
        for ask in range(a.ask_ptr[c], a.ask_ptr[c + 1]):
            if a.ask_weight[ask] == 0:
                p.soft[c] += a.ask_penalty[ask]
            else:
                p.penalty[c] += a.ask_penalty[ask]
            p.left_out[c, a.ask_tier[ask]] += a.ask_weight[ask]
        for e in range(a.extra_ptr[c], a.extra_ptr[c + 1]):
            p.penalty[c] += a.extra_penalty[e]
            p.left_out[c, a.extra_tier[e]] += a.extra_weight[e]


@njit(cache=True)
def route_cost(a: Arrays, p: Plan, r: int) -> float:
    """Return the travel and load cost of a route."""
    return p.travel_cost[r] + a.load_cost[r, p.length[r]]


@njit(cache=True)
def total_cost(a: Arrays, p: Plan) -> float:
    """Return the whole price of a plan, what is left out included."""
    total = 0.0
    for r in range(len(p.length)):
        total += route_cost(a, p, r)
    for c in range(len(p.count)):
        total += p.penalty[c] + p.soft[c]
    return total


@njit(cache=True)
def copy_plan(a: Arrays, source: Plan, target: Plan) -> None:
    """Copy a whole plan."""
    for r in range(len(source.length)):
        copy_route(source, target, r)
    for c in range(len(source.count)):
        copy_client(a, source, target, c)


@njit(cache=True)
def is_better(new: Ints, soft: float, best: Ints, best_soft: float) -> bool:
    """Compare two plans: what they leave out tier by tier, then their cost."""
    for t in range(len(new)):
        if new[t] != best[t]:
            return new[t] < best[t]
    return soft < best_soft - 1e-6


@njit(cache=True)
def shade(bias: Floats, noise: float, rng: np.ndarray) -> None:
    """Make days look dearer, by chance every other time, the same ones for all clients."""
    scale = noise * share(rng) if below(rng, 2) == 0 else 0.0
    for d in range(len(bias)):
        bias[d] = scale * share(rng)


@njit(cache=True)
def adapt(fine: Floats, tally: Ints) -> None:
    """Change the price of overload so that half to three quarters of the plans have none.

    ``tally`` counts plans and those without overload (Vidal et al. 2012).
    """
    if tally[0] < FINE_STEP:
        return
    if 2 * tally[1] < tally[0]:
        fine[0] *= 1.1
    elif 4 * tally[1] > 3 * tally[0]:
        fine[0] *= 0.9
    tally[:] = 0


@njit(cache=True)
def undo(a: Arrays, p: Plan, keep: Plan, w: Desk, out: Ints, count: int) -> None:
    """Put back the routes that were touched and the clients that were moved."""
    for r in range(len(w.touched)):
        if w.touched[r]:
            copy_route(keep, p, r)
    for i in range(count):
        copy_client(a, keep, p, out[i])


@njit(cache=True)
def weigh(
    a: Arrays, p: Plan, keep: Plan, w: Desk, out: Ints, count: int, lost: Ints, trial: Ints
) -> tuple[float, int]:
    """Return by how much price and overload changed; write what is left out now by tier."""
    change = 0.0
    more = 0
    for r in range(len(w.touched)):
        if w.touched[r]:
            change += route_cost(a, p, r) - route_cost(a, keep, r)
            more += overloaded(p.load, a.route_capacity, r)
            more -= overloaded(keep.load, a.route_capacity, r)
    for t in range(len(lost)):
        trial[t] = lost[t]
    for i in range(count):
        c = out[i]
        change += p.penalty[c] + p.soft[c] - keep.penalty[c] - keep.soft[c]
        for t in range(len(lost)):
            trial[t] += p.left_out[c, t] - keep.left_out[c, t]
    return change, more


@njit(cache=True)
def move(
    a: Arrays,
    p: Plan,
    keep: Plan,
    w: Desk,
    rng: np.ndarray,
    gone: np.ndarray,
    out: Ints,
    variants: Ints,
    keys: Floats,
    worth: Floats,
    far: Floats,
    mean: int,
    longest: int,
    noise: float,
    mix: Mix,
    allowed: float,
) -> tuple[int, bool]:
    """Change the plan by one move; return how many clients moved and whether all have a place."""
    w.local[0] = mix.local > 0.0 and share(rng) < mix.local
    w.opening[0] = mix.opening if below(rng, 2) == 0 else 1.0
    if mix.tails > 0.0 and share(rng) < mix.tails:
        return swap_tails(a, p, keep, w, rng, out, allowed), True
    if mix.daily > 0.0 and share(rng) < mix.daily:
        return reroute_day(a, p, keep, w, rng, gone, out, variants, keys, far, mean, longest)
    shade(w.bias, noise, rng)
    count, ahead = choose_ruin(a, p, rng, gone, out, mean, longest, mix.whole)
    for i in range(count):
        remove_client(a, p, keep, w, out[i])
    retime_dirty(a, p, w)
    order_clients(a, rng, worth, far, out[ahead:], keys, count - ahead)
    for i in range(count):
        insert_client(a, p, keep, w, out[i])
    return count, True


@njit(cache=True)
def anneal(
    a: Arrays,
    p: Plan,
    keep: Plan,
    best: Plan,
    w: Desk,
    rng: np.ndarray,
    scores: Floats,
    lost: Ints,
    best_lost: Ints,
    worth: Floats,
    far: Floats,
    quantiles: Floats,
    iterations: int,
    temperature: float,
    mean: int,
    longest: int,
    noise: float,
    mix: Mix,
) -> None:
    """Run some iterations at one temperature.

    ``scores`` holds the price of the current plan and the soft cost of the best one;
    ``lost`` and ``best_lost`` the weight they leave out by tier.
    """
    a, p, keep, best, w = borrow(a), borrow(p), borrow(keep), borrow(best), borrow(w)
    clients = len(p.count)
    gone = np.zeros(clients, dtype=np.uint8)
    out = np.zeros(clients + 1, dtype=np.int64)
    keys = np.zeros(clients + 1)
    variants = np.zeros(clients, dtype=np.int64)
    tiers = len(lost)
    trial = np.zeros(tiers, dtype=np.int64)
    over = np.maximum(0, p.load - a.route_capacity).sum()
    tally = np.zeros(2, dtype=np.int64)
    for _ in range(iterations):
        allowed = temperature * quantiles[below(rng, len(quantiles))]
        count, complete = move(
            a,
            p,
            keep,
            w,
            rng,
            gone,
            out,
            variants,
            keys,
            worth,
            far,
            mean,
            longest,
            noise,
            mix,
            allowed,
        )
        change, more = weigh(a, p, keep, w, out, count, lost, trial)
        accept = complete and change + w.fine[0] * more <= allowed
        if accept:
            scores[0] += change
            over += more
            for t in range(tiers):
                lost[t] = trial[t]
            penalty = 0.0
            could_be = over == 0
            for t in range(tiers):
                if lost[t] != best_lost[t]:
                    could_be = could_be and lost[t] < best_lost[t]
                    break
            if could_be:
                for c in range(clients):
                    penalty += p.penalty[c]
                if is_better(lost, scores[0] - penalty, best_lost, scores[1]):
                    scores[0] = total_cost(a, p)
                    scores[1] = scores[0] - penalty
                    for t in range(tiers):
                        best_lost[t] = lost[t]
                    copy_plan(a, p, best)
        else:
            undo(a, p, keep, w, out, count)
        w.touched[:] = 0
        for i in range(count):
            w.moved[out[i]] = 0
        tally[0] += 1
        tally[1] += over == 0
        adapt(w.fine, tally)
    w.local[0], w.opening[0] = 0, 1.0


@njit(cache=True)
def construct(a: Arrays, p: Plan, keep: Plan, w: Desk, order: Ints) -> None:
    """Put clients into an empty plan one by one, in the order given."""
    a, p, keep, w = borrow(a), borrow(p), borrow(keep), borrow(w)
    for i in range(len(order)):
        remove_client(a, p, keep, w, order[i])
        insert_client(a, p, keep, w, order[i])
    w.touched[:] = 0
    w.moved[:] = 0


@njit(cache=True)
def load_plan(a: Arrays, source: Plan, p: Plan) -> None:
    """Go on from another plan: copy it, under version numbers that are new."""
    copy_plan(a, source, p)
    for r in range(len(p.length)):
        p.counter[0] += 1
        p.version[r] = p.counter[0]


@njit(cache=True)
def reprice(a: Arrays, p: Plan, w: Desk) -> None:
    """Charge every client anew for what it leaves out, after a change of prices."""
    for c in range(len(p.count)):
        w.days[:] = 0
        for v in range(p.count[c]):
            w.days[a.route_day[p.route_of[c, v]]] = 1
        start = a.ask_ptr[c]
        for i in range(a.ask_ptr[c + 1] - start):
            w.ask_day[i] = p.day_of[start + i]
        if a.ask_ptr[c + 1] > start:
            w.pattern[0] = p.day_of[start]
        settle(a, p, w, c)


@njit(cache=True)
def cross(a: Arrays, p: Plan, keep: Plan, other: Plan, w: Desk, rng: np.ndarray) -> None:
    """Give a neighbourhood of clients the days they have in another plan.

    Days as in the crossover of Vidal et al. (2012), doi:10.1287/opre.1120.1048; where a day
    has no room, the client takes the best that is left.
    """
    a, p, keep, w, other = borrow(a), borrow(p), borrow(keep), borrow(w), borrow(other)
    clients = len(p.count)
    seed = below(rng, clients)
    near = a.near_ptr[seed + 1] - a.near_ptr[seed]
    count = min(near, 1 + below(rng, max(1, clients // 2)))
    days = len(w.bias)
    members = np.zeros(count + 1, dtype=np.int64)
    members[0] = seed
    for i in range(count):
        members[i + 1] = a.near[a.near_ptr[seed] + i]
    shuffle(members, count + 1, rng)
    for i in range(count + 1):
        remove_client(a, p, keep, w, members[i])
    retime_dirty(a, p, w)
    for i in range(count + 1):
        client = members[i]
        for d in range(days):
            w.bias[d] = FOREIGN
        for v in range(other.count[client]):
            w.bias[a.route_day[other.route_of[client, v]]] = 0.0
        insert_client(a, p, keep, w, client)
    w.bias[:] = 0.0
    w.touched[:] = 0
    w.moved[:] = 0
