"""Compiled placement: the best days and routes for one client, given everybody else's."""

from __future__ import annotations

from numba import njit

from visitroute.solve.core.arrays import NEVER_SEEN, Arrays, Plan
from visitroute.solve.core.clock import NEVER
from visitroute.solve.core.desk import Desk, touch_client, touch_route
from visitroute.solve.core.route import catch_up, put, take
from visitroute.solve.core.scan import overload, search_route

INFEASIBLE = 1e17

NUM_MARKED = 40
"""Neighbours of a client whose routes are tried, where not all are."""

FEW_ROUTES = 4
"""So many routes of a client on a day are all tried."""


@njit(cache=True)
def pick_variant(a: Arrays, client: int, before: int, day: int) -> int:
    """Return which length of service a visit has, given the day of the visit before (-1 none)."""
    table = a.variant_table[client]
    if table < 0:
        return 0
    return a.variant_pick[table + (before + 1) * len(a.day_offset) + day]


@njit(cache=True)
def mark_near(a: Arrays, p: Plan, w: Desk, client: int) -> int:
    """Mark the routes on which neighbours of a client are visited; return the mark, 0: try all."""
    if w.local[0] == 0:
        return 0
    w.local[1] += 1
    mark = w.local[1]
    near, count, route_of, marks = a.near, p.count, p.route_of, w.mark
    first = a.near_ptr[client]
    for q in range(first, min(a.near_ptr[client + 1], first + NUM_MARKED)):
        other = near[q]
        for v in range(count[other]):
            marks[route_of[other, v]] = mark
    return mark


@njit(cache=True)
def price_days(a: Arrays, p: Plan, w: Desk, client: int, group: int) -> None:
    """Fill in what a visit costs on each day, by variant, on the cheapest route of a group.

    A group that is kept to has few routes on a day: all are tried.

    ``reroute.cheapest_route`` asks the same of one day. Here fields are read once for all days:
    a call for each day makes the whole search 10-15 % slower.
    """
    first = a.variant_ptr[client]
    num_days = len(a.day_offset)
    access_ptr, access_route = a.access_ptr, a.access_route
    route_group, route_twin, load_cost = a.route_group, a.route_twin, a.load_cost
    length, version, widest = p.length, p.version, p.widest
    prices, day_price, bias = w.price, a.day_price, w.bias
    chosen, fine, opening = w.route, w.fine[0], w.opening[0]
    load, demand, capacity = p.load, a.variant_demand, a.route_capacity
    marks, mark = w.mark, mark_near(a, p, w, client) if group < 0 else 0
    for v in range(a.variant_ptr[client + 1] - first):
        known, costs = p.cache_version[first + v], p.cache_cost[first + v]
        service = a.variant_service[first + v]
        for day in range(num_days):
            row = client * num_days + day
            near = mark if access_ptr[row + 1] - access_ptr[row] > FEW_ROUTES else 0
            best = INFEASIBLE
            which = -1
            empty = -1
            for i in range(access_ptr[row], access_ptr[row + 1]):
                r = access_route[i]
                if group >= 0 and route_group[r] != group:
                    continue
                n = length[r]
                if service > widest[r]:
                    continue
                if n == 0:
                    if empty == route_twin[r]:
                        continue
                    empty = route_twin[r]
                elif near > 0 and marks[r] != near:
                    continue
                more = overload(load, demand, capacity, r, first + v)
                if more > 0 and fine == 0.0:
                    continue
                if known[r] != version[r]:
                    search_route(a, p, client, first + v, r)
                if costs[r] >= NEVER:
                    continue
                price = costs[r] + load_cost[r, n + 1] - load_cost[r, n]
                if n == 0:
                    price *= opening
                price += fine * more
                if price < best:
                    best = price
                    which = r
            chosen[v, day] = which
            if best < INFEASIBLE:
                best += day_price[client, day] + bias[day]
            prices[v, day] = best


@njit(cache=True)
def first_off(a: Arrays, client: int, ask: int, day: int) -> float:
    """Return the irregularity of the first planned visit."""
    at = a.day_offset[day]
    if a.last_visit[client] == NEVER_SEEN:
        return 0.0
    if a.late_from[client] == 1 and a.ask_index[ask] == 0:
        return a.irregularity[client] * at
    ideal = a.first_due[client] + a.ask_index[ask] * a.ideal_gap[client]
    return a.irregularity[client] * abs(at - ideal)


