"""Runs every notebook beside this file in a copy of the project; fails when a cell fails.

The notebooks in the project stay as they are: outputs are not kept.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).resolve().parent
CELL_SECONDS = 900
"""A cell that takes longer hangs, on a busy machine too."""


def main() -> int:
    """Run all notebooks and return 0, or 1 when any failed."""
    # Inherited by the kernels: figures are drawn inline, whatever the user's own setting.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    failed = []
    with tempfile.TemporaryDirectory(prefix="visitroute-notebooks-") as folder:
        shutil.copytree(FOLDER, Path(folder) / "notebooks", ignore=shutil.ignore_patterns(".*"))
        data = FOLDER.parent / "data"
        shutil.copytree(data, Path(folder) / "data", ignore=shutil.ignore_patterns("*-cache"))
        for path in sorted((Path(folder) / "notebooks").glob("*.ipynb")):
            began = time.monotonic()
            error = run_notebook(path)
            state = "failed" if error else "ran"
            print(f"{path.name} {state} in {time.monotonic() - began:.0f} s", flush=True)
            if error:
                print(error, flush=True)
                failed.append(path.name)
    return 1 if failed else 0


def run_notebook(path: Path) -> str:
    """Run one notebook in its own folder and return what went wrong, empty for nothing."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main())
