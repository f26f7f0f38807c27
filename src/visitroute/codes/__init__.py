"""Every stable code a user can meet: what it means, why it comes, what mends it.

One module for each range: ``inputs`` VR1xxx, ``checks`` VR2xxx, ``roads`` VR3xxx,
``reasons`` VR4xxx, ``outputs`` VR5xxx. docs/errors.md is written from this catalogue.
"""

from visitroute.codes.checks import CHECKS
from visitroute.codes.entry import Code
from visitroute.codes.inputs import INPUTS, PLANS
from visitroute.codes.outputs import OUTPUTS
from visitroute.codes.reasons import REASONS
from visitroute.codes.roads import ROADS

CATALOGUE: tuple[Code, ...] = (*INPUTS, *PLANS, *CHECKS, *ROADS, *REASONS, *OUTPUTS)

__all__ = ["CATALOGUE", "CHECKS", "INPUTS", "OUTPUTS", "PLANS", "REASONS", "ROADS", "Code"]