@njit(cache=True)
def chain(a: Arrays, w: Desk, client: int) -> float:
    """Choose the days of a client's requests in order; return the cost, days in ``ask_day``."""
    start, end = a.ask_ptr[client], a.ask_ptr[client + 1]
    count = end - start
    penalty, index, day_ptr, ask_day = a.ask_penalty, a.ask_index, a.ask_day_ptr, a.ask_day
    offset, prices, free, chosen = a.day_offset, w.price, w.free, w.ask_day
    costs, from_ask, from_day = w.best, w.from_ask, w.from_day
    last, least, most = a.last_visit[client], a.min_gap[client], a.max_gap[client]
    ideal_gap, price_off = a.ideal_gap[client], a.irregularity[client]
    first_due, late = a.first_due[client], a.late_from[client]
    table, pick, days = a.variant_table[client], a.variant_pick, len(a.day_offset)
    total = 0.0
    for i in range(count):
        total += penalty[start + i]
        chosen[i] = -1
    best, best_ask, best_day = total, -1, -1
    skipped_before = 0.0
    for i in range(count):
        ask = start + i
        for k in range(day_ptr[ask], day_ptr[ask + 1]):
            day = ask_day[k]
            at = offset[day]
            found, found_ask, found_day = INFEASIBLE, -1, -1
            if last == NEVER_SEEN or at - last >= least:
                v = 0 if table < 0 else pick[table + day]
                price = 0.0 if free[day] else prices[v, day]
                if price < INFEASIBLE:
                    off = 0.0
                    if last != NEVER_SEEN:
                        if late == 1 and index[ask] == 0:
                            off = price_off * at
                        else:
                            off = price_off * abs(at - first_due - index[ask] * ideal_gap)
                    found = price + skipped_before + off
            skipped = 0.0
            for j in range(i - 1, -1, -1):
                before = start + j
                intervals = index[ask] - index[before]
                for q in range(day_ptr[before], day_ptr[before + 1]):
                    other = ask_day[q]
                    gap = at - offset[other]
                    if gap < least or gap > intervals * most:
                        continue
                    if costs[j, other] >= INFEASIBLE:
                        continue
                    price = 0.0
                    if not free[day]:
                        v = 0 if table < 0 else pick[table + (other + 1) * days + day]
                        price = prices[v, day]
                        if price >= INFEASIBLE:
                            continue
                    off = abs(gap - intervals * ideal_gap)
                    cost = costs[j, other] + price + skipped + price_off * off
                    if cost < found:
                        found, found_ask, found_day = cost, j, other
                skipped += penalty[before]
            costs[i, day] = found
            from_ask[i, day] = found_ask
            from_day[i, day] = found_day
        skipped_before += penalty[ask]
        rest = total - skipped_before
        for k in range(day_ptr[ask], day_ptr[ask + 1]):
            day = ask_day[k]
            if costs[i, day] + rest < best:
                best, best_ask, best_day = costs[i, day] + rest, i, day
    while best_ask >= 0:
        chosen[best_ask] = best_day
        i = best_ask
        best_ask, best_day = from_ask[i, best_day], from_day[i, best_day]
    return best


