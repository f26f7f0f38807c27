"""The independent plan checker: feasibility and accounting, sharing no code with the solver."""

from visitroute.check.checker import check_schedule
from visitroute.check.violation import Violation

__all__ = ["Violation", "check_schedule"]
