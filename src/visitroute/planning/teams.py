"""Teams: who visits the retailers that reps share, and what each rep's territory then is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from visitroute.planning.jobs import TeamJob, run_jobs
from visitroute.planning.sharing import Shares
from visitroute.planning.territories import Land, Territory
from visitroute.solve import Draft, Effort, TeamPlan, TeamProblem


def choose_reps(
    teams: Sequence[TeamProblem],
    effort: Effort,
    processes: int,
    progress: Callable[[float], None] | None = None,
) -> list[TeamPlan]:
    """Return who visits whom in each team; takes half of the time left where time is limited."""
    if not teams:
        return []
    if effort.deadline is not None:
        effort = effort.from_now(max(0.0, effort.deadline - time.monotonic()) / 2)
    return run_jobs([TeamJob(problem) for problem in teams], effort, processes, progress)


def divide_land(
    land: Land, teams: Sequence[TeamProblem], plans: Sequence[TeamPlan], shares: Shares
) -> tuple[list[Territory], list[Draft | None]]:
    """Return the territory of every rep, in order, and what the team's plan has for the rep.

    ``shares`` say who has a part in retailers that several reps visit.
    """
    found: dict[str, tuple[Territory, Draft | None]] = {
        territory.rep.id: (territory, None) for territory in land.territories
    }
    for team, problem, plan in zip(land.teams, teams, plans, strict=True):
        owners: dict[str, list[int]] = {}
        for client, rep in zip(problem.clients, plan.rep, strict=True):
            name = client.retailer.id
            others = {r for r, own in enumerate(problem.reps) if (name, own.id) in shares}
            owners[name] = sorted({rep, *others})
        for r, territory in enumerate(team.divide(owners)):
            found[territory.rep.id] = (territory, plan.drafts[r] if plan.drafts else None)
    ordered = [found[name] for name in land.order]
    return [territory for territory, _ in ordered], [draft for _, draft in ordered]
