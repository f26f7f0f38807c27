"""Turns from street to street: what they cost, and which are forbidden."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from visitroute.model import TravelMode
from visitroute.policy import TurnPolicy
from visitroute.roads.geodesy import Floats
from visitroute.roads.modes import split_conditional
from visitroute.roads.network import CLOSED, IN_NEED, Ints, Network
from visitroute.roads.osm import Restriction
from visitroute.roads.search import expand

Chain = tuple[int, ...]
"""Arcs one after the other."""

Forbidden = Mapping[Chain, int]
"""Chains of arcs that nobody may follow to the end, with the condition under which: -1 always."""

ALWAYS = -1
_LOOK_M = 12.0
_STEEP_DEGREES = 14.0
_NEAR_SIDE_DEGREES, _ACROSS_DEGREES = 104.0, 78.0
_REAL_JUNCTION = 3
_LONGEST_VIA = 60

_KEYS: Mapping[TravelMode, tuple[str, tuple[str, ...]]] = {
    TravelMode.CAR: ("restriction:motorcar", ("motorcar", "motor_vehicle", "vehicle")),
    TravelMode.MOTORBIKE: ("restriction:motorcycle", ("motorcycle", "motor_vehicle", "vehicle")),
    TravelMode.EBIKE: ("restriction:bicycle", ("bicycle", "vehicle")),
    TravelMode.BICYCLE: ("restriction:bicycle", ("bicycle", "vehicle")),
}
"""The restriction key of a mode's own, and the words of ``except`` that free it."""


def find_forbidden(
    network: Network, restrictions: Iterable[Restriction], mode: TravelMode
) -> tuple[dict[Chain, int], tuple[str, ...]]:
    """Return the forbidden chains of arcs, and the hours of those that are not always forbidden.

    A restriction counts where its ways meet in the network at one place: one that is drawn
    ambiguously (a way runs on beyond its via node) or in part outside is left out.
    """
    if mode not in _KEYS:
        return {}, ()
    streets = _Streets(network)
    found: dict[Chain, int] = {}
    hours: dict[str, int] = {}
    for restriction in restrictions:
        word, when = _applies(restriction, mode)
        if not word:
            continue
        number = hours.setdefault(when, len(hours)) if when else ALWAYS
        for chain in streets.chains(restriction):
            *way_there, last = chain
            if word.startswith("only_"):
                others = [b for b in streets.leaving(streets.head(way_there[-1])) if b != last]
                ends = [(*way_there, b) for b in others]
            else:
                ends = [chain]
            for end in ends:
                if found.get(end) != ALWAYS:
                    found[end] = number
    return found, tuple(hours)


def _applies(restriction: Restriction, mode: TravelMode) -> tuple[str, str]:
    """Return what is forbidden or prescribed to a mode, and the hours of it; empty for nothing."""
    own, names = _KEYS[mode]
    tags = restriction.tags
    freed = {word.strip() for word in tags.get("except", "").split(";")}
    if freed.intersection(names):
        return "", ""
    word, hours = tags.get(own) or tags.get("restriction", ""), ""
    if not word:
        word, hours = split_conditional(tags.get("restriction:conditional", ""))
    return (word, hours) if word.startswith(("no_", "only_")) else ("", "")


