"""The closed vocabularies of the trade."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Segment(StrEnum):
    """Retailer classes 客户细分 by operating capability and growth willingness."""

    PROMOTE = "promote"  # 提升型: strong, strong
    MAINTAIN = "maintain"  # 维持型: strong, weak
    GUIDE = "guide"  # 指导型: weak, strong
    WATCH = "watch"  # 关注型: weak, weak


class Quadrant(StrEnum):
    """Urgency quadrants 四象限 of a task."""

    Q1 = "Q1"  # important and urgent
    Q2 = "Q2"  # important
    Q3 = "Q3"  # urgent
    Q4 = "Q4"  # neither


class Channel(StrEnum):
    """How a contact is made."""

    VISIT = "visit"
    PHONE = "phone"
    EITHER = "either"  # tasks only: at a visit, or by phone when no visit fits


class TravelMode(StrEnum):
    """How a rep moves."""

    CAR = "car"
    MOTORBIKE = "motorbike"
    EBIKE = "ebike"
    BICYCLE = "bicycle"
    FOOT = "foot"


class Tier(IntEnum):
    """Rank of a visit request; a lower tier is never given up for a higher one."""

    FIXED = 0  # appointments and locked visits
    URGENT = 1  # Q1 tasks before their due date
    OVERDUE = 2  # cadence overdue when the horizon starts
    DUE = 3  # cadence due inside the horizon
    TASK = 4  # trips for Q2 and Q3 tasks
    FILLER = 5  # not yet due, only to fill a day


class RequestKind(StrEnum):
    """Why a visit is requested."""

    CADENCE = "cadence"
    TASK = "task"
    APPOINTMENT = "appointment"
    LOCK = "lock"
    FILLER = "filler"


class DueState(StrEnum):
    """Where a visit stands against its cadence 应访 / 逾期 on the first day of the horizon."""

    OVERDUE = "overdue"
    DUE = "due"
    NEW = "new"  # no earlier visit is known
    TASK = "task"  # no cadence visit: a task asks for it
    APPOINTMENT = "appointment"
    LOCKED = "locked"
    FILLER = "filler"


class Verdict(StrEnum):
    """What is known about a visit that was left out."""

    IMPOSSIBLE = "impossible"  # proved: no plan can hold it
    OUTRANKED = "outranked"  # visits of the same or a higher rank took its place
    NOT_FOUND = "not_found"  # the search ended without a place; more effort may find one


class GiveWay(StrEnum):
    """How a segment's visits give way when there are more than the days can hold."""

    STRETCH = "stretch"  # its interval grows by a factor
    SKIP = "skip"  # no visit in this horizon
    PHONE = "phone"  # calls instead of visits


class Weekday(StrEnum):
    """Whether all visits of a retailer are to fall on one weekday."""

    FLEXIBLE = "flexible"  # only where a retailer prefers one
    STABLE = "stable"  # every retailer keeps one, for a price that is reported


class MakeUp(StrEnum):
    """What happens to a cadence visit all of whose dates are days off."""

    SKIP = "skip"  # it is left out
    BEFORE = "before"  # it is made up in the week before
    AFTER = "after"  # it is made up in the week after
