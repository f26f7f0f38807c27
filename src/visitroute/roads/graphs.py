"""Street networks from and to networkx, in the attributes of OSMnx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx
import numpy as np
import shapely

from visitroute.errors import RoadsError
from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads.geodesy import Floats, crow_metres, line_metres
from visitroute.roads.modes import MOTORWAYS
from visitroute.roads.network import CLOSED, Bools, Network, keep_largest, open_turns, without_turns
from visitroute.roads.streets import Streets

_Shape = tuple[tuple[float, float], ...]


def from_networkx(
    graph: nx.Graph[Any] | Mapping[TravelMode, nx.Graph[Any]], policy: Policy
) -> Streets:
    """Return a road source over a networkx graph, as OSMnx makes them; turns are free in it.

    Nodes have ``x`` and ``y`` in degrees (WGS 84). Edges have ``length`` in metres (default:
    that of their line) and ``travel_time`` in seconds or ``speed_kph``; ``geometry`` is a
    shapely LineString (default: straight). An edge u→v and one v→u with the same line are
    one street open both ways. In an undirected graph every street is. Points are not tied
    to edges with ``snappable`` False, nor to motorways (``highway``) where it is missing.
    One graph serves every travel mode; a mapping gives each mode its own. Raises
    ``RoadsError`` VR3040 when an attribute is missing or is no positive number, VR3041 when
    coordinates are not degrees, VR3042 when a mode is used that has no graph, VR3003 when
    there are no edges.
    """
    return Streets(_GraphNetworks(graph), policy)


class _GraphNetworks:
    """Opens the network of a mode from its graph."""

    def __init__(self, graph: nx.Graph[Any] | Mapping[TravelMode, nx.Graph[Any]]) -> None:
        self._graph = graph

    def __call__(self, mode: TravelMode) -> Network:
        if isinstance(self._graph, nx.Graph):
            return read_graph(self._graph, mode)
        if mode not in self._graph:
            known = ", ".join(self._graph)
            raise RoadsError("VR3042", f"there is no graph for {mode}, only for {known}")
        return read_graph(self._graph[mode], mode)


def read_graph(graph: nx.Graph[Any], mode: TravelMode) -> Network:
    """Return the largest strongly connected part of a graph as the network of a mode.

    Raises ``RoadsError`` as ``from_networkx`` does.
    """
    names = list(graph.nodes)
    number = {name: i for i, name in enumerate(names)}
    lon = np.array([_number(graph.nodes[n], "x", f"node {n!r}") for n in names], dtype=np.float64)
    lat = np.array([_number(graph.nodes[n], "y", f"node {n!r}") for n in names], dtype=np.float64)
    if not (np.all(np.abs(lon) <= 180) and np.all(np.abs(lat) <= 90)):  # noqa: PLR2004
        worst = int(np.argmax(np.maximum(np.abs(lon) / 180, np.abs(lat) / 90)))
        raise RoadsError(
            "VR3041",
            f"node {names[worst]!r} at ({lon[worst]:g}, {lat[worst]:g}) is not in degrees",
            "the graph is projected: ox.project_graph(graph, to_latlong=True)",
        )
    streets: dict[tuple[int, int, _Shape], list[int]] = {}
    snappable: dict[tuple[int, int, _Shape], bool] = {}
    for u, v, data in (graph if graph.is_directed() else graph.to_directed()).edges(data=True):
        a, b = number[u], number[v]
        shape = _shape(data.get("geometry"), (lon[a], lat[a]), (lon[b], lat[b]))
        decimetres, deciseconds = _measure(data, shape, f"edge {u!r} → {v!r}")
        # A street and its other direction share one key: the lesser way round.
        ahead = (a, b, shape) <= (b, a, shape[::-1])
        key = (a, b, shape) if ahead else (b, a, shape[::-1])
        street = streets.setdefault(key, [decimetres, CLOSED, CLOSED])
        side = 1 if ahead else 2
        if street[side] == CLOSED or deciseconds < street[side]:
            street[side] = deciseconds
        snappable[key] = snappable.get(key, False) or _is_snappable(data)
    if not streets:
        raise RoadsError("VR3003", f"the graph of {len(names)} nodes has no edges")
    numbers = np.array(list(streets.values()), dtype=np.int64)
    vertices = np.array([vertex for *_, shape in streets for vertex in shape])
    first = np.r_[0, np.cumsum([len(shape) for *_, shape in streets])].astype(np.int64)
    return keep_largest(
        without_turns(
            mode,
            lon=lon,
            lat=lat,
            start=np.array([a for a, _, _ in streets], dtype=np.int64),
            end=np.array([b for _, b, _ in streets], dtype=np.int64),
            decimetres=numbers[:, 0],
            forward=numbers[:, 1],
            backward=numbers[:, 2],
            snappable=np.array([snappable[key] for key in streets], dtype=np.bool_),
            first=first,
            vertex_lon=vertices[:, 0],
            vertex_lat=vertices[:, 1],
            along=measure_along(vertices[:, 0], vertices[:, 1], first),
        )
    )


def measure_along(lon: Floats, lat: Floats, first: np.ndarray[Any, Any]) -> Floats:
    """Return metres from the start of each line; line i has vertices first[i]:first[i + 1]."""
    steps = crow_metres(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps[first[1:-1] - 1] = 0.0
    mile = np.r_[0.0, np.cumsum(steps)]
    along: Floats = mile - np.repeat(mile[first[:-1]], np.diff(first))
    return along


def to_networkx(network: Network) -> nx.MultiDiGraph[int]:
    """Return a network as a networkx graph with the attributes of OSMnx.

    Nodes carry ``x``, ``y``; edges ``length`` (m), ``travel_time`` (s), ``geometry``
    (LineString), ``oneway``, ``snappable`` and ``stretch``, the number of the stretch in the
    network. The graph's ``crs`` is epsg:4326.
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326", mode=str(network.mode))
    for i, (x, y) in enumerate(zip(network.lon.tolist(), network.lat.tolist(), strict=True)):
        graph.add_node(i, x=x, y=y)
    for s in range(network.num_stretches):
        where = network.vertices(s)
        line = np.column_stack((network.vertex_lon[where], network.vertex_lat[where]))
        ahead, back = int(network.forward[s]), int(network.backward[s])
        common = {
            "length": int(network.decimetres[s]) / 10,
            "oneway": CLOSED in (ahead, back),
            "snappable": bool(network.snappable[s]),
            "stretch": s,
        }
        u, v = int(network.start[s]), int(network.end[s])
        if ahead != CLOSED:
            graph.add_edge(
                u, v, travel_time=ahead / 10, geometry=shapely.LineString(line), **common
            )
        if back != CLOSED:
            graph.add_edge(
                v, u, travel_time=back / 10, geometry=shapely.LineString(line[::-1]), **common
            )
    return graph


