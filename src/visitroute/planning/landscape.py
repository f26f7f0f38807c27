"""The land before it is divided: retailers, reps, roads and cadences as arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from visitroute.errors import InputError, Problem
from visitroute.model import Channel, PlanInput, Rep, Retailer
from visitroute.planning.capacity import working_calendar
from visitroute.planning.ease import keep_slack
from visitroute.planning.territories import (
    check_bases,
    locate_with_bases,
    named_owners,
)
from visitroute.policy import Policy
from visitroute.priority import derive_segment
from visitroute.roads import UNREACHABLE, RoadSource
from visitroute.solve.problem import day_frames
from visitroute.solve.teams import working_seconds
from visitroute.solve.territories import FAR_SECONDS, Land, Ways

LARGEST_LAND = 5000
"""Most retailers divided at a time: the ways between all of them are kept."""

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Landscape:
    """The land as arrays, with the retailers that they stand for, in order.

    ``aside`` holds by retailer id why one has no part in it, as (code, reason): no rep reaches
    it, or it keeps a rep who does not. ``shared`` are the retailers of several reps that stay so,
    ``shared_visits`` how many visits in the horizon theirs are.
    """

    land: Land
    retailers: tuple[Retailer, ...]
    reps: tuple[Rep, ...]
    aside: Mapping[str, tuple[str, str]]
    shared: tuple[Retailer, ...]
    shared_visits: float


def lay_out(
    inputs: PlanInput,
    roads: RoadSource,
    policy: Policy,
    *,
    redesign: bool,
    fixed: Collection[str] = (),
) -> Landscape:
    """Return the land of an input, measured along the roads.

    With ``redesign`` every retailer may get another rep but those ``fixed`` by id or by the table;
    else those that have one keep it. Raises ``InputError`` VR1416 where there are more retailers
    than ``LARGEST_LAND``, ``RoadsError`` VR3060 for bases that can't be tied to the roads.
    """
    if len(inputs.retailers) > LARGEST_LAND:
        raise InputError([_too_many(len(inputs.retailers))])
    check_bases(inputs.reps, roads)
    number = {rep.id: r for r, rep in enumerate(inputs.reps)}
    owners = named_owners(inputs, continuity=policy.teams.continuity)
    shared = tuple(r for r in inputs.retailers if r.team and r.id not in owners and not redesign)
    apart = {r.id for r in shared}
    shops = [r for r in inputs.retailers if r.id not in apart]
    measured = _Measured(inputs, shops, roads)
    before = np.array([number.get(owners.get(r.id, ""), NOBODY) for r in shops], dtype=np.int64)
    # One without a rep has an owner where a lock names one: the lock is to be kept.
    stays = np.array(
        [not redesign or r.rep is None or r.rep_fixed or r.id in fixed for r in shops], dtype=bool
    )
    stays &= before >= 0
    able = np.asarray(measured.haul < FAR_SECONDS)
    for i, shop in enumerate(shops):
        if shop.team:
            able[i] &= np.array([rep.id in shop.team for rep in inputs.reps])
    days, room = _working_time(inputs, policy)
    # A rep who does not work in the horizon gets nobody whom another reaches.
    works = np.asarray(np.logical_and(able, room > 0))
    able = np.asarray(np.where(works.any(axis=1, keepdims=True), works, able))
    held = np.flatnonzero(stays)
    able[held, before[held]] = measured.haul[held, before[held]] < FAR_SECONDS
    aside: dict[str, tuple[str, str]] = {}
    kept = []
    for i, shop in enumerate(shops):
        if stays[i] and not able[i, before[i]]:
            rep = inputs.reps[before[i]].id
            aside[shop.id] = measured.why(shop.id) or _no_way(rep)
        elif not able[i].any():
            aside[shop.id] = measured.why(shop.id) or _no_way("any rep")
        else:
            kept.append(i)
    rows = np.array(kept, dtype=np.int64)
    visits, service = _cadences(inputs, policy, [shops[i] for i in kept])
    land = Land(
        visits=visits,
        service=service,
        haul=measured.haul[rows],
        ways=tuple(Ways.of_table(table[np.ix_(rows, rows)]) for table in measured.tables),
        modes=measured.modes,
        able=able[rows],
        before=before[rows],
        fixed=stays[rows],
        room=room,
        days=days,
        shared=_shared_work(inputs, policy, shared),
    )
    others = float(_cadences(inputs, policy, list(shared))[0].sum())
    return Landscape(land, tuple(shops[i] for i in kept), inputs.reps, aside, shared, others)


class _Measured:
    """Travel between retailers in each travel mode, and from the bases there and back."""

    def __init__(self, inputs: PlanInput, shops: list[Retailer], roads: RoadSource) -> None:
        modes = sorted({rep.mode for rep in inputs.reps})
        self.modes = tuple(modes.index(rep.mode) for rep in inputs.reps)
        self.tables = []
        self.haul = np.full((len(shops), len(inputs.reps)), FAR_SECONDS)
        self._problems: dict[str, list[tuple[str, str]]] = {}
        count = len(shops)
        for mode in modes:
            riders = [r for r, rep in enumerate(inputs.reps) if rep.mode is mode]
            located = locate_with_bases(roads, [inputs.reps[r] for r in riders], shops, mode)
            for problem in located.problems:
                self._problems.setdefault(problem.id, []).append((problem.code, problem.reason))
            table = roads.matrix(located).deciseconds
            for position, r in enumerate(riders):
                start = count + 2 * position
                out, back = table[start, :count], table[:count, start + 1]
                way = np.where(
                    (out < UNREACHABLE) & (back < UNREACHABLE), (out + back) / 10, np.inf
                )
                self.haul[:, r] = np.minimum(way, FAR_SECONDS)
            self.tables.append(table[:count, :count] // 10)

    def why(self, retailer: str) -> tuple[str, str] | None:
        """Return why a retailer can't be tied to the roads, in the first mode that it can't."""
        found = self._problems.get(retailer)
        return found[0] if found else None


def _no_way(who: str) -> tuple[str, str]:
    return "VR3061", f"no way leads from the base of {who} there and back"


def _too_many(count: int) -> Problem:
    return Problem(
        "VR1416",
        f"{count} retailers are more than can be divided at a time ({LARGEST_LAND})",
        hint="divide one district after the other: a table of retailers and of reps for each",
    )


def _cadences(
    inputs: PlanInput, policy: Policy, shops: list[Retailer]
) -> tuple[np.ndarray, np.ndarray]:
    """Return visits in the horizon and seconds of a visit: those of the cadence in the long run.

    Retailers who are phoned have none of both.
    """
    visits, service = np.zeros(len(shops)), np.zeros(len(shops))
    for i, shop in enumerate(shops):
        rules = policy.segments[derive_segment(shop, policy)]
        cadence = shop.cadence or rules.cadence
        if shop.channel is Channel.VISIT:
            visits[i] = inputs.horizon.num_days / cadence.ideal_gap
            minutes = (
                rules.service_minutes if shop.service_minutes is None else shop.service_minutes
            )
            service[i] = 60 * minutes
    return visits, service


def _working_time(inputs: PlanInput, policy: Policy) -> tuple[np.ndarray, np.ndarray]:
    """Return the working days of each rep in the horizon, and the seconds in them."""
    eased = keep_slack(inputs, policy)
    calendar = working_calendar(inputs, policy)
    frames = [day_frames(eased, rep, calendar) for rep in eased.reps]
    days = np.array([float(len(own)) for own in frames])
    return days, np.array([float(sum(map(working_seconds, own))) for own in frames])


def _shared_work(inputs: PlanInput, policy: Policy, shared: tuple[Retailer, ...]) -> np.ndarray:
    """Return the service seconds that retailers of several reps lay on each, in equal parts."""
    visits, service = _cadences(inputs, policy, list(shared))
    number = {rep.id: r for r, rep in enumerate(inputs.reps)}
    work = np.zeros(len(inputs.reps))
    for shop, seconds in zip(shared, (visits * service).tolist(), strict=True):
        for rep in shop.team:
            work[number[rep]] += seconds / len(shop.team)
    return work
