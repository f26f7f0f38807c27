"""Coordinates of retailers and bases: read, put into WGS 84, and judged against each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from visitroute.coordinates import Datum, to_wgs84
from visitroute.errors import Severity
from visitroute.load.cells import Cells
from visitroute.load.values import UnreadableError, is_blank, read_degrees, read_text

Degrees = NDArray[np.float64]
Flags = NDArray[np.bool_]
_EARTH_KM = 6371.0088
_MIN_POINTS = 3
_MAX_LON, _MAX_LAT = 180.0, 90.0
_HALF = 0.5


@dataclass(slots=True)
class Points:
    """The places of one table in WGS 84 degrees, NaN where unusable.

    ``faults`` holds record number → (code, reason) of every place that can't be used,
    ``given`` the coordinates as the file has them.
    """

    lon: Degrees
    lat: Degrees
    given: tuple[Degrees, Degrees]
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def usable(self) -> Flags:
        """Which places have coordinates."""
        return ~np.isnan(self.lon)


def read_points(
    cells: Cells,
    datum: Datum,
    severity: Severity,
    fields: tuple[str, str] = ("lon", "lat"),
    *,
    optional: bool = False,
) -> Points:
    """Return the places of a table; each that is missing or impossible is noted.

    VR1201 empty, VR1202 not a number, VR1203 at 0, 0, VR1204 swapped, VR1205 out of range.
    ``severity`` is that of the notes; ``optional`` places may be empty.
    """
    x_field, y_field = fields
    if x_field in cells.missing or y_field in cells.missing:
        nowhere = np.full(len(cells), np.nan)
        return Points(nowhere, nowhere.copy(), (nowhere.copy(), nowhere.copy()))
    if cells.has(x_field) or cells.has(y_field) or not cells.has("lonlat"):
        pairs = list(zip(cells.raw(x_field), cells.raw(y_field), strict=True))
    else:
        pairs = [_split(cell) for cell in cells.raw("lonlat")]
        x_field = y_field = "lonlat"
    lon, lat = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    points = Points(lon, lat, (lon.copy(), lat.copy()))
    for i, (x, y) in enumerate(pairs):
        if optional and is_blank(x) and is_blank(y):
            continue
        at, code, reason, hint = _read_pair(x, y, x_field, y_field)
        if not code:
            lon[i], lat[i] = at
            continue
        points.faults[i] = (code, reason)
        points.given[0][i], points.given[1][i] = at
        column = y_field if hint == "lat" else x_field
        cells.problem(i, column, code, reason, severity, _HINTS[code])
    points.given = (
        np.where(np.isnan(lon), points.given[0], lon),
        np.where(np.isnan(lat), points.given[1], lat),
    )
    points.lon, points.lat = to_wgs84(lon, lat, datum)
    return points


_HINTS = {
    "VR1201": "look the address up, or take the point on site",
    "VR1202": "write decimal degrees such as 116.404",
    "VR1203": "0, 0 stands for an unknown place: look the address up",
    "VR1204": "longitude and latitude are swapped: exchange them",
    "VR1205": "longitudes go from -180 to 180, latitudes from -90 to 90",
    "VR1206": "a digit is wrong, or the shop belongs to another territory",
}


def _split(cell: object) -> tuple[object, object]:
    if is_blank(cell):
        return None, None
    parts = re.split(r"[,，;\s]+", read_text(cell).strip("()[] "))
    return (parts[0], parts[1]) if len(parts) == 2 else (cell, cell)  # noqa: PLR2004 - a pair


def _read_pair(
    x: object, y: object, x_field: str, y_field: str
) -> tuple[tuple[float, float], str, str, str]:
    """Return (lon, lat), and the code, reason and faulty field ("lon" / "lat") of a fault."""
    nowhere = (float("nan"), float("nan"))
    if is_blank(x) or is_blank(y):
        which = x_field if is_blank(x) else y_field
        if is_blank(x) and is_blank(y):
            return nowhere, "VR1201", "there are no coordinates", "lon"
        return nowhere, "VR1201", f"{which} is empty", "lon" if is_blank(x) else "lat"
    values = []
    for cell, side in ((x, "lon"), (y, "lat")):
        try:
            values.append(read_degrees(cell))
        except UnreadableError as error:
            return nowhere, "VR1202", str(error), side
    lon, lat = values
    if lon == 0 and lat == 0:
        return (lon, lat), "VR1203", "the coordinates are 0, 0", "lon"
    if abs(lon) <= _MAX_LON and abs(lat) <= _MAX_LAT:
        return (lon, lat), "", "", ""
    if abs(lat) <= _MAX_LON and abs(lon) <= _MAX_LAT:
        reason = f"longitude {lon:g} and latitude {lat:g} are swapped"
        return (lon, lat), "VR1204", reason, "lat"
    side = "lon" if abs(lon) > _MAX_LON else "lat"
    wrong = f"longitude {lon:g}" if side == "lon" else f"latitude {lat:g}"
    return (lon, lat), "VR1205", f"{wrong} is off the globe", side


def judge_points(
    cells: Cells, retailers: Points, rep_cells: Cells, bases: Points, far_km: float
) -> None:
    """Note the places that can't be where they are given, seen from all others.

    A retailer is swapped (VR1204) when it lies in no group of places that holds a base, and
    would with longitude and latitude exchanged. It is far (VR1206) when its nearest
    neighbour is more than ``far_km`` away though at least half of the places have one
    nearer. Groups are places joined by steps of at most ``far_km``. A swapped base is an
    error, a base far from all retailers a warning (VR1207). With fewer than three places
    nothing is judged.
    """
    shops, homes = np.flatnonzero(retailers.usable), np.flatnonzero(bases.usable)
    lon = np.concatenate([retailers.lon[shops], bases.lon[homes]])
    lat = np.concatenate([retailers.lat[shops], bases.lat[homes]])
    if len(lon) < _MIN_POINTS or not len(shops):
        return
    is_base = np.arange(len(lon)) >= len(shops)
    group = _groups(lon, lat, far_km)
    sound = _sound_groups(group, is_base)
    if sound is None:
        _judge_all(cells, (lon, lat), is_base, far_km)
        return
    outside = np.flatnonzero(~np.isin(group, sound))
    swapped = outside[
        _are_near(lat[outside], lon[outside], lon, lat, np.isin(group, sound), far_km)
    ]
    for i in swapped:
        reason = "longitude {:g} and latitude {:g} are swapped"
        if is_base[i]:
            j = int(homes[i - len(shops)])
            reason = reason.format(bases.given[0][j], bases.given[1][j])
            rep_cells.problem(j, "lon", "VR1204", reason, Severity.ERROR, _HINTS["VR1204"])
        else:
            j = int(shops[i])
            reason = reason.format(retailers.given[0][j], retailers.given[1][j])
            _exclude(cells, retailers, j, "VR1204", reason)
    rest = np.setdiff1d(np.arange(len(lon)), swapped)
    distance = _nearest_km(lon[rest], lat[rest])
    if np.mean(distance <= far_km) >= _HALF:
        for i, km in zip(rest[distance > far_km], distance[distance > far_km], strict=True):
            if not is_base[i]:
                reason = f"the nearest other place is {km:.0f} km away"
                _exclude(cells, retailers, int(shops[i]), "VR1206", reason)
    _judge_bases(rep_cells, bases, retailers, far_km)


def _exclude(cells: Cells, points: Points, i: int, code: str, reason: str) -> None:
    points.faults[i] = (code, reason)
    points.lon[i] = points.lat[i] = np.nan
    cells.problem(i, "lon", code, reason, Severity.QUARANTINE, _HINTS[code])


def _sound_groups(group: NDArray[np.int64], is_base: Flags) -> NDArray[np.int64] | None:
    """Return the groups to trust: those with shops and a base; None when no group has both."""
    if not is_base.any():
        return np.array([np.bincount(group).argmax()])
    both = np.intersect1d(group[is_base], group[~is_base])
    return both if len(both) else None


def _judge_all(cells: Cells, at: tuple[Degrees, Degrees], is_base: Flags, far_km: float) -> None:
    """Note that shops and bases lie apart only because one of the files is swapped (VR1204)."""
    lon, lat = at
    shops = ~is_base
    near = _are_near(lat[shops], lon[shops], lon, lat, is_base, far_km)
    if np.mean(near) > _HALF:
        cells.fail(
            "VR1204",
            f"{int(near.sum())} of {int(shops.sum())} retailers lie near a base only with "
            "longitude and latitude exchanged",
            "lon",
            "the headers lon and lat are exchanged in this file or in that of the reps",
        )


def _judge_bases(cells: Cells, bases: Points, retailers: Points, far_km: float) -> None:
    homes, shops = np.flatnonzero(bases.usable), retailers.usable
    if not shops.any() or not len(homes):
        return
    all_near = np.ones(int(shops.sum()), dtype=bool)
    near = _are_near(
        bases.lon[homes],
        bases.lat[homes],
        retailers.lon[shops],
        retailers.lat[shops],
        all_near,
        far_km,
    )
    for j in homes[~near]:
        cells.problem(
            int(j),
            "lon",
            "VR1207",
            f"no retailer is within {far_km:g} km of this base",
            Severity.WARNING,
            "the base is in another town: check its coordinates",
        )


def _unit(lon: Degrees, lat: Degrees) -> Degrees:
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def _chord(km: float) -> float:
    return float(2 * np.sin(min(km / _EARTH_KM, np.pi) / 2))


def _nearest_km(lon: Degrees, lat: Degrees) -> Degrees:
    """Return the kilometres to the nearest other place; places on one spot are 0 apart."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - not needed to read a workspace

    if len(lon) <= 1:
        return np.full(len(lon), np.inf)
    chord = cKDTree(_unit(lon, lat)).query(_unit(lon, lat), k=2)[0][:, 1]
    kilometres: Degrees = 2 * _EARTH_KM * np.arcsin(np.clip(chord / 2, 0, 1))
    return kilometres


