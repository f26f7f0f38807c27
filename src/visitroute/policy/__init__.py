"""The policy: segments, cadences, quadrants, weights and limits, in one documented TOML."""

from visitroute.policy.read import load_policy, policy_text, read_toml
from visitroute.policy.tables import (
    CadencePolicy,
    CalendarPolicy,
    CostPolicy,
    Policy,
    PriorityPolicy,
    QuadrantPolicy,
    RepPolicy,
    RoadsPolicy,
    SegmentPolicy,
    SegmentRules,
    SolvePolicy,
    SpeedTable,
)

__all__ = [
    "CadencePolicy",
    "CalendarPolicy",
    "CostPolicy",
    "Policy",
    "PriorityPolicy",
    "QuadrantPolicy",
    "RepPolicy",
    "RoadsPolicy",
    "SegmentPolicy",
    "SegmentRules",
    "SolvePolicy",
    "SpeedTable",
    "load_policy",
    "policy_text",
    "read_toml",
]
