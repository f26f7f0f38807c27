"""learn_pace: how long trips really took, from the history of visits."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from visitroute.load import Workspace, read_workspace
from visitroute.model import Channel, PlanInput, TravelMode, VisitRecord
from visitroute.planning.plan import workspace_roads
from visitroute.roads import UNREACHABLE, RoadSource
from visitroute.roads.calibration import Calibration, calibrate

_LONGEST_S = 3 * 3600


def learn_pace(
    workspace: Workspace | str | Path, *, cache: bool = True
) -> Mapping[TravelMode, Calibration]:
    """Return for each travel mode what the visits of a workspace tell about its times.

    A trip lies between two visits in a row of one rep on one date, from the departure of the
    first to the arrival of the second. Modes with fewer than ten trips, or with trips that
    are all equally long, are left out. Raises as ``check_plan`` does.
    """
    if not isinstance(workspace, Workspace):
        workspace = read_workspace(workspace)
    inputs = workspace.load()
    roads = workspace_roads(workspace, cache=cache)
    learned = {}
    for mode, (on_roads, observed) in find_trips(inputs, roads).items():
        try:
            learned[mode] = calibrate(on_roads, observed)
        except ValueError:
            continue
    return learned


def find_trips(
    inputs: PlanInput, roads: RoadSource
) -> dict[TravelMode, tuple[list[float], list[float]]]:
    """Return by mode the seconds of all trips of the history: on the roads, and as driven."""
    modes = {rep.id: rep.mode for rep in inputs.reps}
    places = {r.id: r for r in inputs.retailers}
    days: dict[tuple[str, Any], list[VisitRecord]] = {}
    for visit in inputs.visits:
        timed = visit.arrival is not None and visit.departure is not None
        if visit.rep in modes and timed and visit.channel is Channel.VISIT:
            days.setdefault((visit.rep, visit.date), []).append(visit)
    pairs: dict[TravelMode, list[tuple[str, str, float]]] = {}
    for (rep, _), visits in sorted(days.items()):
        visits.sort(key=lambda v: (v.arrival, v.departure, v.retailer))
        for a, b in pairwise(visits):
            seconds = (b.arrival or 0) - (a.departure or 0)
            known = a.retailer in places and b.retailer in places and a.retailer != b.retailer
            if known and 0 < seconds <= _LONGEST_S:
                pairs.setdefault(modes[rep], []).append((a.retailer, b.retailer, float(seconds)))
    found = {}
    for mode, trips in sorted(pairs.items()):
        names = sorted({name for a, b, _ in trips for name in (a, b)})
        located = roads.locate(
            names, [places[n].lon for n in names], [places[n].lat for n in names], mode
        )
        row = {name: i for i, name in enumerate(names)}
        times = roads.matrix(located).deciseconds
        on_roads: list[float] = []
        observed: list[float] = []
        for start, goal, driven in trips:
            time = int(times[row[start], row[goal]])
            if 0 < time < UNREACHABLE:
                on_roads.append(time / 10)
                observed.append(driven)
        found[mode] = (on_roads, observed)
    return found
