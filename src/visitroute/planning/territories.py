"""Who visits whom: each rep's retailers, tied to the roads of the rep's travel mode."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from visitroute.errors import RoadsError
from visitroute.model import Channel, Excluded, PlanInput, Rep, Retailer, TravelMode
from visitroute.roads import UNREACHABLE, Located, RoadSource, TravelMatrix


@dataclass(frozen=True, slots=True)
class Territory:
    """A rep's territory 片区: retailers that can be reached, and the travel between them.

    ``matrix`` and ``located`` cover the retailers in order, then ``@start/<rep>`` and
    ``@end/<rep>``.
    """

    rep: Rep
    retailers: tuple[Retailer, ...]
    located: Located
    matrix: TravelMatrix


def start_id(rep: Rep) -> str:
    """Return the id of a rep's start place in travel matrices."""
    return f"@start/{rep.id}"


def end_id(rep: Rep) -> str:
    """Return the id of a rep's end place in travel matrices."""
    return f"@end/{rep.id}"


def build_territories(
    inputs: PlanInput,
    roads: RoadSource,
    on_rep: Callable[[int, int, str], None] | None = None,
) -> tuple[tuple[Territory, ...], tuple[Excluded, ...]]:
    """Return a territory for each rep, and the retailers that no road reaches.

    Retailers without a rep go to the rep whom a lock of theirs names, else to the one whose
    base is nearest by road. ``on_rep`` is called with (reps done, reps in all, rep id).
    Raises ``RoadsError`` VR3060 naming every base that can't be tied to the roads.
    """
    _check_bases(inputs.reps, roads)
    visited = _visited(inputs)
    assigned, off_roads = _assign(visited, _owners(inputs), inputs.reps, roads)
    territories = []
    for number, rep in enumerate(inputs.reps):
        if on_rep is not None:
            on_rep(number, len(inputs.reps), rep.id)
        territory, aside = _tie(rep, assigned[rep.id], roads)
        territories.append(territory)
        off_roads.update(aside)
    excluded = tuple(
        Excluded(r.id, *off_roads[r.id], lon=r.lon, lat=r.lat, name=r.name)
        for r in visited
        if r.id in off_roads
    )
    return tuple(territories), excluded


def _visited(inputs: PlanInput) -> list[Retailer]:
    """Return the retailers that can have visits at all: phone retailers only by task or lock."""
    asked = {t.retailer for t in inputs.tasks if t.channel is Channel.VISIT}
    asked |= {lock.retailer for lock in inputs.locks}
    return [r for r in inputs.retailers if r.channel is Channel.VISIT or r.id in asked]


def _owners(inputs: PlanInput) -> dict[str, str]:
    """Return the rep of each retailer that has one, or has its first lock with one."""
    owners: dict[str, str] = {}
    for lock in inputs.locks:
        if lock.rep is not None and inputs.horizon.holds(lock.date):
            owners.setdefault(lock.retailer, lock.rep)
    return owners | {r.id: r.rep for r in inputs.retailers if r.rep is not None}


def _locate(
    roads: RoadSource, reps: Iterable[Rep], retailers: Sequence[Retailer], mode: TravelMode
) -> Located:
    ids = [r.id for r in retailers]
    lon = [r.lon for r in retailers]
    lat = [r.lat for r in retailers]
    for rep in reps:
        ids += [start_id(rep), end_id(rep)]
        lon += [rep.start.lon, rep.end.lon]
        lat += [rep.start.lat, rep.end.lat]
    return roads.locate(ids, lon, lat, mode)


def _check_bases(reps: Sequence[Rep], roads: RoadSource) -> None:
    faults = []
    for rep in reps:
        located = _locate(roads, [rep], [], rep.mode)
        faults += [f"rep {rep.id} ({p.id.split('/')[0][1:]}): {p.reason}" for p in located.problems]
    if faults:
        raise RoadsError(
            "VR3060",
            "a base can't be tied to the roads: " + "; ".join(faults),
            "correct its coordinates or their datum, or take an extract that holds it",
        )


def _assign(
    retailers: Sequence[Retailer],
    owners: Mapping[str, str],
    reps: Sequence[Rep],
    roads: RoadSource,
) -> tuple[dict[str, list[Retailer]], dict[str, tuple[str, str]]]:
    """Return retailers by rep, and (code, reason) of those that no rep can reach."""
    free = [r for r in retailers if r.id not in owners]
    nearest: dict[str, tuple[int, int]] = {}
    aside: dict[str, tuple[str, str]] = {}
    modes = sorted({rep.mode for rep in reps}) if free else []
    for mode in modes:
        riders = [(i, rep) for i, rep in enumerate(reps) if rep.mode is mode]
        located = _locate(roads, [rep for _, rep in riders], free, mode)
        aside.update({p.id: (p.code, p.reason) for p in located.problems})
        times = roads.matrix(located).deciseconds
        for column, retailer in enumerate(free):
            for position, (number, _) in enumerate(riders):
                reach = int(times[len(free) + 2 * position, column])
                if located.usable[column] and reach < UNREACHABLE:
                    found = (reach, number)
                    nearest[retailer.id] = min(found, nearest.get(retailer.id, found))
    assigned: dict[str, list[Retailer]] = defaultdict(list)
    for retailer in retailers:
        if retailer.id in owners:
            assigned[owners[retailer.id]].append(retailer)
        elif retailer.id in nearest:
            assigned[reps[nearest[retailer.id][1]].id].append(retailer)
            aside.pop(retailer.id, None)
        else:
            aside.setdefault(retailer.id, ("VR3061", "no way leads from any base to this retailer"))
    return assigned, aside


def _tie(
    rep: Rep, retailers: Sequence[Retailer], roads: RoadSource
) -> tuple[Territory, Mapping[str, tuple[str, str]]]:
    located = _locate(roads, [rep], retailers, rep.mode)
    aside = {p.id: (p.code, p.reason) for p in located.problems}
    kept = [r for r in retailers if r.id not in aside]
    if aside:
        located = _locate(roads, [rep], kept, rep.mode)
    matrix = roads.matrix(located)
    # Two ways are needed: there from the start place and back to the end place.
    times = matrix.deciseconds
    cut_off = [
        r.id
        for i, r in enumerate(kept)
        if times[len(kept), i] >= UNREACHABLE or times[i, len(kept) + 1] >= UNREACHABLE
    ]
    if cut_off:
        for name in cut_off:
            aside[name] = ("VR3061", f"no way leads from the base of {rep.id} there and back")
        gone = set(cut_off)
        rest, more = _tie(rep, [r for r in kept if r.id not in gone], roads)
        return rest, {**aside, **more}
    return Territory(rep, tuple(kept), located, matrix), aside
