"""Checking tokens over HTTP for whatever stands in front of an API: introspection, revocation and metrics (an extra)."""
