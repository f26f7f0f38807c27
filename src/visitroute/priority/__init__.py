"""The priority model: segments, due state, tiers and weights, tasks, purposes."""

from visitroute.priority.excluded import excluded_retailers
from visitroute.priority.purposes import checklist_of, purpose_of
from visitroute.priority.requests import (
    Demand,
    last_visits,
    request_calls,
    request_visits,
    task_dates,
)
from visitroute.priority.segments import derive_segment

__all__ = [
    "Demand",
    "checklist_of",
    "derive_segment",
    "excluded_retailers",
    "last_visits",
    "purpose_of",
    "request_calls",
    "request_visits",
    "task_dates",
]
