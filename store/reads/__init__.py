"""What can be asked of a store, one file per subject; every query is bounded and uses an index."""
