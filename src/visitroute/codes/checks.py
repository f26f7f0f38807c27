"""Codes of the plan checker (VR2xxx): structure, calendar, times, days, requests, tasks."""

from visitroute.codes.entry import Code

_STRUCTURE = (
    Code(
        "VR2001",
        "Sequence numbers have gaps or repeats",
        "The stops of a day are not numbered 1, 2, 3, … once each.",
        "Number the stops of the day anew in the order of travel.",
    ),
    Code(
        "VR2002",
        "Unknown rep",
        "A route day names a rep that the input does not have.",
        "Correct the rep's id, or add the rep to the table of reps.",
    ),
    Code(
        "VR2003",
        "Unknown retailer",
        "A stop names a retailer that the input does not have.",
        "Correct the retailer's id, or add the retailer to the table of retailers.",
    ),
    Code(
        "VR2004",
        "Excluded retailer has a stop",
        "The plan lists the retailer as excluded and visits it all the same.",
        "Remove the stop, or mend the record and plan again.",
    ),
    Code(
        "VR2005",
        "Stop lies elsewhere than its retailer",
        "The stop's coordinates differ from the retailer's in the input.",
        "Take the coordinates of the input; move the retailer there if it has moved.",
    ),
    Code(
        "VR2006",
        "Retailer visited twice on one date",
        "Two stops of the plan are at the same retailer on the same date.",
        "Join the two stops into one that serves the requests of both.",
    ),
    Code(
        "VR2007",
        "Order of stops contradicts their times",
        "A stop is numbered after another one but begins earlier in the day.",
        "Swap the sequence numbers, or write new times for the day.",
    ),
    Code(
        "VR2008",
        "Two route days for one rep and date",
        "The plan has more than one route of a rep on a date.",
        "Join them into one route day.",
    ),
    Code(
        "VR2009",
        "Stop shows a wrong segment",
        "The stop's segment is not the one the input and the policy give its retailer.",
        "Write the retailer's segment; plan again if the segment rules have changed.",
    ),
)

_CALENDAR = (
    Code(
        "VR2101",
        "Date outside the horizon",
        "A route day lies before the first or after the last day to be planned.",
        "Move its stops to a date of the horizon.",
    ),
    Code(
        "VR2102",
        "Not a working day of the rep",
        "The date is a day off, a leave date or a public holiday.",
        "Move the stops to a working day; see `calendar.workdays` for make-up days.",
    ),
    Code(
        "VR2103",
        "Retailer closed that day",
        "The retailer has no opening window on the date of the stop.",
        "Move the stop to a day on which the retailer is open.",
    ),
)

_TIMES = (
    Code(
        "VR2201",
        "Arrival earlier than possible",
        "Travel, meetings and lunch since the stop before take longer than the time left.",
        "Write a later arrival, or put the stop elsewhere in the day.",
    ),
    Code(
        "VR2202",
        "Service begins before arrival",
        "The written begin lies before the written arrival.",
        "Begin at the arrival or later.",
    ),
    Code(
        "VR2203",
        "Service outside the opening hours",
        "Service does not lie inside one single opening window of the date.",
        "Move the stop within the day, or to another date.",
    ),
    Code(
        "VR2204",
        "Wrong service time",
        "Departure less begin is not the visit's minutes plus those of the tasks done there.",
        "Write departure = begin + service time.",
    ),
    Code(
        "VR2205",
        "Service overlaps a meeting",
        "The rep has a fixed meeting while the visit takes place.",
        "Move the visit before or after the meeting.",
    ),
    Code(
        "VR2206",
        "Fixed time not kept",
        "An appointment or a locked visit begins at another second than agreed.",
        "Begin exactly at the agreed time, or change the appointment or lock.",
    ),
)

