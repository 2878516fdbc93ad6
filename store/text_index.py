"""Bringing SQLite's index of what tokens are called up to date (store.tables.texts); PostgreSQL sees to it by itself."""

from __future__ import annotations

INDEX_DUE = (
    "INSERT INTO token_text (token_text, rowid, text) SELECT 'delete', number, text FROM token_text_due WHERE text IS NOT NULL",
    "INSERT INTO token_text (rowid, text) SELECT t.rowid, lower(t.name || char(10) || t.hint || char(10) || t.id) "
    "FROM token_text_due d CROSS JOIN token t WHERE t.rowid = d.number ORDER BY d.number",
    "DELETE FROM token_text_due",
)
"""Deals with the tokens that were added or renamed since, inside the transaction that did it."""
