"""The policy: segments, cadences, quadrants, weights and limits, in one documented TOML."""

from visitroute.policy.read import load_policy, policy_text, read_rush, read_toml
from visitroute.policy.tables import (
    CadencePolicy,
    CalendarPolicy,
    Checklists,
    ConditionsPolicy,
    CostPolicy,
    Policy,
    PriorityPolicy,
    QuadrantPolicy,
    RepPolicy,
    RoadsPolicy,
    SegmentPolicy,
    SegmentRules,
    ServersPolicy,
    SolvePolicy,
    SpeedTable,
    TurnPolicy,
)

__all__ = [
    "CadencePolicy",
    "CalendarPolicy",
    "Checklists",
    "ConditionsPolicy",
    "CostPolicy",
    "Policy",
    "PriorityPolicy",
    "QuadrantPolicy",
    "RepPolicy",
    "RoadsPolicy",
    "SegmentPolicy",
    "SegmentRules",
    "ServersPolicy",
    "SolvePolicy",
    "SpeedTable",
    "TurnPolicy",
    "load_policy",
    "policy_text",
    "read_rush",
    "read_toml",
]
