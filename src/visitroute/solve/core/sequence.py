"""Orders of clients in compiled code: by chance, and by a key."""

from __future__ import annotations

import numpy as np
from numba import njit

from visitroute.solve.core.arrays import Floats, Ints
from visitroute.solve.core.chance import below


@njit(cache=True)
def shuffle(out: Ints, count: int, rng: np.ndarray) -> None:
    """Put the first clients in an order by chance."""
    for i in range(count - 1, 0, -1):
        j = below(rng, i + 1)
        out[i], out[j] = out[j], out[i]


@njit(cache=True)
def sort_by(out: Ints, keys: Floats, count: int) -> None:
    """Sort the first clients by ascending key; equal keys keep their order."""
    for i in range(1, count):
        client, key = out[i], keys[i]
        j = i - 1
        while j >= 0 and keys[j] > key:
            out[j + 1], keys[j + 1] = out[j], keys[j]
            j -= 1
        out[j + 1], keys[j + 1] = client, key
