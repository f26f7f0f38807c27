"""The street network as a road source: points on streets, exact matrices, real routes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from visitroute.errors import RoadsError
from visitroute.model import Line, TravelMode
from visitroute.policy import Policy
from visitroute.roads.building import build_network
from visitroute.roads.cache import NetworkCache
from visitroute.roads.conditions import DayNetwork, apply_conditions, plan_factor, rush_hours
from visitroute.roads.elsewhere import Places, require_near
from visitroute.roads.engine import Engine, pack_limit
from visitroute.roads.geodesy import Floats
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix
from visitroute.roads.network import Ints, Network
from visitroute.roads.osm import Extract, read_extract, require_file
from visitroute.roads.paths import Leg, find_leg, join_legs, leg_line, unpack
from visitroute.roads.search import DISTANCE_BITS, DISTANCE_UNIT, Points, SearchGraph
from visitroute.roads.snap import LostIndex, StretchIndex, buffer_km, far_off
from visitroute.roads.source import ELSEWHERE_M, Located, is_place, no_place

if TYPE_CHECKING:
    import networkx as nx

    from visitroute.roads.hierarchy.contract import Shape

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NearestPoints:
    """The points nearest by road: ``rows`` (n, k) into the located points, -1 where fewer.

    ``deciseconds`` and ``decimetres`` are (n, k), ``UNREACHABLE`` where there is no point.
    """

    rows: Ints
    deciseconds: Ints
    decimetres: Ints


class StreetTies:
    """What ties located points to streets: the stretch and the offset of each.

    ``stretch`` is -1 for points that are not usable.
    """

    def __init__(self, streets: Streets, mode: TravelMode, stretch: Ints, offset: Ints) -> None:
        self.streets = streets
        self.mode = mode
        self.stretch = stretch
        self.offset = offset
        self._points: Points | None = None

    @property
    def points(self) -> Points:
        """The usable points, in their order, as places of the search graph; made once."""
        if self._points is None:
            on = self.stretch >= 0
            graph = self.streets.engine(self.mode).graph
            self._points = Points(graph, self.stretch[on], self.offset[on])
        return self._points

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is made from the streets: they are opened again where they arrive."""
        return {**self.__dict__, "_points": None}


class _Mode:
    """The streets of one mode on the day, with what is made from them when first needed."""

    def __init__(self, network: Network, day: DayNetwork, store: _ShapeFile | None) -> None:
        self.network = network
        self.day = day
        self.store = store
        self._index: StretchIndex | None = None
        self._lost: LostIndex | None = None
        self._engine: Engine | None = None

    @property
    def index(self) -> StretchIndex:
        if self._index is None:
            self._index = StretchIndex(self.day.network)
        return self._index

    @property
    def lost(self) -> LostIndex:
        if self._lost is None:
            self._lost = LostIndex(self.day.network)
        return self._lost

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            day = self.day.network
            graph = SearchGraph(day, day.arc_times(), self.day.turn_open)
            basis = self.network
            self._engine = Engine(graph, lambda: SearchGraph(basis), self.store)
        return self._engine


