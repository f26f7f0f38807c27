"""Writes the runs pasted into docs/explain.md: a small overloaded fortnight, made up here.

Run ``python docs/make_explain.py`` after the words or rules of explanations changed. The text
between the markers of each run is replaced by what the command prints.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from visitroute.cli import run

PAGE = Path(__file__).resolve().with_name("explain.md")

WORKSPACE = """\
[inputs]
retailers = "retailers.csv"
reps = "reps.csv"
visits = "visits.csv"
roads = "straight"
[horizon]
start = 2026-11-30
weeks = 2
[policy.segments.maintain]
min_gap = 7
max_gap = 7
"""

EVENING, STRICT = 7, 10
"""Numbers of the shop that opens late, and of the overdue one with gaps of seven days only."""


def write_workspace(folder: Path) -> Path:
    """Write a fortnight of one rep: sixteen shops, three visits a day, Monday off."""
    shops = [
        {
            "id": f"S{i:02d}",
            "name": f"Shop {i}",
            "lon": round(24.90 + 0.011 * (i % 5), 6),
            "lat": round(60.16 + 0.006 * (i // 5), 6),
            "rep": "R1",
            "segment": ("guide", "watch", "maintain", "promote")[i % 4],
            "cadence": "1/7",
            "service_minutes": 25,
            "opening_hours": "24/7",
        }
        for i in range(16)
    ]
    shops[EVENING]["opening_hours"] = "Mo-Fr 17:20-21:00"
    shops[STRICT]["cadence"] = ""
    rep = {
        "id": "R1",
        "name": "Lin",
        "lon": 24.93,
        "lat": 60.165,
        "shift": "Mo-Fr 08:30-17:30",
        "lunch_window": "11:30-13:30",
        "lunch_minutes": 45,
        "min_visits": 0,
        "target_visits": 3,
        "max_visits": 3,
        "review_minutes": 15,
        "mode": "car",
        "leave": "2026-11-30",
    }
    visits = [
        {"retailer": s["id"], "date": "2026-11-10" if i == STRICT else "2026-11-26"}
        for i, s in enumerate(shops)
    ]
    for name, rows in (("retailers", shops), ("reps", [rep]), ("visits", visits)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    path = folder / "visitroute.toml"
    path.write_text(WORKSPACE, "utf-8")
    return path


def replay(page: str) -> str:
    """Return the page with every pasted run made anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = write_workspace(folder)
        run_quietly(["plan", str(workspace), "-o", str(folder / "out"), "-q"])
        places = {"visitroute.toml": str(workspace), "out": str(folder / "out")}

        def again(match: re.Match[str]) -> str:
            words = match[1].split()[1:]
            printed = run_quietly([places.get(word, word) for word in words])
            return f"```\n$ {match[1]}\n{printed.rstrip()}\n```"

        return re.sub(r"```\n\$ (visitroute [^\n]*)\n.*?\n?```", again, page, flags=re.DOTALL)


def run_quietly(arguments: list[str]) -> str:
    """Return what a command prints."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        run(arguments)
    return out.getvalue()


if __name__ == "__main__":
    PAGE.write_text(replay(PAGE.read_text("utf-8")), "utf-8")
    print(f"wrote {PAGE.name}")
