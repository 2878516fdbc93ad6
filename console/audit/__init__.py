"""The audit log outside the store: exported, sealed, and checked against what was kept of it."""
