"""The states on the quickest ways between two points: a search that ends when they are known."""

from __future__ import annotations

import numpy as np
from numba import njit

from visitroute.roads.hierarchy.nearest import push, settle
from visitroute.roads.network import Ints
from visitroute.roads.search import NO_WAY, Links, SearchGraph


def label_leg(graph: SearchGraph, outward: Links, inward: Links) -> Ints:
    """Return packed weights (states,) from a point, final on every quickest way to another.

    States beyond have more than they need, or ``NO_WAY``.
    """
    label = np.full(graph.size, NO_WAY, dtype=np.int64)
    # A state that lies beyond the goal may be the one by whose link the goal is nearest.
    spare = max(0, -int(inward.weight.min(initial=0)))
    _label_leg(
        label,
        graph.pointer,
        graph.head,
        graph.weight,
        outward.state,
        outward.weight,
        inward.state,
        inward.weight,
        spare,
    )
    return label


@njit(cache=True)
def _label_leg(  # type: ignore[no-untyped-def]
    label,
    pointer,
    head,
    weight,
    source_state,
    source_weight,
    target_state,
    target_weight,
    spare,
):
    # Every link and every step is taken once at most; memory that isn't written to costs nothing.
    heap = np.empty(len(head) + len(source_state), np.int64)
    states = np.empty(len(heap), np.int64)
    end = 0
    # The point is as a state from which its links lead on.
    first, last = 0, len(source_state)
    ends, lengths = source_state, source_weight
    key = 0
    best = NO_WAY
    while True:
        for k in range(first, last):
            w = ends[k]
            there = key + lengths[k]
            if there < label[w]:
                label[w] = there
                push(heap, states, end, there, w)
                end += 1
        key, v, end = settle(heap, states, end, label)
        if v < 0 or key > best + spare:
            return
        for k in range(len(target_state)):
            if target_state[k] == v:
                best = min(best, key + target_weight[k])
        first, last = pointer[v], pointer[v + 1]
        ends, lengths = head, weight
