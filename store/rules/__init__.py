"""Decisions as pure functions of values and `now`; nothing here opens a file, a socket or a database."""
