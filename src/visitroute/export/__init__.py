"""Plans out: GeoJSON, frames, CSV and figures; and GeoJSON plans back in."""

from visitroute.export.features import to_geojson
from visitroute.export.files import MARK, csv_text, write_plan, write_text
from visitroute.export.kpis import Kpi, measure_kpis
from visitroute.export.owners import known_reps
from visitroute.export.reading import read_schedule, read_schedule_file
from visitroute.export.record import PlanRecord, read_record, to_background
from visitroute.export.summary import summarise

__all__ = [
    "MARK",
    "Kpi",
    "PlanRecord",
    "csv_text",
    "known_reps",
    "measure_kpis",
    "read_record",
    "read_schedule",
    "read_schedule_file",
    "summarise",
    "to_background",
    "to_geojson",
    "write_plan",
    "write_text",
]
