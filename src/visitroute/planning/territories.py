"""Who visits whom: each rep's retailers, tied to the roads of the rep's travel mode."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visitroute.errors import RoadsError
from visitroute.model import Channel, Excluded, PlanInput, Rep, Retailer, TravelMode
from visitroute.roads import UNREACHABLE, Located, RoadSource, TravelMatrix
from visitroute.roads.source import ELSEWHERE_M, elsewhere_error


@dataclass(frozen=True, slots=True)
class Territory:
    """A rep's territory 片区: retailers that can be reached, and the travel between them.

    ``matrix`` and ``located`` cover the retailers, ``@start/<rep>`` and ``@end/<rep>``; those
    of a team's rep cover the whole team.
    """

    rep: Rep
    retailers: tuple[Retailer, ...]
    located: Located
    matrix: TravelMatrix


LARGEST_TEAM = 12
"""Most reps planned together; with all their retailers they fill one travel matrix."""


CLOSE = 3
"""Nearest reps of a retailer that count where too many hang together."""


def start_id(rep: Rep) -> str:
    """Return the id of a rep's start place in travel matrices."""
    return f"@start/{rep.id}"


def end_id(rep: Rep) -> str:
    """Return the id of a rep's end place in travel matrices."""
    return f"@end/{rep.id}"


@dataclass(frozen=True, slots=True)
class Team:
    """Reps who share retailers, directly or by way of others, and all their retailers.

    ``choices`` holds for each retailer id the numbers of the reps who may visit it. ``located``
    and ``matrices`` cover, by travel mode, all retailers and the bases of that mode's reps.
    """

    reps: tuple[Rep, ...]
    retailers: tuple[Retailer, ...]
    choices: Mapping[str, tuple[int, ...]]
    located: Mapping[TravelMode, Located]
    matrices: Mapping[TravelMode, TravelMatrix]

    def divide(self, owners: Mapping[str, Iterable[int]]) -> tuple[Territory, ...]:
        """Return each rep's territory; one without owner (no visit) goes to its first rep."""
        own: list[list[Retailer]] = [[] for _ in self.reps]
        for retailer in self.retailers:
            for rep in owners.get(retailer.id, self.choices[retailer.id][:1]):
                own[rep].append(retailer)
        return tuple(
            Territory(rep, tuple(own[r]), self.located[rep.mode], self.matrices[rep.mode])
            for r, rep in enumerate(self.reps)
        )


@dataclass(frozen=True, slots=True)
class Land:
    """All retailers that can be visited: territories of single reps, and teams.

    ``order`` holds the ids of all reps as in the input.
    """

    order: tuple[str, ...]
    territories: tuple[Territory, ...]
    teams: tuple[Team, ...]
    excluded: tuple[Excluded, ...]


def survey(
    inputs: PlanInput,
    roads: RoadSource,
    on_rep: Callable[[int, int, str], None] | None = None,
    *,
    continuity: bool,
) -> Land:
    """Return who may visit whom, with the travel between, and whom no road reaches.

    A retailer may be visited by its rep, else with ``continuity`` by a rep whom a lock of it names,
    else by those of its team, else by all, as far as they reach it. ``on_rep`` is called with
    (reps done, reps in all, rep id). Raises ``RoadsError`` VR3060 naming every base that can't be
    tied to the roads.
    """
    check_bases(inputs.reps, roads)
    visited = _visited(inputs)
    owners = named_owners(inputs, continuity=continuity)
    choices, close, off_roads = _choices(visited, inputs, roads, owners)
    territories, teams = [], []
    done = 0
    for part in split_teams(len(inputs.reps), choices.values(), close):
        reps = tuple(inputs.reps[r] for r in part)
        if on_rep is not None:
            on_rep(done, len(inputs.reps), reps[0].id)
        done += len(part)
        wanted = [r for r in visited if r.id in choices and choices[r.id][0] in part]
        if len(part) == 1:
            territory, aside = tie(reps[0], wanted, roads)
            territories.append(territory)
            off_roads.update(aside)
        else:
            number = {r: i for i, r in enumerate(part)}
            own = {r.id: tuple(number[n] for n in choices[r.id] if n in number) for r in wanted}
            team, aside = _tie_team(reps, wanted, own, roads)
            teams.append(team)
            off_roads.update(aside)
    excluded = tuple(
        Excluded(r.id, *off_roads[r.id], lon=r.lon, lat=r.lat, name=r.name)
        for r in visited
        if r.id in off_roads
    )
    return Land(tuple(r.id for r in inputs.reps), tuple(territories), tuple(teams), excluded)


