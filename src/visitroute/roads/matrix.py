"""Travel matrices: exact asymmetric times and distances between points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNREACHABLE = np.iinfo(np.int64).max // 4
"""Stands in a matrix where no way leads from one point to the other."""


@dataclass(frozen=True, slots=True)
class TravelMatrix:
    """Travel between points, row = from, column = to.

    ``deciseconds`` and ``decimetres`` are (n, n) int64 arrays with zero diagonal and
    ``UNREACHABLE`` where there is no way. ``ids`` names the points in order. ``source``
    is streets, straight or matrix.
    """

    ids: tuple[str, ...]
    deciseconds: NDArray[np.int64]
    decimetres: NDArray[np.int64]
    source: str = "streets"

    @property
    def seconds(self) -> NDArray[np.int64]:
        """Whole seconds, rounded up, as plans count them."""
        return -(-self.deciseconds // 10)

    @property
    def metres(self) -> NDArray[np.int64]:
        """Whole metres, rounded half up."""
        return (self.decimetres + 5) // 10

    def subset(self, ids: Sequence[str]) -> TravelMatrix:
        """Return the matrix of some of the points, in the order given."""
        where = {name: i for i, name in enumerate(self.ids)}
        rows = np.array([where[name] for name in ids], dtype=np.intp)
        pick = np.ix_(rows, rows)
        return TravelMatrix(tuple(ids), self.deciseconds[pick], self.decimetres[pick], self.source)
