"""Nested dissection: the order in which states are contracted, by cuts through the map.

The land is cut in two along few streets, each half again, and so on: what is cut last is
contracted first. Cuts are found by inertial flow (Schild and Sommer 2015): the nodes are
sorted in four directions, and a least cut parts the first quarter from the last.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from visitroute.roads.geodesy import Floats
from visitroute.roads.network import Ints
from visitroute.roads.search import expand

_SHARE = 0.25
_DIRECTIONS = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0))


def dissect(num_nodes: int, tail: Ints, head: Ints, x: Floats, y: Floats, *, edges: bool) -> Ints:
    """Return all edges (or nodes) of an undirected graph, those of the first cuts first."""
    keep = np.flatnonzero(tail != head)
    ends = np.r_[tail[keep], head[keep]]
    order = np.argsort(ends, kind="stable")
    neighbour = np.r_[head[keep], tail[keep]][order]
    edge = np.r_[keep, keep][order]
    pointer = np.r_[0, np.cumsum(np.bincount(ends, minlength=num_nodes))]
    cut = _dissect(
        num_nodes,
        len(tail),
        pointer.astype(np.int64),
        neighbour.astype(np.int64),
        edge.astype(np.int64),
        np.ascontiguousarray(x, dtype=np.float64),
        np.ascontiguousarray(y, dtype=np.float64),
        edges,
    )
    if not edges:
        return cut
    # Loops belong to no cut; they come last, which is first when contracting.
    loops = np.flatnonzero(tail == head)
    return np.r_[cut, loops]


@njit(cache=True)
def _dissect(n, m, pointer, neighbour, edge, x, y, edges):  # type: ignore[no-untyped-def]
    """Cut parts of the graph until single nodes are left; a part is a range of ``member``."""
    member = np.arange(n)
    part = np.zeros(n, np.int64)
    result = np.empty(m if edges else n, np.int64)
    done = 0
    stack = [(0, n)]
    next_part = 1
    local = np.full(n, -1, np.int64)
    while len(stack) > 0:
        low, high = stack.pop()
        size = high - low
        if size <= 0:
            continue
        if size == 1:
            if not edges:
                result[done] = member[low]
                done += 1
            continue
        mine = part[member[low]]
        nodes = member[low:high].copy()
        for i in range(size):
            local[nodes[i]] = i
        # The part's own small graph: every street twice, with the number of its other half.
        first = np.zeros(size + 1, np.int64)
        for i in range(size):
            v = nodes[i]
            for k in range(pointer[v], pointer[v + 1]):
                if part[neighbour[k]] == mine:
                    first[i + 1] += 1
        for i in range(size):
            first[i + 1] += first[i]
        arcs = first[size]
        target = np.empty(arcs, np.int64)
        name = np.empty(arcs, np.int64)
        at = first[:-1].copy()
        for i in range(size):
            v = nodes[i]
            for k in range(pointer[v], pointer[v + 1]):
                if part[neighbour[k]] == mine:
                    target[at[i]] = local[neighbour[k]]
                    name[at[i]] = edge[k]
                    at[i] += 1
        twin = _twins(size, first, target, name)
        side = _best_cut(size, first, target, twin, x[nodes], y[nodes])
        cut_nodes = np.zeros(size, np.bool_)
        if edges:
            for i in range(size):
                if side[i]:
                    for k in range(first[i], first[i + 1]):
                        if not side[target[k]]:
                            result[done] = name[k]
                            done += 1
        else:
            near = np.zeros(size, np.bool_)
            far = np.zeros(size, np.bool_)
            for i in range(size):
                if side[i]:
                    for k in range(first[i], first[i + 1]):
                        if not side[target[k]]:
                            near[i] = True
                            far[target[k]] = True
            cut_nodes = near if near.sum() <= far.sum() else far
            for i in range(size):
                if cut_nodes[i]:
                    result[done] = nodes[i]
                    done += 1
        # Side by side: those of the one half, those of the other, and the cut nodes at the end.
        middle = low
        for i in range(size):
            if side[i] and not cut_nodes[i]:
                member[middle] = nodes[i]
                part[nodes[i]] = next_part
                middle += 1
        end = middle
        for i in range(size):
            if not side[i] and not cut_nodes[i]:
                member[end] = nodes[i]
                part[nodes[i]] = next_part + 1
                end += 1
        for i in range(size):
            if cut_nodes[i]:
                part[nodes[i]] = -1
        next_part += 2
        stack.append((low, middle))
        stack.append((middle, end))
    return result[:done]


@njit(cache=True)
def _twins(size, first, target, name):  # type: ignore[no-untyped-def]
    """Return for each arc the number of the arc of the same street the other way."""
    twin = np.empty(len(target), np.int64)
    for i in range(size):
        for k in range(first[i], first[i + 1]):
            j = target[k]
            for other in range(first[j], first[j + 1]):
                if name[other] == name[k] and target[other] == i:
                    twin[k] = other
                    break
    return twin


@njit(cache=True)
def _best_cut(size, first, target, twin, x, y):  # type: ignore[no-untyped-def]
    best = np.zeros(size, np.bool_)
    fewest = len(target) + 1
    ends = max(1, int(size * _SHARE))
    for dx, dy in _DIRECTIONS:
        rank = np.argsort(x * dx + y * dy, kind="mergesort")
        kind = np.zeros(size, np.int8)
        for i in range(ends):
            kind[rank[i]] = 1
            kind[rank[size - 1 - i]] = 2
        cut, side = _least_cut(size, first, target, twin, kind, fewest)
        if cut < fewest:
            fewest = cut
            best = side
    return best


@njit(cache=True)
def _least_cut(size, first, target, twin, kind, most):  # type: ignore[no-untyped-def]
    """Return (streets cut, side of each node) parting kind 1 from kind 2; gives up at ``most``.

    Dinic's algorithm, every street with room for one each way.
    """
    flow = np.zeros(len(target), np.int8)
    level = np.empty(size, np.int64)
    queue = np.empty(size, np.int64)
    at = np.empty(size, np.int64)
    path = np.empty(size + 1, np.int64)
    total = 0
    while True:
        level[:] = -1
        count = 0
        for i in range(size):
            if kind[i] == 1:
                level[i] = 0
                queue[count] = i
                count += 1
        reached = False
        head = 0
        while head < count:
            v = queue[head]
            head += 1
            if reached and level[v] >= level[queue[count - 1]]:
                break
            for k in range(first[v], first[v + 1]):
                w = target[k]
                if flow[k] < 1 and level[w] < 0:
                    level[w] = level[v] + 1
                    queue[count] = w
                    count += 1
                    if kind[w] == 2:
                        reached = True
        if not reached:
            return total, level >= 0
        at[:] = first[:-1]
        for s in range(size):
            if kind[s] != 1:
                continue
            while True:
                depth = 0
                v = s
                found = False
                while True:
                    if kind[v] == 2:
                        found = True
                        break
                    moved = False
                    while at[v] < first[v + 1]:
                        k = at[v]
                        w = target[k]
                        if flow[k] < 1 and level[w] == level[v] + 1:
                            path[depth] = k
                            depth += 1
                            v = w
                            moved = True
                            break
                        at[v] += 1
                    if not moved:
                        if depth == 0:
                            break
                        depth -= 1
                        v = target[twin[path[depth]]]
                        at[v] += 1
                if not found:
                    break
                for d in range(depth):
                    flow[path[d]] += 1
                    flow[twin[path[d]]] -= 1
                total += 1
                if total >= most:
                    return total, level >= 0


def order_states(edges: Ints, states: tuple[Ints, Ints], size: int) -> NDArray[np.int32]:
    """Return the rank of every state from streets in the order of their cuts.

    ``states`` are (pointer, states) by arc; the first streets get the highest ranks.
    """
    pointer, by_arc = states
    arcs = np.column_stack((2 * edges, 2 * edges + 1)).ravel()
    rows, _ = expand(pointer, arcs)
    rank = np.empty(size, dtype=np.int32)
    rank[by_arc[rows]] = np.arange(size - 1, -1, -1, dtype=np.int32)
    return rank
