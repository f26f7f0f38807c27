"""Road engines on one extract: building, memory, and tables of several sizes.

``python -m benchmarks.roads EXTRACT [--engines hierarchy,dijkstra,…]`` measures each engine in a
process of its own and prints a Markdown table. igraph comes with the extra ``peers``;
routingkit-cch and pandana (AGPL, with a long row of dependencies) are measured where they are
installed. All use the same network (turns kept) and the same points; what an engine can't do stays
empty. Times are processor seconds.

``python -m benchmarks.roads EXTRACT --tiles 4`` copies the network 4 x 4 times side by side first.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.alone import run_alone
from benchmarks.tables import table_lines

from visitroute.model import TravelMode
from visitroute.policy import load_policy
from visitroute.roads.building import build_network
from visitroute.roads.conditions import apply_conditions
from visitroute.roads.engine import Engine, pack_limit
from visitroute.roads.geodesy import METRES_PER_DEGREE
from visitroute.roads.network import CLOSED, Network, array_names, find_largest, open_turns
from visitroute.roads.osm import read_extract
from visitroute.roads.search import DISTANCE_BITS, Points, SearchGraph

ENGINES = ("hierarchy", "dijkstra", "routingkit", "networkx", "igraph", "pandana")
SEED = 5
_BLOCKS, _IN_BLOCK = 100, 200
_SHOPS, _NEAREST = 20_000, 50


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roads", description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--engines", default=",".join(ENGINES), help="joined by commas")
    parser.add_argument("--tiles", type=int, default=1, help="copies side by side, each way")
    options = parser.parse_args(arguments)
    rows = []
    for engine in options.engines.split(","):
        found = run_alone(
            "benchmarks.roads:measure",
            extract=str(options.extract.resolve()),
            engine=engine,
            tiles=options.tiles,
        )
        rows.append({"engine": engine, **found})
        print(rows[-1], file=sys.stderr, flush=True)
    print("\n".join(table_lines(rows)))
    return 0


def measure(extract: str, engine: str, tiles: int) -> dict[str, Any]:
    """Return the seconds of every task an engine can do, and figures of the network."""
    found: dict[str, Any] = {}
    network, seconds = clocked(lambda: read_network(Path(extract)))
    found["read and build s"] = seconds
    if engine == "hierarchy":
        found["compile once s"] = _compile(network)
    if tiles > 1:
        network, found["tile s"] = clocked(lambda: tile(network, tiles))
    turn_open = open_turns(network)
    graph = SearchGraph(network, turn_open=turn_open)
    found |= {"junctions": network.num_nodes, "states": graph.size, "steps": len(graph.head)}
    tasks: dict[str, Callable[..., dict[str, Any]]] = {
        "hierarchy": _hierarchy,
        "dijkstra": _dijkstra,
        "routingkit": _routingkit,
        "networkx": _networkx,
        "igraph": _igraph,
        "pandana": _pandana,
    }
    try:
        return found | tasks[engine](network, graph)
    except ModuleNotFoundError as error:
        return found | {"note": f"{error.name} is not installed"}


def read_network(extract: Path) -> Network:
    """Return the network of cars."""
    network = build_network(read_extract(extract), TravelMode.CAR, load_policy())
    return apply_conditions(network, load_policy(), None).network


def clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return a result and the processor seconds it took."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def random_points(graph: SearchGraph, count: int, seed: int = SEED) -> Points:
    """Return places on random streets."""
    rng = np.random.default_rng(seed)
    network = graph.network
    stretch = rng.choice(np.flatnonzero(network.snappable), count)
    offset = np.rint(rng.random(count) * network.decimetres[stretch]).astype(np.int64)
    return Points(graph, stretch, offset)


def _hierarchy(network: Network, graph: SearchGraph) -> dict[str, Any]:
    engine = Engine(graph, lambda: SearchGraph(network), fast=True)
    small = random_points(graph, _IN_BLOCK)
    _, build = clocked(lambda: engine.matrix(small))
    return {"build hierarchy s": build, **_tables(engine, graph)}


def _compile(network: Network) -> float:
    """Return the seconds it takes until the code is compiled, or read from disk."""
    graph = SearchGraph(network, turn_open=open_turns(network))
    few = Engine(graph, lambda: SearchGraph(network), fast=True)
    points = random_points(graph, 2)
    _, first = clocked(lambda: few.matrix(points))
    again = Engine(graph, lambda: SearchGraph(network), fast=True)
    _, second = clocked(lambda: again.matrix(points))
    spots = np.arange(points.count)
    _, near = clocked(lambda: few.nearest(points, spots, spots, 1, pack_limit(None)))
    return max(0.0, first - second) + near


def _tables(engine: Engine, graph: SearchGraph) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for size in (200, 2000):
        points = random_points(graph, size)
        _, found[f"{size} x {size} s"] = clocked(lambda p=points: engine.matrix(p))
    blocks = [random_points(graph, _IN_BLOCK, 100 + i) for i in range(_BLOCKS)]
    _, seconds = clocked(lambda: [engine.matrix(block) for block in blocks])
    found["100 blocks of 200 s"] = seconds
    shops = random_points(graph, _SHOPS)
    every = np.arange(shops.count)
    _, seconds = clocked(lambda: engine.nearest(shops, every, every, _NEAREST, pack_limit(None)))
    found["20,000 x 50 nearest s"] = seconds
    return found


def _dijkstra(network: Network, graph: SearchGraph) -> dict[str, Any]:
    del network
    engine = Engine(graph, lambda: graph, fast=False)
    points = random_points(graph, 200)
    _, seconds = clocked(lambda: engine.matrix(points))
    return {"200 x 200 s": seconds}


def _routingkit(network: Network, graph: SearchGraph) -> dict[str, Any]:
    """Measure RoutingKit; times alone: its weights have 31 bits."""
    import routingkit_cch as rk  # noqa: PLC0415 - a peer, measured where it is installed

    arc = network.state_arc
    middle = network.first[:-1] + np.diff(network.first) // 2
    lon, lat = network.vertex_lon[middle][arc // 2], network.vertex_lat[middle][arc // 2]
    tail, head = graph.tail.tolist(), graph.head.tolist()
    weights = (graph.weight >> DISTANCE_BITS).tolist()

    def build() -> Any:
        order = rk.compute_order_inertial(graph.size, tail, head, lat.tolist(), lon.tolist())
        return rk.CCHMetric(rk.CCH(order, tail, head, False), weights)  # noqa: FBT003

    metric, seconds = clocked(build)
    found: dict[str, Any] = {"build hierarchy s": seconds}
    for size in (200, 2000):
        points = random_points(graph, size)
        _, found[f"{size} x {size} s"] = clocked(lambda p=points: _rk_table(rk, metric, p))
    blocks = [random_points(graph, _IN_BLOCK, 100 + i) for i in range(_BLOCKS)]
    _, seconds = clocked(lambda: [_rk_table(rk, metric, block) for block in blocks])
    found["100 blocks of 200 s"] = seconds
    return found


def _rk_table(rk: Any, metric: Any, points: Points) -> list[Any]:
    many = rk.CCHOneToMany(metric, points.inward.state.tolist())
    outward = points.outward
    states, weights = outward.state.tolist(), (outward.weight >> DISTANCE_BITS).tolist()
    low = outward.pointer.tolist()
    return [
        many.distances_from_multi(list(zip(states[a:b], weights[a:b], strict=True)))
        for a, b in pairwise(low)
    ]


def _networkx(network: Network, graph: SearchGraph) -> dict[str, Any]:
    import networkx as nx  # noqa: PLC0415 - a peer

    del network
    turns = nx.DiGraph()
    turns.add_weighted_edges_from(
        zip(graph.tail.tolist(), graph.head.tolist(), graph.weight.tolist(), strict=True)
    )
    points = random_points(graph, 20)
    sources = _states(points)

    def run() -> None:
        for source in sources:
            nx.single_source_dijkstra_path_length(turns, source)

    _, seconds = clocked(run)
    return {"200 x 200 s": seconds * 10, "note": "20 of 200 rows, times ten"}


def _igraph(network: Network, graph: SearchGraph) -> dict[str, Any]:
    """Measure igraph's Dijkstra; times alone."""
    import igraph  # noqa: PLC0415 - a peer

    del network
    ends = np.column_stack((graph.tail, graph.head))
    turns, seconds = clocked(lambda: igraph.Graph(graph.size, ends, directed=True))
    weights = (graph.weight >> DISTANCE_BITS).tolist()
    states = _states(random_points(graph, 200))
    found: dict[str, Any] = {"graph s": seconds}
    _, found["200 x 200 s"] = clocked(lambda: turns.distances(states, states, weights))
    return found


