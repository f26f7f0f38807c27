"""Calls one function in a process that does nothing else, so that its memory is its own.

``python -m benchmarks.alone MODULE:FUNCTION JSON`` prints the returned dictionary as JSON, with
``peak_mb``, the largest resident size of the process, where the function does not say it.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
STATUS = Path("/proc/self/status")


def run_alone(call: str, **arguments: Any) -> dict[str, Any]:
    """Return what ``module:function`` returns in a fresh process, and its ``peak_mb``.

    Raises ``RuntimeError`` with what the process wrote when it failed.
    """
    command = [sys.executable, "-m", "benchmarks.alone", call, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{call} failed with {arguments}\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def peak_mb() -> float:
    """Return the largest resident size of this process so far, in MB.

    Linux counts it from the start of the program; the figure of ``getrusage``, which stands
    in elsewhere, may hold the size of the process that started this one.
    """
    if STATUS.is_file():
        for line in STATUS.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1024**2 if sys.platform == "darwin" else 1024)


def main(arguments: list[str]) -> None:
    """Call the function that is named and print what it returns."""
    module, _, function = arguments[0].partition(":")
    found = getattr(importlib.import_module(module), function)(**json.loads(arguments[1]))
    print(json.dumps({"peak_mb": peak_mb(), **found}))


if __name__ == "__main__":
    main(sys.argv[1:])
