"""Codes of the input files and the policy (VR1xxx)."""

from visitroute.codes.entry import Code

INPUTS: tuple[Code, ...] = ()