def _are_near(
    lon: Degrees, lat: Degrees, to_lon: Degrees, to_lat: Degrees, among: Flags, km: float
) -> Flags:
    """Tell which places (lon, lat) lie within ``km`` of one of the places ``among`` the others."""
    from scipy.spatial import cKDTree  # noqa: PLC0415

    possible = np.abs(lat) <= _MAX_LAT
    near = np.zeros(len(lon), dtype=bool)
    if possible.any() and among.any():
        tree = cKDTree(_unit(to_lon[among], to_lat[among]))
        near[possible] = tree.query(_unit(lon[possible], lat[possible]))[0] <= _chord(km)
    return near


def _groups(lon: Degrees, lat: Degrees, km: float) -> NDArray[np.int64]:
    """Return group numbers of places joined by steps of ``km``; places within km / 4 are one."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415
    from scipy.spatial import cKDTree  # noqa: PLC0415

    at = _unit(lon, lat)
    _, first, cell = np.unique(
        np.floor(at / max(_chord(km / 4), 1e-9)).astype(np.int64),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    pairs = cKDTree(at[first]).query_pairs(_chord(km), output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(first), len(first)))
    labels: NDArray[np.int64] = connected_components(links, directed=False)[1]
    return labels[cell.ravel()].astype(np.int64)


def same_spot(points: Points, among: Sequence[int]) -> tuple[int, Sequence[int]]:
    """Return how many places ``among`` all share their exact spot, and the first two of one."""
    seats = np.asarray(among, dtype=np.int64)
    at = np.column_stack([points.lon[seats], points.lat[seats]])
    if not len(at):
        return 0, ()
    _, inverse, counts = np.unique(at, axis=0, return_inverse=True, return_counts=True)
    shared = counts[inverse.ravel()] > 1
    if not shared.any():
        return 0, ()
    group = inverse.ravel()[np.flatnonzero(shared)[0]]
    pair = seats[np.flatnonzero(inverse.ravel() == group)[:2]]
    return int(shared.sum()), [int(i) for i in pair]
