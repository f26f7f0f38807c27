"""The shape of single days: no avoidable crossing, no stop that lies better elsewhere on the route.

A day is changed by reversing a stretch of it (2-opt, Croes 1958, doi:10.1287/opre.6.6.791) and by
moving a stretch of up to ``LONGEST`` visits, either way round (Or-opt), until no such change is
shorter and keeps the day. Travel differs by direction, so a reversed stretch is summed anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise

from visitroute.solve.dayroute import DayRoute

LONGEST = 3
"""Most visits in a stretch that is moved."""


def straighten(route: DayRoute) -> DayRoute:
    """Return the route after all improving changes that keep the day, the best one first.

    The exact timing of ``DayRoute`` is the judge, so windows, lunch, meetings and the limits of
    the day hold as before.
    """
    while True:
        for _, order in sorted(_shorter(route)):
            other = route.with_order([route.visits[i] for i in order])
            if other.is_feasible and other.travel < route.travel:
                route = other
                break
        else:
            return route


def _shorter(route: DayRoute) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield (change of travel, order of visits) of every change that shortens the route."""
    nodes, seconds = route.nodes, route.problem.seconds
    count = len(route.visits)
    # Travel up to each place, and the same for the route driven backwards.
    there = list(accumulate((seconds[a][b] for a, b in pairwise(nodes)), initial=0))
    back = list(accumulate((seconds[b][a] for a, b in pairwise(nodes)), initial=0))
    whole = tuple(range(count))
    for i in range(1, count):
        for j in range(i + 1, count + 1):  # the stretch from place i to place j
            kept = seconds[nodes[i - 1]][nodes[i]] + seconds[nodes[j]][nodes[j + 1]]
            inside = there[j] - there[i], back[j] - back[i]
            change = seconds[nodes[i - 1]][nodes[j]] + seconds[nodes[i]][nodes[j + 1]] - kept
            change += inside[1] - inside[0]
            if change < 0:
                yield change, (*whole[: i - 1], *whole[i - 1 : j][::-1], *whole[j:])
    for i in range(1, count + 1):
        for j in range(i, min(i + LONGEST, count + 1)):
            first, last = nodes[i], nodes[j]
            gain = seconds[nodes[i - 1]][first] + seconds[last][nodes[j + 1]]
            gain -= seconds[nodes[i - 1]][nodes[j + 1]]
            turned = back[j] - back[i] - there[j] + there[i]
            stretch, rest = whole[i - 1 : j], (*whole[: i - 1], *whole[j:])
            for k in range(count + 1):  # between places k and k + 1
                if i - 1 <= k <= j:
                    continue
                a, b = nodes[k], nodes[k + 1]
                at = k if k < i else k - len(stretch)
                straight = seconds[a][first] + seconds[last][b] - seconds[a][b] - gain
                if straight < 0:
                    yield straight, (*rest[:at], *stretch, *rest[at:])
                if j > i:
                    change = seconds[a][last] + seconds[first][b] - seconds[a][b] - gain + turned
                    if change < 0:
                        yield change, (*rest[:at], *stretch[::-1], *rest[at:])
