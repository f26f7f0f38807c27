"""The way in: plan_routes, check_plan and the VisitPlan they speak of."""

from visitroute.planning.assigning import (
    TerritoryOptions,
    assign_inputs,
    assign_territories,
    assign_workspace,
    count_workspace_reps,
)
from visitroute.planning.capacity import audit_inputs
from visitroute.planning.checking import EditedPlan, check_plan, check_workbook, reopen_plan
from visitroute.planning.headcount import Headcount
from visitroute.planning.plan import (
    RunOptions,
    audit_workspace,
    named_roads,
    plan_inputs,
    plan_routes,
    plan_workspace,
)
from visitroute.planning.territoryplan import Territories
from visitroute.planning.visitplan import VisitPlan

__all__ = [
    "EditedPlan",
    "Headcount",
    "RunOptions",
    "Territories",
    "TerritoryOptions",
    "VisitPlan",
    "assign_inputs",
    "assign_territories",
    "assign_workspace",
    "audit_inputs",
    "audit_workspace",
    "check_plan",
    "check_workbook",
    "count_workspace_reps",
    "named_roads",
    "plan_inputs",
    "plan_routes",
    "plan_workspace",
    "reopen_plan",
]
