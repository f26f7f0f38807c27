"""Random numbers of the compiled search: the same on every machine."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def draw(rng: np.ndarray) -> int:
    """Return 53 random bits and advance the generator (splitmix64, Steele et al. 2014)."""
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    z = rng[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return np.int64(z >> np.uint64(11))  # type: ignore[return-value]


@njit(cache=True)
def below(rng: np.ndarray, n: int) -> int:
    """Return a random whole number from 0 to n - 1."""
    return draw(rng) % n


@njit(cache=True)
def share(rng: np.ndarray) -> float:
    """Return a random number from 0 to 1."""
    return draw(rng) / 9007199254740992.0