@njit(cache=True)
def choose(a: Arrays, w: Desk, client: int) -> float:
    """Choose the days of a client from the prices on the desk; return the cost.

    ``ask_day`` and ``free`` (visits made for extras) say which days.
    """
    w.free[:] = 0
    cost = chain(a, w, client)
    extra_cost = 0.0
    count = a.ask_ptr[client + 1] - a.ask_ptr[client]
    for e in range(a.extra_ptr[client], a.extra_ptr[client + 1]):
        riding = -1
        for k in range(a.extra_day_ptr[e], a.extra_day_ptr[e + 1]):
            day = a.extra_day[k]
            if w.free[day]:
                riding = day
                break
            for i in range(count):
                if w.ask_day[i] == day:
                    riding = day
            if riding >= 0:
                break
        if riding >= 0:
            if not w.free[riding]:
                before = -1
                for i in range(count):
                    if w.ask_day[i] >= 0 and w.ask_day[i] < riding:
                        before = w.ask_day[i]
                # From now on this visit is needed, whatever happens to the requests.
                extra_cost += w.price[pick_variant(a, client, before, riding), riding]
                w.free[riding] = 1
                cost = chain(a, w, client)
            continue
        best, best_day = cost + extra_cost + a.extra_penalty[e], -1
        for i in range(count):
            w.keep_day[i] = w.ask_day[i]
        keep_cost = cost
        best_price = 0.0
        for k in range(a.extra_day_ptr[e], a.extra_day_ptr[e + 1]):
            day = a.extra_day[k]
            price = w.price[pick_variant(a, client, -1, day), day]
            if price >= INFEASIBLE:
                continue
            w.free[day] = 1
            tried = chain(a, w, client)
            w.free[day] = 0
            if tried + extra_cost + price < best:
                best, best_day, best_price = tried + extra_cost + price, day, price
                keep_cost = tried
                for i in range(count):
                    w.keep_day[i] = w.ask_day[i]
        for i in range(count):
            w.ask_day[i] = w.keep_day[i]
        cost = keep_cost
        if best_day < 0:
            extra_cost += a.extra_penalty[e]
        else:
            w.free[best_day] = 1
            extra_cost += best_price
    return cost + extra_cost


@njit(cache=True)
def choose_pattern(a: Arrays, w: Desk, client: int) -> float:
    """Choose the cheapest day pattern of a client; ``pattern`` says which, -1: none."""
    start = a.ask_ptr[client]
    best, chosen = a.ask_penalty[start], -1
    for q in range(a.pattern_ptr[client], a.pattern_ptr[client + 1]):
        cost = a.pattern_price[q]
        for k in range(a.pattern_day_ptr[q], a.pattern_day_ptr[q + 1]):
            cost += w.price[a.pattern_variant[k], a.pattern_day[k]]
            if cost >= best:
                break
        if cost < best:
            best, chosen = cost, q
    w.pattern[0] = chosen
    return best


@njit(cache=True)
def choose_days(a: Arrays, w: Desk, client: int) -> float:
    """Choose the days of any client from the prices on the desk."""
    if a.pattern_ptr[client + 1] > a.pattern_ptr[client]:
        return choose_pattern(a, w, client)
    return choose(a, w, client)


@njit(cache=True)
def insert_client(a: Arrays, p: Plan, keep: Plan, w: Desk, client: int) -> None:
    """Put a client that is on no route on its best days and routes."""
    groups = a.group_ptr[client + 1] - a.group_ptr[client]
    chosen = -1
    if groups == 1:
        chosen = a.group_of[a.group_ptr[client]]
    elif groups > 1:
        best = INFEASIBLE
        for g in range(a.group_ptr[client], a.group_ptr[client + 1]):
            price_days(a, p, w, client, a.group_of[g])
            cost = choose_days(a, w, client)
            if chosen < 0 or cost < best:
                best, chosen = cost, a.group_of[g]
    price_days(a, p, w, client, chosen)
    choose_days(a, w, client)
    w.days[:] = 0
    if a.pattern_ptr[client + 1] > a.pattern_ptr[client]:
        q = w.pattern[0]
        if q >= 0:
            for k in range(a.pattern_day_ptr[q], a.pattern_day_ptr[q + 1]):
                w.days[a.pattern_day[k]] = 1
                w.variant[a.pattern_day[k]] = a.pattern_variant[k]
    else:
        for i in range(a.ask_ptr[client + 1] - a.ask_ptr[client]):
            if w.ask_day[i] >= 0:
                w.days[w.ask_day[i]] = 1
        for day in range(len(a.day_offset)):
            if w.free[day]:
                w.days[day] = 1
    visit_days(a, p, keep, w, client)


