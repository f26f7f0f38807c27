"""Codes of the plan checker (VR2xxx)."""

from visitroute.codes.entry import Code

CHECKS: tuple[Code, ...] = ()
