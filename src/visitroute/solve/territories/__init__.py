"""Territories 片区: who looks after whom, as a problem of its own."""

from visitroute.solve.territories.design import Division, design
from visitroute.solve.territories.problem import Land, Measure
from visitroute.solve.territories.start import Terms, count_moved, loads, shares
from visitroute.solve.territories.ways import FAR_SECONDS, Ways

__all__ = [
    "FAR_SECONDS",
    "Division",
    "Land",
    "Measure",
    "Terms",
    "Ways",
    "count_moved",
    "design",
    "loads",
    "shares",
]
