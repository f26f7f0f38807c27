"""Compiled insertion: the cheapest place for one more visit on a route, timed by ``clock``.

Days without meetings have a scan of their own, as they have a clock of their own: it is the
innermost loop of the search. Tests hold both against the plain rules.
"""

from __future__ import annotations

from numba import njit

from visitroute.solve.core.arrays import Arrays, Ints, Plan
from visitroute.solve.core.clock import NEVER, arrive, arrive_fed, first_start, joins


@njit(cache=True)
def search_route(a: Arrays, p: Plan, client: int, variant: int, r: int) -> None:
    """Write the cheapest insertion of a visit into the cache; cost NEVER where none is feasible.

    Loads are looked at by ``overload``: they don't depend on the position.
    """
    p.cache_version[variant, r] = p.version[r]
    p.cache_cost[variant, r] = NEVER
    n = p.length[r]
    if n >= a.route_limit[r]:
        return
    m = a.route_matrix[r]
    place = a.client_node[client]
    row = client * len(a.day_offset) + a.route_day[r]
    first, end = a.window_ptr[row], a.window_ptr[row + 1]
    lunch = a.lunch[a.lunch_ptr[r] : a.lunch_ptr[r + 1]]
    spare = a.route_travel[r] - p.travel[r]
    if a.route_plain[r]:
        early, late = 0, 0
        if a.route_lunch[r] > 0:
            early, late = lunch[0, 0], lunch[0, 1]
        cost, where = scan_plain(
            a.time_to[m, place],
            a.time[m, place],
            a.cost_to[m, place],
            a.cost[m, place],
            p.node[r],
            p.leg_time[r],
            p.leg_cost[r],
            n,
            spare,
            a.window,
            first,
            end,
            a.variant_service[variant],
            early,
            late,
            a.route_lunch[r],
            p.slack[r],
            p.hungry_from[r],
            p.fed_from[r],
            p.hungry_by[r],
            p.fed_by[r],
        )
    else:
        cost, where = scan_any(
            a.time_to[m, place],
            a.time[m, place],
            a.cost_to[m, place],
            a.cost[m, place],
            p.node[r],
            p.leg_time[r],
            p.leg_cost[r],
            n,
            spare,
            a.window,
            first,
            end,
            a.variant_service[variant],
            a.block[a.block_ptr[r] : a.block_ptr[r + 1]],
            lunch,
            a.route_lunch[r],
            p.slack[r],
            p.hungry_from[r],
            p.fed_from[r],
            p.hungry_by[r],
            p.fed_by[r],
        )
    if where >= 0:
        p.cache_cost[variant, r] = cost + (a.route_fixed[r] if n == 0 else 0)
        p.cache_position[variant, r] = where


@njit(cache=True)
def overload(load: Ints, demand: Ints, capacity: Ints, r: int, variant: int) -> int:
    """Return by how much more a route would be overloaded with one more visit."""
    more = 0
    for k in range(load.shape[1]):
        room = max(0, capacity[r, k] - load[r, k])
        more += max(0, demand[variant, k] - room)
    return more


@njit(cache=True)
def overloaded(load: Ints, capacity: Ints, r: int) -> int:
    """Return by how much a route is overloaded."""
    over = 0
    for k in range(load.shape[1]):
        over += max(0, load[r, k] - capacity[r, k])
    return over


@njit(cache=True)
def scan_plain(
    time_in: Ints,
    time_out: Ints,
    cost_in: Ints,
    cost_out: Ints,
    node: Ints,
    legs: Ints,
    prices: Ints,
    n: int,
    spare: int,
    window: Ints,
    first: int,
    end: int,
    service: int,
    early: int,
    late: int,
    size: int,
    slack: Ints,
    hungry_from: Ints,
    fed_from: Ints,
    hungry_by: Ints,
    fed_by: Ints,
) -> tuple[int, int]:
    """Return the cheapest insertion into a route timed by ``time_plain``, and its position."""
    best = NEVER
    where = -1
    before = node[0]
    for i in range(n + 1):
        after = node[i + 1]
        leg = time_in[before]
        onward = time_out[after]
        if leg + service + onward <= slack[i]:
            extra = cost_in[before] + cost_out[after] - prices[i]
            if extra < best and leg + onward - legs[i] <= spare:
                hungry, fed = hungry_from[i], fed_from[i]
                fed = fed + leg if fed < NEVER else NEVER
                if hungry < NEVER:
                    if hungry <= late:
                        fed = min(fed, max(hungry + leg, early) + size)
                    hungry = first_start(window, first, end, service, hungry + leg)
                    if hungry < NEVER:
                        hungry += service
                if fed < NEVER:
                    fed = first_start(window, first, end, service, fed)
                fits = fed < NEVER and fed + service + onward <= fed_by[i]
                if not fits and hungry < NEVER:
                    if hungry + onward <= hungry_by[i]:
                        fits = True
                    elif hungry <= late:
                        fits = max(hungry + onward, early) + size <= fed_by[i]
                if fits:
                    best = extra
                    where = i
        before = after
    return best, where


@njit(cache=True)
def scan_any(
    time_in: Ints,
    time_out: Ints,
    cost_in: Ints,
    cost_out: Ints,
    node: Ints,
    legs: Ints,
    prices: Ints,
    n: int,
    spare: int,
    window: Ints,
    first: int,
    end: int,
    service: int,
    block: Ints,
    lunch: Ints,
    size: int,
    slack: Ints,
    hungry_from: Ints,
    fed_from: Ints,
    hungry_by: Ints,
    fed_by: Ints,
) -> tuple[int, int]:
    """Return the cheapest insertion into a route timed by ``time_any``, and its position."""
    best = NEVER
    where = -1
    before = node[0]
    for i in range(n + 1):
        after = node[i + 1]
        leg = time_in[before]
        onward = time_out[after]
        if leg + service + onward <= slack[i]:
            extra = cost_in[before] + cost_out[after] - prices[i]
            if extra < best and leg + onward - legs[i] <= spare:
                hungry, fed = hungry_from[i], fed_from[i]
                if fed < NEVER:
                    fed = arrive(block, fed, leg)
                if hungry < NEVER:
                    fed = min(fed, arrive_fed(block, lunch, size, hungry, leg))
                    hungry = first_start(window, first, end, service, arrive(block, hungry, leg))
                    if hungry < NEVER:
                        hungry += service
                if fed < NEVER:
                    fed = first_start(window, first, end, service, fed)
                    if fed < NEVER:
                        fed += service
                if joins(block, lunch, size, hungry, fed, onward, hungry_by[i], fed_by[i]):
                    best = extra
                    where = i
        before = after
    return best, where
