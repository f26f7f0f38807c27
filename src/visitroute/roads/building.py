"""Building the street network of one travel mode from an extract."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads.geodesy import Floats, crow_metres
from visitroute.roads.modes import (
    find_condition,
    find_passage,
    is_blocked,
    is_snappable,
    opens_by_condition,
)
from visitroute.roads.network import (
    CLOSED,
    Bools,
    Ints,
    Network,
    keep_largest,
    open_turns,
    without_turns,
)
from visitroute.roads.osm import Extract
from visitroute.roads.turns import find_forbidden, find_turns


def build_network(extract: Extract, mode: TravelMode, policy: Policy) -> Network:
    """Return the network of the streets and ferries of an extract that a mode may use.

    Only the largest part in which every place reaches every other is kept. Raises
    ``RoadsError`` VR3003 when the extract holds no way usable by the mode.
    """
    costs = policy.turns[mode]
    whole = _join_ways(extract, mode, policy)
    network = keep_largest(whole)
    if costs.turn_s <= 0 and costs.u_turn_s <= 0:
        return network
    # Turns show which arcs can't be left again; without those, there are fewer turns.
    turning = _with_turns(network, extract, mode, policy)
    held = keep_largest(turning, open_turns(turning))
    return _with_turns(held, extract, mode, policy)


def _with_turns(network: Network, extract: Extract, mode: TravelMode, policy: Policy) -> Network:
    forbidden, conditions = find_forbidden(network, extract.restrictions, mode)
    return find_turns(network, forbidden, conditions, policy.turns[mode], policy.roads.driving)


def _join_ways(extract: Extract, mode: TravelMode, policy: Policy) -> Network:
    """Return all stretches a mode may use, connected or not."""
    speeds, surfaces, costs = policy.speeds[mode], policy.surfaces[mode], policy.turns[mode]
    private = policy.roads.private
    passages = [find_passage(t, mode, speeds, surfaces, private=private) for t in extract.kinds]
    forward = np.array([p.forward for p in passages])[extract.kind]
    backward = np.array([p.backward for p in passages])[extract.kind]
    duration = np.array([p.duration or 0.0 for p in passages])[extract.kind]
    snappable = np.array([is_snappable(tags) for tags in extract.kinds])[extract.kind]
    roads, road = _number([tags.get("highway", "ferry") for tags in extract.kinds])
    conditions, condition = _number([_spell_condition(tags, mode) for tags in extract.kinds])
    is_ferry = np.array([name == "ferry" for name in roads])[road][extract.kind]

    counts = np.diff(extract.first)
    way = np.repeat(np.arange(extract.num_ways), counts)
    usable = ((forward > 0) | (backward > 0))[way]
    here = usable & ~np.isnan(extract.lon)
    if not here.any():
        raise _nothing_usable(extract.num_ways, mode)
    # Where the extract lacks a node, the way falls into pieces.
    piece = np.cumsum(np.diff(way, prepend=-1) + (usable & ~here))[here]
    way, refs = way[here], extract.refs[here]
    lon, lat = extract.lon[here], extract.lat[here]
    doubled = np.r_[False, (refs[1:] == refs[:-1]) & (piece[1:] == piece[:-1])]
    way, refs, piece = way[~doubled], refs[~doubled], piece[~doubled]
    lon, lat = lon[~doubled], lat[~doubled]
    signal_ahead, signal_back = _find_signals(extract, refs)

    # A barrier ends the street on both of its sides: its node falls into one for each end.
    blocked = np.isin(refs, _blocked_nodes(extract, mode))
    inside = blocked & np.r_[False, piece[1:] == piece[:-1]]
    inside &= np.r_[piece[1:] == piece[:-1], False]
    copies = 1 + inside
    again = np.repeat(np.cumsum(copies) - copies, copies) != np.arange(copies.sum())
    way, refs, blocked = (np.repeat(a, copies) for a in (way, refs, blocked))
    lon, lat = np.repeat(lon, copies), np.repeat(lat, copies)
    signal_ahead, signal_back = np.repeat(signal_ahead, copies), np.repeat(signal_back, copies)
    signal_ahead[again] = signal_back[again] = 0
    piece = np.repeat(piece, copies) + np.cumsum(again)
    refs = np.where(blocked, -1 - np.arange(len(refs)), refs)

    firsts = np.diff(piece, prepend=-1) != 0
    lasts = np.r_[firsts[1:], True][: len(piece)]
    names, sample, node, uses = np.unique(
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

    on = way[a]
    wait = _ferry_waits(node[a], node[b], is_ferry[on], len(names)) * costs.ferry_wait_s / 2
    ahead = np.r_[0, np.cumsum(signal_ahead)]
    back = np.r_[0, np.cumsum(signal_back)]
    signals = (ahead[b + 1] - ahead[a + 1], back[b] - back[a])

    size = b - a + 1
    first = np.r_[0, np.cumsum(size)]
    vertex = np.repeat(a - first[:-1], size) + np.arange(first[-1])
    metres = mile[b] - mile[a]
    kind = extract.kind[on]
    return without_turns(
        mode,
        lon=lon[sample],
        lat=lat[sample],
        node=names,
        start=node[a],
        end=node[b],
        decimetres=np.maximum(np.rint(metres * 10).astype(np.int64), 1),
        forward=_deciseconds(metres, forward[on], wait + signals[0] * costs.signal_s),
        backward=_deciseconds(metres, backward[on], wait + signals[1] * costs.signal_s),
        snappable=snappable[on],
        first=first,
        vertex_lon=lon[vertex],
        vertex_lat=lat[vertex],
        along=mile[vertex] - np.repeat(mile[a], size),
        way=extract.way[on],
        road=road[kind],
        condition=condition[kind],
        roads=roads,
        conditions=conditions,
    )


def _number(names: list[str]) -> tuple[tuple[str, ...], Ints]:
    """Return the different names, and the number of each among them; -1 for none."""
    unlike = tuple(sorted({name for name in names if name}))
    where = {name: i for i, name in enumerate(unlike)} | {"": -1}
    return unlike, np.array([where[name] for name in names], dtype=np.int64)


def _spell_condition(tags: Mapping[str, str], mode: TravelMode) -> str:
    """Return on which dates a way is open or closed, as ``open:HOURS`` or ``closed:HOURS``."""
    condition = find_condition(tags, mode)
    if condition is None:
        return ""
    return ("open:" if opens_by_condition(condition) else "closed:") + condition[2]


def _blocked_nodes(extract: Extract, mode: TravelMode) -> Ints:
    kinds = np.array([is_blocked(tags, mode) for tags in extract.node_kinds], dtype=np.bool_)
    blocked: Ints = extract.node_ref[kinds[extract.node_kind]]
    return blocked


def _find_signals(extract: Extract, refs: Ints) -> tuple[Ints, Ints]:
    """Return for each vertex whether signals stand there along and against its way (0 or 1)."""
    found = []
    for other in ("backward", "forward"):
        kinds = np.array(
            [
                tags.get("highway") == "traffic_signals"
                and tags.get("traffic_signals:direction") != other
                for tags in extract.node_kinds
            ],
            dtype=np.bool_,
        )
        stand = np.isin(refs, extract.node_ref[kinds[extract.node_kind]])
        found.append(stand.astype(np.int64))
    return found[0], found[1]


def _ferry_waits(start: Ints, end: Ints, is_ferry: Bools, num_nodes: int) -> Floats:
    """Return how many ends of each stretch (0 to 2) are piers at which a ferry is waited for."""
    ashore = np.zeros(num_nodes, dtype=np.bool_)
    ashore[start[~is_ferry]] = ashore[end[~is_ferry]] = True
    piers: Floats = np.where(is_ferry, ashore[start].astype(float) + ashore[end], 0.0)
    return piers


def _nothing_usable(num_ways: int, mode: TravelMode) -> RoadsError:
    return RoadsError(
        "VR3003",
        f"none of the {num_ways} ways is usable by {mode}",
        f"the extract lacks streets, or [speeds.{mode}] of the policy closes every class",
    )


def _deciseconds(metres: Floats, kmh: Floats, seconds: Floats) -> Ints:
    """Return whole deciseconds with ``seconds`` more, at least 1; ``CLOSED`` at speed 0."""
    open_ = kmh > 0
    time = np.divide(metres * 36, kmh, out=np.zeros_like(metres), where=open_) + seconds * 10
    whole: Ints = np.where(open_, np.maximum(np.rint(time).astype(np.int64), 1), CLOSED)
    return whole
