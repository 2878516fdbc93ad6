"""Which database roles are in force in a PostgreSQL store, and whether one of them may more than it should."""

from __future__ import annotations

from dataclasses import dataclass

from store.reader import Reader

OWNER, CONSOLE, GATEWAY, AUDITOR = "tokendesk_owner", "tokendesk_console", "tokendesk_gateway", "tokendesk_auditor"
_LIMITED = (CONSOLE, GATEWAY, AUDITOR)
_OWNER_OF = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('audit')"
_USER = """
SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user
"""
_MEMBER = "SELECT rolname FROM pg_roles WHERE rolname IN ({names}) AND pg_has_role(oid, 'USAGE') ORDER BY 1"
_STRANGERS = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
AND c.relowner <> (SELECT relowner FROM pg_class WHERE oid = to_regclass('audit')) ORDER BY 1
"""
_TOO_MUCH = """
SELECT r.rolname, p.word, c.relname FROM pg_roles r
CROSS JOIN (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER')) AS p(word)
JOIN pg_class c ON c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
WHERE r.rolname IN ({names}) AND (r.rolname = 'tokendesk_auditor' OR p.word IN ('TRUNCATE', 'TRIGGER')
OR (p.word IN ('UPDATE', 'DELETE') AND c.relname IN ('audit', 'audit_private'))
OR (p.word = 'DELETE' AND c.relname IN ('token', 'operator', 'review', 'review_item', 'case_file')))
AND (has_table_privilege(r.oid, c.oid, p.word)
OR (p.word IN ('INSERT', 'UPDATE') AND has_any_column_privilege(r.oid, c.oid, p.word)))
ORDER BY 1, 3, 2
"""
_LOGIN = "SELECT rolname FROM pg_roles WHERE rolname IN ({names}) AND (rolcanlogin OR rolsuper) ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Rights:
    """How a store is set up, in words, and what is wrong with it; `problem` is empty when nothing is."""

    words: str
    problem: str = ""


def rights(reader: Reader) -> Rights:
    """Look the roles of a PostgreSQL store over."""
    owner = str(reader.value(_OWNER_OF))
    user, is_super = reader.rows(_USER)[0]
    if owner != OWNER:
        return Rights(f"everything belongs to the one user {owner}; `tokendesk store init --roles` sets up roles")
    names = ", ".join(f"'{name}'" for name in _LIMITED)
    problems = [f"{name} can log in" for (name,) in reader.rows(_LOGIN.format(names=f"{names}, '{OWNER}'"))]
    problems += [f"{table} belongs to somebody else" for (table,) in reader.rows(_STRANGERS)]
    problems += [f"{role} may {word} {table}" for role, word, table in reader.rows(_TOO_MUCH.format(names=names))]
    if is_super:
        known = "a superuser, whom nothing holds back"
    else:
        mine = [str(name) for (name,) in reader.rows(_MEMBER.format(names=f"{names}, '{OWNER}'"))]
        known = " and ".join(mine) or "none of them"
    words = f"the tables belong to {OWNER}; this user, {user}, is {known}"
    if not problems:
        return Rights(words)
    return Rights(words, f"The roles may more than they should ({'; '.join(problems[:12])}); run `tokendesk store init --roles`.")
