"""Tables in: files and frames to clean records, with every fault named at once."""

from visitroute.load.files import read_table
from visitroute.load.inputs import load_inputs
from visitroute.load.tables import Source, Table
from visitroute.load.workspace import Workspace, load_workspace, read_workspace

__all__ = [
    "Source",
    "Table",
    "Workspace",
    "load_inputs",
    "load_workspace",
    "read_table",
    "read_workspace",
]
