"""The street network of one travel mode: junctions, stretches between them, and their shape."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from visitroute.model import TravelMode
from visitroute.roads.geodesy import Floats

if TYPE_CHECKING:
    import networkx as nx

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CLOSED = -1
"""Stands for the time of a stretch in a direction in which it may not be used."""

IN_NEED = -2
"""Stands for the condition of turning round where a street goes on: see ``open_turns``."""

_STUB_M = 200.0
"""Lost pieces shorter than this don't count in ``share``."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Streets usable by one mode, of which every place can be reached from every other.

    ``lon``, ``lat`` are the junctions, (n,) degrees, ``node`` their ids in OpenStreetMap
    (0 where there is none, negative at a barrier, which parts a street). A stretch s is a
    piece of street without junctions between ``start[s]`` and ``end[s]``, ``decimetres[s]``
    long; it takes ``forward[s]`` deciseconds from start to end and ``backward[s]`` back,
    ``CLOSED`` where that is not allowed. Its vertices, both ends included, are
    ``first[s]:first[s + 1]`` of ``vertex_lon``, ``vertex_lat``, and of ``along``: metres from
    the stretch's start. Points are tied to stretches that are ``snappable`` (bool); the
    others only lead through. ``way[s]`` is the id of its OpenStreetMap way (0 where there is
    none), ``road[s]`` the number of its class in ``roads``, ``condition[s]`` that of the dates
    on which it is open in ``conditions``, -1 for always.

    An arc is a stretch in one direction: 2s from its start, 2s + 1 from its end. Where turns
    cost something, ``turn_tail``, ``turn_head`` and ``turn_cost`` (deciseconds) list every
    turn from one state to another; state i is on ``state_arc[i]``. States beyond the number
    of open arcs are second copies of arcs, which remember the way that led to them, for turns
    forbidden after several ways. ``turn_condition`` is as ``condition``, or ``IN_NEED``; see
    ``open_turns``. Empty arrays mean that turns are free.

    ``share`` is the part of the mode's streets, by length, that the network holds: see
    ``measure_share``. The streets it lacks are the lines ``lost_first`` into ``lost_lon``,
    ``lost_lat``.
    """

    mode: TravelMode
    lon: Floats
    lat: Floats
    node: Ints
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
    way: Ints
    road: Ints
    condition: Ints
    state_arc: Ints
    turn_tail: Ints
    turn_head: Ints
    turn_cost: Ints
    turn_condition: Ints
    lost_first: Ints
    lost_lon: Floats
    lost_lat: Floats
    roads: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
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

    @property
    def has_turns(self) -> bool:
        """Whether turns cost something or are forbidden."""
        return len(self.state_arc) > 0

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north end in degrees."""
        lon, lat = self.vertex_lon, self.vertex_lat
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def arc_times(self) -> Ints:
        """Return the deciseconds of every arc, (2 · stretches,), ``CLOSED`` where not allowed."""
        return np.column_stack((self.forward, self.backward)).ravel()

    def arc_ends(self) -> tuple[Ints, Ints]:
        """Return the junctions at which each arc begins and ends, both (2 · stretches,)."""
        ends = self.start, self.end
        return np.column_stack(ends).ravel(), np.column_stack(ends[::-1]).ravel()

    def vertices(self, stretch: int) -> slice:
        """Return where the vertices of a stretch lie in the vertex arrays."""
        return slice(int(self.first[stretch]), int(self.first[stretch + 1]))

    def piece(self, stretch: int, begin: int, stop: int) -> tuple[Floats, Floats]:
        """Return (lon, lat) along a stretch from one offset to another, in decimetres.

        ``begin`` may lie beyond ``stop``: the piece then runs against the stretch.
        """
        where = self.vertices(stretch)
        # Slices of a memory map are slow to make; those of a plain view of it are not.
        along = np.asarray(self.along)[where]
        low, high = (
            min(along[-1] * (offset / self.decimetres[stretch]), along[-1])
            for offset in sorted((begin, stop))
        )
        inside = along[(along > low) & (along < high)]
        metres = np.concatenate(([low], inside, [high]))
        lon = np.interp(metres, along, np.asarray(self.vertex_lon)[where])
        lat = np.interp(metres, along, np.asarray(self.vertex_lat)[where])
        return (lon, lat) if begin <= stop else (lon[::-1], lat[::-1])

    def to_networkx(self) -> nx.MultiDiGraph[int]:
        """Return the network as a networkx graph with the attributes of OSMnx."""
        from visitroute.roads.graphs import to_networkx  # noqa: PLC0415 - it imports this module

        return to_networkx(self)


def without_turns(mode: TravelMode, **arrays: object) -> Network:
    """Return a network in which turns are free, from its arrays of junctions and stretches."""
    count = len(arrays["start"])  # type: ignore[arg-type]
    none, nowhere = np.zeros(0, dtype=np.int64), np.zeros(0)
    given = {
        "node": np.zeros(len(arrays["lon"]), dtype=np.int64),  # type: ignore[arg-type]
        "way": np.zeros(count, dtype=np.int64),
        "road": np.zeros(count, dtype=np.int64),
        "condition": np.full(count, -1, dtype=np.int64),
        **dict.fromkeys(
            ("state_arc", "turn_tail", "turn_head", "turn_cost", "turn_condition"), none
        ),
        "lost_first": np.zeros(1, dtype=np.int64),
        "lost_lon": nowhere,
        "lost_lat": nowhere,
        **arrays,
    }
    return Network(mode=mode, **given)  # type: ignore[arg-type]


