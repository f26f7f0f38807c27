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
    days = len(a.day_offset)
    day, m = a.route_day[r], a.route_matrix[r]
    size = a.route_lunch[r]
    block = a.block[a.block_ptr[r] : a.block_ptr[r + 1]]
    lunch = a.lunch[a.lunch_ptr[r] : a.lunch_ptr[r + 1]]
    window, window_ptr = a.window, a.window_ptr
    visits, services = p.visit[r], p.service[r]
    client_node, demand, variants = a.client_node, a.variant_demand, p.variant[r]
    time, costs = a.time[m], a.cost[m]
    hungry_from, fed_from = p.hungry_from[r], p.fed_from[r]
    hungry_by, fed_by = p.hungry_by[r], p.fed_by[r]
    load = p.load[r]
    p.counter[0] += 1
    p.version[r] = p.counter[0]
    hungry, fed = NEVER, a.route_open[r]
    if size > 0:
        hungry = a.route_open[r]
        fed = max(a.route_open[r], lunch_from(lunch, 0) + size)
    hungry_from[0], fed_from[0] = hungry, fed
    node = a.route_start[r]
    travel = 0
    cost = a.route_fixed[r] if n > 0 else 0
    load[:] = 0
    for i in range(n):
        client, service = visits[i], services[i]
        row = client * days + day
        first, end = window_ptr[row], window_ptr[row + 1]
        to = client_node[client]
        leg = time[node, to]
        travel += leg
        cost += costs[node, to]
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
        for k in range(len(load)):
            load[k] += demand[variants[i], k]
        node = to
    if n > 0:
        leg = time[node, a.route_end[r]]
        travel += leg
        cost += costs[node, a.route_end[r]]
    p.travel[r] = travel
    p.travel_cost[r] = cost

    fed, hungry = a.route_close[r], -NEVER
    if size > 0:
        hungry = min(a.route_close[r], lunch[len(lunch) - 1, 1])
    hungry_by[n], fed_by[n] = hungry, fed
    node = a.route_end[r]
    for i in range(n - 1, -1, -1):
        client, service = visits[i], services[i]
        row = client * days + day
        first, end = window_ptr[row], window_ptr[row + 1]
        here = client_node[client]
        leg = time[here, node]
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
        node = here
    if n > a.route_limit[r] or travel > a.route_travel[r]:
        return False
    for k in range(len(load)):
        if load[k] > a.route_capacity[r, k]:
            return False
    to = client_node[visits[0]] if n > 0 else a.route_end[r]
    return joins(
        block,
        lunch,
        size,
        hungry_from[0],
        fed_from[0],
        time[a.route_start[r], to],
        hungry_by[0],
        fed_by[0],
    )


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
def search_route(a: Arrays, p: Plan, client: int, variant: int, r: int) -> None:
    """Write the cheapest feasible insertion of a visit into the cache; cost NEVER for none."""
    p.cache_version[variant, r] = p.version[r]
    p.cache_cost[variant, r] = NEVER
    n = p.length[r]
    if n >= a.route_limit[r]:
        return
    for k in range(p.load.shape[1]):
        if p.load[r, k] + a.variant_demand[variant, k] > a.route_capacity[r, k]:
            return
    m = a.route_matrix[r]
    time, costs = a.time[m], a.cost[m]
    client_node, visits = a.client_node, p.visit[r]
    hungry_from, fed_from = p.hungry_from[r], p.fed_from[r]
    hungry_by, fed_by = p.hungry_by[r], p.fed_by[r]
    block = a.block[a.block_ptr[r] : a.block_ptr[r + 1]]
    lunch = a.lunch[a.lunch_ptr[r] : a.lunch_ptr[r + 1]]
    size = a.route_lunch[r]
    window = a.window
    row = client * len(a.day_offset) + a.route_day[r]
    first, end = a.window_ptr[row], a.window_ptr[row + 1]
    node = client_node[client]
    service = a.variant_service[variant]
    travel, most = p.travel[r], a.route_travel[r]
    before = a.route_start[r]
    last = a.route_end[r]
    best = NEVER
    where = -1
    for i in range(n + 1):
        after = client_node[visits[i]] if i < n else last
        extra = costs[before, node] + costs[node, after]
        direct = 0
        if n > 0:
            extra -= costs[before, after]
            direct = time[before, after]
        if extra < best:
            leg = time[before, node]
            onward = time[node, after]
            if travel + leg + onward - direct <= most:
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
    if where >= 0:
        p.cache_cost[variant, r] = best + (a.route_fixed[r] if n == 0 else 0)
        p.cache_position[variant, r] = where


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
