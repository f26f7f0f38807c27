"""Quickest ways by networkx on the exported graph of turns, to compare our tables with.

``PYTHONPATH=tests python -m roads.oracle EXTRACT`` compares every pair of 200 random places of
an extract, by the hierarchy and by scipy, and prints how many differ. ``--sources`` takes fewer.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import networkx as nx
import numpy as np

from visitroute.model import TravelMode
from visitroute.policy import load_policy
from visitroute.roads.engine import Engine
from visitroute.roads.network import Network
from visitroute.roads.paths import unpack
from visitroute.roads.search import SearchGraph
from visitroute.roads.source import Located
from visitroute.roads.streets import Streets, load_streets

Place = tuple[int, int]
"""A stretch and an offset on it in decimetres."""

_UNIT = 10**9
_HERE = -1


def random_places(network: Network, count: int, seed: int) -> list[tuple[float, float]]:
    """Return (lon, lat) of places some 30 m around random vertices of streets."""
    rng = np.random.default_rng(seed)
    at = rng.integers(0, len(network.vertex_lon) - 1, count)
    off = rng.normal(0, 0.0003, (2, count))
    return list(
        zip(
            (network.vertex_lon[at] + off[0]).tolist(),
            (network.vertex_lat[at] + off[1]).tolist(),
            strict=True,
        )
    )


class Oracle:
    """Quickest ways by networkx on the exported graph of turns, code of its own throughout."""

    def __init__(self, streets: Streets, mode: TravelMode) -> None:
        self.network = streets.network(mode)
        self.graph: nx.DiGraph[int] = nx.DiGraph()
        network, turns = self.network, streets.turn_graph(mode)
        for a, b, data in turns.edges(data=True):
            self.graph.add_edge(a, b, w=pack(data["travel_time"], data["length"]))
        self.states: dict[tuple[int, bool], list[int]] = {}
        self.ends: dict[int, list[int]] = {}
        self.begins: dict[int, list[int]] = {}
        self.whole: dict[int, int] = {}
        for state, data in turns.nodes(data=True):
            stretch, forward = data["stretch"], data["forward"]
            if data["travel_time"] < 0:
                continue
            self.whole[state] = pack(data["travel_time"], data["length"])
            known = self.states.setdefault((stretch, forward), [])
            ends = (int(network.start[stretch]), int(network.end[stretch]))
            begin, end = ends if forward else ends[::-1]
            if not known:
                self.begins.setdefault(begin, []).append(state)
            self.ends.setdefault(end, []).append(state)
            known.append(state)

    def half(self, stretch: int, offset: int, *, forward: bool) -> tuple[int, int]:
        """Return the packed weights up to an offset and beyond it."""
        network = self.network
        length = int(network.decimetres[stretch])
        time = int((network.forward if forward else network.backward)[stretch])
        driven = offset if forward else length - offset
        seen = (2 * time * driven + length) // (2 * length)
        return seen * _UNIT + driven, (time - seen) * _UNIT + length - driven

    def junction(self, stretch: int, offset: int) -> int | None:
        """Return the junction at a place, None where there is none."""
        if offset <= 0:
            return int(self.network.start[stretch])
        return (
            int(self.network.end[stretch]) if offset >= self.network.decimetres[stretch] else None
        )

    def weights(self, stretch: int, offset: int) -> dict[int, int]:
        """Return packed weights from a place to the ends of all arcs (driven in full)."""
        graph = self.graph
        graph.add_node(_HERE)
        node = self.junction(stretch, offset)
        if node is not None:
            for state in self.begins.get(node, []):
                self._hang(state, self.whole[state])
        else:
            for forward in (True, False):
                for state in self.states.get((stretch, forward), [])[:1]:
                    beyond = self.half(stretch, offset, forward=forward)[1]
                    for after in graph.successors(state):
                        self._hang(after, beyond + graph[state][after]["w"])
        found: dict[int, int] = nx.single_source_dijkstra_path_length(graph, _HERE, weight="w")
        graph.remove_node(_HERE)
        return found

    def _hang(self, state: int, weight: int) -> None:
        graph = self.graph
        if not graph.has_edge(_HERE, state) or graph[_HERE][state]["w"] > weight:
            graph.add_edge(_HERE, state, w=weight)

    def between(self, start: Place, goal: Place, found: dict[int, int]) -> int:
        """Return the packed weight between two places, from ``weights`` of the first."""
        if start == goal or (
            self.junction(*start) is not None and self.junction(*start) == self.junction(*goal)
        ):
            return 0
        ways = []
        node = self.junction(*goal)
        if node is not None:
            ways += [found[s] for s in self.ends.get(node, []) if s in found]
            for forward in (True, False):
                end = (self.network.end if forward else self.network.start)[start[0]]
                open_ = (start[0], forward) in self.states
                if self.junction(*start) is None and end == node and open_:
                    ways.append(self.half(*start, forward=forward)[1])
        else:
            for forward in (True, False):
                beyond = self.half(*goal, forward=forward)[1]
                ways += [
                    found[s] - beyond for s in self.states.get((goal[0], forward), []) if s in found
                ]
                along = start[1] < goal[1] if forward else start[1] > goal[1]
                open_ = (goal[0], forward) in self.states
                inner = self.junction(*start) is None
                if start[0] == goal[0] and along and open_ and inner:
                    before = [self.half(*p, forward=forward)[0] for p in (start, goal)]
                    ways.append(before[1] - before[0])
        return min(ways)


def pack(seconds: float, metres: float) -> int:
    """Return a time and a distance as one number."""
    return round(seconds * 10) * _UNIT + round(metres * 10)


def locate(
    streets: Streets, places: Sequence[tuple[float, float]], mode: TravelMode = TravelMode.CAR
) -> Located:
    """Tie places (lon, lat) to streets."""
    lon, lat = zip(*places, strict=True)
    return streets.locate([f"p{i}" for i in range(len(places))], lon, lat, mode)


def count_differences(
    streets: Streets, places: Sequence[tuple[float, float]], sources: int, mode: TravelMode
) -> dict[str, tuple[int, int]]:
    """Return for hierarchy and scipy how many pairs were compared, and how many differ.

    Pairs are those of the first ``sources`` places with all; differing means a time or a distance
    that is not the same to the decisecond and the decimetre.
    """
    located = locate(streets, places, mode)
    ties = located.ties
    graph = streets.engine(mode).graph
    whole = SearchGraph(streets.network(mode))
    tables = {
        name: unpack(Engine(graph, lambda: whole, fast=fast).matrix(ties.points))
        for name, fast in (("hierarchy", True), ("scipy", False))
    }
    usable = np.flatnonzero(located.usable)
    spots = [(int(ties.stretch[i]), int(ties.offset[i])) for i in usable]
    oracle = Oracle(streets, mode)
    counts = dict.fromkeys(tables, (0, 0))
    for i, start in enumerate(spots[:sources]):
        found = oracle.weights(*start)
        expected = [oracle.between(start, goal, found) for goal in spots]
        for name, (times, ways) in tables.items():
            row, columns = ties.points.spot[i], ties.points.spot
            wrong = times[row, columns] != np.array([w // _UNIT for w in expected])
            wrong |= ways[row, columns] != np.array([w % _UNIT for w in expected])
            pairs, differ = counts[name]
            counts[name] = (pairs + len(wrong), differ + int(wrong.sum()))
    return counts


def main() -> int:
    """Compare, print, and return 1 when pairs differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--sources", type=int, help="places from which to search; default all")
    given = parser.parse_args()
    began = time.process_time()
    streets = load_streets(given.extract, load_policy(), cache=False)
    mode = TravelMode.CAR
    places = random_places(streets.network(mode), given.points, seed=11)
    counts = count_differences(streets, places, given.sources or given.points, mode)
    for name, (pairs, differ) in counts.items():
        print(f"{name}: {pairs} pairs, {differ} differ")
    print(f"{time.process_time() - began:.0f} s of CPU")
    return int(any(differ for _, differ in counts.values()))


if __name__ == "__main__":
    sys.exit(main())
