"""Makes the package-less folder benchmarks/ importable, as `python -m benchmarks.x` sees it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
