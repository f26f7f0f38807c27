"""Codes of the input files and the policy (VR1xxx).

VR10xx files and columns, VR11xx values, VR12xx records set aside, VR13xx assumptions,
VR14xx the run as a whole, VR15xx the policy, VR16xx plans read back.
"""

from visitroute.codes.entry import Code

_FILES = (
    Code(
        "VR1001",
        "File missing",
        "No file stands at the path of a table or of the workspace.",
        "Correct the path; in a workspace file it is seen from that file's own folder.",
    ),
    Code(
        "VR1002",
        "File unreadable",
        "The file is damaged, locked, of another format than its suffix says, or has no such "
        "sheet.",
        "Open it in the program it comes from and save it again.",
    ),
    Code(
        "VR1003",
        "Format unknown",
        "The suffix, or the kind of object, is none that tables are read from.",
        "Use csv, xlsx, geojson, gpkg or parquet, a DataFrame or a list of dicts.",
    ),
    Code(
        "VR1004",
        "Table empty",
        "The file holds no records.",
        "Export it again; name the right sheet with file.xlsx#sheet.",
    ),
    Code(
        "VR1005",
        "Required column missing",
        "No header of the table is one of the names of a required field.",
        "Rename the column that is meant, or add it.",
    ),
    Code(
        "VR1006",
        "Two columns for one field",
        "Two headers are names of the same field, so it is open which one counts.",
        "Rename or remove all but one.",
    ),
    Code(
        "VR1007",
        "Row longer than the header",
        "A record has more cells than there are headers: its cells have shifted.",
        "Put cells that hold the separator in quotes.",
    ),
    Code(
        "VR1008",
        "Text not in UTF-8",
        "The file was read in another encoding (GB 18030 or UTF-16). Reading went on.",
        "Look whether names read right; save the file as CSV UTF-8.",
    ),
)

_VALUES = (
    Code(
        "VR1101",
        "Required cell empty",
        "A record has no id, or lacks another value that every row needs.",
        "Fill the cell, or remove the row.",
    ),
    Code(
        "VR1102",
        "Not a number",
        "A cell of a numeric column holds text, a negative amount, or a fraction where only "
        "whole numbers count.",
        "Write the bare number.",
    ),
    Code(
        "VR1103",
        "Not a date",
        "A date is in no order that is read, or not in the calendar.",
        "Write 2026-12-01; lists as 2026-12-24..2026-12-26; 2027-01-01.",
    ),
    Code(
        "VR1104",
        "Not a time of day",
        "A clock time or time range can't be read, or ends before it starts.",
        "Write 08:30, or 12:00-13:00.",
    ),
    Code(
        "VR1105",
        "Word unknown",
        "A cell holds a word outside the closed list of its column.",
        "Use one of the words the message names.",
    ),
    Code(
        "VR1106",
        "Cadence unreadable",
        "A visit frequency can't be read, or asks for less than none or more than one visit a day.",
        "Write weekly, biweekly, monthly, 2/week, 1 per 14, 每两周 or 每周两次.",
    ),
    Code(
        "VR1107",
        "Opening hours unreadable",
        "The text is neither times nor OpenStreetMap's opening_hours syntax.",
        'Write 09:00-12:00,13:00-18:00 or "Mo-Fr 09:00-18:00; Su off".',
    ),
    Code(
        "VR1109",
        "Bounds contradict each other",
        "A rep's minimum, target and maximum visits are out of order, or the review at the "
        "day's end is longer than the shift.",
        "Correct one of the values.",
    ),
    Code(
        "VR1110",
        "Shift unusable",
        "A shift can't be read, ends before it starts, or a day has more than one.",
        'Write 08:30-17:30 or "Mo-Fr 08:00-17:00; Sa 09:00-12:00"; a long break is the lunch.',
    ),
    Code(
        "VR1111",
        "Task dates contradict each other",
        "A task is due before its earliest date, or its appointment is on another date.",
        "Correct one of the dates.",
    ),
    Code(
        "VR1112",
        "Lunch does not fit",
        "The lunch is longer than its window, or no whole number of minutes.",
        "Widen the window or shorten the lunch.",
    ),
    Code(
        "VR1113",
        "Meeting unreadable",
        "A fixed meeting has no time range, or one that ends before it starts.",
        'Write "Mo 08:00-09:00 weekly meeting; 2026-12-31 15:00-17:00".',
    ),
    Code(
        "VR1114",
        "Rep id twice",
        "Two rows of the table of reps have the same id.",
        "Give each rep one row.",
    ),
    Code(
        "VR1115",
        "Ids cut short",
        "Ids look like 1.1E+11: a spreadsheet has cut long numbers down.",
        "Format the column as text before exporting it.",
    ),
)

