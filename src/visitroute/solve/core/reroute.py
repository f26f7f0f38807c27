"""Compiled moves inside one day: visits change their route or their place, not their day.

A client with many visits has all of them taken out when its days are chosen anew. Where a day
has several routes, most of what can be gained lies inside a day; these moves touch only that
day's routes, so that many more of them fit in the same time.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from visitroute.solve.core.arrays import Arrays, Floats, Ints, Plan
from visitroute.solve.core.chance import below
from visitroute.solve.core.clock import NEVER
from visitroute.solve.core.desk import Desk, touch_client, touch_route
from visitroute.solve.core.place import FEW_ROUTES, INFEASIBLE, mark_near, retime_dirty
from visitroute.solve.core.route import place_on, put, take
from visitroute.solve.core.scan import overload, search_route
from visitroute.solve.core.sequence import shuffle, sort_by

ONE_BY_ONE = 3
"""Times out of ten that visits are taken out one by one, not in strings."""


@njit(cache=True)
def route_on(a: Arrays, p: Plan, client: int, day: int) -> int:
    """Return the route on which a client is visited on a day, or -1."""
    for v in range(p.count[client]):
        r = p.route_of[client, v]
        if a.route_day[r] == day:
            return r
    return -1


@njit(cache=True)
def pick_visits(
    a: Arrays,
    p: Plan,
    rng: np.ndarray,
    gone: np.ndarray,
    out: Ints,
    variants: Ints,
    mean: int,
    longest: int,
) -> tuple[int, int]:
    """Choose visits of one day around a client; return how many, and the day.

    Clients stand in ``out``, the variant of each client's visit in ``variants``.
    """
    seed = below(rng, len(p.count))
    if p.count[seed] == 0:
        return 0, 0
    day = a.route_day[p.route_of[seed, below(rng, p.count[seed])]]
    gone[:] = 0
    target = 1 + below(rng, 2 * mean)
    single = below(rng, 10) < ONE_BY_ONE
    count = 0
    for q in range(a.near_ptr[seed] - 1, a.near_ptr[seed + 1]):
        if count >= target:
            break
        client = seed if q < a.near_ptr[seed] else a.near[q]
        if gone[client]:
            continue
        r = route_on(a, p, client, day)
        if r < 0:
            continue
        n = p.length[r]
        at = place_on(p, client, r)
        begin, end = at, at + 1
        if single:
            if client != seed and below(rng, 4) == 0:
                continue
        else:
            size = 1 + below(rng, min(longest, n))
            begin = max(0, at - below(rng, size))
            end = min(n, begin + size)
        for i in range(begin, end):
            other = p.visit[r, i]
            if not gone[other] and count < target:
                gone[other] = 1
                out[count] = other
                variants[other] = p.variant[r, i]
                count += 1
    return count, day


@njit(cache=True)
def cheapest_route(
    a: Arrays, p: Plan, w: Desk, client: int, variant: int, day: int, group: int
) -> int:
    """Return the route of a day that takes a visit at the least price, -1 for none."""
    row = client * len(a.day_offset) + day
    fine = w.fine[0]
    few = a.access_ptr[row + 1] - a.access_ptr[row] <= FEW_ROUTES
    mark = 0 if few or group >= 0 else mark_near(a, p, w, client)
    best, which, empty = INFEASIBLE, -1, -1
    for i in range(a.access_ptr[row], a.access_ptr[row + 1]):
        r = a.access_route[i]
        if group >= 0 and a.route_group[r] != group:
            continue
        n = p.length[r]
        if a.variant_service[variant] > p.widest[r]:
            continue
        if n == 0:
            if empty == a.route_twin[r]:
                continue
            empty = a.route_twin[r]
        elif mark > 0 and w.mark[r] != mark:
            continue
        more = overload(p.load, a.variant_demand, a.route_capacity, r, variant)
        if more > 0 and fine == 0.0:
            continue
        if p.cache_version[variant, r] != p.version[r]:
            search_route(a, p, client, variant, r)
        if p.cache_cost[variant, r] >= NEVER:
            continue
        price = p.cache_cost[variant, r] + a.load_cost[r, n + 1] - a.load_cost[r, n]
        if n == 0:
            price *= w.opening[0]
        price += fine * more
        if price < best:
            best, which = price, r
    return which


@njit(cache=True)
def reroute_day(
    a: Arrays,
    p: Plan,
    keep: Plan,
    w: Desk,
    rng: np.ndarray,
    gone: np.ndarray,
    out: Ints,
    variants: Ints,
    keys: Floats,
    far: Floats,
    mean: int,
    longest: int,
) -> tuple[int, bool]:
    """Take visits of one day out of their routes and put each on its best route of that day.

    Returns the number of clients moved, their numbers in ``out``, and whether all found a
    place; where not, the plan is in pieces and has to be put back.
    """
    count, day = pick_visits(a, p, rng, gone, out, variants, mean, longest)
    if count == 0:
        return 0, True
    for i in range(count):
        client = out[i]
        r = route_on(a, p, client, day)
        touch_client(a, p, keep, w, client)
        touch_route(p, keep, w, r)
        take(a, p, client, r)
        w.dirty[r] = 1
    retime_dirty(a, p, w)
    kind = below(rng, 4)
    shuffle(out, count, rng)
    if kind > 0:
        for i in range(count):
            keys[i] = far[out[i]] if kind == 1 else -far[out[i]]
            if kind > 2:  # noqa: PLR2004 - by load
                keys[i] = -a.variant_demand[variants[out[i]]].sum()
        sort_by(out, keys, count)
    for i in range(count):
        client = out[i]
        slot = 0
        while a.route_day[p.route_of[client, slot]] != day:
            slot += 1
        group = -1
        if a.group_ptr[client + 1] > a.group_ptr[client]:
            group = a.route_group[p.route_of[client, slot]]
        variant = variants[client]
        r = cheapest_route(a, p, w, client, variant, day, group)
        if r < 0:
            return count, False
        touch_route(p, keep, w, r)
        put(a, p, client, variant, r, p.cache_position[variant, r])
        p.route_of[client, slot] = r
    return count, True
