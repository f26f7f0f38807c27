"""The points nearest by road: a search from each source that ends when they are found."""

from __future__ import annotations

import numpy as np
from numba import njit

from visitroute.roads.network import Ints
from visitroute.roads.search import Links, SearchGraph

FAR = np.int64(1) << 61


def nearest(
    graph: SearchGraph,
    outward: Links,
    inward: Links,
    known: tuple[Ints, Ints, Ints],
    count: int,
    limit: int,
) -> tuple[Ints, Ints]:
    """Return (targets, packed weights), both (sources, count), of the nearest targets.

    Sorted by weight, then number; -1 and ``FAR`` where fewer lie within ``limit`` (packed).
    ``known`` are (pointer, targets, weights) of ways from each source that need no search.
    """
    pointer, order = _by_state(inward, graph.size)
    targets = np.full((outward.count, count), -1, dtype=np.int64)
    weights = np.full((outward.count, count), FAR, dtype=np.int64)
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
def _push(heap, states, end, key, state):  # type: ignore[no-untyped-def]
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
def _pop(heap, states, end):  # type: ignore[no-untyped-def]
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
    label = np.full(n, FAR, np.int64)
    touched = np.empty(n, np.int64)
    heap = np.empty(len(head) + 1024, np.int64)
    states = np.empty(len(head) + 1024, np.int64)
    best = np.full(num_targets, FAR, np.int64)
    found = np.empty(num_targets, np.int64)
    for source in range(len(source_first) - 1):
        end = 0
        num_touched = 0
        num_found = 0
        for k in range(known_first[source], known_first[source + 1]):
            t = known_target[k]
            if best[t] == FAR:
                found[num_found] = t
                num_found += 1
            best[t] = min(best[t], known_weight[k])
        for k in range(source_first[source], source_first[source + 1]):
            v, key = source_state[k], source_weight[k]
            for j in range(link_first[v], link_first[v + 1]):
                t = link_target[j]
                if best[t] == FAR:
                    found[num_found] = t
                    num_found += 1
                best[t] = min(best[t], key + link_weight[j])
            if key < label[v]:
                if label[v] == FAR:
                    touched[num_touched] = v
                    num_touched += 1
                label[v] = key
                _push(heap, states, end, key, v)
                end += 1
        next_look = wanted
        while end > 0:
            key, v = _pop(heap, states, end)
            end -= 1
            if key > label[v]:
                continue
            if key > limit:
                break
            # What is found from here on is no nearer than this state.
            if num_found >= next_look:
                if np.partition(best[found[:num_found]], wanted - 1)[wanted - 1] <= key:
                    break
                next_look = num_found + max(1, wanted // 8)
            for k in range(pointer[v], pointer[v + 1]):
                w = head[k]
                there = key + weight[k]
                for j in range(link_first[w], link_first[w + 1]):
                    t = link_target[j]
                    if best[t] == FAR:
                        found[num_found] = t
                        num_found += 1
                    best[t] = min(best[t], there + link_weight[j])
                if there < label[w]:
                    if label[w] == FAR:
                        touched[num_touched] = w
                        num_touched += 1
                    label[w] = there
                    if end == len(heap):
                        heap = np.append(heap, np.empty(end, np.int64))
                        states = np.append(states, np.empty(end, np.int64))
                    _push(heap, states, end, there, w)
                    end += 1
        near = found[:num_found].copy()
        near.sort()
        ranked = near[np.argsort(best[near], kind="mergesort")]
        for i in range(min(wanted, num_found)):
            if best[ranked[i]] <= limit:
                targets[source, i] = ranked[i]
                weights[source, i] = best[ranked[i]]
        for i in range(num_found):
            best[found[i]] = FAR
        for i in range(num_touched):
            label[touched[i]] = FAR