_ASIDE = (
    Code(
        "VR1201",
        "Coordinate empty",
        "A record has no longitude or no latitude.",
        "Look the address up, or take the point on site.",
    ),
    Code(
        "VR1202",
        "Coordinate not a number",
        "A longitude or latitude is no number of degrees.",
        "Write decimal degrees such as 116.404.",
    ),
    Code(
        "VR1203",
        "Coordinate 0, 0",
        "The point is 0, 0, which programs write for an unknown place.",
        "Look the address up.",
    ),
    Code(
        "VR1204",
        "Longitude and latitude swapped",
        "The point is off the globe or far from all bases, and right when the two are exchanged.",
        "Exchange them.",
    ),
    Code(
        "VR1205",
        "Coordinate out of range",
        "A longitude is beyond ±180 or a latitude beyond ±90 degrees.",
        "Correct it; projected coordinates need a file that names its system.",
    ),
    Code(
        "VR1206",
        "Far from all others",
        "The nearest other place is further than roads.far_km of the policy, while most have "
        "one nearer.",
        "Correct the coordinates, or raise roads.far_km.",
    ),
    Code(
        "VR1207",
        "Base far from all retailers",
        "No retailer is within roads.far_km of a rep's base.",
        "Check the base's coordinates.",
    ),
    Code(
        "VR1208",
        "Most coordinates unusable",
        "More than half of the retailers have coordinates that can't be used: the columns or "
        "the file are wrong, not single records.",
        "Check the columns lon and lat.",
    ),
    Code(
        "VR1211",
        "Retailer id twice",
        "An earlier row has the same id; this one is set aside.",
        "Remove the row, or give the shop an id of its own.",
    ),
    Code(
        "VR1212",
        "Rep unknown",
        "A retailer or lock names a rep that is not in the table of reps.",
        "Add the rep, or correct the name.",
    ),
    Code(
        "VR1213",
        "Most reps unknown",
        "More than half of the retailers name an unknown rep: the tables do not belong together.",
        "Give the table of reps that uses the same ids.",
    ),
    Code(
        "VR1214",
        "Retailer unknown",
        "A task, visit or lock names a retailer that is not in the table of retailers.",
        "Add the shop, or correct the id.",
    ),
    Code(
        "VR1215",
        "Retailer set aside",
        "A task, visit or lock belongs to a retailer whose own record is set aside.",
        "Mend the retailer's record.",
    ),
    Code(
        "VR1216",
        "Task id twice",
        "An earlier row has the same task id; this one is set aside.",
        "Give the task an id of its own.",
    ),
    Code(
        "VR1217",
        "Lock twice",
        "The retailer is already locked on that date; this lock is set aside.",
        "Remove one of the locks: a shop has one visit a day.",
    ),
)

_ASSUMED = (
    Code(
        "VR1301",
        "Rep's day assumed",
        "The table of reps is silent about a part of the day; the policy's [rep] fills in. "
        "Without a maximum of visits time alone bounds the day.",
        "Add the column, or change [rep] of the policy.",
    ),
    Code(
        "VR1302",
        "No history",
        "No table of visits is given, or it has no usable record: every retailer is new.",
        "Give the visits made, so that cadence counts from the last one.",
    ),
    Code(
        "VR1303",
        "Segment unknown",
        "Retailers have nothing a segment follows from and get the policy's fallback.",
        "Add a column segment, or capability and willingness.",
    ),
    Code(
        "VR1304",
        "Visits after the start",
        "Visits are dated on or after the first day of the horizon; cadence ignores them.",
        "Start the horizon later, or correct the dates.",
    ),
    Code(
        "VR1305",
        "Shared coordinates",
        "Several retailers have exactly the same coordinates.",
        "Take the shops' own points in place of those of their street or village.",
    ),
    Code(
        "VR1306",
        "Lock outside the horizon",
        "A fixed visit is dated outside the weeks that are planned; it is left out.",
        "Change the date or the horizon.",
    ),
    Code(
        "VR1307",
        "Make-up days unknown",
        "The country has make-up working days 调休, but none are known for the year.",
        "Name them in calendar.workdays, and the days off in calendar.holidays.",
    ),
    Code(
        "VR1308",
        "Load without a bound",
        "Retailers have a load of a kind that the capacity of no rep names: nothing bounds it.",
        "Use the same names in load and capacity, or name it in the capacity of reps.",
    ),
)

