"""Road times between all retailers of one travel mode, as territories are drawn by them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAR_SECONDS = 1_000_000.0
"""Stands where no way leads: further than any way, and small enough to be summed."""


class Ways:
    """Seconds of the way between retailers, the mean of there and back; (n, n) float32."""

    def __init__(self, seconds: NDArray[np.float32]) -> None:
        self.seconds = seconds

    @cached_property
    def typical(self) -> float:
        """Median seconds between two retailers with a way between them, 1 at the least."""
        reached = self.seconds[(self.seconds > 0) & (self.seconds < FAR_SECONDS)]
        return max(1.0, float(np.median(reached))) if len(reached) else 1.0

    @classmethod
    def of_table(cls, seconds: NDArray[np.int64]) -> Ways:
        """Return the ways of a table of seconds by row and column, both directions in it."""
        there = np.minimum(seconds, FAR_SECONDS).astype(np.float32)
        return cls(np.asarray((there + there.T) / 2, dtype=np.float32))

    def to(self, places: Ints) -> Floats:
        """Return the seconds between every retailer and some of them, (n, places)."""
        # There and back are the same: rows lie side by side in memory.
        return self.seconds[places].T.astype(np.float64)

    def near(self, count: int) -> tuple[Ints, Floats]:
        """Return (rows, seconds), (n, count), of the retailers nearest to each, itself left out."""
        size = len(self.seconds)
        count = min(count, max(0, size - 1))
        rows = np.empty((size, count), dtype=np.int64)
        for i in range(size):
            line = self.seconds[i].copy()
            line[i] = np.inf
            # In order of time, then of number: the same whatever the library's own order is.
            least = np.flatnonzero(line <= np.partition(line, count - 1)[count - 1])
            rows[i] = least[np.lexsort((least, line[least]))][:count]
        return rows, np.take_along_axis(self.seconds, rows, axis=1).astype(np.float64)

    def middle(self, members: Ints, weight: Floats) -> int:
        """Return the member with the least way to all members, each by its weight."""
        far = self.seconds[np.ix_(members, members)].astype(np.float64) @ weight
        return int(members[int(np.argmin(far))])
