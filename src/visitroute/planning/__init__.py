"""The way in: plan_routes, check_plan and the VisitPlan they speak of."""

from visitroute.planning.capacity import audit_inputs
from visitroute.planning.checking import EditedPlan, check_plan, check_workbook, reopen_plan
from visitroute.planning.plan import (
    RunOptions,
    audit_workspace,
    named_roads,
    plan_inputs,
    plan_routes,
    plan_workspace,
)
from visitroute.planning.visitplan import VisitPlan

__all__ = [
    "EditedPlan",
    "RunOptions",
    "VisitPlan",
    "audit_inputs",
    "audit_workspace",
    "check_plan",
    "check_workbook",
    "named_roads",
    "plan_inputs",
    "plan_routes",
    "plan_workspace",
    "reopen_plan",
]