_RUN = (
    Code(
        "VR1401",
        "Unknown key",
        "The workspace file has a key that means nothing.",
        "Correct the spelling, or remove it.",
    ),
    Code(
        "VR1402",
        "Key missing",
        "The workspace file lacks a required table or key.",
        "Add it.",
    ),
    Code(
        "VR1403",
        "Value of the wrong kind",
        "A key of the workspace file has a value of the wrong kind.",
        "Write text in quotes, tables in [brackets].",
    ),
    Code(
        "VR1404",
        "Horizon unusable",
        "The first day or the number of weeks is missing or makes no sense.",
        "Write start = 2026-12-01 and weeks = 4.",
    ),
    Code(
        "VR1405",
        "Datum unknown",
        "The datum of the coordinates is none that is known, or is given for a table without any.",
        "Use wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu).",
    ),
    Code(
        "VR1407",
        "No retailers left",
        "Every retailer is set aside.",
        "Mend the records the other messages name.",
    ),
    Code(
        "VR1408",
        "Retailer unknown",
        "A question is about a retailer whose id stands in no table.",
        "Copy the id from the table of retailers.",
    ),
    Code(
        "VR1409",
        "No place given",
        "Days are asked for without a retailer and without a place.",
        "Give a retailer's id, or lon and lat in WGS 84.",
    ),
    Code(
        "VR1410",
        "Rep unknown",
        "A command or a call names a rep whose id stands in no table.",
        "Copy the id from the table of reps; the message names the likely ones.",
    ),
    Code(
        "VR1415",
        "Territories can't be asked for so",
        "An option of territories makes no sense, or fixes a retailer that is unknown or has no "
        "rep.",
        "Look at the value the message names; tolerance is a part such as 0.05.",
    ),
    Code(
        "VR1416",
        "Too many retailers for territories",
        "The ways between all retailers are kept while they are divided: there are too many.",
        "Divide one district after the other, with its own retailers and reps.",
    ),
)

_POLICY = (
    Code(
        "VR1501",
        "Unknown policy key",
        "The policy has a key that means nothing.",
        "Compare with `visitroute policy`.",
    ),
    Code(
        "VR1502",
        "Policy value unusable",
        "A value of the policy is of the wrong kind, out of bounds, contradicts another, or "
        "names a country without known holidays.",
        "Compare with `visitroute policy`.",
    ),
    Code(
        "VR1503",
        "Policy file unreadable",
        "The policy file is missing or is no TOML.",
        "Correct the path; save the file as UTF-8 text.",
    ),
    Code(
        "VR1504",
        "Slack for an unknown rep",
        "robust.slack_by_rep names a rep whose id stands in no table: it holds for nobody.",
        "Copy the id from the table of reps; the message names the likely ones.",
    ),
)

INPUTS: tuple[Code, ...] = (*_FILES, *_VALUES, *_ASIDE, *_ASSUMED, *_RUN, *_POLICY)

PLANS: tuple[Code, ...] = (
    Code(
        "VR1601",
        "Part of a plan unreadable",
        "A feature or a task of a routes.geojson lacks a property, or has one that can't be read.",
        "Compare with a feature of the same kind that visitroute wrote, or plan again.",
    ),
    Code(
        "VR1602",
        "Not a plan",
        "The file is no GeoJSON FeatureCollection in UTF-8, was cut off, or can't be opened.",
        "Give the routes.geojson that `visitroute plan` wrote.",
    ),
    Code(
        "VR1603",
        "Background unreadable",
        "The background.json beside a routes.geojson is damaged or of another version.",
        "Plan again with this version; all files of the folder belong together.",
    ),
    Code(
        "VR1604",
        "Row of an edited workbook makes no sense",
        "A cell is empty or unreadable, a visit stands twice, or is none of the plan.",
        "Correct the row, or undo the edit; name the plan's own folder with --plan.",
    ),
    Code(
        "VR1605",
        "No workbook of a plan",
        "The first sheet lacks a column that `visitroute export` writes.",
        "Export the workbook again and edit that one.",
    ),
)
"""Codes of plans that are read back to be checked."""