def _visited(inputs: PlanInput) -> list[Retailer]:
    """Return the retailers that can have visits at all: phone retailers only by task or lock."""
    asked = {t.retailer for t in inputs.tasks if t.channel is not Channel.PHONE}
    asked |= {lock.retailer for lock in inputs.locks}
    return [r for r in inputs.retailers if r.channel is Channel.VISIT or r.id in asked]


def named_owners(inputs: PlanInput, *, continuity: bool) -> dict[str, str]:
    """Return the rep of each retailer that has one, or with continuity its first lock has one.

    A lock that names nobody of a retailer's team can't be kept, and binds nothing.
    """
    teams = {r.id: r.team for r in inputs.retailers if r.team}
    owners: dict[str, str] = {}
    for lock in inputs.locks if continuity else ():
        if lock.rep is not None and inputs.horizon.holds(lock.date):
            team = teams.get(lock.retailer)
            if team is None or lock.rep in team:
                owners.setdefault(lock.retailer, lock.rep)
    return owners | {r.id: r.rep for r in inputs.retailers if r.rep is not None}


def locate_with_bases(
    roads: RoadSource, reps: Iterable[Rep], retailers: Sequence[Retailer], mode: TravelMode
) -> Located:
    """Tie retailers to the roads of a travel mode, and after them start and end of each rep."""
    ids = [r.id for r in retailers]
    lon = [r.lon for r in retailers]
    lat = [r.lat for r in retailers]
    for rep in reps:
        ids += [start_id(rep), end_id(rep)]
        lon += [rep.start.lon, rep.end.lon]
        lat += [rep.start.lat, rep.end.lat]
    return roads.locate(ids, lon, lat, mode)


def bases(reps: Iterable[Rep]) -> list[tuple[float, float]]:
    """Return the places (lon, lat) at which days start and end."""
    return [(place.lon, place.lat) for rep in reps for place in (rep.start, rep.end)]


def check_bases(reps: Sequence[Rep], roads: RoadSource) -> None:
    """Raise ``RoadsError`` VR3060 naming every base that can't be tied to the roads.

    VR3005 where all of them are far from any street.
    """
    faults, away = [], []
    for rep in reps:
        located = locate_with_bases(roads, [rep], [], rep.mode)
        away += [(float(located.snap_m[i]), i, located) for i in range(len(located.ids))]
        faults += [f"rep {rep.id} ({p.id.split('/')[0][1:]}): {p.reason}" for p in located.problems]
    nearest, row, located = min(away, key=lambda found: found[0])
    if len(faults) == len(away) and nearest > ELSEWHERE_M:
        street, base = (
            (float(lon[row]), float(lat[row]))
            for lon, lat in ((located.on_lon, located.on_lat), (located.lon, located.lat))
        )
        raise elsewhere_error(nearest, street, base)
    if faults:
        raise RoadsError(
            "VR3060",
            "a base can't be tied to the roads: " + "; ".join(faults),
            "correct its coordinates or their datum, or take an extract that holds it",
        )


def _choices(
    retailers: Sequence[Retailer],
    inputs: PlanInput,
    roads: RoadSource,
    owners: Mapping[str, str],
) -> tuple[dict[str, tuple[int, ...]], list[tuple[int, ...]], dict[str, tuple[str, str]]]:
    """Return the numbers of the reps who may visit each retailer, and whom none can reach.

    Of several reps the nearest by road comes first; those as near as the ``CLOSE`` nearest come
    once more, by themselves. Retailers that none reaches come with a code and a reason.
    """
    reps = inputs.reps
    number = {rep.id: i for i, rep in enumerate(reps)}
    free = [r for r in retailers if r.id not in owners]
    near: dict[str, list[tuple[int, int]]] = defaultdict(list)
    aside: dict[str, tuple[str, str]] = {}
    for mode in sorted({rep.mode for rep in reps}) if free else []:
        riders = [(i, rep) for i, rep in enumerate(reps) if rep.mode is mode]
        located = locate_with_bases(roads, [rep for _, rep in riders], free, mode)
        aside.update({p.id: (p.code, p.reason) for p in located.problems})
        shops = range(len(free))
        ends = range(len(free), len(free) + 2 * len(riders))
        there = roads.times(located, ends[::2], shops)
        again = roads.times(located, shops, ends[1::2])
        for column, retailer in enumerate(free):
            for position, (rider, rep) in enumerate(riders):
                out, back = int(there[position, column]), int(again[column, position])
                able = located.usable[column] and max(out, back) < UNREACHABLE
                if able and (not retailer.team or rep.id in retailer.team):
                    near[retailer.id].append((out, rider))
    choices: dict[str, tuple[int, ...]] = {}
    close = []
    for retailer in retailers:
        if retailer.id in owners:
            choices[retailer.id] = (number[owners[retailer.id]],)
        elif near[retailer.id]:
            ways = sorted(near[retailer.id])
            choices[retailer.id] = tuple(rider for _, rider in ways)
            most = ways[:CLOSE][-1][0]
            close.append(tuple(rider for way, rider in ways if way <= most))
            aside.pop(retailer.id, None)
        else:
            aside.setdefault(retailer.id, ("VR3061", "no way leads from any base to this retailer"))
    return choices, close, aside


