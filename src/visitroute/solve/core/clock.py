"""Compiled timing of route days: the rules of ``dayroute`` on arrays.

Earliest departures run forward, latest arrivals backward, each with lunch still to come
(hungry) and lunch taken (fed); with both an insertion is tested in constant time.
"""

from __future__ import annotations

from numba import njit

from visitroute.solve.core.arrays import Arrays, Ints, Plan

NEVER = 10**12


@njit(cache=True)
def arrive(block: Ints, leave: int, travel: int) -> int:
    """Return when a way that begins at ``leave`` ends; meetings pause it."""
    now = leave + travel
    for b in range(len(block)):
        if block[b, 1] > leave and block[b, 0] < now:
            now += block[b, 1] - max(block[b, 0], leave)
    return now


@njit(cache=True)
def lunch_from(lunch: Ints, now: int) -> int:
    """Return the earliest second from ``now`` on at which lunch may begin, or NEVER."""
    for i in range(len(lunch)):
        if now <= lunch[i, 1]:
            return max(now, lunch[i, 0])
    return NEVER


@njit(cache=True)
def arrive_fed(block: Ints, lunch: Ints, size: int, leave: int, travel: int) -> int:
    """Return the earliest arrival of a way on which lunch is taken too, or NEVER."""
    begin = lunch_from(lunch, leave)
    if begin >= NEVER:
        return NEVER
    if len(block) == 0:
        return max(leave + travel, begin) + size
    if begin >= arrive(block, leave, travel):
        return begin + size
    # Lunch is one more pause among the meetings, which it never overlaps.
    now = leave + travel
    eaten = False
    for b in range(len(block)):
        if not eaten and begin < block[b, 0]:
            if begin < now:
                now += size
            eaten = True
        if block[b, 1] > leave and block[b, 0] < now:
            now += block[b, 1] - max(block[b, 0], leave)
    if not eaten and begin < now:
        now += size
    return now


@njit(cache=True)
def leave_by(block: Ints, arrival: int, travel: int) -> int:
    """Return the latest departure that arrives by ``arrival``."""
    left = travel
    now = arrival
    for b in range(len(block) - 1, -1, -1):
        if block[b, 0] >= now:
            continue
        if block[b, 1] <= now:
            if now - block[b, 1] >= left:
                break
            left -= now - block[b, 1]
        now = block[b, 0]
    return now - left


@njit(cache=True)
def leave_fed_by(block: Ints, lunch: Ints, size: int, arrival: int, travel: int) -> int:
    """Return the latest departure that takes lunch on the way and arrives by ``arrival``."""
    if len(block) == 0 and len(lunch) == 1:
        if arrival < lunch[0, 0] + size:
            return -NEVER
        return min(arrival - size - travel, lunch[0, 1])
    if arrival <= 0 or arrive_fed(block, lunch, size, 0, travel) > arrival:
        return -NEVER
    low, high = 0, arrival
    while low < high:
        middle = (low + high + 1) // 2
        if arrive_fed(block, lunch, size, middle, travel) <= arrival:
            low = middle
        else:
            high = middle - 1
    return low


@njit(cache=True)
def first_start(window: Ints, first: int, end: int, service: int, now: int) -> int:
    """Return the earliest second from ``now`` on at which service may begin, or NEVER.

    The windows are rows ``first`` to ``end`` of ``window``.
    """
    for w in range(first, end):
        begin = max(now, window[w, 0])
        if window[w, 1] < 0:
            if begin == window[w, 0] and begin + service <= -window[w, 1]:
                return begin
        elif begin + service <= window[w, 1]:
            return begin
    return NEVER


@njit(cache=True)
def last_start(window: Ints, first: int, end: int, service: int, by: int) -> int:
    """Return the latest second up to ``by`` at which service may begin, or -NEVER."""
    for w in range(end - 1, first - 1, -1):
        start, last = window[w, 0], window[w, 1] - service
        if window[w, 1] < 0:
            last = start if start + service <= -window[w, 1] else -NEVER
        if by >= start and last >= start:
            return min(by, last)
    return -NEVER


