"""Plan retailer visits: which retailers, on which day, in what order, on real streets."""

__version__ = "0.1.0"