def split_teams(
    count: int, choices: Iterable[Sequence[int]], close: Iterable[Sequence[int]]
) -> list[list[int]]:
    """Return the reps that are planned together, in order: those whom shared retailers connect.

    ``choices`` are the reps who may visit each retailer, ``close`` the nearest of them. What is
    connected by more than ``LARGEST_TEAM`` reps is cut: a part grows from its first rep by the one
    who shares most close retailers with it.
    """
    shared, near = _shared(count, choices), _shared(count, close)
    left = list(range(count))
    parts = []
    while left:
        whole = [left[0]]
        for a in whole:
            whole += [b for b in left if shared[a, b] and b not in whole]
        part = whole
        if len(whole) > LARGEST_TEAM:
            part = whole[:1]
            rest = sorted(whole[1:])
            while rest and len(part) < LARGEST_TEAM:
                ties = [int(near[b, part].sum()) for b in rest]
                if not max(ties):
                    break
                part.append(rest.pop(ties.index(max(ties))))
        left = [b for b in left if b not in part]
        parts.append(sorted(part))
    return parts


def _shared(count: int, sets: Iterable[Sequence[int]]) -> NDArray[np.int64]:
    """Return how many of the sets hold both of two reps; 0 for a rep and itself."""
    found = np.zeros((count, count), dtype=np.int64)
    for reps, times in Counter(tuple(own) for own in sets).items():
        if len(reps) > 1:
            found[np.ix_(reps, reps)] += times
    np.fill_diagonal(found, 0)
    return found


def tie(
    rep: Rep, retailers: Sequence[Retailer], roads: RoadSource
) -> tuple[Territory, Mapping[str, tuple[str, str]]]:
    """Return a rep's territory of some retailers, and those that no road leads to and why."""
    located = locate_with_bases(roads, [rep], retailers, rep.mode)
    aside = {p.id: (p.code, p.reason) for p in located.problems}
    kept = [r for r in retailers if r.id not in aside]
    if aside:
        located = locate_with_bases(roads, [rep], kept, rep.mode)
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
        rest, more = tie(rep, [r for r in kept if r.id not in gone], roads)
        return rest, {**aside, **more}
    return Territory(rep, tuple(kept), located, matrix), aside


def _tie_team(
    reps: Sequence[Rep],
    retailers: Sequence[Retailer],
    choices: Mapping[str, tuple[int, ...]],
    roads: RoadSource,
) -> tuple[Team, dict[str, tuple[str, str]]]:
    """Return a team on its roads, and those of single reps that can't be reached by theirs."""
    located, matrices = {}, {}
    for mode in sorted({rep.mode for rep in reps}):
        riders = [rep for rep in reps if rep.mode is mode]
        located[mode] = locate_with_bases(roads, riders, retailers, mode)
        matrices[mode] = roads.matrix(located[mode])
    aside = {}
    for row, retailer in enumerate(retailers):
        own = choices[retailer.id]
        if len(own) > 1:
            continue  # reps who don't reach it are no choices
        rep = reps[own[0]]
        told = {p.id: (p.code, p.reason) for p in located[rep.mode].problems}
        times = matrices[rep.mode].deciseconds
        start = len(retailers) + 2 * [r for r in reps if r.mode is rep.mode].index(rep)
        if retailer.id in told:
            aside[retailer.id] = told[retailer.id]
        elif times[start, row] >= UNREACHABLE or times[row, start + 1] >= UNREACHABLE:
            why = f"no way leads from the base of {rep.id} there and back"
            aside[retailer.id] = ("VR3061", why)
    kept = tuple(r for r in retailers if r.id not in aside)
    return Team(tuple(reps), kept, choices, located, matrices), aside