def _pandana(network: Network, graph: SearchGraph) -> dict[str, Any]:
    """Measure pandana's contraction hierarchy; times alone, as it holds one weight at a time."""
    import pandana  # noqa: PLC0415 - a peer
    import pandas as pd  # noqa: PLC0415

    ends = network.arc_ends()[1][network.state_arc]
    x, y = pd.Series(network.lon[ends]), pd.Series(network.lat[ends])
    weights = pd.DataFrame({"s": (graph.weight >> DISTANCE_BITS) / 10})

    def build() -> Any:
        tail, head = pd.Series(graph.tail), pd.Series(graph.head)
        return pandana.Network(x, y, tail, head, weights, twoway=False)

    turns, seconds = clocked(build)
    found: dict[str, Any] = {"build hierarchy s": seconds}
    for size in (200, 2000):
        states = np.array(_states(random_points(graph, size)))
        pairs = np.repeat(states, len(states)), np.tile(states, len(states))
        _, found[f"{size} x {size} s"] = clocked(lambda p=pairs: turns.shortest_path_lengths(*p))
    return found


def _states(points: Points) -> list[int]:
    """Return one state of each point: where peers search from and to."""
    states: list[int] = points.outward.state[points.outward.pointer[:-1]].tolist()
    return states


def tile(network: Network, times: int) -> Network:
    """Return the network copied ``times`` x ``times`` side by side, joined by streets.

    Each copy is tied to the next by the streets of the outermost junctions, both ways.
    """
    west, south, east, north = network.bounds
    dx, dy = (east - west) * 1.001, (north - south) * 1.001
    copies = times * times
    shift = [(dx * (i % times), dy * (i // times)) for i in range(copies)]
    n, v = network.num_nodes, len(network.vertex_lon)
    # Ten junctions on every side, in order, so that sides of neighbours face each other.
    sides = {
        "east": np.argsort(network.lon)[-10:],
        "west": np.argsort(network.lon)[:10],
        "north": np.argsort(network.lat)[-10:],
        "south": np.argsort(network.lat)[:10],
    }
    pairs = []
    for i in range(copies):
        if i % times + 1 < times:
            pairs.append((sides["east"] + i * n, sides["west"] + (i + 1) * n))
        if i // times + 1 < times:
            pairs.append((sides["north"] + i * n, sides["south"] + (i + times) * n))
    tail, head = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    lon = np.concatenate([network.lon + x for x, _ in shift])
    lat = np.concatenate([network.lat + y for _, y in shift])
    metres = (
        np.hypot((lon[head] - lon[tail]) * np.cos(np.radians(lat[tail])), lat[head] - lat[tail])
        * METRES_PER_DEGREE
    )
    long = np.maximum(np.rint(metres * 10).astype(np.int64), 1)
    ds = np.maximum(np.rint(metres * 10 * 3.6 / 60).astype(np.int64), 1)
    extra = len(tail)
    none = np.zeros(0, dtype=np.int64)
    whole = {name: np.tile(getattr(network, name), copies) for name in array_names()}
    both = np.column_stack((tail, head)).ravel()
    step = np.column_stack((np.zeros(extra), metres)).ravel()
    starts = np.concatenate([network.first[:-1] + i * v for i in range(copies)])
    all_lon = np.concatenate([network.vertex_lon + x for x, _ in shift])
    all_lat = np.concatenate([network.vertex_lat + y for _, y in shift])
    tiled = replace(
        network,
        **{
            **whole,
            "lon": lon,
            "lat": lat,
            "node": np.arange(n * copies),
            "start": np.r_[np.concatenate([network.start + i * n for i in range(copies)]), tail],
            "end": np.r_[np.concatenate([network.end + i * n for i in range(copies)]), head],
            "decimetres": np.r_[whole["decimetres"], long],
            "forward": np.r_[whole["forward"], ds],
            "backward": np.r_[whole["backward"], ds],
            "snappable": np.r_[whole["snappable"], np.ones(extra, np.bool_)],
            "first": np.r_[starts, v * copies + 2 * np.arange(extra + 1)],
            "vertex_lon": np.r_[all_lon, lon[both]],
            "vertex_lat": np.r_[all_lat, lat[both]],
            "along": np.r_[whole["along"], step],
            "way": np.r_[whole["way"], np.zeros(extra, np.int64)],
            "road": np.r_[whole["road"], np.zeros(extra, np.int64)],
            "condition": np.r_[whole["condition"], np.full(extra, -1)],
            **dict.fromkeys(("state_arc", "turn_tail", "turn_head", "turn_cost"), none),
            "turn_condition": none,
            "lost_first": np.zeros(1, np.int64),
            "lost_lon": np.zeros(0),
            "lost_lat": np.zeros(0),
        },
    )
    from visitroute.roads.turns import find_turns  # noqa: PLC0415 - only for tiles

    policy = load_policy()
    forward, _, kept = find_largest(tiled)
    if not kept.all() or (forward == CLOSED).sum() != (tiled.forward == CLOSED).sum():
        print("some streets of the tiles are not connected", file=sys.stderr)
    return find_turns(tiled, {}, (), policy.turns[TravelMode.CAR], policy.roads.driving)


if __name__ == "__main__":
    sys.exit(main())
