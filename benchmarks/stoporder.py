"""When a stop of several services may begin, and in which order they are done best.

At a stop the setup comes first, once, then one service after the other. Each begins inside
one of its spans of time, after waiting for it where that is needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations, product

Span = tuple[float, float]
EXACT = 7
"""Up to so many services every order is looked at; more go in groups with the same spans."""
GROUPS = 4
"""Up to so many groups are tried in every order."""
EPSILON = 1e-6
Group = tuple[tuple[Span, ...], list[int]]
Stop = tuple[int, Sequence[tuple[int, int]]]
"""A stop: its length, and the spans in which it may begin."""


@dataclass(frozen=True, slots=True)
class Job:
    """A service at a stop on a day: how long, and the spans in which it may begin."""

    seconds: float
    spans: tuple[Span, ...]


def finish(jobs: Sequence[Job], ready: float) -> tuple[float, tuple[int, ...]] | None:
    """Return the earliest end of a stop that is ready after its setup, and the order.

    None when no order lets every service begin in time. Exact for up to ``EXACT`` jobs: the
    best order of a set of jobs ends with one of them, after the best order of the others,
    because a later start never ends earlier.
    """
    if len(jobs) > EXACT:
        found = [
            (end, order)
            for groups in _group_orders(jobs)
            for order in [tuple(i for _, members in groups for i in members)]
            if (end := _run(jobs, order, ready)) is not None
        ]
        return min(found, default=None)
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (ready, ())}
    for done in range(1 << len(jobs)):
        if done not in best:
            continue
        now, order = best[done]
        for i, job in enumerate(jobs):
            if done >> i & 1 or (end := _end(job, now)) is None:
                continue
            after = done | 1 << i
            if after not in best or (end, (*order, i)) < best[after]:
                best[after] = (end, (*order, i))
    return best.get((1 << len(jobs)) - 1)


def _end(job: Job, now: float) -> float | None:
    begins = [max(now, a) for a, b in job.spans if max(now, a) <= b + EPSILON]
    return min(begins) + job.seconds if begins else None


def _run(jobs: Sequence[Job], order: Iterable[int], now: float) -> float | None:
    for i in order:
        end = _end(jobs[i], now)
        if end is None:
            return None
        now = end
    return now


def _groups(jobs: Sequence[Job]) -> dict[tuple[Span, ...], list[int]]:
    """Return the jobs by their spans, in each group the longest last."""
    groups: dict[tuple[Span, ...], list[int]] = defaultdict(list)
    for i in sorted(range(len(jobs)), key=lambda i: (jobs[i].seconds, i)):
        groups[jobs[i].spans].append(i)
    return groups


def _group_orders(jobs: Sequence[Job]) -> list[tuple[Group, ...]]:
    """Return orders of the groups: all, or by opening and by closing where there are many."""
    groups = list(_groups(jobs).items())
    if len(groups) <= GROUPS:
        return list(permutations(groups))
    return [
        tuple(sorted(groups, key=lambda g: g[0][0][0])),
        tuple(sorted(groups, key=lambda g: g[0][-1][1])),
    ]


def ready_spans(jobs: Sequence[Job]) -> list[Span]:
    """Return when a stop may be ready after its setup so that nobody waits from then on.

    Jobs with the same spans are done together, the longest last, because only its begin has to
    lie inside. Every order of these groups is tried, or two of them where there are many.
    """
    found = []
    for order in _group_orders(jobs):
        # Where each group begins and its last job begins, after the stop is ready.
        begins, lasts, now = [], [], 0.0
        for _, members in order:
            seconds = [jobs[i].seconds for i in members]
            begins.append(now)
            now += sum(seconds)
            lasts.append(now - seconds[-1])
        for chosen in product(*(spans for spans, _ in order)):
            first = max(a - begin for (a, _), begin in zip(chosen, begins, strict=True))
            last = min(b - begin for (_, b), begin in zip(chosen, lasts, strict=True))
            if first <= last:
                found.append((first, last))
    return merge(found)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that touch as one."""
    merged: list[Span] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def common_windows(stops: Sequence[Stop]) -> list[tuple[int, int]]:
    """Return windows of stops of several lengths that let none of them begin out of time.

    A window (start, end) holds a whole stop, from its begin to its end: whichever stop lies
    inside must begin in one of its own spans. Where no window suits all, the shortest stops
    are left aside; ``keeps`` tells which.
    """
    for some in range(len(stops)):
        kept = sorted(stops, key=lambda s: s[0])[some:]
        found = []
        for start in sorted({a for _, spans in kept for a, _ in spans}):
            end = min(_latest_end(start, length, spans) for length, spans in kept)
            if any(start + length <= end for length, _ in kept):
                found.append((start, end))
        if found:
            return [
                (a, b)
                for a, b in found
                if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in found)
            ]
    return []


def _latest_end(start: int, length: int, spans: Sequence[tuple[int, int]]) -> int:
    for a, b in spans:
        if a <= start <= b:
            return b + length
    return start + length - 1  # too short for it


def keeps(window: tuple[int, int], length: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a stop anywhere in a window begins inside its spans."""
    first, last = window[0], window[1] - length
    return first > last or any(a <= first and last <= b for a, b in spans)
