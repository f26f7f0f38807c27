"""What every road source offers: locate points, measure between them, draw the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from visitroute.errors import RoadsError
from visitroute.model import Line, TravelMode
from visitroute.roads.matrix import TravelMatrix

ELSEWHERE_M = 20_000.0
"""Where all bases are further than this from any street, the extract is of another area."""


@dataclass(frozen=True, slots=True)
class LocateProblem:
    """Why a point can't be used: its id, a stable code (VR3xxx) and a sentence."""

    id: str
    code: str
    reason: str


def elsewhere_error(
    metres: float, street: tuple[float, float], base: tuple[float, float]
) -> RoadsError:
    """Return error VR3005: the nearest street is so many metres away from the nearest base."""
    return RoadsError(
        "VR3005",
        f"no base lies near the roads: the nearest street is {metres / 1000:.0f} km away, at "
        f"({street[0]:.4f}, {street[1]:.4f}), from the base at ({base[0]:.4f}, {base[1]:.4f})",
        "the extract is of another area, or the coordinates are swapped",
    )


def is_place(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which coordinates are places in degrees at all (bool)."""
    finite = np.isfinite(lon) & np.isfinite(lat)
    found: NDArray[np.bool_] = finite & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # noqa: PLR2004
    return found


def no_place(name: str, lon: float, lat: float) -> LocateProblem:
    """Return the problem VR3011 of a point whose coordinates are no place."""
    return LocateProblem(name, "VR3011", f"({lon}, {lat}) is no place in degrees")


@dataclass(frozen=True, slots=True)
class Located:
    """Points tied to a road source, in the order they were given.

    ``lon``, ``lat`` are the points themselves, ``on_lon``, ``on_lat`` where they meet the
    street, ``snap_m`` the metres between; all (n,) float64. ``usable`` is an (n,) bool
    array, False for the points named in ``problems``. ``ties`` is the source's own.
    """

    ids: tuple[str, ...]
    mode: TravelMode
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    on_lon: NDArray[np.float64]
    on_lat: NDArray[np.float64]
    snap_m: NDArray[np.float64]
    usable: NDArray[np.bool_]
    problems: tuple[LocateProblem, ...]
    ties: Any = None


class RoadSource(Protocol):
    """A source of travel times: streets, a given matrix, a graph, straight lines.

    ``kind`` is streets, matrix or straight; ``warnings`` are sentences for the user, each
    starting with its code.
    """

    kind: str
    warnings: tuple[str, ...]

    def locate(
        self, ids: Sequence[str], lon: Sequence[float], lat: Sequence[float], mode: TravelMode
    ) -> Located:
        """Tie WGS 84 points to the roads of a travel mode."""
        ...

    def matrix(self, located: Located) -> TravelMatrix:
        """Return the travel matrix of located points; points not usable are UNREACHABLE."""
        ...

    def times(
        self, located: Located, sources: Sequence[int], targets: Sequence[int]
    ) -> NDArray[np.int64]:
        """Return deciseconds from some points to others, (sources, targets): part of the matrix.

        ``sources`` and ``targets`` are indices into ``located``.
        """
        ...

    def line(self, located: Located, order: Sequence[int]) -> Line:
        """Return the way through points ``order`` (indices into ``located``), street by street."""
        ...
