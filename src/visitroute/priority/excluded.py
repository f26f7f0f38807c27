"""Which retailers a plan sets aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from visitroute.model import Excluded, PlanInput, Schedule


def excluded_retailers(inputs: PlanInput, schedule: Schedule) -> Mapping[str, Excluded]:
    """Return the retailers of the input that a plan has set aside, each with its record.

    A repeated row is quarantined while loading under the id of the row that stays: records
    that the input brings along set no retailer of that id aside.
    """
    loaded = Counter((e.table, e.retailer, e.code) for e in inputs.excluded)
    found = {}
    for record in schedule.excluded:
        key = (record.table, record.retailer, record.code)
        if loaded[key]:
            loaded[key] -= 1
        elif record.table == "retailers":
            found[record.retailer] = record
    return found