@njit(cache=True)
def retime(a: Arrays, p: Plan, r: int) -> bool:
    """Work out times, travel and load of a route anew; return whether it can be kept."""
    n = p.length[r]
    m = a.route_matrix[r]
    size = a.route_lunch[r]
    block = a.block[a.block_ptr[r] : a.block_ptr[r + 1]]
    lunch = a.lunch[a.lunch_ptr[r] : a.lunch_ptr[r + 1]]
    p.counter[0] += 1
    p.version[r] = p.counter[0]
    node, legs = p.node[r], p.leg_time[r]
    direct = measure(
        a.time[m],
        a.cost[m],
        a.client_node,
        a.route_start[r],
        a.route_end[r],
        n,
        p.visit[r],
        node,
        legs,
        p.leg_cost[r],
    )
    travel = 0
    cost = a.route_fixed[r] if n > 0 else 0
    for i in range(n + 1):
        travel += legs[i]
        cost += p.leg_cost[r, i]
    p.travel[r] = travel
    p.travel_cost[r] = cost
    load = p.load[r]
    for k in range(len(load)):
        load[k] = 0
        for i in range(n):
            load[k] += a.variant_demand[p.variant[r, i], k]
    hungry_from, fed_from = p.hungry_from[r], p.fed_from[r]
    hungry_by, fed_by = p.hungry_by[r], p.fed_by[r]
    hungry_from[0], fed_from[0] = NEVER, a.route_open[r]
    hungry_by[n], fed_by[n] = -NEVER, a.route_close[r]
    if size > 0:
        hungry_from[0] = a.route_open[r]
        fed_from[0] = max(a.route_open[r], lunch_from(lunch, 0) + size)
        hungry_by[n] = min(a.route_close[r], lunch[len(lunch) - 1, 1])
    row = len(a.day_offset)
    if a.route_plain[r]:
        early, late = 0, 0
        if size > 0:
            early, late = lunch[0, 0], lunch[0, 1]
        time_plain(
            a.window_ptr,
            a.window,
            row,
            a.route_day[r],
            early,
            late,
            size,
            n,
            p.visit[r],
            p.service[r],
            legs,
            hungry_from,
            fed_from,
            hungry_by,
            fed_by,
        )
    else:
        time_any(
            a.window_ptr,
            a.window,
            row,
            a.route_day[r],
            block,
            lunch,
            size,
            n,
            p.visit[r],
            p.service[r],
            legs,
            hungry_from,
            fed_from,
            hungry_by,
            fed_by,
        )
    if n > a.route_limit[r] or travel > a.route_travel[r]:
        return False
    for k in range(len(load)):
        if load[k] > a.route_capacity[r, k]:
            return False
    return joins(
        block,
        lunch,
        size,
        hungry_from[0],
        fed_from[0],
        direct if n == 0 else legs[0],
        hungry_by[0],
        fed_by[0],
    )


@njit(cache=True)
def measure(
    time: Ints,
    cost: Ints,
    client_node: Ints,
    start: int,
    end: int,
    n: int,
    visits: Ints,
    node: Ints,
    legs: Ints,
    prices: Ints,
) -> int:
    """Write places and legs of a route; return the seconds of the way from start to end."""
    node[0] = start
    here = start
    for i in range(n):
        to = client_node[visits[i]]
        node[i + 1] = to
        legs[i] = time[here, to]
        prices[i] = cost[here, to]
        here = to
    node[n + 1] = end
    legs[n] = time[here, end] if n > 0 else 0
    prices[n] = cost[here, end] if n > 0 else 0
    return time[start, end]


