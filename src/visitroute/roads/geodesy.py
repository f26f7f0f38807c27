"""Distances on the globe for short and long lines, on numpy arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""

METRES_PER_DEGREE = EARTH_RADIUS_M * np.pi / 180
"""Length of one degree of latitude on the sphere."""

Floats = NDArray[np.float64]


def crow_metres(
    lon_a: Floats | float, lat_a: Floats | float, lon_b: Floats | float, lat_b: Floats | float
) -> Floats:
    """Return great-circle distances in metres between points in degrees (haversine).

    The arguments broadcast against each other. The sphere is off the ellipsoid by at
    most 0.6 %.
    """
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_lat = (phi_b - phi_a) / 2
    half_lon = np.radians(np.subtract(lon_b, lon_a)) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lon) ** 2
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return metres


def line_metres(lon: Floats, lat: Floats) -> float:
    """Return the length in metres of a line through points in degrees."""
    return float(crow_metres(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
