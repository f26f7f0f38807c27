"""A table of nothing but places: for measuring between points."""

from __future__ import annotations

from visitroute.coordinates import Datum
from visitroute.errors import Severity
from visitroute.load.cells import Cells
from visitroute.load.files import read_table
from visitroute.load.findings import Findings
from visitroute.load.points import read_points
from visitroute.load.retailers import note_identifiers
from visitroute.load.tables import Source


def read_places(
    source: Source, datum: Datum = Datum.WGS84
) -> tuple[list[str], list[float], list[float]]:
    """Return (ids, lon, lat) of a table with columns id, lon and lat, in WGS 84.

    Columns are recognised as those of the table of retailers. Raises ``InputError`` with every
    problem: VR10xx when the table can't be read, VR1101 for a missing id, VR12xx for a place.
    """
    findings = Findings()
    cells = Cells(read_table("retailers", source), findings)
    note_identifiers(cells)
    points = read_points(cells, datum, Severity.ERROR)
    findings.stop_on_errors()
    return list(cells.ids), points.lon.tolist(), points.lat.tolist()
