"""The token store: tables, rules, reads and writes on SQLite and PostgreSQL. Knows no screen."""
