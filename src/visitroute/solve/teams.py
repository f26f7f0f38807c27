"""The problem of a team: reps who share retailers, so that somebody has to choose whose each is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from visitroute.calendar import WorkingCalendar
from visitroute.model import PlanInput, Rep, Retailer, TravelMode, Window
from visitroute.policy import Policy
from visitroute.priority import Demand
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix
from visitroute.solve.drafts import Draft
from visitroute.solve.problem import (
    COST_SCALE,
    FAR,
    Client,
    Costs,
    DayFrame,
    day_frames,
    dimensions,
    make_clients,
    policy_costs,
)


@dataclass(frozen=True, slots=True)
class TeamRoute:
    """One rep on one day: numbers of the rep and of the team's day, and what the day can hold."""

    rep: int
    day: int
    frame: DayFrame


@dataclass(frozen=True, slots=True)
class TeamProblem:
    """One horizon of several reps who share retailers.

    A ``day`` of a team is a date with the meetings of those who have the same: opening windows
    are cut by meetings, and shifts bound the routes. So a date on which meetings differ is
    several days, all with the same offset. ``choices[c]`` are the numbers of the reps who may
    visit client c; with ``continuity`` one of them makes all its visits. ``seconds`` is
    (modes, N, N): nodes are the clients in order, then start and end place of each rep;
    ``modes[r]`` is the matrix of rep r. ``even_work`` is what a visit off ``mean_visits``, the
    team's mean number a day, costs, in tenths of a second.
    """

    reps: tuple[Rep, ...]
    days: tuple[DayFrame, ...]
    offsets: tuple[int, ...]
    routes: tuple[TeamRoute, ...]
    clients: tuple[Client, ...]
    choices: tuple[tuple[int, ...], ...]
    seconds: NDArray[np.int64]
    modes: tuple[int, ...]
    costs: Costs
    mean_visits: int
    continuity: bool = True
    even_work: int = 0

    def start_node(self, rep: int) -> int:
        """Return the row of a rep's start place."""
        return len(self.clients) + 2 * rep

    def end_node(self, rep: int) -> int:
        """Return the row of a rep's end place."""
        return len(self.clients) + 2 * rep + 1


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """Who visits whom: the number of the rep of each client, and what each rep's plan may be.

    Without ``drafts`` there is an assignment only. ``shared`` holds by id the retailers that
    several reps visit, with the number of the rep of each date; ``rep`` then is whoever has most.
    """

    rep: tuple[int, ...]
    drafts: tuple[Draft, ...] = ()
    shared: Mapping[str, Mapping[date, int]] = field(default_factory=dict)


def working_seconds(frame: DayFrame) -> int:
    """Return the seconds of a day that neither lunch nor a meeting takes."""
    return frame.end - frame.start - frame.lunch - sum(b - a for a, b in frame.blocks)


def compile_team(
    inputs: PlanInput,
    policy: Policy,
    demand: Demand,
    calendar: WorkingCalendar,
    reps: Sequence[Rep],
    retailers: Sequence[Retailer],
    choices: Mapping[str, Sequence[int]],
    matrices: Mapping[TravelMode, TravelMatrix],
) -> TeamProblem:
    """Return the problem of some reps and all retailers that they may visit.

    Parameters
    ----------
    choices
        For each retailer id the numbers of the reps, in ``reps``, who may visit it.
    matrices
        For each travel mode of the reps the travel between all retailers and the places
        ``@start/<rep>`` and ``@end/<rep>`` of that mode's reps.
    """
    kinds = dimensions(reps)
    frames = [day_frames(inputs, rep, calendar, kinds) for rep in reps]
    alike: dict[tuple[date, tuple[Window, ...]], list[DayFrame]] = defaultdict(list)
    for frame in (frame for own in frames for frame in own):
        alike[_key(frame)].append(frame)
    keys = sorted(alike)
    days = tuple(
        DayFrame(
            date=key[0],
            start=min(f.start for f in alike[key]),
            end=max(f.end for f in alike[key]),
            lunch=0,
            lunches=(),
            blocks=key[1],
            max_visits=max(f.max_visits for f in alike[key]),
            max_driving=max(f.max_driving for f in alike[key]),
        )
        for key in keys
    )
    number = {key: d for d, key in enumerate(keys)}
    routes = tuple(
        TeamRoute(r, number[_key(frame)], frame) for r, own in enumerate(frames) for frame in own
    )

    def names(retailer: Retailer) -> frozenset[str]:
        return frozenset(reps[r].id for r in choices[retailer.id])

    clients = make_clients(inputs, policy, demand, days, retailers, names, kinds)
    modes = sorted({rep.mode for rep in reps})
    wanted = min(
        sum(len(client.cadence) for client in clients),
        sum(route.frame.max_visits for route in routes),
    )
    return TeamProblem(
        reps=tuple(reps),
        days=days,
        offsets=tuple((frame.date - inputs.horizon.start).days for frame in days),
        routes=routes,
        clients=clients,
        choices=tuple(tuple(choices[c.retailer.id]) for c in clients),
        seconds=np.stack([_table(reps, clients, matrices[mode]) for mode in modes]),
        modes=tuple(modes.index(rep.mode) for rep in reps),
        costs=policy_costs(policy),
        mean_visits=round(wanted / len(routes)) if routes else 0,
        continuity=policy.teams.continuity,
        even_work=round(policy.teams.even_work * COST_SCALE),
    )


def _key(frame: DayFrame) -> tuple[date, tuple[Window, ...]]:
    """Return what days of several reps must have in common to be one day of the team."""
    blocks = (
        (max(a, frame.start), min(b, frame.end))
        for a, b in frame.blocks
        if min(b, frame.end) > max(a, frame.start)
    )
    return frame.date, tuple(blocks)


def _table(
    reps: Sequence[Rep], clients: Sequence[Client], matrix: TravelMatrix
) -> NDArray[np.int64]:
    """Return seconds between all nodes; FAR where the matrix lacks a place or a way."""
    names = [c.retailer.id for c in clients]
    names += [f"@{side}/{rep.id}" for rep in reps for side in ("start", "end")]
    where = {name: i for i, name in enumerate(matrix.ids)}
    known = np.array([i for i, name in enumerate(names) if name in where], dtype=np.intp)
    rows = np.array([where[names[i]] for i in known], dtype=np.intp)
    table = np.full((len(names), len(names)), FAR, dtype=np.int64)
    part = matrix.seconds[np.ix_(rows, rows)]
    table[np.ix_(known, known)] = np.where(part >= UNREACHABLE // 10, FAR, part)
    np.fill_diagonal(table, 0)
    return table
