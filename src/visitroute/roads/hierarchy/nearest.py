"""The points nearest by road: a search from each source that ends when they are found."""

from __future__ import annotations

import numpy as np
from numba import njit

from visitroute.roads.network import Ints
from visitroute.roads.search import NO_WAY, Links, SearchGraph


def nearest(
    graph: SearchGraph,
    outward: Links,
    inward: Links,
    known: tuple[Ints, Ints, Ints],
    count: int,
    limit: int,
) -> tuple[Ints, Ints]:
    """Return (targets, packed weights), both (sources, count), of the nearest targets.

    Sorted by weight, then number; -1 and ``NO_WAY`` where fewer lie within ``limit`` (packed).
    ``known`` are (pointer, targets, weights) of ways from each source that need no search.
    """
    pointer, order = _by_state(inward, graph.size)
    targets = np.full((outward.count, count), -1, dtype=np.int64)
    weights = np.full((outward.count, count), NO_WAY, dtype=np.int64)
    _nearest(
        targets,
        weights,
        limit,
        graph.pointer,
        graph.head,
        graph.weight,
        outward.pointer,
        outward.state,
        outward.weight,
        pointer,
        inward.point[order],
        inward.weight[order],
        *known,
        inward.count,
    )
    return targets, weights


def _by_state(inward: Links, size: int) -> tuple[Ints, Ints]:
    order = np.argsort(inward.state, kind="stable")
    return np.r_[0, np.cumsum(np.bincount(inward.state, minlength=size))].astype(np.int64), order


@njit(cache=True)
def push(heap, states, end, key, state) -> None:  # type: ignore[no-untyped-def]
    """Put a state with its key on a heap of ``end`` entries."""
    i = end
    while i > 0:
        up = (i - 1) >> 1
        if heap[up] <= key:
            break
        heap[i] = heap[up]
        states[i] = states[up]
        i = up
    heap[i] = key
    states[i] = state


@njit(cache=True)
def pop(heap, states, end) -> tuple[int, int]:  # type: ignore[no-untyped-def]
    """Take the least off a heap of ``end`` entries and return it."""
    key, state = heap[0], states[0]
    last_key, last_state = heap[end - 1], states[end - 1]
    end -= 1
    i = 0
    while True:
        down = 2 * i + 1
        if down >= end:
            break
        if down + 1 < end and heap[down + 1] < heap[down]:
            down += 1
        if heap[down] >= last_key:
            break
        heap[i] = heap[down]
        states[i] = states[down]
        i = down
    heap[i] = last_key
    states[i] = last_state
    return key, state


@njit(cache=True)
def settle(heap, states, end, label) -> tuple[int, int, int]:  # type: ignore[no-untyped-def]
    """Take the nearest state off a heap whose label it still is.

    Returns its key, the state, -1 where none is left, and how many entries remain.
    """
    key = 0
    while end > 0:
        key, state = pop(heap, states, end)
        end -= 1
        if key <= label[state]:
            return key, state, end
    return key, -1, end


@njit(cache=True)
def _nearest(  # type: ignore[no-untyped-def]
    targets,
    weights,
    limit,
    pointer,
    head,
    weight,
    source_first,
    source_state,
    source_weight,
    link_first,
    link_target,
    link_weight,
    known_first,
    known_target,
    known_weight,
    num_targets,
):
    n = len(pointer) - 1
    wanted = targets.shape[1]
    label = np.full(n, NO_WAY, np.int64)
    touched = np.empty(n, np.int64)
    # Every link and every step is taken once at most, from a state whose label is final.
    heap = np.empty(len(head) + len(source_state), np.int64)
    states = np.empty(len(heap), np.int64)
    best = np.full(num_targets, NO_WAY, np.int64)
    found = np.empty(num_targets, np.int64)
    for source in range(len(source_first) - 1):
        end = 0
        num_touched = 0
        num_found = 0
        for k in range(known_first[source], known_first[source + 1]):
            t = known_target[k]
            if best[t] == NO_WAY:
                found[num_found] = t
                num_found += 1
            best[t] = min(best[t], known_weight[k])
        next_look = wanted
        # The source is as a state from which its links lead on.
        steps, ends, lengths = source_first[source : source + 2], source_state, source_weight
        key = 0
        while True:
            for k in range(steps[0], steps[1]):
                w = ends[k]
                there = key + lengths[k]
                for j in range(link_first[w], link_first[w + 1]):
                    t = link_target[j]
                    if best[t] == NO_WAY:
                        found[num_found] = t
                        num_found += 1
                    best[t] = min(best[t], there + link_weight[j])
                if there < label[w]:
                    if label[w] == NO_WAY:
                        touched[num_touched] = w
                        num_touched += 1
                    label[w] = there
                    push(heap, states, end, there, w)
                    end += 1
            key, v, end = settle(heap, states, end, label)
            if v < 0 or key > limit:
                break
            # What is found from here on is no nearer than this state.
            if num_found >= next_look:
                if np.partition(best[found[:num_found]], wanted - 1)[wanted - 1] <= key:
                    break
                next_look = num_found + max(1, wanted // 8)
            steps, ends, lengths = pointer[v : v + 2], head, weight
        near = found[:num_found].copy()
        near.sort()
        ranked = near[np.argsort(best[near], kind="mergesort")]
        for i in range(min(wanted, num_found)):
            if best[ranked[i]] <= limit:
                targets[source, i] = ranked[i]
                weights[source, i] = best[ranked[i]]
        for i in range(num_found):
            best[found[i]] = NO_WAY
        for i in range(num_touched):
            label[touched[i]] = NO_WAY
