"""The compiled search: ruin and recreate over days, patterns and routes, on flat arrays."""