class Streets:
    """A road source over street networks, one for each travel mode, opened when first used.

    ``open_network`` returns the network of a mode; ``on`` is the date whose conditions hold.
    ``warnings`` grows when a network turns out to be in pieces.
    """

    def __init__(
        self,
        open_network: Callable[[TravelMode], Network],
        policy: Policy,
        *,
        on: date | None = None,
    ) -> None:
        self.kind = "streets"
        self.warnings: tuple[str, ...] = ()
        self._open_network = open_network
        self._policy = policy
        self._on = on
        self._modes: dict[TravelMode, _Mode] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave out networks that the other process maps from disk itself, and all indexes."""
        kept = (
            {} if _reopens(self._open_network) else {m: v.network for m, v in self._modes.items()}
        )
        return {**self.__dict__, "_modes": {}, "_kept": kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        kept = state.pop("_kept")
        self.__dict__.update(state)
        self._modes = {mode: self._prepare(network) for mode, network in kept.items()}

    def network(self, mode: TravelMode) -> Network:
        """Return the network of a mode, as it is on the day."""
        return self._mode(mode).day.network

    def turn_graph(self, mode: TravelMode) -> nx.DiGraph[int]:
        """Return all turns of a mode on the day as a networkx graph: see ``to_turn_graph``."""
        from visitroute.roads.graphs import to_turn_graph  # noqa: PLC0415 - it imports this module

        day = self._mode(mode).day
        return to_turn_graph(day.network, day.turn_open)

    def engine(self, mode: TravelMode) -> Engine:
        """Return what computes times for a mode."""
        return self._mode(mode).engine

    def _prepare(self, network: Network) -> _Mode:
        store = getattr(self._open_network, "store", lambda _: None)(network.mode)
        return _Mode(network, apply_conditions(network, self._policy, self._on), store)

    def _mode(self, mode: TravelMode) -> _Mode:
        if mode not in self._modes:
            found = self._prepare(self._open_network(mode))
            self._modes[mode] = found
            self._warn(mode, found)
        return self._modes[mode]

    def _warn(self, mode: TravelMode, found: _Mode) -> None:
        network, day = found.network, found.day
        if network.share < self._policy.roads.component_warn:
            lost = float(network.decimetres.sum()) / 10_000 * (1 / network.share - 1)
            self._note(
                f"VR3020: only {network.share:.1%} of the streets for {mode} are connected "
                f"with each other; the other {lost:.1f} km are not used.\n"
                "Maybe the extract was cut too close: take it with a buffer of "
                f"{buffer_km(network)} km around the retailers."
            )
        if day.unknown:
            self._note(
                f"VR3014: nothing to close for {mode} at {', '.join(day.unknown)}.\n"
                "Maybe the mode may not use it anyway; closed_ways takes ids of ways, closed_at "
                "places [longitude, latitude] within 50 m of a road."
            )
        if day.cut_off:
            self._note(
                f"VR3022: the closed roads cut off {day.cut_off} other pieces of street for "
                f"{mode}: they are not used."
            )

    def _note(self, warning: str) -> None:
        self.warnings = (*self.warnings, warning)

    def locate(
        self, ids: Sequence[str], lon: Sequence[float], lat: Sequence[float], mode: TravelMode
    ) -> Located:
        """Tie WGS 84 points to their nearest streets usable by a mode.

        Points beyond ``roads.snap_limit_m`` of the policy get problem VR3010, or VR3013 where a
        street lies near that is cut off from the others; points without proper coordinates
        VR3011. Raises ``RoadsError`` VR30xx when the network can't be opened.
        """
        x = np.asarray(lon, dtype=np.float64)
        y = np.asarray(lat, dtype=np.float64)
        own = self._mode(mode)
        proper = is_place(x, y)
        found = own.index.nearest(x[proper], y[proper])
        on_lon, on_lat, metres = np.full((3, len(x)), np.nan)
        stretch, offset = np.full((2, len(x)), -1, dtype=np.int64)
        on_lon[proper], on_lat[proper], metres[proper] = found.lon, found.lat, found.metres
        stretch[proper], offset[proper] = found.stretch, found.offset
        limit = self._policy.roads.snap_limit_m
        usable = proper & (metres <= limit)
        problems = []
        for i in np.flatnonzero(~usable).tolist():
            if not proper[i]:
                problem = no_place(ids[i], x[i], y[i])
            else:
                place = (float(on_lon[i]), float(on_lat[i]))
                way = int(own.day.network.way[stretch[i]])
                lost = own.lost.metres(float(x[i]), float(y[i]), limit)
                problem = far_off(ids[i], mode, float(metres[i]), limit, place, way, lost)
            problems.append(problem)
        stretch[~usable] = -1
        return Located(
            ids=tuple(ids),
            mode=mode,
            lon=x,
            lat=y,
            on_lon=on_lon,
            on_lat=on_lat,
            snap_m=metres,
            usable=usable,
            problems=tuple(problems),
            ties=StreetTies(self, mode, stretch, offset),
        )

    def matrix(self, located: Located, departure: int | None = None) -> TravelMatrix:
        """Return the exact quickest times between located points, and the distances driven.

        Rush hours count by the policy's ``rush_plan`` over the shift, or, with ``departure`` in
        seconds after midnight, for trips that leave then.
        """
        points = located.ties.points
        packed = self.engine(located.mode).matrix(points)
        return self._spread(located, points, packed, departure)

    def times(self, located: Located, sources: Sequence[int], targets: Sequence[int]) -> Ints:
        """Return deciseconds from some located points to others, as in the matrix of all."""
        rows, columns = np.asarray(sources, np.int64), np.asarray(targets, np.int64)
        points = located.ties.points
        among = np.cumsum(located.usable) - 1
        on_row, on_column = located.usable[rows], located.usable[columns]
        from_spots, row = np.unique(points.spot[among[rows[on_row]]], return_inverse=True)
        to_spots, column = np.unique(points.spot[among[columns[on_column]]], return_inverse=True)
        packed = self.engine(located.mode).table(points, from_spots, to_spots)
        time = self._clocked(unpack(packed)[0], located.mode, None)
        deciseconds = np.full((len(rows), len(columns)), UNREACHABLE, dtype=np.int64)
        deciseconds[np.ix_(on_row, on_column)] = time[np.ix_(row, column)]
        deciseconds[rows[:, None] == columns] = 0
        return deciseconds

    def blocks(self, located: Located, groups: Sequence[Sequence[int]]) -> list[TravelMatrix]:
        """Return one matrix for each group of located points: the territories of many reps.

        A group holds indices into ``located``.
        """
        return [self.matrix(self._some(located, group)) for group in groups]

    def nearest(
        self,
        located: Located,
        count: int,
        *,
        sources: Sequence[int] | None = None,
        targets: Sequence[int] | None = None,
        limit_s: float | None = None,
    ) -> NearestPoints:
        """Return the ``count`` targets nearest by road to each source, the source itself too.

        ``sources`` and ``targets`` are indices into ``located``, all points when None; of
        points on one spot the first counts. ``limit_s`` leaves out what is further, in seconds.
        """
        points = located.ties.points
        among = np.cumsum(located.usable) - 1
        ask = np.arange(len(located.ids)) if sources is None else np.asarray(sources, np.int64)
        goal = np.arange(len(located.ids)) if targets is None else np.asarray(targets, np.int64)
        ready = ask[located.usable[ask]]
        able = goal[located.usable[goal]]
        spots = points.spot[among[able]]
        own, first = np.unique(spots, return_index=True)
        point_of = np.full(points.count + 1, -1, dtype=np.int64)
        point_of[own] = able[first]
        from_spots, back = np.unique(points.spot[among[ready]], return_inverse=True)
        factor = plan_factor(self._policy, located.mode)
        limit = pack_limit(None if limit_s is None else limit_s / factor)
        found, packed = self.engine(located.mode).nearest(points, from_spots, own, count, limit)
        rows, deciseconds, decimetres = (
            np.full((len(ask), count), fill, dtype=np.int64)
            for fill in (-1, UNREACHABLE, UNREACHABLE)
        )
        at = np.flatnonzero(located.usable[ask])
        width = found.shape[1]
        time, way = unpack(packed)
        rows[at, :width] = point_of[found[back]]
        deciseconds[at, :width] = self._clocked(time[back], located.mode, None)
        decimetres[at, :width] = way[back]
        return NearestPoints(rows, deciseconds, decimetres)

    def _some(self, located: Located, rows: Sequence[int]) -> Located:
        pick = np.asarray(rows, dtype=np.int64)
        ties = located.ties
        return Located(
            ids=tuple(located.ids[i] for i in pick),
            mode=located.mode,
            lon=located.lon[pick],
            lat=located.lat[pick],
            on_lon=located.on_lon[pick],
            on_lat=located.on_lat[pick],
            snap_m=located.snap_m[pick],
            usable=located.usable[pick],
            problems=tuple(p for p in located.problems if p.id in {located.ids[i] for i in pick}),
            ties=StreetTies(self, located.mode, ties.stretch[pick], ties.offset[pick]),
        )

    def _spread(
        self, located: Located, points: Points, packed: Ints, departure: int | None
    ) -> TravelMatrix:
        """Return the matrix of all located points from that of the spots they lie on."""
        size = len(located.ids)
        deciseconds, decimetres = np.full((2, size, size), UNREACHABLE, dtype=np.int64)
        time, way = unpack(packed)
        time = self._clocked(time, located.mode, departure)
        on = np.ix_(located.usable, located.usable)
        full = np.ix_(points.spot, points.spot)
        deciseconds[on], decimetres[on] = time[full], way[full]
        np.fill_diagonal(deciseconds, 0)
        np.fill_diagonal(decimetres, 0)
        return TravelMatrix(located.ids, deciseconds, decimetres, self.kind)

    def _clocked(self, deciseconds: Ints, mode: TravelMode, departure: int | None) -> Ints:
        """Return times with the rush hours in them."""
        hours = rush_hours(self._policy, mode)
        if hours.is_flat:
            return deciseconds
        known = deciseconds < UNREACHABLE
        free: Floats = np.where(known, deciseconds, 0) / 10
        if departure is None:
            slower = free * plan_factor(self._policy, mode)
        else:
            slower = hours.arrival(float(departure), free) - departure
        whole: Ints = np.where(known, np.rint(slower * 10).astype(np.int64), UNREACHABLE)
        return whole

    def legs(self, located: Located, order: Sequence[int]) -> list[tuple[Line, int, int]]:
        """Return (line, deciseconds, decimetres) of each leg through points, as in the matrix.

        Raises ``RoadsError`` VR3050 when a point is not usable, VR3061 when no way leads on.
        """
        found = []
        for leg, way in self._find_legs(located, order):
            line = join_legs([way], self._policy.roads.simplify_m)
            free = np.array([leg.packed >> DISTANCE_BITS])
            time = int(self._clocked(free, located.mode, None)[0])
            found.append((line, time, leg.packed & (DISTANCE_UNIT - 1)))
        return found

    def line(self, located: Located, order: Sequence[int]) -> Line:
        """Return the quickest way through points, from the first one's street to the last one's.

        Fewer than two points give an empty line. Raises ``RoadsError`` VR3050 when one of the
        points is not usable, VR3061 when no way leads on from one.
        """
        lines = [way for _, way in self._find_legs(located, order)]
        return join_legs(lines, self._policy.roads.simplify_m) if lines else ()

    def _find_legs(
        self, located: Located, order: Sequence[int]
    ) -> Iterator[tuple[Leg, tuple[Floats, Floats]]]:
        """Find each leg through points, and its line (lon, lat)."""
        lost = [located.ids[i] for i in order if not located.usable[i]]
        if lost:
            raise RoadsError("VR3050", f"no line leads through {', '.join(lost)}: not on a street")
        among = np.cumsum(located.usable) - 1
        points = located.ties.points
        spots = [int(points.spot[among[i]]) for i in order]
        for a, b in pairwise(spots):
            leg = find_leg(points, a, b)
            if leg is None:
                raise RoadsError(
                    "VR3061",
                    f"no way leads on for {located.mode}",
                    "look at one-way streets, closed roads and turns there",
                )
            yield leg, leg_line(points, leg, a)


class _ShapeFile:
    """Keeps the shape of a mode's hierarchy beside its network."""

    def __init__(self, cache: NetworkCache, mode: TravelMode, policy: Policy) -> None:
        self._cache, self._mode, self._policy = cache, mode, policy

    def load(self) -> Shape | None:
        """Return the stored shape, None when there is none."""
        found = self._cache.load_arrays(self._mode, self._policy, "hierarchy")
        if found is None:
            return None
        from visitroute.roads.hierarchy.contract import Shape  # noqa: PLC0415 - needs numba

        arrays = found[0]
        return Shape(arrays["rank"], arrays["first"], arrays["head"], arrays["parent"])

    def save(self, shape: Shape) -> None:
        """Store a shape."""
        arrays = {name: getattr(shape, name) for name in ("rank", "first", "head", "parent")}
        self._cache.save_arrays(self._mode, self._policy, "hierarchy", arrays, {})


