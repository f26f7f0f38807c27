"""The street network of one travel mode: junctions, stretches between them, and their shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import SpeedTable
from visitroute.roads.geodesy import Floats, crow_metres
from visitroute.roads.modes import find_passage, is_snappable
from visitroute.roads.osm import Extract

if TYPE_CHECKING:
    import networkx as nx

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CLOSED = -1
"""Stands for the time of a stretch in a direction in which it may not be used."""

_STUB_M = 200.0
"""Lost pieces shorter than this don't count in ``share``."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Streets usable by one mode, of which every place can be reached from every other.

    ``lon``, ``lat`` are the junctions, (n,) degrees. A stretch s is a piece of street
    without junctions between ``start[s]`` and ``end[s]``, ``decimetres[s]`` long; it takes
    ``forward[s]`` deciseconds from start to end and ``backward[s]`` back, ``CLOSED`` where
    that is not allowed. Its vertices, both ends included, are ``first[s]:first[s + 1]`` of
    ``vertex_lon``, ``vertex_lat``, and of ``along``: metres from the stretch's start.
    Points are tied to stretches that are ``snappable`` (bool); the others only lead
    through. ``share`` is the part of the mode's streets, by length, that the network holds:
    see ``measure_share``.
    """

    mode: TravelMode
    lon: Floats
    lat: Floats
    start: Ints
    end: Ints
    decimetres: Ints
    forward: Ints
    backward: Ints
    snappable: Bools
    first: Ints
    vertex_lon: Floats
    vertex_lat: Floats
    along: Floats
    share: float = 1.0

    @property
    def num_nodes(self) -> int:
        """Number of junctions and street ends."""
        return len(self.lon)

    @property
    def num_stretches(self) -> int:
        """Number of stretches, each counted once for both directions."""
        return len(self.start)

    @property
    def num_edges(self) -> int:
        """Number of directed edges: stretches times the directions they allow."""
        return int((self.forward != CLOSED).sum() + (self.backward != CLOSED).sum())

    def vertices(self, stretch: int) -> slice:
        """Return where the vertices of a stretch lie in the vertex arrays."""
        return slice(int(self.first[stretch]), int(self.first[stretch + 1]))

    def piece(self, stretch: int, begin: int, stop: int) -> tuple[Floats, Floats]:
        """Return (lon, lat) along a stretch from one offset to another, in decimetres.

        ``begin`` may lie beyond ``stop``: the piece then runs against the stretch.
        """
        where = self.vertices(stretch)
        along = self.along[where]
        low, high = (
            min(along[-1] * (offset / self.decimetres[stretch]), along[-1])
            for offset in sorted((begin, stop))
        )
        inside = along[(along > low) & (along < high)]
        metres = np.concatenate(([low], inside, [high]))
        lon = np.interp(metres, along, self.vertex_lon[where])
        lat = np.interp(metres, along, self.vertex_lat[where])
        return (lon, lat) if begin <= stop else (lon[::-1], lat[::-1])

    def to_networkx(self) -> nx.MultiDiGraph[int]:
        """Return the network as a networkx graph with the attributes of OSMnx."""
        from visitroute.roads.graphs import to_networkx  # noqa: PLC0415 - it imports this module

        return to_networkx(self)


def build_network(extract: Extract, mode: TravelMode, speeds: SpeedTable) -> Network:
    """Return the network of the streets and ferries of an extract that a mode may use.

    Only the largest part in which every place reaches every other is kept. Raises
    ``RoadsError`` VR3003 when the extract holds no way usable by the mode.
    """
    passages = [find_passage(tags, mode, speeds) for tags in extract.kinds]
    forward = np.array([p.forward for p in passages])[extract.kind]
    backward = np.array([p.backward for p in passages])[extract.kind]
    duration = np.array([p.duration or 0.0 for p in passages])[extract.kind]

    snappable = np.array([is_snappable(tags) for tags in extract.kinds])[extract.kind]

    counts = np.diff(extract.first)
    way = np.repeat(np.arange(extract.num_ways), counts)
    usable = ((forward > 0) | (backward > 0))[way]
    here = usable & ~np.isnan(extract.lon)
    if not here.any():
        raise _nothing_usable(extract.num_ways, mode)
    # Where the extract lacks a node, the way falls into pieces.
    piece = np.cumsum(np.diff(way, prepend=-1) + (usable & ~here))[here]
    way, refs = way[here], extract.refs[here]
    doubled = np.r_[False, (refs[1:] == refs[:-1]) & (piece[1:] == piece[:-1])]
    way, refs, piece = way[~doubled], refs[~doubled], piece[~doubled]
    lon, lat = extract.lon[here][~doubled], extract.lat[here][~doubled]

    firsts = np.diff(piece, prepend=-1) != 0
    lasts = np.r_[firsts[1:], True][: len(piece)]
    _, sample, node, uses = np.unique(
        refs, return_index=True, return_inverse=True, return_counts=True
    )
    junction = np.flatnonzero((uses[node] > 1) | firsts | lasts)
    joined = piece[junction[1:]] == piece[junction[:-1]]
    a, b = junction[:-1][joined], junction[1:][joined]
    if not len(a):
        raise _nothing_usable(extract.num_ways, mode)

    steps = np.where(firsts[1:], 0.0, crow_metres(lon[:-1], lat[:-1], lon[1:], lat[1:]))
    mile = np.r_[0.0, np.cumsum(steps)]
    # A ferry's duration is that of the whole way: turn it into a speed.
    total = np.bincount(way[1:], weights=steps, minlength=extract.num_ways)
    timed = (duration > 0) & (total > 0)
    pace = np.divide(total * 3.6, duration, out=np.zeros_like(total), where=timed)
    forward = np.where(timed & (forward > 0), pace, forward)
    backward = np.where(timed & (backward > 0), pace, backward)

    size = b - a + 1
    first = np.r_[0, np.cumsum(size)]
    vertex = np.repeat(a - first[:-1], size) + np.arange(first[-1])
    metres = mile[b] - mile[a]
    network = Network(
        mode=mode,
        lon=lon[sample],
        lat=lat[sample],
        start=node[a],
        end=node[b],
        decimetres=np.maximum(np.rint(metres * 10).astype(np.int64), 1),
        forward=_deciseconds(metres, forward[way[a]]),
        backward=_deciseconds(metres, backward[way[a]]),
        snappable=snappable[way[a]],
        first=first,
        vertex_lon=lon[vertex],
        vertex_lat=lat[vertex],
        along=mile[vertex] - np.repeat(mile[a], size),
    )
    return keep_largest(network)


def _nothing_usable(num_ways: int, mode: TravelMode) -> RoadsError:
    return RoadsError(
        "VR3003",
        f"none of the {num_ways} ways is usable by {mode}",
        f"the extract lacks streets, or [speeds.{mode}] of the policy closes every class",
    )


def _deciseconds(metres: Floats, kmh: Floats) -> Ints:
    """Return whole deciseconds, at least 1, and ``CLOSED`` where the speed is 0."""
    open_ = kmh > 0
    time = np.divide(metres * 36, kmh, out=np.zeros_like(metres), where=open_)
    whole: Ints = np.where(open_, np.maximum(np.rint(time).astype(np.int64), 1), CLOSED)
    return whole


def keep_largest(network: Network) -> Network:
    """Return the part of a network that is the largest by length and strongly connected.

    Its ``share`` is set; the nodes and stretches that stay keep their order.
    """
    ahead, back = network.forward != CLOSED, network.backward != CLOSED
    tail = np.r_[network.start[ahead], network.end[back]]
    head = np.r_[network.end[ahead], network.start[back]]
    n = network.num_nodes
    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n, n))
    _, label = connected_components(graph, directed=True, connection="strong")
    inside = label[network.start] == label[network.end]
    size = np.bincount(label[network.start], weights=network.decimetres * inside)
    chosen = int(size.argmax())
    nodes = np.flatnonzero(label == chosen)
    number = np.full(n, -1, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    kept = inside & (label[network.start] == chosen)
    sizes = np.diff(network.first)
    vertex = np.repeat(kept, sizes)
    return Network(
        mode=network.mode,
        lon=network.lon[nodes],
        lat=network.lat[nodes],
        start=number[network.start[kept]],
        end=number[network.end[kept]],
        decimetres=network.decimetres[kept],
        forward=network.forward[kept],
        backward=network.backward[kept],
        snappable=network.snappable[kept],
        first=np.r_[0, np.cumsum(sizes[kept])],
        vertex_lon=network.vertex_lon[vertex],
        vertex_lat=network.vertex_lat[vertex],
        along=network.along[vertex],
        share=measure_share(network, kept),
    )


def measure_share(network: Network, kept: Bools) -> float:
    """Return which part of a network's streets the ``kept`` stretches (bool) are, by length.

    The share is to tell of an extract cut so close that streets with shops are lost. So
    only stretches count on which shops may stand: a service tunnel that can't be left is
    nothing to warn of. And lost stretches count where they hang together over 200 m or
    more: a shop on a shorter stub is tied to the network near by instead, and maps have
    stubs without any cut (parking lots, yards, the last metres of a one-way street).
    """
    counts = network.snappable if network.snappable.any() else np.ones_like(kept)
    length = network.decimetres / 10
    used = np.zeros(network.num_nodes, dtype=np.bool_)
    used[network.start[kept]] = used[network.end[kept]] = True
    lost = counts & ~kept
    start, end = network.start[lost], network.end[lost]
    # Stubs that leave the network at one junction are pieces of their own: they are tied
    # together at their far ends only.
    tail, head = np.where(used[start], end, start), np.where(used[end], start, end)
    n = network.num_nodes
    touching = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n, n))
    _, piece = connected_components(touching, directed=False)
    size = np.bincount(piece[tail], weights=length[lost], minlength=1)
    missing = float(size[size >= _STUB_M].sum())
    held = float(length[counts & kept].sum())
    return held / (held + missing) if held + missing > 0 else 1.0
