"""Compiled exchange of the ends of two routes of one day.

Plans with long routes differ by whole ends of routes, more than the strings of visits that
ruin and recreate takes out. Here two routes go on as the other did, from one visit on (2-opt*
of Potvin and Rousseau 1995, doi:10.1057/jors.1995.204).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from visitroute.solve.core.arrays import Arrays, Ints, Plan
from visitroute.solve.core.chance import below
from visitroute.solve.core.clock import joins
from visitroute.solve.core.desk import Desk, touch_client, touch_route
from visitroute.solve.core.place import INFEASIBLE
from visitroute.solve.core.route import may_use, place_on, retime
from visitroute.solve.core.scan import overloaded

LOOK = 20
"""Neighbours of a visit that are looked at on other routes of its day."""


@njit(cache=True)
def joint(a: Arrays, p: Plan, r: int, i: int, s: int, j: int) -> bool:
    """Tell whether the first ``i`` visits of a route can be followed by the other from ``j`` on."""
    return joins(
        a.block[a.block_ptr[r] : a.block_ptr[r + 1]],
        a.lunch[a.lunch_ptr[r] : a.lunch_ptr[r + 1]],
        a.route_lunch[r],
        p.hungry_from[r, i],
        p.fed_from[r, i],
        a.time[a.route_matrix[r], p.node[r, i], p.node[s, j + 1]],
        p.hungry_by[s, j],
        p.fed_by[s, j],
    )


@njit(cache=True)
def price_joints(a: Arrays, p: Plan, w: Desk, r: int, i: int, s: int, j: int, most: float) -> float:
    """Return what the exchange of two ends costs, INFEASIBLE where it can't be or costs more.

    The first route keeps ``i`` visits, the second ``j``.
    """
    n, k, m = p.length[r], p.length[s], a.route_matrix[r]
    mine, theirs = i + k - j, j + n - i
    if mine > a.route_limit[r] or theirs > a.route_limit[s]:
        return INFEASIBLE
    change = np.int64(0) - p.leg_cost[r, i] - p.leg_cost[s, j]
    change += a.cost[m, p.node[r, i], p.node[s, j + 1]] if mine > 0 else -a.route_fixed[r]
    change += a.cost[m, p.node[s, j], p.node[r, i + 1]] if theirs > 0 else -a.route_fixed[s]
    price = (
        change
        + a.load_cost[r, mine]
        + a.load_cost[s, theirs]
        - a.load_cost[r, n]
        - a.load_cost[s, k]
    )
    over = overloaded(p.load, a.route_capacity, r) + overloaded(p.load, a.route_capacity, s)
    if price - w.fine[0] * over > most:
        return INFEASIBLE
    if not joint(a, p, r, i, s, j) or not joint(a, p, s, j, r, i):
        return INFEASIBLE
    more = -over
    for d in range(p.load.shape[1]):
        moved = 0
        for x in range(j, k):
            moved += a.variant_demand[p.variant[s, x], d]
        for x in range(i, n):
            moved -= a.variant_demand[p.variant[r, x], d]
        most_r, most_s = a.route_capacity[r, d], a.route_capacity[s, d]
        more += max(0, p.load[r, d] + moved - most_r) + max(0, p.load[s, d] - moved - most_s)
    if more > 0 and w.fine[0] == 0.0:
        return INFEASIBLE
    price += w.fine[0] * more
    travel = other_travel = 0
    for x in range(i):
        travel += p.leg_time[r, x]
    for x in range(j):
        other_travel += p.leg_time[s, x]
    rest = p.travel[r] - travel - p.leg_time[r, i]
    other_rest = p.travel[s] - other_travel - p.leg_time[s, j]
    travel += a.time[m, p.node[r, i], p.node[s, j + 1]] + other_rest
    other_travel += a.time[m, p.node[s, j], p.node[r, i + 1]] + rest
    if mine > 0 and travel > a.route_travel[r]:
        return INFEASIBLE
    if theirs > 0 and other_travel > a.route_travel[s]:
        return INFEASIBLE
    return price if price <= most else INFEASIBLE


@njit(cache=True)
def may_serve(a: Arrays, p: Plan, r: int, first: int, s: int) -> bool:
    """Tell whether the visits of a route from one on may be made by another of the same day."""
    for x in range(first, p.length[r]):
        client = p.visit[r, x]
        if a.group_ptr[client + 1] > a.group_ptr[client] and a.route_group[r] != a.route_group[s]:
            return False
        if not may_use(a, client, s):
            return False
    return True


@njit(cache=True)
def exchange(
    a: Arrays, p: Plan, keep: Plan, w: Desk, r: int, i: int, s: int, j: int, out: Ints
) -> int:
    """Exchange two ends; return how many clients moved, their numbers in ``out``."""
    touch_route(p, keep, w, r)
    touch_route(p, keep, w, s)
    n, k = p.length[r], p.length[s]
    count = 0
    for x in range(i, n):
        out[count] = p.visit[r, x]
        count += 1
    mine = count
    for x in range(j, k):
        out[count] = p.visit[s, x]
        count += 1
    for x in range(count):
        client = out[x]
        touch_client(a, p, keep, w, client)
        old, new = (r, s) if x < mine else (s, r)
        slot = 0
        while p.route_of[client, slot] != old:
            slot += 1
        p.route_of[client, slot] = new
    for x in range(k - j):
        copy_visit(keep, s, j + x, p, r, i + x)
    for x in range(n - i):
        copy_visit(keep, r, i + x, p, s, j + x)
    p.length[r] = i + k - j
    p.length[s] = j + n - i
    retime(a, p, r)
    retime(a, p, s)
    return count


@njit(cache=True)
def copy_visit(keep: Plan, r: int, i: int, p: Plan, s: int, j: int) -> None:
    """Copy one visit from the place it had to another route."""
    p.visit[s, j] = keep.visit[r, i]
    p.service[s, j] = keep.service[r, i]
    p.variant[s, j] = keep.variant[r, i]


@njit(cache=True)
def swap_tails(
    a: Arrays, p: Plan, keep: Plan, w: Desk, rng: np.ndarray, out: Ints, most: float
) -> int:
    """Exchange the ends of two routes where visits of them are neighbours.

    The cheapest exchange around a client chosen by chance is made if it costs no more than
    ``most``. Returns the number of clients moved, their numbers in ``out``.
    """
    seed = below(rng, len(p.count))
    if p.count[seed] == 0:
        return 0
    r = p.route_of[seed, below(rng, p.count[seed])]
    twin = a.route_twin[r]
    at = place_on(p, seed, r)
    best, cut, other, other_cut = most, -1, -1, -1
    looked = 0
    for q in range(a.near_ptr[seed], a.near_ptr[seed + 1]):
        client = a.near[q]
        for v in range(p.count[client]):
            s = p.route_of[client, v]
            if s == r or a.route_twin[s] != twin:
                continue
            j = place_on(p, client, s)
            for ahead in range(2):
                # First the seed goes on to its neighbour, then the neighbour to the seed.
                mine, theirs = at + 1 - ahead, j + ahead
                price = price_joints(a, p, w, r, mine, s, theirs, best)
                if price < best and may_serve(a, p, r, mine, s) and may_serve(a, p, s, theirs, r):
                    best, cut, other, other_cut = price, mine, s, theirs
            looked += 1
            break
        if looked >= LOOK:
            break
    if cut < 0:
        return 0
    return exchange(a, p, keep, w, r, cut, other, other_cut, out)
