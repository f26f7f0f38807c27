"""Finding and reading the files of public instance sets."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path


def find_files(folder: Path, pattern: str, suffix: str) -> list[Path]:
    """Return the files of a set whose names without suffix match, in order.

    Raises ``FileNotFoundError`` when the folder is absent or nothing matches.
    """
    if not folder.is_dir():
        raise FileNotFoundError(
            f"no instances: {folder} is absent\n"
            "Maybe give the folder that holds the sets with --data"
        )
    found = sorted(p for p in folder.glob(f"*{suffix}") if fnmatch(p.stem, pattern))
    if not found:
        raise FileNotFoundError(f"no file in {folder} matches {pattern}{suffix}")
    return found


def numbers(line: str) -> list[float]:
    """Return the numbers of a line."""
    return [float(word) for word in line.split()]
