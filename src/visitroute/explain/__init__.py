"""Explanations: capacity before solving, why a visit was left out, what would let it in."""

from visitroute.explain.audit import Audit, Load, RepAudit, Way, audit_capacity
from visitroute.explain.reasons import explain_drops
from visitroute.explain.rhythm import Kept, Rhythm, count_rhythms, judge_cadence

__all__ = [
    "Audit",
    "Kept",
    "Load",
    "RepAudit",
    "Rhythm",
    "Way",
    "audit_capacity",
    "count_rhythms",
    "explain_drops",
    "judge_cadence",
]
