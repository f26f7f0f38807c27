"""Exact travel matrices and routes between points of a search graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from visitroute.model import Line
from visitroute.roads.geodesy import METRES_PER_DEGREE, Floats, crow_metres
from visitroute.roads.matrix import UNREACHABLE
from visitroute.roads.network import CLOSED, Ints
from visitroute.roads.search import (
    DISTANCE_BITS,
    DISTANCE_UNIT,
    NO_WAY,
    Links,
    Points,
    SearchGraph,
    has_numba,
)

_FIRST_REACH_DS, _FIRST_REACH_DS_PER_M = 600.0, 2.0
_LAST_REACH = 1_000_000.0 * DISTANCE_UNIT


@dataclass(frozen=True, slots=True)
class Leg:
    """The quickest way from one point to another: pieces of stretches, and its weight.

    A piece is (stretch, begin, stop) in decimetres from the stretch's start. ``packed`` is
    deciseconds · 2^27 + decimetres.
    """

    pieces: tuple[tuple[int, int, int], ...]
    packed: int


def unpack(packed: Ints) -> tuple[Ints, Ints]:
    """Return (deciseconds, decimetres) of packed weights, ``UNREACHABLE`` where no way leads."""
    reached = packed < NO_WAY
    whole = np.where(reached, packed, 0)
    deciseconds = np.where(reached, whole >> DISTANCE_BITS, UNREACHABLE)
    decimetres = np.where(reached, whole & (DISTANCE_UNIT - 1), UNREACHABLE)
    return deciseconds, decimetres


def finish_table(points: Points, sources: Ints, targets: Ints, packed: Ints) -> Ints:
    """Put in what needs no search: the way along one stretch, and none from a spot to itself."""
    row, column = np.full((2, points.count), -1, dtype=np.int64)
    row[sources], column[targets] = np.arange(len(sources)), np.arange(len(targets))
    a, b, weight = points.direct()
    near = (row[a] >= 0) & (column[b] >= 0)
    # Both ways around a loop lead to its junction: the lesser one counts.
    np.minimum.at(packed, (row[a[near]], column[b[near]]), weight[near])
    same = sources[column[sources] >= 0]
    packed[row[same], column[same]] = 0
    return packed


def search_from(points: Points, sources: Ints, inward: Links) -> Ints:
    """Return packed weights (sources, targets) from spots to the points of ``inward``."""
    graph = points.graph
    labels = _labels(graph, points.outward.pick(sources))
    packed = np.full((len(sources), inward.count), NO_WAY, dtype=np.int64)
    held = np.flatnonzero(np.diff(inward.pointer) > 0)
    if len(held):
        through = np.minimum(labels[:, inward.state] + inward.weight, NO_WAY)
        packed[:, held] = np.minimum.reduceat(through, inward.pointer[held], axis=1)
    return packed


def search_to(points: Points, targets: Ints, outward: Links) -> Ints:
    """Return packed weights (sources, targets) to spots from the points of ``outward``.

    Searches against the streets: the same as ``search_from``, for many sources of few targets.
    """
    inward = points.inward.pick(targets)
    # A state beyond its spot has a negative weight, which no search takes.
    spare = max(0, -int(inward.weight.min(initial=0)))
    labels = _labels(_Against(points.graph), replace(inward, weight=inward.weight + spare))
    packed = np.full((len(targets), outward.count), NO_WAY, dtype=np.int64)
    held = np.flatnonzero(np.diff(outward.pointer) > 0)
    if len(held):
        through = np.minimum(labels[:, outward.state] + (outward.weight - spare), NO_WAY)
        packed[:, held] = np.minimum.reduceat(through, outward.pointer[held], axis=1)
    return packed.T


class _Against:
    """The steps of a search graph against their direction."""

    def __init__(self, graph: SearchGraph) -> None:
        self.size = graph.size
        self.pointer, order = graph.backward
        self.head, self.weight = graph.tail[order], graph.weight[order]


def _labels(graph: SearchGraph | _Against, outward: Links, limit: float = np.inf) -> Ints:
    """Return packed weights (sources, states) of the quickest ways, within a limit."""
    count = outward.count
    size = graph.size + count
    pointers = np.r_[graph.pointer, graph.pointer[-1] + outward.pointer[1:]]
    extended = csr_array(
        (
            np.r_[graph.weight, outward.weight].astype(np.float64),
            np.r_[graph.head, outward.state].astype(np.int32),
            pointers.astype(np.int32),
        ),
        shape=(size, size),
    )
    found = dijkstra(extended, indices=np.arange(graph.size, size), limit=limit)[:, : graph.size]
    labels = np.full(found.shape, NO_WAY, dtype=np.int64)
    reached = np.isfinite(found)
    labels[reached] = found[reached].astype(np.int64)
    return labels


def find_leg(points: Points, a: int, b: int) -> Leg | None:
    """Return the quickest way from spot a to spot b, None where there is none.

    Of ways that are equally quick and long it is always the same one, whatever else is asked.
    """
    if a == b:
        return Leg((), 0)
    outward, inward = points.outward.pick(np.array([a])), points.inward.pick(np.array([b]))
    labels = _search_near(points, a, b, outward, inward)
    through = np.minimum(labels[inward.state] + inward.weight, NO_WAY)
    best = int(through.argmin()) if len(through) else -1
    weight = int(through[best]) if best >= 0 else int(NO_WAY)
    for passed, piece in _direct(points, a, b):
        if passed <= weight:
            return Leg((piece,), passed)
    if weight >= NO_WAY:
        return None
    link, steps = _trace(points.graph, labels, outward, int(inward.state[best]))
    return Leg(tuple(_pieces(points, a, b, outward, link, inward, best, steps)), weight)


def _direct(points: Points, a: int, b: int) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Find the ways from a to b along one stretch: packed weights and pieces."""
    stretch, begin = int(points.stretch[a]), int(points.offset[a])
    if points.node[a] >= 0:
        return
    for side in (0, 1):
        if points.graph.times[2 * stretch + side] == CLOSED:
            continue
        stop = _stop(points, b, stretch, side)
        if stop is None or (begin < stop) != (side == 0):
            continue
        before, beyond = (int(part[0]) for part in points.rest(side, np.array([a])))
        if points.node[b] >= 0:
            yield beyond, (stretch, begin, stop)
        else:
            yield int(points.rest(side, np.array([b]))[0][0]) - before, (stretch, begin, stop)