class _Streets:
    """Looks up arcs of a network by way and junction."""

    def __init__(self, network: Network) -> None:
        times = network.arc_times()
        self._tail, self._head = network.arc_ends()
        arcs = np.flatnonzero(times != CLOSED)
        self._by_way = _group(network.way[arcs // 2], arcs)
        self._by_tail = _group(self._tail[arcs], arcs)
        self._node = {int(ref): i for i, ref in enumerate(network.node.tolist())}

    def head(self, arc: int) -> int:
        """Return the junction an arc leads to."""
        return int(self._head[arc])

    def leaving(self, node: int) -> list[int]:
        """Return the arcs that begin at a junction."""
        return self._by_tail(node)

    def chains(self, restriction: Restriction) -> list[Chain]:
        """Return the chains from, via, to that a restriction is about."""
        found = []
        for way, goal in product(restriction.from_ways, restriction.to_ways):
            chain = (
                self._by_ways(way, restriction.via_ways, goal)
                if restriction.via_ways
                else self._by_node(way, restriction.via_nodes, goal)
            )
            if chain is not None:
                found.append(chain)
        return found

    def _by_node(self, way: int, via: Sequence[int], goal: int) -> Chain | None:
        if len(via) != 1 or via[0] not in self._node:
            return None
        node = self._node[via[0]]
        there = [a for a in self._by_way(way) if self._head[a] == node]
        on = [a for a in self._by_way(goal) if self._tail[a] == node]
        return (there[0], on[0]) if len(there) == 1 and len(on) == 1 else None

    def _by_ways(self, way: int, via: Sequence[int], goal: int) -> Chain | None:
        """Return the shortest chain from a way along the via ways to the goal."""
        between = {a for v in via for a in self._by_way(v)}
        starts = {int(self._tail[a]) for a in between}
        ends = {int(self._tail[a]): a for a in self._by_way(goal)}
        queue: deque[Chain] = deque((a,) for a in self._by_way(way) if int(self._head[a]) in starts)
        while queue:
            chain = queue.popleft()
            node = int(self._head[chain[-1]])
            if len(chain) > 1 and node in ends and ends[node] != chain[-1] ^ 1:
                return (*chain, ends[node])
            if len(chain) < _LONGEST_VIA:
                been = {int(self._tail[a]) for a in chain}
                queue.extend(
                    (*chain, a)
                    for a in self._by_tail(node)
                    if a in between and int(self._head[a]) not in been
                )
        return None


class _group:  # noqa: N801 - used like a function
    """Finds the values of a key in arrays of keys and values."""

    def __init__(self, keys: Ints, values: Ints) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys, self._values = keys[order], values[order]

    def __call__(self, key: int) -> list[int]:
        low, high = np.searchsorted(self._keys, (key, key + 1))
        found: list[int] = self._values[low:high].tolist()
        return found


def find_turns(
    network: Network,
    forbidden: Forbidden,
    conditions: tuple[str, ...],
    costs: TurnPolicy,
    driving: str,
) -> Network:
    """Return a network with every turn from one of its arcs to the next, and what it costs.

    Nobody turns round except where a street ends, or in need (``IN_NEED``). ``conditions`` are
    the hours of forbidden chains, ``driving`` the side of the road.
    """
    times = network.arc_times()
    arcs = np.flatnonzero(times != CLOSED)
    tail, head = network.arc_ends()
    state = np.full(len(times), -1, dtype=np.int64)
    state[arcs] = np.arange(len(arcs))

    leaving = arcs[np.argsort(tail[arcs], kind="stable")]
    pointer = np.r_[0, np.cumsum(np.bincount(tail[leaving], minlength=network.num_nodes))]
    rows, which = expand(pointer, head[arcs])
    a, b = arcs[which], leaving[rows]
    back = b == (a ^ 1)
    in_need = back & (np.diff(pointer)[head[a]] > 1)

    angle = turn_angles(network, a, b)
    if driving == "left":
        angle = -angle
    middle = np.where(angle > 0, _NEAR_SIDE_DEGREES, _ACROSS_DEGREES)
    seconds = costs.turn_s / (1 + np.exp((middle - np.abs(angle)) / _STEEP_DEGREES))
    ends = np.bincount(network.start, minlength=network.num_nodes)
    ends += np.bincount(network.end, minlength=network.num_nodes)
    seconds = np.where(ends[head[a]] >= _REAL_JUNCTION, seconds, 0.0)
    seconds = np.where(back, costs.u_turn_s, seconds)

    table = _TurnTable(
        (state[a], state[b], np.rint(seconds * 10).astype(np.int64)),
        np.where(in_need, IN_NEED, ALWAYS),
        arcs,
        state,
        forbidden,
    )
    offset = len(network.conditions)
    return replace(
        network,
        state_arc=np.r_[arcs, table.copied_arcs],
        turn_tail=table.tail,
        turn_head=table.head,
        turn_cost=table.cost,
        turn_condition=np.where(table.condition >= 0, table.condition + offset, table.condition),
        conditions=(*network.conditions, *(f"closed:{hours}" for hours in conditions)),
    )


class _TurnTable:
    """All turns between states, without the forbidden ones.

    A chain of three or more arcs is forbidden by copies of its inner arcs: who comes along
    the chain is in the copies, and there the last turn is missing. The copy after some arcs
    stands for the longest beginning of a forbidden chain that they end with, so that chains
    may overlap.
    """

    def __init__(
        self,
        turns: tuple[Ints, Ints, Ints],
        condition: Ints,
        arcs: Ints,
        state: Ints,
        forbidden: Forbidden,
    ) -> None:
        tail, head, cost = turns
        pairs = {c: n for c, n in forbidden.items() if len(c) == 2}  # noqa: PLR2004 - a turn
        if pairs:
            size = len(arcs)
            key = tail * size + head
            known = np.array([state[a] * size + state[b] for a, b in pairs], dtype=np.int64)
            number = np.array(list(pairs.values()), dtype=np.int64)
            order = np.argsort(known)
            known, number = known[order], number[order]
            at = np.minimum(np.searchsorted(known, key), len(known) - 1)
            hit = known[at] == key
            keep = ~(hit & (number[at] == ALWAYS))
            condition = np.where(hit & (condition == ALWAYS), number[at], condition)
            tail, head, cost, condition = tail[keep], head[keep], cost[keep], condition[keep]
        self.tail, self.head, self.cost, self.condition = tail, head, cost, condition
        self.copied_arcs = np.zeros(0, dtype=np.int64)
        longer = {c: n for c, n in forbidden.items() if len(c) > 2}  # noqa: PLR2004
        if longer:
            self._copy(longer, arcs, state)

    def _copy(self, longer: Forbidden, arcs: Ints, state: Ints) -> None:
        beginnings = sorted({c[:i] for c in longer for i in range(2, len(c))})
        number = {c: len(arcs) + i for i, c in enumerate(beginnings)}
        first = np.searchsorted(self.tail, np.arange(len(arcs) + 1))
        head = self.head.copy()
        more: list[tuple[int, int, int, int]] = []
        for chain in beginnings:
            last = int(state[chain[-1]])
            for turn in range(int(first[last]), int(first[last + 1])):
                path = (*chain, int(arcs[self.head[turn]]))
                rests = [path[i:] for i in range(len(path))]
                ends = [longer[r] for r in rests if r in longer]
                if ALWAYS in ends:
                    continue
                goal = next((number[r] for r in rests if r in number), int(self.head[turn]))
                own = int(self.condition[turn])
                when = own if own == IN_NEED else max(ends, default=own)
                more.append((number[chain], goal, int(self.cost[turn]), when))
            if len(chain) == 2:  # noqa: PLR2004 - the first turn leads into the copies
                before = int(state[chain[0]])
                turns = np.arange(first[before], first[before + 1])
                head[turns[self.head[turns] == last]] = number[chain]
        extra = np.array(more, dtype=np.int64).reshape(-1, 4)
        self.tail = np.r_[self.tail, extra[:, 0]]
        self.head = np.r_[head, extra[:, 1]]
        self.cost = np.r_[self.cost, extra[:, 2]]
        self.condition = np.r_[self.condition, extra[:, 3]]
        self.copied_arcs = np.array([c[-1] for c in beginnings], dtype=np.int64)


def turn_angles(network: Network, a: Ints, b: Ints) -> Floats:
    """Return by how many degrees one turns from arcs a to arcs b: 0 straight on, 90 right."""
    outward, inward = _headings(network)
    turned: Floats = (outward[b] - inward[a] + 180) % 360 - 180
    return turned


def _headings(network: Network) -> tuple[Floats, Floats]:
    """Return the compass course at the beginning and at the end of each arc, in degrees."""
    first, last = network.first[:-1], network.first[1:] - 1
    length = network.along[last]
    ahead_lon, ahead_lat = _places(network, np.minimum(_LOOK_M, length))
    behind_lon, behind_lat = _places(network, np.maximum(length - _LOOK_M, 0.0))
    lon, lat = network.vertex_lon, network.vertex_lat
    begin = _course(lon[first], lat[first], ahead_lon, ahead_lat)
    end = _course(behind_lon, behind_lat, lon[last], lat[last])
    outward = np.column_stack((begin, end + 180)).ravel()
    inward = np.column_stack((end, begin + 180)).ravel()
    return outward, inward


def _places(network: Network, metres: Floats) -> tuple[Floats, Floats]:
    """Return (lon, lat) some metres along each stretch."""
    # Stretches laid end to end, so that one search finds the vertex before each place.
    sizes = np.diff(network.first)
    length = network.along[network.first[1:] - 1] + 1.0
    shift = np.r_[0.0, np.cumsum(length)[:-1]]
    mile = network.along + np.repeat(shift, sizes)
    low = np.searchsorted(mile, metres + shift, side="right") - 1
    low = np.clip(low, network.first[:-1], np.maximum(network.first[1:] - 2, network.first[:-1]))
    high = np.minimum(low + 1, network.first[1:] - 1)
    step = network.along[high] - network.along[low]
    part = np.divide(metres - network.along[low], step, out=np.zeros_like(step), where=step > 0)
    part = np.clip(part, 0.0, 1.0)
    lon, lat = network.vertex_lon, network.vertex_lat
    return lon[low] + part * (lon[high] - lon[low]), lat[low] + part * (lat[high] - lat[low])


def _course(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    east = (lon_b - lon_a) * np.cos(np.radians((lat_a + lat_b) / 2))
    course: Floats = np.degrees(np.arctan2(east, lat_b - lat_a))
    return course
