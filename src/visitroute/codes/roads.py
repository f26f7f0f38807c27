"""Codes of road sources (VR3xxx)."""

from visitroute.codes.entry import Code

ROADS: tuple[Code, ...] = ()