def _stop(points: Points, b: int, stretch: int, side: int) -> int | None:
    """Return the offset at which an arc reaches spot b, None where it does not."""
    network = points.graph.network
    if points.node[b] < 0:
        return int(points.offset[b]) if points.stretch[b] == stretch else None
    last = (network.end if side == 0 else network.start)[stretch]
    if last != points.node[b]:
        return None
    return int(network.decimetres[stretch]) if side == 0 else 0


def _search_near(points: Points, a: int, b: int, outward: Links, inward: Links) -> Ints:
    """Return labels of all states that lie on a quickest way from a to b.

    Most legs are short: without numba a small circle is searched first, and wider ones until b
    lies inside.
    """
    if has_numba():
        from visitroute.roads.hierarchy.leg import label_leg  # noqa: PLC0415

        return label_leg(points.graph, outward, inward)
    (lon_a, *_), (lat_a, *_) = place(points, a)
    (lon_b, *_), (lat_b, *_) = place(points, b)
    crow = float(crow_metres(lon_a, lat_a, lon_b, lat_b))
    reach = (_FIRST_REACH_DS + _FIRST_REACH_DS_PER_M * crow) * DISTANCE_UNIT
    while True:
        labels = _labels(points.graph, outward, reach)[0]
        within = labels[inward.state] < NO_WAY
        # A state beyond the circle may still be the one that is nearer by way of its link.
        best = (labels[inward.state] + inward.weight)[within].min(initial=int(NO_WAY))
        spare = int(np.maximum(-inward.weight, 0).max(initial=0))
        if best + spare <= reach or reach == np.inf:
            return np.asarray(labels, dtype=np.int64)
        reach = reach * 4 if reach < _LAST_REACH else np.inf


def _trace(graph: SearchGraph, labels: Ints, outward: Links, state: int) -> tuple[int, list[int]]:
    """Return (link, steps) that lead to a state at its label; of several the first one."""
    pointer, order = graph.backward
    steps: list[int] = []
    while True:
        label = labels[state]
        hit = np.flatnonzero((outward.state == state) & (outward.weight == label))
        if len(hit):
            return int(hit[0]), steps[::-1]
        into = order[pointer[state] : pointer[state + 1]]
        tight = into[labels[graph.tail[into]] + graph.weight[into] == label]
        steps.append(int(tight[0]))
        state = int(graph.tail[tight[0]])


def _pieces(
    points: Points,
    a: int,
    b: int,
    outward: Links,
    link: int,
    inward: Links,
    best: int,
    steps: list[int],
) -> list[tuple[int, int, int]]:
    graph, network = points.graph, points.graph.network
    arcs = [int(graph.arc[s]) for s in steps]
    if network.has_turns:
        arcs = [int(network.state_arc[outward.state[link]]), *arcs]
    pieces = [_whole(points, arc) for arc in arcs]
    first, last = int(outward.arc[link]), int(inward.arc[best])
    if last >= 0:
        stop = int(points.offset[b])
        stretch, begin, _ = _whole(points, last)
        if network.has_turns:
            pieces.pop()
        pieces.append((stretch, begin, stop))
    if first >= 0:
        stretch, _, stop = _whole(points, first)
        pieces.insert(0, (stretch, int(points.offset[a]), stop))
    return pieces


def _whole(points: Points, arc: int) -> tuple[int, int, int]:
    length = int(points.graph.network.decimetres[arc // 2])
    return (arc // 2, 0, length) if arc % 2 == 0 else (arc // 2, length, 0)


def place(points: Points, spot: int) -> tuple[Floats, Floats]:
    """Return (lon, lat) of a spot as a line of two equal vertices."""
    stretch, offset = int(points.stretch[spot]), int(points.offset[spot])
    return points.graph.network.piece(stretch, offset, offset)


def leg_line(points: Points, leg: Leg, spot: int) -> tuple[Floats, Floats]:
    """Return (lon, lat) of a leg's line; of one that goes nowhere, the place of its spot."""
    if not leg.pieces:
        return place(points, spot)
    parts = [points.graph.network.piece(*piece) for piece in leg.pieces]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def join_legs(legs: Sequence[tuple[Floats, Floats]], tolerance_m: float) -> Line:
    """Return one line of the legs of a route, simplified but for their ends.

    A line that does not move has two equal vertices.
    """
    short = [simplify(*leg, tolerance_m) for leg in legs]
    lon = np.concatenate([leg[0] for leg in short]).round(7)
    lat = np.concatenate([leg[1] for leg in short]).round(7)
    new = np.r_[True, (np.diff(lon) != 0) | (np.diff(lat) != 0)]
    line = tuple(zip(lon[new].tolist(), lat[new].tolist(), strict=True))
    return line if len(line) > 1 else line * 2


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
