"""The hierarchy's shape, and its weights for one day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from visitroute.roads.hierarchy.order import dissect, order_states
from visitroute.roads.network import Ints
from visitroute.roads.search import SearchGraph

NO_WAY = np.int64(1) << 60
"""Weight of what can't be driven; twice as much stands for no way in sums."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The hierarchy without weights: ranks of states, and edges from lower to higher ranks.

    ``rank`` is that of each state; edges of rank v are ``first[v]:first[v + 1]`` of ``head``
    (ranks above v, ascending). ``parent`` of v is the least of them, -1 at the top.
    """

    rank: NDArray[np.int32]
    first: Ints
    head: NDArray[np.int32]
    parent: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A hierarchy with the weights of one day, only the edges that a quickest way needs.

    Of rank v, ``up_*`` are edges from v to higher ranks, ``down_*`` edges from higher ranks
    to v.
    """

    shape: Shape
    up_first: Ints
    up_head: NDArray[np.int32]
    up_weight: Ints
    down_first: Ints
    down_head: NDArray[np.int32]
    down_weight: Ints


def build_shape(graph: SearchGraph) -> Shape:
    """Return the hierarchy of a search graph in which nothing is closed."""
    network = graph.network
    scale = float(np.cos(np.radians(network.lat.mean())))
    turning = network.has_turns
    cut = dissect(
        network.num_nodes,
        np.asarray(network.start),
        np.asarray(network.end),
        np.asarray(network.lon) * scale,
        np.asarray(network.lat),
        edges=turning,
    )
    if turning:
        rank = order_states(cut, graph.states_by_arc, graph.size)
    else:
        rank = np.empty(graph.size, dtype=np.int32)
        rank[cut] = np.arange(graph.size - 1, -1, -1, dtype=np.int32)
    low, high = _ranked(rank, graph)
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    fresh = np.r_[True, (np.diff(low) != 0) | (np.diff(high) != 0)][: len(low)] & (low != high)
    low, high = low[fresh], high[fresh]
    pointer = np.r_[0, np.cumsum(np.bincount(low, minlength=graph.size))].astype(np.int64)
    first, head, parent = _contract(graph.size, pointer, high.astype(np.int32))
    return Shape(rank, first, head, parent)


def _ranked(rank: NDArray[np.int32], graph: SearchGraph) -> tuple[Ints, Ints]:
    tail, head = rank[graph.tail].astype(np.int64), rank[graph.head].astype(np.int64)
    return np.minimum(tail, head), np.maximum(tail, head)


@njit(cache=True)
def _contract(n, pointer, above):  # type: ignore[no-untyped-def]
    """Return (first, head, parent) with all edges that contracting the ranks in order adds."""
    head = np.empty(max(16, 4 * len(above)), np.int32)
    first = np.zeros(n + 1, np.int64)
    parent = np.full(n, -1, np.int32)
    eldest = np.full(n, -1, np.int32)
    sibling = np.full(n, -1, np.int32)
    mark = np.full(n, -1, np.int32)
    end = 0
    for v in range(n):
        start = end
        most = pointer[v + 1] - pointer[v]
        child = eldest[v]
        while child >= 0:
            most += first[child + 1] - first[child]
            child = sibling[child]
        if end + most > len(head):
            larger = np.empty(2 * len(head) + most, np.int32)
            larger[:end] = head[:end]
            head = larger
        for k in range(pointer[v], pointer[v + 1]):
            u = above[k]
            if mark[u] != v:
                mark[u] = v
                head[end] = u
                end += 1
        child = eldest[v]
        while child >= 0:
            for k in range(first[child], first[child + 1]):
                u = head[k]
                if u != v and mark[u] != v:
                    mark[u] = v
                    head[end] = u
                    end += 1
            child = sibling[child]
        head[start:end].sort()
        first[v + 1] = end
        if end > start:
            p = head[start]
            parent[v] = p
            sibling[v] = eldest[p]
            eldest[p] = v
    return first, head[:end].copy(), parent


def weigh(shape: Shape, graph: SearchGraph) -> Weighted:
    """Return the hierarchy with the weights of a search graph of the same streets."""
    tail, head = shape.rank[graph.tail], shape.rank[graph.head]
    found = _weigh(
        len(shape.rank),
        np.asarray(shape.first),
        np.asarray(shape.head),
        tail,
        head,
        np.ascontiguousarray(graph.weight),
    )
    return Weighted(shape, *found)


@njit(cache=True)
def _weigh(n, first, above, tail, head, weight):  # type: ignore[no-untyped-def]
    m = len(above)
    up = np.full(m, NO_WAY, np.int64)
    down = np.full(m, NO_WAY, np.int64)
    for e in range(len(tail)):
        if tail[e] == head[e]:
            continue
        low = min(tail[e], head[e])
        high = max(tail[e], head[e])
        k = first[low] + np.searchsorted(above[first[low] : first[low + 1]], high)
        if tail[e] == low:
            up[k] = min(up[k], weight[e])
        else:
            down[k] = min(down[k], weight[e])
    # Edges by their upper end.
    count = np.zeros(n + 1, np.int64)
    for k in range(m):
        count[above[k] + 1] += 1
    for v in range(n):
        count[v + 1] += count[v]
    lower = np.empty(m, np.int32)
    edge = np.empty(m, np.int64)
    at = count[:-1].copy()
    for v in range(n):
        for k in range(first[v], first[v + 1]):
            u = above[k]
            lower[at[u]] = v
            edge[at[u]] = k
            at[u] += 1
    where = np.full(n, -1, np.int64)
    for u in range(n):
        for k in range(first[u], first[u + 1]):
            where[above[k]] = k
        for i in range(count[u], count[u + 1]):
            v, k = lower[i], edge[i]
            to_u, from_u = up[k], down[k]
            # Edges of v beyond u: the way u -> v -> w may be shorter than the edge u -> w.
            for j in range(k + 1, first[v + 1]):
                other = where[above[j]]
                up[other] = min(up[other], from_u + up[j])
                down[other] = min(down[other], down[j] + to_u)
    # From the top: what is the quickest way between both ends of each edge?
    best_up = up.copy()
    best_down = down.copy()
    for v in range(n - 1, -1, -1):
        for k in range(first[v], first[v + 1]):
            where[above[k]] = k
        for k in range(first[v], first[v + 1]):
            u = above[k]
            to_u, from_u = best_up[k], best_down[k]
            for j in range(first[u], first[u + 1]):
                w = above[j]
                other = where[w]
                if other >= first[v] and other < first[v + 1] and above[other] == w:
                    best_up[other] = min(best_up[other], to_u + best_up[j])
                    best_down[other] = min(best_down[other], best_down[j] + from_u)
                    best_up[k] = min(best_up[k], best_up[other] + best_down[j])
                    best_down[k] = min(best_down[k], best_up[j] + best_down[other])
                    to_u, from_u = best_up[k], best_down[k]
    return _prune(n, first, above, up, best_up) + _prune(n, first, above, down, best_down)


@njit(cache=True)
def _prune(n, first, above, weight, best):  # type: ignore[no-untyped-def]
    """Return (first, head, weight) of the edges that are themselves a quickest way."""
    fewer = np.zeros(n + 1, np.int64)
    head = np.empty(len(above), np.int32)
    kept = np.empty(len(above), np.int64)
    end = 0
    for v in range(n):
        for k in range(first[v], first[v + 1]):
            if weight[k] < NO_WAY and weight[k] <= best[k]:
                head[end] = above[k]
                kept[end] = weight[k]
                end += 1
        fewer[v + 1] = end
    return fewer, head[:end].copy(), kept[:end].copy()
