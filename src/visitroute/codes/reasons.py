"""Codes of runs and visits left out (VR4xxx)."""

from visitroute.codes.entry import Code

REASONS: tuple[Code, ...] = ()
