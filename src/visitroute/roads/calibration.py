"""Learning from trips how much longer, or shorter, they take than the roads say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from visitroute.roads.geodesy import Floats

_TUKEY = 4.685
_NORMAL_MAD = 1.4826
_ROUNDS = 50
_CONVERGED = 1e-6
_FEWEST = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """A factor of time learned from trips: observed = ``pace`` · time on the roads + ``fixed_s``.

    ``fixed_s`` are seconds a trip takes besides driving (parking, walking to the door).
    ``pace_error`` and ``fixed_error`` are standard errors. ``trips`` took part, ``outliers`` of
    them count for nothing. ``before`` and ``after`` are median absolute errors of one trip, in
    seconds, with the roads' own times and with the learned ones.
    """

    pace: float
    fixed_s: float
    pace_error: float
    fixed_error: float
    trips: int
    outliers: int
    before: float
    after: float


def calibrate(road_s: ArrayLike, observed_s: ArrayLike) -> Calibration:
    """Return what trips tell about the roads' times, by a regression that outliers don't bend.

    Parameters
    ----------
    road_s, observed_s
        Seconds of each trip on the roads, and as it was driven: (n,). Trips with either not
        above 0 or not finite are left out.

    Returns
    -------
    Calibration
        ``pace`` goes into the policy's ``[pace]``.

    Raises
    ------
    ValueError
        With fewer than ten trips, or when all are equally long.

    Notes
    -----
    Tukey's biweight, by iterated least squares from a Theil-Sen start (M-estimation; Huber and
    Ronchetti 2009, chapter 7). Trips with a stop on the way are far off, and count for nothing.
    """
    road, seen = np.asarray(road_s, np.float64).ravel(), np.asarray(observed_s, np.float64).ravel()
    if len(road) != len(seen):
        raise ValueError(f"{len(road)} times on roads for {len(seen)} trips")
    good = np.isfinite(road) & np.isfinite(seen) & (road > 0) & (seen > 0)
    road, seen = road[good], seen[good]
    if len(road) < _FEWEST:
        raise ValueError(f"{len(road)} usable trips: ten are the fewest to learn from")
    if np.ptp(road) <= 0:
        raise ValueError("all trips are equally long on the roads: nothing can be told apart")
    pace, fixed = _theil_sen(road, seen)
    weights, scale = np.ones_like(road), 1.0
    for _ in range(_ROUNDS):
        rest = seen - pace * road - fixed
        scale = max(1e-9, _NORMAL_MAD * float(np.median(np.abs(rest))))
        u = rest / (_TUKEY * scale)
        weights = np.where(np.abs(u) < 1, (1 - u**2) ** 2, 0.0)
        old = pace
        pace, fixed = _weighted_line(road, seen, weights)
        if abs(pace - old) < _CONVERGED:
            break
    pace_error, fixed_error = _errors(road, seen - pace * road - fixed, scale)
    return Calibration(
        pace,
        fixed,
        pace_error,
        fixed_error,
        trips=len(road),
        outliers=int((weights == 0).sum()),
        before=float(np.median(np.abs(seen - road))),
        after=float(np.median(np.abs(seen - pace * road - fixed))),
    )


def _theil_sen(x: Floats, y: Floats) -> tuple[float, float]:
    """Return the median slope between trips of unlike length, and the median rest."""
    order = np.argsort(x, kind="stable")
    half = len(x) // 2
    low, high = order[:half], order[-half:]
    run = x[high] - x[low]
    slopes = (y[high] - y[low])[run > 0] / run[run > 0]
    slope = float(np.median(slopes)) if len(slopes) else 1.0
    return slope, float(np.median(y - slope * x))


def _weighted_line(x: Floats, y: Floats, weights: Floats) -> tuple[float, float]:
    total = weights.sum()
    mean_x, mean_y = (weights * x).sum() / total, (weights * y).sum() / total
    spread = (weights * (x - mean_x) ** 2).sum()
    if spread <= 0:
        return 1.0, float(mean_y - mean_x)
    slope = float((weights * (x - mean_x) * (y - mean_y)).sum() / spread)
    return slope, float(mean_y - slope * mean_x)


def _errors(x: Floats, rest: Floats, scale: float) -> tuple[float, float]:
    """Return the asymptotic standard errors of slope and constant."""
    u = rest / (_TUKEY * scale)
    inside = np.abs(u) < 1
    psi = np.where(inside, rest * (1 - u**2) ** 2, 0.0)
    bend = np.where(inside, (1 - u**2) * (1 - 5 * u**2), 0.0)
    n = len(x)
    sigma2 = (psi**2).sum() / max(1, n - 2) / max(1e-12, bend.mean()) ** 2
    spread = ((x - x.mean()) ** 2).sum()
    slope2 = sigma2 / spread
    return float(np.sqrt(slope2)), float(np.sqrt(sigma2 / n + slope2 * x.mean() ** 2))
