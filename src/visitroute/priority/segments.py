"""The segment of a retailer: given by a label or derived from its attributes."""

from __future__ import annotations

from visitroute.model import Retailer, Segment
from visitroute.policy import Policy, SegmentRules

STRONG = "strong"
WEAK = "weak"

_CLASSES = {
    (STRONG, STRONG): Segment.PROMOTE,
    (STRONG, WEAK): Segment.MAINTAIN,
    (WEAK, STRONG): Segment.GUIDE,
    (WEAK, WEAK): Segment.WATCH,
}


def derive_segment(retailer: Retailer, policy: Policy) -> Segment:
    """Return the segment of a retailer.

    A label wins. Else capability (given, or strong when enough of volume, brands and
    display reach their thresholds) crossed with willingness (weak where unknown) decides.
    A retailer about which nothing is known gets the fallback segment of the policy.
    """
    if retailer.segment is not None:
        return retailer.segment
    capability = retailer.capability or _measure_capability(retailer, policy.segment_rules)
    if capability is None and retailer.willingness is None:
        return policy.segment_rules.fallback
    return _CLASSES[capability or WEAK, retailer.willingness or WEAK]


def _measure_capability(retailer: Retailer, rules: SegmentRules) -> str | None:
    known = [
        value >= threshold
        for value, threshold in (
            (retailer.monthly_volume, rules.monthly_volume),
            (retailer.brands, rules.brands),
            (retailer.display, rules.display),
        )
        if value is not None
    ]
    if not known:
        return None
    return STRONG if sum(known) >= min(rules.needed, len(known)) else WEAK
