"""check_plan: judge a written plan against the input it was made for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from visitroute.check import Violation, check_schedule
from visitroute.export import read_schedule_file
from visitroute.load import Workspace, read_workspace
from visitroute.model import Lock, PlanInput, Schedule
from visitroute.planning.ease import as_written
from visitroute.planning.editing import edit_inputs, edit_locks, edit_schedule
from visitroute.planning.edits import Edits, read_edits
from visitroute.planning.measuring import measure_schedule
from visitroute.planning.plan import RunOptions, plan_inputs, workspace_roads
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
    roads = workspace_roads(workspace, cache=cache)
    return check_inputs(workspace.load(), workspace.policy, schedule, roads)


@dataclass(frozen=True, slots=True)
class EditedPlan:
    """What an edited workbook comes to: the plan it means, and every rule that breaks."""

    plan: VisitPlan
    violations: tuple[Violation, ...]
    edits: Edits
    before: Schedule

    def replan(self, options: RunOptions) -> tuple[VisitPlan, tuple[Lock, ...]]:
        """Plan again with the edits fixed; return the plan and the locks that fix them.

        Moved and added visits stay on their dates and with their reps, days that were put in
        order keep their order, and on the date that a visit has left its retailer counts as closed.
        All other visits may move. What can't be kept is dropped with its reason. Raises
        ``RoadsError`` when the roads can't be used.
        """
        plan = self.plan
        locks, closed = edit_locks(self.before, plan.schedule, self.edits)
        mine = {(lock.retailer, lock.date) for lock in locks}
        kept = (lock for lock in plan.inputs.locks if (lock.retailer, lock.date) not in mine)
        shops = tuple(
            replace(r, closed=r.closed | closed[r.id]) if r.id in closed else r
            for r in plan.inputs.retailers
        )
        inputs = replace(plan.inputs, locks=(*kept, *locks), retailers=shops)
        return plan_inputs(inputs, plan.roads, plan.policy, options), locks


def check_workbook(
    path: str | Path,
    workspace: Workspace | str | Path,
    folder: str | Path | None = None,
    *,
    cache: bool = True,
) -> EditedPlan:
    """Return the plan that an edited workbook means, and every rule it breaks.

    Parameters
    ----------
    path
        The workbook, as ``visitroute export`` wrote it and somebody edited it.
    workspace
        The workspace file the plan belongs to.
    folder
        The folder of the plan that the workbook was made from; the workbook's own when None.
    cache
        Keep the road network on disk beside the extract.

    Raises
    ------
    InputError
        As ``check_plan``; VR1604 and VR1605 for a workbook that makes no sense.
    RoadsError
        When the roads can't be used.
    """
    if not isinstance(workspace, Workspace):
        workspace = read_workspace(workspace)
    folder = Path(path).parent if folder is None else Path(folder)
    before = read_schedule_file(folder / "routes.geojson")
    edits = read_edits(path, before)
    inputs, policy = edit_inputs(workspace.load(), edits), as_written(workspace.policy, before)
    roads = workspace_roads(workspace, cache=cache)
    edited = edit_schedule(inputs, policy, before, edits, roads)
    requests = request_visits(inputs, policy).requests
    plan = VisitPlan(inputs, policy, roads, edited, requests)
    return EditedPlan(plan, plan.check(), edits, before)


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
        policy=as_written(workspace.policy, schedule),
        roads=workspace_roads(workspace, cache=cache),
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
