"""Compiled changes of a route: a visit put in or taken out, and the times that follow."""

from __future__ import annotations

from numba import njit

from visitroute.solve.core.arrays import SEVERAL, UNCHANGED, Arrays, Ints, Plan
from visitroute.solve.core.clock import NEVER, joins, lunch_from, time_any, time_plain


@njit(cache=True)
def retime(a: Arrays, p: Plan, r: int) -> bool:
    """Work out everything about a route from its visits; return whether it can be kept."""
    n = p.length[r]
    m = a.route_matrix[r]
    size = a.route_lunch[r]
    lunch = a.lunch[a.lunch_ptr[r] : a.lunch_ptr[r + 1]]
    node, legs, prices = p.node[r], p.leg_time[r], p.leg_cost[r]
    here = a.route_start[r]
    node[0] = here
    for i in range(n):
        to = a.client_node[p.visit[r, i]]
        node[i + 1] = to
        legs[i], prices[i] = a.time[m, here, to], a.cost[m, here, to]
        here = to
        note_windows(a, p, r, i)
    to = a.route_end[r]
    node[n + 1] = to
    legs[n] = a.time[m, here, to] if n > 0 else 0
    prices[n] = a.cost[m, here, to] if n > 0 else 0
    travel = 0
    cost = a.route_fixed[r] if n > 0 else 0
    for i in range(n + 1):
        travel += legs[i]
        cost += prices[i]
    p.travel[r] = travel
    p.travel_cost[r] = cost
    load = p.load[r]
    for k in range(len(load)):
        load[k] = 0
        for i in range(n):
            load[k] += a.variant_demand[p.variant[r, i], k]
    p.hungry_from[r, 0], p.fed_from[r, 0] = NEVER, a.route_open[r]
    p.hungry_by[r, n], p.fed_by[r, n] = -NEVER, a.route_close[r]
    if size > 0:
        p.hungry_from[r, 0] = a.route_open[r]
        p.fed_from[r, 0] = max(a.route_open[r], lunch_from(lunch, 0) + size)
        p.hungry_by[r, n] = min(a.route_close[r], lunch[len(lunch) - 1, 1])
    time_from(a, p, r, 0, n, n - 1)
    if n > a.route_limit[r] or travel > a.route_travel[r]:
        return False
    for k in range(len(load)):
        if load[k] > a.route_capacity[r, k]:
            return False
    return joins(
        a.block[a.block_ptr[r] : a.block_ptr[r + 1]],
        lunch,
        size,
        p.hungry_from[r, 0],
        p.fed_from[r, 0],
        a.time[m, node[0], to] if n == 0 else legs[0],
        p.hungry_by[r, 0],
        p.fed_by[r, 0],
    )


@njit(cache=True)
def note_windows(a: Arrays, p: Plan, r: int, i: int) -> None:
    """Write between when the service of a visit may begin."""
    row = p.visit[r, i] * len(a.day_offset) + a.route_day[r]
    first = a.window_ptr[row]
    if a.window_ptr[row + 1] == first + 1 and a.window[first, 1] >= p.service[r, i]:
        p.opens[r, i] = a.window[first, 0]
        p.shuts[r, i] = a.window[first, 1] - p.service[r, i]
    else:
        p.opens[r, i], p.shuts[r, i] = 0, SEVERAL


@njit(cache=True)
def time_from(a: Arrays, p: Plan, r: int, low: int, high: int, back: int) -> None:
    """Work out times after a change of the visits ``low`` to ``high``, arrivals from ``back``."""
    n = p.length[r]
    size = a.route_lunch[r]
    lunch_first, lunch_end = a.lunch_ptr[r], a.lunch_ptr[r + 1]
    hungry_from, fed_from = p.hungry_from[r], p.fed_from[r]
    hungry_by, fed_by = p.hungry_by[r], p.fed_by[r]
    p.counter[0] += 1
    p.version[r] = p.counter[0]
    p.changed_from[r], p.changed_to[r] = UNCHANGED, -1
    if a.route_plain[r]:
        early, late = 0, 0
        if size > 0:
            early, late = a.lunch[lunch_first, 0], a.lunch[lunch_first, 1]
        time_plain(
            a.window_ptr,
            a.window,
            len(a.day_offset),
            a.route_day[r],
            early,
            late,
            size,
            n,
            p.visit[r],
            p.service[r],
            p.opens[r],
            p.shuts[r],
            p.leg_time[r],
            hungry_from,
            fed_from,
            hungry_by,
            fed_by,
            low,
            high,
            back,
        )
    else:
        time_any(
            a.window_ptr,
            a.window,
            len(a.day_offset),
            a.route_day[r],
            a.block[a.block_ptr[r] : a.block_ptr[r + 1]],
            a.lunch[lunch_first:lunch_end],
            size,
            n,
            p.visit[r],
            p.service[r],
            p.leg_time[r],
            hungry_from,
            fed_from,
            hungry_by,
            fed_by,
            low,
            high,
            back,
        )
    p.widest[r] = leeway(n, size, hungry_from, fed_from, hungry_by, fed_by, p.slack[r])