_DAYS = (
    Code(
        "VR2301",
        "Day starts before the shift",
        "The rep leaves before the shift of that date begins.",
        "Start later, or change the shift.",
    ),
    Code(
        "VR2302",
        "Day ends too late",
        "The rep is back after the shift's end less the minutes of review.",
        "Take a stop out of the day, or change shift or review minutes.",
    ),
    Code(
        "VR2303",
        "Back earlier than possible",
        "The way back from the last stop takes longer than the time up to the written end.",
        "Write a later end of the day.",
    ),
    Code(
        "VR2304",
        "Leg differs from the travel matrix",
        "The written travel time or distance of a leg is not the one of the roads.",
        "Write the times anew; plan again if the roads have changed.",
    ),
    Code(
        "VR2305",
        "Totals differ from the legs",
        "The day's travel time or distance is not the sum of its legs.",
        "Write the sums anew.",
    ),
    Code(
        "VR2306",
        "Lunch missing",
        "The rep has a lunch window, the day has stops, and no lunch is planned.",
        "Put the lunch into the day, or take the lunch window from the rep.",
    ),
    Code(
        "VR2307",
        "Lunch outside its window or of wrong length",
        "The lunch does not lie inside the lunch window or has not the rep's minutes.",
        "Move the lunch into its window with its full length.",
    ),
    Code(
        "VR2308",
        "Lunch overlaps service or a meeting",
        "The rep would have lunch and work at the same time.",
        "Move the lunch between two visits, on the way, or to the base.",
    ),
    Code(
        "VR2309",
        "More stops than the daily maximum",
        "The day has more stops than the rep's max_visits.",
        "Move stops to other days, or raise max_visits.",
    ),
    Code(
        "VR2310",
        "More driving than allowed",
        "The day's travel exceeds the rep's max_driving_minutes.",
        "Move far stops to other days, or raise max_driving_minutes.",
    ),
    Code(
        "VR2311",
        "No travel time known",
        "The travel matrix of the rep lacks one of the two places of a leg.",
        "Check that the retailer is the rep's, and compute the matrix for all stops.",
    ),
    Code(
        "VR2312",
        "No way between two stops",
        "No street leads from one place of the leg to the other.",
        "Use another extract, or exclude the retailer.",
    ),
    Code(
        "VR2313",
        "Route line missing",
        "A route on streets has no line, or one with fewer than two usable points.",
        "Write the line anew.",
    ),
    Code(
        "VR2314",
        "Route line begins or ends away from the base",
        "The line's first or last point is more than 1 km from the rep's start or end place.",
        "Write the line anew from the rep's start to the rep's end place.",
    ),
    Code(
        "VR2315",
        "Route line passes a stop too far away",
        "A stop is farther from the line than its own distance from the street plus 60 m.",
        "Write the line anew in the order of the stops.",
    ),
    Code(
        "VR2316",
        "More load than the rep carries",
        "The loads of the day's stops together exceed the rep's capacity.",
        "Move stops to other days, or raise the capacity.",
    ),
)

_REQUESTS = (
    Code(
        "VR2401",
        "Request lost",
        "A requested visit is neither planned nor dropped.",
        "Put it back into the plan, or list it as dropped with its reason.",
    ),
    Code(
        "VR2402",
        "Request planned more than once",
        "Several stops, or one stop several times, name the same request.",
        "Leave it at one stop.",
    ),
    Code(
        "VR2403",
        "Request both planned and dropped",
        "A stop serves the request and the list of dropped visits names it.",
        "Take it from the list of dropped visits, or remove the stop.",
    ),
    Code(
        "VR2404",
        "Request dropped more than once",
        "The list of dropped visits names the request several times.",
        "Leave one entry.",
    ),
    Code(
        "VR2405",
        "Request nobody asked for",
        "The input and the policy do not give this request in this horizon.",
        "Correct the request's id; a wish of your own is a lock.",
    ),
    Code(
        "VR2406",
        "Request of another retailer",
        "The stop is not at the retailer whose request it names.",
        "Name a request of the stop's own retailer.",
    ),
    Code(
        "VR2407",
        "Date not allowed for the request",
        "The stop's date lies before the earliest or after the latest date of the request.",
        "Move the stop to an allowed date, or lock the visit there.",
    ),
    Code(
        "VR2408",
        "Due date, tier or state wrong",
        "The stop shows other values than its leading request has.",
        "Write the values of the request.",
    ),
    Code(
        "VR2409",
        "Wrong leading request",
        "Another request of the stop has a lower tier, is a cadence visit, or is due earlier.",
        "Name that one in `request` and this one in `also`.",
    ),
    Code(
        "VR2410",
        "Two cadence visits in one stop",
        "One stop stands for more than one cadence request.",
        "Plan the second one on another date, or drop it with its reason.",
    ),
    Code(
        "VR2411",
        "Wrong rep",
        "The retailer, or the locked visit, belongs to another rep or to a team without this rep.",
        "Move the stop to that rep's day, or change the assignment.",
    ),
    Code(
        "VR2412",
        "Retailer shared by several reps",
        "The visits of a retailer of several reps, or without one, are made by different reps, "
        "although the policy asks for continuity.",
        "Give all of them to one rep, or set teams.continuity = false in the policy.",
    ),
)

_GAPS = (
    Code(
        "VR2501",
        "Visits too close together",
        "Two cadence visits in a row are fewer than min_gap days apart.",
        "Move one of them, or lower min_gap.",
    ),
    Code(
        "VR2502",
        "Visits too far apart",
        "Two cadence visits in a row are more than max_gap days apart.",
        "Move one of them, or raise max_gap.",
    ),
    Code(
        "VR2503",
        "Too soon after the last visit",
        "The first planned visit is fewer than min_gap days after the last one made.",
        "Move it to a later date.",
    ),
)

