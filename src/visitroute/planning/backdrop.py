"""The street network as a backdrop of maps: merged, simplified, and cut to a size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from visitroute.export.polyline import encode_line
from visitroute.model import Line, PlanInput
from visitroute.roads import RoadSource

if TYPE_CHECKING:
    from visitroute.roads.network import Network

LARGEST = 260_000
PER_REP = 26_000
"""Bytes that all streets together may take, in a page of all reps and for each rep's own."""

MARGIN = 0.04
"""Part of the extent of all places that is shown around them."""

DETAIL = 4000
"""Simplified lines stray by at most one part in so many of the extent."""

MAIN_SHARE = 0.15
"""The fastest streets that make up this part of the length count as main streets."""


def draw_streets(roads: RoadSource, inputs: PlanInput) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return main streets and other streets around the places of a plan, fastest and longest first.

    Those of the travel mode that most reps have. Empty for road sources without streets, and
    where there is no place. Where streets take too many bytes, the slow and short
    ones are left out.
    """
    network_of = getattr(roads, "network", None)
    if network_of is None or not inputs.reps or not inputs.retailers:
        return (), ()
    mode = Counter(rep.mode for rep in inputs.reps).most_common(1)[0][0]
    network: Network = network_of(mode)
    west, south, east, north = _frame(inputs)
    tolerance = max(east - west, north - south) / DETAIL
    x, y, starts = network.vertex_lon, network.vertex_lat, network.first[:-1]
    if len(starts) == 0:
        return (), ()
    inside = (
        (np.maximum.reduceat(x, starts) >= west)
        & (np.minimum.reduceat(x, starts) <= east)
        & (np.maximum.reduceat(y, starts) >= south)
        & (np.minimum.reduceat(y, starts) <= north)
    )
    times = np.where(network.forward >= 0, network.forward, network.backward)
    speed = np.rint(network.decimetres / np.maximum(times, 1) * 3.6).astype(np.int64)
    ranked: list[tuple[int, float, Line]] = []
    for kmh in np.unique(speed[inside])[::-1].tolist():
        chosen = np.flatnonzero(inside & (speed == kmh))
        ranked += [(kmh, length, line) for length, line in _merge(network, chosen, tolerance)]
    return _cut(ranked, max(LARGEST, PER_REP * len(inputs.reps)))


def _frame(inputs: PlanInput) -> tuple[float, float, float, float]:
    lon = [*(r.lon for r in inputs.retailers), *(r.start.lon for r in inputs.reps)]
    lat = [*(r.lat for r in inputs.retailers), *(r.start.lat for r in inputs.reps)]
    pad = MARGIN * max(max(lon) - min(lon), max(lat) - min(lat)) + 0.002
    return min(lon) - pad, min(lat) - pad, max(lon) + pad, max(lat) + pad


def _merge(
    network: Network, stretches: np.ndarray[tuple[int], np.dtype[np.int64]], tolerance: float
) -> list[tuple[float, Line]]:
    """Return (length in degrees, line) of stretches joined end to end, the longest first."""
    import shapely  # noqa: PLC0415 - slow to import

    sizes = np.diff(network.first)[stretches]
    vertices = np.concatenate(
        [np.arange(network.first[s], network.first[s + 1]) for s in stretches]
    )
    lines = shapely.linestrings(
        network.vertex_lon[vertices],
        network.vertex_lat[vertices],
        indices=np.repeat(np.arange(len(stretches)), sizes),
    )
    joined = shapely.line_merge(shapely.multilinestrings(lines))
    parts = shapely.simplify(shapely.get_parts(joined), tolerance)
    lengths = shapely.length(parts)
    order = np.lexsort((np.arange(len(parts)), -lengths))
    return [
        (float(lengths[i]), tuple(map(tuple, shapely.get_coordinates(parts[i]).tolist())))
        for i in order
        if lengths[i] >= tolerance
    ]


def _cut(
    ranked: Sequence[tuple[int, float, Line]], largest: int
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    whole = sum(length for _, length, _ in ranked)
    main: list[Line] = []
    rest: list[Line] = []
    size, length = 0, 0.0
    slowest = min((kmh for kmh, _, _ in ranked), default=0)
    for kmh, part, line in ranked:
        size += len(encode_line(line)) + 4
        if size > largest:
            break
        is_main = length + part <= MAIN_SHARE * whole and kmh > slowest
        (main if is_main else rest).append(line)
        length += part
    return tuple(main), tuple(rest)