@njit(cache=True)
def visit_days(a: Arrays, p: Plan, keep: Plan, w: Desk, client: int) -> None:
    """Put a client on the days marked on the desk, then settle what it leaves out."""
    before = -1
    num_days = len(a.day_offset)
    first = a.variant_ptr[client]
    by_pattern = a.pattern_ptr[client + 1] > a.pattern_ptr[client]
    p.count[client] = 0
    for day in range(num_days):
        if not w.days[day]:
            continue
        v = w.variant[day] if by_pattern else pick_variant(a, client, before, day)
        chosen = w.route[v, day]
        if chosen < 0 and v > 0 and not by_pattern:
            v = 0  # without the tasks that might ride along
            chosen = w.route[v, day]
        if chosen < 0:
            w.days[day] = 0
            continue
        touch_route(p, keep, w, chosen)
        put(
            a,
            p,
            client,
            first + v,
            chosen,
            p.cache_position[first + v, chosen],
        )
        n = p.count[client]
        p.route_of[client, n] = chosen
        p.count[client] = n + 1
        before = day
    settle(a, p, w, client)


@njit(cache=True)
def settle(a: Arrays, p: Plan, w: Desk, client: int) -> None:
    """Work out what a client on the days marked on the desk leaves out, and its soft costs."""
    soft = 0.0
    penalty = 0.0
    p.left_out[client, :] = 0
    for day in range(len(a.day_offset)):
        if w.days[day]:
            soft += a.day_price[client, day]
    start, end = a.ask_ptr[client], a.ask_ptr[client + 1]
    if a.pattern_ptr[client + 1] > a.pattern_ptr[client]:
        q = w.pattern[0]
        whole = q >= 0
        p.day_of[start] = q if whole else -1
        if whole:
            for k in range(a.pattern_day_ptr[q], a.pattern_day_ptr[q + 1]):
                if not w.days[a.pattern_day[k]]:
                    whole = False
        if whole:
            # A pattern that leaves a part out charges for it.
            if a.pattern_weight[q] > 0:
                penalty += a.pattern_price[q]
                p.left_out[client, a.ask_tier[start]] += a.pattern_weight[q]
            else:
                soft += a.pattern_price[q]
        else:
            penalty += a.ask_penalty[start]
            p.left_out[client, a.ask_tier[start]] += a.ask_weight[start]
        p.penalty[client], p.soft[client] = penalty, soft
        return
    last, last_index = -1, 0
    for i in range(end - start):
        ask = start + i
        day = w.ask_day[i]
        if day < 0 or not w.days[day]:
            w.ask_day[i] = -1
            p.day_of[ask] = -1
            if a.ask_weight[ask] == 0:
                soft += a.ask_penalty[ask]  # a price to be traded, no rank
            else:
                penalty += a.ask_penalty[ask]
            p.left_out[client, a.ask_tier[ask]] += a.ask_weight[ask]
            continue
        p.day_of[ask] = day
        if last < 0:
            soft += first_off(a, client, ask, day)
        else:
            gap = a.day_offset[day] - a.day_offset[last]
            ideal = (a.ask_index[ask] - last_index) * a.ideal_gap[client]
            soft += a.irregularity[client] * abs(gap - ideal)
        last, last_index = day, a.ask_index[ask]
    for e in range(a.extra_ptr[client], a.extra_ptr[client + 1]):
        met = False
        for k in range(a.extra_day_ptr[e], a.extra_day_ptr[e + 1]):
            if w.days[a.extra_day[k]]:
                met = True
                break
        if not met:
            penalty += a.extra_penalty[e]
            p.left_out[client, a.extra_tier[e]] += a.extra_weight[e]
    p.penalty[client], p.soft[client] = penalty, soft


@njit(cache=True)
def remove_client(a: Arrays, p: Plan, keep: Plan, w: Desk, client: int) -> None:
    """Take a client off all routes; the routes are marked dirty and still to be retimed."""
    touch_client(a, p, keep, w, client)
    for i in range(p.count[client]):
        r = p.route_of[client, i]
        touch_route(p, keep, w, r)
        take(a, p, client, r)
        w.dirty[r] = 1
    p.count[client] = 0


@njit(cache=True)
def retime_dirty(a: Arrays, p: Plan, w: Desk) -> None:
    """Retime the routes that are marked dirty."""
    for r in range(len(w.dirty)):
        if w.dirty[r]:
            catch_up(a, p, r)
            w.dirty[r] = 0
