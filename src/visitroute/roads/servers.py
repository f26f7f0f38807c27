"""Routing servers as road sources: OSRM and Valhalla over HTTP."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from visitroute.errors import RoadsError
from visitroute.model import Line, TravelMode
from visitroute.policy import Policy
from visitroute.roads.client import Client, RefusedError
from visitroute.roads.geodesy import Floats, crow_metres
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix
from visitroute.roads.network import Ints
from visitroute.roads.paths import join_legs
from visitroute.roads.source import Located, LocateProblem, is_place, no_place

_ADDRESS = re.compile(r"^(osrm|valhalla)\+(https?://[^\s]+?)/*$", re.IGNORECASE)

Tile = tuple[Floats, Floats]
"""Seconds and metres between some points, NaN where there is no way."""


class TooLargeError(Exception):
    """The server takes fewer points at a time."""


def open_server(name: str, policy: Policy) -> RoutingServer:
    """Return the server that ``osrm+http://…`` or ``valhalla+http://…`` names, not asked yet.

    ``{mode}`` in the address stands for the travel mode: a server for each. Raises
    ``RoadsError`` VR3004 for other addresses.
    """
    match = _ADDRESS.match(name)
    if match is None:
        raise RoadsError(
            "VR3004",
            f"'{name}' is an address, but says not which kind of server",
            "write osrm+http://host:5000 or valhalla+http://host:8002",
        )
    kind = OsrmServer if match[1].lower() == "osrm" else ValhallaServer
    return kind(match[2], policy)


class RoutingServer(ABC):
    """A road source that a server computes; large tables are asked for tile by tile.

    Times are the server's own, to the tenth of a second. Points further than
    ``roads.snap_limit_m`` from where the server puts them have problem VR3010.
    """

    def __init__(self, address: str, policy: Policy) -> None:
        self.kind = "streets"
        self.warnings: tuple[str, ...] = ()
        self.address = address
        self._policy = policy
        self._size = policy.servers.table_points

    def _client(self, mode: TravelMode) -> Client:
        servers = self._policy.servers
        address = self.address.replace("{mode}", str(mode))
        return Client(address, servers.timeout_s, servers.retries)

    def locate(
        self, ids: Sequence[str], lon: Sequence[float], lat: Sequence[float], mode: TravelMode
    ) -> Located:
        """Ask where the server puts WGS 84 points; raises ``RoadsError`` VR307x."""
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        proper = is_place(x, y)
        on = np.full((len(x), 2), np.nan)
        rows = np.flatnonzero(proper)
        size = max(1, self._size)
        for i in range(0, len(rows), size):
            part = rows[i : i + size]
            on[part] = self._guard(self._snap, mode, np.column_stack((x, y))[part])
        metres = np.full(len(x), np.nan)
        metres[rows] = crow_metres(x[rows], y[rows], on[rows, 0], on[rows, 1])
        limit = self._policy.roads.snap_limit_m
        with np.errstate(invalid="ignore"):
            usable = proper & (metres <= limit)
        problems = tuple(
            no_place(ids[i], x[i], y[i])
            if not proper[i]
            else LocateProblem(
                ids[i],
                "VR3010",
                f"the server puts it {metres[i]:.0f} m away, limit {limit:g} m"
                if np.isfinite(metres[i])
                else "the server finds no road near",
            )
            for i in np.flatnonzero(~usable).tolist()
        )
        return Located(tuple(ids), mode, x, y, on[:, 0], on[:, 1], metres, usable, problems)

    def matrix(self, located: Located) -> TravelMatrix:
        """Return the server's times and distances between located points, tile by tile.

        Raises ``RoadsError`` VR307x.
        """
        every = np.arange(len(located.ids))
        deciseconds, decimetres = self._measure(located, every, every)
        return TravelMatrix(located.ids, deciseconds, decimetres, self.kind)

    def times(self, located: Located, sources: Sequence[int], targets: Sequence[int]) -> Ints:
        """Return the server's deciseconds from some located points to others, tile by tile.

        Raises ``RoadsError`` VR307x.
        """
        rows, columns = np.asarray(sources, np.int64), np.asarray(targets, np.int64)
        return self._measure(located, rows, columns)[0]

    def _measure(self, located: Located, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        """Return (deciseconds, decimetres) from some points to others."""
        shape = len(rows), len(columns)
        deciseconds, decimetres = np.full((2, *shape), UNREACHABLE, dtype=np.int64)
        places = np.column_stack((located.lon, located.lat))
        down = np.flatnonzero(located.usable[rows])
        across = np.flatnonzero(located.usable[columns])
        i = 0
        while i < len(down):
            j = 0
            while j < len(across):
                side = max(1, self._size // 2)
                a, b = down[i : i + side], across[j : j + side]
                ends = places[rows[a]], places[columns[b]]
                try:
                    seconds, metres = self._guard(self._tile, located.mode, *ends)
                except TooLargeError:
                    self._shrink()
                    j = 0
                    continue
                _put(deciseconds, a, b, seconds)
                _put(decimetres, a, b, metres)
                j += side
            i += side
        same = rows[:, None] == columns
        deciseconds[same] = decimetres[same] = 0
        return deciseconds, decimetres

    def _shrink(self) -> None:
        if self._size <= 2:  # noqa: PLR2004 - one from, one to
            raise RoadsError(
                "VR3073",
                f"{self.address} refuses even a table of two points",
                "raise the limit of its tables (osrm-routed --max-table-size)",
            )
        self._size = max(2, self._size // 2)

    def line(self, located: Located, order: Sequence[int]) -> Line:
        """Return the server's route through points; raises ``RoadsError`` VR307x or VR3061."""
        if len(order) < 2:  # noqa: PLR2004 - a line has two ends
            return ()
        places = np.column_stack((located.lon, located.lat))[list(order)]
        size = max(2, self._size // 4)
        legs: list[tuple[Floats, Floats]] = []
        for i in range(0, len(places) - 1, size - 1):
            part = places[i : i + size]
            legs += self._guard(self._route, located.mode, part)
        return join_legs(legs, self._policy.roads.simplify_m)

    def _guard(self, ask: Any, mode: TravelMode, *places: Floats) -> Any:
        try:
            return ask(mode, *places)
        except RefusedError as why:
            raise RoadsError(
                "VR3071",
                f"{self.address} refuses: {why.code}: {why.message}",
                "the server has another area, another profile, or narrower limits",
            ) from why
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as why:
            raise RoadsError(
                "VR3072",
                f"{self.address} answers in another form: {type(why).__name__} {why}",
                "the address is that of another kind of server, or of a version not known yet",
            ) from why

    @abstractmethod
    def _snap(self, mode: TravelMode, places: Floats) -> Floats:
        """Return where the server puts places, (n, 2), NaN where it finds no road."""

    @abstractmethod
    def _tile(self, mode: TravelMode, sources: Floats, targets: Floats) -> Tile:
        """Return seconds and metres; raises ``TooLargeError`` when they are too many."""

    @abstractmethod
    def _route(self, mode: TravelMode, places: Floats) -> list[tuple[Floats, Floats]]:
        """Return the line (lon, lat) of each leg."""


def _put(whole: Ints, a: Ints, b: Ints, values: Floats) -> None:
    known = np.isfinite(values)
    tenths = np.rint(np.where(known, values, 0) * 10).astype(np.int64)
    whole[np.ix_(a, b)] = np.where(known, tenths, UNREACHABLE)


_OSRM_PROFILES: Mapping[TravelMode, str] = {
    TravelMode.CAR: "driving",
    TravelMode.MOTORBIKE: "driving",
    TravelMode.EBIKE: "bike",
    TravelMode.BICYCLE: "bike",
    TravelMode.FOOT: "foot",
}


class OsrmServer(RoutingServer):
    """An OSRM server (``table`` and ``route`` services).

    It serves the one profile it was prepared for, whatever the mode: use ``{mode}`` in the
    address to have one server for each.
    """

    def _path(self, service: str, mode: TravelMode, places: Floats) -> str:
        text = ";".join(f"{x:.7f},{y:.7f}" for x, y in places.tolist())
        return f"/{service}/v1/{_OSRM_PROFILES[mode]}/{text}"

    def _snap(self, mode: TravelMode, places: Floats) -> Floats:
        try:
            told = self._client(mode).ask(self._path("table", mode, places) + "?sources=0")
        except RefusedError as why:
            if why.code == "TooBig" and len(places) > 1:
                half = len(places) // 2
                return np.concatenate(
                    [self._snap(mode, places[:half]), self._snap(mode, places[half:])]
                )
            raise
        return np.array([place["location"] for place in told["destinations"]], dtype=np.float64)

    def _tile(self, mode: TravelMode, sources: Floats, targets: Floats) -> Tile:
        count = len(sources)
        both = np.concatenate([sources, targets])
        numbers = [";".join(map(str, r)) for r in (range(count), range(count, len(both)))]
        query = f"?annotations=duration,distance&sources={numbers[0]}&destinations={numbers[1]}"
        try:
            told = self._client(mode).ask(self._path("table", mode, both) + query)
        except RefusedError as why:
            if why.code == "TooBig":
                raise TooLargeError from why
            raise
        shape = (count, len(targets))
        return _numbers(told["durations"], shape), _numbers(told["distances"], shape)

    def _route(self, mode: TravelMode, places: Floats) -> list[tuple[Floats, Floats]]:
        query = "?overview=full&geometries=geojson&steps=true&continue_straight=false"
        try:
            told = self._client(mode).ask(self._path("route", mode, places) + query)
        except RefusedError as why:
            if why.code == "NoRoute":
                raise RoadsError("VR3061", f"{self.address} finds no route: {why.message}") from why
            raise
        lines = []
        for leg in told["routes"][0]["legs"]:
            steps = [np.array(step["geometry"]["coordinates"]) for step in leg["steps"]]
            line = np.concatenate(steps)
            lines.append((line[:, 0], line[:, 1]))
        return lines


_VALHALLA_COSTING: Mapping[TravelMode, str] = {
    TravelMode.CAR: "auto",
    TravelMode.MOTORBIKE: "motorcycle",
    TravelMode.EBIKE: "bicycle",
    TravelMode.BICYCLE: "bicycle",
    TravelMode.FOOT: "pedestrian",
}
_TOO_MANY = frozenset(("150", "157", "158"))
_NO_PATH = frozenset(("442", "171"))
_EBIKE_KMH = 22.0


class ValhallaServer(RoutingServer):
    """A Valhalla server (``sources_to_targets``, ``locate`` and ``route``)."""

    def _costing(self, mode: TravelMode) -> dict[str, Any]:
        asked: dict[str, Any] = {"costing": _VALHALLA_COSTING[mode]}
        if mode is TravelMode.EBIKE:
            options = {"bicycle_type": "Hybrid", "cycling_speed": _EBIKE_KMH}
            asked["costing_options"] = {"bicycle": options}
        return asked

    def _snap(self, mode: TravelMode, places: Floats) -> Floats:
        body = {"locations": _locations(places), "verbose": False, **self._costing(mode)}
        found = []
        for told in self._client(mode).ask("/locate", body):
            edges = told.get("edges") or []
            found.append(
                (edges[0]["correlated_lon"], edges[0]["correlated_lat"])
                if edges
                else (np.nan, np.nan)
            )
        return np.array(found, dtype=np.float64)

    def _tile(self, mode: TravelMode, sources: Floats, targets: Floats) -> Tile:
        body = {
            "sources": _locations(sources),
            "targets": _locations(targets),
            "units": "kilometers",
            **self._costing(mode),
        }
        try:
            told = self._client(mode).ask("/sources_to_targets", body)
        except RefusedError as why:
            if why.code in _TOO_MANY:
                raise TooLargeError from why
            raise
        cells = told["sources_to_targets"]
        if isinstance(cells, dict):
            seconds, km = cells["durations"], cells["distances"]
        else:
            seconds = [[cell["time"] for cell in row] for row in cells]
            km = [[cell["distance"] for cell in row] for row in cells]
        shape = (len(sources), len(targets))
        time, metres = _numbers(seconds, shape), _numbers(km, shape) * 1000
        metres[np.isnan(time)] = np.nan
        return time, metres

    def _route(self, mode: TravelMode, places: Floats) -> list[tuple[Floats, Floats]]:
        body = {"locations": _locations(places), "units": "kilometers", **self._costing(mode)}
        try:
            told = self._client(mode).ask("/route", body)
        except RefusedError as why:
            if why.code in _NO_PATH:
                raise RoadsError("VR3061", f"{self.address} finds no route: {why.message}") from why
            raise
        return [decode_line(leg["shape"]) for leg in told["trip"]["legs"]]


def _locations(places: Floats) -> list[dict[str, float]]:
    return [{"lon": round(x, 7), "lat": round(y, 7)} for x, y in places.tolist()]


def _numbers(cells: Sequence[Sequence[float | None]], shape: tuple[int, int]) -> Floats:
    values = np.array(
        [[np.nan if cell is None else cell for cell in row] for row in cells], dtype=np.float64
    )
    if values.shape != shape:
        raise ValueError(f"a table of {values.shape} where {shape} was asked for")
    return values


def decode_line(text: str) -> tuple[Floats, Floats]:
    """Return (lon, lat) of a line that is encoded with six decimals.

    Differences of coordinates stand in groups of five bits, the last bit of each number being
    its sign (Google's polyline format).
    """
    numbers, value, shift = [], 0, 0
    for letter in text:
        bits = ord(letter) - 63
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:  # noqa: PLR2004 - the last group of a number
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    steps = np.array(numbers, dtype=np.int64).reshape(-1, 2)
    places = np.cumsum(steps, axis=0) / 1e6
    return places[:, 1], places[:, 0]
