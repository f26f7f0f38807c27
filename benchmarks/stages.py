"""Time and memory of each stage of a run: ``python -m benchmarks.stages [WORKSPACE …]``.

Every workspace is planned in a process of its own, once without and once with the road
network already on disk. Memory is the largest resident size up to the end of the stage.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STAGES = ("start", "read", "roads", "priority", "compile", "solve", "routes", "write", "check")
ROOT = Path(__file__).resolve().parents[1]


def measure(workspace: Path, effort: int | None) -> dict[str, tuple[float, float]]:
    """Return (seconds, MB) by stage of planning one workspace in this process."""
    marks: dict[str, tuple[float, float]] = {}
    last = time.perf_counter()

    def mark(stage: str) -> None:
        nonlocal last
        now = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        marks[stage] = (now - last, peak)
        last = now

    from visitroute.load import read_workspace  # noqa: PLC0415 - importing is the first stage
    from visitroute.planning import RunOptions, named_roads, plan_inputs  # noqa: PLC0415

    mark("start")
    found = read_workspace(workspace)
    inputs = found.load()
    mark("read")

    def progress(stage: str, done: float) -> None:
        if done >= 1.0 and stage not in marks:
            mark(stage)

    options = RunOptions(effort=effort, progress=progress)
    plan = plan_inputs(inputs, named_roads(found), found.policy, options)
    with tempfile.TemporaryDirectory() as folder:
        plan.write(folder)
    mark("write")
    violations = plan.check()
    mark("check")
    if violations:
        raise SystemExit(f"{workspace}: {len(violations)} violations, first {violations[0]}")
    print(json.dumps({"marks": marks, "plan": repr(plan)}))
    return marks


def main() -> None:
    """Print one table for each workspace."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspaces", nargs="*", type=Path)
    parser.add_argument("--effort", type=int)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    paths = arguments.workspaces or [ROOT / "data" / "helsinki" / "visitroute.toml"]
    if arguments.inside:
        measure(paths[0], arguments.effort)
        return
    for path in paths:
        with tempfile.TemporaryDirectory() as cache:
            cold = _run(path, cache, arguments.effort)
            warm = _run(path, cache, arguments.effort)
            shutil.rmtree(cache, ignore_errors=True)
        print(f"\n{path}: {cold['plan']}\n")
        print("| stage | s, first run | MB | s, roads on disk | MB |")
        print("| --- | --- | --- | --- | --- |")
        stages = [stage for stage in STAGES if stage in cold["marks"]]  # OR-Tools compiles nothing
        for stage in stages:
            (a, b), (c, d) = cold["marks"][stage], warm["marks"][stage]
            print(f"| {stage} | {a:.2f} | {b:.0f} | {c:.2f} | {d:.0f} |")
        total = [sum(run["marks"][stage][0] for stage in stages) for run in (cold, warm)]
        print(f"| all | {total[0]:.2f} | | {total[1]:.2f} | |")


def _run(path: Path, cache: str, effort: int | None) -> dict[str, dict[str, tuple[float, float]]]:
    command = [sys.executable, "-m", "benchmarks.stages", str(path.resolve()), "--inside"]
    if effort is not None:
        command += ["--effort", str(effort)]
    environment = {**os.environ, "VISITROUTE_CACHE": cache}
    done = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
