"""The capacity audit of a workspace or of loaded input, before anything is solved."""

from __future__ import annotations

from typing import Any

from visitroute.calendar import WorkingCalendar
from visitroute.explain import Audit, audit_capacity
from visitroute.model import PlanInput
from visitroute.planning.ease import keep_slack
from visitroute.planning.territories import Land, bases, survey
from visitroute.policy import Policy
from visitroute.priority import Demand, request_visits
from visitroute.roads import open_roads
from visitroute.solve import Problem, compile_problem


def audit_inputs(inputs: PlanInput, roads: Any, policy: Policy, *, cache: bool = True) -> Audit:
    """Return the capacity audit of loaded input on a road source."""
    source = open_roads(
        roads, policy, cache=cache, on=inputs.horizon.start, near=bases(inputs.reps)
    )
    land = survey(keep_slack(inputs, policy), source, continuity=policy.teams.continuity)
    return audit_land(inputs, policy, request_visits(inputs, policy), land)


def audit_land(inputs: PlanInput, policy: Policy, demand: Demand, land: Land) -> Audit:
    """Return the capacity audit of surveyed land, in the order of reps."""
    groups = capacity_groups(inputs, policy, demand, land)
    return audit_capacity(groups, demand.segments, policy, inputs.horizon)


def capacity_groups(
    inputs: PlanInput, policy: Policy, demand: Demand, land: Land
) -> list[list[Problem]]:
    """Return the problem of each single rep, and those of a team's reps together.

    In a team's problems every rep has all retailers that the rep may visit.
    """
    inputs = keep_slack(inputs, policy)
    terms = (inputs, policy, demand, working_calendar(inputs, policy))
    groups = [[compile_problem(*terms, t.rep, t.retailers, t.matrix)] for t in land.territories]
    groups += [
        [
            compile_problem(
                *terms,
                rep,
                [s for s in team.retailers if r in team.choices[s.id]],
                team.matrices[rep.mode],
            )
            for r, rep in enumerate(team.reps)
        ]
        for team in land.teams
    ]
    place = {name: i for i, name in enumerate(land.order)}
    return sorted(groups, key=lambda group: place[group[0].rep.id])


def working_calendar(inputs: PlanInput, policy: Policy) -> WorkingCalendar:
    """Return the working calendar of the years that a horizon touches."""
    years = range(inputs.horizon.start.year, inputs.horizon.end.year + 1)
    return WorkingCalendar(policy.calendar, years)
