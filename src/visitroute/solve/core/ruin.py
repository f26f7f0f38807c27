"""Compiled choice of the clients that are taken out at a time, and of the order they go back in.

Strings of neighbouring visits as in Christiaens and Vanden Berghe (2020),
doi:10.1287/trsc.2019.0914, neighbours one by one, a whole route, or what is in the way of a
client that lacks a visit.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from visitroute.solve.core.arrays import Arrays, Floats, Ints, Plan
from visitroute.solve.core.chance import below, share
from visitroute.solve.core.reroute import route_on
from visitroute.solve.core.route import may_use, place_on
from visitroute.solve.core.sequence import shuffle, sort_by

NEAR_TRIES = 4
"""Neighbours that are asked for a place to make room at, before any visit of the day will do."""

NEAR_ENOUGH = 40
"""Neighbours among which that is asked."""


@njit(cache=True)
def pick_ruin(
    a: Arrays, p: Plan, rng: np.ndarray, gone: np.ndarray, out: Ints, mean: int, longest: int
) -> int:
    """Choose the clients to take out; return how many, their numbers in ``out``."""
    clients = len(p.count)
    for i in range(clients):
        gone[i] = 0
    seed = below(rng, clients)
    count = 0
    target = 1 + below(rng, 2 * mean)
    kind = below(rng, 10)
    gone[seed] = 1
    out[0] = seed
    count = 1
    for q in range(a.near_ptr[seed] - 1, a.near_ptr[seed + 1]):
        if count >= target:
            break
        client = seed if q < a.near_ptr[seed] else a.near[q]
        if p.count[client] == 0 or (gone[client] and client != seed):
            continue
        if kind < 3:
            # Neighbours one by one, a few skipped.
            if not gone[client] and below(rng, 4) > 0:
                gone[client] = 1
                out[count] = client
                count += 1
            continue
        # A string of visits around the neighbour on one of its days.
        r = p.route_of[client, below(rng, p.count[client])]
        n = p.length[r]
        size = 1 + below(rng, min(longest, n))
        at = place_on(p, client, r)
        begin = max(0, at - below(rng, size))
        for i in range(begin, min(n, begin + size)):
            other = p.visit[r, i]
            if not gone[other] and count < target:
                gone[other] = 1
                out[count] = other
                count += 1
    # Clients near by that lack a visit get their chance at the room that is made.
    missing = 0
    most = 1 + below(rng, 2 * mean)
    for q in range(a.near_ptr[seed], a.near_ptr[seed + 1]):
        client = a.near[q]
        if gone[client] or (p.penalty[client] == 0.0 and p.count[client] > 0):
            continue
        if below(rng, 3) == 0:
            continue
        gone[client] = 1
        out[count] = client
        count += 1
        missing += 1
        if missing >= most:
            break
    return count


@njit(cache=True)
def place_near(a: Arrays, p: Plan, rng: np.ndarray, client: int, day: int) -> tuple[int, int]:
    """Choose a visit of a day to make room at: mostly a neighbour's; -1 where there is none."""
    near = a.near_ptr[client + 1] - a.near_ptr[client]
    for _ in range(NEAR_TRIES):
        if near == 0 or below(rng, 4) == 0:
            break
        other = a.near[a.near_ptr[client] + below(rng, min(near, NEAR_ENOUGH))]
        r = route_on(a, p, other, day)
        if r >= 0 and may_use(a, client, r):
            return r, place_on(p, other, r)
    row = client * len(a.day_offset) + day
    routes = a.access_ptr[row + 1] - a.access_ptr[row]
    if routes == 0:
        return -1, 0
    r = a.access_route[a.access_ptr[row] + below(rng, routes)]
    if p.length[r] == 0:
        return -1, 0
    return r, below(rng, p.length[r])


@njit(cache=True)
def make_room(a: Arrays, p: Plan, rng: np.ndarray, gone: np.ndarray, out: Ints) -> int:
    """Choose a client that lacks something and visits in its way, on all days it would take.

    Returns how many clients, their numbers in ``out``, the one that lacks something first;
    0 when nobody does.
    """
    clients = len(p.count)
    client = below(rng, clients)
    for _ in range(clients):
        if p.penalty[client] > 0.0:
            break
        client = (client + 1) % clients
    if p.penalty[client] == 0.0:
        return 0
    gone[:] = 0
    gone[client] = 1
    out[0] = client
    count = 1
    days = a.ask_day
    first, last = a.pattern_ptr[client], a.pattern_ptr[client + 1]
    if last > first:
        pick = first + below(rng, last - first)
        first, last = a.pattern_day_ptr[pick], a.pattern_day_ptr[pick + 1]
        days = a.pattern_day
    else:
        asks = a.ask_ptr[client + 1] - a.ask_ptr[client]
        if asks == 0:
            return 0
        pick = a.ask_ptr[client] + below(rng, asks)
        first, last = a.ask_day_ptr[pick], a.ask_day_ptr[pick + 1]
        if last > first:
            first += below(rng, last - first)
            last = first + 1
    size = 1 + below(rng, 4)
    for k in range(first, last):
        r, begin = place_near(a, p, rng, client, days[k])
        if r < 0:
            continue
        n = p.length[r]
        begin = max(0, begin - below(rng, size))
        for i in range(begin, min(n, begin + size)):
            other = p.visit[r, i]
            if not gone[other]:
                gone[other] = 1
                out[count] = other
                count += 1
    return count


@njit(cache=True)
def pick_route(p: Plan, rng: np.ndarray, out: Ints) -> int:
    """Choose all clients of a route; return how many, their numbers in ``out``."""
    seed = below(rng, len(p.count))
    if p.count[seed] == 0:
        return 0
    r = p.route_of[seed, below(rng, p.count[seed])]
    for i in range(p.length[r]):
        out[i] = p.visit[r, i]
    return p.length[r]


@njit(cache=True)
def choose_ruin(
    a: Arrays,
    p: Plan,
    rng: np.ndarray,
    gone: np.ndarray,
    out: Ints,
    mean: int,
    longest: int,
    whole: float,
) -> tuple[int, int]:
    """Choose the clients to take out; return how many, and how many go back before the others."""
    if below(rng, 10) == 0:
        count = make_room(a, p, rng, gone, out)
        if count > 0:
            return count, 1
    if whole > 0.0 and share(rng) < whole:
        return pick_route(p, rng, out), 0
    return pick_ruin(a, p, rng, gone, out, mean, longest), 0


@njit(cache=True)
def order_clients(
    a: Arrays, rng: np.ndarray, worth: Floats, far: Floats, out: Ints, keys: Floats, count: int
) -> None:
    """Choose the order in which clients go back."""
    shuffle(out, count, rng)
    kind = below(rng, 10)
    if kind < 3:
        return
    for i in range(count):
        client = out[i]
        if kind < 6:
            keys[i] = -worth[client]
        elif kind < 8:
            keys[i] = -far[client]
        elif kind < 9:
            keys[i] = far[client]
        else:
            keys[i] = -(a.pattern_ptr[client + 1] - a.pattern_ptr[client]) * 1.0
            keys[i] = -(a.ask_ptr[client + 1] - a.ask_ptr[client]) * 1000.0 - keys[i]
    sort_by(out, keys, count)
