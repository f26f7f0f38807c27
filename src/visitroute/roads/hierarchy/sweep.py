"""Many quickest ways at once: up from the sources, down over what lies above the targets."""

from __future__ import annotations

import numpy as np
from numba import njit

from visitroute.roads.hierarchy.contract import Weighted
from visitroute.roads.network import Ints
from visitroute.roads.search import NO_WAY, Links

LANES = 16
"""Sources swept together: their labels stand side by side, so that a processor adds several."""


class Targets:
    """What lies above some points in the hierarchy, from the top: built once, swept often."""

    def __init__(self, weighted: Weighted, inward: Links) -> None:
        self.inward = inward
        shape = weighted.shape
        state = shape.rank[inward.state].astype(np.int64)
        parent, first = np.asarray(shape.parent), np.asarray(weighted.down_first)
        members = _above(len(parent), parent, state)
        self.members: Ints = members
        self.first, self.head, self.weight = _restrict(
            members, first, np.asarray(weighted.down_head), np.asarray(weighted.down_weight)
        )
        place = np.full(len(parent), -1, dtype=np.int64)
        place[members] = np.arange(len(members))
        self.place: Ints = place
        self.state: Ints = place[state]


def sweep(weighted: Weighted, outward: Links, targets: Targets) -> Ints:
    """Return packed weights (sources, targets) from points of ``outward`` to the targets."""
    inward = targets.inward
    result = np.full((outward.count, inward.count), NO_WAY, dtype=np.int64)
    shape = weighted.shape
    _sweep(
        result,
        np.asarray(shape.parent),
        np.asarray(weighted.up_first),
        np.asarray(weighted.up_head),
        np.asarray(weighted.up_weight),
        outward.pointer,
        shape.rank[outward.state].astype(np.int64),
        outward.weight,
        targets.place,
        targets.first,
        targets.head,
        targets.weight,
        inward.pointer,
        targets.state,
        inward.weight,
    )
    return result


@njit(cache=True)
def _above(n, parent, states):  # type: ignore[no-untyped-def]
    """Return the states and all above them, the highest first."""
    marked = np.zeros(n, np.bool_)
    for s in states:
        v = s
        while v >= 0 and not marked[v]:
            marked[v] = True
            v = parent[v]
    return np.flatnonzero(marked)[::-1].copy()


@njit(cache=True)
def _restrict(members, first, head, weight):  # type: ignore[no-untyped-def]
    """Return (first, head, weight) of the members' edges, by their places among the members."""
    place = np.full(len(first) - 1, -1, np.int32)
    total = 0
    for i in range(len(members)):
        place[members[i]] = i
        total += first[members[i] + 1] - first[members[i]]
    own = np.zeros(len(members) + 1, np.int64)
    heads = np.empty(total, np.int32)
    weights = np.empty(total, np.int64)
    end = 0
    for i in range(len(members)):
        v = members[i]
        for k in range(first[v], first[v + 1]):
            heads[end] = place[head[k]]
            weights[end] = weight[k]
            end += 1
        own[i + 1] = end
    return own, heads, weights


@njit(cache=True)
def _sweep(  # type: ignore[no-untyped-def]
    result,
    parent,
    up_first,
    up_head,
    up_weight,
    source_first,
    source_state,
    source_weight,
    place,
    first,
    head,
    weight,
    target_first,
    target_state,
    target_weight,
):
    n = len(parent)
    size = len(first) - 1
    sources = len(source_first) - 1
    targets = len(target_first) - 1
    label = np.full(n, NO_WAY, np.int64)
    marked = np.zeros(n, np.bool_)
    climbed = np.empty(n, np.int64)
    lanes = np.full((size, LANES), NO_WAY, np.int64)
    for begin in range(0, sources, LANES):
        used = min(LANES, sources - begin)
        lanes[:] = NO_WAY
        for lane in range(used):
            row = begin + lane
            # Who climbs: every state above the source's own ones, in order of rank.
            count = 0
            for k in range(source_first[row], source_first[row + 1]):
                v = source_state[k]
                label[v] = min(label[v], source_weight[k])
                while v >= 0 and not marked[v]:
                    marked[v] = True
                    climbed[count] = v
                    count += 1
                    v = parent[v]
            climbed[:count].sort()
            for i in range(count):
                v = climbed[i]
                here = label[v]
                if here < NO_WAY:
                    for k in range(up_first[v], up_first[v + 1]):
                        u = up_head[k]
                        label[u] = min(label[u], here + up_weight[k])
                    if place[v] >= 0:
                        lanes[place[v], lane] = here
                label[v] = NO_WAY
                marked[v] = False
        for i in range(size):
            mine = lanes[i]
            for k in range(first[i], first[i + 1]):
                other = lanes[head[k]]
                step = weight[k]
                for lane in range(LANES):
                    mine[lane] = min(mine[lane], other[lane] + step)
        for j in range(targets):
            for lane in range(used):
                best = NO_WAY
                for k in range(target_first[j], target_first[j + 1]):
                    here = lanes[target_state[k], lane]
                    if here < NO_WAY:
                        best = min(best, here + target_weight[k])
                result[begin + lane, j] = best
