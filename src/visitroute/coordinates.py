"""Conversion of the datums of Chinese map data, GCJ-02 and BD-09, to and from WGS 84.

Outside the rectangle 72.004-137.8347° E, 0.8293-55.8271° N all three are the same by
definition: points there come back unchanged. The rectangle is the rule every public map
service applies; it is wider than China.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
Forward = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]


class Datum(StrEnum):
    """The datum in which a file gives its coordinates."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"  # Amap 高德, Tencent 腾讯
    BD09 = "bd09"  # Baidu 百度


_SEMI_MAJOR = 6_378_245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BAIDU_PI = np.pi * 3000.0 / 180.0
_ITERATIONS = {Datum.GCJ02: 4, Datum.BD09: 6}
"""Four leave 1e-6 m of GCJ-02; BD-09 ripples more steeply and takes two more."""


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> tuple[Degrees, Degrees]:
    """Return WGS 84 coordinates of points given in ``datum``.

    ``lon`` and ``lat`` are degrees, of any one shape; the results have it too. Exact to
    1e-6 m. NaN stays NaN. Raises ``ValueError`` for an unknown datum.
    """
    x, y = _pair(lon, lat)
    match Datum(datum):
        case Datum.WGS84:
            return x.copy(), y.copy()
        case Datum.GCJ02:
            return _invert(x, y, _wgs84_to_gcj02, _ITERATIONS[Datum.GCJ02])
        case Datum.BD09:
            return _invert(x, y, _wgs84_to_bd09, _ITERATIONS[Datum.BD09])


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> tuple[Degrees, Degrees]:
    """Return coordinates in ``datum`` of points given in WGS 84.

    ``lon`` and ``lat`` are degrees, of any one shape; the results have it too. NaN stays
    NaN. Raises ``ValueError`` for an unknown datum.
    """
    x, y = _pair(lon, lat)
    match Datum(datum):
        case Datum.WGS84:
            return x.copy(), y.copy()
        case Datum.GCJ02:
            return _where_shifted(x, y, *_wgs84_to_gcj02(x, y))
        case Datum.BD09:
            return _where_shifted(x, y, *_wgs84_to_bd09(x, y))


def _pair(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    x, y = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    return x, y


def _where_shifted(x: Degrees, y: Degrees, u: Degrees, v: Degrees) -> tuple[Degrees, Degrees]:
    """Return (u, v) for the points (x, y) inside the rectangle, else the points themselves."""
    inside = (x >= 72.004) & (x <= 137.8347) & (y >= 0.8293) & (y <= 55.8271)  # noqa: PLR2004
    return np.where(inside, u, x), np.where(inside, v, y)


def _invert(x: Degrees, y: Degrees, forward: Forward, times: int) -> tuple[Degrees, Degrees]:
    """Solve forward(u, v) = (x, y) by fixed-point iteration: the shift varies slowly."""
    u, v = x.copy(), y.copy()
    for _ in range(times):
        p, q = forward(u, v)
        u, v = u - (p - x), v - (q - y)
    return _where_shifted(x, y, u, v)


def _wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY2 * np.sin(phi) ** 2
    meridian = _SEMI_MAJOR * (1.0 - _ECCENTRICITY2) / magic**1.5
    parallel = _SEMI_MAJOR / np.sqrt(magic) * np.cos(phi)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def _gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _wgs84_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return _gcj02_to_bd09(*_wgs84_to_gcj02(lon, lat))