@njit(cache=True)
def leeway(
    n: int,
    size: int,
    hungry_from: Ints,
    fed_from: Ints,
    hungry_by: Ints,
    fed_by: Ints,
    slack: Ints,
) -> int:
    """Write how much time each position could give at most; return the largest."""
    widest = -NEVER
    for i in range(n + 1):
        most = max(fed_by[i] - fed_from[i], max(hungry_by[i], fed_by[i] - size) - hungry_from[i])
        slack[i] = most
        widest = max(widest, most)
    return widest


@njit(cache=True)
def widen(row: Ints, at: int, end: int) -> None:
    """Move the entries from ``at`` up to before ``end`` one place on."""
    for i in range(end, at, -1):
        row[i] = row[i - 1]


@njit(cache=True)
def close_up(row: Ints, at: int, end: int) -> None:
    """Move the entries after ``at`` up to ``end`` one place back, over the one at ``at``."""
    for i in range(at, end):
        row[i] = row[i + 1]


@njit(cache=True)
def put(a: Arrays, p: Plan, client: int, variant: int, r: int, position: int) -> None:
    """Put a visit into a route and work out the times that change."""
    n = p.length[r]
    m = a.route_matrix[r]
    widen(p.visit[r], position, n)
    widen(p.service[r], position, n)
    widen(p.variant[r], position, n)
    widen(p.opens[r], position, n)
    widen(p.shuts[r], position, n)
    node, legs, prices = p.node[r], p.leg_time[r], p.leg_cost[r]
    widen(node, position + 1, n + 2)
    widen(legs, position, n + 1)
    widen(prices, position, n + 1)
    widen(p.hungry_from[r], position, n + 1)
    widen(p.fed_from[r], position, n + 1)
    widen(p.hungry_by[r], position, n + 1)
    widen(p.fed_by[r], position, n + 1)
    place = a.client_node[client]
    before, after = node[position], node[position + 2]
    node[position + 1] = place
    travel, cost = p.travel[r] - legs[position], p.travel_cost[r] - prices[position]
    legs[position] = a.time[m, before, place]
    legs[position + 1] = a.time[m, place, after]
    prices[position] = a.cost[m, before, place]
    prices[position + 1] = a.cost[m, place, after]
    p.travel[r] = travel + legs[position] + legs[position + 1]
    p.travel_cost[r] = cost + prices[position] + prices[position + 1]
    if n == 0:
        p.travel_cost[r] += a.route_fixed[r]
    p.visit[r, position] = client
    p.service[r, position] = a.variant_service[variant]
    p.variant[r, position] = variant
    p.length[r] = n + 1
    for k in range(p.load.shape[1]):
        p.load[r, k] += a.variant_demand[variant, k]
    note_windows(a, p, r, position)
    time_from(a, p, r, position, position + 1, position)


@njit(cache=True)
def may_use(a: Arrays, client: int, r: int) -> bool:
    """Tell whether a route may visit a client."""
    row = client * len(a.day_offset) + a.route_day[r]
    found = False
    for q in range(a.access_ptr[row], a.access_ptr[row + 1]):
        found = found or a.access_route[q] == r
    return found


@njit(cache=True)
def place_on(p: Plan, client: int, r: int) -> int:
    """Return the position of a client on a route."""
    at = 0
    while p.visit[r, at] != client:
        at += 1
    return at


@njit(cache=True)
def take(a: Arrays, p: Plan, client: int, r: int) -> None:
    """Take a client's visit out of a route, which is still to be timed by ``catch_up``."""
    n = p.length[r]
    m = a.route_matrix[r]
    at = place_on(p, client, r)
    variant = p.variant[r, at]
    close_up(p.visit[r], at, n - 1)
    close_up(p.service[r], at, n - 1)
    close_up(p.variant[r], at, n - 1)
    close_up(p.opens[r], at, n - 1)
    close_up(p.shuts[r], at, n - 1)
    node, legs, prices = p.node[r], p.leg_time[r], p.leg_cost[r]
    travel = p.travel[r] - legs[at] - legs[at + 1]
    cost = p.travel_cost[r] - prices[at] - prices[at + 1]
    before, after = node[at], node[at + 2]
    close_up(node, at + 1, n + 1)
    close_up(legs, at, n)
    close_up(prices, at, n)
    close_up(p.hungry_from[r], at + 1, n)
    close_up(p.fed_from[r], at + 1, n)
    close_up(p.hungry_by[r], at, n)
    close_up(p.fed_by[r], at, n)
    legs[at] = a.time[m, before, after] if n > 1 else 0
    prices[at] = a.cost[m, before, after] if n > 1 else 0
    p.travel[r] = travel + legs[at]
    p.travel_cost[r] = cost + prices[at]
    if n == 1:
        p.travel_cost[r] -= a.route_fixed[r]
    for k in range(p.load.shape[1]):
        p.load[r, k] -= a.variant_demand[variant, k]
    p.length[r] = n - 1
    last = p.changed_to[r]
    p.changed_from[r] = min(p.changed_from[r], at)
    p.changed_to[r] = last - 1 if at < last else at


@njit(cache=True)
def catch_up(a: Arrays, p: Plan, r: int) -> None:
    """Work out the times of a route that visits were taken out of."""
    last = p.changed_to[r]
    if last >= 0:
        time_from(a, p, r, p.changed_from[r], last, last - 1)