@njit(cache=True)
def time_plain(
    window_ptr: Ints,
    window: Ints,
    days: int,
    day: int,
    early: int,
    late: int,
    size: int,
    n: int,
    visits: Ints,
    services: Ints,
    legs: Ints,
    hungry_from: Ints,
    fed_from: Ints,
    hungry_by: Ints,
    fed_by: Ints,
) -> None:
    """Write the times of a route without meetings, with one window for lunch or none."""
    hungry, fed = hungry_from[0], fed_from[0]
    for i in range(n):
        leg, service = legs[i], services[i]
        row = visits[i] * days + day
        first, end = window_ptr[row], window_ptr[row + 1]
        fed = fed + leg if fed < NEVER else NEVER
        if hungry < NEVER:
            if hungry <= late:
                fed = min(fed, max(hungry + leg, early) + size)
            hungry = first_start(window, first, end, service, hungry + leg)
            if hungry < NEVER:
                hungry += service
        if fed < NEVER:
            fed = first_start(window, first, end, service, fed)
            if fed < NEVER:
                fed += service
        hungry_from[i + 1], fed_from[i + 1] = hungry, fed
    hungry, fed = hungry_by[n], fed_by[n]
    for i in range(n - 1, -1, -1):
        leg, service = legs[i + 1], services[i]
        row = visits[i] * days + day
        first, end = window_ptr[row], window_ptr[row + 1]
        leave_fed = -NEVER
        leave_hungry = -NEVER
        if fed > -NEVER:
            leave_fed = fed - leg
            if size > 0 and fed >= early + size:
                leave_hungry = min(fed - size - leg, late)
        if hungry > -NEVER:
            leave_hungry = max(leave_hungry, hungry - leg)
        fed = last_start(window, first, end, service, leave_fed - service)
        hungry = last_start(window, first, end, service, leave_hungry - service)
        hungry_by[i], fed_by[i] = hungry, fed


@njit(cache=True)
def time_any(
    window_ptr: Ints,
    window: Ints,
    days: int,
    day: int,
    block: Ints,
    lunch: Ints,
    size: int,
    n: int,
    visits: Ints,
    services: Ints,
    legs: Ints,
    hungry_from: Ints,
    fed_from: Ints,
    hungry_by: Ints,
    fed_by: Ints,
) -> None:
    """Write the times of a route with meetings or several windows for lunch."""
    hungry, fed = hungry_from[0], fed_from[0]
    for i in range(n):
        leg, service = legs[i], services[i]
        row = visits[i] * days + day
        first, end = window_ptr[row], window_ptr[row + 1]
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
        hungry_from[i + 1], fed_from[i + 1] = hungry, fed
    hungry, fed = hungry_by[n], fed_by[n]
    for i in range(n - 1, -1, -1):
        leg, service = legs[i + 1], services[i]
        row = visits[i] * days + day
        first, end = window_ptr[row], window_ptr[row + 1]
        leave_fed = -NEVER
        leave_hungry = -NEVER
        if fed > -NEVER:
            leave_fed = leave_by(block, fed, leg)
            if size > 0:
                leave_hungry = leave_fed_by(block, lunch, size, fed, leg)
        if hungry > -NEVER:
            leave_hungry = max(leave_hungry, leave_by(block, hungry, leg))
        fed = last_start(window, first, end, service, leave_fed - service)
        hungry = last_start(window, first, end, service, leave_hungry - service)
        hungry_by[i], fed_by[i] = hungry, fed


@njit(cache=True)
def joins(
    block: Ints,
    lunch: Ints,
    size: int,
    hungry: int,
    fed: int,
    leg: int,
    hungry_by: int,
    fed_by: int,
) -> bool:
    """Tell whether leaving at these times arrives by the latest times of the next stop."""
    if fed < NEVER and arrive(block, fed, leg) <= fed_by:
        return True
    if hungry >= NEVER:
        return False
    if arrive(block, hungry, leg) <= hungry_by:
        return True
    return arrive_fed(block, lunch, size, hungry, leg) <= fed_by


@njit(cache=True)
def put(a: Arrays, p: Plan, client: int, variant: int, r: int, position: int) -> None:
    """Put a visit into a route and retime it."""
    n = p.length[r]
    for i in range(n, position, -1):
        p.visit[r, i] = p.visit[r, i - 1]
        p.service[r, i] = p.service[r, i - 1]
        p.variant[r, i] = p.variant[r, i - 1]
    p.visit[r, position] = client
    p.service[r, position] = a.variant_service[variant]
    p.variant[r, position] = variant
    p.length[r] = n + 1
    retime(a, p, r)


@njit(cache=True)
def take(p: Plan, client: int, r: int) -> None:
    """Take a client's visit out of a route, which is still to be retimed."""
    n = p.length[r]
    at = 0
    while p.visit[r, at] != client:
        at += 1
    for i in range(at, n - 1):
        p.visit[r, i] = p.visit[r, i + 1]
        p.service[r, i] = p.service[r, i + 1]
        p.variant[r, i] = p.variant[r, i + 1]
    p.length[r] = n - 1
