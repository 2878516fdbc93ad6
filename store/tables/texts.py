"""What tokens are called, kept by every three letters in a row, so that a word is found without reading the tokens.

The database itself keeps it with every token that is added or renamed, whoever writes. It only narrows a search: the
exact test always follows. A to Z are kept small, as store.reads.filter_writing compares them.
"""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.schema import MetaData

from store.tables.base import metadata

SQLITE = (
    "CREATE VIRTUAL TABLE token_text USING fts5"
    "(text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1')",
    "CREATE TABLE token_text_due (number INTEGER NOT NULL PRIMARY KEY, text TEXT) STRICT",
    "CREATE TRIGGER token_text_added AFTER INSERT ON token BEGIN INSERT INTO token_text_due (number) VALUES (NEW.rowid); END",
    "CREATE TRIGGER token_text_changed AFTER UPDATE OF name, hint, id ON token "
    "WHEN NEW.name <> OLD.name OR NEW.hint <> OLD.hint OR NEW.id <> OLD.id BEGIN "
    "INSERT INTO token_text_due (number, text) "
    "VALUES (OLD.rowid, lower(OLD.name || char(10) || OLD.hint || char(10) || OLD.id)) ON CONFLICT (number) DO NOTHING; END",
)
"""SQLite's triggers may not use a virtual table, as long as we do not trust the schema of a file that was handed to us.

So they note which tokens are due to be indexed anew, with what the index holds of them (nothing of a new one), and every
search looks at those as well: whoever forgets store.text_index only makes it slower.
Rows are named by their number in `token`. No token is ever deleted, so the numbers have no gap and every copy keeps them.
"""

POSTGRESQL = (
    'CREATE TABLE token_text (account_id TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, '
    'text TEXT COLLATE "C" NOT NULL, CONSTRAINT pk_token_text PRIMARY KEY (account_id, id))',
    "CREATE FUNCTION token_trigrams(whole text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$ "
    "DECLARE found text[] := '{}'; BEGIN FOR at IN 1 .. length(whole) - 2 LOOP found[at] := substr(whole, at, 3); END LOOP; "
    "RETURN found; END $$",
    "CREATE INDEX ix_token_text ON token_text USING gin (token_trigrams(text))",
    "CREATE FUNCTION token_text_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' THEN DELETE FROM token_text WHERE account_id = OLD.account_id AND id = OLD.id; END IF; "
    "INSERT INTO token_text (account_id, id, text) "
    "VALUES (NEW.account_id, NEW.id, lower(NEW.name || chr(10) || NEW.hint || chr(10) || NEW.id)); RETURN NULL; END $$",
    "CREATE TRIGGER token_text_kept AFTER INSERT OR UPDATE OF account_id, id, name, hint ON token "
    "FOR EACH ROW EXECUTE FUNCTION token_text_kept()",
    "ALTER TABLE token ENABLE ALWAYS TRIGGER token_text_kept",
)
"""A table of its own: an index of `token` itself would have to be written anew with every use of a token."""


@event.listens_for(metadata, "after_create")
def _create_texts(target: MetaData, connection: Connection, **_: object) -> None:
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)