def to_turn_graph(network: Network, turn_open: Bools | None = None) -> nx.DiGraph[int]:
    """Return the graph of a network's turns: what a router needs that keeps turn restrictions.

    A node is an arc of the network, one stretch in one direction, with ``stretch``,
    ``forward`` (bool), ``travel_time`` (s) and ``length`` (m); arcs that remember the way that
    led to them have further nodes. An edge is a turn and the drive along the arc it leads to:
    ``travel_time`` and ``length`` of both, ``turn`` of the turn alone. In a network whose turns
    are free every turn is there and costs nothing. ``turn_open`` (bool) tells which turns may
    be made; where it is None, those that are open on any day.
    """
    graph: nx.DiGraph[int] = nx.DiGraph(crs="epsg:4326", mode=str(network.mode))
    times = network.arc_times()
    if network.has_turns:
        arcs = network.state_arc
        able = open_turns(network) if turn_open is None else turn_open
        turns = (network.turn_tail[able], network.turn_head[able], network.turn_cost[able])
    else:
        arcs = np.flatnonzero(times != CLOSED)
        tail, head = (end[arcs] for end in network.arc_ends())
        pairs = [np.flatnonzero(tail == node) for node in head]
        sizes = [len(found) for found in pairs]
        turns = (
            np.repeat(np.arange(len(arcs)), sizes),
            np.concatenate(pairs),
            np.zeros(sum(sizes), dtype=np.int64),
        )
    for state, arc in enumerate(arcs.tolist()):
        graph.add_node(
            state,
            stretch=arc // 2,
            forward=arc % 2 == 0,
            travel_time=int(times[arc]) / 10,
            length=int(network.decimetres[arc // 2]) / 10,
        )
    for a, b, cost in zip(*(part.tolist() for part in turns), strict=True):
        there = graph.nodes[b]
        if graph.nodes[a]["travel_time"] >= 0 and there["travel_time"] >= 0:
            seconds = (round(there["travel_time"] * 10) + cost) / 10
            graph.add_edge(a, b, travel_time=seconds, length=there["length"], turn=cost / 10)
    return graph


def _number(data: Mapping[str, Any], key: str, owner: str) -> float:
    try:
        return float(data[key])
    except (KeyError, TypeError, ValueError):
        raise RoadsError(
            "VR3040",
            f"{owner} has {key} = {data.get(key)!r}, which is no number",
            "make travel times with ox.add_edge_speeds and ox.add_edge_travel_times",
        ) from None


def _is_snappable(data: Mapping[str, Any]) -> bool:
    # OSMnx gives an edge a tag as soon as one of the ways merged in it has it: its tunnel
    # does not say that all of the edge is one, so only the class is believed.
    if "snappable" in data:
        return str(data["snappable"]).lower() not in ("false", "0")
    classes = data.get("highway")
    if classes is None:
        return True
    return not MOTORWAYS.issuperset([classes] if isinstance(classes, str) else classes)


def _shape(geometry: Any, start: tuple[float, float], end: tuple[float, float]) -> _Shape:
    """Return the line of an edge, from its start to its end, as numbers that compare well."""
    if geometry is None:
        line = [start, end]
    else:
        line = [(x, y) for x, y, *_ in geometry.coords]
        if _apart(line[0], start) + _apart(line[-1], end) > _apart(line[0], end) + _apart(
            line[-1], start
        ):
            line.reverse()
    return tuple((round(float(x), 9), round(float(y), 9)) for x, y in line)


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _measure(data: Mapping[str, Any], shape: _Shape, owner: str) -> tuple[int, int]:
    """Return (decimetres, deciseconds) of an edge, both at least 1."""
    if data.get("length") is not None:
        metres = _number(data, "length", owner)
    else:
        metres = line_metres(*np.array(shape).T)
    if data.get("travel_time") is not None:
        seconds = _number(data, "travel_time", owner)
    else:
        kmh = _number(data, "speed_kph", owner)
        seconds = metres * 3.6 / kmh if kmh > 0 else -1.0
    if not (0 <= metres < np.inf and 0 <= seconds < np.inf):
        raise RoadsError(
            "VR3040",
            f"{owner} has length {metres:g} m and travel time {seconds:g} s: not both are positive",
            "repair the edge's length, travel_time or speed_kph",
        )
    return max(1, round(metres * 10)), max(1, round(seconds * 10))
