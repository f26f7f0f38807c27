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
        "VR4004",
        "Visits gave way by the overload policy",
        "The audit proves that not all visits can be made; the message says which segment gave "
        "way, and how.",
        "Nothing, or change the table overload of the policy.",
    ),
    Code(
        "VR4005",
        "What stable weekdays cost",
        "cadence.weekday is stable: the message compares the plan with one of flexible weekdays.",
        'Nothing, or set cadence.weekday = "flexible" in the policy.',
    ),
    Code(
        "VR4006",
        "Time is kept free so that days end in time",
        "robust.reach_chance is true: the message says how many minutes of every day the plan "
        "keeps free for a rep, and what that changed.",
        "Nothing, or lower robust.min_chance in the policy.",
    ),
    Code(
        "VR4007",
        "Days that miss the chance asked for",
        "robust.reach_chance is true, and some days still end late, or find a shop closed, more "
        "often than robust.min_chance allows; the message names them with the runs of 100 and "
        "the cause.",
        "Give fixed visits of these days an earlier time; ask for shops that close early in the "
        "morning; or accept the days.",
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
        "Gave way by the overload policy",
        "Outranked: the audit proves that not all visits can be made, and the policy says that "
        "this segment gives way first.",
        "Change overload.order or overload.how in the policy, or add working time.",
    ),
    Code(
        "VR4112",
        "Too much for one day's load",
        "Impossible: the load of this visit alone exceeds what the rep carries on a day.",
        "Raise the capacity, or split the load over more visits.",
    ),
    Code(
        "VR4113",
        "Days are full in load",
        "Outranked: on some allowed days the rep carries no more, the others are full in number or "
        "time, and leaving out any visits that rank lower would not make enough room.",
        "Raise the capacity, or visit less often.",
    ),
    Code(
        "VR4114",
        "Taken out by hand",
        "Somebody deleted the visit in the plan's workbook, or moved it to a day on which it "
        "does not serve this request.",
        "Put the visit back, or plan again without the edit.",
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
    Code(
        "VR4301",
        "Late before the horizon",
        "The last actual visit lies further back than the longest gap when the horizon begins.",
        "Nothing in the plan: the first visit is counted as overdue and comes early.",
    ),
    Code(
        "VR4302",
        "Days off",
        "No date within the longest gap is a working day on which the retailer is open.",
        "Choose a make-up rule for days off in the policy (cadence.make_up), or another rep.",
    ),
    Code(
        "VR4303",
        "The gap grew",
        "The next visit was allowed later than the longest gap, at the edge of the horizon or by "
        "the make-up rule after days off.",
        "Nothing, or a narrower gap in the cadence.",
    ),
    Code(
        "VR4304",
        "Too early",
        "Two visits of a plan lie closer together than the shortest gap.",
        "Move one of them: visitroute check names both.",
    ),
    Code(
        "VR4305",
        "Short day: no visit may lie on it",
        "A day is under its minimum: no request that is not served on it allows its date.",
        "Lower the minimum, or offer fillers (cadence.fillers).",
    ),
    Code(
        "VR4306",
        "Short day: gaps",
        "A day is under its minimum: what may lie on it would break the gaps of its cadence.",
        "Lower the minimum, or widen the gaps.",
    ),
    Code(
        "VR4307",
        "Short day: no time",
        "A day is under its minimum: it has no time left for any visit that may lie on it, or "
        "the rep can carry no more.",
        "Extend the shift, or shorten the visits.",
    ),
    Code(
        "VR4308",
        "Short day: too few visits",
        "A day is under its minimum: a visit that moved here would leave its own day short.",
        "Lower the minimum, or offer fillers (cadence.fillers).",
    ),
    Code(
        "VR4309",
        "Short day: a visit could move",
        "A day is under its minimum, and a visit could move here: its travel, its gap or its "
        "weekday weighs more, or the search ended.",
        "Raise cost.shortfall in the policy, or the effort.",
    ),
)