class _ExtractNetworks:
    """Opens networks from the cache or the extract; the extract is read once at most."""

    def __init__(
        self, path: Path, policy: Policy, cache: NetworkCache | None, near: Places
    ) -> None:
        self._path = path
        self._policy = policy
        self.cache = cache
        self._near = near
        self._extract: Extract | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_extract": None}

    def store(self, mode: TravelMode) -> _ShapeFile | None:
        """Return where the hierarchy of a mode is kept."""
        return _ShapeFile(self.cache, mode, self._policy) if self.cache else None

    def __call__(self, mode: TravelMode) -> Network:
        network = self.cache.load(mode, self._policy) if self.cache else None
        if network is None:
            if self._extract is None:
                # A policy may tie places to streets that are further away than any area.
                limit = max(ELSEWHERE_M, self._policy.roads.snap_limit_m)
                require_near(self._path, self._near, limit)
                self._extract = read_extract(self._path)
            network = build_network(self._extract, mode, self._policy)
            if self.cache and self.cache.save(network, self._policy) is not None:
                # What is read back is shared with other processes.
                network = self.cache.load(mode, self._policy) or network
        _log.info(
            "streets for %s: %d junctions, %d directed edges, %d turns",
            mode,
            network.num_nodes,
            network.num_edges,
            len(network.turn_tail),
        )
        return network


def _reopens(open_network: object) -> bool:
    """Tell whether networks are kept on disk, to be mapped by every process that wants them."""
    return isinstance(open_network, _ExtractNetworks) and open_network.cache is not None


def load_streets(
    path: str | Path,
    policy: Policy,
    *,
    cache: bool = True,
    on: date | None = None,
    near: Places = (),
) -> Streets:
    """Return the streets of an OpenStreetMap extract as a road source for any travel mode.

    Networks are built when a mode is first used, and with ``cache`` kept on disk beside the
    extract. ``on`` is the date on which ways closed by date are judged, ``near`` places (lon, lat)
    of which at least one should lie near the streets. Raises ``RoadsError`` VR3001 when the file
    does not exist; reading it later raises VR3002 when it is no OpenStreetMap file, VR3003 when it
    has no usable way, VR3005 when it is of another area.
    """
    path = Path(path)
    require_file(path)
    opener = _ExtractNetworks(path, policy, NetworkCache(path) if cache else None, near)
    return Streets(opener, policy, on=on)
