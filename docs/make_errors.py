"""Writes docs/errors.md from the catalogue of codes in ``visitroute.codes``.

Run ``python docs/make_errors.py`` after a code was added or reworded.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from visitroute.codes import CATALOGUE, Code

PAGE = Path(__file__).resolve().with_name("errors.md")

HEAD = """\
# Error codes

Every message, violation and reason carries a stable code. This page is written by
`python docs/make_errors.py` from the catalogue in `src/visitroute/codes/`; do not edit it.

| range | what | where it is met |
| --- | --- | --- |
| VR1xxx | input, policy | `InputError`, `visitroute validate`, `plan.inputs.problems` |
| VR2xxx | rules a plan breaks | `visitroute check`, `plan.check()`, `check_plan` |
| VR3xxx | road sources | `RoadsError`; VR301x, VR3061 in `excluded.csv`; VR302x warnings |
| VR4xxx | runs, visits and tasks left out | `dropped.csv`, `tasks.csv`, the end of a run |

Problems of the input have one of three severities. An *error* stops the run; all errors of all
tables are shown at once. *Quarantine* sets one record aside: it stands in `excluded.csv` and the
rest is planned. A *warning* says what is assumed.
"""

RANGES = {
    "VR10": "Files and columns",
    "VR11": "Values of single cells",
    "VR12": "Records set aside",
    "VR13": "Assumptions",
    "VR14": "The run as a whole",
    "VR15": "The policy",
    "VR16": "Plans read back",
    "VR20": "Structure of a plan",
    "VR21": "Calendar",
    "VR22": "Times of visits",
    "VR23": "The day",
    "VR24": "Requests",
    "VR25": "Gaps between visits",
    "VR26": "Tasks",
    "VR27": "Accounting",
    "VR28": "Calls",
    "VR30": "Road sources",
    "VR40": "The run",
    "VR41": "Dropped visits",
    "VR42": "Dropped tasks",
    "VR50": "Outputs",
    "VR43": "Cadences not kept",
}


def main() -> None:
    """Write the page."""
    PAGE.write_text(errors_page(), "utf-8")
    print(f"wrote {len(CATALOGUE)} codes to {PAGE.name}")


def errors_page() -> str:
    """Return the page as text; a range without a title is a ``KeyError``."""
    by_range: dict[str, list[Code]] = defaultdict(list)
    for code in sorted(CATALOGUE, key=lambda c: c.code):
        by_range[code.code[:4]].append(code)
    sections = [
        f"\n## {key}xx {RANGES[key]}\n\n| code | title | cause | fix |\n| --- | --- | --- | --- |\n"
        + "".join(map(_row, codes))
        for key, codes in by_range.items()
    ]
    return HEAD + "".join(sections)


def _row(code: Code) -> str:
    cells = (f"`{code.code}`", code.title, code.cause, code.fix)
    return "| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |\n"


if __name__ == "__main__":
    main()
