"""The graph that quickest ways are searched in, and how points hang on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec

import numpy as np

from visitroute.roads.network import CLOSED, Bools, Ints, Network

DISTANCE_BITS = 27
DISTANCE_UNIT = 1 << DISTANCE_BITS
"""One decisecond in a packed weight; whole distances of up to 13,421 km fit below it."""

NO_WAY = np.int64(1) << 61
"""Packed weight where no way leads; sums of two stay in int64."""


class SearchGraph:
    """States and the steps between them, at the times of one day.

    Where turns are free a state is a junction, and a step drives along an arc. Elsewhere a
    state is the end of an arc (or a copy of it), and a step turns into the next arc and drives
    along it. Weights are deciseconds · 2^27 + decimetres: the least weight is the quickest
    way, of equally quick ones the shortest, and holds both numbers exactly.

    Steps are sorted by tail: those of state i are ``pointer[i]:pointer[i + 1]`` of ``head``,
    ``weight`` and ``arc``. ``times`` are the deciseconds of every arc, ``CLOSED`` where closed;
    ``turn_open`` (bool) tells which turns of the network may be made.
    """

    def __init__(
        self, network: Network, times: Ints | None = None, turn_open: Bools | None = None
    ) -> None:
        self.network = network
        self.times = network.arc_times() if times is None else times
        if network.has_turns:
            self.size = len(network.state_arc)
            tail, head = np.asarray(network.turn_tail), np.asarray(network.turn_head)
            arc = network.state_arc[head]
            cost = np.asarray(network.turn_cost)
            able = (self.times[arc] != CLOSED) & (self.times[network.state_arc[tail]] != CLOSED)
            if turn_open is not None:
                able &= turn_open
        else:
            self.size = network.num_nodes
            arc = np.arange(2 * network.num_stretches)
            tail, head = network.arc_ends()
            able = self.times != CLOSED
            cost = np.zeros(len(arc), dtype=np.int64)
        tail, head, arc, cost = tail[able], head[able], arc[able], cost[able]
        weight = ((self.times[arc] + cost) << DISTANCE_BITS) + network.decimetres[arc // 2]
        # Of parallel streets the cheapest is kept: then two states have one step between them.
        order = np.lexsort((arc, weight, head, tail))
        tail, head = tail[order], head[order]
        single = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)][: len(order)]
        order = order[single]
        self.tail: Ints = tail[single]
        self.head: Ints = head[single]
        self.weight: Ints = weight[order]
        self.arc: Ints = arc[order]
        self.pointer: Ints = np.r_[0, np.cumsum(np.bincount(self.tail, minlength=self.size))]

    @cached_property
    def backward(self) -> tuple[Ints, Ints]:
        """Return (pointer, steps): the steps that lead to each state, in order."""
        order = np.argsort(self.head, kind="stable")
        return np.r_[0, np.cumsum(np.bincount(self.head, minlength=self.size))], order

    @cached_property
    def states_by_arc(self) -> tuple[Ints, Ints]:
        """Return (pointer, states): the states of each arc, the plain one first."""
        arcs = self.network.state_arc
        order = np.argsort(arcs, kind="stable")
        count = np.bincount(arcs, minlength=2 * self.network.num_stretches)
        return np.r_[0, np.cumsum(count)], order

    @cached_property
    def arcs_by_node(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return (pointer, arcs that leave, pointer, arcs that arrive) of each junction."""
        arcs = np.flatnonzero(self.times != CLOSED)
        found = []
        for end in self.network.arc_ends():
            order = arcs[np.argsort(end[arcs], kind="stable")]
            count = np.bincount(end[arcs], minlength=self.network.num_nodes)
            found += [np.r_[0, np.cumsum(count)], order]
        return found[0], found[1], found[2], found[3]


@cache
def has_numba() -> bool:
    """Tell whether numba is installed."""
    return find_spec("numba") is not None


