from __future__ import annotations

import numpy as np
import pytest

from visitroute.roads.geodesy import METRES_PER_DEGREE, crow_metres, line_metres


def test_known_distances() -> None:
    # Helsinki cathedral to Tallinn town hall, 82 km by geodesic calculators.
    assert crow_metres(24.9521, 60.1704, 24.7453, 59.4370) == pytest.approx(82_400, rel=0.006)
    assert crow_metres(0.0, 0.0, 0.0, 1.0) == pytest.approx(METRES_PER_DEGREE)
    assert crow_metres(179.9, 0.0, -179.9, 0.0) == pytest.approx(0.2 * METRES_PER_DEGREE)
    assert crow_metres(10.0, 50.0, 10.0, 50.0) == 0
    assert crow_metres(0.0, 0.0, 180.0, 0.0) == pytest.approx(180 * METRES_PER_DEGREE)


def test_lines_add_up() -> None:
    lon, lat = np.array([25.0, 25.0, 25.0]), np.array([60.0, 60.1, 60.05])
    assert line_metres(lon, lat) == pytest.approx(0.15 * METRES_PER_DEGREE)
