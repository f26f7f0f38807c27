from __future__ import annotations

import numpy as np
import pytest

from visitroute.coordinates import Datum, from_wgs84, to_wgs84

METRES = 111_320.0

PUBLISHED_GCJ02 = [
    # WGS 84 lon, lat → GCJ-02 lon, lat, as published with several open converters
    (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),  # Shanghai
    (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),  # Shenzhen
    (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),  # Beijing
    (116.404, 39.915, 116.41024449916938, 39.91640428150164),
]


@pytest.mark.parametrize("point", PUBLISHED_GCJ02)
def test_gcj02_meets_published_points(point: tuple[float, ...]) -> None:
    lon, lat = from_wgs84(point[0], point[1], Datum.GCJ02)
    assert (float(lon), float(lat)) == pytest.approx(point[2:], abs=1e-9)
    back = to_wgs84(point[2], point[3], "gcj02")
    assert (float(back[0]), float(back[1])) == pytest.approx(point[:2], abs=1e-9)


def test_bd09_meets_a_published_point() -> None:
    # GCJ-02 116.404, 39.915 is BD-09 116.41036949371029, 39.92133699351021.
    wgs84 = to_wgs84(116.404, 39.915, Datum.GCJ02)
    lon, lat = from_wgs84(*wgs84, Datum.BD09)
    assert float(lon) == pytest.approx(116.41036949371029, abs=1e-9)
    assert float(lat) == pytest.approx(39.92133699351021, abs=1e-9)


@pytest.fixture(scope="module")
def china() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return rng.uniform(75, 134, 2000), rng.uniform(4, 53, 2000)


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_there_and_back_is_exact_to_a_micrometre(
    datum: Datum, china: tuple[np.ndarray, np.ndarray]
) -> None:
    shifted = from_wgs84(*china, datum)
    assert np.hypot(shifted[0] - china[0], shifted[1] - china[1]).min() * METRES > 30
    back = to_wgs84(*shifted, datum)
    assert np.abs(np.subtract(back, china)).max() * METRES < 2e-6


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_agrees_with_an_independent_library(
    datum: Datum, china: tuple[np.ndarray, np.ndarray]
) -> None:
    oracle = pytest.importorskip(
        "geocoordinates_ffi", reason="the oracle geocoordinates-rs has no wheel here"
    )
    forward = getattr(oracle, f"wgs84_to_{datum}")
    expected = [forward(oracle.Wgs84(lon=lon, lat=lat)) for lon, lat in zip(*china, strict=True)]
    lon, lat = from_wgs84(*china, datum)
    assert np.abs(lon - [p.lon for p in expected]).max() * METRES < 1e-6
    assert np.abs(lat - [p.lat for p in expected]).max() * METRES < 1e-6
    kind, inverse = getattr(oracle, datum.title()), getattr(oracle, f"{datum}_to_wgs84_refined")
    undone = [inverse(kind(lon=p.lon, lat=p.lat)) for p in expected]
    lon, lat = to_wgs84([p.lon for p in expected], [p.lat for p in expected], datum)
    assert np.abs(lon - [p.lon for p in undone]).max() * METRES < 0.5
    assert np.abs(lat - [p.lat for p in undone]).max() * METRES < 0.5


@pytest.mark.parametrize("datum", list(Datum))
def test_points_outside_china_stay(datum: Datum) -> None:
    lon, lat = [-8.61, 2.35, 151.2, 100.0], [41.15, 48.85, -33.9, 60.0]
    for convert in (to_wgs84, from_wgs84):
        assert np.array_equal(convert(lon, lat, datum), [lon, lat])


def test_wgs84_stays_and_is_a_copy() -> None:
    lon = np.array([116.4])
    out, _ = to_wgs84(lon, [39.9], "wgs84")
    out[0] = 0
    assert lon[0] == 116.4


def test_shapes_are_kept_and_nan_stays_nan() -> None:
    lon, lat = to_wgs84([[116.4, np.nan]], [[39.9, np.nan]], "bd09")
    assert lon.shape == lat.shape == (1, 2)
    assert np.isnan(lon[0, 1])
    assert np.isnan(lat[0, 1])


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(ValueError, match="cgcs2000"):
        to_wgs84(116.4, 39.9, "cgcs2000")
