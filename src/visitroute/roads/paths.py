"""Exact travel matrices and routes between points on a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from visitroute.model import Line
from visitroute.roads.geodesy import METRES_PER_DEGREE, Floats, crow_metres
from visitroute.roads.matrix import UNREACHABLE
from visitroute.roads.network import CLOSED, Ints, Network

_DISTANCE_BITS = 27
_DISTANCE_UNIT = 1 << _DISTANCE_BITS
"""One decisecond in a packed weight; whole distances of up to 13,421 km fit below it."""

_BLOCK_CELLS = 8_000_000
_FIRST_REACH_DS, _FIRST_REACH_DS_PER_M = 600.0, 2.0
_LAST_REACH = 1_000_000.0 * _DISTANCE_UNIT


@dataclass(frozen=True, slots=True, eq=False)
class SplitGraph:
    """A network with points as further nodes on the stretches they lie on.

    ``graph`` is a csr array whose weights are deciseconds · 2^27 + decimetres: one run of
    Dijkstra finds the quickest way, of equally quick ones the shortest, and both numbers
    exactly. Entry e of it runs on ``stretch[e]`` from offset ``begin[e]`` to ``stop[e]``.
    ``node`` is the node of each point, ``at`` its (stretch, offset); points on the same
    spot share a node.
    """

    network: Network
    graph: csr_array
    stretch: Ints
    begin: Ints
    stop: Ints
    node: Ints
    at: tuple[Ints, Ints]

    def place(self, point: int) -> tuple[Floats, Floats]:
        """Return (lon, lat) of a point as a line of two equal vertices."""
        stretch, offset = int(self.at[0][point]), int(self.at[1][point])
        return self.network.piece(stretch, offset, offset)


def split_stretches(network: Network, stretch: Ints, offset: Ints) -> SplitGraph:
    """Return the graph in which points split the stretches they lie on.

    ``stretch`` and ``offset`` are (n,), the offset in decimetres from the stretch's start.
    Parts of a stretch add up to its time and distance exactly.
    """
    # Every stretch becomes a chain of knots: its start, the points on it, its end.
    inner = (offset > 0) & (offset < network.decimetres[stretch])
    spots, spot = np.unique(np.column_stack((stretch, offset))[inner], axis=0, return_inverse=True)
    node = np.where(offset <= 0, network.start[stretch], network.end[stretch])
    node[inner] = network.num_nodes + spot.ravel()

    everyone = np.arange(network.num_stretches)
    knot_stretch = np.r_[everyone, spots[:, 0], everyone]
    knot_offset = np.r_[np.zeros_like(everyone), spots[:, 1], network.decimetres]
    knot_node = np.r_[network.start, network.num_nodes + np.arange(len(spots)), network.end]
    order = np.lexsort((knot_offset, knot_stretch))
    knot_stretch, knot_offset = knot_stretch[order], knot_offset[order]
    knot_node = knot_node[order]
    link = np.flatnonzero(knot_stretch[1:] == knot_stretch[:-1])

    on, low, high = knot_stretch[link], knot_offset[link], knot_offset[link + 1]
    near, far = knot_node[link], knot_node[link + 1]
    length = network.decimetres[on]
    ahead = _part(network.forward[on], high, length) - _part(network.forward[on], low, length)
    back = _part(network.backward[on], length - low, length)
    back -= _part(network.backward[on], length - high, length)
    is_ahead, is_back = network.forward[on] != CLOSED, network.backward[on] != CLOSED

    tail = np.r_[near[is_ahead], far[is_back]]
    head = np.r_[far[is_ahead], near[is_back]]
    weight = np.r_[ahead[is_ahead], back[is_back]] * _DISTANCE_UNIT
    weight += np.r_[(high - low)[is_ahead], (high - low)[is_back]]
    entry_stretch = np.r_[on[is_ahead], on[is_back]]
    begin, stop = np.r_[low[is_ahead], high[is_back]], np.r_[high[is_ahead], low[is_back]]

    # csr arrays add up entries of one cell: keep the cheapest of parallel stretches.
    order = np.lexsort((entry_stretch, weight, head, tail))
    tail, head = tail[order], head[order]
    single = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)]
    order, tail, head = order[single], tail[single], head[single]
    size = network.num_nodes + len(spots)
    pointers = np.r_[0, np.cumsum(np.bincount(tail, minlength=size))]
    graph = csr_array(
        (weight[order].astype(np.float64), head.astype(np.int32), pointers.astype(np.int32)),
        shape=(size, size),
    )
    return SplitGraph(
        network, graph, entry_stretch[order], begin[order], stop[order], node, (stretch, offset)
    )


def _part(time: Ints, offset: Ints, length: Ints) -> Ints:
    """Return the deciseconds of the first ``offset`` of ``length`` decimetres, half up."""
    part: Ints = (2 * time * offset + length) // (2 * length)
    return part


def find_matrix(split: SplitGraph) -> tuple[Ints, Ints]:
    """Return (deciseconds, decimetres) between all points of a split graph, both (n, n).

    ``UNREACHABLE`` stands where no way leads.
    """
    nodes, place = np.unique(split.node, return_inverse=True)
    packed = np.empty((len(nodes), len(nodes)))
    rows = max(1, _BLOCK_CELLS // split.graph.shape[0])
    for i in range(0, len(nodes), rows):
        packed[i : i + rows] = dijkstra(split.graph, indices=nodes[i : i + rows])[:, nodes]
    reached = np.isfinite(packed)
    whole = np.where(reached, packed, 0).astype(np.int64)
    full = np.ix_(place, place)
    deciseconds = np.where(reached, whole >> _DISTANCE_BITS, UNREACHABLE)
    decimetres = np.where(reached, whole & (_DISTANCE_UNIT - 1), UNREACHABLE)
    return deciseconds[full], decimetres[full]


def find_line(split: SplitGraph, order: Sequence[int], tolerance_m: float) -> Line:
    """Return the line of the quickest way through points, in the order given.

    Vertices follow the streets, at most ``tolerance_m`` metres off them where the line is
    simplified; every point of ``order`` stays a vertex. Fewer than two points give an
    empty line, points that all lie on one spot a line of two equal vertices.
    """
    if len(order) < 2:  # noqa: PLR2004 - a line has two ends
        return ()
    legs = [simplify(*_find_leg(split, a, b), tolerance_m) for a, b in pairwise(order)]
    lon = np.concatenate([leg[0] for leg in legs]).round(7)
    lat = np.concatenate([leg[1] for leg in legs]).round(7)
    new = np.r_[True, (np.diff(lon) != 0) | (np.diff(lat) != 0)]
    line = tuple(zip(lon[new].tolist(), lat[new].tolist(), strict=True))
    return line if len(line) > 1 else line * 2


def _find_leg(split: SplitGraph, a: int, b: int) -> tuple[Floats, Floats]:
    """Return (lon, lat) of the quickest way from point a to point b."""
    entries = _find_entries(split, a, b)
    if not entries:
        return split.place(a)
    pieces = [
        split.network.piece(int(split.stretch[e]), int(split.begin[e]), int(split.stop[e]))
        for e in entries
    ]
    return np.concatenate([p[0] for p in pieces]), np.concatenate([p[1] for p in pieces])


def _find_entries(split: SplitGraph, a: int, b: int) -> list[int]:
    """Return the entries of the graph that the quickest way from a to b runs over."""
    source, target = int(split.node[a]), int(split.node[b])
    (lon_a, *_), (lat_a, *_) = split.place(a)
    (lon_b, *_), (lat_b, *_) = split.place(b)
    crow = float(crow_metres(lon_a, lat_a, lon_b, lat_b))
    # Most legs are short: search a small circle first, and wider ones until b lies inside.
    reach = (_FIRST_REACH_DS + _FIRST_REACH_DS_PER_M * crow) * _DISTANCE_UNIT
    before = np.empty(0, dtype=np.int32)
    while source != target:
        _, before = dijkstra(split.graph, indices=source, limit=reach, return_predecessors=True)
        if before[target] >= 0 or reach == np.inf:
            break
        reach = reach * 4 if reach < _LAST_REACH else np.inf
    entries = []
    pointers, heads = split.graph.indptr, split.graph.indices
    while target != source:
        tail = int(before[target])
        row = slice(int(pointers[tail]), int(pointers[tail + 1]))
        entries.append(row.start + int(np.searchsorted(heads[row], target)))
        target = tail
    return entries[::-1]


def simplify(lon: Floats, lat: Floats, tolerance_m: float) -> tuple[Floats, Floats]:
    """Return the vertices needed to stay within ``tolerance_m`` of a line (Douglas-Peucker).

    Both ends stay, and vertices keep their exact coordinates.
    """
    if tolerance_m <= 0 or len(lon) < 3:  # noqa: PLR2004 - two ends are all needed
        return lon, lat
    x = (lon - lon[0]) * (METRES_PER_DEGREE * np.cos(np.radians(lat.mean())))
    y = (lat - lat[0]) * METRES_PER_DEGREE
    # The vertex's number travels as its height, to be found again in the result.
    numbered = shapely.LineString(np.column_stack((x, y, np.arange(len(lon)))))
    short = shapely.simplify(numbered, tolerance_m, preserve_topology=False)
    keep = shapely.get_coordinates(short, include_z=True)[:, 2].astype(np.intp)
    return lon[keep], lat[keep]
