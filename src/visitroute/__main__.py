"""``python -m visitroute`` is the command ``visitroute``."""

from visitroute.cli import main

main()