def keep_largest(network: Network, turn_open: Bools | None = None) -> Network:
    """Return the part of a network that is the largest by length and strongly connected.

    Its ``share`` is set; the nodes and stretches that stay keep their order. Its turns are
    gone, to be found anew for what is left. ``turn_open`` is as ``find_largest`` takes it.
    """
    forward, backward, kept = find_largest(network, turn_open)
    return select_stretches(network, kept, forward, backward)


def find_largest(network: Network, turn_open: Bools | None = None) -> tuple[Ints, Ints, Bools]:
    """Return forward and backward times and the stretches of the largest connected part.

    With ``turn_open`` (bool), the turns that may be made, a stretch belongs to it when it can
    be reached and left again in one of its directions; a point on it is then reached from
    every other, because who stops there may go on either way.
    """
    times = network.arc_times()
    if turn_open is not None:
        label, chosen = _strong_states(network, times, turn_open)
        inside = np.zeros(len(times), dtype=np.bool_)
        inside[network.state_arc[label == chosen]] = True
        inside &= times != CLOSED
        kept = inside[::2] | inside[1::2]
        times = np.where(np.repeat(kept, 2), times, CLOSED)
        return times[::2], times[1::2], kept
    tail_node, head_node = network.arc_ends()
    length = np.repeat(network.decimetres, 2)
    ahead = times != CLOSED
    n = network.num_nodes
    graph = csr_array(
        (np.ones(int(ahead.sum()), np.int8), (tail_node[ahead], head_node[ahead])), shape=(n, n)
    )
    _, label = connected_components(graph, directed=True, connection="strong")
    within = ahead & (label[tail_node] == label[head_node])
    chosen = int(np.bincount(label[tail_node], weights=length * within).argmax())
    inside = within & (label[tail_node] == chosen)
    times = np.where(inside, times, CLOSED)
    return times[::2], times[1::2], inside[::2] | inside[1::2]


def _strong_states(network: Network, times: Ints, turn_open: Bools) -> tuple[Ints, int]:
    """Return the strong component of each state, and which one is the largest by length."""
    arcs, size = network.state_arc, len(network.state_arc)
    open_arc = times[arcs] != CLOSED
    able = turn_open & open_arc[network.turn_tail] & open_arc[network.turn_head]
    tail, head = network.turn_tail[able], network.turn_head[able]
    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
    _, label = connected_components(graph, directed=True, connection="strong")
    lengths = network.decimetres[arcs // 2] * open_arc
    return label, int(np.bincount(label, weights=lengths).argmax())


def open_turns(network: Network, held: Bools | None = None) -> Bools | None:
    """Return which turns may be made (bool), None where turns are free.

    ``held`` tells of each of ``conditions`` whether it is open; all are when None. Turning
    round where the street goes on is for those who could not come back otherwise: on arcs
    from which the largest connected part can't be reached, or which it does not reach.
    """
    if not network.has_turns:
        return None
    condition = np.asarray(network.turn_condition)
    is_open = np.ones(len(network.conditions), dtype=np.bool_) if held is None else held
    plain = np.r_[is_open, False, True][condition]  # -1 is the last, -2 the one before
    label, chosen = _strong_states(network, network.arc_times(), plain)
    lost = label != chosen
    turned: Bools = plain | ((condition == IN_NEED) & lost[network.turn_tail])
    return turned


def select_stretches(network: Network, kept: Bools, forward: Ints, backward: Ints) -> Network:
    """Return a network of the ``kept`` stretches (bool) at other times, without its turns."""
    nodes = np.unique(np.r_[network.start[kept], network.end[kept]])
    number = np.full(network.num_nodes, -1, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    sizes = np.diff(network.first)
    vertex, gone = np.repeat(kept, sizes), np.repeat(~kept, sizes)
    none = np.zeros(0, dtype=np.int64)
    lost_sizes = np.diff(network.lost_first)
    return replace(
        network,
        lon=network.lon[nodes],
        lat=network.lat[nodes],
        node=network.node[nodes],
        start=number[network.start[kept]],
        end=number[network.end[kept]],
        decimetres=network.decimetres[kept],
        forward=forward[kept],
        backward=backward[kept],
        snappable=network.snappable[kept],
        first=np.r_[0, np.cumsum(sizes[kept])],
        vertex_lon=network.vertex_lon[vertex],
        vertex_lat=network.vertex_lat[vertex],
        along=network.along[vertex],
        way=network.way[kept],
        road=network.road[kept],
        condition=network.condition[kept],
        state_arc=none,
        turn_tail=none,
        turn_head=none,
        turn_cost=none,
        turn_condition=none,
        lost_first=np.r_[0, np.cumsum(np.r_[lost_sizes, sizes[~kept]])].astype(np.int64),
        lost_lon=np.r_[network.lost_lon, network.vertex_lon[gone]],
        lost_lat=np.r_[network.lost_lat, network.vertex_lat[gone]],
        share=network.share * measure_share(network, kept),
    )


def array_names() -> tuple[str, ...]:
    """Return the names of a network's arrays, in order."""
    return tuple(f.name for f in fields(Network) if f.name not in _PLAIN)


_PLAIN = ("mode", "roads", "conditions", "share")


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
