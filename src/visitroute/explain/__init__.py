"""Explanations: why a visit was left out, and what would let it in."""

from visitroute.explain.reasons import explain_drops

__all__ = ["explain_drops"]
