"""Codes of runs and of visits left out (VR4xxx)."""

from visitroute.codes.entry import Code

REASONS: tuple[Code, ...] = (
    Code(
        "VR4001",
        "Nothing could be planned",
        "Not one visit was planned: no rep has a working day, or every retailer is excluded.",
        "Read the excluded and dropped lists; look at shifts, leave and holidays.",
    ),
    Code(
        "VR4002",
        "The run was interrupted",
        "Ctrl-C or a signal ended the search; the best plan so far was written.",
        "Run again for the full effort.",
    ),
    Code(
        "VR4003",
        "Planned without the compiled search",
        "numba can't be imported, so the solver ortools stood in: routes are longer.",
        'Install numba for this Python, or set solver = "ortools" in the policy.',
    ),
    Code(
        "VR4101",
        "No working day",
        "Impossible: the rep has no working day among the allowed dates of the visit.",
        "Plan it before or after the days off, or let another rep visit.",
    ),
    Code(
        "VR4102",
        "Closed",
        "Impossible: the retailer is closed on every working day among the allowed dates.",
        "Agree another date with the owner, or correct the opening hours.",
    ),
    Code(
        "VR4103",
        "No window is long enough",
        "Impossible: no opening window inside the shift holds the service time of the visit.",
        "Shorten the visit, or widen the opening hours or the shift.",
    ),
    Code(
        "VR4104",
        "Too far for a day",
        "Impossible: even alone on a day, the visit and the way there and back don't fit.",
        "Give the retailer to a rep with a nearer base, or plan a longer day.",
    ),
    Code(
        "VR4105",
        "A fixed time can't be met",
        "Impossible: the appointment or lock lies outside shift or opening hours, or the way to it "
        "is too long. Outranked: an earlier appointment or lock of the same day took its place.",
        "Move the appointment.",
    ),
    Code(
        "VR4106",
        "Locked to another rep",
        "Impossible: the lock names a rep who doesn't look after this retailer.",
        "Correct the lock, or give the retailer to that rep.",
    ),
    Code(
        "VR4107",
        "The gaps leave no day",
        "Not found: no allowed day keeps the cadence's gaps to the retailer's other visits.",
        "Widen the gaps of the cadence.",
    ),
    Code(
        "VR4108",
        "Days are full in number",
        "Outranked: every allowed day has its maximum of visits, and leaving out any that rank "
        "lower would not let this one in.",
        "Allow more visits a day, or visit less often.",
    ),
    Code(
        "VR4109",
        "Days are full in time",
        "Outranked: no allowed day has time left, or some are full in number, and leaving out any "
        "visits that rank lower would not make enough.",
        "Extend the shift, or visit less often.",
    ),
    Code(
        "VR4110",
        "Not found",
        "The search ended without a place, though one may exist.",
        "Raise the effort.",
    ),
    Code(
        "VR4111",
        "Too much for one day's load",
        "Impossible: the load of this visit alone exceeds what the rep carries on a day.",
        "Raise the capacity, or split the load over more visits.",
    ),
    Code(
        "VR4112",
        "Days are full in load",
        "Outranked: on some allowed days the rep carries no more, the others are full in number or "
        "time, and leaving out any visits that rank lower would not make enough room.",
        "Raise the capacity, or visit less often.",
    ),
    Code(
        "VR4201",
        "No visit for the task",
        "No visit of the task's retailer falls between its earliest date and its due date.",
        "Give the task a quadrant that may ask for a trip, or more time.",
    ),
    Code(
        "VR4202",
        "No time for the task",
        "The visits in the task's dates have no minutes left for it.",
        "Shorten the task, or give it more time.",
    ),
    Code(
        "VR4203",
        "The task's retailer is excluded",
        "The retailer was set aside before planning.",
        "Mend what the excluded list says about the retailer.",
    ),
)
