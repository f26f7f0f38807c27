"""Which way of computing serves a question best: the results are the same, bit by bit.

Small questions are answered by Dijkstra's algorithm of scipy. A contraction hierarchy
(``roads.hierarchy``) costs seconds to build, and answers large ones many times faster; it needs
numba, and is kept on disk beside the network.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from visitroute.roads.network import Ints
from visitroute.roads.paths import finish_table, search_from, search_to
from visitroute.roads.search import DISTANCE_BITS, NO_WAY, Points, SearchGraph, has_numba

if TYPE_CHECKING:
    from visitroute.roads.hierarchy.contract import Shape, Weighted

_WORTH_BUILDING = 25_000_000
"""Searches times states from which on a hierarchy is built where there is none."""

_ROWS = 2_048
_BLOCK_CELLS = 8_000_000

_log = logging.getLogger(__name__)


class ShapeStore(Protocol):
    """Keeps the shape of a hierarchy between runs."""

    def load(self) -> Any:
        """Return the stored shape, None when there is none."""
        ...

    def save(self, shape: Any) -> None:
        """Store a shape."""
        ...


class Engine:
    """Answers questions about one search graph.

    ``basis`` makes the search graph in which nothing is closed, from which the hierarchy is
    built: it serves every day. ``fast`` says whether hierarchies are used: always (True), never
    (False), or where they pay (None).
    """

    def __init__(
        self,
        graph: SearchGraph,
        basis: Callable[[], SearchGraph],
        store: ShapeStore | None = None,
        *,
        fast: bool | None = None,
    ) -> None:
        self.graph = graph
        self._basis = basis
        self._store = store
        self._fast = has_numba() if fast is None else fast
        self._always = fast is True
        self._weighted: Weighted | None = None
        self._asked = False
        self._work = 0

    def matrix(self, points: Points) -> Ints:
        """Return packed weights between all spots, (spots, spots)."""
        every = np.arange(points.count)
        return self.table(points, every, every)

    def table(self, points: Points, sources: Ints, targets: Ints) -> Ints:
        """Return packed weights from some spots to others, (sources, targets).

        Each is named once among the sources, and once among the targets.
        """
        return finish_table(points, sources, targets, self._search(points, sources, targets))

    def _search(self, points: Points, sources: Ints, targets: Ints) -> Ints:
        few = min(len(sources), len(targets))
        if not few:
            return np.zeros((len(sources), len(targets)), dtype=np.int64)
        weighted = self._hierarchy(few)
        if weighted is None:
            rows = max(1, _BLOCK_CELLS // max(1, self.graph.size))
            if len(sources) > few:
                outward = points.outward.pick(sources)
                parts = [
                    search_to(points, targets[i : i + rows], outward)
                    for i in range(0, len(targets), rows)
                ]
                return np.concatenate(parts, axis=1)
            inward = points.inward.pick(targets)
            parts = [
                search_from(points, sources[i : i + rows], inward)
                for i in range(0, len(sources), rows)
            ]
            return np.concatenate(parts)
        from visitroute.roads.hierarchy.sweep import Targets, sweep  # noqa: PLC0415

        goals = Targets(weighted, points.inward.pick(targets))
        return np.concatenate(
            [
                sweep(weighted, points.outward.pick(sources[i : i + _ROWS]), goals)
                for i in range(0, len(sources), _ROWS)
            ]
        )

    def nearest(self, points: Points, sources: Ints, targets: Ints, count: int, limit: int) -> Any:
        """Return (targets, packed weights), (sources, count), of the nearest of some spots.

        Targets are numbers of spots, -1 where fewer lie within ``limit`` (packed).
        """
        a, b, weight = points.direct()
        place = np.full(points.count, -1, dtype=np.int64)
        place[targets] = np.arange(len(targets))
        if not self._fast:
            return self._nearest_slowly(points, sources, targets, count, limit, (a, b, weight))
        from visitroute.roads.hierarchy.nearest import nearest  # noqa: PLC0415

        row = np.full(points.count, -1, dtype=np.int64)
        row[sources] = np.arange(len(sources))
        same = sources[place[sources] >= 0]
        a, b = np.r_[a, same], np.r_[b, same]
        weight = np.r_[weight, np.zeros(len(same), dtype=np.int64)]
        near = (row[a] >= 0) & (place[b] >= 0)
        a, b, weight = row[a[near]], place[b[near]], weight[near]
        order = np.argsort(a, kind="stable")
        pointer = np.r_[0, np.cumsum(np.bincount(a, minlength=len(sources)))].astype(np.int64)
        found, weights = nearest(
            self.graph,
            points.outward.pick(sources),
            points.inward.pick(targets),
            (pointer, b[order], weight[order]),
            min(count, len(targets)),
            limit,
        )
        return np.where(found >= 0, targets[found], -1), weights

    def _nearest_slowly(
        self,
        points: Points,
        sources: Ints,
        targets: Ints,
        count: int,
        limit: int,
        direct: tuple[Ints, Ints, Ints],
    ) -> tuple[Ints, Ints]:
        a, b, weight = direct
        count = min(count, len(targets))
        found = np.full((len(sources), count), -1, dtype=np.int64)
        weights = np.full((len(sources), count), NO_WAY, dtype=np.int64)
        inward = points.inward.pick(targets)
        for i, source in enumerate(sources.tolist()):
            row = search_from(points, sources[i : i + 1], inward)[0]
            near = a == source
            known = np.full(points.count, NO_WAY, dtype=np.int64)
            known[b[near]] = weight[near]
            known[source] = 0
            row = np.minimum(row, known[targets])
            best = np.lexsort((targets, row))[:count]
            best = best[row[best] <= min(limit, int(NO_WAY) - 1)]
            found[i, : len(best)] = targets[best]
            weights[i, : len(best)] = row[best]
        return found, weights

    def _hierarchy(self, searches: int) -> Weighted | None:
        """Return the hierarchy where it pays for the questions asked so far."""
        if self._weighted is not None or not self._fast:
            return self._weighted
        self._work += searches * self.graph.size
        shape: Shape | None = None
        if not self._asked and self._store is not None and searches > 1:
            self._asked = True
            shape = self._store.load()
        if shape is None and not (self._always or self._work >= _WORTH_BUILDING):
            return None
        from visitroute.roads.hierarchy.contract import build_shape, weigh  # noqa: PLC0415

        if shape is None:
            shape = build_shape(self._basis())
            _log.info("hierarchy: %d states, %d edges", len(shape.rank), len(shape.head))
            if self._store is not None:
                self._store.save(shape)
        self._weighted = weigh(shape, self.graph)
        return self._weighted


def pack_limit(seconds: float | None) -> int:
    """Return the packed weight of a limit in seconds; None is no limit."""
    if seconds is None:
        return int(NO_WAY) - 1
    return (round(seconds * 10) + 1 << DISTANCE_BITS) - 1
