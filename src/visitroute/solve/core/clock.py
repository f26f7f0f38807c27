"""Compiled timing of route days: the rules of ``dayroute`` on arrays.

Earliest departures run forward, latest arrivals backward, each with lunch still to come
(hungry) and lunch taken (fed); with both an insertion is tested in constant time. After a
change, times are worked out from there on, until they are what they were.
"""

from __future__ import annotations

from numba import njit

from visitroute.solve.core.arrays import SEVERAL, Ints

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
def begin_by(
    window: Ints, first: int, end: int, opens: int, shuts: int, service: int, now: int
) -> int:
    """Return ``first_start``, without a look at the windows where there is only one."""
    if shuts == SEVERAL:
        return first_start(window, first, end, service, now)
    begin = max(now, opens)
    return begin if begin <= shuts else NEVER


@njit(cache=True)
def begin_until(
    window: Ints, first: int, end: int, opens: int, shuts: int, service: int, by: int
) -> int:
    """Return ``last_start``, without a look at the windows where there is only one."""
    if shuts == SEVERAL:
        return last_start(window, first, end, service, by)
    return min(by, shuts) if by >= opens and shuts >= opens else -NEVER


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
    opens: Ints,
    shuts: Ints,
    legs: Ints,
    hungry_from: Ints,
    fed_from: Ints,
    hungry_by: Ints,
    fed_by: Ints,
    low: int,
    high: int,
    back: int,
) -> None:
    """Write the times of a route without meetings, with one window for lunch or none.

    Departures from visit ``low`` on, at least to ``high``; arrivals from visit ``back``
    down, at least to ``low``; further on each while they change.
    """
    first, end = 0, 0
    hungry, fed = hungry_from[low], fed_from[low]
    for i in range(low, n):
        leg, service, opening, shutting = legs[i], services[i], opens[i], shuts[i]
        if shutting == SEVERAL:
            row = visits[i] * days + day
            first, end = window_ptr[row], window_ptr[row + 1]
        fed = fed + leg if fed < NEVER else NEVER
        if hungry < NEVER:
            if hungry <= late:
                fed = min(fed, max(hungry + leg, early) + size)
            hungry = begin_by(window, first, end, opening, shutting, service, hungry + leg)
            if hungry < NEVER:
                hungry += service
        if fed < NEVER:
            fed = begin_by(window, first, end, opening, shutting, service, fed)
            if fed < NEVER:
                fed += service
        if i >= high and hungry == hungry_from[i + 1] and fed == fed_from[i + 1]:
            break
        hungry_from[i + 1], fed_from[i + 1] = hungry, fed
    hungry, fed = hungry_by[back + 1], fed_by[back + 1]
    for i in range(back, -1, -1):
        leg, service, opening, shutting = legs[i + 1], services[i], opens[i], shuts[i]
        if shutting == SEVERAL:
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
        fed = begin_until(window, first, end, opening, shutting, service, leave_fed - service)
        hungry = begin_until(window, first, end, opening, shutting, service, leave_hungry - service)
        if i < low and hungry == hungry_by[i] and fed == fed_by[i]:
            break
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
    low: int,
    high: int,
    back: int,
) -> None:
    """Write the times of a route with meetings or several windows for lunch."""
    hungry, fed = hungry_from[low], fed_from[low]
    for i in range(low, n):
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
        if i >= high and hungry == hungry_from[i + 1] and fed == fed_from[i + 1]:
            break
        hungry_from[i + 1], fed_from[i + 1] = hungry, fed
    hungry, fed = hungry_by[back + 1], fed_by[back + 1]
    for i in range(back, -1, -1):
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
        if i < low and hungry == hungry_by[i] and fed == fed_by[i]:
            break
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
