"""Frozen domain objects: who is visited, by whom, why, and the plan that results."""

from visitroute.model.enums import (
    Channel,
    DueState,
    GiveWay,
    MakeUp,
    Quadrant,
    RequestKind,
    Segment,
    Tier,
    TravelMode,
    Verdict,
    Weekday,
)
from visitroute.model.inputs import Horizon, PlanInput
from visitroute.model.places import (
    ALL_DAY,
    ALWAYS_OPEN,
    Amounts,
    Extra,
    OpeningHours,
    Place,
    Window,
)
from visitroute.model.rep import OFFICE_WEEK, Meeting, Rep
from visitroute.model.request import VisitRequest
from visitroute.model.retailer import Cadence, Retailer
from visitroute.model.schedule import (
    Base,
    Call,
    DroppedVisit,
    Excluded,
    Line,
    RouteDay,
    Schedule,
    Stop,
    TaskOutcome,
)
from visitroute.model.work import Lock, Task, VisitRecord

__all__ = [
    "ALL_DAY",
    "ALWAYS_OPEN",
    "OFFICE_WEEK",
    "Amounts",
    "Base",
    "Cadence",
    "Call",
    "Channel",
    "DroppedVisit",
    "DueState",
    "Excluded",
    "Extra",
    "GiveWay",
    "Horizon",
    "Line",
    "Lock",
    "MakeUp",
    "Meeting",
    "OpeningHours",
    "Place",
    "PlanInput",
    "Quadrant",
    "Rep",
    "RequestKind",
    "Retailer",
    "RouteDay",
    "Schedule",
    "Segment",
    "Stop",
    "Task",
    "TaskOutcome",
    "Tier",
    "TravelMode",
    "Verdict",
    "VisitRecord",
    "VisitRequest",
    "Weekday",
    "Window",
]
