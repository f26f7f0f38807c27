"""The way in: plan_routes, check_plan and the VisitPlan they speak of."""

from visitroute.planning.checking import EditedPlan, check_plan, check_workbook
from visitroute.planning.plan import (
    RunOptions,
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
    "check_plan",
    "check_workbook",
    "named_roads",
    "plan_inputs",
    "plan_routes",
    "plan_workspace",
]
