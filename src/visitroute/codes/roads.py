"""Codes of road sources (VR3xxx)."""

from visitroute.codes.entry import Code

_NUMPY = "Write it with numpy.savez(path, ids=…, time=seconds, distance=metres)."

ROADS: tuple[Code, ...] = (
    Code(
        "VR3001",
        "Road file not found",
        "No file has the name given as roads.",
        "Check the spelling; names are relative to the folder of the workspace file.",
    ),
    Code(
        "VR3002",
        "Not an OpenStreetMap file",
        "The file can't be read as OpenStreetMap data, or it breaks off.",
        "Download it again; its name ends in .osm.pbf, .osm, .osm.gz or .osm.bz2.",
    ),
    Code(
        "VR3003",
        "No usable streets",
        "The extract or graph holds no street with coordinates that the travel mode may use.",
        "Take an extract with highway=* ways and their nodes, or open classes of streets in "
        "[speeds] of the policy.",
    ),
    Code(
        "VR3004",
        "Unknown kind of road source",
        "What is given as roads is no extract, no matrix, no graph and not 'straight'.",
        "Give an .osm.pbf or .osm file, an .npz matrix, a networkx graph, or 'straight'.",
    ),
    Code(
        "VR3005",
        "Roads of another area",
        "All bases lie more than 20 km from the nearest street.",
        "Take an extract that covers the reps and the retailers; look whether longitude and "
        "latitude are swapped.",
    ),
    Code(
        "VR3010",
        "Too far from a street",
        "The nearest street of the travel mode is further away than roads.snap_limit_m.",
        "Check the coordinates and their datum (wgs84, gcj02, bd09); take an extract that "
        "covers the place; or raise the limit.",
    ),
    Code(
        "VR3011",
        "No place on the globe",
        "Longitude or latitude is missing or lies outside -180..180 and -90..90 degrees.",
        "Give both in degrees, longitude in the column lon.",
    ),
    Code(
        "VR3012",
        "Not in the travel matrix",
        "The given matrix has no point with this id.",
        "Add the retailer's id, or for a rep @start/<rep> and @end/<rep>, to the matrix.",
    ),
    Code(
        "VR3013",
        "On a street that is cut off",
        "A street is near, but no way leads there: on an island, in a corner of the extract, "
        "behind a closed road; the nearest street that can be reached is beyond the limit.",
        "Take an extract with a buffer around the area, look at what is closed, or raise "
        "roads.snap_limit_m.",
    ),
    Code(
        "VR3014",
        "Nothing to close",
        "conditions.closed_ways or closed_at names a road that the network of the mode lacks.",
        "Give ids of OpenStreetMap ways, and places as [longitude, latitude] beside a road.",
    ),
    Code(
        "VR3020",
        "Streets in pieces",
        "The largest connected part holds less of the network than roads.component_warn.",
        "Take an extract with a buffer around the area: a cut through a town parts its streets.",
    ),
    Code(
        "VR3021",
        "Times from straight lines",
        "No streets are given: times come from distances as the crow flies and a measured law, "
        "7-20 % off on average and 16-35 % under 2 km.",
        "Give an OpenStreetMap extract as roads.",
    ),
    Code(
        "VR3022",
        "Streets behind closed roads",
        "What the day's conditions close cuts other streets off; nobody is sent there.",
        "Nothing, if it is so; else look at conditions.closed_ways, closed_areas and closed_at.",
    ),
    Code("VR3030", "Not a matrix file", "The .npz file is damaged or lacks an array.", _NUMPY),
    Code(
        "VR3031",
        "Matrix of the wrong shape",
        "time and distance need one row and one column for every id.",
        _NUMPY,
    ),
    Code(
        "VR3032",
        "Wrong value in the matrix",
        "A time or distance is negative, no number or too large.",
        "Use seconds and metres, and infinity where there is no way.",
    ),
    Code("VR3033", "Id twice in the matrix", "Two rows have the same id.", "Make ids unique."),
    Code(
        "VR3040",
        "Graph without times",
        "An attribute of a node or an edge is missing or is no positive number.",
        "Give nodes x and y, edges length and travel_time or speed_kph: ox.add_edge_speeds and "
        "ox.add_edge_travel_times make them.",
    ),
    Code(
        "VR3041",
        "Graph not in degrees",
        "Node coordinates lie outside -180..180 and -90..90.",
        "Convert the graph with ox.project_graph(graph, to_latlong=True).",
    ),
    Code(
        "VR3042",
        "No graph for the travel mode",
        "Graphs are given for single travel modes, and a rep uses another one.",
        "Add a graph for that mode, or give one graph for all.",
    ),
    Code(
        "VR3050",
        "Line through a point off the streets",
        "A route is to be drawn through a point that could not be tied to a street.",
        "Leave out the points listed as problems when they were located.",
    ),
    Code(
        "VR3060",
        "Base off the roads",
        "A rep's start or end place can't be tied to a road of the rep's travel mode.",
        "Correct its coordinates or their datum, or take an extract that holds it.",
    ),
    Code(
        "VR3061",
        "No way to the retailer",
        "The retailer lies at a road, but no way leads there from the base and back.",
        "Look at one-way streets and access there, or take an extract with a buffer.",
    ),
    Code(
        "VR3070",
        "No server answers",
        "Nobody answers at the address of the routing server, or not in time.",
        "Start the server, correct the address, or raise servers.timeout_s.",
    ),
    Code(
        "VR3071",
        "The server fails or refuses",
        "The routing server reports an error, about itself or about what was asked.",
        "Look at its log; see that it has the area and the profile of the travel mode.",
    ),
    Code(
        "VR3072",
        "Not the answer of a routing server",
        "What comes back is no JSON, or has another form than the kind of server that is named.",
        "Correct the address: osrm+http://host:5000 or valhalla+http://host:8002.",
    ),
    Code(
        "VR3073",
        "Tables refused by the server",
        "The server takes not even two points in one table.",
        "Raise its limit, for OSRM with osrm-routed --max-table-size.",
    ),
)