def part_of(time: Ints, offset: Ints, length: Ints) -> Ints:
    """Return the deciseconds of the first ``offset`` of ``length`` decimetres, half up."""
    part: Ints = (2 * time * offset + length) // (2 * length)
    return part


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Ways between points and states: row = point, sorted by point.

    ``state[k]`` hangs on point ``point[k]`` at ``weight[k]``, which may be negative where a
    state lies beyond the point. ``pointer`` gives the links of each point. Link k drives over
    ``arc[k]`` between the point and the state (-1 where it drives over none).
    """

    pointer: Ints
    point: Ints
    state: Ints
    weight: Ints
    arc: Ints

    @property
    def count(self) -> int:
        """Number of points."""
        return len(self.pointer) - 1

    def pick(self, points: Ints) -> Links:
        """Return the links of some of the points, in the order given."""
        rows, which = expand(self.pointer, points)
        return Links(
            np.r_[0, np.cumsum(np.diff(self.pointer)[points])],
            which,
            self.state[rows],
            self.weight[rows],
            self.arc[rows],
        )


class Points:
    """Places on stretches, tied to a search graph; places on one spot count once.

    ``spot[i]`` is the number of the place of point i; ``stretch`` and ``offset`` (decimetres
    from the stretch's start) are those of the spots, ``outward`` and ``inward`` their links.
    At a junction ``node`` is its number, else -1.
    """

    def __init__(self, graph: SearchGraph, stretch: Ints, offset: Ints) -> None:
        self.graph = graph
        network = graph.network
        length = network.decimetres[stretch]
        node = np.where(
            offset <= 0,
            network.start[stretch],
            np.where(offset >= length, network.end[stretch], -1),
        )
        key = np.column_stack(
            (node, np.where(node >= 0, -1, stretch), np.where(node >= 0, -1, offset))
        )
        _, sample, spot = np.unique(key, axis=0, return_index=True, return_inverse=True)
        self.spot: Ints = spot.ravel()
        self.stretch: Ints = stretch[sample]
        self.offset: Ints = offset[sample]
        self.node: Ints = node[sample]
        self.outward, self.inward = self._link()

    @property
    def count(self) -> int:
        """Number of different places."""
        return len(self.stretch)

    def rest(self, side: int, spots: Ints) -> tuple[Ints, Ints]:
        """Return packed weights (up to the spot, beyond it) on arc ``2 · stretch + side``."""
        network = self.graph.network
        stretch, offset = self.stretch[spots], self.offset[spots]
        length = network.decimetres[stretch]
        time = self.graph.times[2 * stretch + side]
        driven = offset if side == 0 else length - offset
        seen = part_of(time, driven, length)
        before = (seen << DISTANCE_BITS) + driven
        whole = (time << DISTANCE_BITS) + length
        return before, whole - before

    def _link(self) -> tuple[Links, Links]:
        graph, network = self.graph, self.graph.network
        out: list[tuple[Ints, Ints, Ints, Ints]] = []
        into: list[tuple[Ints, Ints, Ints, Ints]] = []
        inner = np.flatnonzero(self.node < 0)
        for side in (0, 1):
            arc = 2 * self.stretch[inner] + side
            spots = inner[graph.times[arc] != CLOSED]
            arc = 2 * self.stretch[spots] + side
            before, beyond = self.rest(side, spots)
            if network.has_turns:
                pointer, states = graph.states_by_arc
                rows, which = expand(pointer, arc)
                into.append((spots[which], states[rows], -beyond[which], arc[which]))
                plain = states[pointer[arc]]
                steps, which = expand(graph.pointer, plain)
                weight = beyond[which] + graph.weight[steps]
                out.append((spots[which], graph.head[steps], weight, arc[which]))
            else:
                tail, head = network.start, network.end
                first, last = (tail, head) if side == 0 else (head, tail)
                out.append((spots, last[self.stretch[spots]], beyond, arc))
                into.append((spots, first[self.stretch[spots]], before, arc))
        at = np.flatnonzero(self.node >= 0)
        nodes = self.node[at]
        if network.has_turns and len(at):
            leave, leaving, arrive, arriving = graph.arcs_by_node
            pointer, states = graph.states_by_arc
            rows, which = expand(leave, nodes)
            arc = leaving[rows]
            weight = (graph.times[arc] << DISTANCE_BITS) + network.decimetres[arc // 2]
            none = np.full(len(arc), -1, dtype=np.int64)
            out.append((at[which], states[pointer[arc]], weight, none))
            rows, which = expand(arrive, nodes)
            arc = arriving[rows]
            rows, again = expand(pointer, arc)
            none = np.full(len(rows), -1, dtype=np.int64)
            into.append((at[which[again]], states[rows], np.zeros(len(rows), np.int64), none))
        else:
            none, free = np.full(len(at), -1, dtype=np.int64), np.zeros(len(at), dtype=np.int64)
            out.append((at, nodes, free, none))
            into.append((at, nodes, free, none))
        return _gather(out, self.count), _gather(into, self.count)

    def direct(self) -> tuple[Ints, Ints, Ints]:
        """Return (from, to, packed weight) of spots that lie one behind the other on an arc.

        A junction lies behind all spots of the arcs that lead to it.
        """
        found = [*self._to_junctions()]
        order = np.lexsort((self.offset, self.stretch))
        order = order[self.node[order] < 0]
        stretch = self.stretch[order]
        # Spots of one stretch stand side by side: pair each with those some places behind.
        step = 1
        while step < len(order):
            near = np.flatnonzero(stretch[step:] == stretch[:-step])
            if not len(near):
                break
            low, high = order[near], order[near + step]
            for side, a, b in ((0, low, high), (1, high, low)):
                open_ = self.graph.times[2 * self.stretch[a] + side] != CLOSED
                a, b = a[open_], b[open_]  # noqa: PLW2901 - the pairs of this side
                weight = self.rest(side, b)[0] - self.rest(side, a)[0]
                found.append((a, b, weight))
            step += 1
        a, b, weight = (np.concatenate(part) for part in zip(*found, strict=True))
        return a, b, weight

    def _to_junctions(self) -> Iterator[tuple[Ints, Ints, Ints]]:
        network = self.graph.network
        at = np.flatnonzero(self.node >= 0)
        spot_of = np.full(network.num_nodes, -1, dtype=np.int64)
        spot_of[self.node[at]] = at
        inner = np.flatnonzero(self.node < 0)
        for side in (0, 1):
            last = (network.end if side == 0 else network.start)[self.stretch[inner]]
            able = self.graph.times[2 * self.stretch[inner] + side] != CLOSED
            spots = inner[able & (spot_of[last] >= 0)]
            last = (network.end if side == 0 else network.start)[self.stretch[spots]]
            yield spots, spot_of[last], self.rest(side, spots)[1]


def expand(pointer: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """Return (rows, which): the rows of every key one after the other, and whose they are."""
    low, size = pointer[keys], pointer[keys + 1] - pointer[keys]
    which = np.repeat(np.arange(len(keys)), size)
    start = np.cumsum(size) - size
    return np.arange(int(size.sum())) + np.repeat(low - start, size), which


def _gather(parts: list[tuple[Ints, Ints, Ints, Ints]], count: int) -> Links:
    point, state, weight, arc = (
        np.concatenate(p).astype(np.int64) for p in zip(*parts, strict=True)
    )
    order = np.lexsort((weight, state, point))
    point, state, weight, arc = point[order], state[order], weight[order], arc[order]
    pointer = np.r_[0, np.cumsum(np.bincount(point, minlength=count))].astype(np.int64)
    return Links(pointer, point, state, weight, arc)
