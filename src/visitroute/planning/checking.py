"""check_plan: judge a written plan against the input it was made for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from visitroute.check import Violation, check_schedule
from visitroute.export import read_schedule_file
from visitroute.load import Workspace, read_workspace
from visitroute.model import PlanInput, Schedule
from visitroute.planning.measuring import measure_schedule
from visitroute.planning.plan import named_roads
from visitroute.planning.visitplan import VisitPlan
from visitroute.policy import Policy
from visitroute.priority import request_visits
from visitroute.roads import open_roads


def check_plan(
    plan: VisitPlan | str | Path | Schedule,
    workspace: Workspace | str | Path | None = None,
    *,
    cache: bool = True,
) -> tuple[Violation, ...]:
    """Return every rule that a plan breaks, empty for a valid one.

    Parameters
    ----------
    plan
        A plan, or the path of a routes.geojson, as written or edited by hand.
    workspace
        The workspace file the plan belongs to; not needed for a ``VisitPlan``.
    cache
        Keep the road network on disk beside the extract.

    Raises
    ------
    InputError
        When the workspace, its tables or the plan's file can't be read.
    RoadsError
        When the roads can't be used.
    """
    if isinstance(plan, VisitPlan):
        return plan.check()
    if workspace is None:
        raise TypeError("a plan from a file is checked against its workspace: name it")
    if not isinstance(workspace, Workspace):
        workspace = read_workspace(workspace)
    schedule = plan if isinstance(plan, Schedule) else read_schedule_file(plan)
    roads = open_roads(
        named_roads(workspace), workspace.policy, cache=cache, on=workspace.horizon.start
    )
    return check_inputs(workspace.load(), workspace.policy, schedule, roads)


def reopen_plan(
    path: str | Path, workspace: Workspace | str | Path, *, cache: bool = True
) -> VisitPlan:
    """Return a written plan with the input it was made for, to be looked into.

    Parameters
    ----------
    path
        A routes.geojson, as written or edited by hand.
    workspace
        The workspace, or its file, that the plan belongs to.
    cache
        Keep the road network on disk beside the extract.

    Raises
    ------
    InputError
        When the workspace, its tables or the plan's file can't be read.
    RoadsError
        When the roads can't be used.
    """
    if not isinstance(workspace, Workspace):
        workspace = read_workspace(workspace)
    schedule = read_schedule_file(path)
    inputs = workspace.load()
    return VisitPlan(
        inputs=inputs,
        policy=workspace.policy,
        roads=open_roads(
            named_roads(workspace), workspace.policy, cache=cache, on=workspace.horizon.start
        ),
        schedule=schedule,
        requests=request_visits(inputs, workspace.policy).requests,
    )


def check_inputs(
    inputs: PlanInput, policy: Policy, schedule: Schedule, roads: Any
) -> tuple[Violation, ...]:
    """Return every rule a schedule breaks against loaded input on a road source."""
    matrices = measure_schedule(
        inputs, schedule, open_roads(roads, policy, on=inputs.horizon.start)
    )
    return check_schedule(inputs, policy, schedule, matrices)
