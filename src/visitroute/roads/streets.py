"""The street network as a road source: points on streets, exact matrices, real routes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from visitroute.errors import RoadsError
from visitroute.model import Line, TravelMode
from visitroute.policy import Policy
from visitroute.roads.cache import NetworkCache
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix
from visitroute.roads.network import Ints, Network, build_network
from visitroute.roads.osm import Extract, read_extract, require_file
from visitroute.roads.paths import SplitGraph, find_line, find_matrix, split_stretches
from visitroute.roads.snap import StretchIndex
from visitroute.roads.source import Located, LocateProblem

_log = logging.getLogger(__name__)


class StreetTies:
    """What ties located points to a network: the stretch and the offset of each.

    ``stretch`` is -1 for points that are not usable.
    """

    def __init__(self, network: Network, stretch: Ints, offset: Ints) -> None:
        self.network = network
        self.stretch = stretch
        self.offset = offset
        self._split: SplitGraph | None = None

    @property
    def split(self) -> SplitGraph:
        """The graph with the usable points, in their order, as nodes; built once."""
        if self._split is None:
            on = self.stretch >= 0
            self._split = split_stretches(self.network, self.stretch[on], self.offset[on])
        return self._split


class Streets:
    """A road source over street networks, one for each travel mode, opened when first used.

    ``open_network`` returns the network of a mode. ``warnings`` grows when a network turns
    out to be in pieces.
    """

    def __init__(self, open_network: Callable[[TravelMode], Network], policy: Policy) -> None:
        self.kind = "streets"
        self.warnings: tuple[str, ...] = ()
        self._open_network = open_network
        self._limits = policy.roads
        self._indexes: dict[TravelMode, StretchIndex] = {}

    def network(self, mode: TravelMode) -> Network:
        """Return the network of a mode."""
        return self._index(mode).network

    def _index(self, mode: TravelMode) -> StretchIndex:
        if mode not in self._indexes:
            network = self._open_network(mode)
            self._indexes[mode] = StretchIndex(network)
            if network.share < self._limits.component_warn:
                warning = (
                    f"VR3020: only {network.share:.1%} of the streets for {mode} are connected "
                    "with each other; the rest is not used.\n"
                    "Maybe the extract was cut too close: take it with a buffer of some "
                    "kilometres around the retailers."
                )
                self.warnings = (*self.warnings, warning)
        return self._indexes[mode]

    def locate(
        self, ids: Sequence[str], lon: Sequence[float], lat: Sequence[float], mode: TravelMode
    ) -> Located:
        """Tie WGS 84 points to their nearest streets usable by a mode.

        Points beyond ``roads.snap_limit_m`` of the policy get problem VR3010, points without
        proper coordinates VR3011. Raises ``RoadsError`` VR30xx when the network can't be opened.
        """
        x = np.asarray(lon, dtype=np.float64)
        y = np.asarray(lat, dtype=np.float64)
        index = self._index(mode)
        proper = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) < 90)  # noqa: PLR2004
        found = index.nearest(x[proper], y[proper])
        on_lon, on_lat, metres = np.full((3, len(x)), np.nan)
        stretch, offset = np.full((2, len(x)), -1, dtype=np.int64)
        on_lon[proper], on_lat[proper], metres[proper] = found.lon, found.lat, found.metres
        stretch[proper], offset[proper] = found.stretch, found.offset
        limit = self._limits.snap_limit_m
        usable = proper & (metres <= limit)
        stretch[~usable] = -1
        problems = tuple(
            LocateProblem(
                ids[i],
                "VR3010",
                f"{_spell_metres(metres[i])} from the nearest street for {mode}, limit {limit:g} m",
            )
            if proper[i]
            else LocateProblem(ids[i], "VR3011", f"({x[i]}, {y[i]}) is no place in degrees")
            for i in np.flatnonzero(~usable).tolist()
        )
        return Located(
            ids=tuple(ids),
            mode=mode,
            lon=x,
            lat=y,
            on_lon=on_lon,
            on_lat=on_lat,
            snap_m=metres,
            usable=usable,
            problems=problems,
            ties=StreetTies(index.network, stretch, offset),
        )

    def matrix(self, located: Located) -> TravelMatrix:
        """Return the exact quickest times between located points, and the distances driven."""
        size = len(located.ids)
        deciseconds, decimetres = np.full((2, size, size), UNREACHABLE, dtype=np.int64)
        on = np.ix_(located.usable, located.usable)
        if located.usable.any():
            deciseconds[on], decimetres[on] = find_matrix(located.ties.split)
        np.fill_diagonal(deciseconds, 0)
        np.fill_diagonal(decimetres, 0)
        return TravelMatrix(located.ids, deciseconds, decimetres, self.kind)

    def line(self, located: Located, order: Sequence[int]) -> Line:
        """Return the quickest way through points, from the first one's street to the last one's.

        Raises ``RoadsError`` VR3050 when one of the points is not usable.
        """
        lost = [located.ids[i] for i in order if not located.usable[i]]
        if lost:
            raise RoadsError("VR3050", f"no line leads through {', '.join(lost)}: not on a street")
        among_usable = np.cumsum(located.usable) - 1
        return find_line(
            located.ties.split,
            [int(among_usable[i]) for i in order],
            self._limits.simplify_m,
        )


class _ExtractNetworks:
    """Opens networks from the cache or the extract; the extract is read once at most."""

    def __init__(self, path: Path, policy: Policy, cache: NetworkCache | None) -> None:
        self._path = path
        # Plain dicts, so that streets can travel to other processes.
        self._speeds = {mode: dict(table) for mode, table in policy.speeds.items()}
        self._cache = cache
        self._extract: Extract | None = None

    def __call__(self, mode: TravelMode) -> Network:
        speeds = self._speeds[mode]
        network = self._cache.load(mode, speeds) if self._cache else None
        if network is None:
            if self._extract is None:
                self._extract = read_extract(self._path)
            network = build_network(self._extract, mode, speeds)
            if self._cache:
                self._cache.save(network, speeds)
        _log.info(
            "streets for %s: %d junctions, %d directed edges",
            mode,
            network.num_nodes,
            network.num_edges,
        )
        return network


def load_streets(path: str | Path, policy: Policy, *, cache: bool = True) -> Streets:
    """Return the streets of an OpenStreetMap extract as a road source for any travel mode.

    Networks are built when a mode is first used, and with ``cache`` kept on disk beside the
    extract. Raises ``RoadsError`` VR3001 when the file does not exist; reading it later
    raises VR3002 when it is no OpenStreetMap file, VR3003 when it has no usable way.
    """
    path = Path(path)
    require_file(path)
    return Streets(_ExtractNetworks(path, policy, NetworkCache(path) if cache else None), policy)


def _spell_metres(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 10_000 else f"{metres / 1000:.0f} km"  # noqa: PLR2004