_TASKS = (
    Code(
        "VR2601",
        "Task without an outcome",
        "The plan does not say what becomes of the task.",
        "List it as done, phone or dropped.",
    ),
    Code(
        "VR2602",
        "Task with several outcomes",
        "The plan says more than once what becomes of the task.",
        "Leave one outcome.",
    ),
    Code(
        "VR2603",
        "Outcome of a task nobody asked for",
        "The task is not in the input, or its dates do not touch the horizon.",
        "Remove the outcome, or correct the task's id.",
    ),
    Code(
        "VR2604",
        "Outcome contradicts the stops",
        "A task is done exactly when a stop lists it, call when a call does; phone is for tasks "
        "of that channel.",
        "Correct the status, or the tasks of the stop or call.",
    ),
    Code(
        "VR2605",
        "Details of an outcome are wrong",
        "Retailer, due date, rep or date are not those of the task, its stop or its call.",
        "Write them anew.",
    ),
    Code(
        "VR2606",
        "Task does not belong to the stop",
        "The task is unknown, another retailer's, or one for the phone.",
        "Remove it from the stop.",
    ),
    Code(
        "VR2607",
        "Task listed more than once",
        "Several stops, or one stop several times, list the same task.",
        "Leave it at one stop.",
    ),
    Code(
        "VR2608",
        "Task on a date not allowed",
        "The stop lies before the task's earliest or after its latest date.",
        "Move the task to a stop on an allowed date.",
    ),
    Code(
        "VR2609",
        "Task and its request are parted",
        "The stop serves a task's request without the task, or the task without its request.",
        "Do the task at the stop that serves its request.",
    ),
    Code(
        "VR2610",
        "Dropped task without a reason",
        "The outcome is dropped or call, but its code or reason is empty.",
        "Say why no visit does the task.",
    ),
    Code(
        "VR2611",
        "Checklist is incomplete",
        "The stop lists a checklist that lacks a line of its segment or of a task done there.",
        "Add the line, or take it out of the policy's checklist.",
    ),
)

_CALLS = (
    Code(
        "VR2801",
        "Call that nothing asks for",
        "No task, cadence by phone or visit that gave way asks for the call, or it is listed "
        "twice.",
        "Remove the call.",
    ),
    Code(
        "VR2802",
        "Call missing",
        "A task, a cadence by phone or a visit that gave way asks for a call that is not listed.",
        "List it, without a date where no day has time left.",
    ),
    Code(
        "VR2803",
        "Details of a call are wrong",
        "Rep, length or request are not what they must be.",
        "Write the values named in the message.",
    ),
    Code(
        "VR2804",
        "Call on a date not allowed",
        "The date lies outside the allowed ones, or is a day off.",
        "Move the call to an allowed working day.",
    ),
    Code(
        "VR2805",
        "Calls do not fit into the day",
        "They take more time than route, meetings and lunch leave of the shift less review.",
        "Move calls to another day.",
    ),
    Code(
        "VR2806",
        "Dropped visit and call contradict each other",
        "The date of the call named at a dropped visit is not that of the call for it.",
        "Write the date of the call, or none.",
    ),
)

_ACCOUNTING = (
    Code(
        "VR2701",
        "Dropped visit without a reason",
        "Verdict, code or reason of a dropped visit are missing.",
        "Say why the visit was left out.",
    ),
    Code(
        "VR2702",
        "Details of a dropped visit are wrong",
        "Retailer, due date, tier or task are not those of the request.",
        "Write the values of the request.",
    ),
    Code(
        "VR2703",
        "Excluded record lost",
        "A record set aside while loading is not among the plan's excluded ones.",
        "List it; nothing disappears silently.",
    ),
    Code(
        "VR2704",
        "Excluded record nobody knows",
        "The plan excludes something that is no retailer of the input.",
        "Correct the id, or remove the entry.",
    ),
    Code(
        "VR2705",
        "Retailer both excluded and dropped",
        "Visits of an excluded retailer are not requested, so none can be dropped.",
        "Remove the dropped visit, or the retailer from the excluded ones.",
    ),
    Code(
        "VR2706",
        "Excluded record without a reason",
        "Code or reason of an excluded record are missing.",
        "Say why it was set aside.",
    ),
)

CHECKS: tuple[Code, ...] = (
    *_STRUCTURE,
    *_CALENDAR,
    *_TIMES,
    *_DAYS,
    *_REQUESTS,
    *_GAPS,
    *_TASKS,
    *_ACCOUNTING,
    *_CALLS,
)
