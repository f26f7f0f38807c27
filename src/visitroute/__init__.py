"""Plan retailer visits: which retailers, on which day, in what order, on real streets."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from visitroute.check import Violation
    from visitroute.errors import InputError, PolicyError, RoadsError, VisitRouteError
    from visitroute.planning import (
        Territories,
        VisitPlan,
        assign_territories,
        check_plan,
        plan_routes,
        plan_workspace,
    )
    from visitroute.policy import load_policy

__version__ = "0.1.0"

__all__ = [
    "InputError",
    "PolicyError",
    "RoadsError",
    "Territories",
    "Violation",
    "VisitPlan",
    "VisitRouteError",
    "__version__",
    "assign_territories",
    "check_plan",
    "load_policy",
    "plan_routes",
    "plan_workspace",
]

_HOMES = {
    "InputError": "errors",
    "PolicyError": "errors",
    "RoadsError": "errors",
    "Territories": "planning",
    "VisitPlan": "planning",
    "VisitRouteError": "errors",
    "Violation": "check",
    "assign_territories": "planning",
    "check_plan": "planning",
    "load_policy": "policy",
    "plan_routes": "planning",
    "plan_workspace": "planning",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the command line stays quick to start."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
