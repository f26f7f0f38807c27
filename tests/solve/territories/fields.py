"""Small lands on a plane: a second is a step, there and back alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from visitroute.solve.territories import FAR_SECONDS, Land, Ways

MINUTE = 60.0
MONTH = 20 * 400 * MINUTE


def make_land(places: Any, bases: Any, **changes: Any) -> Land:
    """Return retailers and bases at (x, y) in minutes; four visits of 20 minutes each."""
    spots = np.asarray(places, dtype=np.float64) * MINUTE
    homes = np.asarray(bases, dtype=np.float64) * MINUTE
    n, reps = len(spots), len(homes)
    between = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    away = np.hypot(*(spots[:, None] - homes[None]).transpose(2, 0, 1))
    given: dict[str, Any] = {
        "visits": np.full(n, 4.0),
        "service": np.full(n, 20 * MINUTE),
        "haul": 2 * away,
        "ways": (Ways.of_table(np.rint(between).astype(np.int64)),),
        "modes": (0,) * reps,
        "able": 2 * away < FAR_SECONDS,
        "before": np.full(n, -1, dtype=np.int64),
        "fixed": np.zeros(n, dtype=bool),
        "room": np.full(reps, MONTH),
        "days": np.full(reps, 20.0),
        "shared": np.zeros(reps),
    }
    return Land(**{**given, **changes})


def scattered(seed: int, n: int, reps: int, **changes: Any) -> Land:
    """Return retailers and bases drawn on a square of an hour."""
    rng = np.random.default_rng(seed)
    return make_land(rng.uniform(0, 60, (n, 2)), rng.uniform(0, 60, (reps, 2)), **changes)
