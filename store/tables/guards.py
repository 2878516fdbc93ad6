"""What the database itself refuses, whoever asks: undoing a revocation, a change without its audit line, a rewritten log.

Triggers stop accidents and other programs; somebody who owns the database can drop them, which `audit verify` shows.
"""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.schema import MetaData

from store.rules.guards import REFUSALS
from store.rules.state import STATE_COLUMNS
from store.tables.base import metadata

_FINAL = ("revoked_at", "revoked_by", "revoke_reason", "account_id", "id", "digest", "digest_scheme")


def _differs(columns: tuple[str, ...], distinct: str) -> str:
    return " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in columns)


def _signed(row: str) -> str:
    return f"(SELECT signed_at FROM review WHERE id = {row}.review_id) IS NOT NULL"


def sqlite_guards() -> list[str]:
    """Return the CREATE TRIGGER statements for SQLite."""
    differs = "IS NOT"

    def trigger(name: str, moment: str, when: str, sentence: str) -> str:
        return f"CREATE TRIGGER {name} BEFORE {moment} WHEN {when} BEGIN SELECT RAISE(ABORT, '{REFUSALS[sentence]}'); END"

    state = ", ".join(STATE_COLUMNS)
    return [
        trigger("token_final", "UPDATE ON token", f"OLD.revoked_at IS NOT NULL AND ({_differs(_FINAL, differs)})", "token_final"),
        trigger("token_closed", "UPDATE OF closed ON token", "OLD.closed = 1 AND NEW.closed = 0", "token_closed"),
        trigger("token_audited", f"UPDATE OF {state}, audit_seq ON token",
                f"NEW.audit_seq < OLD.audit_seq OR (NEW.audit_seq = OLD.audit_seq AND ({_differs(STATE_COLUMNS, differs)}))",
                "token_audited"),
        trigger("token_kept", "DELETE ON token", "1", "token_kept"),
        trigger("audit_no_update", "UPDATE ON audit", "1", "audit_kept"),
        trigger("audit_no_delete", "DELETE ON audit", "1", "audit_kept"),
        trigger("audit_chained", "INSERT ON audit",
                "NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit) OR NEW.prev_hash IS NOT "
                "coalesce((SELECT hash FROM audit WHERE seq = NEW.seq - 1), zeroblob(32))",
                "audit_chained"),
        trigger("review_signed", "UPDATE ON review", "OLD.signed_at IS NOT NULL", "review_signed"),
        trigger("review_kept", "DELETE ON review", "1", "review_kept"),
        trigger("review_item_signed", "UPDATE ON review_item", _signed("OLD"), "review_signed"),
        trigger("review_item_added", "INSERT ON review_item", _signed("NEW"), "review_signed"),
        trigger("review_item_kept", "DELETE ON review_item", "1", "review_kept"),
        trigger("session_ended", "UPDATE ON operator_session", "OLD.ended_at IS NOT NULL", "session_ended"),
    ]  # fmt: skip


def postgresql_guards() -> list[str]:
    """Return the CREATE FUNCTION and CREATE TRIGGER statements for PostgreSQL; each trigger holds for replicas too."""
    differs = "IS DISTINCT FROM"

    def guard(name: str, table: str, moment: str, condition: str, sentence: str) -> list[str]:
        result = "OLD" if "DELETE" in moment else "NEW"
        level = "STATEMENT" if "TRUNCATE" in moment else "ROW"
        return [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{REFUSALS[sentence]}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {result}; END $$",
            f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH {level} EXECUTE FUNCTION {name}()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        ]

    state = ", ".join(STATE_COLUMNS)
    return [
        *guard("token_final", "token", "UPDATE", f"OLD.revoked_at IS NOT NULL AND ({_differs(_FINAL, differs)})", "token_final"),
        *guard("token_closed", "token", "UPDATE OF closed", "OLD.closed = 1 AND NEW.closed = 0", "token_closed"),
        *guard("token_audited", "token", f"UPDATE OF {state}, audit_seq",
               f"NEW.audit_seq < OLD.audit_seq OR (NEW.audit_seq = OLD.audit_seq AND ({_differs(STATE_COLUMNS, differs)}))",
               "token_audited"),
        *guard("token_kept", "token", "DELETE", "true", "token_kept"),
        *guard("token_not_truncated", "token", "TRUNCATE", "true", "token_kept"),
        *guard("audit_no_update", "audit", "UPDATE", "true", "audit_kept"),
        *guard("audit_no_delete", "audit", "DELETE", "true", "audit_kept"),
        *guard("audit_no_truncate", "audit", "TRUNCATE", "true", "audit_kept"),
        *guard("audit_chained", "audit", "INSERT",
               "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit) OR NEW.prev_hash <> "
               "coalesce((SELECT hash FROM audit WHERE seq = NEW.seq - 1), decode(repeat('00', 32), 'hex'))",
               "audit_chained"),
        *guard("review_signed", "review", "UPDATE", "OLD.signed_at IS NOT NULL", "review_signed"),
        *guard("review_kept", "review", "DELETE", "true", "review_kept"),
        *guard("review_item_signed", "review_item", "UPDATE", _signed("OLD"), "review_signed"),
        *guard("review_item_added", "review_item", "INSERT", _signed("NEW"), "review_signed"),
        *guard("review_item_kept", "review_item", "DELETE", "true", "review_kept"),
        *guard("session_ended", "operator_session", "UPDATE", "OLD.ended_at IS NOT NULL", "session_ended"),
    ]  # fmt: skip


@event.listens_for(metadata, "after_create")
def _create_guards(target: MetaData, connection: Connection, **_: object) -> None:
    guards = sqlite_guards() if connection.dialect.name == "sqlite" else postgresql_guards()
    for statement in guards:
        connection.exec_driver_sql(statement)
