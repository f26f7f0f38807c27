from __future__ import annotations

import numpy as np
import pytest

from visitroute.roads.calibration import calibrate


def trips(count: int, seed: int, *, bad: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return road times, and observed ones 1.25 times as long and a minute, some far off."""
    rng = np.random.default_rng(seed)
    road = rng.uniform(60, 1800, count)
    seen = 1.25 * road + 60 + rng.normal(0, 20, count)
    off = rng.random(count) < bad
    seen[off] += rng.uniform(1200, 7200, int(off.sum()))
    return road, seen


def test_the_factor_is_found_within_its_error() -> None:
    inside = 0
    for seed in range(60):
        found = calibrate(*trips(80, seed))
        inside += abs(found.pace - 1.25) < 1.96 * found.pace_error
        assert found.fixed_s == pytest.approx(60, abs=25)
    assert 50 <= inside <= 60  # 95 % of sixty is 57


def test_stops_on_the_way_do_not_bend_it() -> None:
    found = calibrate(*trips(200, 1, bad=0.2))
    assert found.pace == pytest.approx(1.25, abs=0.02)
    assert 25 <= found.outliers <= 55
    least_squares = np.polyfit(*trips(200, 1, bad=0.2), 1)
    assert abs(least_squares[1] - 60) > 100  # what outliers do to others
    assert found.fixed_s == pytest.approx(60, abs=20)
    assert found.after < found.before / 3


def test_exact_trips() -> None:
    road = np.arange(100.0, 2100.0, 100.0)
    found = calibrate(road, 1.1 * road)
    assert (found.pace, found.fixed_s) == pytest.approx((1.1, 0), abs=1e-6)
    assert found.pace_error < 1e-6
    assert found.outliers == 0


@pytest.mark.parametrize(
    ("road", "seen", "why"),
    [
        ([100.0] * 9, [120.0] * 9, "9 usable"),
        ([100.0] * 12, [120.0] * 12, "equally long"),
        ([np.nan] * 12, [120.0] * 12, "0 usable"),
        ([1.0], [1.0, 2.0], "for 2 trips"),
    ],
)
def test_too_little_to_learn_from(road: list[float], seen: list[float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        calibrate(road, seen)
