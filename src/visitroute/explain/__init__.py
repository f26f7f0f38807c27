"""Explanations: capacity before solving, why a visit was left out, what would let it in."""

from visitroute.explain.audit import Audit, Load, RepAudit, Way, audit_capacity
from visitroute.explain.reasons import explain_drops

__all__ = ["Audit", "Load", "RepAudit", "Way", "audit_capacity", "explain_drops"]
