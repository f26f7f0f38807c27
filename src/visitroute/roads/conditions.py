"""The day's conditions on a network: weather, closed roads, dates, rush hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import numpy as np
import shapely

from visitroute.model import TravelMode
from visitroute.policy import Policy, SpeedTable, read_rush
from visitroute.roads.geodesy import Floats
from visitroute.roads.network import CLOSED, Bools, Ints, Network, find_largest, open_turns
from visitroute.roads.snap import nearest_line
from visitroute.units import parse_clock_range

ALL = "all"
"""Names the factor of classes of road without a line of their own."""

_CLOSING_REACH_M = 50.0
_WORKING_HOURS = range(8, 18)
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class DayNetwork:
    """A network as it is on a day.

    ``network`` has the day's times; what is closed, or cut off by what is closed, is
    ``CLOSED`` and not snappable. ``turn_open`` (bool) tells which turns may be made, None for
    all. ``closed`` counts the stretches closed, ``cut_off`` those lost behind them; ``unknown``
    names closed ways and places that the network does not have.
    """

    network: Network
    turn_open: Bools | None = None
    closed: int = 0
    cut_off: int = 0
    unknown: tuple[str, ...] = ()


def apply_conditions(network: Network, policy: Policy, on: date | None) -> DayNetwork:
    """Return a network under the policy's conditions on a date; nothing is built anew.

    Dates that ways name count for ``on``, or for ``conditions.date`` of the policy where it
    has one; without either everything that is open on some days is open. A way counts as
    closed on a date when it is closed at every hour from 8 to 17.
    """
    day = policy.conditions
    when = date.fromisoformat(day.date) if day.date else on
    factor = _factors(network, policy)
    closed, unknown = _closed(network, policy)
    is_open = _open_conditions(network.conditions, when)
    held = np.r_[is_open, True]  # number -1, no condition, is the last
    closed |= ~held[network.condition]
    if (factor == 1).all() and not closed.any():
        return DayNetwork(network, open_turns(network, is_open), unknown=unknown)
    forward = _scaled(network.forward, factor, closed)
    backward = _scaled(network.backward, factor, closed)
    changed = replace(network, forward=forward, backward=backward)
    turn_open = open_turns(changed, is_open)
    if not closed.any():
        return DayNetwork(changed, turn_open, unknown=unknown)
    forward, backward, kept = find_largest(changed, turn_open)
    sizes = np.diff(network.first)
    gone = np.repeat(~kept, sizes)
    changed = replace(
        changed,
        forward=forward,
        backward=backward,
        snappable=network.snappable & kept,
        lost_first=np.r_[
            network.lost_first, network.lost_first[-1] + np.cumsum(sizes[~kept])
        ].astype(np.int64),
        lost_lon=np.r_[network.lost_lon, network.vertex_lon[gone]],
        lost_lat=np.r_[network.lost_lat, network.vertex_lat[gone]],
    )
    cut_off = int((~kept & ~closed).sum())
    return DayNetwork(changed, turn_open, int(closed.sum()), cut_off, unknown)


def _scaled(times: Ints, factor: Floats, closed: Bools) -> Ints:
    slower = np.maximum(np.rint(times * factor).astype(np.int64), 1)
    scaled: Ints = np.where((times == CLOSED) | closed, CLOSED, slower)
    return scaled


def _factors(network: Network, policy: Policy) -> Floats:
    """Return by how much each stretch takes longer than built."""
    factor = np.full(network.num_stretches, policy.pace[network.mode])
    if policy.conditions.weather:
        table = policy.weather[policy.conditions.weather].get(network.mode, {})
        names = network.roads or ("",)
        by_class = np.array([_class_factor(name, table) for name in names])
        factor = factor * by_class[network.road]
    return factor


def _class_factor(name: str, table: SpeedTable) -> float:
    if name == "ferry":
        return table.get(name, 1.0)
    return table.get(name, table.get(name.removesuffix("_link"), table.get(ALL, 1.0)))


def _closed(network: Network, policy: Policy) -> tuple[Bools, tuple[str, ...]]:
    day = policy.conditions
    closed = np.zeros(network.num_stretches, dtype=np.bool_)
    unknown = []
    if day.closed_ways:
        ways = np.array(day.closed_ways, dtype=np.int64)
        closed |= np.isin(network.way, ways)
        unknown += [f"way {w}" for w in ways[~np.isin(ways, network.way)].tolist()]
    if day.closed_areas or day.closed_at:
        tree = shapely.STRtree(_lines(network))
        for area in day.closed_areas:
            closed[tree.query(shapely.Polygon(area), predicate="intersects")] = True
        for lon, lat in day.closed_at:
            near, _ = nearest_line(tree, lon, lat, _CLOSING_REACH_M)
            if near < 0:
                unknown.append(f"place [{lon:g}, {lat:g}]")
            else:
                closed[near] = True
    return closed, tuple(unknown)


def _lines(network: Network) -> Any:
    rows = np.repeat(np.arange(network.num_stretches), np.diff(network.first))
    coordinates = np.column_stack((network.vertex_lon, network.vertex_lat))
    lines: Any = shapely.linestrings(coordinates, indices=rows)
    return lines


def _open_conditions(conditions: Sequence[str], when: date | None) -> Bools:
    """Return for each ``open:HOURS`` or ``closed:HOURS`` whether it is open on a date.

    Hours that can't be read change nothing.
    """
    found = np.ones(len(conditions), dtype=np.bool_)
    if when is None or not conditions:
        return found
    import opening_hours  # noqa: PLC0415 - only where ways have dates

    for i, condition in enumerate(conditions):
        word, _, hours = condition.partition(":")
        try:
            rule = opening_hours.OpeningHours(hours)
            holds = [rule.is_open(datetime.combine(when, time(hour))) for hour in _WORKING_HOURS]
        except opening_hours.ParserError:  # type: ignore[attr-defined] # not in its stubs
            continue
        found[i] = any(holds) if word == "open" else not all(holds)
    return found


class RushHours:
    """Slower hours of the day: between two clock times all travel takes ``factor`` times as long.

    Speed changes by the clock, not by trip: who leaves later never arrives earlier.
    """

    def __init__(self, spans: Sequence[tuple[int, int, float]] = ()) -> None:
        """Take (from, to, factor) in seconds after midnight, in order and apart."""
        edges, pace = [0], []
        for begin, end, factor in spans:
            if begin > edges[-1]:
                pace.append(1.0)
                edges.append(begin)
            pace.append(factor)
            edges.append(end)
        if edges[-1] < _DAY:
            pace.append(1.0)
            edges.append(_DAY)
        self.edges = np.array(edges, dtype=np.float64)
        self.pace = np.array(pace)
        # How far a trip begun at midnight has come, in seconds of free travel.
        self._come = np.r_[0.0, np.cumsum(np.diff(self.edges) / self.pace)]

    @property
    def is_flat(self) -> bool:
        """Whether no hour is slower than another."""
        return bool((self.pace == 1).all())

    def arrival(self, departure: Floats | float, travel: Floats | float) -> Floats:
        """Return when one arrives, in seconds after midnight, from seconds of free travel."""
        come = np.interp(departure, self.edges, self._come) + np.asarray(travel, dtype=np.float64)
        beyond = np.maximum(come - self._come[-1], 0.0)  # after midnight nobody is in the way
        arrived: Floats = np.interp(come, self._come, self.edges) + beyond
        return arrived

    def mean_factor(self, begin: int, end: int) -> float:
        """Return the time that a stretch of road takes on the average from begin to end."""
        free = np.interp(end, self.edges, self._come) - np.interp(begin, self.edges, self._come)
        return float((end - begin) / free)

    def worst_factor(self, begin: int, end: int) -> float:
        """Return the largest factor between begin and end."""
        touched = (self.edges[:-1] < end) & (self.edges[1:] > begin)
        return float(self.pace[touched].max())


def rush_hours(policy: Policy, mode: TravelMode) -> RushHours:
    """Return the slower hours of a travel mode."""
    day = policy.conditions
    return RushHours(read_rush(day.rush) if mode in day.rush_modes else ())


def plan_factor(policy: Policy, mode: TravelMode) -> float:
    """Return the factor that a plan counts for rush hours, over the policy's shift."""
    hours = rush_hours(policy, mode)
    begin, end = parse_clock_range(policy.rep.shift)
    worst = policy.conditions.rush_plan == "worst"
    return hours.worst_factor(begin, end) if worst else hours.mean_factor(begin, end)
